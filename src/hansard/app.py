"""The only place where rooms are wired together."""

import asyncio
import errno
import json
import logging
import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from time import time
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from hansard import __version__
from hansard.api import auth, connections, server
from hansard.api.idempotency import KEPT_MS
from hansard.api.rooms import Rooms
from hansard.config import Settings, command
from hansard.control import files, rules
from hansard.control.bulk import Runner
from hansard.domain import ids, instant
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, Corrupt, InvalidRequest
from hansard.ingest import demo, discover
from hansard.ingest.book import Owner
from hansard.ingest.importer import Importer
from hansard.journal import keys
from hansard.journal.append import Journal
from hansard.journal.index import Indexer
from hansard.journal.lookback import Lookback
from hansard.journal.prepare import Scan
from hansard.journal.rebuild import refresh
from hansard.journal.seal import Seal
from hansard.journal.sweep import sweep
from hansard.redaction import log
from hansard.redaction.registry import Secrets
from hansard.redaction.workspaces import Scanners
from hansard.store import idempotency, members, redaction_rules, schema
from hansard.store.base import Store, Tx
from hansard.store.members import Login, Member
from hansard.store.open import open_search, open_store

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
        self.parts.lookback.close()
        self.parts.indexer.close()
        schema.finish(self.store)


def open_house(settings: Settings, clock: Callable[[], int] = now_ms) -> House:
    """Open the data folder and wire the rooms.

    Raises:
        Conflict: another process has the database open, or it is under another key.
        Corrupt: the database is damaged, or a secret does not read.
        InvalidRequest: a file of detection rules cannot be used.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = keys.of(_secret_text(settings.data_dir / keys.SECRET, "hansard_key"))
    admin = settings.admin_token or _secret_text(
        settings.data_dir / "admin_secret", "hansard_admin"
    )
    shared = rules.installed(settings.redaction_rules, settings.redaction_rules_off)
    store = open_store(settings.database)
    try:
        keys.own(store, keys.heads(key), settings.data_dir, command())
        workspace_id, workspace_name, owner = _people(store, settings, clock)
        known = Secrets()
        known.register("HANSARD_ADMIN_SECRET", admin)
        known.register_environment(os.environ)
        for name in sorted(known.refused):
            _LOG.warning("the secret %s is too short to be recognised by its value", name)
        scanners = Scanners(
            known, shared, keys.derive(key, "redaction"), lambda name: rules.own(store, name)
        )
        indexer = Indexer(store, open_search(store))
        journal = Journal(store, scanning(scanners), keys.heads(key), clock, indexer)
        _forget_stale(store, clock(), at_start=True)
        refresh(journal)
        sweep(journal)
        indexer.start()
        seal = Seal(keys.of(_secret_text(settings.data_dir / keys.EXPORT, "hansard_export")))
        importer = Importer(
            journal,
            workspace_id,
            Owner(owner.id, owner.name),
            lambda raw: scanners.of(workspace_id).scan_record(raw),
            lambda: seal.public_key,
        )
        parts = Rooms(
            store=store,
            journal=journal,
            indexer=indexer,
            scanners=scanners,
            lookback=Lookback(journal, scanners, keys.derive(key, "lookback")),
            importer=importer,
            bulk=Runner(journal, secrets.token_hex(8)),
            workspace_id=workspace_id,
            workspace_name=workspace_name,
            owner={"id": owner.id, "name": owner.name},
            clock=clock,
            page_key=keys.derive(key, "pages"),
            seal=seal,
            data_dir=settings.data_dir,
            database_file=settings.database_file,
            admin_hash=auth.hashed(admin),
            hosts=_hosts(settings),
            version=__version__,
            url=settings.url,
            command=command(),
        )
    except BaseException:
        store.close()
        raise
    return House(settings, store, journal, importer, parts)


def scanning(scanners: Scanners) -> Callable[[str], Scan]:
    """The journal's view of scanners: of a workspace, payload in, payload and redactions out."""

    def of(workspace_id: str) -> Scan:
        scanner = scanners.of(workspace_id)

        def scan(payload: Json) -> tuple[Json, list[Json]]:
            clean, found = scanner.scan(payload)
            return clean, [redaction.to_wire() for redaction in found]

        return scan

    return of


