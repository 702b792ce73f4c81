"""Follow the chain of one session, event by event, and say where it breaks (P1, P22)."""

import hmac

import orjson

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.journal import chain

_TOLD = 20


class Checker:
    """Checks that every seq is there once and that every hash follows.

    Memory does not grow with the session, but with what was redacted in it afterwards.

    Attributes:
        seq: of the last event; hash: its hash.
        problems: (seq, what is wrong there), in order; at most 20 are kept.
        broken: how many there were.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.hash = chain.GENESIS
        self.problems: list[tuple[int, str]] = []
        self.broken = 0
        self._erased: list[int] = []
        self._erased_count = 0
        self._rewritten: dict[str, tuple[int, str]] = {}

    def follow(
        self,
        event: Event,
        actor: bytes,
        content: bytes | None,
        salt: bytes | None,
        payload: bytes | None,
    ) -> None:
        """Check the next event.

        Args:
            event: the envelope.
            actor: the actor as it is spelled.
            content: the content hash that is kept beside the event; None when it follows from
                salt and payload.
            salt, payload: None when they were erased.
        """
        seq = event.seq
        if seq != self.seq + 1:
            self._tell(self.seq, f"is followed by {seq}")
        held = None if payload is None else chain.content_hash(salt or b"", payload)
        runs_over = content or held
        if runs_over is None:
            self._tell(seq, "the payload is gone and left no hash")
            runs_over = b""
        elif chain.link(self.hash, chain.manifest(event, actor, runs_over)).hex() != event.hash:
            self._tell(seq, "the hash does not follow")
        if payload is None:
            self._erase(seq)
        elif held is not None and content is not None and held != content:
            self._rewritten[event.id] = (seq, held.hex())
        elif event.type in _JUSTIFY:
            self._justify(event, payload)
        self.seq, self.hash = seq, bytes.fromhex(event.hash)

    def end(self) -> None:
        """No event follows: tell of what nothing in the log accounts for."""
        for seq, _ in self._rewritten.values():
            self._tell(seq, "the content is not what was recorded")
        for seq in self._erased:
            self._tell(seq, "the content is gone, and no reset erased it")
        self.broken += self._erased_count - len(self._erased)

    def _erase(self, seq: int) -> None:
        self._erased_count += 1
        if len(self._erased) < _TOLD:
            self._erased.append(seq)

    def _justify(self, event: Event, payload: bytes) -> None:
        """A reset accounts for what it erased, a redaction for what it rewrote."""
        try:
            said: Json = foreign.mapping(orjson.loads(payload))
        except ValueError:
            return
        if event.type == "session.reset":
            if said.get("erased"):
                self._erased, self._erased_count = [], 0
            return
        for event_id, digest in foreign.mapping(said.get("content_hashes")).items():
            known = self._rewritten.get(event_id)
            if known is not None and hmac.compare_digest(known[1], str(digest)):
                del self._rewritten[event_id]

    def _tell(self, seq: int, problem: str) -> None:
        self.broken += 1
        if len(self.problems) < _TOLD:
            self.problems.append((seq, problem))


_JUSTIFY = frozenset({"session.reset", "session.redacted"})
