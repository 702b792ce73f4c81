"""Files through the journal into the store: once, whole, and with sums that agree."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN
from pathlib import Path
from typing import Any

from genai_prices import Usage, calc_price

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
CLAUDE, CODEX = FIXTURES / "claude_code", FIXTURES / "codex"
FILES = sorted(p for p in FIXTURES.rglob("*") if p.suffix in (".jsonl", ".json", ".db"))
CLASSES = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")


def records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def used(usage: dict[str, Any]) -> dict[str, int]:
    """The disjoint classes of one line's usage."""
    split = usage.get("cache_creation") or {}
    hour = split.get("ephemeral_1h_input_tokens", 0)
    written = usage.get("cache_creation_input_tokens", 0)
    return {
        "input_uncached": usage.get("input_tokens", 0),
        "cache_read": usage.get("cache_read_input_tokens", 0),
        "cache_write_5m": max(written - hour, split.get("ephemeral_5m_input_tokens", 0)),
        "cache_write_1h": hour,
        "output": usage.get("output_tokens", 0),
    }


def claude_messages() -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """(message id, model, time of its first line, largest figures) of every model message."""
    found: dict[str, list[Any]] = {}
    for path in CLAUDE.rglob("*.jsonl"):
        for outer in records(path):
            inner = (outer.get("data") or {}).get("message")
            record = inner if outer["type"] == "progress" and isinstance(inner, dict) else outer
            message = record.get("message")
            if record.get("type") != "assistant" or record.get("isApiErrorMessage"):
                continue
            if message["model"] == "<synthetic>":
                continue
            figures = used(message.get("usage") or {})
            name = message["id"]
            seen = found.setdefault(name, [message["model"], record["timestamp"], figures])
            seen[1] = min(seen[1], record["timestamp"])
            seen[2] = {name: max(count, seen[2][name]) for name, count in figures.items()}
    yield from ((name, *facts) for name, facts in found.items())


def list_price(model: str, at: str, tokens: dict[str, int]) -> int | None:
    written = tokens["cache_write_5m"] + tokens["cache_write_1h"]
    usage = Usage(
        input_tokens=tokens["input_uncached"] + tokens["cache_read"] + written,
        cache_read_tokens=tokens["cache_read"],
        cache_write_tokens=written,
        cache_write_1h_tokens=tokens["cache_write_1h"],
        output_tokens=tokens["output"],
    )
    try:
        price = calc_price(usage, model, genai_request_timestamp=datetime.fromisoformat(at))
    except LookupError:
        return None
    return int((price.total_price * 10**6).to_integral_value(ROUND_HALF_EVEN))


def test_every_file_gives_rows_whose_sums_are_the_ledgers(house):
    """S0-4, P1, P23, requirements.md 6.6."""
    [progress] = house.read(FIXTURES)
    assert (progress.error, progress.records_skipped) == (None, 0)
    assert progress.files_done == progress.files_total == len(FILES)
    assert progress.bytes_done >= progress.bytes_total == sum(p.stat().st_size for p in FILES)
    house.check()
    rows = [house.row(session_id) for session_id in house.session_ids()]
    for row in rows:
        below = [child for child in rows if child["root_id"] == row["id"] != child["id"]]
        assert row["children"] == {
            "count": len(below),
            "active": 0,
            "errors": sum(child["error_count"] for child in below),
            "cost_micros": sum(child["cost_micros"] or 0 for child in below),
            "tokens": {n: sum(child["tokens"][n] for child in below) for n in CLASSES},
        }
    assert sum(row["children"]["count"] for row in rows) == sum(bool(r["parent_id"]) for r in rows)


def test_tokens_are_the_largest_figures_of_each_message_and_cost_is_their_list_price(house):
    """why.md 4."""
    house.read(CLAUDE)
    messages = list(claude_messages())
    for name in CLASSES:
        assert house.used()[name] == sum(tokens[name] for _, _, _, tokens in messages), name
    prices = [list_price(model, at, tokens) for _, model, at, tokens in messages]
    rows = house.rows().values()
    assert sum(row["cost_micros"] or 0 for row in rows) == sum(price or 0 for price in prices)
    unpriced = {
        m for (_, m, _, t), p in zip(messages, prices, strict=True) if p is None and any(t.values())
    }
    assert {model for row in rows for model in row["unpriced_models"]} == unpriced


def test_a_threads_tokens_are_its_last_running_total_less_what_it_inherited(house):
    """why.md 4."""
    house.read(CODEX)
    rows = house.rows()
    for path in CODEX.rglob("*.jsonl"):
        lines = list(records(path))
        totals = [
            (line["timestamp"], line["payload"]["info"]["total_token_usage"])
            for line in lines
            if line["payload"].get("type") == "token_count" and line["payload"].get("info")
        ]
        meta = lines[0]["payload"]
        inherited = {"input_tokens": 0, "output_tokens": 0}
        if meta.get("forked_from_id"):
            inherited = [t for at, t in totals if at[:19] == lines[0]["timestamp"][:19]][-1]
        tokens = rows[meta["id"]]["tokens"]
        last = totals[-1][1] if totals else inherited
        assert tokens["output"] == last["output_tokens"] - inherited["output_tokens"]
        received = sum(tokens.values()) - tokens["output"]
        assert received == last["input_tokens"] - inherited["input_tokens"]


def test_importing_again_appends_nothing(house, folder):
    """P3, why.md 8: the same path, a copy elsewhere, and both after a restart."""
    copy = folder / "copy"
    shutil.copytree(FIXTURES, copy)
    [first] = house.read(FIXTURES)
    assert first.events > 500
    log, raw = house.log(), {i: house.raw(i) for i in house.session_ids()}
    for again in (FIXTURES, copy):
        [progress] = house.read(again)
        assert (progress.events, len(progress.sessions)) == (0, 0), again
        assert progress.files_done == len(FILES)
    house.restart()
    for again in (FIXTURES, copy):
        [progress] = house.read(again)
        assert progress.events == 0, again
    assert house.log() == log
    assert {i: house.raw(i) for i in house.session_ids()} == raw
    house.check()


def test_it_is_the_same_on_postgresql(postgres_house, house):
    for case in ("claude_code/sub_agent_below", "claude_code/resumed", "codex/interrupted"):
        [progress] = postgres_house.read(FIXTURES / case)
        assert progress.error is None
        house.read(FIXTURES / case)
        [again] = postgres_house.read(FIXTURES / case)
        assert again.events == 0
    log, expected = postgres_house.log(), house.log()
    assert log.keys() == expected.keys()
    for name, events in expected.items():
        assert [e["id"] for e in log[name]] == [e["id"] for e in events]
    postgres_house.check()
