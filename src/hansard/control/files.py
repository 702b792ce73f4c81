"""Take files in, piece by piece, and drop them again (the Files API of wire.md section 1)."""

import asyncio
import hashlib
import mimetypes
import os
import re
from dataclasses import dataclass

import orjson

from hansard.domain import ids, instant
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound, TooLarge
from hansard.journal.append import Journal
from hansard.journal.sieve import Sieve
from hansard.store import files
from hansard.store.base import Store, Tx
from hansard.store.files import File

MOST_BYTES = 500 * 1024 * 1024
"""As the protocol allows."""
_PIECE = 512 * 1024
_HEAD = 64 * 1024
_NAME = 255
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")
_UNKNOWN = "application/octet-stream"
_LEAST_S, _MOST_S = 3_600, 7_776_000
_ABANDONED_MS = instant.HOUR


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller says about a file."""

    filename: str
    media_type: str | None = None
    expires_in_seconds: int | None = None


class Upload:
    """One file on its way into the store; memory is bounded by a piece, not by the file.

    Text is searched for secrets before any byte of it is written; what is not text is kept as it
    is. Text is what has no NUL in its first 64 KiB and is no PDF.
    """

    def __init__(self, journal: Journal, workspace_id: str, most: int = MOST_BYTES) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._most = most
        self._came = 0
        self._head: bytes | None = b""
        self._sieve: Sieve | None = None
        self._ready = bytearray()
        self._digest = hashlib.sha256()
        self._content = _fresh("fcnt", journal)
        self._pieces = 0
        self.size = 0

    @property
    def digest(self) -> bytes:
        """SHA-256 of what is kept."""
        return self._digest.digest()

    async def take(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: the file is over its limit.
            InvalidRequest: it is text that cannot be searched for secrets.
            StorageFull: the disk is full.
        """
        self._came += len(data)
        if self._came > self._most:
            raise TooLarge(f"a file is at most {self._most} bytes")
        if self._head is not None:
            self._head += data
            if len(self._head) < _HEAD:
                return
            data = self._begin()
        await self._pass(data)

    async def finish(self) -> None:
        """There is no more."""
        if self._head is not None:
            await self._pass(self._begin())
        if self._sieve is not None:
            self._keep(await asyncio.to_thread(self._sieve.end))
        await self._put_down(0)

    async def abandon(self) -> None:
        """It broke off: nothing of it stays."""
        if self._pieces:
            where, content = self._workspace_id, self._content
            await self._journal.store.write(lambda tx: files.drop(tx, where, content))

    def add(self, tx: Tx, told: Told, created_by: str, now: int) -> Json:
        """Make it a file; its API object.

        Raises:
            InvalidRequest: what the caller says about it cannot be.
        """
        clean, _ = self._journal.scan(self._workspace_id)({"filename": told.filename})
        media_type = _media_type(told)
        file = File(
            id=_fresh("file", self._journal),
            filename=_name(str(clean["filename"]), media_type),
            media_type=media_type,
            size=self.size,
            digest=self.digest,
            content=self._content,
            scanned=self._sieve is not None,
            redactions=orjson.dumps(self._sieve.redactions() if self._sieve else []),
            created_by=created_by,
            created_at=now,
            expires_at=_expiry(told, now),
        )
        return to_wire(files.add(tx, self._workspace_id, file))

    def _begin(self) -> bytes:
        head, self._head = self._head or b"", None
        if b"\0" not in head[:_HEAD] and not head.startswith(b"%PDF-"):
            self._sieve = Sieve(self._journal.scan(self._workspace_id))
        return head

    async def _pass(self, data: bytes) -> None:
        if self._sieve is not None:
            data = await asyncio.to_thread(self._sieve.feed, data)
        self._keep(data)
        await self._put_down(_PIECE)

    def _keep(self, data: bytes) -> None:
        self._digest.update(data)
        self.size += len(data)
        self._ready += data

    async def _put_down(self, least: int) -> None:
        """Write what is ready in pieces, but a rest of less than `least` bytes."""
        where, content, now = self._workspace_id, self._content, self._journal.clock()
        while self._ready and len(self._ready) >= least:
            body, n = bytes(self._ready[:_PIECE]), self._pieces
            del self._ready[:_PIECE]
            self._pieces += 1
            await self._journal.store.write(
                lambda tx, b=body, n=n: files.add_piece(tx, where, content, n, b, now)
            )


def check(told: Told) -> None:
    """Refuse what cannot be said about a file.

    Raises:
        InvalidRequest: with what would be right.
    """
    if len(told.filename) > _NAME * 4:
        raise InvalidRequest(f"filename: at most {_NAME} characters")
    _expiry(told, 0)


def find(store: Store, workspace_id: str, file_id: str, now: int) -> File:
    """A file. Blocks.

    Raises:
        NotFound: there is none.
    """
    found = store.read(lambda c: files.find(c, workspace_id, file_id, now))
    if found is None:
        raise NotFound(f"there is no file {file_id[:200]}")
    return found


def delete(tx: Tx, workspace_id: str, file_id: str) -> Json:
    """Drop a file for good.

    Raises:
        NotFound: there is none.
    """
    if not files.forget(tx, workspace_id, file_id):
        raise NotFound(f"there is no file {file_id[:200]}")
    return {"id": file_id, "type": "file_deleted"}


def tidy(store: Store, now: int, *, at_start: bool = False) -> None:
    """Drop files whose time is over and uploads that broke off. Blocks.

    Args:
        at_start: no upload is under way: a dead process left those that are not whole.
    """
    for workspace_id, file_id in store.read(lambda c: files.expired(c, now)):
        store.submit(lambda tx, w=workspace_id, f=file_id: files.forget(tx, w, f)).result()
    before = now + 1 if at_start else now - _ABANDONED_MS
    for workspace_id, content in store.read(lambda c: files.broken_off(c, before)):
        store.submit(lambda tx, w=workspace_id, f=content: files.drop(tx, w, f)).result()


def to_wire(file: File) -> Json:
    """The protocol's object, and ours beside it: the digest, and what was taken out."""
    return {
        "id": file.id,
        "type": "file",
        "filename": file.filename,
        "mime_type": file.media_type,
        "size_bytes": file.size,
        "created_at": instant.to_wire(file.created_at),
        "expires_at": instant.maybe(file.expires_at),
        "downloadable": True,
        "scope": None,
        "sha256": file.digest.hex(),
        "scanned": file.scanned,
        "redactions": orjson.loads(file.redactions),
    }


def _expiry(told: Told, now: int) -> int | None:
    lasts = told.expires_in_seconds
    if lasts is None:
        return None
    if not _LEAST_S <= lasts <= _MOST_S:
        raise InvalidRequest(f"expires_in_seconds: {_LEAST_S} to {_MOST_S}")
    return now + lasts * instant.SECOND


def _media_type(told: Told) -> str:
    said = (told.media_type or "").partition(";")[0].strip().lower()
    if _TYPE.match(said):
        return said
    return mimetypes.guess_type(told.filename)[0] or _UNKNOWN


def _name(said: str, media_type: str) -> str:
    """The last part of a path, without what a terminal or a header would trip over."""
    last = re.split(r"[/\\]", said)[-1]
    name = "".join(c for c in last if c.isprintable()).strip()[-_NAME:]
    if name.strip("."):
        return name
    return "unnamed" + (mimetypes.guess_extension(media_type) or "")


def _fresh(prefix: str, journal: Journal) -> str:
    return ids.make(prefix, journal.clock(), int.from_bytes(os.urandom(10), "big") >> 6)
