"""The merged tree of one stack with its checked parts: what the cross checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from oneplan.manifest import models, shape
from oneplan.manifest.files import Sources, StackFile
from oneplan.manifest.memory import Memory
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Map, Mark, Node, find, is_null, key_mark, plain, value_mark
from oneplan.manifest.tree import Path as Steps
from oneplan.manifest.values import Target

S = TypeVar("S", bound=models.Section)

SECTIONS = ("apps", "queues", "containers", "tables", "notify")
STORED = {"containers": "container", "tables": "table", "queues": "queue"}
"""What `uses` may name: section and its word for one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Parts that could not be read are absent here, and their problems are known already."""

    root: Path
    stack: str
    target: Target
    tree: Map
    base: Map
    """The merged tree without the stack's overrides."""
    overrides: Map
    config: Map
    """The stack's own configuration."""
    folders: Mapping[str, Path]
    """Job name to its folder."""
    project: models.Project | None
    apps: Mapping[str, models.AppModel]
    jobs: Mapping[str, models.JobModel]
    queues: Mapping[str, models.QueueModel]
    containers: Mapping[str, models.ContainerModel]
    tables: Mapping[str, models.TableModel]
    notify: Mapping[str, models.NotifyModel]
    today: date | None = None
    """For what depends on the calendar, such as clock changes; None leaves that out."""
    _declared: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def declared(self, section: str) -> tuple[str, ...]:
        """Returns the names in a section, also of entries that have faults."""
        known = self._declared.get(section)
        if known is None:
            entries = self.tree.section(section).entries
            known = self._declared[section] = tuple(name for name, one in entries.items() if not is_null(one.node))
        return known

    def has(self, *path: str | int) -> bool:
        """Whether something was written at a path, and no layer took it away."""
        node = find(self.tree, path)
        return node is not None and not is_null(node)

    def at(self, *path: str | int) -> Mark:
        """Returns where the value at a path was written."""
        return value_mark(self.tree, path)

    def key(self, *path: str | int) -> Mark:
        """Returns where the key at a path was written."""
        return key_mark(self.tree, path)

    def written(self, *path: str | int) -> Any:
        """Returns the bare value at a path as the files have it; None when there is none."""
        node = find(self.tree, path)
        return plain(node) if node else None

    def trigger_is_known(self, job: str) -> bool:
        """Whether a job's trigger is what was written, not a stand-in for one with faults."""
        return self.jobs[job].trigger.manual is None or self.written("jobs", job, "trigger") == {"manual": True}

    def carriers(self) -> list[tuple[Steps, models.AppModel | models.JobModel]]:
        """Returns everything that has `env`, `uses` and `sends`, with its path."""
        apps: list[tuple[Steps, models.AppModel | models.JobModel]] = [
            (("apps", name), app) for name, app in self.apps.items()
        ]
        return [*apps, *((("jobs", name), job) for name, job in self.jobs.items())]

    def app_of(self, job: models.JobModel) -> str | None:
        """Returns the app a job runs beside: the one it names, or the only one there is."""
        apps = self.declared("apps")
        return job.app or (apps[0] if len(apps) == 1 else None)


def draft(
    tree: Map,
    problems: Problems,
    *,
    sources: Sources,
    stack: str,
    layer: StackFile,
    base: Map,
    today: date | None = None,
    memory: Memory | None = None,
) -> Draft:
    """Returns the draft of a merged tree, after checking each part against its model."""

    memory = memory or Memory()

    def part(section: str, name: str, node: Node, model: type[S]) -> tuple[S | None, Problems]:
        found = Problems()
        return (None if is_null(node) else shape.check(model, tree, (section, name), found)), found

    def parts(section: str, model: type[S]) -> dict[str, S]:
        found: dict[str, S] = {}
        for name, entry in tree.section(section).entries.items():
            make = partial(part, section, name, entry.node, model)
            one, faults = memory.get((section, name), (entry.node,), make)
            problems.include(faults)
            if one is not None:
                found[name] = one
        return found

    return Draft(
        root=sources.root,
        stack=stack,
        target=layer.target,
        tree=tree,
        base=base,
        overrides=layer.overrides,
        config=layer.config,
        folders={name: file.folder for name, file in sources.jobs.items()},
        project=shape.check(models.Project, tree.without("jobs"), (), problems, hollow=SECTIONS),
        apps=parts("apps", models.AppModel),
        jobs=parts("jobs", models.JobModel),
        queues=parts("queues", models.QueueModel),
        containers=parts("containers", models.ContainerModel),
        tables=parts("tables", models.TableModel),
        notify=parts("notify", models.NotifyModel),
        today=today,
    )
