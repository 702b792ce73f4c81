"""Look after the database: upgrade, check, back up, restore, rebuild."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hansard.cli import commands, doctor, figures, grammar
from hansard.cli.call import Call
from hansard.cli.commands import Special, Tree
from hansard.cli.connection import LONG_S, NoServer, running_server
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Piece, Styled
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict
from hansard.domain.operation import Operation

if TYPE_CHECKING:
    from hansard.config import Settings
    from hansard.journal.rebuild import Rebuilt
    from hansard.store.engine import EngineStore

URL = grammar.option("database_url", str, "sqlite:///FILE or postgresql://…")


def upgrade(call: Call, values: Values) -> None:
    """Bring the database's schema up to date; does what the next start would do."""
    from hansard.store import schema

    with _unused(call, _settings(call, values["database_url"]).database) as store:
        old, new = schema.versions(store)
        schema.upgrade(store)
    answer = {"type": "schema", "from": old, "to": new}
    told = f"Upgraded {old or 'an empty database'} to {new}."
    if old == new:
        told = f"The schema is up to date ({new})."
    call.show(answer, lambda: [(told,)])


def check(call: Call, values: Values) -> None:
    """Look for damage in the database.

    Raises:
        Failure: there is some, or there is no database.
    """
    from hansard.store import schema

    settings = _settings(call, values["database_url"])
    _must_exist(settings)
    with _unused(call, settings.database) as store:
        at, newest = schema.versions(store)
        damage = store.check()
    answer = {"type": "check", "schema": at, "newest": newest, "damage": damage}
    found = [(Styled("Damaged: ", "problem"), text) for text in damage]
    call.show(answer, lambda: found or [(f"No damage found; schema {at}.",)])
    if damage:
        raise Failure("the database is damaged: restore a backup")


@contextmanager
def _unused(call: Call, url: str) -> Generator["EngineStore"]:
    """The database for us alone."""
    with _stopped(call), doctor.opened(url) as store:
        yield store


def back_up(call: Call, operation: Operation, values: Values) -> None:
    """`db backup`: a new file, written while the server works (P21)."""
    if values["path"] is not None:
        # The server's working folder is another one.
        values["path"] = str(Path(values["path"]).expanduser().absolute())
    try:
        made: Json = call.connection.request(
            operation.method, operation.path, body={"path": values["path"]}, timeout=LONG_S
        )
    except NoServer:
        if call.names_a_server:
            raise
        made = _back_up_alone(call, values["path"])
    call.show(made, lambda: [(f"Wrote {made['path']}, {figures.size(made['bytes'])}.",)])
    call.out.flush()
    call.note("It holds no keys: keep a copy of secret_key and export_key, of the data folder,")
    call.note("apart from it. Whoever has only the backup cannot forge the record.")


def _back_up_alone(call: Call, path: str | None) -> Json:
    from hansard.journal import backup

    settings = _settings(call)
    _must_exist(settings)
    with doctor.opened(settings.database) as store:
        target = None if path is None else Path(path)
        if target is None:
            folder = settings.data_dir / "backups"
            folder.mkdir(mode=0o700, exist_ok=True)
            target = backup.free_name(folder, call.now)
        return backup.back_up(store, target, call.now)


def restore(call: Call, values: Values) -> None:
    """`db restore`: a backup in the place of the database; it is checked whole before."""
    from hansard import app
    from hansard.journal import backup

    settings = _settings(call)
    file = settings.database_file
    if file is None:
        raise Failure("this database is PostgreSQL: restore it with pg_restore", Exit.USAGE)
    key = app.heads_key(settings.data_dir)
    with _stopped(call):
        done = backup.put_back(
            Path(values["backup"]),
            file,
            key,
            call.now,
            new_key=bool(values["new_key"]),
            keep_keys=bool(values["keep_keys"]),
            told=lambda c: _checked(call, c.sessions, c.events),
        )
    call.err.status("")
    answer: Json = {
        "type": "restore",
        "database": str(file),
        "sessions": done.checked.sessions,
        "deleted": done.checked.deleted,
        "events": done.checked.events,
        "new_key": bool(done.checked.foreign),
        "keys_revoked": done.revoked,
        "set_aside": None if done.aside is None else str(done.aside),
    }
    call.show(answer, lambda: _restored(answer))


def _restored(answer: Json) -> Iterator[tuple[Piece, ...]]:
    what = f"{figures.sessions(answer['sessions'], answer['deleted'])}, "
    what += figures.count(answer["events"], "event")
    yield (Styled("Restored  ", "success"), f"{what}; every chain holds.")
    if answer["new_key"]:
        yield ("The heads are under this installation's key now.",)
    if answer["keys_revoked"]:
        why = "no working keys here" if answer["set_aside"] else "the data folder was empty"
        told = f"Revoked {figures.count(answer['keys_revoked'], 'API key')} of the backup: {why}."
        yield (Styled(told, "attention"), " With --keep-keys they work again.")
    if answer["set_aside"]:
        yield (f"The database that was there is kept: {answer['set_aside']}",)


def rekey(call: Call, values: Values) -> None:
    """`db rekey`: the old secret_key is lost; what the chains prove goes under the new one."""
    from hansard import app
    from hansard.journal import backup
    from hansard.store import schema
    from hansard.store.open import open_store

    settings = _settings(call, values["database_url"])
    _must_exist(settings)
    with _stopped(call):
        store = open_store(settings.database)
        try:
            found = backup.under_key(
                store,
                app.heads_key(settings.data_dir),
                new_key=True,
                told=lambda c: _checked(call, c.sessions, c.events),
            )
        finally:
            schema.finish(store)
    call.err.status("")
    answer: Json = {"type": "rekey", "sessions": found.sessions, "heads": found.foreign}
    what = figures.count(found.foreign, "head")
    call.show(answer, lambda: [(f"Every chain holds; {what} put under this key.",)])


