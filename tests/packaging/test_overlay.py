"""These statistics laid over a real river 0.26.1, as a user would: models run, and river comes back as it was."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.packaging.conftest import Installed
from tests.packaging.environments import run

pytestmark = pytest.mark.packaging

#: A model learns and is pickled, and continues from its pickle.
MODELS = """
import pickle, sys
from river import datasets, feature_extraction, linear_model, metrics, preprocessing, stats, utils

path, step = sys.argv[1:]
rows = list(datasets.Phishing().take(400))
if step == "begin":
    model = feature_extraction.TargetAgg(by=[], how=stats.Mean()) + preprocessing.StandardScaler()
    model = model | linear_model.LogisticRegression()
    metric = utils.Rolling(metrics.Accuracy(), 100)
    rows = rows[:200]
else:
    model, metric = pickle.loads(open(path, "rb").read())
    rows = rows[200:]
for x, y in rows:
    metric.update(y, model.predict_one(x))
    model.learn_one(x, y)
open(path, "wb").write(pickle.dumps((model, metric)))
print(hasattr(stats.Mean, "to_bytes"), repr(model.predict_proba_one(x)[True]), metric)
"""


def files(package: Path) -> dict[str, str]:
    """Return a digest of each file of an installed package and of what lies next to it."""
    return {
        path.relative_to(package.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in package.parent.glob("river*")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def peer(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install river 0.26.1 into an environment of its own."""
    folder = tmp_path_factory.mktemp("peer")
    run([installed.python, "-m", "venv", folder])
    run([folder / "bin" / "python", "-m", "pip", "--quiet", "install", "river==0.26.1"])
    return folder


def test_models_go_on_with_these_statistics(installed: Installed, peer: Path, tmp_path: Path) -> None:
    python = peer / "bin" / "python"
    package = Path(run([python, "-I", "-c", "import river; print(river.__path__[0])"], cwd=tmp_path).strip())
    before = files(package)
    overlay = [installed.python, "-m", "river.overlay", peer]
    theirs, mixed = tmp_path / "theirs", tmp_path / "mixed"

    def learn(path: Path, step: str) -> list[str]:
        return run([python, "-I", "-B", "-c", MODELS, path, step], cwd=tmp_path).split(maxsplit=2)

    assert learn(theirs, "begin")[0] == "False"
    mixed.write_bytes(theirs.read_bytes())
    expected = learn(theirs, "go on")
    run(overlay, cwd=installed.folder)
    found = learn(mixed, "go on")
    assert (expected[0], found[0]) == ("False", "True")
    assert float(found[1]) == pytest.approx(float(expected[1]), rel=1e-9)
    assert found[2] == expected[2]
    run([python, "-I", "-c", "import river.api, river.utils; river.utils.save; river.utils.TumblingWindow"])
    run([*overlay, "--remove"], cwd=installed.folder)
    assert files(package) == before
    assert learn(tmp_path / "again", "begin")[0] == "False"


def test_an_environment_with_these_statistics_alone_is_refused(installed: Installed) -> None:
    command = [installed.python, "-m", "river.overlay", installed.python]
    done = subprocess.run(command, cwd=installed.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "can be laid over 0.26.1 alone" in done.stderr
