"""A secret that becomes known after it was written leaves the record (S2-35, P11, P22)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard import app
from hansard.app import House
from hansard.config import Settings
from hansard.control import reset
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.ingest import discover
from hansard.journal import erase, read, rescan
from hansard.journal.lookback import Lookback, seen_by
from hansard.journal.verify import verify
from hansard.redaction.pack import RulePack
from hansard.redaction.registry import Secret, Secrets
from hansard.redaction.scan import Scanner
from hansard.store import blobs, rescans, session_rows
from hansard.store.tables import events as table
from hansard.testing import Bench, FrozenClock

LATE = "zebra" + "-Crossing-" + "4711"
AGENT = Actor("agent", None, "coder")
Json = dict[str, Any]


@pytest.fixture
def house(tmp_path: Path) -> Any:
    opened = app.open_house(Settings(data_dir=tmp_path / "data", user_name="Ana"), FrozenClock())
    opened.parts.indexer.settled(10)
    yield opened
    opened.close()


def write(house: House, session_id: str, *drafts: Draft, create: bool = False) -> None:
    change = house.journal.change(house.parts.workspace_id, session_id, drafts, create=create)
    house.journal.append_blocking(change)


def draft(house: House, event_type: str, /, **payload: Any) -> Draft:
    return Draft(event_type, payload, AGENT, house.parts.clock())


def session(house: House, number: int, *drafts: Draft, **fields: Any) -> str:
    made = f"sesn_{number:032x}"
    created: Json = {
        "key": f"agent:coder:default:ana:web:thread:{number}",
        "kind": "chat",
        "mode": "work",
        "origin": "web",
        "channel": "web",
        "agent": {"id": "agent_" + "1" * 32, "name": "coder", "version": 1},
        **fields,
    }
    write(house, made, draft(house, "session.created", **created), *drafts, create=True)
    return made


def said(house: House, text: str) -> Draft:
    return draft(house, "agent.message", content=[{"type": "text", "text": text}])


def events(house: House, session_id: str) -> list[Json]:
    at = read.place(house.store, house.parts.workspace_id, session_id)
    lines = read.page(house.store, house.parts.workspace_id, at, limit=100_000)
    return [orjson.loads(line.body) for line in lines]


def learn(house: House, value: str = LATE, name: str = "LATE") -> None:
    """The value becomes known, and the record is looked through once."""
    assert house.parts.scanners.secrets.register(name, value)
    house.parts.lookback.look()


def bytes_of(house: House) -> bytes:
    """Everything that lies in the data folder after what was asked to be forgotten is."""
    assert house.parts.indexer.settled(20)
    house.store.submit(lambda tx: tx.erased()).result()
    folder = house.settings.data_dir
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_an_event_is_rewritten_and_its_chain_still_verifies(house: House) -> None:
    """S2-35, P22: new payload, new hash told in the log, the old place and hash."""
    made = session(house, 1, said(house, f"it was {LATE} indeed"), said(house, "bye"))
    before = events(house, made)
    learn(house)
    after = events(house, made)
    assert LATE not in str(after)
    assert after[1]["content"][0]["text"] == "it was [secret:LATE] indeed"
    assert after[1]["redactions"] == [
        {"path": "/content/0/text", "name": "LATE", "rule": "known", "count": 1}
    ]
    assert [e["hash"] for e in after[:3]] == [e["hash"] for e in before]
    told = after[3]
    assert told["type"] == "session.redacted"
    assert (told["event_ids"], told["names"]) == ([before[1]["id"]], ["LATE"])
    assert verify(house.journal, house.parts.workspace_id, made) == []


def test_a_rewritten_event_that_is_changed_again_does_not_verify(house: House) -> None:
    made = session(house, 1, said(house, f"it is {LATE}"))
    learn(house)

    def forge(tx: Any) -> None:
        tx.write(table.update().where(table.c.seq == 2).values(payload=b'{"content":"forged"}'))

    house.store.submit(forge).result()
    assert verify(house.journal, house.parts.workspace_id, made) == [
        "seq 2: the content is not what was recorded"
    ]


def test_one_event_names_everything_that_was_rewritten_in_a_session(house: House) -> None:
    made = session(house, 1, *(said(house, f"{n}: {LATE}") for n in range(40)))
    learn(house)
    told = [e for e in events(house, made) if e["type"] == "session.redacted"]
    assert len(told) == 1
    assert len(told[0]["event_ids"]) == len(told[0]["content_hashes"]) == 40


def test_titles_rows_and_search_lose_it_too(house: House) -> None:
    """The row is the fold of the rewritten log: also where it shows a piece of the value."""
    prompt = "x" * 60 + f" fix the login, {LATE} does not work"
    made = session(
        house,
        1,
        draft(house, "user.message", content=[{"type": "text", "text": prompt}]),
        said(house, f"I tried {LATE}"),
        title=f"About {LATE}",
    )
    learn(house)
    at = read.place(house.store, house.parts.workspace_id, made)
    row = orjson.loads(at.body)
    assert row["title"] == "About [secret:LATE]"
    assert "zebra" not in str(row)
    assert LATE.encode() not in bytes_of(house)


def test_large_contents_and_their_previews_are_rewritten(house: House) -> None:
    large = f"head {LATE} " + "y" * 70_000 + f" tail {LATE}"
    made = session(house, 1, said(house, large))
    old = events(house, made)[1]["content"][0]["text"]["blob_id"]
    learn(house)
    reference = events(house, made)[1]["content"][0]["text"]
    assert reference["blob_id"] != old
    assert reference["preview"].startswith("head [secret:LATE] ")
    at = read.place(house.store, house.parts.workspace_id, made)
    where = house.parts.workspace_id
    found = house.store.read(lambda c: blobs.get(c, where, at.sid, reference["blob_id"]))
    assert found is not None
    assert found[1].endswith(b" tail [secret:LATE]")
    assert reference["bytes"] == len(found[1])
    assert house.store.read(lambda c: blobs.get(c, where, at.sid, old)) is None
    assert verify(house.journal, where, made) == []


def test_raw_records_are_rewritten_and_keep_their_numbers(house: House, tmp_path: Path) -> None:
    records = [
        {
            "type": "user",
            "uuid": f"00000000-0000-4000-8000-00000000000{n}",
            "sessionId": "11111111-1111-4111-8111-111111111111",
            "timestamp": f"2026-11-20T10:00:0{n}.000Z",
            "version": "2.1.0",
            "cwd": "/work",
            "message": {"role": "user", "content": text},
        }
        for n, text in enumerate(["hello", f"use {LATE}", "bye"])
    ]
    file = tmp_path / "projects" / "-work" / "11111111-1111-4111-8111-111111111111.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\n".join(map(orjson.dumps, records)) + b"\n")
    root = discover.named_root(tmp_path / "projects", "claude_code")
    for done in house.importer.add([root], watching=False):
        assert done.wait(20)
    where = house.parts.workspace_id
    [(session_id, sid)] = house.store.read(lambda c: [(r[0], r[1]) for r in _places(c, where)])
    learn(house)
    at = read.place(house.store, where, session_id)
    kept = read.raw_records(house.store, where, at, range(3))
    assert "[secret:LATE]" in kept[1]
    assert [orjson.loads(kept[n])["uuid"][-1] for n in range(3)] == ["0", "1", "2"]
    assert LATE.encode() not in b"".join(
        b"\n".join(read.unpack(body))
        for _, _, body in house.store.read(lambda c: blobs.blocks(c, where, sid))
    )


def _places(connection: Any, where: str) -> list[Any]:
    return session_rows.places(connection, where, 0, 10)


def test_looking_again_changes_nothing(house: House) -> None:
    made = session(house, 1, said(house, f"it is {LATE}"))
    learn(house)
    before = events(house, made)
    house.parts.lookback.look()
    again = Lookback(house.journal, house.parts.scanners, b"another key")
    again.look()  # knows nothing of the first
    assert events(house, made) == before


class Died(BaseException):
    """The process ends here."""


class Dying:
    """A store whose process dies at its nth write; what it wrote before is durable."""

    def __init__(self, store: Any, writes: int) -> None:
        self._store = store
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def submit(self, *args: Any, **options: Any) -> Any:
        if self._left == 0:
            raise Died
        self._left -= 1
        return self._store.submit(*args, **options)


@contextmanager
def dying(house: House, writes: int) -> Iterator[None]:
    house.journal.store = Dying(house.store, writes)  # type: ignore[assignment]
    try:
        yield
    finally:
        house.journal.store = house.store


@pytest.mark.parametrize("writes", range(0, 30, 3))
def test_a_search_that_was_broken_off_goes_on_where_it_was(house: House, writes: int) -> None:
    """Progress lies in the database: the next process takes it up, and ends the same."""
    made = [session(house, n, said(house, f"{n} {LATE}")) for n in range(1, 6)]
    where = house.parts.workspace_id
    house.parts.lookback.look()
    house.parts.scanners.secrets.register("LATE", LATE)
    with dying(house, writes), suppress(Died):
        house.parts.lookback.look()
    house.parts.lookback.look()
    found = house.store.read(lambda c: rescans.everything(c, where))
    [row] = [r for r in found if r.name == "LATE"]
    assert row.state == "done"
    assert row.sessions_done == row.sessions_total == 5
    for one in made:
        told = [e for e in events(house, one) if e["type"] == "session.redacted"]
        assert len(told) == 1
        assert LATE not in str(events(house, one))
        assert verify(house.journal, where, one) == []


@pytest.mark.parametrize("writes", range(6))
def test_a_session_in_which_the_process_died_is_finished(house: House, writes: int) -> None:
    """Between any two of its transactions: nothing is lost, nothing of the value stays."""
    large = f"{LATE} " + "y" * 70_000
    prompt = "x" * 60 + f" please use {LATE} here"
    made = session(
        house, 1, draft(house, "user.message", content=[{"type": "text", "text": prompt}]),
        said(house, large), said(house, f"short {LATE}"),
    )  # fmt: skip
    where = house.parts.workspace_id
    lens = seen_by(house.parts.scanners.only([Secret("LATE", LATE)]))
    at = read.place(house.store, where, made)
    with dying(house, writes), suppress(Died):
        rescan.Rescan(house.journal, where, at, lens).run()
    assert verify(house.journal, where, made) == []
    rescan.Rescan(house.journal, where, at, lens, again=True).run()
    assert LATE not in str(events(house, made))
    assert "zebra" not in str(orjson.loads(read.place(house.store, where, made).body))
    assert verify(house.journal, where, made) == []
    assert LATE.encode() not in bytes_of(house)


def test_a_rewritten_session_can_be_rewritten_again_and_be_erased(house: House) -> None:
    """The first content hash stays whatever comes: the chain runs over it."""
    second = "yak" + "-Shaving-" + "0815"
    made = session(house, 1, said(house, f"{LATE} and {second}"))
    learn(house)
    learn(house, second, "SECOND")
    assert events(house, made)[1]["content"][0]["text"] == "[secret:LATE] and [secret:SECOND]"
    where = house.parts.workspace_id
    assert verify(house.journal, where, made) == []
    asyncio.run(reset.reset(house.journal, where, made, AGENT, erased=True))
    assert verify(house.journal, where, made) == []


def test_a_deleted_session_is_left_alone(house: House) -> None:
    made = session(house, 1, said(house, f"it is {LATE}"))
    asyncio.run(erase.delete(house.journal, house.parts.workspace_id, made, AGENT))
    learn(house)
    where = house.parts.workspace_id
    row = next(
        r for r in house.store.read(lambda c: rescans.everything(c, where)) if r.name == "LATE"
    )
    assert (row.state, row.events) == ("done", 0)


def test_what_is_kept_of_a_value_does_not_tell_it(house: House) -> None:
    session(house, 1, said(house, "nothing"))
    learn(house)
    assert LATE.encode() not in bytes_of(house)


def test_an_unreadable_payload_that_holds_it_goes(house: House) -> None:
    made = session(house, 1, said(house, "fine"))

    def damage(tx: Any) -> None:
        tx.write(table.update().where(table.c.seq == 2).values(payload=f"{{{LATE}".encode()))

    house.store.submit(damage).result()
    learn(house)
    assert LATE.encode() not in bytes_of(house)
    assert len(events(house, made)) == 3


async def test_every_store_can_rewrite_its_record(bench: Bench) -> None:
    """On SQLite and PostgreSQL alike; nothing is rewritten twice."""
    made = await bench.create()
    await bench.append(
        made, *(bench.said(f"{n}: {LATE if n % 2 else 'nothing'}") for n in range(6))
    )
    await bench.append(made, bench.said("y" * 70_000 + LATE))
    known = Secrets()
    known.register("LATE", LATE)
    lens = seen_by(Scanner(known, RulePack([]), b"k"))
    at = read.place(bench.store, bench.workspace_id, made)

    def run() -> rescan.Found:
        return rescan.Rescan(bench.journal, bench.workspace_id, at, lens).run()

    found = await asyncio.to_thread(run)
    assert (len(found.events), found.contents) == (4, 1)
    assert not (await asyncio.to_thread(run)).anything
    shown = bench.events(made)
    assert LATE not in str(shown)
    assert [e["type"] for e in shown].count("session.redacted") == 1
    assert verify(bench.journal, bench.workspace_id, made) == []
