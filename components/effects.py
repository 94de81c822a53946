"""What a manifest may say and this stack's platform has no place for: refused, for a field is never ignored. Pure."""

from collections.abc import Iterator

from oneplan.errors import OneplanError
from oneplan.manifest import App, Manifest


class NoEffectError(OneplanError):
    """Raised when fields would have no effect; its text has one line a field."""


def require_effects(manifest: Manifest) -> None:
    """Raises NoEffectError naming every field that would change nothing."""
    lost = [line for app in manifest.apps.values() for line in _lost(manifest, app)]
    if lost:
        raise NoEffectError("\n".join(lost))


def _lost(manifest: Manifest, app: App) -> Iterator[str]:
    on_windows = manifest.plan.os == "windows" and app.runtime.language != "image"
    if on_windows and app.command:
        yield f"apps.{app.name}.command: a Windows site is started by its web.config; remove it"
    if app.kind == "functions" and app.command:
        yield f"apps.{app.name}.command: the Functions host starts the app; remove it"
    if app.package == "mount" and app.runtime.language == "image":
        yield f"apps.{app.name}.package: a container has its files in its image; write zip"
