"""A foreign session while its records are read: makes its events, with ids that are derived."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

import orjson

from hansard.domain import foreign, ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.events.base import brief, text_of
from hansard.ingest.base import Emit

PERSON = Actor("person")
SYSTEM = Actor("system")
SOURCE = Actor("source")

_TITLE = 80
_DEAREST_USD = 1e9
_DEEPEST = 200
_OCCURRENCES = 4_096
_BOM = b"\xef\xbb\xbf"
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that an event comes from.

    Attributes:
        record: its id, as events name it.
        at: its time in milliseconds UTC, the same however often it is read.
    """

    record: str
    at: int


@dataclass(slots=True)
class Told:
    """One session of a source.

    Attributes:
        format: the name of the format.
        external_id: the format's id of the session.
        agent: who speaks and calls tools in it.
        prompter: who prompts: a person, or for a sub-agent its parent.
        where: where it runs, as last told.
        title: as last told.
        turn_id: the turn of the prompt that was given last.
    """

    format: str
    external_id: str
    agent: Actor
    prompter: Actor = PERSON
    where: Json = field(default_factory=dict[str, Any])
    title: str | None = None
    turn_id: str | None = None

    def event_id(self, origin: Origin, part: int | str) -> str:
        """The id of the event that is one part of a record, always the same."""
        return ids.derived("sevt", origin.at, self.format, origin.record, str(part))

    def emit(
        self,
        origin: Origin,
        part: int | str,
        event_type: str,
        payload: Json,
        actor: Actor,
        *,
        at: int | None = None,
        own: bool = False,
    ) -> Emit:
        """The event that is one part of a record; fields that are None are left out.

        Args:
            at: when it happened, where that is not the time of the record.
            own: it says something of this session alone: a copy of the record in another
                session says that of the other one.
        """
        source = {"format": self.format, "record": origin.record, "part": part}
        known = {name: value for name, value in payload.items() if value is not None}
        draft = Draft(
            type=event_type,
            payload={**known, "source": source},
            actor=actor,
            created_at=origin.at if at is None else at,
            id=self.event_id(self._own(origin) if own else origin, part),
            turn_id=self.turn_id,
        )
        return Emit(self.external_id, draft)

    def begin_turn(self, origin: Origin, part: int | str) -> None:
        """A prompt is given: what follows belongs to it."""
        self.turn_id = f"turn_{self.event_id(origin, part).partition('_')[2]}"

    def message_id(self, origin: Origin) -> str:
        """The id of the model message that a record is, or begins."""
        return f"msg_{self.event_id(origin, 'message').partition('_')[2]}"

    def prompted(
        self, origin: Origin, content: list[Json], more: Json | None = None, part: int | str = 0
    ) -> list[Emit]:
        """A prompt and, if it is the first, the title that it makes."""
        self.begin_turn(origin, part)
        payload = {"content": content, **(more or {})}
        found = [self.emit(origin, part, "user.message", payload, self.prompter)]
        if self.title is None:
            words = text_of(content).strip().partition("\n")[0]
            found[:0] = self.named(origin, brief(words, _TITLE), "prompt")
        return found

    def named(self, origin: Origin, title: str | None, source: str = "source") -> list[Emit]:
        """The session's title, if it is another one."""
        if not title or title == self.title:
            return []
        self.title = title
        payload = {"title": title, "title_source": source}
        part = f"title:{digest(title)}"
        return [self.emit(origin, part, "session.updated", payload, SYSTEM, own=True)]

    def moved(self, origin: Origin, facts: Json) -> list[Emit]:
        """Where it runs; an event tells what changed."""
        changed = {
            name: value
            for name, value in facts.items()
            if value is not None and self.where.get(name) != value
        }
        self.where.update(changed)
        if not changed:
            return []
        part = f"where:{digest(repr(sorted(changed.items())))}"
        payload = {"where": changed}
        return [self.emit(origin, part, "session.updated", payload, SYSTEM, own=True)]

    def failed(self, origin: Origin, part: int | str, message: str | None) -> Emit:
        """A model request failed for good."""
        error = {
            "type": "model_request_failed",
            "message": message or "The model request failed",
            "retry_status": {"type": "terminal"},
        }
        return self.emit(origin, part, "session.error", {"error": error}, SYSTEM)

    def _own(self, origin: Origin) -> Origin:
        return Origin(f"{self.external_id}/{origin.record}", origin.at)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model request used, in disjoint classes; None is what the source does not say."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether no class has a token."""
        return not (self.input or self.output or self.cache_read or self.cache_write)

    def to_payload(
        self,
        *,
        model: str | None,
        provider: str | None = None,
        message_id: str | None = None,
        cost_micros: int | None = None,
        source: str = "reported",
    ) -> Json:
        """The fields of `span.model_request_end`.

        Args:
            cost_micros: what the source says that it cost, in micro-USD.
            source: reported, or lower_bound where the source knows less than was used.
        """
        classes = {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation_input_tokens": self.cache_write,
        }
        payload: Json = {
            "model": model,
            "provider": provider,
            "message_id": message_id,
            "model_usage": {name: count for name, count in classes.items() if count is not None},
            "reasoning_tokens": self.reasoning or None,
            "usage_source": source,
        }
        if cost_micros is not None:
            priced = {"currency": "USD", "price_source": "reported"}
            payload |= {"cost_micros": cost_micros, **priced}
        return payload


