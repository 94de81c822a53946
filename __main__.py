"""The Pulumi program: load the manifest, declare its resources, export where they are."""

import gc

gc.disable()  # Loading the modules makes many objects and hardly any garbage; `quicken` switches it on again.

import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import pulumi  # noqa: E402

from components import declare  # noqa: E402
from components.pace import quicken  # noqa: E402
from oneplan.errors import OneplanError  # noqa: E402

quicken(os.environ)
try:
    outputs = declare(Path(pulumi.runtime.get_root_directory()), pulumi.get_stack())
except OneplanError as error:
    pulumi.log.error(str(error))
    # The code of a failure that was explained: pulumi adds nothing to it. A RunError would end in "unhandled error".
    sys.exit(32)

for name, value in outputs.items():
    pulumi.export(name, value)
