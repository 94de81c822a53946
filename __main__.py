"""The Pulumi program: load the manifest, declare its resources, export where they are."""

from pathlib import Path

import pulumi
from oneplan.errors import OneplanError

from components import declare

try:
    outputs = declare(Path(__file__).resolve().parent, pulumi.get_stack())
except OneplanError as error:
    # A RunError is shown as it is, without a traceback.
    raise pulumi.RunError(str(error)) from error

for name, value in outputs.items():
    pulumi.export(name, value)
