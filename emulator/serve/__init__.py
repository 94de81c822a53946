"""One App Service home folder served alone: its WebJobs and its SCM site, as `python -m emulator webjobs serve`."""

from emulator.serve.options import ServeOptions, add_arguments
from emulator.serve.server import serve

__all__ = ["ServeOptions", "add_arguments", "serve"]
