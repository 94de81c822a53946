"""The Pulumi program: load the manifest, declare its resources, export where they are."""

from pathlib import Path

import pulumi

from components import declare
from oneplan.errors import OneplanError

try:
    outputs = declare(Path(__file__).resolve().parent, pulumi.get_stack())
except OneplanError as error:
    # A RunError is shown as it is, without a traceback.
    raise pulumi.RunError(str(error)) from error

for name, value in outputs.items():
    pulumi.export(name, value)
