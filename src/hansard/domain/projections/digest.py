"""The deterministic summary: what a part of a log comes to, in plain text (S1-7, S1-24).

It is what a model reads in the place of that part while no model writes summaries, and when none
can. Of several ways to say it the richest one that fits is taken; the last one always does.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hansard.domain import foreign
from hansard.domain.events.base import Event, brief, text_of
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections.ledger import tool_name

_LONG, _SHORT = 400, 120
_EARLIER = 2_000
_NAMES = 12
_CHARS_PER_TOKEN = 4


@dataclass(slots=True)
class Turn:
    """What was asked and what came of it; `answered` is the last thing the agent said."""

    asked: str = ""
    answered: str = ""
    calls: dict[str, int] = field(default_factory=dict[str, int])
    failed: int = 0
    files: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Digest:
    """The fold so far.

    Attributes:
        earlier: the summary that the part begins with, if it does.
        messages: how many messages, calls and results were folded.
    """

    earlier: str = ""
    turns: list[Turn] = field(default_factory=list[Turn])
    messages: int = 0
    members: set[str] = field(default_factory=set[str])


def fold(state: Digest, event: Event, covered: Collection[int]) -> Digest:
    """Fold one event, in place.

    Args:
        covered: the seqs of what the summary stands for; an edit counts with its call.
    """
    if event.type == "file.edited" and event.payload.get("tool_use_id") in state.members:
        path = foreign.text(event.payload.get("path"))
        if path is not None and path not in _turn(state).files:
            _turn(state).files.append(path)
    step = _STEPS.get(event.type)
    if step is not None and event.seq in covered:
        state.members.add(event.id)
        step(state, event)
    return state


def told(state: Digest, budget: int, instructions: str | None = None) -> tuple[int, str]:
    """(fallback level, summary) within `budget` tokens: 1 whole, 2 without what is long, 3 counts
    alone, which is always taken (S1-N20). What was asked to be kept stands in each."""
    for level, say in ((1, _whole), (2, _short)):
        text = "\n".join([_counts(state), *_asked_to_keep(instructions), *say(state)])
        if len(text) <= budget * _CHARS_PER_TOKEN:
            return level, text
    return 3, "\n".join([_counts(state), *_asked_to_keep(instructions)])


def _asked_to_keep(instructions: str | None) -> list[str]:
    return [f"To be kept in mind: {brief(instructions, _EARLIER)}"] if instructions else []


def _counts(state: Digest) -> str:
    calls = sum(sum(turn.calls.values()) for turn in state.turns)
    turns = sum(1 for turn in state.turns if turn.asked)
    return (
        f"[Summary of {turns} earlier turns: {state.messages} messages and tool results, {calls} "
        "tool calls. Made without a model; the record holds every word.]"
    )


def _whole(state: Digest) -> list[str]:
    lines = [state.earlier] if state.earlier else []
    for turn in state.turns:
        lines.append(f"- Asked: {brief(turn.asked, _LONG)}" if turn.asked else "- Went on")
        if turn.answered:
            lines.append(f"  Answered: {brief(turn.answered, _LONG)}")
        if turn.calls:
            failed = f"; {turn.failed} failed" if turn.failed else ""
            lines.append(f"  Used: {_listed([f'{n} x{c}' for n, c in turn.calls.items()])}{failed}")
        if turn.files:
            lines.append(f"  Edited: {_listed(turn.files)}")
    return lines


def _short(state: Digest) -> list[str]:
    lines = [brief(state.earlier, _EARLIER)] if state.earlier else []
    lines += [f"- Asked: {brief(turn.asked, _SHORT)}" for turn in state.turns if turn.asked]
    files = list(dict.fromkeys(path for turn in state.turns for path in turn.files))
    return [*lines, f"Edited: {_listed(files)}"] if files else lines


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")


def _turn(state: Digest) -> Turn:
    """The turn in which things happen; a part may begin in the middle of one."""
    if not state.turns:
        state.turns.append(Turn())
    return state.turns[-1]


def _user(state: Digest, event: Event) -> None:
    state.messages += 1
    state.turns.append(Turn(asked=text_of(event.payload.get("content"))[: _LONG * 4]))


def _agent(state: Digest, event: Event) -> None:
    state.messages += 1
    text = text_of(event.payload.get("content")).strip()
    if text:
        _turn(state).answered = text[: _LONG * 4]


def _call(state: Digest, event: Event) -> None:
    calls = _turn(state).calls
    name = tool_name(event.type, event.payload)
    calls[name] = calls.get(name, 0) + 1


def _result(state: Digest, event: Event) -> None:
    state.messages += 1
    _turn(state).failed += 1 if event.payload.get("is_error") else 0


def _summary(state: Digest, event: Event) -> None:
    state.earlier = foreign.text(event.payload.get("summary")) or ""


_STEPS: dict[str, Callable[[Digest, Event], None]] = {
    "user.message": _user,
    "agent.thread_message_received": _user,
    "agent.message": _agent,
    **dict.fromkeys(CALLS, _call),
    **dict.fromkeys(RESULT_CALL, _result),
    "agent.thread_context_compacted": _summary,
}
