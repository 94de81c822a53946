"""ARM templates: the part of the language that deployments of packages use, evaluated without effects of its own."""

from emulator.template.context import Context
from emulator.template.document import Template, TemplateResource
from emulator.template.errors import TemplateError

__all__ = ["Context", "Template", "TemplateError", "TemplateResource"]
