"""Reads one stack's files into a Manifest, or tells everything that is wrong with them."""

from pathlib import Path

from oneplan.manifest import files
from oneplan.manifest.problems import Problems
from oneplan.manifest.values import Manifest

stacks = files.stacks


def load(root: Path, stack: str) -> Manifest:
    """Returns the manifest of a stack: `oneplan.yaml`, `jobs/*/job.yaml` and the stack's overrides, merged.

    Args:
        root: The project's folder.
        stack: The stack's name; its file `Pulumi.<stack>.yaml` may be missing. Of a qualified name such as
            `organisation/project/dev` the last part counts, as for Pulumi.

    Raises:
        ManifestError: with all problems, sorted by place.
    """
    from oneplan.manifest import assemble, build, checks, draft  # pydantic, only when something is loaded

    root, stack = root.resolve(), stack.rpartition("/")[2]
    problems = Problems()
    project = files.project_file(root, problems)
    jobs, unreadable = files.job_files(root, problems)
    layer = files.stack_file(root, stack, problems)
    if project is None:
        problems.raise_any()
        raise AssertionError("an unreadable project file adds a problem")
    tree = assemble.assemble(project, jobs, layer.overrides, problems, unreadable=unreadable)
    folders = {name: file.folder for name, file in jobs.items()}
    found = draft.draft(tree, problems, root=root, stack=stack, layer=layer, folders=folders)
    checks.check(found, problems)
    problems.raise_any()
    assert found.project is not None  # its absence is a problem
    return build.build(found, found.project, problems.warnings)
