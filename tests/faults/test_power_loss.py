"""The power goes at any moment: what was acknowledged is on the disk, and nothing is torn (P1)."""

import os
import pickle
import random
import shutil
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.faults import power, recorder
from tests.faults.platter import Platter
from tests.faults.recorder import Op

from hansard.domain.draft import Json
from hansard.domain.errors import HansardError, NotFound
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.store import sessions
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing import Bench, victim

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
POINTS = 200
ROUNDS = 36
_WAL_FRAME = 24

pytestmark = pytest.mark.skipif(
    recorder.library() is None, reason="the SQLite of this Python is hidden inside a binary"
)
Recording = Callable[..., list[Op]]


@pytest.fixture
def recording(nursery: ForkServerContext, tmp_path: Path) -> Recording:
    """Records a process at work on a fresh file."""

    def run(seed: int, rounds: int = ROUNDS, weakness: str | None = None) -> list[Op]:
        folder, out = tmp_path / "worked", tmp_path / "record"
        process = nursery.Process(target=power.run, args=(folder, out, seed, rounds, weakness))
        process.start()
        process.join(60)
        assert process.exitcode == 0
        shutil.rmtree(folder)
        return pickle.loads(out.read_bytes())

    return run


class Told:
    """What the users of a database were told, up to some operation."""

    def __init__(self) -> None:
        self.workspace_id: str | None = None
        self.sessions: dict[str, dict[int, tuple[str, str]]] = {}
        self.going: set[str] = set()
        self.gone: set[str] = set()

    def hear(self, operations: list[Op]) -> None:
        for op in operations:
            match op:
                case Op("mark", "workspace", _, (name,)):
                    self.workspace_id = name
                case Op("mark", "created", _, (name,)):
                    self.sessions.setdefault(name, {})
                case Op("mark", "acked", _, (_, name, events)):
                    self.sessions.setdefault(name, {}).update(events)
                case Op("mark", "deleting", _, (name,)):
                    self.going.add(name)
                case Op("mark", "deleted", _, (name,)):
                    self.gone.add(name)


def losses(record: list[Op], points: int, chance: random.Random, folder: Path) -> list[str]:
    """Cut the power at so many moments of a record; what was wrong afterwards, and where."""
    platter, told, before = Platter(), Told(), 0
    found: list[str] = []
    for point in sorted(chance.choices(range(1, len(record) + 1), k=points)):
        platter.ask(record[before:point])
        told.hear(record[before:point])
        before = point
        folder.mkdir()
        platter.cut(chance, folder)
        found += [f"operation {point}: {problem}" for problem in examine(folder, told)]
        shutil.rmtree(folder)
    return found


def examine(folder: Path, told: Told) -> list[str]:
    """What is wrong with a database after a power cut."""
    try:
        store = open_store(f"sqlite:///{folder}/hansard.db")
    except (HansardError, DBAPIError) as problem:
        return [f"it does not open: {problem}"]
    try:
        return [*unsound(store), *missing(store, told)]
    except (HansardError, DBAPIError, AssertionError) as problem:
        return [f"it does not read: {problem}"]
    finally:
        store.close()


def unsound(store: Store) -> list[str]:
    rows = store.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalars().all())
    return [] if rows == ["ok"] else [f"the file is damaged: {rows[:2]}"]


def missing(store: Store, told: Told) -> list[str]:
    """What was acknowledged and is not there, or is there and does not hold together."""
    if told.workspace_id is None:
        return []
    bench = Bench(store, victim.now, workspace_id=told.workspace_id)
    listed = {s for _, s in store.read(lambda c: sessions.everything(c, bench.workspace_id))}
    problems: list[str] = []
    for name in sorted(listed | set(told.sessions)):
        problems += in_session(bench, name, told)
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    if (report.broken, report.changed) != ({}, []):
        problems.append(f"rows are not the fold of the log: {report}")
    return problems