def build(house: House) -> FastAPI:
    """The ASGI application of an open house, with its sweeper and its bulk operations."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        house.parts.lookback.start()
        work = [
            asyncio.create_task(_sweeping(house)),
            asyncio.create_task(house.parts.bulk.serve()),
        ]
        try:
            yield
        finally:
            house.parts.stopping[0] = True
            for task in work:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(house.parts.lookback.close)

    return server.build(house.parts, lifespan)


def serve(settings: Settings, *, open_browser: bool, import_default: bool, demo: bool) -> int:
    """Run the server until it is told to stop; the exit code.

    Raises:
        InvalidRequest: it would answer beyond this machine without any key.
        Conflict: another process has the database open, or the port.
    """
    os.umask(0o077)  # whatever is written beside the database is its owner's alone
    _refuse_busy(settings.host, settings.port)
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    house = open_house(settings)
    try:
        refuse_open(settings, house)
        bounds = connections.Bounds(settings.max_connections, settings.max_connections_per_address)
        config = connections.config(
            build(house),
            settings.host,
            settings.port,
            settings.log_level,
            connections.within_files(bounds),
        )
        log.guard(house.parts.scanners.of(house.parts.workspace_id), "", "uvicorn", "uvicorn.error")
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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
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
    login = Login(parts.workspace_id, str(parts.owner["id"]), None)
    token = auth.login_token(house.store, login, "link", now_ms())
    link = f"{url}/login#token={token}"
    print(f"Hansard {parts.version} is running at {url}", flush=True)
    print(f"Log in: {link}", flush=True)
    print(
        f"The link works once, for 15 minutes; `{parts.command} login` makes another.", flush=True
    )
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
        titles = sorted(known.title for known in discover.all_formats().values())
        agents = f"{', '.join(titles[:-1])} and {titles[-1]}"
        print(
            f"No coding-agent sessions were found on this machine (looked for {agents}).\n"
            "They show up by themselves when there are some. For sample sessions start "
            f"with --demo; for files elsewhere: {house.parts.command} import PATH",
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
    why = f"`{house.parts.command} import-status` says why"
    rest = f", {skipped:,} records skipped ({why})" if skipped else ""
    names = ", ".join(sorted({p["name"] for p in found}))
    return (
        f"Imported {files:,} of {total:,} files from {names}: "
        f"{sessions:,} sessions, {events:,} new events{rest}"
    )


def _load_demo(house: House) -> None:
    owner = Owner(str(house.parts.owner["id"]), str(house.parts.owner["name"]))
    added = demo.load(house.journal, house.parts.workspace_id, owner)
    if added:
        print(f"Added {added} sample sessions, tagged {demo.TAG}.", flush=True)
    else:
        print(f"The sample sessions, tagged {demo.TAG}, are there already.", flush=True)


async def _sweeping(house: House) -> None:
    tidied = now_ms()
    while True:
        await asyncio.sleep(_SWEEP_S)
        try:
            await asyncio.to_thread(sweep, house.journal)
            await asyncio.to_thread(_renew_rules, house)
            if now_ms() - tidied > instant.HOUR:
                tidied = now_ms()
                await asyncio.to_thread(_forget_stale, house.store, tidied, at_start=False)
        except Exception:
            _LOG.exception("the sweep failed; trying again")


def _renew_rules(house: House) -> None:
    """Take in what another process changed of a workspace's detection rules."""
    house.parts.scanners.refresh(
        lambda name: house.store.read(lambda c: redaction_rules.version(c, name))
    )


def refuse_open(settings: Settings, house: House) -> None:
    """Auth is never off: beyond loopback somebody must hold a key (product.md, decision 12)."""
    if auth.is_local(settings.host) or settings.admin_token:
        return
    if not house.store.read(lambda c: members.any_key(c, now_ms())):
        raise InvalidRequest(
            f"refusing to answer on {settings.host}: no key is configured. Start on 127.0.0.1, "
            f"run `{house.parts.command} key create --name NAME --scope admin`, "
            "or set HANSARD_ADMIN_TOKEN"
        )


def _refuse_busy(host: str, port: int) -> None:
    """Find out that an address cannot be had before anything is opened or made.

    Raises:
        Conflict: another program answers there.
        InvalidRequest: this machine has no such address, or keeps the port from this user.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            told = f"port {port} on {host} is taken: choose another with --port"
            raise Conflict(told) from problem
        raise InvalidRequest(f"cannot answer on {host}:{port}: {problem.strerror}") from problem


def _hosts(settings: Settings) -> frozenset[str]:
    names = {"127.0.0.1", "localhost", "::1", *settings.allowed_hosts}
    if settings.public_url:
        names.add(urlsplit(settings.public_url).hostname or settings.host)
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
    files.tidy(store, now, at_start=alone)


def heads_key(data_dir: Path) -> bytes:
    """The key of the heads of chains; made with the folder when there is none yet."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return keys.heads(keys.of(_secret_text(data_dir / keys.SECRET, "hansard_key")))


def _secret_text(path: Path, prefix: str) -> str:
    """A secret of the installation; made once, readable by its owner alone.

    Of two processes that start together on one folder the first one's secret stays.
    """
    if not path.exists():
        partial = _partial(path, f"{prefix}_{secrets.token_urlsafe(_KEY_BYTES)}".encode())
        with suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
    try:
        text = path.read_bytes().decode("ascii").strip()
    except UnicodeDecodeError as problem:
        raise Corrupt(f"{path} is no text of ours: restore it from a backup") from problem
    except OSError as problem:
        raise Corrupt(f"{path} cannot be read: {problem.strerror}") from problem
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
