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
from hansard.cli.connection import Connection, Target, running_server
from hansard.cli.failure import Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.errors import Conflict, HansardError

if TYPE_CHECKING:
    from hansard.config import Settings
    from hansard.store.engine import EngineStore

_SECRETS = ("admin_secret", "secret_key")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `ok` is False when somebody should act."""

    name: str
    value: str
    ok: bool = True


def run(call: Call, _: Values) -> None:
    """Look at everything and print it.

    Raises:
        Failure: something is wrong.
    """
    findings = list(_examine(call))
    wrong = sum(not finding.ok for finding in findings)
    answer = {"type": "doctor", "ok": not wrong, "findings": [asdict(f) for f in findings]}
    call.show(answer, lambda: _shown(findings))
    if wrong:
        raise Failure(f"{figures.count(wrong, 'thing')} to look at")


def database_file(url: str) -> Path | None:
    """The file of a SQLite address; None for any other."""
    path = url.removeprefix("sqlite:///")
    return Path(path) if path != url else None


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


def _examine(call: Call) -> Iterator[Finding]:
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
    yield from _database(settings, url)
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


def _database(settings: "Settings", url: str | None) -> Iterator[Finding]:
    """Schema and integrity; while a server owns the file only it can look."""
    from hansard.store import schema

    file = database_file(settings.database)
    if file is not None and not file.exists():
        yield Finding("schema", "no database yet (made at the first start)")
        return
    try:
        with opened(settings.database) as store:
            at, newest = schema.versions(store)
            yield Finding("schema", _schema(at, newest), ok=(at or "") <= (newest or ""))
            damage = store.check()
            yield Finding("integrity", "; ".join(damage[:3]) or "no damage found", ok=not damage)
    except Conflict as problem:
        in_use = "in use: its server checked it at the start"
        yield Finding("integrity", in_use if url else problem.message, ok=url is not None)
    except (HansardError, Failure) as problem:
        yield Finding("integrity", problem.message, ok=False)


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


def _shown(findings: list[Finding]) -> Lines:
    wide = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = Styled("ok   ", "success") if finding.ok else Styled("wrong", "problem")
        yield (mark, "  ", Styled(finding.name.ljust(wide), "dim"), "  ", finding.value)
