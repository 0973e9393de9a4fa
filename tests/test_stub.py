"""The stub of the Rust module agrees with the module that is built."""

from __future__ import annotations

import pytest

from tests import stub

pytestmark = pytest.mark.checkout


def test_the_stub_is_of_the_module_that_is_built() -> None:
    assert stub.PATH.read_text("utf-8") == stub.stub(), "run `make stubs`"
