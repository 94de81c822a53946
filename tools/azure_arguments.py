"""Writes `oneplan/manifest/azure_arguments.json`: what azure-native takes for a plan and for an app.

Read from the source of the installed SDK, whose import would take seconds. Run after its version changed; a test
compares. Kinds are written `string`, `integer`, `number`, `boolean`, `any`, `[kind]` for a list, `{kind}` for a map,
`@Name` for another type and `#Name` for an enum; `!` behind a kind means that the argument must be there.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "oneplan" / "manifest" / "azure_arguments.json"
RESOURCES = {"plan": ("app_service_plan.py", "AppServicePlanArgs"), "app": ("web_app.py", "WebAppArgs")}
_SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def facts() -> dict[str, Any]:
    """Returns the arguments of both resources with every type and enum they reach."""
    folder = _sdk() / "web"
    inputs, enums = _classes(folder / "_inputs.py"), _classes(folder / "_enums.py")
    found = {name: _arguments(_classes(folder / file)[cls]) for name, (file, cls) in RESOURCES.items()}
    types: dict[str, dict[str, str]] = {}
    values: dict[str, list[str]] = {}
    waiting = [kind for arguments in found.values() for kind in arguments.values()]
    while waiting:
        mark, name = _pointed(waiting.pop())
        if mark == "@" and name not in types:
            types[name] = _arguments(inputs[f"{name}Args"])
            waiting.extend(types[name].values())
        elif mark == "#":
            values[name] = _values(enums[name])
    version = importlib.metadata.version("pulumi-azure-native")
    return {"sdk": version, **found, "types": dict(sorted(types.items())), "enums": dict(sorted(values.items()))}


def text() -> str:
    """Returns the file's content."""
    return json.dumps(facts(), indent=1) + "\n"


def _sdk() -> Path:
    spec = importlib.util.find_spec("pulumi_azure_native")
    if spec is None or spec.origin is None:
        raise SystemExit("pulumi_azure_native: not installed; run `make setup`")
    return Path(spec.origin).parent


def _classes(file: Path) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)}


def _arguments(cls: ast.ClassDef) -> dict[str, str]:
    """The keyword arguments of a class of inputs."""
    start = next(node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    pairs = zip(start.args.kwonlyargs, start.args.kw_defaults, strict=True)
    return {
        one.arg: _kind(one.annotation) + ("" if default else "!")
        for one, default in pairs
        if one.annotation is not None
    }


def _kind(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(name)):
            return f"@{name.removesuffix('Args')}" if name.endswith("Args") else f"#{name}"
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return _SCALARS.get(name, "any")
        case ast.Subscript(value=ast.Attribute(attr=outer) | ast.Name(id=outer), slice=inner):
            return _generic(outer, inner)
    return "any"


def _generic(outer: str, inner: ast.expr) -> str:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    kinds = [_kind(part) for part in parts]
    match outer:
        case "Sequence":
            return f"[{kinds[0]}]"
        case "Mapping":
            return f"{{{kinds[1]}}}"
        case "Union":  # a text, or one of an enum: the enum says more
            return next((kind for kind in kinds if kind.startswith("#")), kinds[0])
    return kinds[0]


def _pointed(kind: str) -> tuple[str, str]:
    inner = kind.strip("[]{}!")
    return inner[:1], inner[1:]


def _values(cls: ast.ClassDef) -> list[str]:
    return list(_assigned(cls))


def _assigned(cls: ast.ClassDef) -> Iterator[str]:
    for node in cls.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