class Recent(Generic[T]):
    """What was met lately, by its foreign id; the oldest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, T] = OrderedDict()

    def put(self, name: str, value: T) -> None:
        """Remember, in the place of what had the name."""
        self._known.pop(name, None)
        self._known[name] = value
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def get(self, name: str | None) -> T | None:
        """What has the name, if it is remembered."""
        return None if name is None else self._known.get(name)

    def pop(self, name: str | None) -> T | None:
        """What has the name, and forget it."""
        return None if name is None else self._known.pop(name, None)

    def items(self) -> list[tuple[str, T]]:
        """All of it, oldest first."""
        return list(self._known.items())

    def __contains__(self, name: str) -> bool:
        return name in self._known


class Occurrences:
    """Ids for records that have none: their content, and how often it came."""

    def __init__(self) -> None:
        self._met: Recent[int] = Recent(_OCCURRENCES)

    def name(self, line: bytes) -> str:
        """The id of the next record."""
        content = sha256(line).hexdigest()
        nth = (self._met.get(content) or 0) + 1
        self._met.put(content, nth)
        return f"{content}#{nth}"


def decode(line: bytes) -> Json:
    """The JSON object on a line.

    Bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD; what is nested deeper
    than can be written again is not read.

    Raises:
        ValueError: it is no JSON, or no object; the message says which.
    """
    line = line.strip().removeprefix(_BOM)
    try:
        found: Any = orjson.loads(line)
    except (ValueError, RecursionError):
        found = _repaired(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    if line.count(b"{") + line.count(b"[") >= _DEEPEST:
        try:
            orjson.dumps(found)
        except (orjson.JSONEncodeError, RecursionError):
            raise ValueError("nested too deeply") from None
    return foreign.mapping(found)


def _repaired(line: bytes) -> Any:
    words = line.decode("utf-8", "replace")
    try:
        return orjson.loads(_ESCAPE.sub(lambda m: "\\ufffd" if m["lone"] else m[0], words))
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None


def nested(words: Any) -> Json | None:
    """The JSON object that a text holds, or is; None when it is none."""
    if isinstance(words, str):
        try:
            words = orjson.loads(words)
        except (ValueError, RecursionError):
            return None
    return foreign.mapping(words) if isinstance(words, dict) else None


def moment(value: Any) -> int | None:
    """An RFC 3339 text or a number of milliseconds, as milliseconds UTC."""
    ms: int | None = None
    if isinstance(value, str):
        try:
            ms = instant.from_wire(value)
        except (ValueError, OverflowError):
            return None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        ms = int(value) if 0 <= value <= instant.LAST else None
    return ms if ms is not None and 0 <= ms <= instant.LAST else None


def count(value: Any) -> int | None:
    """A number of tokens, bytes or milliseconds; None when it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = foreign.whole(value)
    return None if found is None or found < 0 else found


def micros(usd: Any) -> int | None:
    """US dollars as micro-USD; None when it is no amount."""
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not 0 <= usd < _DEAREST_USD:
        return None
    return round(usd * 1_000_000)


def said(words: str) -> Json:
    """A block of text."""
    return {"type": "text", "text": words}


def picture(data: str, media_type: str | None) -> Json:
    """A block that is an image by its base64 data."""
    source = {"type": "base64", "media_type": media_type or "image/png", "data": data}
    return {"type": "image", "source": source}


def digest(words: str) -> str:
    """A short name for a text."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