def in_session(bench: Bench, name: str, told: Told) -> list[str]:
    try:
        events = bench.events(name)
    except NotFound:
        if name in told.going:
            return []
        return [f"lost: {name}"]
    if name in told.gone:
        return [f"came back: {name}"]
    problems = verify(bench.journal, bench.workspace_id, name)
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        problems.append(f"{name} has gaps")
    if torn(events[1:]):
        problems.append(f"{name} has half an append")
    there = {event["seq"]: (event["id"], event["hash"]) for event in events}
    promised = told.sessions.get(name, {})
    lost = sorted(seq for seq, event in promised.items() if there.get(seq) != event)
    return [*problems, *([f"lost: {name} {lost}"] if lost else [])]


def torn(events: list[Json]) -> bool:
    since = 0
    for event in events:
        since += 1
        if event["type"] == "x.batch":
            if event["size"] != since:
                return True
            since = 0
    return since > 0


def test_after_a_power_cut_everything_acknowledged_is_there(recording: Recording, tmp_path: Path):
    """P1: 200 cuts; HANSARD_TEST_LONG=n makes n times as many, 25 the 5,000 of a release.

    Everything that no sync covered is there, is gone, or is there in part. Afterwards the file
    opens and is sound, seq has no gap, no append is half there, chains and folds hold, what was
    deleted stays deleted, and every acknowledged event has its id and hash.
    """
    for _ in range(LONG):
        seed = random.randrange(1 << 32)
        record = recording(seed)
        kinds = {op.kind for op in record}
        assert kinds == {"create", "write", "truncate", "sync", "sync folder", "delete", "mark"}
        found = losses(record, POINTS, random.Random(seed), tmp_path / "cut")
        assert found == [], f"seed {seed}"


def test_every_commit_is_synced_before_it_is_acknowledged(recording: Recording):
    """P1: between what an append wrote and its answer lie the whole commit and then a sync."""
    record = recording(random.randrange(1 << 32))
    written: dict[int, int] = {}
    commits = [place for place, op in enumerate(record) if ends_a_commit(op)]
    syncs = [(op.at, place) for place, op in enumerate(record) if is_wal(op) and op.kind == "sync"]
    answers = 0
    for place, op in enumerate(record):
        if op.path == "written":
            written[op.what[0]] = place
        elif op.path == "acked":
            answers += 1
            after = min(commit for commit in commits if commit > written[op.what[0]])
            covered = [end for began, end in syncs if began > after + 1 and end < place]
            assert covered, f"answer {op.what[0]} came before the disk had it"
    assert answers > ROUNDS
    assert len(syncs) >= len(commits) > 0


def is_wal(op: Op) -> bool:
    return op.path.endswith("-wal")


def ends_a_commit(op: Op) -> bool:
    """Whether this is the header of a frame with which a commit ends; its page comes next."""
    frame = is_wal(op) and op.kind == "write" and len(op.what) == _WAL_FRAME
    return frame and int.from_bytes(op.what[4:8], "big") > 0


@pytest.mark.parametrize("weakness", power.WEAKNESSES)
def test_a_store_that_is_careless_is_caught(recording: Recording, tmp_path: Path, weakness: str):
    """reliability.md 1.1, planted: drop fsync (by half, whole), ack before commit."""
    record = recording(7, ROUNDS // 2, weakness)
    found = losses(record, 25, random.Random(7), tmp_path / "cut")
    assert any("lost: " in problem for problem in found), found


def test_a_disk_that_keeps_everything_hides_what_a_careless_store_does(
    recording: Recording, tmp_path: Path
):
    """Why the power has to go: after a `kill -9` alone nothing is missing without any sync."""
    record = recording(7, ROUNDS // 2, "synchronous=OFF")

    class Kept(random.Random):
        def random(self) -> float:
            return 0.0

    assert losses(record, 20, Kept(7), tmp_path / "cut") == []
