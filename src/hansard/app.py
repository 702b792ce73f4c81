"""The only place where rooms are wired together."""

import asyncio
import hashlib
import json
import logging
import os
import secrets
import sys
import threading
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from socket import socket
from time import time

import uvicorn
from fastapi import FastAPI

from hansard import __version__
from hansard.api import auth, server
from hansard.api.idempotency import KEPT_MS
from hansard.api.rooms import Rooms
from hansard.config import Settings
from hansard.domain import ids, instant
from hansard.domain.draft import Json
from hansard.domain.errors import Corrupt, InvalidRequest
from hansard.ingest import demo, discover
from hansard.ingest.book import Owner
from hansard.ingest.importer import Importer
from hansard.journal.append import Journal
from hansard.journal.rebuild import refresh
from hansard.journal.sweep import sweep
from hansard.redaction.registry import Secrets
from hansard.redaction.rules import default_rules
from hansard.redaction.scan import Scanner
from hansard.store import idempotency, members, schema
from hansard.store.base import Store, Tx
from hansard.store.members import Member
from hansard.store.open import open_store

_LOG = logging.getLogger(__name__)
_SWEEP_S = 2.0
_KEY_BYTES = 32
_SERVER_FILE = "server.json"


def now_ms() -> int:
    """The present in ms UTC."""
    return int(time() * 1000)


@dataclass(slots=True)
class House:
    """A wired installation: open it, serve it, close it."""

    settings: Settings
    store: Store
    journal: Journal
    importer: Importer
    parts: Rooms

    def close(self) -> None:
        """Stop importing, finish the writer's queue, mark the stop as clean."""
        self.parts.stopping[0] = True
        self.importer.close()
        schema.finish(self.store)


def open_house(settings: Settings, clock: Callable[[], int] = now_ms) -> House:
    """Open the data folder and wire the rooms.

    Raises:
        Conflict: another process has the database open.
        Corrupt: the database is damaged.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _secret(settings.data_dir / "secret_key")
    admin = settings.admin_token or _secret_text(
        settings.data_dir / "admin_secret", "hansard_admin"
    )
    store = open_store(settings.database)
    try:
        workspace_id, workspace_name, owner = _people(store, settings, clock)
        known = Secrets()
        known.register("HANSARD_ADMIN_SECRET", admin)
        known.register_environment(os.environ)
        for name in sorted(known.refused):
            _LOG.warning("the secret %s is too short to be recognised by its value", name)
        scanner = Scanner(known, default_rules(), _derive(key, "redaction"))
        journal = Journal(store, lambda _: scanning(scanner), _derive(key, "heads"), clock)
        _forget_stale(store, clock(), at_start=True)
        refresh(journal)
        sweep(journal)
        importer = Importer(journal, workspace_id, Owner(owner.id, owner.name), scanner.scan_record)
        parts = Rooms(
            store=store,
            journal=journal,
            importer=importer,
            workspace_id=workspace_id,
            workspace_name=workspace_name,
            owner={"id": owner.id, "name": owner.name},
            clock=clock,
            page_key=_derive(key, "pages"),
            admin_hash=auth.hashed(admin),
            hosts=_hosts(settings),
            version=__version__,
            url=settings.url,
        )
    except BaseException:
        store.close()
        raise
    return House(settings, store, journal, importer, parts)


def scanning(scanner: Scanner) -> Callable[[Json], tuple[Json, list[Json]]]:
    """The journal's view of a scanner: payload in, payload and redactions out."""

    def scan(payload: Json) -> tuple[Json, list[Json]]:
        clean, found = scanner.scan(payload)
        return clean, [redaction.to_wire() for redaction in found]

    return scan


