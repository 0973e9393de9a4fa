"""`river describe`: every format, one pass, the figures of pandas and SciPy."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.cli.conftest import Shell

SEATTLE = "city,x,when,even\nSeattle,1.5,2026-01-01,true\nParis,,2026-01-02,false\nSeattle,4.0,2026-01-03,true\n"


@pytest.fixture
def table(tmp_path: Path) -> Any:
    """Return a table, written into a file of each format."""
    rng = np.random.default_rng(11)
    columns = {
        "x": pa.array(rng.normal(1e6, 1, 30_000), mask=rng.random(30_000) < 0.1),
        "k": pa.array(rng.integers(0, 50, 30_000)),
        "city": pa.array(rng.choice(["Paris", "Rome", "Oslo"], 30_000)),
    }
    found = pa.table(columns)
    pyarrow.csv.write_csv(found, tmp_path / "t.csv")
    pyarrow.csv.write_csv(found, tmp_path / "t.tsv", pyarrow.csv.WriteOptions(delimiter="\t"))
    pyarrow.parquet.write_table(found, tmp_path / "t.parquet")
    with pa.ipc.new_file(tmp_path / "t.arrow", found.schema) as file:
        file.write_table(found)
    with pa.ipc.new_stream(tmp_path / "t.arrows", found.schema) as stream:
        stream.write_table(found)
    found.to_pandas().to_json(tmp_path / "t.jsonl", orient="records", lines=True, double_precision=15)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress((tmp_path / "t.csv").read_bytes()))
    with pa.CompressedOutputStream(tmp_path / "t.csv.zst", "zstd") as out:
        out.write((tmp_path / "t.csv").read_bytes())
    return found


@pytest.mark.parametrize(
    "source",
    [
        *("t.csv", "t.tsv", "t.parquet", "t.arrow", "t.arrows", "t.jsonl", "t.csv.gz", "t.csv.zst"),
        *("- < t.csv", "- < t.csv.gz", "--format arrow - < t.arrows", "--format tsv - < t.tsv"),
    ],
)
def test_every_format_gives_the_figures_of_pandas(source: str, table: Any, shell: Shell) -> None:
    done = shell(f"river describe --json {source}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["rows"] == len(table)
    assert list(found["columns"]) == ["x", "k", "city"]
    for name in ("x", "k"):
        expected = pd.Series(table[name].drop_null().to_numpy())
        column = found["columns"][name]
        assert column["n"] == len(expected)
        assert column["missing"] == table[name].null_count
        assert column["mean"] == pytest.approx(expected.mean(), rel=1e-14)
        assert column["std"] == pytest.approx(expected.std(), rel=1e-9)
        assert (column["min"], column["max"]) == (expected.min(), expected.max())
        assert column["skew"] == pytest.approx(expected.skew(), abs=1e-6)
        assert column["kurtosis"] == pytest.approx(expected.kurt(), abs=1e-6)
        for q in (0.25, 0.5, 0.75):
            tolerance = 0 if name == "k" else 0.05
            assert column[f"{q:.0%}"] == pytest.approx(expected.quantile(q), rel=0, abs=tolerance)
    assert found["columns"]["x"]["estimated"] == ["25%", "50%", "75%"]
    assert "estimated" not in found["columns"]["k"]
    assert found["columns"]["x"]["distinct"] is None
    assert found["columns"]["k"]["distinct"] == 50
    city = found["columns"]["city"]
    frequent = table["city"].to_pandas().value_counts()
    assert (city["distinct"], city["freq"]) == (3, frequent.max())
    assert city["top"] in set(frequent.index[frequent == frequent.max()])


def test_a_table_for_people(shell: Shell) -> None:
    done = shell("river describe -", SEATTLE)
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["city", "x", "when", "even"]
    assert ["type", "string", "double", "date32[day]", "bool"] in lines
    assert ["missing", "0", "1", "0", "0"] in lines
    assert ["mean", "2.75"] in lines
    assert ["max", "4", "2026-01-03"] in lines
    assert ["top", "Seattle", "1.5", "2026-01-01", "True"] in lines
    assert lines[-1] == ["3", "rows"]


def test_csv_has_a_line_for_each_column(shell: Shell) -> None:
    rows = list(csv.DictReader(shell("river describe --csv -", SEATTLE).stdout.splitlines()))
    assert [row["column"] for row in rows] == ["city", "x", "when", "even"]
    assert rows[1]["mean"] == "2.75"
    assert rows[0]["mean"] == ""


def test_some_columns_and_text(shell: Shell) -> None:
    done = shell("river describe --json --columns x,city --text x -", SEATTLE)
    columns = json.loads(done.stdout)["columns"]
    assert list(columns) == ["x", "city"]
    assert columns["x"]["type"] == "string"


def test_nan_is_missing_and_infinities_are_text(shell: Shell) -> None:
    column = json.loads(shell("river describe --json -", "x\n1\nnan\ninf\n").stdout)["columns"]["x"]
    assert (column["n"], column["missing"], column["max"], column["min"]) == (2, 1, "inf", 1.0)
    assert column["std"] is None


def test_no_rows(shell: Shell) -> None:
    done = shell("river describe -", "x,y\n")
    assert done.returncode == 0
    assert done.stdout.endswith("0 rows\n")


def test_state_goes_on_as_if_it_were_one_file(table: Any, shell: Shell, tmp_path: Path) -> None:
    shell("river describe t.parquet --state s.json")
    assert json.loads((tmp_path / "s.json").read_text())["rows"] == len(table)
    twice = json.loads(shell("river describe t.csv --state s.json --json").stdout)
    whole = json.loads(shell("river describe t.parquet t.csv --json").stdout)
    assert twice == whole
    assert twice["rows"] == 2 * len(table)


@pytest.mark.parametrize(
    "state", ["", "[]", "{}", '{"river describe": 2}', '{"river describe": 1, "rows": 1, "columns": {"x": {}}}']
)
def test_a_state_that_is_none_is_refused(state: str, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(state)
    done = shell("river describe - --state s.json", SEATTLE)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: s.json: ")
    assert (tmp_path / "s.json").read_text() == state


def test_a_flipped_bit_in_a_state_is_noticed(shell: Shell, tmp_path: Path) -> None:
    shell("river describe - --state s.json", SEATTLE)
    saved = json.loads((tmp_path / "s.json").read_text())
    summary = saved["columns"]["x"]["summary"]
    saved["columns"]["x"]["summary"] = summary[:200] + ("A" if summary[200] != "A" else "B") + summary[201:]
    (tmp_path / "s.json").write_text(json.dumps(saved))
    assert shell("river describe - --state s.json", SEATTLE).returncode == 1


BROKEN = "x,y\n1,2\n3\n5,6\n"


def test_a_bad_row_stops(shell: Shell) -> None:
    done = shell("river describe -", BROKEN)
    assert done.returncode == 1
    assert "Expected 2 columns, got 1" in done.stderr


def test_bad_rows_are_skipped_and_counted(shell: Shell) -> None:
    done = shell("river describe --json --on-error skip -", BROKEN)
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"] == 2
    assert done.stderr == "1 rows could not be read and were skipped\n"


def test_what_cannot_be_read_is_said(shell: Shell) -> None:
    for command, said in {
        "river describe none.csv": "Error: none.csv: No such file or directory\n",
        "river describe --columns z -": "column",
        "river describe --format parquet -": "read from a file",
    }.items():
        done = shell(command, SEATTLE)
        assert done.returncode == 1, command
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert shell("river describe").returncode == 2


def test_a_column_that_turns_into_text_says_what_to_do(shell: Shell) -> None:
    done = shell("river describe -", "x\n" + "1\n" * 2_000_000 + "one\n")
    assert done.returncode == 1
    assert "--text" in done.stderr


def test_many_columns_fit_the_width(shell: Shell, tmp_path: Path) -> None:
    names = [f"column{i}" for i in range(40)]
    text = ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"
    if sys.platform != "linux" or shutil.which("script") is None:
        pytest.skip("script of util-linux, which makes a terminal, is not here")
    (tmp_path / "t.csv").write_text(text)
    done = shell("script --quiet --return --command 'river describe t.csv' /dev/null < /dev/null", "")
    assert done.returncode == 0, done.stdout
    assert all(name in done.stdout for name in names)
    assert max(len(line.rstrip("\r")) for line in done.stdout.split("\n") if "\x1b" not in line) <= 100


GROUPS = "k,x,when\n" + "".join(f"{'ab'[i % 2] if i % 5 else ''},{i * i},2026-01-{i + 1:02}\n" for i in range(20))


def of_group(key: str) -> str:
    """Return the rows of a group, without the key column."""
    rows = (line.partition(",") for line in GROUPS.splitlines())
    return "".join(f"{rest}\n" for k, _, rest in rows if k in (key, "k"))


def test_groups_are_described_for_themselves(shell: Shell, tmp_path: Path) -> None:
    found = json.loads(shell("river describe --by k --json -", GROUPS).stdout)
    assert (found["rows"], found["by"], list(found["groups"])) == (20, "k", ["", "b", "a"])
    for key, group in found["groups"].items():
        assert group == json.loads(shell("river describe --json -", of_group(key)).stdout)
    pyarrow.parquet.write_table(pa.table({"k": [1, None, 1], "x": [1.0, 2.0, 5.0]}), tmp_path / "t.parquet")
    found = json.loads(shell("river describe --by k --json --columns x t.parquet").stdout)
    assert {key: group["columns"]["x"]["mean"] for key, group in found["groups"].items()} == {"1": 3.0, "": 2.0}
    table = pa.table({"k": pa.array([True, None, False]).dictionary_encode(), "x": [1, 2, 5]})
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    found = json.loads(shell("river describe --by k --json t.parquet").stdout)
    assert list(found["groups"]) == ["true", "", "false"]


def test_groups_as_tables_and_csv(shell: Shell) -> None:
    rows = list(csv.DictReader(shell("river describe --by k --csv -", GROUPS).stdout.splitlines()))
    assert list(rows[0])[:3] == ["k", "column", "type"]
    assert [(row["k"], row["column"]) for row in rows] == [
        (k, column) for k in ("", "b", "a") for column in ("x", "when")
    ]
    lines = shell("river describe --by k -", GROUPS).stdout.splitlines()
    assert [line for line in lines if line.startswith("k: ")] == ["k:  (4 rows)", "k: b (8 rows)", "k: a (8 rows)"]
    assert lines[-1] == "20 rows in 3 groups"


def test_there_are_no_more_groups_than_asked_for(shell: Shell) -> None:
    for command, said in {
        "river describe --by k --max-groups 2 -": "there are more than 2 groups; --max-groups allows for more",
        "river describe --by when -": "",
        "river describe --by z -": "there is no column z",
    }.items():
        done = shell(command, GROUPS)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (int(said != ""), True, False)
    many = "k,x\n" + "".join(f"{i},1\n" for i in range(101))
    assert shell("river describe --by k -", many).returncode == 1
    assert shell("river describe --by k --max-groups 101 -", many).returncode == 0


def test_groups_go_on_from_a_state(shell: Shell, tmp_path: Path) -> None:
    lines = GROUPS.splitlines(keepends=True)
    for name, part in {"a.csv": lines[:9], "b.csv": [lines[0], *lines[9:]]}.items():
        (tmp_path / name).write_text("".join(part))
    shell("river describe --by k --state s.json a.csv")
    saved = (tmp_path / "s.json").read_text()
    twice = shell("river describe --by k --state s.json --json b.csv").stdout
    assert twice == shell("river describe --by k --json a.csv b.csv").stdout
    assert json.loads(twice)["rows"] == 20
    for arguments, said in (("", "it was saved with --by k"), ("--by when", "it was saved with --by k")):
        done = shell(f"river describe {arguments} --state s.json -", GROUPS)
        assert (done.returncode, done.stderr) == (1, f"Error: s.json: {said}\n")
    for broken in (saved[:-1], '{"by": "k"}', '{"by": "k", "groups": {"a": 1}}'):
        (tmp_path / "s.json").write_text(broken)
        assert shell("river describe --by k --state s.json -", GROUPS).stderr.startswith("Error: s.json: ")
    (tmp_path / "s.json").unlink()
    shell("river describe --state s.json -", GROUPS)
    assert "it was saved without --by" in shell("river describe --by k --state s.json -", GROUPS).stderr
