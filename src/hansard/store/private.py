"""Database files that nobody but their owner reads."""

import os
from contextlib import suppress
from pathlib import Path

from hansard.domain.errors import Corrupt

_OWNER = 0o600
_BESIDE = ("-wal", "-shm", "-journal")


def keep_private(path: Path) -> None:
    """Make a database file before SQLite does, for its owner alone, and close those that are open
    to others. The files that SQLite puts beside it get the permissions that it has.

    Raises:
        Corrupt: it is no file, or cannot be made or opened.
    """
    # An existing file is not opened: closing it again would drop the locks that SQLite holds.
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER))
    except FileExistsError:
        _refuse_other(path)
    except OSError as problem:
        raise Corrupt(f"{path} cannot be made: {problem.strerror}") from problem
    for name in ("", *_BESIDE):
        file = path.with_name(path.name + name)
        with suppress(OSError):  # gone meanwhile, or another user's: then it is not ours to close
            if file.stat().st_mode & 0o077:
                file.chmod(_OWNER)


def _refuse_other(path: Path) -> None:
    """Refuse what is no database file, or none of ours."""
    if path.is_dir():
        raise Corrupt(f"{path} is a folder: the database is a file of this name")
    if not os.access(path, os.R_OK | os.W_OK):
        raise Corrupt(f"{path} cannot be opened: no permission to read and write it")
