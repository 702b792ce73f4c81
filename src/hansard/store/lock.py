"""One process owns a SQLite file (product.md, decision 11)."""

import fcntl
import os
from pathlib import Path

from hansard.domain.errors import Conflict


def claim(path: Path) -> int:
    """Own a database file for this process; the lock goes with the process, however it ends.

    Returns:
        A handle for `release`.

    Raises:
        Conflict: another process has the file open.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        os.close(handle)
        raise Conflict(
            f"another process has {path} open: one server owns a SQLite file. "
            "Stop it, or use PostgreSQL for several processes"
        ) from problem
    return handle


def release(handle: int) -> None:
    """Let another process have the file."""
    os.close(handle)
