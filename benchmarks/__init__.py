"""Every figure that the README and the documentation quote, from one command.

`python -m benchmarks` takes under three minutes; slow peers are then timed on part of a run, and
the table says so. `python -m benchmarks --full` runs everything whole.
"""
