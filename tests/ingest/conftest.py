"""A house that only imports: a store on disk, the journal, the real scanner, the importer."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.ingest import discover
from hansard.ingest.base import Source
from hansard.ingest.book import Book, Owner
from hansard.ingest.follower import Follower
from hansard.ingest.importer import Importer
from hansard.ingest.progress import Progress
from hansard.journal import read, rebuild, verify
from hansard.journal.append import Journal
from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner
from hansard.store import blobs, ledger, schema, sessions
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing import Bench, FrozenClock

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
PERSON = Actor("person", None, "Ana")
_WAIT_S = 60 * int(os.environ.get("HANSARD_TEST_LONG", "1"))


class House:
    """An installation whose importer can be stopped and started again on the same database."""

    def __init__(self, store: Callable[[], Store], rules: RulePack, *, owned: bool) -> None:
        self.clock = FrozenClock()
        self.secrets = Secrets()
        self._open_store = store
        self._rules = rules
        self._owned = owned
        self._workspace: str | None = None
        self.open()

    def open(self) -> None:
        self.store = self._open_store()
        scanner = Scanner(self.secrets, self._rules, b"a key of the tests")
        bench = Bench(self.store, self.clock, workspace_id=self._workspace)
        self.workspace_id = self._workspace = bench.workspace_id

        def scan(payload: Any) -> Any:
            clean, found = scanner.scan(payload)
            return clean, [redaction.to_wire() for redaction in found]

        self.journal = Journal(self.store, lambda _: scan, b"k" * 32, self.clock)
        self.owner = Owner(ids.make("usr", self.clock(), 1), "Ana")
        self.clean = scanner.scan_record
        self.importer = Importer(
            self.journal, self.workspace_id, self.owner, self.clean, lambda: "no exports here"
        )

    def close(self) -> None:
        self.importer.close()
        if self._owned:
            schema.finish(self.store)

    def restart(self) -> None:
        self.close()
        self.open()

    def read(self, *paths: Path, form: str | None = None, watching: bool = False) -> list[Progress]:
        """Import roots and wait until each was read once."""
        roots = [discover.named_root(path, form) for path in paths]
        for done in self.importer.add(roots, watching=watching):
            assert done.wait(_WAIT_S), "the import did not come to its end"
        names = {str(root.path) for root in roots}
        return [found for found in self.importer.progress if found.path in names]

    def append(self, session_id: str, kind: str, verb: Any = "append") -> None:
        draft = Draft(kind, {}, PERSON, self.clock())
        change = self.journal.change(self.workspace_id, session_id, [draft], verb=verb)
        self.journal.append_blocking(change)

    # What is there

    def session_ids(self) -> list[str]:
        found = self.store.read(lambda c: sessions.everything(c, self.workspace_id))
        return [session_id for _, session_id in found]

    def row(self, session_id: str) -> dict[str, Any]:
        return orjson.loads(read.place(self.store, self.workspace_id, session_id).body)

    def rows(self) -> dict[str, dict[str, Any]]:
        """Every session's row by its external id."""
        found = [self.row(session_id) for session_id in self.session_ids()]
        return {next(iter(row["external_ids"].values())): row for row in found}

    def events(self, session_id: str) -> list[dict[str, Any]]:
        at = read.place(self.store, self.workspace_id, session_id)
        lines = read.page(self.store, self.workspace_id, at, limit=1_000_000)
        return [orjson.loads(line.body) for line in lines]

    def log(self) -> dict[str, list[dict[str, Any]]]:
        """Every session's events by its external id, without what depends on when and where."""
        return {
            external_id: [_timeless(event) for event in self.events(row["id"])]
            for external_id, row in self.rows().items()
        }

    def raw(self, session_id: str) -> list[str]:
        """Every raw record of a session, in order."""
        at = read.place(self.store, self.workspace_id, session_id)
        _, count = self.store.read(lambda c: blobs.last_block(c, self.workspace_id, at.sid))
        found = read.raw_records(self.store, self.workspace_id, at, range(count))
        return [found[n] for n in range(count)]

    def sums(self, session_id: str) -> dict[str, int | None]:
        return self.store.read(lambda c: ledger.sums(c, self.workspace_id, session_id))

    def used(self) -> dict[str, int]:
        """Tokens by class over every session."""
        total: dict[str, int] = {}
        for row in self.rows().values():
            for name, count in row["tokens"].items():
                total[name] = total.get(name, 0) + count
        return total

    def check(self) -> None:
        """The log is gapless and chained, the rows are its folds, the sums are the ledger's."""
        for session_id in self.session_ids():
            assert verify.verify(self.journal, self.workspace_id, session_id) == []
            row, sums = self.row(session_id), self.sums(session_id)
            assert [e["seq"] for e in self.events(session_id)] == list(range(1, row["seq"] + 1))
            assert {name: sums[name] for name in row["tokens"]} == row["tokens"]
            assert sums["cost_micros"] == row["cost_micros"]
            assert sums["ao_milli"] == row["ao_milli"]
            assert sums["calls"] == row["tool_call_count"]
        again = rebuild.rebuild(self.journal, self.workspace_id, write=False)
        assert (again.changed, again.broken) == ([], {})


