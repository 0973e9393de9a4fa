"""The README and every page of the documentation: the blocks run, print what they say, and links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, command_environment
from tests.test_river_pickles import containers

pytestmark = pytest.mark.checkout

#: Those whose blocks run in tests/engines, with the engine.
OF_ENGINES = {f"docs/how-to/{engine}.md" for engine in ("dask", "datafusion", "ray", "spark")}
#: What sphinx generates is not read.
MADE = {"gallery", "out", "reference"}
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if page.is_file()]
PAGES = [page for page in PAGES if not {*page.relative_to(ROOT).parts} & MADE]
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Not run are other languages: how to install and build, which has tests of its own, and drawings.
LANGUAGES = {"python", "console", "sh", "text"}
PRINTED = re.compile(r"\bprint\(.*\)  # (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a page, and the line in which its code begins."""

    language: str
    code: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in BLOCK.finditer(text):
        yield Block(found[1], found[2], text.count("\n", 0, found.start()) + 2)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def run_python(page: Path, block: Block, names: dict[str, Any]) -> None:
    """Run a block with the names defined by those before it; an error shows the line of the page."""
    exec(compile("\n" * (block.line - 1) + block.code, page, "exec"), names)


def run_console(block: Block, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each command of a block, the output according to the page, and the actual output."""
    environment = command_environment(folder)
    for part in re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        done = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        yield command, said, done.stdout + done.stderr


WITH_BLOCKS = [page for page in PAGES if list(blocks(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in WITH_BLOCKS if name(page) not in OF_ENGINES], ids=name)
def test_blocks_do_what_they_say(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    # The file that the page on moving from river mentions.
    (tmp_path / "river.pkl").write_bytes(list(containers())[-1].values[0])
    names: dict[str, Any] = {}
    for block in blocks(page):
        if block.language == "python":
            run_python(page, block, names)
            assert capsys.readouterr().out.splitlines() == PRINTED.findall(block.code), f"{page}, line {block.line}"
        elif os.name == "nt":
            pytest.skip("what is said to a shell is said to a POSIX one")
        else:
            for command, said, printed in run_console(block, tmp_path):
                assert printed.rstrip() == said.rstrip(), f"{page}: {command}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_has_a_language(page: Path) -> None:
    fences = re.findall(r"^`{3,}(.*)$", page.read_text("utf-8"), re.MULTILINE)[::2]
    assert {fence for fence in fences if not fence.startswith("{")} <= LANGUAGES


def test_a_block_that_says_something_else_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    block = Block("python", "print(1 + 1)  # 3\n", 7)
    run_python(ROOT / "README.md", block, {})
    assert capsys.readouterr().out.splitlines() != PRINTED.findall(block.code) == ["3"]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    # Without a suffix it is a page that sphinx makes, and sphinx reports missing ones.
    targets = [target for target in targets if Path(target).suffix]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_readme_is_of_one_screen_and_a_table() -> None:
    text = re.sub(r"<!-- benchmark .*?<!-- end -->", "", PAGES[0].read_text("utf-8"), flags=re.DOTALL)
    assert len(text.splitlines()) < 100
