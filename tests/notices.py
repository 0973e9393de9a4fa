"""Write NOTICES.md and sbom.cdx.json, the third-party parts of the extension module: `python -m tests.notices`.

They go into every wheel. The crates are those that Cargo.lock leads to without tests and benchmarks, on the platforms
that have wheels.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.processes import ROOT

NOTICES = ROOT / "NOTICES.md"
#: The same in machine-readable form, in CycloneDX.
SBOM = ROOT / "sbom.cdx.json"

#: The licences that are allowed, and the platforms that have wheels.
DENY = ROOT / "deny.toml"

HEAD = """\
# Notices

The extension module of this package contains code of the crates below, each under the licence that is named. The texts
of the licences follow; of a choice with MIT in it, that of MIT. A crate that is there for others names them; those that
write code while the module is built are not in it themselves. `python -m tests.notices` writes this file.

| crate | version | licence | what for |
| --- | --- | --- | --- |
"""


def crates() -> list[dict[str, Any]]:
    """Return what cargo knows about each crate, with `needed_by`: the crates that depend on it."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--features", "python"]
    platforms = tomllib.loads(DENY.read_text("utf-8"))["graph"]["targets"]
    command += [word for platform in platforms for word in ("--filter-platform", platform)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    metadata = json.loads(done.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    needed_by: dict[str, set[str]] = defaultdict(set)
    pending, known = [root], {root}
    while pending:
        current = pending.pop()
        if is_macro(packages[current]):
            continue
        for dependency in nodes[current]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                needed_by[dependency["pkg"]].add(packages[current]["name"])
                if dependency["pkg"] not in known:
                    known.add(dependency["pkg"])
                    pending.append(dependency["pkg"])
    found = [packages[name] | {"needed_by": sorted(needed_by[name])} for name in known - {root}]
    return sorted(found, key=lambda package: (package["name"], package["version"]))


def is_macro(package: dict[str, Any]) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def choices(package: dict[str, Any]) -> list[set[str]]:
    """Return the licences of a crate: one of each set applies. Old expressions have a slash for a choice."""
    parts = re.split(r" AND ", package["license"] or "none")
    return [set(re.split(r" OR |/", part.strip("()"))) for part in parts]


def purposes() -> dict[str, str]:
    """Return the purposes of libraries according to the table in docs/design.md."""
    design = (ROOT / "docs" / "design.md").read_text("utf-8").partition("\n## Libraries\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in design.splitlines() if line.startswith("| ")]
    return {name: row[1] for row in rows[2:] for name in re.findall(r"[a-z][\w-]+", row[0].replace("(crate)", ""))}


def purpose(package: dict[str, Any], of: dict[str, str]) -> str:
    text = of.get(package["name"]) or f"for {', '.join(package['needed_by']).replace('river', 'this package')}"
    return f"{text}; writes code while the module is built" if is_macro(package) else text


def texts(package: dict[str, Any]) -> list[str]:
    """Return the texts of a crate's licences."""
    folder = Path(package["manifest_path"]).parent
    paths = [path for path in folder.iterdir() if re.match(r"(?i)(licen[cs]e|copying|notice|unlicense)", path.name)]
    named = [folder / package["license_file"]] if package["license_file"] else []
    files = [path for path in {*paths, *named} if path.is_file() and path.suffix not in (".rs", ".toml")]
    is_choice = any("MIT" in licences and len(licences) > 1 for licences in choices(package))
    chosen = [path for path in files if "MIT" in path.name.upper()] if is_choice else files
    return [path.read_text("utf-8") for path in sorted(chosen or files)]


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def notices() -> str:
    """Return the text of the file."""
    found, of = crates(), purposes()
    lines = [
        f"| {package['name']} | {package['version']} | {package['license']} | {purpose(package, of)} |"
        for package in found
    ]
    whose: dict[str, list[str]] = defaultdict(list)
    shown: dict[str, str] = {}
    for package in found:
        for text in texts(package):
            words = " ".join(text.split())
            whose[words].append(package["name"])
            shown.setdefault(words, tidy(text))
    parts = [
        f"\n## {', '.join(dict.fromkeys(names))}\n\n```text\n{shown[words]}\n```\n" for words, names in whose.items()
    ]
    return HEAD + "\n".join(lines) + "\n" + "".join(parts)


def sbom() -> str:
    """Return the text of the bill of materials: https://cyclonedx.org/docs/1.6/json/."""
    own = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in locked}
    found = crates()
    components = []
    for package in found:
        checksum = checksums[package["name"], package["version"]]
        scope = "excluded" if is_macro(package) else "required"
        components.append(component(package) | {"scope": scope, "hashes": [{"alg": "SHA-256", "content": checksum}]})
    dependencies = [
        {"ref": reference(user), "dependsOn": [reference(used) for used in found if user["name"] in used["needed_by"]]}
        for user in [own, *found]
    ]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(own)},
        "components": components,
        "dependencies": dependencies,
    }
    return json.dumps(document, indent=1) + "\n"


def component(package: dict[str, Any]) -> dict[str, Any]:
    """Return the entry of a package in a bill of materials."""
    named = {"type": "library", "name": package["name"], "version": package["version"]}
    urls = {"bom-ref": reference(package), "purl": reference(package)}
    return named | urls | {"licenses": [{"expression": package["license"].replace("/", " OR ")}]}


def reference(package: dict[str, Any]) -> str:
    kind = "pypi" if package["name"] == "river" else "cargo"
    return f"pkg:{kind}/{package['name']}@{package['version']}"


if __name__ == "__main__":
    NOTICES.write_text(notices(), "utf-8")
    SBOM.write_text(sbom(), "utf-8")
