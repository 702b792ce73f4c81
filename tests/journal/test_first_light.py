"""Lines of the requirements that need several rooms at once, on the sample sessions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard import app, config
from hansard.control import create
from hansard.domain import instant, state
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.errors import InvalidRequest
from hansard.ingest import demo
from hansard.ingest.book import Owner
from hansard.journal import read, tail
from hansard.journal.sweep import sweep
from hansard.lens import detail, rows
from hansard.store.sessions import Filter

KEY = b"k" * 32
PERSON = Actor("person", None, "Ana")
AGENT = {"id": "agent_" + "1" * 32, "type": "agent", "name": "coder", "version": 3, "model": None}


class Clock:
    """A clock that stands until it is moved."""

    now = instant.from_wire("2026-11-20T12:00:00Z")

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[app.House]:
    """A house with the sample sessions."""
    settings = config.load({"HOME": str(tmp_path)}, data_dir=tmp_path / "data")
    opened = app.open_house(settings, clock)
    owner = Owner(str(opened.parts.owner["id"]), str(opened.parts.owner["name"]))
    demo.load(opened.journal, opened.parts.workspace_id, owner)
    yield opened
    opened.close()


def listed(house: app.House, **chosen: Any) -> list[dict[str, Any]]:
    found = rows.page(
        house.store,
        KEY,
        house.parts.workspace_id,
        Filter(**chosen),
        sort="active_first",
        limit=200,
    )
    return [json.loads(row) for row in found.rows]


def events(house: app.House, session_id: str) -> list[dict[str, Any]]:
    where = house.parts.workspace_id
    at = read.place(house.store, where, session_id)
    return [json.loads(line.body) for line in read.page(house.store, where, at, limit=10_000)]


def test_a_session_holds_what_started_it_and_what_was_said(house: app.House) -> None:
    """S0-1, S0-2: the prompt or the trigger, and the messages exchanged."""
    for row in listed(house):
        log = events(house, row["id"])
        assert log[0]["type"] == "session.created"
        assert log[0]["origin"] == row["origin"]
        started = [e for e in log if e["type"] in ("user.message", "workflow_run.created")]
        assert started, row["title"]
        words = ("user.message", "agent.message", "system.message")
        said = [e for e in log if e["type"] in words and e["seq"] > row["reset_seq"]]
        assert len(said) == row["message_count"]
        assert all(e["content"][0]["text"] for e in said)


def test_one_list_unites_every_kind_and_each_session_is_of_exactly_one(house: app.House) -> None:
    """S2-1, S2-3: flow runs, background tasks, chats (and automation runs) in one list."""
    everything = listed(house)
    by_kind = {kind: {r["id"] for r in listed(house, kinds=(kind,))} for kind in state.KINDS}
    assert all(by_kind.values())
    assert sum(map(len, by_kind.values())) == len(everything)
    assert set().union(*by_kind.values()) == {r["id"] for r in everything}


async def test_a_kind_outside_the_list_is_refused(house: app.House) -> None:
    """S2-3: a session is one of the kinds, fixed at creation."""
    new = create.NewSession(agent=AGENT, owner=None, kind="mixture")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="kind"):
        await create.create(house.journal, house.parts.workspace_id, new, PERSON)


def test_looking_changes_nothing(house: app.House) -> None:
    """S2-2: the list is a view; it owns no lifecycle."""
    before = tail.top(house.store, house.parts.workspace_id)
    for row in listed(house):
        at = detail.find(house.store, house.parts.workspace_id, row["key"])
        detail.retrieve(house.store, house.parts.workspace_id, at)
        events(house, row["id"])
    assert tail.top(house.store, house.parts.workspace_id) == before


def test_sessions_never_expire(house: app.House, clock: Clock) -> None:
    """S0-34: ten years of sweeps take nothing away but the word active."""
    before = {row["id"]: events(house, row["id"]) for row in listed(house)}
    clock.now += 3_650 * instant.DAY
    sweep(house.journal)
    after = listed(house)
    assert {row["id"]: events(house, row["id"]) for row in after} == before
    assert not any(row["active"] for row in after if row["state"] == "idle")


async def test_runs_of_one_definition_are_independent(house: app.House) -> None:
    """S4-1, S4-2, S4-3: own context, own transcript; the definition stays what it is."""
    journal, where = house.journal, house.parts.workspace_id
    made = [
        await create.create(
            journal, where, create.NewSession(agent=AGENT, owner=None, recorded=True), PERSON
        )
        for _ in range(2)
    ]
    one, two = (done.session.id for done in made)
    untouched = events(house, two)
    said = {"content": [{"type": "text", "text": "only here"}]}
    await journal.append(where, one, [Draft("user.message", said, PERSON, house.parts.clock())])
    assert events(house, two) == untouched
    assert [e["seq"] for e in events(house, one)] == [1, 2]
    first, second = (read.place(house.store, where, i) for i in (one, two))
    assert json.loads(first.body)["agent"]["id"] == json.loads(second.body)["agent"]["id"]
    assert json.loads(first.body)["message_count"] == 1
    assert json.loads(second.body)["message_count"] == 0
