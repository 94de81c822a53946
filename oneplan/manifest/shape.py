"""Checks a part of the tree against its model and says where each fault is.

A part with faults is checked again without them, required keys filled by the model's stand-ins, so that the later
checks still see the rest of it.
"""

import re
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, Union

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from oneplan.manifest.discovery import JOB_FILE
from oneplan.manifest.models import Section
from oneplan.manifest.problems import Problems, near, quoted
from oneplan.manifest.tree import Map, Path, Scalar, find, key_mark, plain, value_mark

S = TypeVar("S", bound=Section)

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}
_OVERLAP = ("allow_overlap", "concurrency", "is_singleton", "max_parallel", "overlap", "parallel", "singleton")
"""Words of other schedulers for what Kudu decides alone (TriggeredJobRunner.cs takes a lock for each run)."""
_NEVER_A_NUMBER = ("runtime", "every", "cron")
_ROUNDS = 6


def check(model: type[S], root: Map, path: Path, problems: Problems, *, hollow: Iterable[str] = ()) -> S | None:
    """Returns the part of the tree at `path` as its model, faults left out; None when it is no map at all.

    Args:
        model: What the part should look like.
        root: The whole tree, for positions.
        path: Where the part is.
        problems: Where faults are added.
        hollow: Keys whose maps are checked elsewhere, entry by entry.
    """
    node = find(root, path)
    data = plain(node) if node else None
    if isinstance(data, dict):
        data = {k: {} if k in hollow and isinstance(v, dict) else v for k, v in data.items()}
    for round_number in range(_ROUNDS):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            faults = error.errors(include_url=False)
        for fault in _told_once(model, root, path, faults) if round_number == 0 else ():
            _Fault(model, root, path, fault).add_to(problems)
        data = _mended(model, data, faults)
    return None


def shown(path: Path) -> str:
    """Returns a path as messages show it."""
    return ".".join(str(step) for step in path)


class _Fault:
    """One of pydantic's errors, put into the manifest's words and place."""

    def __init__(self, model: type[Section], root: Map, base: Path, details: ErrorDetails) -> None:
        self._model = model
        self._root = root
        self._inner: Path = tuple(step for step in details["loc"] if step != "[key]")
        self._path: Path = base + self._inner
        self._details = details

    def add_to(self, problems: Problems) -> None:
        kind = self._details["type"]
        if kind == "extra_forbidden":
            self._unknown_key(problems)
        elif kind == "missing":
            self._missing_key(problems)
        elif kind == "check":
            context = self._details["ctx"]
            self._add(problems, context["code"], context["text"], at_key=context.get("at") == "key")
        elif kind == "literal_error":
            self._not_one_of(problems)
        else:
            self._wrong_type(problems, _EXPECTED.get(kind, self._details["msg"]))

    def _add(self, problems: Problems, code: str, message: str, *, at_key: bool = False) -> None:
        mark = (key_mark if at_key else value_mark)(self._root, self._path)
        where = self._path[2:] if self._path[:1] == ("jobs",) and mark.file.endswith(f"/{JOB_FILE}") else self._path
        problems.add(mark, code, f"{shown(where)}: {message}" if where else message)

    def _unknown_key(self, problems: Problems) -> None:
        key = str(self._path[-1])
        owner = model_at(self._model, self._inner[:-1])
        known = owner.model_fields if owner else ()
        if key == "on" and "trigger" in known:
            problems.add(key_mark(self._root, self._path), "WJ016", 'unknown key "on"; write trigger')
            return
        if key in _OVERLAP and "trigger" in known:
            message = f'overlap cannot be chosen: App Service always refuses a second start of a job; remove "{key}"'
            problems.add(key_mark(self._root, self._path), "WJ050", message)
            return
        hint = _meant(owner, key) or near(key, known)
        problems.add(key_mark(self._root, self._path), "WJ010", f'unknown key "{key}"; {hint}')

    def _missing_key(self, problems: Problems) -> None:
        key = str(self._path[-1])
        owner = model_at(self._model, self._inner[:-1])
        field = owner.model_fields[key] if owner else None
        example = f", for example {key}: {field.examples[0]}" if field and field.examples else ""
        parent, taken = self._path[:-1], find(self._root, self._path)
        if taken is not None:
            problems.add(taken.mark, "WJ011", f'missing key "{key}": null takes it away here; give it a value{example}')
            return
        mark = key_mark(self._root, parent)
        where = f" in {shown(parent)}" if parent and not mark.file.endswith(f"/{JOB_FILE}") else ""
        problems.add(mark, "WJ011", f'missing key "{key}"{where}; add it{example}')

    def _not_one_of(self, problems: Problems) -> None:
        choices = re.findall(r"'([^']*)'", self._details["ctx"]["expected"])
        value = self._details["input"]
        hint = near(value, choices) if isinstance(value, str) else ""
        tail = f"; {hint}" if hint.startswith("did") else ""
        self._add(problems, "WJ015", f"{quoted(value)} is not one of {', '.join(choices)}{tail}")

    def _wrong_type(self, problems: Problems, expected: str) -> None:
        node = find(self._root, self._path)
        if expected == "text" and isinstance(node, Scalar) and node.value is not None:
            kind = "true or false" if isinstance(node.value, bool) else "a number"
            right = f'put it in quotes: "{node.text}"'
            if self._inner and self._inner[-1] in _NEVER_A_NUMBER:  # quotes alone would not make it right
                right = f"write it as text{self._example().replace(';', ',', 1)}"
            self._add(problems, "WJ017", f"{node.text} was read as {kind}; {right}")
            return
        example = self._example()
        self._add(problems, "WJ012", f"expected {expected}, found {quoted(self._details['input'])}{example}")

    def _example(self) -> str:
        if not self._inner or not isinstance(self._inner[-1], str):
            return ""
        owner = model_at(self._model, self._inner[:-1])
        field = owner.model_fields.get(self._inner[-1]) if owner else None
        return f"; for example {self._inner[-1]}: {field.examples[0]}" if field and field.examples else ""


