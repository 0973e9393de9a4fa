"""`to_bytes` and `from_bytes`: nothing but an unharmed state of the same class is read."""

from __future__ import annotations

import zlib

import pytest

from tests.stats.cases import CASES, Case

FILLS = (0, 3, 14)


def states(case: Case) -> list[bytes]:
    """Return states of an empty, a starting and a running object."""
    return [case.fed(case.short[:k]).to_bytes() for k in FILLS]


def assert_refused(case: Case, data: bytes) -> None:
    with pytest.raises(ValueError, match=case.name):
        case.cls.from_bytes(data)


@pytest.mark.parametrize("case", CASES)
def test_a_state_is_bytes_that_end_in_their_checksum(case: Case) -> None:
    for data in states(case):
        assert type(data) is bytes
        assert int.from_bytes(data[-4:], "little") == zlib.crc32(data[:-4])
        assert case.cls.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize("case", CASES)
def test_every_flipped_bit_is_noticed(case: Case) -> None:
    for data in states(case):
        for i in range(len(data)):
            for mask in (1, 2, 4, 8, 16, 32, 64, 128, 255):
                assert_refused(case, bytes([*data[:i], data[i] ^ mask, *data[i + 1 :]]))


@pytest.mark.parametrize("case", CASES)
def test_every_truncation_and_extension_is_noticed(case: Case) -> None:
    for data in states(case):
        for i in range(len(data)):
            assert_refused(case, data[:i])
            assert_refused(case, data[i + 1 :])
            assert_refused(case, data + data[: i + 1])
            assert_refused(case, data[: i + 1] + data)
        for tail in (b"\0", b"\n", bytes(8), bytes(1_000)):
            assert_refused(case, data + tail)
            assert_refused(case, data[:-4] + tail + zlib.crc32(data[:-4] + tail).to_bytes(4, "little"))


@pytest.mark.parametrize("case", CASES)
def test_states_of_other_classes_are_refused(case: Case) -> None:
    others = [other for other in CASES if other is not case]
    assert others
    for other in others:
        for data in states(other):
            assert_refused(case, data)


@pytest.mark.parametrize("case", CASES)
def test_a_later_format_version_is_refused(case: Case) -> None:
    data = case.fed().to_bytes()
    later = data[:4] + bytes([data[4] + 1]) + data[5:-4]
    with pytest.raises(ValueError, match="version"):
        case.cls.from_bytes(later + zlib.crc32(later).to_bytes(4, "little"))


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_bytes_is_a_type_error(case: Case) -> None:
    for wrong in (None, "text", 1, [1, 2, 3], object()):
        with pytest.raises(TypeError):
            case.cls.from_bytes(wrong)
