"""`doctor`: what is installed, where the data lies, and whether anything is wrong with it."""

import os
import platform
import sqlite3
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hansard import __version__
from hansard.cli import figures
from hansard.cli.call import Call, Lines
from hansard.cli.connection import LONG_S, Connection, Target, running_server
from hansard.cli.failure import Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.draft import Json
from hansard.domain.errors import HansardError

if TYPE_CHECKING:
    from hansard.config import Settings
    from hansard.store.engine import EngineStore

_SECRETS = ("admin_secret", "secret_key", "export_key")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `ok` is False when somebody should act."""

    name: str
    value: str
    ok: bool = True


def run(call: Call, values: Values) -> None:
    """Look at everything and print it.

    Raises:
        Failure: something is wrong.
    """
    findings = list(_examine(call, full=bool(values["full"])))
    wrong = sum(not finding.ok for finding in findings)
    answer = {"type": "doctor", "ok": not wrong, "findings": [asdict(f) for f in findings]}
    call.show(answer, lambda: shown(findings))
    if wrong:
        raise Failure(f"{figures.count(wrong, 'thing')} to look at")


@contextmanager
def opened(url: str) -> Generator["EngineStore"]:
    """The database as it is, for a look.

    Raises:
        Conflict: a server owns it.
        Failure: it cannot be opened or read, in the first line of the driver's own words.
    """
    from hansard.store.open import connect

    try:
        store = connect(url)
        try:
            yield store
        finally:
            store.close()
    except (HansardError, GeneratorExit):
        raise
    except Exception as problem:
        told = str(problem).partition("\n")[0]
        raise Failure(f"the database cannot be used: {told}") from problem


def _examine(call: Call, *, full: bool) -> Iterator[Finding]:
    from hansard import config

    yield Finding("hansard", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.platform(terse=True)}")
    yield Finding("sqlite", sqlite3.sqlite_version)
    try:
        settings = config.load(data_dir=call.options.data_dir)
    except HansardError as problem:
        yield Finding("settings", problem.message, ok=False)
        return
    yield from _folder(settings.data_dir)
    url = running_server(settings.data_dir)
    yield from _server(settings.data_dir, url)
    yield Finding("database", _without_password(settings.database))
    yield from _database(settings, url, full=full)
    yield from _keys(settings.data_dir)
    yield from _sources()


def _folder(folder: Path) -> Iterator[Finding]:
    """The data folder and the secrets in it belong to one user alone."""
    if not folder.is_dir():
        yield Finding("data folder", f"{folder} (made at the first start)")
        return
    yield Finding("data folder", str(folder), ok=os.access(folder, os.W_OK))
    for name in _SECRETS:
        file = folder / name
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding(name, f"others can read {file}: chmod 600 it", ok=False)


def _server(folder: Path, url: str | None) -> Iterator[Finding]:
    if url is None:
        yield Finding("server", "not running")
        return
    connection = Connection(Target(url, None, local=True))
    try:
        version = str(connection.request("GET", "/version")["version"])
        connection.request("GET", "/readyz")
    except (Failure, KeyError, TypeError) as problem:
        yield Finding("server", f"{url} does not answer: {problem}", ok=False)
        return
    finally:
        connection.close()
    same = version == __version__
    yield Finding("server", f"{url} answers, version {version}", ok=same)
    if not (folder / "admin_secret").exists():
        yield Finding("server", "its admin secret is not in the data folder: use a key")


def _database(settings: "Settings", url: str | None, *, full: bool) -> Iterator[Finding]:
    """Schema, integrity, chains: by the server that owns the database, else looked at here."""
    from hansard.store import schema

    file = settings.database_file
    if file is not None and not file.exists():
        yield Finding("schema", "no database yet (made at the first start)")
        return
    if url is not None:
        yield from _asked(settings.data_dir, url, full=full)
        return
    try:
        with opened(settings.database) as store:
            at, newest = schema.versions(store)
            damage = store.check()
            yield Finding("integrity", "; ".join(damage[:3]) or "no damage found", ok=not damage)
            if at != newest or damage:
                yield Finding("schema", _schema(at, newest), ok=(at or "") < (newest or ""))
                return
            yield from integrity(_report(settings, store, full=full))
    except (HansardError, Failure) as problem:
        yield Finding("integrity", problem.message, ok=False)


def _asked(folder: Path, url: str, *, full: bool) -> Iterator[Finding]:
    """What the running server says of its database."""
    try:
        secret = (folder / "admin_secret").read_text().strip()
    except OSError:
        yield Finding("integrity", "in use: its server checked it at the start")
        return
    connection = Connection(Target(url, secret, local=True))
    query = [("full", "true")] if full else []
    try:
        yield from integrity(connection.request("GET", "/v1/database", query, timeout=LONG_S))
    except Failure as problem:
        yield Finding("integrity", f"the server could not look: {problem.message}", ok=False)
    finally:
        connection.close()


def _report(settings: "Settings", store: "EngineStore", *, full: bool) -> Json:
    from hansard import app
    from hansard.journal import keys, report
    from hansard.journal.append import Journal

    key = keys.known_heads(settings.data_dir) or b""
    journal = Journal(store, lambda _: lambda payload: (payload, []), key, app.now_ms)
    return report.report(journal, settings.database_file, full=full)


def integrity(found: Json) -> list[Finding]:
    """The integrity report as findings."""
    at, newest = found["schema"], found["newest_schema"]
    what = f"{figures.sessions(found['sessions_checked'], found['deleted_checked'])}, "
    what += figures.count(found["events_checked"], "event")
    if not found["full"]:
        what += " (a sample; --full checks all)"
    findings = [Finding("schema", _schema(at, newest), ok=at == newest)]
    broken: Json = found["chains"]
    told = [f"{session_id}: {'; '.join(of[:2])}" for session_id, of in list(broken.items())[:3]]
    findings.append(Finding("chains", " | ".join(told) or f"hold: {what}", ok=not broken))
    for name, noun in (("rows_that_differ", "rows"), ("ledgers_that_differ", "ledger")):
        differs: list[str] = found[name]
        repair = f"{', '.join(differs[:3])}: repair with db rebuild"
        findings.append(Finding(noun, repair if differs else "what the log says", not differs))
    unread: Json = found["logs_that_do_not_fold"]
    if unread:
        findings.append(Finding("logs", f"do not fold: {', '.join(list(unread)[:3])}", ok=False))
    stray = found["stray_contents"]
    findings.append(Finding("contents", f"{stray} belong to no session" if stray else "owned"))
    for name, size in found["bytes"].items():
        findings.append(Finding(f"{name} size", figures.size(size)))
    backup: Json | None = found["last_backup"]
    told_backup = f"{backup['at']}, {backup['path']}" if backup else "none yet: db backup makes one"
    return [*findings, Finding("last backup", told_backup)]


def _keys(folder: Path) -> Iterator[Finding]:
    from hansard.journal import keys

    seal = keys.known_seal(folder)
    if seal is not None:
        yield Finding("export key", seal.public_key)


def _sources() -> Iterator[Finding]:
    from hansard.ingest import discover

    roots = discover.default_roots(os.environ, Path.home(), present=True)
    for root in roots:
        title = root.format.title if root.format else "any"
        found = figures.count(len(discover.files(root)), "file")
        yield Finding("source", f"{title}: {root.path}, {found}")
    if not roots:
        yield Finding("source", "no sessions of other tools found on this machine")


def _schema(at: str | None, newest: str | None) -> str:
    if at == newest:
        return f"{at}, up to date"
    if (at or "") < (newest or ""):
        return f"{at or 'empty'}, the next start upgrades it to {newest}"
    return f"{at} is newer than this version of Hansard knows ({newest})"


def _without_password(url: str) -> str:
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":…@") if password else url


def shown(findings: list[Finding]) -> Lines:
    """Findings as lines."""
    wide = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = Styled("ok   ", "success") if finding.ok else Styled("wrong", "problem")
        yield (mark, "  ", Styled(finding.name.ljust(wide), "dim"), "  ", finding.value)