def _told_once(model: type[Section], root: Map, base: Path, faults: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The faults without the keys that are missing only because they are misspelt or have nothing behind them."""
    unknown = [fault["loc"] for fault in faults if fault["type"] == "extra_forbidden"]
    meant = [(path[:-1], _meant(model_at(model, path[:-1]), str(path[-1]))) for path in unknown]
    for fault in faults:
        *parent, key = fault["loc"] or ("",)
        if fault["type"] == "missing":
            node = find(root, base + fault["loc"])
            is_empty = isinstance(node, Scalar) and not node.text
            if is_empty or any(tuple(parent) == at and re.search(rf"\b{key}\b", hint) for at, hint in meant):
                continue
        yield fault


def _meant(owner: type[Section] | None, key: str) -> str:
    """What an unknown key was probably to say, as the end of a message; empty when nobody can tell."""
    from oneplan.manifest.schema.mistakes import MISTAKES

    if owner is None:
        return ""
    if key == "<<":
        return "merge keys are YAML 1.1 and not read here, write the keys themselves, or use defaults"
    likely = near(key, owner.model_fields)
    mistake = MISTAKES.get(owner.__name__, {}).get(key, "")
    name = likely.removeprefix('did you mean "').removesuffix('"?')
    if mistake and name not in mistake:
        return f"{mistake[:1].lower()}{mistake[1:]}"
    return likely if name != likely else ""


def model_at(model: type[Section], path: Path) -> type[Section] | None:
    """Returns the model that describes what is at a path below another model; None when none does."""
    current: Any = model
    for step in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(step))
            current = field.annotation if field else None
        else:
            inside = [option for option in typing.get_args(current) if option is not Ellipsis]
            current = inside[-1] if inside else None
        current = next(iter(_models_in(current)), current)
    return current if isinstance(current, type) and issubclass(current, Section) else None


def _models_in(annotation: Any) -> Iterator[Any]:
    """Unwraps Annotated and Optional; containers stay, for the next step goes into them."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _models_in(typing.get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for option in typing.get_args(annotation):
            if option is not type(None):
                yield from _models_in(option)
    elif annotation is not None:
        yield annotation


def _mended(model: type[Section], data: Any, faults: Iterable[ErrorDetails]) -> Any:
    """The data without the values at fault, changed in place; of a list, the whole list goes."""
    for fault in faults:
        path = fault["loc"]
        if fault["type"] != "missing":
            _remove(data, path)
        elif len(path) > 1:
            _remove(data, path[:-1])
        elif isinstance(data, dict):
            data[path[0]] = model.stand_ins.get(str(path[0]))
    return data


def _remove(data: Any, path: tuple[str | int, ...]) -> None:
    """Takes away the value at a path, or the innermost entry of a map that holds it."""
    if not isinstance(data, dict) or not path or path[0] not in data:
        return
    key, rest = path[0], path[1:]
    if isinstance(data[key], dict) and rest and rest != ("[key]",):
        _remove(data[key], rest)
    else:
        del data[key]
