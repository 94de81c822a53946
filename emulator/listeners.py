"""Who listens on a port, in words for an error message."""

from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"


def holder_of(port: int, *, proc: Path = PROC) -> str:
    """The program listening on `port` as `name (pid 123)`, or `another program` if that cannot be seen."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)}
    if inodes:
        for process in proc.glob("[0-9]*"):
            if _open_sockets(process) & inodes:
                return f"{_name(process)} (pid {process.name})"
    return "another program"


def _listening(table: Path, port: int) -> list[str]:
    """Inodes of the listening sockets of one /proc/net/tcp table."""
    try:
        rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port]


def _open_sockets(process: Path) -> set[str]:
    found = set()
    try:
        for handle in (process / "fd").iterdir():
            target = str(handle.readlink())
            if target.startswith("socket:["):
                found.add(target[len("socket:[") : -1])
    except OSError:
        return found  # it ended meanwhile, or belongs to another user
    return found


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"