class Tail:
    """Follows files of a folder by hand, as the importer does when it is told of a change."""

    def __init__(self, house: House, folder: Path, form: str = "claude_code") -> None:
        self.house = house
        self.folder = folder
        self.kind = discover.all_formats()[form]
        self.progress = Progress(form, "", "")
        self.start()

    def start(self) -> None:
        """As after a start of the server."""
        house = self.house
        self.book = Book(house.journal, house.workspace_id, self.kind, house.owner)
        self.followers: dict[Path, Follower] = {}

    def follow(self, path: Path, *, rest: bool = False) -> None:
        follower = self.followers.get(path)
        if follower is None:
            source = Source(path, self.folder)
            follower = Follower(self.book, self.kind, source, self.house.clean, self.progress)
            self.followers[path] = follower
        follower.follow(at_rest=rest)

    def write(self, path: Path, *parts: bytes, rest: bool = False) -> None:
        with path.open("ab") as file:
            for part in parts:
                file.write(part)
        self.follow(path, rest=rest)


def _timeless(event: dict[str, Any]) -> dict[str, Any]:
    """An event without its place in one database, and what is made anew in each."""
    left = {"hash", "pos", "recorded_at", "environment_id"}
    kept = {name: value for name, value in event.items() if name not in left}
    if event["type"] == "session.created":
        kept["agent"] = {**event["agent"], "id": None}
    return kept


@pytest.fixture(scope="session")
def rules() -> RulePack:
    return default_rules()


@pytest.fixture
def houses(tmp_path: Path, rules: RulePack) -> Iterator[Callable[..., House]]:
    """Makes houses, each with a database file of its own, or in memory."""
    made: list[House] = []

    def make(*, memory: bool = False) -> House:
        url = "sqlite://" if memory else f"sqlite:///{tmp_path}/house-{len(made)}/hansard.db"
        made.append(House(lambda: open_store(url), rules, owned=True))
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture
def house(houses: Callable[..., House]) -> House:
    return houses()


@pytest.fixture
def postgres_house(postgres_store: Store, rules: RulePack) -> Iterator[House]:
    house = House(lambda: postgres_store, rules, owned=False)
    yield house
    house.close()


@pytest.fixture
def tails() -> type[Tail]:
    return Tail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to put logs into."""
    made = tmp_path / "logs"
    made.mkdir()
    return made


@pytest.fixture
def copied(folder: Path) -> Callable[..., Path]:
    """Copies a case of the fixtures below the folder; gives the copy."""

    def copy(case: str, name: str | None = None) -> Path:
        target = folder / (name or case)
        source = FIXTURES / case
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        return target

    return copy


@pytest.fixture
def talk() -> Callable[..., list[bytes]]:
    """Makes lines of a Claude Code session: a prompt, then answers."""
    return _talk


def _talk(
    session: str, *, turns: int = 1, start: str = "2026-03-01T10:00:00.000Z", words: str = "hello"
) -> list[bytes]:
    found: list[bytes] = []
    parent: str | None = None
    for turn in range(turns):
        for kind in ("user", "assistant"):
            seed = hashlib.sha256(f"{session}{turn}{kind}".encode()).hexdigest()
            uuid = f"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-8{seed[17:20]}-{seed[20:32]}"
            message: dict[str, Any] = {"role": kind, "content": f"{words} {turn}"}
            if kind == "assistant":
                message |= {
                    "id": f"msg_{seed[:20]}",
                    "model": "claude-opus-4-6",
                    "content": [{"type": "text", "text": f"answer {turn}"}],
                    "usage": {"input_tokens": 10, "output_tokens": 5},
                    "stop_reason": "end_turn",
                }
            record = {
                "type": kind,
                "uuid": uuid,
                "parentUuid": parent,
                "sessionId": session,
                "timestamp": start,
                "cwd": "/home/ana/app",
                "isSidechain": False,
                "message": message,
            }
            found.append(json.dumps(record).encode() + b"\n")
            parent = uuid
    return found
