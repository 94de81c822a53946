"""Which port each of the emulator's servers has: chosen once, then the same at every start."""

import json
import random
import socket
from collections.abc import Callable
from pathlib import Path

from emulator.constants import LOOPBACK
from emulator.errors import StartError
from emulator.files import write_atomically
from emulator.listeners import holder_of

# Below the range systems give to outgoing connections (Linux 32768, macOS and Windows 49152):
# a port we remember is not lost to somebody's client socket while the emulator is stopped.
FIRST_PORT, LAST_PORT = 20_000, 32_000
ATTEMPTS = 200
END_OF_PORTS = 65_536


class PortTaken(StartError):  # noqa: N818 - the project's word for it
    """A remembered port is bound by another program."""

    def __init__(self, name: str, port: int, holder: str) -> None:
        self.name, self.port, self.holder = name, port, holder
        super().__init__(
            f"port {port} ({name}): in use by {holder}; stop that program, "
            "or run `oneplan local reset` to let the emulator choose other ports"
        )


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback interface now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an earlier server in TIME_WAIT do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


class Ports:
    """The ports by name, remembered in one JSON file."""

    def __init__(
        self,
        file: Path,
        *,
        free: Callable[[int], bool] = is_free,
        choose: Callable[[], int] = lambda: random.randint(FIRST_PORT, LAST_PORT),
        holder: Callable[[int], str] = holder_of,
    ) -> None:
        self._file = file
        self._free, self._choose, self._holder = free, choose, holder
        self._ports = _read(file)
        self._ours: set[str] = set()

    def take(self, name: str) -> int:
        """The port of `name`: the remembered one, or a free one, remembered from now on.

        A name taken before by this object is answered without a look at the port: we hold it ourselves.

        Raises:
            PortTaken: another program listens on the remembered port.
        """
        port = self._ports.get(name)
        if port is None:
            port = self._pick()
            self._ports[name] = port
            self._save()
        elif name not in self._ours and not self._free(port):
            raise PortTaken(name, port, self._holder(port))
        self._ours.add(name)
        return port

    def release(self, name: str) -> None:
        """Forget `name`; its port may go to another name. Unknown names are fine."""
        self._ours.discard(name)
        if self._ports.pop(name, None) is not None:
            self._save()

    def forget_all(self) -> None:
        """Forget every name and remove the file."""
        self._ports.clear()
        self._ours.clear()
        self._file.unlink(missing_ok=True)

    def _pick(self) -> int:
        used = set(self._ports.values())
        for _ in range(ATTEMPTS):
            port = self._choose()
            if port not in used and self._free(port):
                return port
        raise StartError(
            f"ports: none free among {ATTEMPTS} tried between {FIRST_PORT} and {LAST_PORT}; "
            "stop programs that listen there"
        )

    def _save(self) -> None:
        text = json.dumps(dict(sorted(self._ports.items())), indent=2) + "\n"
        write_atomically(self._file, text.encode())


def _read(file: Path) -> dict[str, int]:
    try:
        ports = {str(name): int(port) for name, port in json.loads(file.read_text("utf-8")).items()}
        if wrong := next((port for port in ports.values() if not 0 < port < END_OF_PORTS), None):
            raise ValueError(f"{wrong} is no port")
        return ports
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise StartError(
            f"{file}: not a JSON object of name: port ({error}); delete the file, ports are then chosen anew"
        ) from error
