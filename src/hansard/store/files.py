"""Uploaded files: what they are called, and their bytes in pieces; equal bytes lie there once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, tuple_

from hansard.store.base import Tx
from hansard.store.tables import file_pieces, files

_f, _p = files.c, file_pieces.c


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is kept.

    Attributes:
        digest: SHA-256 of the bytes that are kept.
        content: names its pieces.
        scanned: it is text, and was searched for secrets.
        redactions: what was taken out, as JSON.
    """

    id: str
    filename: str
    media_type: str
    size: int
    digest: bytes
    content: str
    scanned: bool
    redactions: bytes
    created_by: str
    created_at: int
    expires_at: int | None


_FILE = [_f[name] for name in File.__dataclass_fields__]


def add_piece(tx: Tx, workspace_id: str, content: str, n: int, body: bytes, now: int) -> None:
    """Keep some bytes of a content that is still coming in."""
    values = {"workspace_id": workspace_id, "content": content, "n": n}
    tx.write(insert(file_pieces).values(**values, written_at=now, body=body))


def piece(connection: Connection, workspace_id: str, content: str, n: int) -> bytes | None:
    """The bytes of one piece."""
    query = select(_p.body).where(_p.workspace_id == workspace_id, _p.content == content)
    return connection.execute(query.where(_p.n == n)).scalar()


def add(tx: Tx, workspace_id: str, file: File) -> File:
    """Keep a file whose pieces are there; of equal bytes those that came first stay."""
    same = select(_f.content).where(_f.workspace_id == workspace_id, _f.digest == file.digest)
    earlier = tx.read(same.limit(1).with_for_update()).scalar()
    values: dict[str, Any] = {name: getattr(file, name) for name in File.__dataclass_fields__}
    if earlier is not None and earlier != file.content:
        drop(tx, workspace_id, file.content)
        values["content"] = earlier
    tx.write(insert(files).values(workspace_id=workspace_id, **values))
    return File(**values)


def find(connection: Connection, workspace_id: str, file_id: str, now: int) -> File | None:
    """A file that has not expired."""
    query = select(*_FILE).where(_f.workspace_id == workspace_id, _f.id == file_id, *_alive(now))
    row = connection.execute(query).first()
    return None if row is None else File(*row)


def page(
    connection: Connection, workspace_id: str, after: tuple[int, str] | None, limit: int, now: int
) -> list[File]:
    """Files, the newest first."""
    query = select(*_FILE).where(_f.workspace_id == workspace_id, *_alive(now))
    if after is not None:
        query = query.where(tuple_(_f.created_at, _f.id) < after)
    query = query.order_by(_f.created_at.desc(), _f.id.desc()).limit(limit)
    return [File(*row) for row in connection.execute(query)]


def some(connection: Connection, workspace_id: str, ids: Sequence[str], now: int) -> list[File]:
    """Files by their ids, the newest first; those that are not there are left out."""
    query = select(*_FILE).where(_f.workspace_id == workspace_id, _f.id.in_(ids), *_alive(now))
    query = query.order_by(_f.created_at.desc(), _f.id.desc())
    return [File(*row) for row in connection.execute(query)]


def forget(tx: Tx, workspace_id: str, file_id: str) -> bool:
    """Drop a file, and its bytes when no other has the same; False when there is none."""
    statement = (
        delete(files).where(_f.workspace_id == workspace_id, _f.id == file_id).returning(_f.content)
    )
    content = tx.write(statement).scalar()
    if content is None:
        return False
    others = select(_f.id).where(_f.workspace_id == workspace_id, _f.content == content)
    if tx.read(others.limit(1)).first() is None:
        drop(tx, workspace_id, content)
    return True


def drop(tx: Tx, workspace_id: str, content: str) -> None:
    """Drop the pieces of a content for good (P11)."""
    tx.erased()
    tx.write(delete(file_pieces).where(_p.workspace_id == workspace_id, _p.content == content))


def expired(connection: Connection, now: int) -> list[tuple[str, str]]:
    """(workspace, id) of the files whose time is over."""
    query = select(_f.workspace_id, _f.id).where(_f.expires_at <= now)
    return [(row[0], row[1]) for row in connection.execute(query)]


def broken_off(connection: Connection, before: int) -> list[tuple[str, str]]:
    """(workspace, content) of uploads that wrote nothing since an instant, and have no file."""
    whole = select(_f.id).where(_f.workspace_id == _p.workspace_id, _f.content == _p.content)
    query = (
        select(_p.workspace_id, _p.content)
        .where(~whole.exists())
        .group_by(_p.workspace_id, _p.content)
        .having(func.max(_p.written_at) < before)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def _alive(now: int) -> tuple[Any, ...]:
    return (or_(_f.expires_at.is_(None), _f.expires_at > now),)
