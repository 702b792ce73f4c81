"""The envelope of an event, the base of its own fields, and the registry by `type`."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Self, TypeAlias, cast, dataclass_transform, get_type_hints

from hansard.domain import instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest


@dataclass(slots=True)
class Event:
    """A fact in a session's log (architecture.md, section 10, *Event*).

    `seq` is 1…n without gaps in the session, `pos` the workspace-wide cursor. Times are
    milliseconds UTC. `payload` holds the type's own fields; decode it with `codec.decode`.
    """

    id: str
    type: str
    session_id: str
    session_thread_id: str | None
    seq: int
    pos: int
    segment: int
    turn_id: str | None
    v: int
    actor: Actor
    created_at: int
    recorded_at: int
    processed_at: int | None
    hash: str
    payload: Json = field(repr=False)

    def to_wire(self) -> Json:
        """The event as the API gives it: envelope first, `hash` last of it, then own fields."""
        return {
            "id": self.id,
            "type": self.type,
            "session_id": self.session_id,
            "session_thread_id": self.session_thread_id,
            "seq": self.seq,
            "pos": self.pos,
            "segment": self.segment,
            "turn_id": self.turn_id,
            "v": self.v,
            "actor": self.actor.to_wire(),
            "created_at": instant.to_wire(self.created_at),
            "recorded_at": instant.to_wire(self.recorded_at),
            "processed_at": instant.maybe(self.processed_at),
            "hash": self.hash,
            **self.payload,
        }

    @classmethod
    def from_wire(cls, shown: Json) -> "Event":
        """Read an event back from what `to_wire` gave.

        Raises:
            KeyError, ValueError, TypeError: it is not an event.
        """
        stamped: str | None = shown["processed_at"]
        return cls(
            id=shown["id"],
            type=shown["type"],
            session_id=shown["session_id"],
            session_thread_id=shown["session_thread_id"],
            seq=shown["seq"],
            pos=shown["pos"],
            segment=shown["segment"],
            turn_id=shown["turn_id"],
            v=shown["v"],
            actor=Actor(**shown["actor"]),
            created_at=instant.from_wire(shown["created_at"]),
            recorded_at=instant.from_wire(shown["recorded_at"]),
            processed_at=None if stamped is None else instant.from_wire(stamped),
            hash=shown["hash"],
            payload={name: value for name, value in shown.items() if name not in ENVELOPE},
        )


ENVELOPE = (
    "id",
    "type",
    "session_id",
    "session_thread_id",
    "seq",
    "pos",
    "segment",
    "turn_id",
    "v",
    "actor",
    "created_at",
    "recorded_at",
    "processed_at",
    "hash",
)
SHARED = ("redactions", "source", "native")


Kinds: TypeAlias = tuple[type, ...]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
@dataclass(frozen=True, kw_only=True)
class Body:
    """The own fields of one event type. Unknown fields survive in `extra`.

    Class attributes:
        type: the event type on the wire.
        v: the payload version written today.
        named_by: "protocol" or "hansard": who named the type (product.md, decision 2).
        text_fields: the fields that search reads.
    """

    type: ClassVar[str] = ""
    v: ClassVar[int] = 1
    named_by: ClassVar[str] = "hansard"
    text_fields: ClassVar[tuple[str, ...]] = ()
    shapes: ClassVar[dict[str, Kinds]] = {}
    required: ClassVar[tuple[str, ...]] = ()

    extra: Json = field(default_factory=dict[str, Any], repr=False)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, kw_only=True)(cls)
        if not cls.type:
            return
        if cls.type in REGISTRY:
            raise TypeError(f"two classes for {cls.type}")
        hints = get_type_hints(cls)
        own = [f for f in fields(cls) if f.name != "extra"]
        cls.shapes = {f.name: _plain_types(hints[f.name]) for f in own}
        cls.required = tuple(
            f.name for f in own if f.default is MISSING and f.default_factory is MISSING
        )
        REGISTRY[cls.type] = cls

    @classmethod
    def decode(cls, payload: Mapping[str, Any]) -> Self:
        """Read a payload; unknown fields go to `extra`.

        Raises:
            InvalidRequest: a required field is missing or a field has another JSON type.
        """
        for name in cls.required:
            if name not in payload:
                raise InvalidRequest(f"{cls.type}: the field `{name}` is missing")
        known: Json = {}
        extra: Json = {}
        for name, value in payload.items():
            kinds = cls.shapes.get(name)
            if kinds is None:
                extra[name] = value
            elif kinds and not _fits(value, kinds):
                raise InvalidRequest(f"{cls.type}: the field `{name}` has the wrong type")
            else:
                known[name] = value
        return cls(**known, extra=extra)

    def encode(self) -> Json:
        """The payload again: what `decode` read, without optional fields that are null."""
        own = {name: getattr(self, name) for name in self.shapes}
        said = {k: v for k, v in own.items() if v is not None or k in self.required}
        return {**said, **self.extra}

    def headline(self) -> str:
        """The sentence that the generic card and the list row show."""
        return self.type


REGISTRY: dict[str, type[Body]] = {}


def _plain_types(hint: Any) -> tuple[type, ...]:
    """The JSON types of an annotation; empty means anything goes."""
    parts = getattr(hint, "__args__", None) if _is_union(hint) else (hint,)
    plain: list[type] = []
    for part in parts or ():
        origin: Any = getattr(part, "__origin__", part)
        if origin is Any:
            return ()
        plain.append(origin if isinstance(origin, type) else str)
    return tuple(plain)


def _is_union(hint: Any) -> bool:
    return type(hint).__name__ in ("UnionType", "Union") or (
        getattr(getattr(hint, "__origin__", None), "__name__", "") == "Union"
    )


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (isinstance(value, int) and float in kinds)


def text_of(content: Any) -> str:
    """The plain text of protocol content: a string, or the text blocks of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts: list[str] = []
    for block in cast("list[Any]", content):
        text: Any = cast(Json, block).get("text") if isinstance(block, dict) else None
        if isinstance(text, str):
            texts.append(text)
    return "\n".join(texts)


def brief(text: str, limit: int = 120) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
