"""A .NET program's configuration file gets the site's settings (BaseJobRunner.cs, UpdateAppConfigs).

Only in a working copy, only beside the program it belongs to, and without a new time of writing.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

log = logging.getLogger(__name__)

SUFFIX = ".exe.config"
_PROVIDERS = {
    "SQLCONNSTR_": "System.Data.SqlClient",
    "SQLAZURECONNSTR_": "System.Data.SqlClient",
    "MYSQLCONNSTR_": "MySql.Data.MySqlClient",
    "CUSTOMCONNSTR_": "",
}


def patch_all(folder: Path, environment: Mapping[str, str]) -> None:
    """Write app settings and connection strings into each such file below a folder; one that is no XML is left."""
    for file in folder.rglob(f"*{SUFFIX}"):
        if file.with_suffix("").exists():
            try:
                patch(file, environment)
            except (OSError, ElementTree.ParseError) as error:
                log.warning("%s: gets no settings: %s", file, error)


def patch(file: Path, environment: Mapping[str, str]) -> None:
    """Write the settings into one file.

    Raises:
        OSError: it cannot be read or written.
        xml.etree.ElementTree.ParseError: it is no XML.
    """
    before = file.stat()
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))  # noqa: S314 - the job's own file
    tree = ElementTree.parse(file, parser)  # noqa: S314
    root = tree.getroot()
    settings = _section(root, "appSettings")
    for name, value in sorted(environment.items()):
        if name.startswith("APPSETTING_"):
            _put(settings, "key", name.removeprefix("APPSETTING_"), {"value": value})
    strings = _section(root, "connectionStrings")
    for name, value in sorted(environment.items()):
        for prefix, provider in _PROVIDERS.items():
            if name.startswith(prefix):
                extra = {"providerName": provider} if provider else {}
                _put(strings, "name", name.removeprefix(prefix), {"connectionString": value, **extra})
    tree.write(file, encoding="utf-8", xml_declaration=True)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _section(root: "ElementTree.Element", name: str) -> "ElementTree.Element":
    found = root.find(name)
    return ElementTree.SubElement(root, name) if found is None else found


def _put(section: "ElementTree.Element", key: str, name: str, values: Mapping[str, str]) -> None:
    entry = next((entry for entry in section.findall("add") if entry.get(key) == name), None)
    if entry is None:
        entry = ElementTree.SubElement(section, "add", {key: name})
    for attribute, value in values.items():
        entry.set(attribute, value)
