"""A session's events as a readable transcript: who said what, which tools ran, what came back."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from hansard.cli import figures, rows
from hansard.cli.answer import number, part, parts, plain
from hansard.cli.call import Lines
from hansard.cli.terminal import Piece, Style, Styled
from hansard.domain import codec
from hansard.domain.draft import Json
from hansard.domain.events.base import ENVELOPE, SHARED
from hansard.domain.events.tool import CALLS, RESULT_CALL, call_title

Line = tuple[Piece, ...]
_HEAD_LINES = 6
_HEAD_WIDTH = 400
_ENVELOPE = {*ENVELOPE, *SHARED, "raw"}

_SAID = {"user.message", "agent.message", "system.message", "agent.thinking"}
_ERASED = {*_SAID, *CALLS, *RESULT_CALL, "file.edited"}
"""What says so when an erasing reset took its words."""
_UNSEEN = {
    "session.created",
    "session.updated",
    "session.status_running",
    "session.usage",
    "span.model_request_start",
    "context.assembled",
}
"""What is counted or headed elsewhere; `full` shows it too."""
_MARKS: dict[str, Style] = {
    "agent.thread_context_compacted": "bold",
    "session.reset": "bold",
    "session.ended": "bold",
    "session.archived": "bold",
    "session.unarchived": "bold",
    "user.interrupt": "attention",
    "session.error": "problem",
    "approval.requested": "attention",
}


class Transcript:
    """Turns events into lines; remembers the calls, so that a result can say whose it is.

    Args:
        full: whole texts, arguments and results, and the events that are otherwise only counted.
        headed: number turns and put their sums above them; needs whole turns from the start.
    """

    def __init__(self, *, full: bool = False, headed: bool = True) -> None:
        self._full = full
        self._headed = headed
        self._calls: dict[str, str] = {}
        self._last_call: str | None = None
        self._speaker: tuple[str, str] | None = None
        self._turns = 0

    def lines(self, events: Iterable[Json]) -> Iterator[Line]:
        """The transcript of a session, turn by turn."""
        for turn in _turns(events):
            if self._headed and turn[0].get("turn_id"):
                self._turns += 1
                yield from self._turn_head(turn)
            for event in turn:
                yield from self.event(event)

    def event(self, event: Json) -> Iterator[Line]:
        """The lines of one event; none for what a reader does not miss."""
        yield from self._event(event)
        if isinstance(event.get("raw"), str):
            yield from ((Styled(f"    {line}", "dim"),) for line in event["raw"].splitlines())

    def _event(self, event: Json) -> Iterator[Line]:
        kind = str(event.get("type"))
        if event.get("erased") is True and kind in _ERASED:
            yield (Styled(f"  {kind}: erased", "dim"),)
            return
        if kind in _SAID:
            yield from self._said(event)
            return
        if kind in CALLS:
            yield from self._call(event)
        elif kind in RESULT_CALL:
            yield from self._result(event, RESULT_CALL[kind])
        elif kind == "file.edited":
            yield ("  ", Styled("± ", "dim"), _edit(event))
        elif kind == "span.model_request_end":
            if self._full:
                yield (Styled(f"  {_request(event)}", "dim"),)
        elif kind in _MARKS:
            yield (Styled(f"── {headline(event)} ", _MARKS[kind]), Styled(_at(event), "dim"))
        elif self._full or not _is_quiet(event):
            yield (Styled(f"  {_named(event)}", "dim"),)

    def _turn_head(self, turn: list[Json]) -> Iterator[Line]:
        self._speaker = None
        sums = " · ".join(_sums(turn))
        yield ("",)
        yield (
            Styled(f"── Turn {self._turns}", "bold"),
            Styled(f" · {sums}" if sums else "", "dim"),
        )

    def _said(self, event: Json) -> Iterator[Line]:
        thinking = event["type"] == "agent.thinking"
        text = content_text(event.get("content"))
        if thinking and not text and not self._full:
            return
        speaker = (_speaker(event), str(event.get("message_id") or event.get("id")))
        if speaker != self._speaker:
            self._speaker = speaker
            yield ("",)
            style: Style = "active" if str(event["type"]).startswith("agent.") else "success"
            yield (Styled(speaker[0], style), "  ", Styled(_at(event), "dim"))
        if thinking:
            yield from self._head(text or "…", "dim")
        else:
            yield from ((f"  {line}",) for line in text.strip("\n").split("\n"))

    def _call(self, event: Json) -> Iterator[Line]:
        name = str(event.get("name"))
        if event.get("mcp_server_name"):
            name = f"{event['mcp_server_name']}.{name}"
        self._last_call = str(event.get("id"))
        self._calls[self._last_call] = name
        yield ("  ", Styled("▸ ", "active"), call_title(name, event.get("input")))
        if self._full:
            text = json.dumps(event.get("input"), ensure_ascii=False, indent=2)
            yield from ((Styled(f"    {line}", "dim"),) for line in text.split("\n"))

    def _result(self, event: Json, field: str) -> Iterator[Line]:
        call = str(event.get(field))
        failed = bool(event.get("is_error") or event.get("rejected"))
        style: Style = "problem" if failed else "dim"
        if call != self._last_call:
            # Results of calls that ran side by side come back in any order.
            yield (Styled(f"    {self._calls.get(call, 'result')}:", style),)
        self._calls.pop(call, None)
        text = content_text(event.get("content")).strip("\n")
        if not text:
            text = "failed" if failed else "done"
        if event.get("outcome_unknown"):
            text = f"outcome unknown: {text}"
        yield from self._head(text, style)

    def _head(self, text: str, style: Style) -> Iterator[Line]:
        """The beginning of a text, and how much more there is."""
        if self._full:
            yield from ((Styled(f"    {line}", style),) for line in text.split("\n"))
            return
        lines = [line for line in text.split("\n") if line.strip()]
        kept = lines[:_HEAD_LINES]
        yield from ((Styled(f"    {line[:_HEAD_WIDTH]}", style),) for line in kept)
        cut = sum(max(0, len(line) - _HEAD_WIDTH) for line in kept)
        if len(kept) < len(lines):
            yield (Styled(f"    … {figures.count(len(lines) - len(kept), 'more line')}", "dim"),)
        elif cut:
            yield (Styled(f"    … {figures.count(cut, 'more character')}", "dim"),)


def header(session: Json) -> Lines:
    """Who, what, where and how much, above a transcript."""
    status = rows.label(session)
    tokens, where = part(session, "tokens"), part(session, "where")
    facts = [
        str(session.get("kind") or ""),
        rows.agent(session),
        ", ".join(map(str, plain(session, "models"))),
        figures.count(number(session, "message_count") or 0, "message"),
        f"{figures.tokens(figures.input_tokens(tokens))} in",
        f"{figures.tokens(number(tokens, 'output'))} out",
        figures.cost(session),
    ]
    place = [str(where[n]) for n in ("cwd", "repo", "branch") if where.get(n)]
    yield (Styled(rows.title(session), "bold"),)
    label: Piece = Styled(status.text, status.style) if status.style else status.text
    yield (label, " · ", " · ".join(fact for fact in facts if fact))
    yield (Styled(f"{session.get('id')}  {session.get('key')}", "dim"),)
    if place:
        yield (Styled("  ".join(place), "dim"),)
    created, updated = (figures.moment(session.get(n)) for n in ("created_at", "updated_at"))
    yield (Styled(f"created {created}, updated {updated}", "dim"),)


def content_text(content: Any) -> str:
    """The text of protocol content; what is no text is named in brackets."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(map(content_text, cast("list[Any]", content)))
    if not isinstance(content, dict):
        return "" if content is None else json.dumps(content)
    block = cast(Json, content)
    if block.get("type") == "blob":
        size = figures.size(number(block, "bytes") or 0)
        preview = f"{block['preview']}\n" if block.get("preview") else ""
        return f"{preview}[{block.get('media_type')}, {size}, {block.get('blob_id')}]"
    if "text" in block:
        return content_text(block["text"])
    if block.get("type") in ("image", "document"):
        return f"[{block['type']}] {content_text(block.get('source'))}"
    if "content" in block:
        return content_text(block["content"])
    return json.dumps(block, ensure_ascii=False)


