"""The wire codec: protobuf structs to Python values and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2

from emulator.resources.signed import KINDS, SIGNATURE, decode_signed, encode
from emulator.resources.values import Unknown


def load(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Returns a struct's content as Python values."""
    return {key: _load(value) for key, value in struct.fields.items()}


def dump(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Returns Python values as a struct."""
    struct = struct_pb2.Struct()
    _fill_struct(struct, encode(dict(values)))
    return struct


def _load(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return Unknown(KINDS[text]) if text in KINDS else text
        case "struct_value":
            fields = value.struct_value.fields
            loaded = {key: _load(item) for key, item in fields.items()}
            return decode_signed(loaded) if SIGNATURE in loaded else loaded
        case "list_value":
            return [_load(item) for item in value.list_value.values]
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case _:
            return None


def _fill_struct(struct: struct_pb2.Struct, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        _fill(struct.fields[key], value)


def _fill(target: struct_pb2.Value, value: Any) -> None:
    match value:
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case bool():
            target.bool_value = value
        case int() | float():
            target.number_value = value
        case str():
            target.string_value = value
        case list():
            target.list_value.SetInParent()
            for item in value:
                _fill(target.list_value.values.add(), item)
        case dict():
            target.struct_value.SetInParent()
            _fill_struct(target.struct_value, value)
        case _:
            raise TypeError(f"{type(value).__name__}: not a value the protocol can carry")
