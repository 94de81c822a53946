"""Keys of a stack's file that look like ours and would be passed over without a word: Pulumi takes any key."""

from difflib import get_close_matches

from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Map

OWN = ("oneplan:overrides", "oneplan:target")
_NAMES = tuple(key.partition(":")[2] for key in OWN)
_LIKENESS = 0.8


def check(tree: Map, config: Map, problems: Problems) -> None:
    """Adds keys that are misspelt, have another project's prefix, or stand outside of `config`."""
    for key, entry in tree.entries.items():
        if key in OWN:
            problems.add(entry.key, "WJ010", f'"{key}" means nothing here; write it under config')
    for key, entry in config.entries.items():
        is_secret = isinstance(entry.node, Map) and "secure" in entry.node.entries
        if key not in OWN and not is_secret and (meant := _meant(key, is_map=isinstance(entry.node, Map))):
            problems.add(entry.key, "WJ010", f'unknown key "{key}"; did you mean "{meant}"?')


def _meant(key: str, *, is_map: bool) -> str | None:
    prefix, _, name = key.rpartition(":")
    if prefix != "oneplan":
        return OWN[0] if name == "overrides" and is_map else None
    close = get_close_matches(name[:40], _NAMES, n=1, cutoff=_LIKENESS)
    return f"oneplan:{close[0]}" if close else None
