"""What comes in by an export is scanned like anything else (architecture.md, Export)."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.journal import read
from hansard.journal.prepare import blob_id
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner
from hansard.store import blobs

SECRET = "correct-horse-" + "battery-staple-42"


def scanning(shelf: Any) -> Scanner:
    """Make a value known to a workspace's journal; the scanner that knows it."""
    known = Secrets()
    known.register("DEPLOY_KEY", SECRET)
    scanner = Scanner(known, default_rules(), b"k" * 32)

    def scan(payload: Json) -> tuple[Json, list[Json]]:
        clean, found = scanner.scan(payload)
        return clean, [redaction.to_wire() for redaction in found]

    shelf.bench.journal.scan = lambda _: scan
    return scanner


async def leaky(here: Any) -> str:
    """A session that holds a secret which nobody knew: in a text, a content, a raw record."""
    bench = here.bench
    session_id = await bench.create()
    large = f"{'x' * 80_000} {SECRET} {'y' * 100}"
    await bench.append(
        session_id,
        bench.said(f"use {SECRET} please"),
        bench.said("nothing here"),
        bench.draft("agent.tool_result", tool_use_id="t", content=large),
    )
    at = read.place(bench.store, bench.workspace_id, session_id)
    block = read.pack([orjson.dumps({"key": SECRET}), b"{}"])
    keep = lambda tx: blobs.add_block(tx, bench.workspace_id, at.sid, 0, 0, 2, block)  # noqa: E731
    bench.store.submit(keep).result()
    return session_id


async def test_a_secret_is_taken_out_before_it_is_written(here: Any, there: Any):
    """The chain holds, and `session.redacted` says what was done."""
    session_id = await leaky(here)
    content = here.written(session_id)
    assert SECRET.encode() in content
    scanner = scanning(there)
    (done,) = there.taken(content, scanner.scan_record)
    assert (done.added, done.redacted) == (4, 2)
    kept = there.kept(session_id)
    assert SECRET not in str(kept)
    last = kept["events"][-1]
    assert last["type"] == "session.redacted" and last["names"] == ["DEPLOY_KEY", "content"]
    hit = [kept["events"][1]["id"], kept["events"][3]["id"]]
    assert last["event_ids"] == hit and set(last["content_hashes"]) == set(hit)
    assert kept["events"][1]["content"][0]["text"] == "use [secret:DEPLOY_KEY] please"
    assert kept["events"][1]["redactions"][0]["name"] == "DEPLOY_KEY"
    assert [e["hash"] for e in kept["events"][:4]] == [
        e["hash"] for e in here.bench.events(session_id)
    ]
    assert "[secret:DEPLOY_KEY]" in str(kept["raw"])
    journal, where = there.bench.journal, there.bench.workspace_id
    assert verify(journal, where, session_id) == []
    report = rebuild(journal, where, write=False)
    assert (report.changed, report.broken) == ([], {})


async def test_a_large_content_gets_the_name_of_what_it_holds_now(here: Any, there: Any):
    session_id = await leaky(here)
    there.taken(here.written(session_id), scanning(there).scan_record)
    ((held, _, body),) = there.kept(session_id)["blobs"]
    assert held == blob_id(body) and b"[secret:DEPLOY_KEY]" in body
    named = orjson.dumps(there.bench.events(session_id)[3])
    assert held.encode() in named


async def test_a_redacted_session_goes_out_and_comes_in_again(here: Any, there: Any):
    """An export of it holds: what was rewritten is accounted for in its own log."""
    session_id = await leaky(here)
    first = here.written(session_id)
    there.taken(first, scanning(there).scan_record)
    assert [done.added for done in there.taken(first)] == [0], "it brings nothing new"
    again = there.written(session_id)
    assert there.examined(again).problems == []
    before = there.kept(session_id)
    assert [done.added for done in there.taken(again)] == [0]
    assert there.kept(session_id) == before


async def test_a_secret_in_an_actor_s_name_cannot_come_in(here: Any, there: Any, tmp_path: Path):
    """The name is under the hash: taking it out would break the chain, letting it in would leak."""
    bench = here.bench
    session_id = await bench.create()
    named = bench.said("hello")
    actor = type(named.actor)("agent", None, SECRET)
    await bench.append(session_id, type(named)(named.type, named.payload, actor, bench.clock()))
    content = here.written(session_id)
    scanning(there)
    with pytest.raises(InvalidRequest, match="actor"):
        there.taken(content)
