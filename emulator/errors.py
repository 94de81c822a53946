"""The emulator's errors. Each message reads `where: what is wrong; what would be right`.

    EmulatorError            base: an expected failure, shown without a traceback
    ├── StartError           the daemon cannot start (lock held, port taken, certificate unreadable, …)
    └── DeployError          a package was refused or did not arrive (emulator.appservice.spec)

Other packages hang their own leaves under EmulatorError.
"""


class EmulatorError(Exception):
    """An expected failure; its text is the whole message for the user."""


class StartError(EmulatorError):
    """Raised when the daemon, or a part it cannot do without, does not come up."""
