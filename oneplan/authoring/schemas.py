"""Where a project's JSON Schemas are: its own, or those of a folder above, in a repository of many projects."""

import os
from pathlib import Path

FOLDER = "schemas"
_ANY = "oneplan.schema.json"


def schema_path(root: Path, name: str) -> str:
    """Returns the path of a schema from the project's folder `root`; its own folder's when there are none yet."""
    root = root.resolve()
    place = next((place for place in (root, *root.parents) if (place / FOLDER / _ANY).is_file()), root)
    return Path(os.path.relpath(place / FOLDER / name, root)).as_posix()
