"""The SCM (Kudu) site of one app: environment, deployments, files, logs, settings, jobs over HTTP."""

from emulator.appservice.scm.app import is_private, scm_app

__all__ = ["is_private", "scm_app"]
