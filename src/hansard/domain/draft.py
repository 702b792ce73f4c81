"""An event before the journal took it in: raw (Draft) and clean (Redacted)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias, cast

from hansard.domain.actor import Actor

Json: TypeAlias = dict[str, Any]


class _Seal:
    """Nothing can encode or copy this, so nothing that walks a draft's fields gets through."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError("a draft may hold secrets: redact it before it goes anywhere")


_SEAL = _Seal()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as its maker describes it. It may hold secrets, so nothing can serialize or copy it.

    Attributes:
        type: the event type (product.md, event vocabulary).
        payload: the type's own fields.
        actor: who did it.
        created_at: when it happened, milliseconds UTC (the source's clock when imported).
        id: `sevt_…`; None lets the journal make one. The same id twice is one event (P3).
        turn_id: the turn it belongs to, if any.
        session_thread_id: `sthr_…` of the sub-agent it is cross-posted from.
        waits: True for an input that waits to be taken up (`processed_at` null).
    """

    type: str
    payload: Json = field(repr=False)
    actor: Actor
    created_at: int
    id: str | None = None
    turn_id: str | None = None
    session_thread_id: str | None = None
    waits: bool = False
    seal: _Seal = field(default=_SEAL, init=False, repr=False, compare=False)

    def with_payload(self, **changes: Any) -> Self:
        """The same draft with some payload fields set."""
        return replace(self, payload={**self.payload, **changes})

    def __reduce__(self) -> str:
        return self.seal.__reduce__()


class Redacted:
    """A draft whose payload went through the scanner: the only type that sinks take (S2-34).

    Made by `Redacted.of` alone, which runs the scan itself.
    """

    __slots__ = ("draft", "payload")

    def __init__(self, draft: Draft, payload: Json, _made_by_scan: object = None) -> None:
        if _made_by_scan is not _SCANNED:
            raise TypeError("Redacted is made by Redacted.of")
        self.draft = draft
        self.payload = payload

    @classmethod
    def of(cls, draft: Draft, scan: Callable[[Json], tuple[Json, list[Json]]]) -> "Redacted":
        """Scan a draft; `scan` gives the clean payload and the redactions it made (S2-35).

        The actor goes along: a recorder or a foreign log names it, so a name may hold anything.
        """
        actor = draft.actor
        together = {**draft.payload, _WHO: [actor.id, actor.name]}
        payload, redactions = scan(together)
        if payload is together and not redactions:
            return cls(draft, draft.payload, _SCANNED)
        payload = {**payload}
        identity, name = payload.pop(_WHO, (None, None))
        if (identity, name) != (actor.id, actor.name):
            draft = replace(draft, actor=replace(actor, id=identity, name=name))
        redactions = [r for r in redactions if not str(r["path"]).startswith(f"/{_WHO}")]
        if redactions:
            found: Any = payload.get("redactions")
            earlier = cast("list[Any]", found) if isinstance(found, list) else []
            payload["redactions"] = [*earlier, *redactions]
        return cls(draft, payload, _SCANNED)


_WHO = "\0actor"
_SCANNED = object()
