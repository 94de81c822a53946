"""The one error of the template evaluator."""

from __future__ import annotations


class TemplateError(Exception):
    """Raised when a template is not valid; its text is ``template: where: what is wrong``."""

    code = "InvalidTemplate"
    """ARM's code for it."""

    def __init__(self, message: str, path: str = "") -> None:
        """``path`` is where in the template, for example ``resources[0].properties.packageUri``."""
        super().__init__(f"template: {path}: {message}" if path else f"template: {message}")
        self.message = message
        self.path = path
