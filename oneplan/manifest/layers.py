"""Lays trees over one another.

Maps merge key by key; scalars and lists replace. A null takes away what the layer below it says about a key, so that
the layer under that one shows through. Every value keeps the place it came from.
"""

from collections.abc import Collection, Sequence

from oneplan.manifest.tree import Entry, Map, is_null


def overlay(layers: Sequence[Map], *, whole: Collection[str] = ()) -> Map:
    """Returns one map of several; a single one that says something is returned as it is.

    Args:
        layers: The maps, the lowest first, at least one.
        whole: Keys that replace even when both values are maps.
    """
    filled = [layer for layer in layers if layer.entries]
    if len(filled) < 2:
        return filled[0] if filled else layers[0]
    entries = dict(filled[0].entries)
    clashes: dict[str, list[Entry]] = {}
    for layer in filled[1:]:
        for key, entry in layer.entries.items():
            if key in clashes:
                clashes[key].append(entry)
            elif key in entries:
                clashes[key] = [entries[key], entry]
            else:
                entries[key] = entry
    for key, said in clashes.items():
        entries[key] = _settled(said, is_whole=key in whole)
    return Map(filled[0].place, entries)


def _settled(said: Sequence[Entry], *, is_whole: bool) -> Entry:
    """What holds of all that the layers say about one key; the last null when nothing is left."""
    left: list[Entry] = []
    for entry in said:
        if not is_null(entry.node):
            left.append(entry)
        elif left:
            left.pop()
    if not left:
        return said[-1]
    maps: list[Map] = []
    for entry in reversed(left):
        if is_whole or not isinstance(entry.node, Map):
            break
        maps.append(entry.node)
    return Entry(left[-len(maps)].place, overlay(maps[::-1])) if len(maps) > 1 else left[-1]
