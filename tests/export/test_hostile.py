"""An export that somebody made by hand: every chain and signature holds, what it says is a lie."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson
import pytest

from hansard.domain.errors import InvalidRequest
from hansard.journal import chain, line
from hansard.journal.line import Exported
from hansard.journal.seal import Seal
from hansard.store import sessions

Json = dict[str, Any]
SECRET = "correct-horse-" + "battery-staple-42"
BIG = "x" * 80_000


def forged(
    content: bytes,
    seal: Seal,
    event: Callable[[Exported], None] = lambda _: None,
    entry: Json | None = None,
    others: list[bytes] | None = None,
) -> bytes:
    """An export of one session with other events, entry or lines, signed as it then is."""
    first, *rest = content.splitlines()[:-1]
    header: Json = orjson.loads(first)
    (told,) = header["sessions"]
    previous, made, seq = chain.GENESIS, list[bytes](), 0
    for raw in rest:
        if not line.is_event(raw):
            made += [raw + b"\n"] if others is None else []
            continue
        found = line.read_event(raw)
        event(found)
        one, seq = found.event, found.event.seq
        previous = chain.link(previous, chain.manifest(one, found.actor, found.content))
        one.hash = previous.hex()
        shown = chain.exported(one, found.actor, found.content, found.salt, found.payload)
        made.append(shown + b"\n")
    signature = seal.head(told["id"], seq, previous.hex())
    told |= {**(entry or {}), "head": {"seq": seq, "hash": previous.hex(), "signature": signature}}
    header["public_key"] = seal.public_key
    body = b"".join([orjson.dumps(header) + b"\n", *made, *(others or [])])
    digest = sha256(body).hexdigest()
    return body + line.end(1, seq, digest, seal.file(digest))


def scanning(shelf: Any) -> None:
    """Make a value known to a workspace's journal."""

    def scan(payload: Json) -> tuple[Json, list[Json]]:
        raw = orjson.dumps(payload)
        if SECRET.encode() not in raw:
            return payload, []
        return orjson.loads(raw.replace(SECRET.encode(), b"[secret:K]")), [{"name": "K"}]

    shelf.bench.journal.scan = lambda _: scan


def absent(shelf: Any, session_id: str) -> bool:
    """Whether nothing of a session is there."""
    bench = shelf.bench
    return bench.store.read(lambda c: sessions.one(c, bench.workspace_id, session_id)) is None


async def test_a_forgery_with_nothing_forged_comes_in(here: Any, there: Any):
    session_id = await here.rich()
    content = here.written(session_id)
    assert forged(content, here.seal) == content
    (done,) = there.taken(forged(content, here.seal))
    assert done.added == 5


async def test_a_file_cannot_delete_a_session(here: Any, there: Any):
    """P11: a tombstone over content that is still there would be a delete that was none."""
    session_id = await here.rich()
    first = here.written(session_id)
    await here.bench.append(session_id, here.bench.said("the last word"))

    def delete(found: Exported) -> None:
        if found.event.seq == 6:
            found.event.type = "session.deleted"

    lie = forged(here.written(session_id), here.seal, delete)
    with pytest.raises(InvalidRequest, match="deleted"):
        there.taken(lie)
    assert absent(there, session_id)
    there.taken(first)
    before = there.kept(session_id)
    with pytest.raises(InvalidRequest, match="deleted"):
        there.taken(lie)
    assert there.kept(session_id) == before
    assert [done.added for done in there.taken(here.written(session_id))] == [1]


@pytest.mark.parametrize("thread", [SECRET, "sthr_1", "sthr_" + "g" * 32, "x" * 300, "a\0b"])
async def test_a_thread_is_named_by_an_id(here: Any, there: Any, thread: str):
    session_id = await here.rich()

    def cross(found: Exported) -> None:
        found.event.session_thread_id = thread

    with pytest.raises(InvalidRequest, match="envelope of seq 1"):
        there.taken(forged(here.written(session_id), here.seal, cross))
    assert absent(there, session_id)
    thread = here.bench.id("sthr")
    there.taken(forged(here.written(session_id), here.seal, cross))
    assert {e["session_thread_id"] for e in there.bench.events(session_id)} == {thread}


@pytest.mark.parametrize("name", ["sources", "waits"])
@pytest.mark.parametrize("external_id", [f"path/{SECRET}", "a\0b"])
async def test_a_secret_in_the_name_of_a_source_cannot_come_in(
    here: Any, there: Any, name: str, external_id: str
):
    session_id = await here.rich()
    scanning(there)
    entry = {name: [{"format": "codex", "external_id": external_id}]}
    with pytest.raises(InvalidRequest, match="source") as refused:
        there.taken(forged(here.written(session_id), here.seal, entry=entry))
    assert SECRET not in refused.value.message
    assert absent(there, session_id)


async def test_a_ledger_row_comes_in_without_its_secrets(here: Any, there: Any):
    session_id = await here.rich()
    event_id = here.bench.id("sevt")
    texts = ("model", "tool", "connector", "source", "wallet", "price_source", "usage_source")
    numbers = ("segment", "input_uncached", "cache_read", "cache_write_5m", "cache_write_1h")
    row: Json = {
        "event_id": event_id,
        "currency": "USD",
        "rate_card_version": "1",
        **dict.fromkeys(texts, SECRET),
        **dict.fromkeys((*numbers, "output", "units", "ao_milli", "at"), 1),
    }
    scanning(there)
    others = [line.other(line.LEDGER, session_id, row=row)]
    there.taken(forged(here.written(session_id), here.seal, others=others))
    ledger = there.kept(session_id)["ledger"]
    assert SECRET not in str(ledger)
    (kept,) = [row for row in ledger if row["model"] == "[secret:K]"]
    assert all(kept[name] == "[secret:K]" for name in texts)


@pytest.mark.parametrize(
    ("media", "kept"),
    [
        ("image/svg+xml;base64", "image/svg+xml;base64"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        (f"text/{SECRET}", "application/octet-stream"),
        (f"image/{SECRET};base64", "application/octet-stream;base64"),
        ("a\0b", "application/octet-stream"),
        ("text/" + "x" * 300, "application/octet-stream"),
    ],
)
async def test_a_media_type_is_one_and_holds_no_secret(
    here: Any, there: Any, media: str, kept: str
):
    session_id = await here.rich()
    scanning(there)
    blob_id = "blob_" + sha256(BIG.encode()).hexdigest()
    others = [line.blob(session_id, blob_id, media, BIG.encode())]
    there.taken(forged(here.written(session_id), here.seal, others=others))
    ((_, found, _),) = there.kept(session_id)["blobs"]
    assert found == kept
