"""Pulumi's protocol stubs without the rest of Pulumi.

Importing ``pulumi`` costs more than 100 ms and 10 MB, and the emulator needs none of it but the generated protocol
modules. Python imports parent packages first, so empty packages that know only their folder stand in for ``pulumi``,
``pulumi.runtime`` and ``pulumi.runtime.proto`` while the stubs load. Afterwards all of it is taken out of
``sys.modules`` again, so that a later real ``import pulumi`` starts from nothing (protobuf accepts the same descriptors
twice). Where Pulumi is loaded already, its own modules are used.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from emulator.errors import StartError

_PACKAGES = {"pulumi": "", "pulumi.runtime": "runtime", "pulumi.runtime.proto": "runtime/proto"}


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Lets the stubs be imported inside the block, and leaves ``sys.modules`` as it was."""
    if "pulumi" in sys.modules:
        yield
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("emulator.provider: the package pulumi is not installed; run `make setup`")
    home = Path(spec.submodule_search_locations[0])
    for name, folder in _PACKAGES.items():
        package = ModuleType(name)
        package.__path__ = [str(home / folder)]
        sys.modules[name] = package
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name == "pulumi" or name.startswith("pulumi.")]:
            del sys.modules[name]


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"pulumi.runtime.proto.{name}")


with _stand_ins():
    provider_pb2 = _load("provider_pb2")
    provider_pb2_grpc = _load("provider_pb2_grpc")
    plugin_pb2 = _load("plugin_pb2")
