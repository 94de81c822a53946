"""A job's own variables as its run script exports them; references become what is known, or an app setting to read."""

from collections.abc import Mapping
from dataclasses import dataclass

from oneplan.manifest import names
from oneplan.manifest.references import Reference, parse
from oneplan.manifest.values import Job, Manifest


@dataclass(frozen=True, slots=True)
class Setting:
    """An app setting that a run script reads."""

    name: str


def variables(manifest: Manifest, job: Job) -> dict[str, tuple[str | Setting, ...]]:
    """Returns the job's `env`: variable name to the parts of its value, texts that are not empty and settings."""
    return {name: _parts(manifest, text) for name, text in job.env.items()}


def exports(manifest: Manifest, job: Job) -> dict[str, str]:
    """Returns the job's `env`: variable name to the shell words of its value."""
    return {name: _words(parts) for name, parts in variables(manifest, job).items()}


def settings_read(manifest: Manifest, app: str) -> Mapping[str, Reference]:
    """Returns the app settings that the run scripts of an app's jobs read, and what each has to carry.

    A package is built before the addresses of its stack are known, so `${apps.api.url}` in a job's `env` is read at run
    time from the setting `APP_API_URL`.
    """
    parts = (part for job in manifest.jobs_of(app) for text in job.env.values() for part in parse(text))
    references = {part for part in parts if isinstance(part, Reference) and _known(manifest, part) is None}
    return {setting_of(reference): reference for reference in sorted(references, key=str)}


def setting_of(reference: Reference) -> str:
    """Returns the app setting that carries a reference's value: `apps.api.url` is in `APP_API_URL`."""
    kind, *rest = reference.path
    return "_".join(names.setting_part(part) for part in (kind.removesuffix("s"), *rest))


def quoted(text: str) -> str:
    """Returns `text` as one word for a POSIX shell, whatever it contains."""
    return "'" + text.replace("'", "'\\''") + "'"


def _parts(manifest: Manifest, text: str) -> tuple[str | Setting, ...]:
    parts: list[str | Setting] = []
    for part in parse(text):
        known = part if isinstance(part, str) else _known(manifest, part)
        if known is None and isinstance(part, Reference):
            parts.append(Setting(setting_of(part)))
        elif known and parts and isinstance(parts[-1], str):
            parts[-1] += known
        elif known:
            parts.append(known)
    return tuple(parts)


def _words(parts: tuple[str | Setting, ...]) -> str:
    words = (
        quoted(part) if isinstance(part, str) else f'"${{{part.name}:?is not among the settings of this app}}"'
        for part in parts
    )
    return "".join(words) or "''"


def _known(manifest: Manifest, reference: Reference) -> str | None:
    """Returns the value of a reference that needs no resource to exist, else None."""
    match reference.path:
        case ("stack",):
            return manifest.stack
        case ("name",):
            return manifest.name
        case ("queues" | "containers", name, "name"):
            return name
        case ("tables", name, "name"):
            return names.table(name)
        case _:
            return None
