"""What an export for readers is made of: of each session its facts and its transcript."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import orjson

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.errors import NotFound
from hansard.domain.projections import transcript
from hansard.domain.projections.transcript_item import Transcript
from hansard.export.base import Selection
from hansard.export.passage import Passage, passages
from hansard.journal import read
from hansard.journal.copy import Chosen
from hansard.store import blobs

_LONGEST = 100_000
"""Characters that are shown of one large content."""
_PIECE = 128 * 1024
_COUNTED = ("session", "event")


@dataclass(frozen=True, slots=True)
class Facts:
    """The head of a session's page: its title, and what else is known, in words."""

    title: str
    rows: tuple[tuple[str, str], ...]


def facts(chosen: Selection, one: Chosen) -> Facts:
    """What a reader is told of a session before its transcript.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    row: Json = orjson.loads(read.place(chosen.store, chosen.workspace_id, one.session_id).body)
    cost = foreign.whole(row.get("cost_micros"))
    told = {
        "Agent": foreign.mapping(row.get("agent")).get("name"),
        "Key": row.get("key"),
        "Session": one.session_id,
        "Status": row.get("display_status"),
        "Created": row.get("created_at"),
        "Last change": row.get("updated_at"),
        "Messages": row.get("message_count"),
        "Cost": None if cost is None else f"{cost / 1_000_000:.4f} USD",
        "Events": one.seq,
        "Chain head": one.head,
    }
    title = foreign.text(row.get("title")) or str(row.get("key"))
    return Facts(title, tuple((k, str(v)) for k, v in told.items() if v is not None))


def pages(chosen: Selection, one: Chosen) -> Iterator[Passage]:
    """The transcript of a session; each item is let go of once it is told.

    Raises:
        NotFound: the session was deleted meanwhile.
    """
    items = deque(_items(chosen, one))
    turns = 0
    while items:
        item = items.popleft()
        turns += item["item"] == "turn"
        for passage in passages(item, lambda block: _content(chosen, one, block)):
            numbered = passage.kind == "turn"
            yield replace(passage, text=f"{passage.text} {turns}") if numbered else passage


def _items(chosen: Selection, one: Chosen) -> list[Json]:
    at = read.place(chosen.store, chosen.workspace_id, one.session_id)
    state, last = Transcript(), 0
    for event in read.events(chosen.store, chosen.workspace_id, at, before=one.seq + 1):
        transcript.fold(state, event)
        last = event.seq
    if last != one.seq:
        raise NotFound(f"the session {one.session_id} was deleted while it was exported")
    return transcript.shown(state)


def _content(chosen: Selection, one: Chosen, block: Json) -> str:
    blob_id = foreign.text(block.get("blob_id")) or ""
    found = chosen.store.read(lambda c: blobs.get(c, chosen.workspace_id, one.sid, blob_id))
    if found is None:
        return foreign.text(block.get("preview")) or "[content that is not kept]"
    media, body = found
    if not media.startswith("text/"):
        return f"[{media.partition(';')[0]}, {len(body):,} bytes, in the JSON lines export]"
    text = body.decode("utf-8", "replace")
    more = len(text) - _LONGEST
    rest = f"\n[{more:,} more characters, in the JSON lines export]" if more > 0 else ""
    return text[:_LONGEST] + rest


def end(chosen: Selection) -> str:
    """The sentence that a whole file ends with."""
    counts = len(chosen.sessions), sum(one.seq for one in chosen.sessions)
    told = [
        f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in zip(counts, _COUNTED, strict=True)
    ]
    return f"End of the export: {', '.join(told)}."


def joined(texts: Iterable[str]) -> Iterator[bytes]:
    """Texts as bytes in pieces of about 128 KiB."""
    waiting: list[bytes] = []
    size = 0
    for text in texts:
        waiting.append(text.encode("utf-8", "replace"))
        size += len(waiting[-1])
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
