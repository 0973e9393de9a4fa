"""`python -m river` is `river`."""

from __future__ import annotations

from river.cli import main

if __name__ == "__main__":
    main()
