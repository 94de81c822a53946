"""Per-site settings that need no restart: Kudu's settings.xml (Kudu.Core/Settings/PerSiteSettingsProvider.cs)."""

import logging
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from emulator.files import write_atomically

log = logging.getLogger(__name__)

SECTION = "deployment"


class LiveSettings(dict[str, str]):
    """The settings as they are now; each change is written to the file at once."""

    def __init__(self, file: Path) -> None:
        super().__init__(_read(file))
        self._file = file

    def change(self, values: Mapping[str, str | None]) -> None:
        """Set these; none removes one.

        Raises:
            OSError: the file cannot be written; the values are in force all the same.
        """
        for name, value in values.items():
            if value is None:
                self.pop(name, None)
            else:
                self[name] = value
        root = ElementTree.Element("settings")
        section = ElementTree.SubElement(root, SECTION)
        for name, value in self.items():
            ElementTree.SubElement(section, "add", {"key": name, "value": value})
        write_atomically(self._file, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), mode=0o600)


def _read(file: Path) -> dict[str, str]:
    try:
        root = ElementTree.parse(file).getroot()  # noqa: S314 - a file of the site's own
    except FileNotFoundError:
        return {}
    except (OSError, ElementTree.ParseError) as error:
        log.warning("%s: ignored: %s; expected Kudu's settings.xml", file, error)
        return {}
    entries = root.findall(f"{SECTION}/add")
    return {name: entry.get("value") or "" for entry in entries if (name := entry.get("key"))}
