"""A job's own variables as its run script exports them; references become what is known, or an app setting to read."""

from collections.abc import Mapping

from oneplan.manifest import names
from oneplan.manifest.references import Reference, parse
from oneplan.manifest.values import Job, Manifest


def exports(manifest: Manifest, job: Job) -> dict[str, str]:
    """Returns the job's `env`: variable name to the shell words of its value."""
    return {name: _words(manifest, text) for name, text in job.env.items()}


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


def _words(manifest: Manifest, text: str) -> str:
    words, literal = "", ""
    for part in parse(text):
        known = part if isinstance(part, str) else _known(manifest, part)
        if known is not None:
            literal += known
        elif isinstance(part, Reference):
            setting = f'"${{{setting_of(part)}:?is not among the settings of this app}}"'
            words, literal = words + (quoted(literal) if literal else "") + setting, ""
    return words + quoted(literal) if literal or not words else words


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
