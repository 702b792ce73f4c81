"""What search reads of an event, and the words of a text: one rule for index, tail and snippet."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from hansard.domain import codec, foreign
from hansard.domain.draft import Json
from hansard.domain.events.base import SHARED

Role = Literal["user", "assistant", "tool", "system"]
ROLES: tuple[str, ...] = get_args(Role)

VERSION = "2"
"""Names how documents are made: an index of another version is built again."""

_LONGEST = 256 * 1024
_DEEPEST = 64
_ASSISTANT = frozenset({"agent.message", "agent.thinking"})
_IDEOGRAPHS = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
SIGN = re.compile(f"[{_IDEOGRAPHS}]")
LETTER = f"(?:(?![{_IDEOGRAPHS}])[^\\W_])"
WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W_]|[\u0300-\u036f])+")


@dataclass(frozen=True, slots=True)
class Document:
    """The searchable side of an event.

    Attributes:
        role: who speaks.
        tool: the called tool, of calls and results.
        text: everything a person could remember of it: words, arguments, results, paths.
    """

    role: Role
    tool: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text must hold, or must not.

    Attributes:
        words: one word, or the words of a phrase in their order.
        prefix: the last word may go on: somebody is still typing.
        wanted: False when the text must not hold it.
    """

    words: tuple[str, ...]
    prefix: bool = False
    wanted: bool = True


def role_of(event_type: str) -> Role:
    """Who speaks in an event of this type."""
    if "tool_use" in event_type or "tool_result" in event_type or event_type == "file.edited":
        return "tool"
    if event_type.startswith("user."):
        return "user"
    return "assistant" if event_type in _ASSISTANT else "system"


def document(
    event_type: str,
    payload: Json,
    tool: str | None = None,
    blob: Callable[[str], str | None] = lambda _: None,
) -> Document | None:
    """What search reads of an event; None when there is nothing to read.

    Args:
        tool: the tool that a result answers, when the caller knows it.
        blob: the text of content that lies aside.
    """
    known = codec.body_class(event_type)
    names = known.text_fields if known.type else [n for n in payload if n not in SHARED]
    pieces: list[str] = []
    for name in names:
        pieces += _strings(payload.get(name), blob)
    text = "\n".join(pieces)[:_LONGEST]
    role = role_of(event_type)
    if not text.strip():
        return None
    return Document(role, tool if role == "tool" else None, text)


def _strings(value: Any, blob: Callable[[str], str | None], depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or depth > _DEEPEST:
        return
    elif isinstance(value, (int, float)):
        yield str(value)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _strings(item, blob, depth + 1)
    elif isinstance(value, dict):
        yield from _fields(cast(Json, value), blob, depth)


def _fields(value: Json, blob: Callable[[str], str | None], depth: int) -> Iterator[str]:
    if value.get("type") == "blob":
        content = blob(foreign.text(value.get("blob_id")) or "")
        if content is not None:
            yield content
        return
    if value.get("type") == "base64":
        return
    for name, inner in value.items():
        if name != "type":
            yield from _strings(inner, blob, depth + 1)


def words(text: str) -> list[str]:
    """The words of a text, without case and accents; of scripts without spaces each sign."""
    return [word for word in map(plain, WORD.findall(text)) if word]


@lru_cache(maxsize=16_384)
def plain(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word)
    return "".join(c for c in apart if not unicodedata.combining(c)).lower()


def holds(text: str, terms: Sequence[Term]) -> bool:
    """Whether a text holds every wanted term and none of the others."""
    found = words(text)
    return all((next(places(found, term), None) is not None) == term.wanted for term in terms)


def places(found: Sequence[str], term: Term) -> Iterator[int]:
    """Where a term begins in a list of words."""
    width = len(term.words)
    head, last = term.words[:-1], term.words[-1]
    for start in range(len(found) - width + 1):
        end = found[start + width - 1]
        fits = end.startswith(last) if term.prefix else end == last
        if fits and tuple(found[start : start + width - 1]) == head:
            yield start


def spaced(text: str) -> str:
    """A text whose signs without spaces stand apart, so that each is a word to any index."""
    return text if text.isascii() else SIGN.sub(r" \g<0> ", text)
