"""Every check by its code: whether it stops, and the page that explains it."""

from oneplan.manifest.catalogue.pages import CHECKS, Check
from oneplan.manifest.catalogue.severities import WARNINGS, severity

__all__ = ["CHECKS", "WARNINGS", "Check", "severity"]
