"""The jobs engine's errors: what a caller may have to answer to somebody.

EmulatorError
└── JobsError
    ├── JobNotFound        no such job (or run)
    ├── JobConflict        the job cannot do this now; the text is Kudu's
    ├── UploadRefused      an upload that holds no job
    └── JobStartError      the job's process cannot be started
        └── WorkingCopyError   its files cannot be copied
"""

from emulator.errors import EmulatorError


class JobsError(EmulatorError):
    """Base of everything the jobs engine raises on purpose."""


class JobNotFound(JobsError):  # noqa: N818 - read as App Service's answer, not as a fault
    """Raised when no job or run of that name exists."""


class JobConflict(JobsError):  # noqa: N818 - read as App Service's answer, not as a fault
    """Raised when the job cannot do what was asked in its present state."""


class UploadRefused(JobsError):  # noqa: N818 - read as App Service's answer, not as a fault
    """Raised when an uploaded job holds nothing that can run."""


class JobStartError(JobsError):
    """Raised when the process of a job cannot be started on this machine."""


class WorkingCopyError(JobStartError):
    """Raised when the files of a job cannot be copied to where they run."""
