"""Importing the package in a subinterpreter is refused, as waiting to attach to one would never end."""

from __future__ import annotations

import pytest

from tests.processes import run_code

CODE = """
import sys

try:
    import _interpreters as interpreters  # CPython 3.13
except ImportError:
    import _xxsubinterpreters as interpreters

if FIRST_IN_MAIN:
    import river.stats

# CPython 3.11 has one kind of subinterpreters, later ones have two, of which one has a lock of its own.
if sys.version_info < (3, 12):
    kinds = [interpreters.create]
elif sys.version_info < (3, 13):
    kinds = [lambda: interpreters.create(isolated=False), lambda: interpreters.create(isolated=True)]
else:
    kinds = [lambda: interpreters.create("legacy"), lambda: interpreters.create("isolated")]

for create in kinds:
    other = create()
    code = '''
for module in ("river.stats", "river.utils", "river.stats"):
    try:
        __import__(module)
    except ImportError as error:
        print(f"refused: {error}", flush=True)
    else:
        print("imported", flush=True)
'''
    interpreters.run_string(other, f"import sys; sys.path[:] = {sys.path!r}; {code}")
    interpreters.destroy(other)

import river.stats

mean = river.stats.Mean()
mean.update_many([1.0] * 20_000)
print(mean)
"""


@pytest.mark.parametrize("first_in_main", [True, False])
def test_a_subinterpreter_is_refused_and_the_main_one_goes_on(first_in_main: bool) -> None:
    *refused, last = run_code(f"FIRST_IN_MAIN = {first_in_main}\n{CODE}", timeout=30).splitlines()
    assert last == "Mean: 1."
    assert len(refused) in (3, 6)
    assert all(line.startswith("refused: ") and "subinterpreter" in line for line in refused), refused