def rebuild(call: Call, values: Values) -> None:
    """`db rebuild`: rows and ledger from the log alone.

    Raises:
        Failure: some sessions do not fold.
    """
    from hansard.journal.rebuild import Rebuilt as Sums

    looks, settings = bool(values["dry_run"]), _settings(call, values["database_url"])
    _must_exist(settings)
    started = time.monotonic()
    found = Sums()
    with _stopped(call):
        for report in _rebuilding(call, settings, write=not looks):
            found.sessions += report.sessions
            found.events += report.events
            found.changed += report.changed
            found.ledger += report.ledger
            found.broken |= report.broken
    call.err.status("")
    answer: Json = {
        "type": "rebuild",
        "written": not looks,
        "sessions": found.sessions,
        "events": found.events,
        "rows_that_differed": found.changed,
        "ledgers_that_differed": found.ledger,
        "broken": found.broken,
        "seconds": round(time.monotonic() - started, 3),
    }
    call.show(answer, lambda: _rebuilt(answer))
    if found.broken:
        raise Failure(f"{figures.count(len(found.broken), 'session')} could not be folded")


def _rebuilding(call: Call, settings: "Settings", *, write: bool) -> Iterator["Rebuilt"]:
    from hansard import app
    from hansard.journal import keys
    from hansard.journal.append import Journal
    from hansard.journal.rebuild import rebuild as fold_again
    from hansard.store import schema, sessions
    from hansard.store.open import open_store

    store = open_store(settings.database)
    try:
        key = app.heads_key(settings.data_dir)
        keys.own(store, key, settings.data_dir)
        journal = Journal(store, lambda _: lambda payload: (payload, []), key, app.now_ms)
        for workspace_id in store.read(sessions.workspaces):
            yield fold_again(
                journal,
                workspace_id,
                write=write,
                told=lambda r: _checked(call, r.sessions, r.events),
            )
    finally:
        schema.finish(store)


def _rebuilt(answer: Json) -> Iterator[tuple[Piece, ...]]:
    what = f"{figures.count(answer['sessions'], 'session')}, "
    what += figures.count(answer["events"], "event")
    yield (f"Folded {what} in {answer['seconds']:.1f} s.",)
    verb = "were put right" if answer["written"] else "differ"
    for name, noun in (("rows_that_differed", "row"), ("ledgers_that_differed", "ledger")):
        if answer[name]:
            yield (Styled(f"{figures.count(len(answer[name]), noun)} {verb}", "attention"),)
    if not answer["rows_that_differed"] and not answer["ledgers_that_differed"]:
        yield (Styled("Rows and ledger are what the log says.", "success"),)
    for session_id, problem in answer["broken"].items():
        yield (Styled("Broken  ", "problem"), f"{session_id}  {problem}")


def report(call: Call, operation: Operation, values: Values) -> None:
    """`db report`: the server's report, which takes as long as there is to look at."""
    query = [("full", "true")] if values.get("full") else []
    found: Json = call.connection.request(operation.method, operation.path, query, timeout=LONG_S)
    call.show(found, lambda: doctor.shown(doctor.integrity(found)))
    if not found["ok"]:
        raise Failure("the database needs a look")


def _checked(call: Call, sessions: int, events: int) -> None:
    if not call.options.quiet and sessions % 50 == 0:
        what = f"{figures.count(sessions, 'session')}, {figures.count(events, 'event')}"
        call.err.status(f"read {what}")


def _settings(call: Call, database_url: str | None = None) -> "Settings":
    from hansard import config

    return config.load(data_dir=call.options.data_dir, database_url=database_url)


def _must_exist(settings: "Settings") -> None:
    file = settings.database_file
    if file is not None and not file.exists():
        raise Failure(f"there is no database {file}", Exit.NOT_FOUND)


@contextmanager
def _stopped(call: Call) -> Generator[None]:
    """What needs the server stopped says so, and names it."""
    try:
        yield
    except Conflict as problem:
        running = running_server(call.data_dir)
        if running is None:
            raise
        told = f"the server is running at {running}; stop it first"
        raise Failure(told, Exit.CONFLICT) from problem


def add(tree: Tree) -> None:
    """Add the commands of this machine's database."""
    tree.add(
        "db upgrade",
        "Bring the schema up to date; the next start would do it too",
        [URL],
        commands.runner(upgrade),
        shared=grammar.LOCAL,
    )
    tree.add(
        "db check",
        "Look for damage",
        [URL],
        commands.runner(check),
        shared=grammar.LOCAL,
    )
    tree.add(
        "db restore",
        "Put a backup in the place of the database; the server must be stopped",
        [
            grammar.argument("backup", "The backup file"),
            grammar.option(
                "new_key", bool, "The old secret_key is lost: trust the chains alone", "--new-key"
            ),
            grammar.option(
                "keep_keys",
                bool,
                "Let all API keys and logins of the backup work, also those revoked since",
                "--keep-keys",
            ),
        ],
        commands.runner(restore),
        shared=grammar.LOCAL,
    )
    tree.add(
        "db rekey",
        "Trust the chains alone when secret_key is lost; the server must be stopped",
        [URL],
        commands.runner(rekey),
        shared=grammar.LOCAL,
    )
    tree.add(
        "db rebuild",
        "Make rows and ledger again from the log; the server must be stopped",
        [URL, grammar.option("dry_run", bool, "Only look", "--dry-run")],
        commands.runner(rebuild),
        shared=grammar.LOCAL,
    )


SPECIALS = {
    "db.backup": Special(back_up, positional=frozenset({"path"})),
    "db.report": Special(report),
}
