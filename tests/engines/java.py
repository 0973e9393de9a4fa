"""Whether there is Java, which Spark needs."""

from __future__ import annotations

import os
import shutil

import pytest

NEEDS_JAVA = pytest.mark.skipif(
    not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="there is no Java, which Spark needs"
)