def headline(event: Json) -> str:
    """The sentence for an event in one line."""
    payload = {name: value for name, value in event.items() if name not in _ENVELOPE}
    return codec.headline(str(event.get("type")), payload)


def _turns(events: Iterable[Json]) -> Iterator[list[Json]]:
    """Neighbours of one turn, together."""
    turn: list[Json] = []
    for event in events:
        if turn and event.get("turn_id") != turn[-1].get("turn_id"):
            yield turn
            turn = []
        turn.append(event)
    if turn:
        yield turn


def _sums(turn: list[Json]) -> Iterator[str]:
    """Tool calls, tokens, cost and time of a turn."""
    calls = sum(event.get("type") in CALLS for event in turn)
    requests = [event for event in turn if event.get("type") == "span.model_request_end"]
    if calls:
        yield figures.count(calls, "tool call")
    if requests:
        received, written = map(sum, zip(*map(_usage, requests), strict=True))
        yield f"{figures.tokens(received)} in, {figures.tokens(written)} out"
        yield _cost(requests)
    times = [at for event in turn if (at := figures.parsed(event.get("created_at"))) is not None]
    if len(times) > 1:
        yield figures.duration(max(0, times[-1] - times[0]))


def _usage(request: Json) -> tuple[int, int]:
    usage = part(request, "model_usage")
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return sum(number(usage, n) or 0 for n in names), number(usage, "output_tokens") or 0


def _cost(requests: list[Json]) -> str:
    known = [cost for r in requests if (cost := number(r, "cost_micros")) is not None]
    if not known:
        return figures.UNKNOWN
    shown = figures.at_least if len(known) < len(requests) else figures.dollars
    return shown(sum(known))


def _request(event: Json) -> str:
    received, written = _usage(event)
    sums = f"{figures.tokens(received)} in, {figures.tokens(written)} out, {_cost([event])}"
    return f"{event.get('model') or 'model'}: {sums}"


def _named(event: Json) -> str:
    kind, told = str(event.get("type")), headline(event)
    return kind if told == kind else f"{kind}: {told}"


def _edit(event: Json) -> str:
    signs = [str(line)[:1] for hunk in parts(event, "hunks") for line in plain(hunk, "lines")]
    changed = f" (+{signs.count('+')} -{signs.count('-')})" if signs else ""
    return f"{event.get('change') or 'edit'} {event.get('path')}{changed}"


def _is_quiet(event: Json) -> bool:
    """Whether the rest of the transcript says it already."""
    if event["type"] == "session.status_idle":
        return part(event, "stop_reason").get("type") in (None, "end_turn")
    return event["type"] in _UNSEEN


def _speaker(event: Json) -> str:
    side = str(event["type"]).partition(".")[0]
    actor = part(event, "actor")
    if side == "agent" and actor.get("type") != "agent":
        return side
    return str(part(event, "sender").get("name") or actor.get("name") or side)


def _at(event: Json) -> str:
    return figures.clock(event.get("created_at"))
