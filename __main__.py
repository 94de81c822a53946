"""The Pulumi program: load the manifest, declare its resources, export where they are."""

import sys
from pathlib import Path

import pulumi

from components import declare
from oneplan.errors import OneplanError

try:
    outputs = declare(Path(pulumi.runtime.get_root_directory()), pulumi.get_stack())
except OneplanError as error:
    pulumi.log.error(str(error))
    # The code of a failure that was explained: pulumi adds nothing to it. A RunError would end in "unhandled error".
    sys.exit(32)

for name, value in outputs.items():
    pulumi.export(name, value)
