"""Where each effective value comes from, and what differs between two stacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from oneplan.errors import OneplanError
from oneplan.manifest import files, intervals
from oneplan.manifest.problems import Problems, near
from oneplan.manifest.tree import EMPTY, Map, Node, Scalar, Sequence, find, is_null, plain
from oneplan.manifest.tree import Path as Steps

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from oneplan.manifest.models import Section

LayerName = Literal["built-in", "defaults", "file", "overrides"]
Kind = Literal["job", "app", "queue", "container", "table", "notify", "plan", "project"]

SECTIONS: Mapping[str, str] = {
    "app": "apps",
    "job": "jobs",
    "queue": "queues",
    "container": "containers",
    "table": "tables",
    "notify": "notify",
}
"""Kind to the key that its things stand under."""

_LABELS: tuple[LayerName, ...] = ("defaults", "defaults", "file", "overrides")


class UnknownNameError(OneplanError):
    """Raised when something is asked for that the manifest does not have."""


@dataclass(frozen=True, slots=True)
class Effective:
    """One value that holds in a stack; a list counts as one, for it is replaced as one."""

    path: tuple[str | int, ...]
    """Keys from the thing it belongs to, such as `("alert", "late")`."""
    value: Any
    text: str
    """As a file has it, such as `15m`."""
    file: str
    """Path from the project's folder; empty for a built-in default."""
    line: int
    """Counted from 1; 0 for a built-in default."""
    layer: LayerName


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same in two stacks."""

    path: tuple[str | int, ...]
    """Keys from the top, such as `("jobs", "stock-sync", "timeout")`."""
    left: Effective | None
    """None when the first stack has no such value."""
    right: Effective | None


def explain(root: Path, stack: str, kind: str, name: str = "") -> tuple[Effective, ...]:
    """Returns what holds for one thing in a stack, in the order of its fields, and who says so.

    A thing with faults is explained too, as far as its files can be read.

    Args:
        root: The project's folder.
        stack: The stack's name.
        kind: One of `Kind`.
        name: The thing's name; `plan` and `project` need none.

    Raises:
        ManifestError: the files cannot be read.
        UnknownNameError: there is no such thing.
    """
    return _Stack(root.resolve(), stack).explain(kind, name)


def difference(root: Path, a: str, b: str) -> tuple[Difference, ...]:
    """Returns every value that two stacks do not share, sorted by path; values from built-in defaults included.

    Raises:
        ManifestError: the files cannot be read.
    """
    left, right = (_Stack(root.resolve(), stack).everything() for stack in (a, b))
    paths = sorted(left.keys() | right.keys(), key=lambda path: [str(step) for step in path])
    pairs = ((path, left.get(path), right.get(path)) for path in paths)
    return tuple(Difference(path, one, two) for path, one, two in pairs if _value(one) != _value(two))


def _value(effective: Effective | None) -> tuple[Any, ...]:
    return () if effective is None else (type(effective.value), effective.value)


class _Stack:
    """The layers of one stack, for questions."""

    def __init__(self, root: Path, stack: str) -> None:
        from oneplan.manifest.assemble import Assembly  # pydantic, only when something is loaded

        sources = files.read(root)
        problems = Problems(sources.problems)
        layer = files.stack_file(root, stack.rpartition("/")[2], problems)
        problems.raise_any()
        if sources.project is None:
            raise AssertionError("an unreadable project file adds a problem")
        self._own = sources.project
        self._above = layer.overrides
        self._assembly = Assembly(sources.project, sources.jobs, layer.overrides, Problems())
        self._tree = self._assembly.tree()

    def explain(self, kind: str, name: str) -> tuple[Effective, ...]:
        if kind in SECTIONS:
            return tuple(self._thing(kind, name))
        if kind == "plan":
            return tuple(self._plan())
        if kind == "project":
            return tuple(self._project())
        raise UnknownNameError(f'nothing is called a "{kind}"; {near(kind, (*SECTIONS, "plan", "project"))}')

    def everything(self) -> dict[Steps, Effective]:
        found = {one.path: one for one in self._project()}
        found |= {("plan", *one.path): one for one in self._plan()}
        for kind, section in SECTIONS.items():
            for name, entry in self._tree.section(section).entries.items():
                if isinstance(entry.node, Map):
                    found |= {(section, name, *one.path): one for one in self._thing(kind, name)}
        return found

    def _thing(self, kind: str, name: str) -> Iterator[Effective]:
        section = SECTIONS[kind]
        things = self._tree.section(section)
        node = things.get(name)
        if not isinstance(node, Map):
            known = [one for one, entry in things.entries.items() if not is_null(entry.node)]
            raise UnknownNameError(f'no {kind} is called "{name}"; {near(name, known)}')
        if kind == "job" and node.get("app") is None and (only := self._only_app()):
            yield Effective(("app",), only, only, "", 0, "built-in")
        yield from _effective(node, self._assembly.layers(section, name), _model(section))

    def _only_app(self) -> str | None:
        """Where a job runs that names no app."""
        apps = [name for name, entry in self._tree.section("apps").entries.items() if not is_null(entry.node)]
        return apps[0] if len(apps) == 1 else None

    def _plan(self) -> Iterator[Effective]:
        layers = (EMPTY, EMPTY, self._own.section("plan"), self._above.section("plan"))
        return _effective(self._tree.section("plan"), layers, _model("plan"))

    def _project(self) -> Iterator[Effective]:
        elsewhere = (*SECTIONS.values(), "plan", "defaults")
        node = self._tree.without(*elsewhere)
        found = _effective(node, (EMPTY, EMPTY, self._own, self._above), _model(""))
        return (one for one in found if one.path[0] not in elsewhere)


def _model(section: str) -> "type[Section]":
    from oneplan.manifest import models

    known: dict[str, type[Section]] = {
        "": models.Project,
        "apps": models.AppModel,
        "jobs": models.JobModel,
        "queues": models.QueueModel,
        "containers": models.ContainerModel,
        "tables": models.TableModel,
        "notify": models.NotifyModel,
        "plan": models.PlanModel,
    }
    return known[section]


def _effective(
    node: Map, layers: tuple[Map, ...], model: "type[Section] | None", path: Steps = ()
) -> Iterator[Effective]:
    """The values below a node, in the order of the model's fields; what no model knows comes last."""
    from oneplan.manifest.shape import model_at

    fields = dict(model.model_fields) if model else {}
    for key in (*fields, *(key for key in node.entries if key not in fields)):
        below, inner = (*path, key), model_at(model, (key,)) if model else None
        said = node.get(key)
        if isinstance(said, Map) and (said.entries or inner):
            yield from _effective(said, layers, inner, below)
        elif said is not None and not is_null(said):
            yield Effective(
                below, plain(said), _text(said), said.mark.file, said.mark.line, _layer(said, below, layers)
            )
        elif inner and key in fields and not fields[key].is_required() and _default(fields[key]) is not None:
            yield from _effective(EMPTY, layers, inner, below)
        elif key in fields and (value := _default(fields[key])) not in (None, "", (), {}):
            yield Effective(below, value, _words(value), "", 0, "built-in")


def _default(field: "FieldInfo") -> Any:
    return None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


def _layer(node: Node, path: Steps, layers: tuple[Map, ...]) -> LayerName:
    """The highest layer that holds this very node."""
    pairs = zip(reversed(_LABELS), reversed(layers), strict=True)
    return next((label for label, layer in pairs if find(layer, path) is node), "file")


def _text(node: Node) -> str:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return f"[{', '.join(_text(item) for item in node.items)}]"
        case Map():
            return "{" + ", ".join(f"{key}: {_text(entry.node)}" for key, entry in node.entries.items()) + "}"


def _words(value: Any) -> str:
    match value:
        case timedelta():
            return intervals.words(value)
        case bool():
            return str(value).lower()
        case tuple() | list():
            return f"[{', '.join(_words(one) for one in value)}]"
        case _:
            return str(value)
