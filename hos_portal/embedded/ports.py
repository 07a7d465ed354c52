"""Free and taken TCP ports of this machine."""

import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def find_free_port(former: int | None = None) -> int:
    """
    Find a port of the loopback address that nobody listens on at this moment.

    :param former: chosen if it is free, so that clients find a server again that was restarted.
    """
    if former is not None and is_port_free(former):
        return former
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_port_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def describe_listener(port: int) -> str:
    """Name the process that listens on a port, where the system lets one see it, else a guess."""
    try:
        inodes = _listening_inodes(port)
        for process in Path("/proc").glob("[0-9]*"):
            if _owns_socket(process, inodes):
                name = (process / "comm").read_text().strip()
                return f"process {process.name} ({name})"
    except OSError:
        pass
    return "another program"


def _listening_inodes(port: int) -> set[str]:
    """Read the kernel's table: field 1 is address:port in hexadecimal, 3 the state, 9 the inode."""
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else []:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes


def _owns_socket(process: Path, inodes: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in inodes for link in (process / "fd").iterdir())
    except OSError:  # gone in the meantime, or somebody else's
        return False
