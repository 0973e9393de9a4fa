"""Lay these statistics over an installed river, for its models: ``python -m river.overlay ENVIRONMENT``."""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import river

__all__ = ["main"]

DESCRIPTION = """\
Put the statistics of this package into river 0.26.1, whose models then use them, and take them
away again. `river.stats`, the windows of `river.utils`, and `Agg` and `TargetAgg` are replaced, names
that river lacks are added to `river.utils`, and no name of river's is lost.

ENVIRONMENT is the folder of a virtual environment or its Python, in which river 0.26.1 is
installed. What is replaced is kept beside the package, in river-0.26.1.overlay.
"""

#: The release of river whose classes have the same names, parameters and attributes as those here.
VERSION = "0.26.1"

#: The files of river that are replaced.
REPLACED = ("stats", "utils/rolling.py", "feature_extraction/agg.py")

#: What river's models need from river itself, which has more than there is here.
RIVERS = ("__init__.py", "base", "_river_rust", "py.typed", "utils/sorted_window.py")

#: Packages that both have: to the names of river's, those of this package are added.
EXTENDED = ("utils", "sketch", "feature_extraction")

HERE = Path(__file__).parent

_ASK = """
import importlib.metadata, importlib.util, json, sysconfig
try:
    version = importlib.metadata.version("river")
except importlib.metadata.PackageNotFoundError:
    version = None
spec = importlib.util.find_spec("river")
folder = spec.submodule_search_locations[0] if spec and spec.submodule_search_locations else None
print(json.dumps([version, folder, sysconfig.get_config_var("EXT_SUFFIX")]))
"""


class Refused(Exception):
    """The environment is not one that can be changed."""


@dataclass(frozen=True)
class Installed:
    """A river 0.26.1: its package, and the folder that keeps what is replaced in it."""

    package: Path

    @property
    def backup(self) -> Path:
        return self.package.with_name(f"river-{VERSION}.overlay")


def pythons(environment: Path) -> list[Path]:
    """Return where the Python of a virtual environment can be."""
    return [environment / "bin" / "python", environment / "Scripts" / "python.exe"]


def find(environment: Path) -> Installed:
    """Return the river of an environment, which is given as the folder of a virtual one or as its Python."""
    python = environment
    if environment.is_dir():
        python = next(filter(Path.exists, pythons(environment)), environment)
    try:
        asked = subprocess.run([python, "-I", "-c", _ASK], capture_output=True, text=True, check=True)
        version, folder, suffix = json.loads(asked.stdout)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise Refused(f"{environment} is no environment: there is no Python in it that runs") from error
    if version is None or folder is None:
        raise Refused(f"{environment} has no river: `{python} -m pip install river=={VERSION}` installs it")
    if version != VERSION:
        raise Refused(f"{environment} has river {version}: these statistics can be laid over {VERSION} alone")
    own = sysconfig.get_config_var("EXT_SUFFIX")
    if suffix != own:
        raise Refused(
            f"the extension module here is for Pythons with {own}, that of {environment} has {suffix}: run "
            "river.overlay with this package installed for a Python of that version"
        )
    return Installed(Path(folder))


def sources() -> Iterator[Path]:
    """Yield the files of this package that go into river, as paths below the package."""
    for path in sorted(HERE.rglob("*")):
        relative = path.relative_to(HERE)
        is_extended = relative.name == "__init__.py" and relative.parts[0] in EXTENDED
        is_rivers = any(relative.is_relative_to(kept) for kept in RIVERS) or is_extended
        if path.is_file() and "__pycache__" not in relative.parts and not is_rivers:
            yield relative


def lay(found: Installed) -> None:
    """Replace the statistics of river with those of this package."""
    if Installed(HERE).backup.exists():
        raise Refused(f"{HERE} is a river with statistics laid over it: run river.overlay from where they came")
    if found.backup.exists():
        remove(found)
    files = list(sources())
    extended = [f"{name}/__init__.py" for name in EXTENDED if (HERE / name).exists()]
    replaced = [*REPLACED, *extended]
    added = [path.as_posix() for path in files if not any(path.is_relative_to(old) for old in replaced)]
    if both := [path for path in added if (found.package / path).exists()]:
        raise Refused(f"{found.package} has files that would be lost: {', '.join(both)}")
    _keep(found, {"replaced": replaced, "added": added})
    shutil.rmtree(found.package / "stats")
    for path in files:
        target = found.package / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / path, target)
    for name in extended:
        target = found.package / name
        names = with_names(target.read_text("utf-8"), (HERE / name).read_text("utf-8"))
        target.write_text(names, "utf-8")


def _keep(found: Installed, record: dict[str, list[str]]) -> None:
    """Back up what is replaced; once the backup has its final name, `remove` can undo everything that follows."""
    unfinished = found.backup.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in record["replaced"]:
        source, target = found.package / name, unfinished / "river" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            for path in (source, *_compiled(source)):
                kept = unfinished / "river" / path.relative_to(found.package)
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, kept)
    (unfinished / "record.json").write_text(json.dumps(record, indent=1), "utf-8")
    unfinished.rename(found.backup)


def _compiled(source: Path) -> list[Path]:
    return list(source.parent.glob(f"__pycache__/{source.stem}.*.pyc"))


def remove(found: Installed) -> None:
    """Restore river's own files."""
    if not found.backup.exists():
        raise Refused(f"{found.package} has no statistics laid over it")
    record = json.loads((found.backup / "record.json").read_text("utf-8"))
    for name in (*record["added"], *record["replaced"]):
        path = found.package / name
        if path.is_dir():
            shutil.rmtree(path)
            continue
        for file in (path, *_compiled(path)):
            file.unlink(missing_ok=True)
        for folder in (path.parent / "__pycache__", path.parent):
            with contextlib.suppress(OSError):  # it is river's, or not empty yet
                folder.rmdir()
    shutil.copytree(found.backup / "river", found.package, dirs_exist_ok=True)
    done = found.backup.with_suffix(".done")
    found.backup.rename(done)
    shutil.rmtree(done)


def with_names(rivers: str, ours: str) -> str:
    """Return the text of one of river's `__init__.py`, with the public names that it lacks from ours."""
    known = {name for _, name in _imported(rivers)}
    further = [(module, name) for module, name in _imported(ours) if name not in known]
    if not further:
        return rivers
    lines = [f"from .{module} import {name}" for module, name in further]
    names = ", ".join(f'"{name}"' for _, name in further)
    return "\n".join([rivers.rstrip(), "", "# Added by river.overlay.", *lines, "", f"__all__ += [{names}]", ""])


def _imported(text: str) -> list[tuple[str, str]]:
    """Return the modules and names that an `__init__.py` imports from its package."""
    return [
        (statement.module or "", alias.asname or alias.name)
        for statement in ast.parse(text).body
        if isinstance(statement, ast.ImportFrom) and statement.level == 1
        for alias in statement.names
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m river.overlay",
        description=DESCRIPTION,
        epilog="The exit code is 0, or 2 if the environment cannot be changed. Then it is as it was.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENVIRONMENT", type=Path, help="a virtual environment, or its Python")
    parser.add_argument("--remove", action="store_true", help="give river its own files back")
    options = parser.parse_args(arguments)
    try:
        found = find(options.environment)
        (remove if options.remove else lay)(found)
    except (OSError, Refused) as error:
        print(error, file=sys.stderr)
        return 2
    if options.remove:
        print(f"river {VERSION} in {found.package} is as it was")
    else:
        print(f"river {VERSION} in {found.package} has the statistics of {river.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
