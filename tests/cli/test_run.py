"""`river run`: files and pipes, row by row."""

from __future__ import annotations

import array
import gzip
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import Shell

ROWS = "t,x,y\n0,1,2\n1,3,1\n5,2,5\n6,,1\n7,10,0\n"


def until_read(pipe: IO[str]) -> None:
    """Wait until somebody has read what was written into a pipe."""
    import fcntl
    import termios

    left = array.array("i", [1])
    while left[0]:
        time.sleep(0.1)
        fcntl.ioctl(pipe, termios.FIONREAD, left)


def column(text: str, place: int = -1) -> list[str]:
    return [line.split(",")[place] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'Max()' - -c x", ["Max()", "1.0", "3.0", "3.0", "3.0", "10.0"]),
        ("'Rolling(Mean, 2)' - -c x", [' 2)"', "1.0", "2.0", "2.5", "2.5", "6.0"]),
        ("'m=RollingQuantile(q=.5, window_size=3)' - -c x", ["m", "1.0", "2.0", "2.0", "2.0", "3.0"]),
        ("'s=Shift(1) | Sum()' - -c x", ["s", "0.0", "1.0", "4.0", "4.0", "6.0"]),
        ("'w=TimeRolling(Sum, 3.0)' - -c x -t t", ["w", "1.0", "4.0", "2.0", "2.0", "12.0"]),
        ("'h=TumblingWindow(Sum, period=5.0)' - -c x -t t", ["h", "", "", "4.0", "4.0", "4.0"]),
        ("'r=Rate()' - -t t", ["r", "0.0", "1.0", "0.4", "0.5", "0.5714285714285714"]),
        ("'k=Mode()' - -c y", ["k", "2", "2", "2", "1", "1"]),
        ("'stats.Count' - -c x", ["stats.Count", "1", "2", "3", "3", "4"]),
    ],
)
def test_values_are_appended(arguments: str, expected: list[str], shell: Shell) -> None:
    done = shell(f"river run {arguments}", ROWS)
    assert (done.returncode, done.stderr) == (0, "")
    assert column(done.stdout) == expected


