"""Reads one stack's files into a Manifest, or tells everything that is wrong with them."""

from datetime import date
from pathlib import Path

from oneplan.errors import ManifestError
from oneplan.manifest import files
from oneplan.manifest.report import validate
from oneplan.manifest.values import Manifest

stacks = files.stacks


def load(root: Path, stack: str, *, today: date | None = None, thorough: bool = True) -> Manifest:
    """Returns the manifest of a stack: `oneplan.yaml`, its job files and the stack's overrides, merged.

    Args:
        root: The project's folder.
        stack: The stack's name; its file `Pulumi.<stack>.yaml` may be missing. Of a qualified name such as
            `organisation/project/dev` the last part counts, as for Pulumi.
        today: The day from which clock changes are looked for; None leaves those checks out.
        thorough: Whether all is checked. False leaves out the checks that no value depends on (`checks.BESIDE`), for
            whoever only looks at what runs; the warnings are fewer then.

    Raises:
        ManifestError: with all problems, sorted by place.
    """
    report = validate(root, (stack,), today=today, thorough=thorough)
    for manifest in report.manifests.values():
        return manifest
    raise ManifestError(report.problems)
