"""The scanner: secrets out of JSON values, log lines and raw records, names in (S2-34, S2-35).

One pass over all keys and strings joined tells most values clean; only where known values or
rules really match is the value walked and rewritten, string by string, so JSON stays JSON.
"""

from collections.abc import Sequence
from typing import Any, cast

import orjson

from hansard.domain.draft import Json
from hansard.redaction.known import Automaton
from hansard.redaction.outcome import FAILED, FAILURE, Redaction, closed
from hansard.redaction.policy import Parts
from hansard.redaction.registry import Secrets
from hansard.redaction.rewrite import SENSITIVE_NAME, Rewriter
from hansard.redaction.rules import Rule, RulePack

_ROUNDS = 4


class Scanner:
    """Replaces secrets. Safe to use from several threads; never raises, fails closed."""

    def __init__(self, secrets: Secrets, rules: RulePack, key: bytes) -> None:
        """Make a scanner.

        Args:
            secrets: known values; what is registered later counts from the next scan on.
            rules: token formats and contexts.
            key: of the suffix by which equal unnamed values of a workspace can be told equal.
        """
        self._secrets = secrets
        self._rules = rules
        self._key = key
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
            return cast(Json, closed(value)), [FAILURE]

    def scan_text(self, text: str) -> tuple[str, list[Redaction]]:
        """Redact a log line or any other text. Returns the same string when it is clean."""
        try:
            return cast("tuple[str, list[Redaction]]", self._settle(text))
        except Exception:
            return FAILED, [FAILURE]

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
            return orjson.dumps(self._settle(value)[0])
        except Exception:
            return orjson.dumps(FAILED)

    def _build(self) -> Automaton:
        generation, secrets = self._secrets.snapshot()
        return Automaton(generation, secrets, self._rules.keywords)

    def _current(self) -> Automaton:
        # Two threads may build the same automaton at once; either one is right.
        automaton = self._automaton
        if automaton.generation != self._secrets.generation:
            automaton = self._automaton = self._build()
        return automaton

    def _settle(self, value: Any) -> tuple[Any, list[Redaction]]:
        """Scan until nothing is found, so that scanning the answer again changes nothing."""
        done: list[Redaction] = []
        for _ in range(_ROUNDS):
            automaton = self._current()
            rules = self._suspects(value, automaton)
            if rules is None:
                return value, done
            rewriter = Rewriter(automaton, rules, self._key, self._ids)
            value = rewriter.value(value)
            if not rewriter.redactions:
                return value, done
            done += rewriter.redactions
        return closed(value), [*done, FAILURE]

    def _suspects(self, value: Any, automaton: Automaton) -> Sequence[Rule] | None:
        """The rules to go through a value with, string by string; None when it is clean."""
        parts = Parts(value, automaton.numbers)
        text = "\n".join(parts.texts).encode("utf-8", "replace")
        sieve = automaton.sift(text)
        if sieve.keyword or self._rules.unconditional:
            rules = self._rules.candidates(text)
            if rules:
                return rules
        if parts.named or parts.number or (sieve.known and automaton.find(text)):
            return ()
        if any(automaton.find(opaque.encode("utf-8", "replace")) for opaque in parts.opaque):
            return ()
        return None
