"""Lays one tree over another.

Maps merge key by key; scalars and lists replace. A null replaces too, and is dropped when the merged tree is
checked: that is how a layer removes what a lower one said. Every value keeps the place it came from.
"""

from collections.abc import Collection

from oneplan.manifest.tree import Entry, Map


def merge(lower: Map, upper: Map, *, whole: Collection[str] = ()) -> Map:
    """Returns `lower` with `upper` laid over it; keys named in `whole` replace even when both are maps."""
    entries = dict(lower.entries)
    for key, above in upper.entries.items():
        below = entries.get(key)
        if below and key not in whole and isinstance(below.node, Map) and isinstance(above.node, Map):
            entries[key] = Entry(below.key, merge(below.node, above.node))
        else:
            entries[key] = above
    return Map(lower.mark, entries)
