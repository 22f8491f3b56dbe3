"""`python -m rvemu` is `rvemu`."""

import sys

from rvemu.cli import main

if __name__ == "__main__":
    sys.exit(main())
