"""Large content and raw source records of a session."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from hansard.store.base import Tx
from hansard.store.sessions import DELETED
from hansard.store.tables import blobs, raw_records, sessions


def add(tx: Tx, workspace_id: str, sid: int, found: dict[str, tuple[str, bytes]]) -> None:
    """Keep contents by id (`blob_<sha256>` → media type, bytes); what is there stays."""
    if not found:
        return
    query = select(blobs.c.id).where(
        blobs.c.workspace_id == workspace_id, blobs.c.sid == sid, blobs.c.id.in_(found)
    )
    there = set(tx.read(query).scalars())
    rows = [
        {
            "workspace_id": workspace_id,
            "sid": sid,
            "id": blob_id,
            "media_type": media_type,
            "bytes": len(body),
            "body": body,
        }
        for blob_id, (media_type, body) in found.items()
        if blob_id not in there
    ]
    if rows:
        tx.write(insert(blobs), rows)


def get(
    connection: Connection, workspace_id: str, sid: int, blob_id: str
) -> tuple[str, bytes] | None:
    """(media type, bytes) of a content."""
    query = select(blobs.c.media_type, blobs.c.body).where(
        blobs.c.workspace_id == workspace_id, blobs.c.sid == sid, blobs.c.id == blob_id
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1])


def next_after(
    connection: Connection, workspace_id: str, sid: int, blob_id: str
) -> tuple[str, str, bytes] | None:
    """(id, media type, bytes) of the content behind an id."""
    query = (
        select(blobs.c.id, blobs.c.media_type, blobs.c.body)
        .where(blobs.c.workspace_id == workspace_id, blobs.c.sid == sid, blobs.c.id > blob_id)
        .order_by(blobs.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def last_block(connection: Connection, workspace_id: str, sid: int) -> tuple[int, int]:
    """(next block number, next record number) of a session's raw records."""
    query = (
        select(raw_records.c.block, raw_records.c.first_n, raw_records.c.count)
        .where(raw_records.c.workspace_id == workspace_id, raw_records.c.sid == sid)
        .order_by(raw_records.c.block.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (0, 0) if row is None else (row[0] + 1, row[1] + row[2])


def add_block(
    tx: Tx, workspace_id: str, sid: int, block: int, first_n: int, count: int, body: bytes
) -> None:
    """Keep a compressed block of raw records."""
    tx.write(
        insert(raw_records).values(
            workspace_id=workspace_id,
            sid=sid,
            block=block,
            first_n=first_n,
            count=count,
            body=body,
        )
    )


def blocks(
    connection: Connection, workspace_id: str, sid: int, low: int = 0, high: int | None = None
) -> list[tuple[int, int, bytes]]:
    """(first record number, count, compressed body) of the blocks that touch low…high."""
    c = raw_records.c
    query = (
        select(c.first_n, c.count, c.body)
        .where(c.workspace_id == workspace_id, c.sid == sid, c.count > 0, c.first_n + c.count > low)
        .order_by(c.block)
    )
    if high is not None:
        query = query.where(c.first_n <= high)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def forget_but_numbers(tx: Tx, workspace_id: str, sid: int) -> None:
    """Drop every content and raw record of a session; records that come are numbered on."""
    tx.write(delete(blobs).where(blobs.c.workspace_id == workspace_id, blobs.c.sid == sid))
    block, number = last_block(tx.connection, workspace_id, sid)
    if block:
        c = raw_records.c
        of_session = (c.workspace_id == workspace_id, c.sid == sid)
        tx.write(delete(raw_records).where(*of_session, c.block < block - 1))
        nothing = update(raw_records).where(*of_session)
        tx.write(nothing.values(first_n=number, count=0, body=b""))


def block_after(
    connection: Connection, workspace_id: str, sid: int, block: int
) -> tuple[int, int, bytes] | None:
    """(block, first record number, compressed body) of the block behind a number."""
    c = raw_records.c
    query = (
        select(c.block, c.first_n, c.body)
        .where(c.workspace_id == workspace_id, c.sid == sid, c.block > block, c.count > 0)
        .order_by(c.block)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def stray(connection: Connection) -> int:
    """How many contents and blocks belong to no session that is here."""
    alive = exists().where(sessions.c.shelf != DELETED)
    count = 0
    for table in (blobs, raw_records):
        held = alive.where(sessions.c.sid == table.c.sid)
        query = select(func.count()).select_from(table).where(~held)
        count += int(connection.execute(query).scalar_one())
    return count


def drop(tx: Tx, workspace_id: str, sid: int, ids: Sequence[str]) -> None:
    """Drop some contents of a session."""
    of_session = (blobs.c.workspace_id == workspace_id, blobs.c.sid == sid)
    tx.write(delete(blobs).where(*of_session, blobs.c.id.in_(ids)))


def replace_block(
    tx: Tx, workspace_id: str, sid: int, block: int, before: bytes, body: bytes
) -> None:
    """Put other records in the place of a block, unless it is not as it was read."""
    c = raw_records.c
    statement = update(raw_records).where(
        c.workspace_id == workspace_id, c.sid == sid, c.block == block, c.body == before
    )
    tx.write(statement.values(body=body))


def forget(tx: Tx, workspace_id: str, sid: int) -> None:
    """Drop every content and raw record of a session."""
    for table in (blobs, raw_records):
        tx.write(delete(table).where(table.c.workspace_id == workspace_id, table.c.sid == sid))
