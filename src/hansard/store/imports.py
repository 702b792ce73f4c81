"""How far foreign files were read."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from hansard.store.base import Tx
from hansard.store.tables import import_files

_c = import_files.c
_COLUMNS = (
    "path",
    "format",
    "session_id",
    "size",
    "modified_ns",
    "offset",
    "lines",
    "digest",
    "skipped",
)


@dataclass(frozen=True, slots=True)
class File:
    """A foreign file as it was last read.

    Attributes:
        size: bytes when it was read; modified_ns: its time then.
        offset: bytes of complete lines read; digest: SHA-256 of those bytes.
    """

    path: str
    format: str
    session_id: str | None
    size: int
    modified_ns: int
    offset: int
    lines: int
    digest: bytes
    skipped: int


def find(connection: Connection, workspace_id: str, path: str) -> File | None:
    """What is known of a file."""
    query = select(*(_c[name] for name in _COLUMNS)).where(
        _c.workspace_id == workspace_id, _c.path == path
    )
    row = connection.execute(query).first()
    return None if row is None else File(*row)


def everything(connection: Connection, workspace_id: str) -> dict[str, File]:
    """Every file that was read, by path."""
    query = select(*(_c[name] for name in _COLUMNS)).where(_c.workspace_id == workspace_id)
    return {row[0]: File(*row) for row in connection.execute(query)}


def save(tx: Tx, workspace_id: str, file: File) -> None:
    """Remember how far a file was read."""
    tx.write(delete(import_files).where(_c.workspace_id == workspace_id, _c.path == file.path))
    tx.write(
        insert(import_files).values(
            workspace_id=workspace_id, **{name: getattr(file, name) for name in _COLUMNS}
        )
    )
