"""The scanner: secrets out of JSON values, log lines and raw records, names in (S2-34, S2-35).

One pass over all keys and strings joined tells most values clean; only where known values or
rules really match is the value walked and rewritten, string by string, so JSON stays JSON.
"""

import hmac
from dataclasses import replace
from time import monotonic
from typing import Any, cast

import orjson

from hansard.domain.draft import Json
from hansard.redaction.known import Automaton
from hansard.redaction.outcome import FAILED, FAILURE, Redaction, closed
from hansard.redaction.pack import RulePack
from hansard.redaction.policy import Parts
from hansard.redaction.registry import Secrets
from hansard.redaction.rewrite import SENSITIVE_NAME, Rewriter, Span, suffixed
from hansard.redaction.rules import Rule

_ROUNDS = 4
_LIMIT_S = 5.0


class Scanner:
    """Replaces secrets. Safe to use from several threads; never raises, fails closed."""

    def __init__(
        self, secrets: Secrets, rules: RulePack, key: bytes, limit_s: float = _LIMIT_S
    ) -> None:
        """Make a scanner.

        Args:
            secrets: known values; what is registered later counts from the next scan on.
            rules: token formats and contexts.
            key: of the suffix by which equal unnamed values of a workspace can be told equal.
            limit_s: seconds after which a scan has failed.
        """
        self._secrets = secrets
        self._rules = rules
        self._key = key
        self._limit_s = limit_s
        self._ids = rules.ids | {SENSITIVE_NAME.encode()}
        self._automaton = self._build()

    def scan(self, value: Json) -> tuple[Json, list[Redaction]]:
        """Redact a JSON object, keys and values.

        Returns:
            The same object when there is nothing to redact, else a copy, and what was done.
        """
        try:
            return cast("tuple[Json, list[Redaction]]", self._settle(value))
        except Exception:
            return cast(Json, closed(value)), [self._failure(value)]

    def scan_text(self, text: str) -> tuple[str, list[Redaction]]:
        """Redact a log line or any other text. Returns the same string when it is clean."""
        try:
            return cast("tuple[str, list[Redaction]]", self._settle(text))
        except Exception:
            return FAILED, [self._failure(text)]

    def scan_record(self, raw: bytes) -> bytes:
        """Redact one raw record: JSON string by string, anything else as text.

        The answer is the encoding of what was scanned, so a key that comes twice cannot hide a
        value, and numbers beyond 64 bits become floats. Invalid UTF-8 is replaced.
        """
        text = raw.decode("utf-8", "replace")
        try:
            value = orjson.loads(text)
        except ValueError:
            return self.scan_text(text)[0].encode("utf-8", "replace")
        try:
            # A copy: what orjson gives holds on to kilobytes, and records wait by the thousand.
            return bytes(memoryview(orjson.dumps(self._settle(value)[0])))
        except Exception:
            return orjson.dumps(FAILED)

    def spans(self, text: bytes) -> list[Span]:
        """What the first round takes out of a UTF-8 text; for streams, which show it in parts.

        Raises:
            Exception: as its parts do; the caller has to fail closed.
        """
        automaton = self.automaton()
        rules = self._rules.candidates(text)
        return Rewriter(automaton, rules, self._key, self._ids).spans(text)

    def begun(self, token: bytes) -> list[Rule]:
        """The rules of formats that a token begins like; their gates are what is asked."""
        return [rule for rule in self._rules.suspects(token) if rule.context is None]

    def placeholder(self, rule: str, secret: bytes) -> str:
        """What stands in place of a secret that a rule found."""
        return f"[secret:{suffixed(self._key, rule, secret)}]"

    def _build(self) -> Automaton:
        generation, secrets = self._secrets.snapshot()
        return Automaton(generation, secrets, self._rules.keywords)

    def automaton(self) -> Automaton:
        """The known values as they are now."""
        # Two threads may build the same automaton at once; either one is right.
        automaton = self._automaton
        if automaton.generation != self._secrets.generation:
            automaton = self._automaton = self._build()
        return automaton

    def _settle(self, value: Any) -> tuple[Any, list[Redaction]]:
        """Scan until nothing is found, so that scanning the answer again changes nothing."""
        done: list[Redaction] = []
        deadline = monotonic() + self._limit_s
        for _ in range(_ROUNDS):
            automaton = self.automaton()
            parts = Parts(value, automaton.numbers)
            rewriter = self._rewriter(automaton, parts, deadline)
            if rewriter is None:
                return value, done
            value = rewriter.value(value)
            if not rewriter.redactions:
                return value, done
            done += rewriter.redactions
        return closed(value), [*done, self._failure(value)]

    def _rewriter(self, automaton: Automaton, parts: Parts, deadline: float) -> Rewriter | None:
        """What goes through a value string by string; None when it is clean."""
        text = "\n".join(parts.texts).encode("utf-8", "replace")
        sieve = automaton.sift(text)
        rules = ()
        if sieve.keyword or self._rules.unconditional:
            rules = self._rules.candidates(text, parts.places)
        if rules or parts.named or parts.number or (sieve.known and automaton.find(text)):
            pass
        elif not any(automaton.find(o.encode("utf-8", "replace")) for o in parts.opaque):
            return None
        return Rewriter(
            automaton, rules, self._key, self._ids, places=parts.places, deadline=deadline
        )

    def _failure(self, value: Any) -> Redaction:
        """What a failed scan leaves: a keyed hash, by which who has the content can prove it."""
        try:
            raw = value.encode() if isinstance(value, str) else orjson.dumps(value, default=repr)
            digest = hmac.digest(self._key, raw, "sha256").hex()[:16]
        except Exception:
            return FAILURE
        return replace(FAILURE, name=f"failed#{digest}")
