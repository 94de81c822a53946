"""`daemon.log`: what the daemon has to say, rolled by size, without secrets."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 2 * 1024 * 1024
KEPT_FILES = 3
_SECRETS = re.compile(
    r"(?i)((?:[?&](?:sig|se|sp|sv|spr|skoid|code)=)|bearer\s+|accountkey=|x-identity-header:\s*)[^\s&;'\"]+"
)


class _Formatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """UTC, as all logs of the emulator."""
        return f"{datetime.fromtimestamp(record.created, UTC):{datefmt or '%Y-%m-%dT%H:%M:%S.%fZ'}}"

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what follows a secret's name replaced by dots: a net below the rule not to log any."""
        return _SECRETS.sub(r"\1…", super().format(record))


def set_up(file: Path, level: int = logging.INFO) -> RotatingFileHandler:
    """Sends all logging of this process to `file`."""
    handler = RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("azure", "aiohttp.access", "urllib3", "grpc"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return handler