def build(house: House) -> FastAPI:
    """The ASGI application of an open house, with its sweeper."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        sweeper = asyncio.create_task(_sweeping(house))
        try:
            yield
        finally:
            house.parts.stopping[0] = True
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper

    return server.build(house.parts, lifespan)


def serve(settings: Settings, *, open_browser: bool, import_default: bool, demo: bool) -> int:
    """Run the server until it is told to stop; the exit code.

    Raises:
        InvalidRequest: it would answer beyond this machine without any key.
        Conflict: another process has the database open.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    house = open_house(settings)
    try:
        refuse_open(settings, house)
        config = uvicorn.Config(
            build(house),
            host=settings.host,
            port=settings.port,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
            proxy_headers=False,
        )
        running = Server(config, house.parts.stopping)
        greeter = threading.Thread(
            target=_greet,
            args=(house, running, open_browser, import_default, demo),
            name="hansard-greet",
            daemon=True,
        )
        greeter.start()
        running.run()
        return 0 if running.started else 1
    finally:
        with suppress(OSError):
            (settings.data_dir / _SERVER_FILE).unlink()
        house.close()


class Server(uvicorn.Server):
    """Uvicorn, which before it waits for open connections tells the streams to end.

    Args:
        stopping: set true when the server stops.
    """

    def __init__(self, config: uvicorn.Config, stopping: list[bool]) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop answering."""
        self._stopping[0] = True
        await super().shutdown(sockets)


def start_imports(house: House) -> list[threading.Event]:
    """Import the sessions that agents left on this machine, and follow them."""
    roots = discover.default_roots(os.environ, Path.home())
    return house.importer.add(roots, watching=True)


def _greet(
    house: House, running: uvicorn.Server, open_browser: bool, import_default: bool, sample: bool
) -> None:
    """Say where the page is, once it answers; then show how the import goes."""
    while not running.started:
        if running.should_exit:
            return
        threading.Event().wait(0.02)
    settings, parts = house.settings, house.parts
    port = running.servers[0].sockets[0].getsockname()[1]
    url = settings.url.replace(":0", f":{port}") if settings.port == 0 else settings.url
    parts.url = url
    _write_private(
        settings.data_dir / _SERVER_FILE, json.dumps({"url": url, "pid": os.getpid()}).encode()
    )
    token = auth.login_token(
        house.store, parts.workspace_id, str(parts.owner["id"]), "link", now_ms()
    )
    link = f"{url}/login#token={token}"
    print(f"Hansard {parts.version} is running at {url}", flush=True)
    print(f"Log in: {link}", flush=True)
    print("The link works once, for 15 minutes; `hansard login` makes another.", flush=True)
    if open_browser:
        with suppress(webbrowser.Error):
            webbrowser.open(link)
    if sample:
        _load_demo(house)
    if import_default:
        _import_and_tell(house)
    print("Press Ctrl-C to stop.", flush=True)


def _import_and_tell(house: House) -> None:
    waiting = start_imports(house)
    if not waiting:
        print(
            "No coding-agent sessions were found on this machine (looked for Claude Code and "
            "Codex).\nThey show up by themselves when there are some. For sample sessions start "
            "with --demo; for files elsewhere: hansard import PATH",
            flush=True,
        )
        return
    tty = sys.stderr.isatty()
    for done in waiting:
        while not done.wait(0.2 if tty else 2.0):
            if house.parts.stopping[0]:
                return
            if tty:
                print(f"\r\x1b[K{_line(house)}", end="", file=sys.stderr, flush=True)
    if tty:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(_line(house), flush=True)


def _line(house: House) -> str:
    found = [p.to_wire() for p in house.importer.progress]
    files = sum(p["files_done"] for p in found)
    total = sum(p["files_total"] for p in found)
    sessions = sum(p["sessions"] for p in found)
    events = sum(p["events"] for p in found)
    skipped = sum(p["records_skipped"] for p in found)
    rest = f", {skipped:,} records skipped (`hansard import-status` says why)" if skipped else ""
    names = ", ".join(sorted({p["name"] for p in found}))
    return (
        f"Imported {files:,} of {total:,} files from {names}: "
        f"{sessions:,} sessions, {events:,} new events{rest}"
    )


def _load_demo(house: House) -> None:
    owner = Owner(str(house.parts.owner["id"]), str(house.parts.owner["name"]))
    added = demo.load(house.journal, house.parts.workspace_id, owner)
    print(f"Added {added} sample sessions, tagged {demo.TAG}.", flush=True)


async def _sweeping(house: House) -> None:
    tidied = now_ms()
    while True:
        await asyncio.sleep(_SWEEP_S)
        try:
            await asyncio.to_thread(sweep, house.journal)
            if now_ms() - tidied > instant.HOUR:
                tidied = now_ms()
                await asyncio.to_thread(_forget_stale, house.store, tidied, at_start=False)
        except Exception:
            _LOG.exception("the sweep failed; trying again")


def refuse_open(settings: Settings, house: House) -> None:
    """Auth is never off: beyond loopback somebody must hold a key (product.md, decision 12)."""
    if auth.is_local(settings.host) or settings.admin_token:
        return
    if not house.store.read(lambda c: members.any_key(c, now_ms())):
        raise InvalidRequest(
            f"refusing to answer on {settings.host}: no key is configured. Start on 127.0.0.1, "
            "run `hansard key create --name NAME --scope admin`, or set HANSARD_ADMIN_TOKEN"
        )


def _hosts(settings: Settings) -> frozenset[str]:
    names = {"127.0.0.1", "localhost", "::1", *settings.allowed_hosts}
    if settings.public_url:
        names.add(auth.hostname(settings.public_url))
    if settings.host not in ("0.0.0.0", "::"):
        names.add(settings.host)
    return frozenset(name.lower() for name in names)


def _people(store: Store, settings: Settings, clock: Callable[[], int]) -> tuple[str, str, Member]:
    """The workspace and its first person; made on the first start."""

    def job(tx: Tx) -> tuple[str, str, Member]:
        store.alone(tx)  # two processes may start on one empty database
        found = members.first_workspace(tx.connection)
        if found is not None:
            return (*found, members.all_members(tx.connection, found[0])[0])
        now = clock()
        workspace_id = ids.make("wrkspc", now, secrets.randbits(74))
        person = Member(ids.make("usr", now, secrets.randbits(74)), _user_name(settings), "admin")
        members.add_workspace(tx, workspace_id, "Local", now)
        members.add_member(tx, workspace_id, person, now)
        return workspace_id, "Local", person

    return store.submit(job).result()


def _user_name(settings: Settings) -> str:
    if settings.user_name:
        return settings.user_name
    try:
        return getuser()
    except (KeyError, OSError):
        return "local"


def _forget_stale(store: Store, now: int, *, at_start: bool) -> None:
    """Answers older than 72 hours and logins that ran out; at start also what a dead process
    left in flight."""
    alone = store.exclusive and at_start
    store.submit(lambda tx: idempotency.purge(tx, now - KEPT_MS, in_flight=alone)).result()
    store.submit(lambda tx: members.drop_logins(tx, now)).result()


def _secret(path: Path) -> bytes:
    return hashlib.sha256(_secret_text(path, "hansard_key").encode()).digest()


def _secret_text(path: Path, prefix: str) -> str:
    """A secret of the installation; made once, readable by its owner alone.

    Of two processes that start together on one folder the first one's secret stays.
    """
    if not path.exists():
        partial = _partial(path, f"{prefix}_{secrets.token_urlsafe(_KEY_BYTES)}".encode())
        with suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
    text = path.read_text().strip()
    if not text:
        raise Corrupt(f"{path} is empty: restore it from a backup, or remove it to make a new one")
    return text


def _write_private(path: Path, content: bytes) -> None:
    os.replace(_partial(path, content), path)


def _partial(path: Path, content: bytes) -> Path:
    """The content in a file of its own beside `path`, durable, readable by its owner alone."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    return partial


def _derive(key: bytes, purpose: str) -> bytes:
    return hashlib.sha256(key + purpose.encode()).digest()
