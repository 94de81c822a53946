"""The SCM (Kudu) site of one app: environment, deployments, files, logs, settings, jobs over HTTP."""

from emulator.appservice.scm.app import scm_app

__all__ = ["scm_app"]
