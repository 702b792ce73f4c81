"""A file that grows gives what the whole file gives: the same events, once, in the same order."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.domain import instant
from hansard.ingest import discover
from hansard.journal.sweep import sweep

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
CASES = sorted(
    f"{form.name}/{case.name}"
    for form in FIXTURES.iterdir()
    for case in form.iterdir()
    if case.is_dir()
)
PIECES = 12
SESSION = "5aaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def house(houses):
    return houses(memory=True)


@pytest.fixture
def tail(house, folder: Path, tails):
    return tails(house, folder)


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / f"{SESSION}.jsonl"


def pieces(data: bytes, cuts: random.Random) -> Iterator[bytes]:
    """The bytes of a file, cut anywhere."""
    places = sorted(cuts.randrange(len(data)) for _ in range(PIECES))
    for start, end in zip([0, *places], [*places, len(data)], strict=True):
        yield data[start:end]


def in_order(root: Path, form: str) -> list[Path]:
    found = discover.files(discover.Root(root, discover.all_formats()[form]))
    return [source.path for _, source in discover.in_order(found)]


def grow(tail, case: str, cuts: random.Random, between: Callable[[], None]) -> None:
    """Let the files of a case grow in the folder, piece by piece."""
    sources = in_order(FIXTURES / case, tail.kind.name)
    for source in sources:
        copy = tail.folder / source.relative_to(FIXTURES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()  # a sub-agent's file is there before its call ends
    for source in sources:
        copy = tail.folder / source.relative_to(FIXTURES)
        for piece in pieces(source.read_bytes(), cuts):
            between()
            tail.write(copy, piece)
        tail.follow(copy, rest=True)


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_grows_by_bytes_gives_what_the_whole_file_gives(case, houses, folder, tails):
    """S0-28: event by event, with the numbers of the raw records."""
    whole, grown = houses(memory=True), houses(memory=True)
    form = case.partition("/")[0]
    whole.read(FIXTURES / case, form=form)
    grow(tails(grown, folder, form), case, random.Random(case), lambda: None)
    assert grown.log() == whole.log()


@pytest.mark.parametrize(
    "case",
    [
        "claude_code/growing_usage",
        "claude_code/sub_agent_inline",
        "claude_code/sub_agent_mirrored",
        "claude_code/queued_command",
        "codex/code_mode",
        "codex/old_rollout",
    ],
)
def test_restarts_in_the_middle_of_lines_change_nothing(case, houses, folder, tails):
    """S0-28, P3."""
    whole, grown = houses(memory=True), houses(memory=True)
    form = case.partition("/")[0]
    whole.read(FIXTURES / case, form=form)
    tail = tails(grown, folder, form)
    cuts = random.Random(f"restarts of {case}")
    grow(tail, case, cuts, lambda: tail.start() if cuts.random() < 0.5 else None)
    assert grown.log() == whole.log()
    grown.check()


@pytest.mark.parametrize("case", ["growing_usage", "sub_agent_inline", "retried", "open_call"])
def test_rests_and_restarts_anywhere_never_change_what_was_used(case, houses, folder, tails):
    """why.md 4: partial usage, then more, before and after a restart, gives the final figures."""
    whole, grown = houses(memory=True), houses(memory=True)
    case = f"claude_code/{case}"
    whole.read(FIXTURES / case, form="claude_code")
    tail = tails(grown, folder)
    cuts = random.Random(f"rests of {case}")

    def between() -> None:
        for path in list(tail.followers):
            if cuts.random() < 0.5:
                tail.follow(path, rest=True)
        if cuts.random() < 0.5:
            tail.start()

    grow(tail, case, cuts, between)
    assert grown.used() == whole.used()
    costs = [sum(row["cost_micros"] or 0 for row in h.rows().values()) for h in (grown, whole)]
    assert costs[0] == costs[1]
    said = [event["id"] for events in whole.log().values() for event in events]
    assert set(said) <= {event["id"] for events in grown.log().values() for event in events}
    grown.check()


def answer(line: bytes, output: int, block: str = "", stop: str | None = None) -> bytes:
    """A further line of the same model message, with other figures."""
    record: dict[str, Any] = json.loads(line)
    record["uuid"] = f"{output:08x}{record['uuid'][8:]}"
    record["message"]["content"] = [{"type": "text", "text": block or f"more, {output}"}]
    record["message"]["usage"]["output_tokens"] = output
    record["message"]["stop_reason"] = stop
    return json.dumps(record).encode() + b"\n"


def requests(house) -> list[tuple[bool, int]]:
    """(is a correction, output tokens) of every model request of the only session."""
    [row] = house.rows().values()
    ends = [e for e in house.events(row["id"]) if e["type"] == "span.model_request_end"]
    return [("corrects" in end, end["model_usage"]["output_tokens"]) for end in ends]


@pytest.mark.parametrize("restarting", [True, False])
def test_a_higher_figure_after_a_rest_is_a_correction(restarting, house, tail, path, talk):
    """why.md 4, architecture.md 10: a higher figure later as a correction."""
    first, said = talk(SESSION)
    tail.write(path, first, said, rest=True)
    assert requests(house) == [(False, 5)]
    for output in (40, 41):
        if restarting:
            tail.start()
        tail.write(path, answer(said, output), rest=True)
    assert requests(house) == [(False, 5), (True, 35), (True, 1)]
    tail.start()
    tail.write(path, answer(said, 7), rest=True)
    assert requests(house) == [(False, 5), (True, 35), (True, 1)]
    [row] = house.rows().values()
    assert row["tokens"]["output"] == 41
    house.check()


def test_a_correction_costs_what_the_whole_costs_less_what_was_charged(houses, folder, talk, tails):
    """why.md 4: the price of this model rises with the size of a request."""
    parts, whole = houses(memory=True), houses(memory=True)
    first, said = talk(SESSION)
    big = json.loads(said)
    big["message"]["model"] = "claude-sonnet-4-5-20250929"
    big["message"]["usage"] = {"input_tokens": 300_000, "output_tokens": 1}
    lines = [first, json.dumps(big).encode() + b"\n"]
    path = folder / f"{SESSION}.jsonl"
    tail = tails(parts, folder)
    tail.write(path, *lines, rest=True)
    tail.start()
    tail.write(path, answer(lines[1], 9_000), rest=True)
    assert len(requests(parts)) == 2
    whole.read(folder)
    assert len(requests(whole)) == 1
    [one], [other] = parts.rows().values(), whole.rows().values()
    assert one["cost_micros"] == other["cost_micros"] > 300_000 * 6
    parts.check()


def test_two_copies_that_grow_apart_are_counted_once(house, tail, folder, path, talk):
    """why.md 4."""
    copy = folder / "backup" / path.name
    copy.parent.mkdir()
    first, said = talk(SESSION)
    for place in (path, copy):
        tail.write(place, first, said, rest=True)
    tail.write(path, answer(said, 30), rest=True)
    tail.write(copy, answer(said, 20), rest=True)
    tail.write(copy, answer(said, 30), answer(said, 50), rest=True)
    tail.write(path, answer(said, 50), answer(said, 60), rest=True)
    [row] = house.rows().values()
    assert row["tokens"]["output"] == 60
    ids = [event["id"] for event in house.events(row["id"])]
    assert len(set(ids)) == len(ids)
    assert row["message_count"] == 2
    house.check()


def test_a_truncated_file_only_adds(house, tail, path, talk):
    """architecture.md 10: the log is never rewritten."""
    lines = talk(SESSION, turns=4)
    tail.write(path, *lines, rest=True)
    before = house.log()[SESSION]
    path.write_bytes(b"".join(lines[:3]))
    tail.follow(path, rest=True)
    assert house.log()[SESSION] == before
    tail.write(path, *talk(SESSION, turns=6)[8:], rest=True)
    after = house.log()[SESSION]
    assert after[: len(before)] == before
    assert [e["type"] for e in after[len(before) :]].count("user.message") == 2
    [row] = house.rows().values()
    assert len(house.raw(row["id"])) == 12
    assert row["tokens"]["output"] == 6 * 5
    house.check()


@pytest.mark.parametrize("restarting", [True, False])
@pytest.mark.parametrize("how", ["in place", "replaced", "same size", "away for a while"])
def test_a_rewritten_file_only_adds(how, restarting, house, tail, path, talk):
    lines = talk(SESSION, turns=3)
    tail.write(path, *lines, rest=True)
    before = house.log()[SESSION]
    other = [line.replace(b"2026-03-01", b"2026-03-02") for line in talk(SESSION, turns=5)[6:]]
    if how == "same size":
        rewritten = [*lines[:-1], lines[-1].replace(b"answer 2", b"answer B")]
        rewritten[-1] = rewritten[-1].replace(b'"uuid": "', b'"uuid": "f', 1).replace(b"  ", b" ")
        record = json.loads(lines[-1])
        record["uuid"] = "f" + record["uuid"][1:]
        record["message"]["id"] = "n" + record["message"]["id"][1:]
        rewritten[-1] = json.dumps(record).encode() + b"\n"
        other = [rewritten[-1]]
        assert sum(map(len, rewritten)) == path.stat().st_size
    else:
        rewritten = [lines[0], *other, *lines[4:]]
    match how:
        case "replaced":
            fresh = path.with_suffix(".tmp")
            fresh.write_bytes(b"".join(rewritten))
            os.replace(fresh, path)
        case "away for a while":
            path.unlink()
            with pytest.raises(FileNotFoundError):
                tail.follow(path)
            path.write_bytes(b"".join(rewritten))
        case _:
            path.write_bytes(b"".join(rewritten))
    if restarting:
        tail.start()
    tail.follow(path, rest=True)
    after = house.log()[SESSION]
    assert after[: len(before)] == before
    new = [e for e in after[len(before) :] if e["type"] in ("user.message", "agent.message")]
    assert len(new) == len(other)
    [row] = house.rows().values()
    raw = house.raw(row["id"])
    assert len(raw) == len(set(raw)) == len(lines) + len(other)
    assert all(str(e["source"]["record"]) in raw[e["source"]["n"]] for e in new)
    house.check()


def test_a_file_replaced_by_its_longer_self_goes_on(house, tail, path, talk):
    lines = talk(SESSION, turns=3)
    tail.write(path, *lines[:4], rest=True)
    shutil.copy(path, path.with_suffix(".tmp"))
    with path.with_suffix(".tmp").open("ab") as file:
        file.write(b"".join(lines[4:]))
    os.replace(path.with_suffix(".tmp"), path)
    tail.follow(path, rest=True)
    [row] = house.rows().values()
    assert row["message_count"] == 6
    assert house.raw(row["id"]) == [house.clean(line).decode() for line in lines]


def test_what_could_not_be_appended_is_read_again(house, tail, path, talk):
    """Nothing is lost when the journal refuses once."""
    lines = talk(SESSION, turns=2)
    tail.write(path, *lines[:2])
    journal = house.journal.append_blocking

    def refuse(change: Any) -> Any:
        raise OSError("the disk went away")

    house.journal.append_blocking = refuse
    with pytest.raises(OSError, match="went away"):
        tail.write(path, *lines[2:])
    house.journal.append_blocking = journal
    tail.follow(path, rest=True)
    [row] = house.rows().values()
    assert row["message_count"] == 4
    assert len(house.raw(row["id"])) == 4


def test_a_line_that_is_cut_off_is_told_until_it_is_whole(house, tail, path, talk):
    """A truncated last line is normal: the writer may still be at it."""
    first, said = talk(SESSION)
    tail.write(path, first, said[:50], rest=True)
    assert list(tail.progress.skipped) == [(f"{path}:2", "the last line is cut off")]
    assert tail.progress.records_skipped == 1
    [row] = house.rows().values()
    assert house.raw(row["id"])[1:] == [said[:50].decode()]
    tail.write(path, said[50:], rest=True)
    assert (tail.progress.skipped, tail.progress.records_skipped) == ({}, 0)
    assert house.rows()[SESSION]["message_count"] == 2
    assert house.raw(row["id"])[2:] == [house.clean(said).decode()]


def test_a_session_runs_while_lines_come_and_rests_after_five_minutes(house, tail, path, talk):
    """S2-18, architecture.md 10: its lease is the source."""
    now = instant.to_wire(house.clock())
    lines = talk(SESSION, turns=2, start=now)
    tail.write(path, lines[0])
    [row] = house.rows().values()
    assert (row["state"], row["active"]) == ("running", True)
    tail.write(path, lines[1])
    house.clock.move(4 * instant.MINUTE)
    sweep(house.journal)
    assert house.rows()[SESSION]["state"] == "running"
    house.clock.move(2 * instant.MINUTE)
    sweep(house.journal)
    row = house.rows()[SESSION]
    assert (row["state"], row["state_reason"]) == ("idle", "external:turn_complete")
    later = talk(SESSION, turns=2, start=instant.to_wire(house.clock()))
    tail.write(path, later[2])
    assert house.rows()[SESSION]["state"] == "running"
    house.clock.move(6 * instant.MINUTE)
    sweep(house.journal)
    assert house.rows()[SESSION]["state_reason"] == "external:prompt_unanswered"
    house.check()


def test_an_old_session_is_idle_and_asks_for_nothing(house):
    house.read(FIXTURES)
    for row in house.rows().values():
        assert row["state"] == "idle"
        assert row["state_reason"].startswith("external:")
        assert (row["attention"], row["active"], row["recorded"]) == (None, False, True)
