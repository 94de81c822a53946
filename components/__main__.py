"""The components as a Pulumi package, for programs in other languages: `pulumi package get-schema ./components`."""

import sys
from pathlib import Path

# Pulumi runs this folder as a program, which puts the folder itself on the path, not the project it is part of.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from pulumi.provider import main  # noqa: E402

from components.package import Package  # noqa: E402

if __name__ == "__main__":
    main(Package(), sys.argv[1:])