def test_two_variables(shell: Shell) -> None:
    done = shell("river run 'c=Cov(ddof=0)' - -c x -c y", "x,y\n1,2\n3,1\n5,6\n")
    assert column(done.stdout) == ["c", "0.0", "-0.5", "2.6666666666666665"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'m=Mean()' - -c x", ["m", "1.0", "3.0", "1.5", "0.0", "6.5", "1.5"]),
        ("'m=Rolling(Max, 2)' - -c x", ["m", "1.0", "3.0", "2.0", "-inf", "10.0", "2.0"]),
        ("'m=TimeRolling(Sum, 3.0)' - -c x -t t", ["m", "1.0", "3.0", "2.0", "0.0", "10.0", "2.0"]),
        ("'m=Shift(1) | Sum()' - -c x", ["m", "0.0", "0.0", "1.0", "0.0", "3.0", "1.0"]),
        ("'m=Mode()' - -c x", ["m", "1", "3", "1", "", "3", "1"]),
        ("'m=Rate()' - -t t", ["m", "0.0", "0.0", "0.2", "0.0", "0.16666666666666666", "0.2857142857142857"]),
        ("'m=Cov()' - -c x -c x", ["m", "0.0", "0.0", "0.5", "0.0", "24.5", "0.5"]),
    ],
)
def test_values_are_those_of_the_group(arguments: str, expected: list[str], shell: Shell) -> None:
    done = shell(f"river run {arguments} --by k", "t,k,x\n0,a,1\n1,b,3\n5,a,2\n6,,\n7,b,10\n7,a,\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert column(done.stdout)[:-1] == expected[:-1]
    # A missing value leaves the value of its group unchanged; an event has no value.
    assert column(done.stdout)[-1] == expected[-1]


def test_keys_of_groups(shell: Shell) -> None:
    done = shell("river run 'n=Sum()' - -c x --by k --format jsonl", '{"x": 1, "k": 1}\n{"x": 2}\n{"x": 3, "k": 1.0}\n')
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == [1.0, 2.0, 4.0]
    done = shell("river run 'n=Sum()' - -c x --by k --format jsonl", '{"x": 1, "k": []}\n')
    assert (done.returncode, "row 1" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert "there is no column z" in shell("river run 'n=Sum()' - -c x --by z", ROWS).stderr


def test_several_at_once_and_rows_as_they_were(shell: Shell) -> None:
    done = shell("river run 'low=Min()' 'high=Max()' - -c x", 'x,"a, b"\n2,"one, two"\n1,\n')
    assert done.stdout == 'x,"a, b",low,high\n2,"one, two",2.0,2.0\n1,,1.0,2.0\n'


def test_other_formats(shell: Shell, tmp_path: Path) -> None:
    done = shell("river run 'm=Mean()' - -c x --format jsonl", '{"x": 1, "z": [1]}\n{"x": 3}\n')
    assert [json.loads(line)["m"] for line in done.stdout.splitlines()] == [1.0, 2.0]
    assert json.loads(done.stdout.splitlines()[0])["z"] == [1]
    assert shell("river run 'm=Mean()' - -c x --format tsv", "x\ty\n1\t2\n").stdout == "x\ty\tm\n1\t2\t1.0\n"
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table({"x": [1, 3]}), tmp_path / "t.parquet")
    assert shell("river run 'm=Mean()' t.parquet -c x").stdout == "x,m\n1,1.0\n3,2.0\n"


def test_dates_and_durations(shell: Shell) -> None:
    text = "t,x\n2026-01-01,1\n2026/01/01 12:00,3\n2026-01-03T00:00:00,5\n"
    done = shell("""river run 'w=TimeRolling(Mean, "1.5d")' - -c x -t t""", text)
    assert column(done.stdout) == ["w", "1.0", "2.0", "5.0"]
    text = text.replace("2026/01/01 12:00", "2026-01-01T12:00")
    assert shell("""river run 'w=EWMean(halflife="12h")' - -c x -t t""", text).returncode == 0


def test_bad_rows(shell: Shell) -> None:
    text = "x\n1\none\n3\n"
    done = shell("river run 'm=Mean()' - -c x", text)
    assert done.returncode == 1
    assert done.stdout == "x,m\n1,1.0\n"
    assert done.stderr == "Error: -, row 2: could not convert string to float: 'one'\n"
    done = shell("river run 'm=Mean()' - -c x --on-error skip", text)
    assert (done.returncode, done.stdout) == (0, "x,m\n1,1.0\n3,2.0\n")
    assert done.stderr == "1 rows could not be read and were skipped\n"


@pytest.mark.parametrize("on_error", ["stop", "skip"])
def test_a_file_that_ends_too_early(on_error: str, shell: Shell, tmp_path: Path) -> None:
    whole = gzip.compress(("x\n" + "".join(f"{i * i}\n" for i in range(100_000))).encode())
    (tmp_path / "t.csv.gz").write_bytes(whole[:-1000])
    done = shell(f"river run 'm=Mean()' t.csv.gz -c x --on-error {on_error} | tail -1; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: t.csv.gz")
    assert "Traceback" not in done.stderr


def test_rows_of_another_length_are_bad(shell: Shell) -> None:
    done = shell("river run 'm=Mean()' - -c x --on-error skip", "x,y\n1,2\n3\n\n5,6,7\n3,4\n")
    assert done.stdout == "x,y,m\n1,2,1.0\n3,4,2.0\n"
    assert done.stderr.startswith("2 rows")


def test_what_is_not_utf_8_stays(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"x,name\n1,caf\xe9\n")
    done = subprocess.run(
        ["bash", "-c", "river run 'm=Mean()' t.csv -c x"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"x,name,m\n1,caf\xe9,1.0\n"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("Meen()", "did you mean Mean?"),
        ("Quantile(2)", "between 0 and 1"),
        ("Quantile(q=x)", "there is no statistic x"),
        ("__import__('os').system('touch owned')", "expected the name of a statistic"),
        ("Mean().update(1)", "expected the name of a statistic"),
        ("Mean(*[1])", "cannot be unpacked"),
        ("[Mean()]", "expected a statistic"),
        ("Mean(", "cannot be read"),
        ("Mean() + 1", "expected a statistic"),
        ("(" * 9_000, "cannot be read"),
        ("Mean()" + " " * 20_000, "at most 10,000 characters"),
        ("Quantile(q=1 .__class__)", "expected the name"),
        ("Quantile(open('x'))", "malformed"),
        ("TimeRolling(Mean, 3.0)", "--time"),
        ("Cov()", "twice"),
    ],
)
def test_expressions_are_parsed_and_never_evaluated(
    expression: str, said: str, shell: Shell, tmp_path: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        ["river", "run", expression, "-", "-c", "x"],
        input=ROWS,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
        executable=tmp_path / ".scripts" / "river",
    )
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "owned").exists()


def test_a_column_that_is_not_there(shell: Shell) -> None:
    done = shell("river run 'Mean()' - -c z", ROWS)
    assert done.returncode == 1
    assert done.stderr == "Error: -: there is no column z; there are t, x, y\n"


def test_a_name_that_is_there_twice(shell: Shell) -> None:
    assert shell("river run 'Mean()' 'Mean()' - -c x", ROWS).returncode == 2


def test_follows_a_pipe(environment: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(
        ["bash", "-c", "exec river run --unbuffered 'm=Max()' - -c x"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for given, shown in (("x", "x,m"), ("2", "2,2.0"), ("5", "5,5.0"), ("1", "1,5.0")):
            process.stdin.write(given + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == shown + "\n"
        process.stdin.close()
        assert process.wait(300) == 0


@pytest.mark.parametrize(("command", "last"), [("run -u 'm=Max()' - -c x", "2,2.0\n"), ("describe - --csv", "")])
def test_an_interrupt_ends_with_what_there_is(
    command: str, last: str, environment: dict[str, str], tmp_path: Path
) -> None:
    with subprocess.Popen(
        ["bash", "-c", f"exec river {command}"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("x\n2\n")
        process.stdin.flush()
        if last:
            assert [process.stdout.readline(), process.stdout.readline()] == ["x,m\n", last]
        else:
            until_read(process.stdin)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert out == "" if last else out.startswith("column")


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    done = shell("yes 1 | (echo x; cat) | river run 'Mean()' - -c x | head -3; exit ${PIPESTATUS[2]}")
    assert done.stdout.splitlines() == ["x,Mean()", "1,1.0", "1,1.0"]
    assert done.stderr == ""
    assert done.returncode == 128 + signal.SIGPIPE
