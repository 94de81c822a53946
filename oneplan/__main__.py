"""`python -m oneplan` is the `oneplan` command."""

import sys

from oneplan.cli import main

if __name__ == "__main__":
    sys.exit(main())
