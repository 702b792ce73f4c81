"""The sample sessions: every part of the product has something true to show."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard import app, config
from hansard.domain import state
from hansard.domain.errors import NotFound
from hansard.domain.events.base import REGISTRY, Event
from hansard.domain.projections import metrics
from hansard.ingest import demo
from hansard.ingest.book import Owner
from hansard.journal import read, verify
from hansard.journal.rebuild import rebuild
from hansard.lens import rows
from hansard.store import sessions
from hansard.store.sessions import Filter

ME = Owner("usr_1", "Ana")
STATUSES = {view.display for view in state.VIEWS.values()} | {
    state.display_status("waiting", "approval", archived=False),
    state.display_status("idle", None, archived=True),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[app.House]:
    """An installation with the samples."""
    home = tmp_path_factory.mktemp("samples")
    opened = app.open_house(config.load({"HOME": str(home)}, data_dir=home / "data"))
    try:
        demo.load(opened.journal, opened.parts.workspace_id, ME)
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def told(house: app.House) -> list[dict[str, Any]]:
    """Every row that the samples made, sub-agents and archived ones too."""
    where, store = house.parts.workspace_id, house.store
    ids = [name for _, name in store.read(lambda c: sessions.everything(c, where))]
    stored = [store.read(lambda c, n=name: sessions.one(c, where, n)) for name in ids]
    return [json.loads(row[2]) for row in stored if row is not None]


def events(house: app.House, session_id: str) -> list[Event]:
    """The log of one sample."""
    where = house.parts.workspace_id
    try:
        place = read.place(house.store, where, session_id)
    except NotFound:
        return []
    return list(read.events(house.store, where, place))


def listed(house: app.House) -> list[dict[str, Any]]:
    page = rows.page(
        house.store, b"k" * 32, house.parts.workspace_id, Filter(), sort="active_first"
    )
    return [json.loads(row) for row in page.rows]


def titled(found: list[dict[str, Any]], title: str) -> dict[str, Any]:
    return next(row for row in found if row["title"] == title)


def test_the_samples_come_once_and_are_marked(house: app.House, told: list[dict[str, Any]]) -> None:
    """S0-9: a filter by the tag shows them and nothing else."""
    assert len(told) == len(demo.stories())
    assert demo.load(house.journal, house.parts.workspace_id, ME) == 0
    assert all(demo.TAG in row["tags"] for row in told if not row["deleted_at"])


def test_every_kind_mode_status_channel_and_origin_occurs(told: list[dict[str, Any]]) -> None:
    assert {row["kind"] for row in told} == set(state.KINDS)
    assert {row["mode"] for row in told} == set(state.MODES)
    assert {row["display_status"] for row in told} == STATUSES
    assert {row["channel"] for row in told} - {None} == set(state.CHANNELS)
    assert {row["origin"] for row in told} == set(state.ORIGINS)
    assert {row["peer_type"] for row in told} - {None} == set(state.PEER_TYPES)


def test_every_tone_and_every_reason_to_need_a_person_occurs(told: list[dict[str, Any]]) -> None:
    """S2-8, S2-37. Only a hosted worker can go silent, and nobody works on a sample."""
    assert {row["tone"] for row in told} == {view.tone for view in state.VIEWS.values()}
    reasons = {row["attention"]["reason"] for row in told if row["attention"]}
    assert reasons == set(state.ATTENTION_REASONS) - {"stalled"}


def test_every_event_type_occurs(house: app.House, told: list[dict[str, Any]]) -> None:
    known = {event.type for row in told for event in events(house, row["id"])}
    deleted = {"session.deleted" for row in told if row["deleted_at"]}
    assert set(REGISTRY) - known - deleted == set()
    assert known <= set(REGISTRY)


def test_every_event_reads_as_its_type(house: app.House, told: list[dict[str, Any]]) -> None:
    for row in told:
        for event in events(house, row["id"]):
            body = REGISTRY[event.type].decode(event.payload)
            ours = {n for n in body.extra if n not in ("redactions", "source", "native")}
            assert ours == set(), event.type


def test_the_sums_of_a_sample_are_the_sums_of_its_turns(
    house: app.House, told: list[dict[str, Any]]
) -> None:
    """S0-12, S1-37: a header never says something else than its table."""
    for row in told:
        found = metrics.fold_all(events(house, row["id"]))
        turns, tools = found["by_turn"], found["by_tool"]
        assert sum(tool["calls"] for tool in tools) == row["tool_call_count"] or row["deleted_at"]
        if not turns:
            continue
        for name, count in row["tokens"].items():
            assert sum(turn["tokens"][name] for turn in turns) == count, row["title"]
        assert sum(t["cost_micros"] or 0 for t in turns) == (row["cost_micros"] or 0), row["title"]


def test_the_figures_of_the_story_hold(told: list[dict[str, Any]]) -> None:
    rotation = titled(told, "Rotate staging database credentials")
    tokens = rotation["tokens"]
    assert sum(tokens.values()) - tokens["output"] == 182_400
    assert (tokens["cache_read"], tokens["output"]) == (141_000, 9_100)
    assert (rotation["tool_call_count"], rotation["message_count"]) == (31, 14)
    assert (rotation["turn_count"], rotation["cost_micros"]) == (7, 1_840_000)
    migration = titled(told, "Move 48 services to OpenTelemetry 2")
    assert migration["progress"]["text"] == "142 turns"
    assert migration["children"]["active"] == 6
    assert titled(told, "Release 2.18.0")["progress"]["text"] == "Step 3 of 5"


def test_the_list_begins_with_what_needs_a_person_oldest_first(house: app.House) -> None:
    """S2-37"""
    found = listed(house)
    needs = [row["attention"]["since"] for row in found if row["attention"]]
    assert all(row["attention"] for row in found[: len(needs)])
    assert needs == sorted(needs)


def test_no_price_is_made_up_for_an_unknown_model(told: list[dict[str, Any]]) -> None:
    row = titled(told, "Rename the Money type")
    assert row["unpriced_models"] == ["unlisted-model-1"]
    assert row["cost_micros"] is None


def test_the_samples_show_every_kind_of_output(
    house: app.House, told: list[dict[str, Any]]
) -> None:
    """Terminal colours, a table, an image, a tree and a stack trace, in the stored record."""
    payloads = [event.payload for row in told for event in events(house, row["id"])]
    said = [found["content"] for found in payloads if isinstance(found.get("content"), list)]
    blocks = [block for content in said for block in content]
    texts = [block["text"] for block in blocks if block["type"] == "text"]
    assert any("\x1b[31m" in text for text in texts)
    assert any("Traceback (most recent call last)" in text for text in texts)
    assert any("| Step | What | Undo |" in text for text in texts)
    assert any(text.startswith('[{"') for text in texts)
    assert any(block["type"] == "image" for block in blocks)
    assert any(found.get("hunks") for found in payloads)


def test_the_record_of_the_samples_is_whole(house: app.House, told: list[dict[str, Any]]) -> None:
    where = house.parts.workspace_id
    assert rebuild(house.journal, where, write=False).changed == []
    kept = [row["id"] for row in told if not row["deleted_at"]]
    assert {name: verify.verify(house.journal, where, name) for name in kept} == {
        name: [] for name in kept
    }


def test_the_samples_can_be_told_in_a_second_installation(tmp_path: Path) -> None:
    other = app.open_house(config.load({"HOME": str(tmp_path)}, data_dir=tmp_path / "data"))
    try:
        assert demo.load(other.journal, other.parts.workspace_id, ME) == len(demo.stories())
    finally:
        other.close()
