"""Backups that prove themselves: written beside the work, checked whole before they replace it."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, Corrupt, HansardError
from hansard.journal import chain, keys
from hansard.journal.prepare import Scan
from hansard.journal.read import Place
from hansard.journal.verify import FOREIGN_HEAD, everything
from hansard.store import backup, lock, members, schema, session_rows, sessions
from hansard.store.base import Readable, Store, Tx
from hansard.store.open import open_store

_FACT = "last_backup"
_PAGE = 500
_TOLD = 20
_LONGEST = 300


@dataclass(slots=True)
class Checked:
    """What the check of a whole database found.

    Attributes:
        sessions: tombstones too; deleted: how many of them those are.
        problems: by session; of the file itself under ``database``. The first twenty.
        broken: how many sessions have problems; foreign: how many heads are under another key.
        digest: over every session's place and head: two databases with one digest hold the same.
    """

    sessions: int = 0
    events: int = 0
    deleted: int = 0
    broken: int = 0
    foreign: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    digest: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


Told = Callable[[Checked], None]


def _silent(_: Checked) -> None:
    """Tell nobody."""


def back_up(store: Store, target: Path, at: int, scan: Scan | None = None) -> Json:
    """Write a backup while the server works; the answer says where and how large it is.

    It holds the whole database and no key: the keys lie beside the database, in the data folder.

    Args:
        scan: takes secrets out of what is told of it: somebody named the path.

    Raises:
        InvalidRequest: the database is PostgreSQL, or the target cannot be written.
        Conflict: there is something at the target.
        Corrupt: the copy does not pass SQLite's check.
    """
    backup.refuse_other(store)
    backup.copy(store, target)
    with backup.opened(target) as frozen:
        found = backup.count(frozen)
    when = instant.to_wire(at)
    named: Json = {"path": str(target)}
    path = (named if scan is None else scan(named)[0])["path"]
    schema.set_fact(store, _FACT, orjson.dumps({"at": when, "path": path}).decode())
    return {
        "type": "backup",
        "path": path,
        "bytes": target.stat().st_size,
        "sessions": found,
        "created_at": when,
    }


def free_name(folder: Path, at: int) -> Path:
    """A file of a folder that is not there yet, named after a moment."""
    stem = f"hansard-{instant.to_wire(at).replace(':', '')}"
    names = (f"{stem}{end}.db" for end in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(folder / name for name in names if not (folder / name).exists())


def last(store: Store) -> Json | None:
    """When the last backup was written, and where to."""
    told = schema.fact(store, _FACT)
    return None if told is None else orjson.loads(told)


def check(store: Readable, key: bytes | None, told: Told = _silent) -> Checked:
    """Check all chains of a database, in bounded memory.

    Args:
        key: of the heads; None leaves them out.
        told: called after each session.
    """
    found, digest = Checked(), hashlib.sha256()
    for one in everything(store, key):
        found.sessions += 1
        found.events += one.events
        found.deleted += one.deleted
        digest.update(f"{one.workspace_id} {one.session_id} {one.head}\n".encode())
        if one.problems == [FOREIGN_HEAD]:
            found.foreign += 1
        if one.problems:
            found.broken += 1
            if len(found.problems) < _TOLD:
                found.problems[one.session_id] = one.problems
        told(found)
    found.digest = digest.hexdigest()
    return found


def examine(path: Path, key: bytes | None, told: Told = _silent) -> Checked:
    """Check a backup where it lies: SQLite's whole check, then every chain.

    Raises:
        NotFound, InvalidRequest: it is no backup.
    """
    with backup.opened(path) as frozen:
        damage = backup.damage(frozen)
        if damage:
            return Checked(broken=1, problems={"database": damage[:_TOLD]})
        try:
            return check(frozen, key, told)
        except Corrupt as problem:
            return Checked(broken=1, problems={"database": [problem.message]})


@dataclass(frozen=True, slots=True)
class PutBack:
    """A restore that was done: what was found, and where the old database went.

    Attributes:
        revoked: how many API keys of the backup do not work any more.
    """

    checked: Checked
    aside: Path | None
    revoked: int = 0


def put_back(
    path: Path,
    database: Path,
    key: bytes,
    now: int,
    *,
    new_key: bool = False,
    keep_keys: bool = False,
    told: Told = _silent,
) -> PutBack:
    """Put a backup in the place of a database that nobody has open.

    It is copied, brought to this version's schema and checked whole before anything is replaced;
    the old database is kept beside it; then the new one is opened and has to be the same.

    Args:
        key: of this installation's heads.
        new_key: the installation's old key is lost: put the heads under this one, once their
            chains were checked.
        keep_keys: let every API key and login of the backup work again; else only the keys work
            that work in the database that is replaced, and everybody signs in anew.

    Raises:
        Conflict: a server has the database open, the backup is of a newer version, or its heads
            are under another installation's key.
        Corrupt: the backup is damaged, or holds what Hansard does not make. Nothing was changed.
        NotFound, InvalidRequest: it is no backup.
    """
    handle = lock.claim(database.absolute())
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder:
            staged = Path(folder) / database.name
            with backup.opened(path) as frozen:
                _refuse({"database": backup.damage(frozen)})
                _refuse_strangers(frozen)
                backup.copy(frozen, staged)
            found = _prove(staged, key, new_key, told)
            revoked = 0 if keep_keys else _revoke(staged, _working(database), now)
            aside = backup.set_aside(database, instant.to_wire(now).replace(":", ""))
            backup.put_in_place(staged, database)
    finally:
        lock.release(handle)
    _same(database, key, found)
    return PutBack(found, aside, revoked)


def _refuse_strangers(frozen: Readable) -> None:
    found = schema.strangers(frozen)
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        told = ", ".join(found[:3])[:_LONGEST] + more
        raise Corrupt(f"the backup holds what Hansard does not make, nothing was changed: {told}")


def _working(database: Path) -> set[tuple[Any, ...]]:
    """The API keys that work in the database that is replaced; none when it cannot be read."""
    try:
        with backup.opened(database) as frozen:
            return frozen.read(members.kept_keys)
    except HansardError:
        return set()


def _revoke(staged: Path, kept: set[tuple[Any, ...]], now: int) -> int:
    """A key that was revoked since the backup, or that somebody put into it, opens nothing."""
    store = open_store(f"sqlite:///{staged}")
    try:
        return store.submit(lambda tx: members.revoke_others(tx, kept, now)).result()
    finally:
        schema.finish(store)


def _prove(staged: Path, key: bytes, new_key: bool, told: Told) -> Checked:
    """Open a copy, migrate it if it is of an older version, and check it whole."""
    store = open_store(f"sqlite:///{staged}")
    try:
        return under_key(store, key, new_key=new_key, told=told)
    finally:
        schema.finish(store)


def under_key(store: Store, key: bytes, *, new_key: bool, told: Told = _silent) -> Checked:
    """Check a whole database and tie it to the key of its heads.

    Args:
        key: of this installation's heads.
        new_key: put heads that are under another one under this, once their chains were checked.

    Raises:
        Conflict: heads are under another key.
        Corrupt: the database is damaged.
    """
    found = check(store, key, told)
    if found.foreign and not new_key:
        raise Conflict(
            f"the heads of {found.foreign} sessions are not under this installation's key: "
            "put the secret_key of the old data folder in place first. If it is lost for good, "
            "--new-key trusts the chains alone"
        )
    others = {
        session_id: [p for p in problems if p != FOREIGN_HEAD]
        for session_id, problems in found.problems.items()
    }
    if found.broken > found.foreign or any(others.values()):
        _refuse(found.problems)
    if found.foreign:
        _seal(store, key)
        found.problems, found.broken = {}, 0
    keys.tie(store, key)
    return found


def _seal(store: Store, key: bytes) -> None:
    """Put every head under our key."""
    for workspace_id in store.read(sessions.workspaces):
        cursor = 0
        while page := store.read(
            lambda c, where=workspace_id, after=cursor: session_rows.places(c, where, after, _PAGE)
        ):
            rows = [(place[1], _mac(key, Place(*place))) for place in page]
            store.submit(_sealing(rows)).result()
            cursor = page[-1][1]


def _sealing(rows: list[tuple[int, bytes]]) -> Callable[[Tx], None]:
    return lambda tx: session_rows.seal(tx, rows)


def _mac(key: bytes, at: Place) -> bytes:
    row: Json = orjson.loads(at.body)
    return chain.head_mac(key, at.session_id, int(row["seq"]), str(row["head"]))


def _same(database: Path, key: bytes, found: Checked) -> None:
    """Open what was put in place and compare it with what was checked."""
    store = open_store(f"sqlite:///{database}")
    try:
        again = check(store, key)
    finally:
        schema.finish(store)
    if (again.digest, again.ok) != (found.digest, True):
        raise Corrupt("the restored database is not what was checked: restore again")


def _refuse(problems: dict[str, list[str]]) -> None:
    told = [f"{name}: {'; '.join(of[:3])}" for name, of in problems.items() if of]
    if told:
        raise Corrupt("the backup is damaged, nothing was changed: " + " | ".join(told[:3]))
