"""Golden stories: a log told as `<story>.events.jsonl`, and what its views fold to.

The web tests read the same files, so the two folds cannot drift. Events are in the wire form.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hansard.domain.events.base import Event
from hansard.domain.projections import context, metrics, row, summary, timeline, transcript
from hansard.domain.session import Session

HERE = Path(__file__).parent
STORIES = sorted(path.name.removesuffix(".events.jsonl") for path in HERE.glob("*.events.jsonl"))


def events_of(story: str) -> list[Event]:
    lines = (HERE / f"{story}.events.jsonl").read_text(encoding="utf-8").splitlines()
    return [Event.from_wire(json.loads(line)) for line in lines]


def session_of(events: list[Event]) -> Session:
    session = summary.created(events[0], "wrkspc_00000000000000000000000000000000")
    for event in events:
        summary.fold(session, event)
        session.pos = event.pos
    return session


def row_of(events: list[Event]) -> Any:
    """The list row at the moment the last event was stored."""
    return row.row(session_of(events), max(event.recorded_at for event in events))


VIEWS: dict[str, Callable[[list[Event]], Any]] = {
    "row": row_of,
    "transcript": transcript.fold_all,
    "context": context.fold_all,
    "metrics": metrics.fold_all,
    "timeline": timeline.fold_all,
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_story_folds_to_what_was_agreed(story: str, view: str, update_golden: bool):
    folded = VIEWS[view](events_of(story))
    told = json.dumps(folded, ensure_ascii=False, indent=2) + "\n"
    golden = HERE / f"{story}.{view}.json"
    if update_golden:
        golden.write_text(told, encoding="utf-8")
    assert json.loads(told) == folded, "a view holds more than JSON"
    assert golden.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("story", STORIES)
def test_the_lines_of_a_story_are_events_as_the_api_gives_them(story: str):
    lines = (HERE / f"{story}.events.jsonl").read_text(encoding="utf-8").splitlines()
    for place, event in enumerate(events_of(story), 1):
        assert event.seq == place
        assert list(event.to_wire()) == list(json.loads(lines[place - 1]))
        assert event.to_wire() == json.loads(lines[place - 1])


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(
    ("view", "start"),
    [
        (transcript, transcript.Transcript),
        (metrics, metrics.Metrics),
        (context, context.Context),
        (timeline, timeline.Timeline),
    ],
)
def test_a_fold_that_stops_anywhere_goes_on_to_the_same_view(story: str, view: Any, start: Any):
    """fold(a + b) = fold(fold(a), b): a reader that was away misses nothing."""
    events = events_of(story)
    state = start()
    for seen, event in enumerate(events, 1):
        state = view.fold(state, event)
        assert view.shown(state) == view.fold_all(events[:seen])


@pytest.mark.parametrize("story", STORIES)
def test_the_metrics_and_the_list_row_agree(story: str):
    """S1-37, S0-12, S0-13: both are sums over the same events."""
    events = events_of(story)
    shown = metrics.fold_all(events)
    line = row_of(events)
    tokens = line["tokens"]
    assert shown["input_tokens"] == sum(tokens.values()) - tokens["output"]
    assert shown["output_tokens"] == tokens["output"]
    for ours, theirs in {
        "cost_micros": "cost_micros",
        "turns": "turn_count",
        "messages": "message_count",
        "tool_calls": "tool_call_count",
        "errors": "error_count",
        "compactions": "compaction_count",
        "resets": "reset_count",
        "ao_milli": "ao_milli",
        "unpriced_models": "unpriced_models",
    }.items():
        assert shown[ours] == line[theirs], ours


@pytest.mark.parametrize("story", STORIES)
def test_the_tables_of_the_metrics_add_up_to_the_totals(story: str):
    """S3-20: the cost of turns is the cost of the session, where every event has its turn."""
    shown = metrics.fold_all(events_of(story))
    turns = shown["by_turn"]
    assert sum(turn["calls"] for turn in turns) == shown["tool_calls"]
    assert sum(tool["calls"] for tool in shown["by_tool"]) == shown["tool_calls"]
    assert sum(turn["errors"] for turn in turns) == shown["errors"]
    assert sum(turn["cost_micros"] or 0 for turn in turns) == (shown["cost_micros"] or 0)
    for name, total in shown["tokens"].items():
        assert sum(turn["tokens"][name] for turn in turns) == total
