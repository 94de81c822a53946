"""The forms in which `oneplan validate` tells its outcome."""

from enum import StrEnum


class Format(StrEnum):
    """A value of `--format`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    AZURE = "azure"
