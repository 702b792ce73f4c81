"""A detection rule: a published token format, or a context that gives a secret away.

The fields are those of gitleaks (`id description regex path keywords entropy secretGroup
allowlists`), so that users can bring their own, and some of ours: `gate`, `context`, `each`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import re2

from hansard.redaction.literals import Form, entropy, is_literal, is_own_id
from hansard.redaction.names import Promise, promise

Pattern: TypeAlias = "re2._Regexp"  # pyright: ignore[reportPrivateUsage]
MaybePattern: TypeAlias = "re2._Regexp | None"  # pyright: ignore[reportPrivateUsage]
Spans: TypeAlias = Sequence[tuple[int, int]]
"""Where the groups of a match stand, the whole of it first."""
Context: TypeAlias = Promise | Literal["name", "url"] | None

_AFTER_A_BARE_VALUE = b".,;:)]}>"
# Possessive: both classes hold a to f, a long run of them would be tried at every split.
_ID = re.compile(rb"[a-z_]*+[0-9a-f]*\Z")
_ID_CHARACTERS = re.compile(rb"[0-9a-z_]*")
_LONGEST_PREFIX = 12
SHIPPED = "hansard"
"""The source of the rules that come with the program."""


class Hit(NamedTuple):
    """Where a secret stands, in bytes of the UTF-8 text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Allowlist:
    """What a rule must not report.

    Attributes:
        target: hold the patterns against the secret, the whole match or its whole line.
        every: all criteria that are given must hold, not one of them.
        regexes: any of these matches.
        stopwords: any of these is in the secret, whatever its case.
        paths: the event is about files, and each of them matches one of these.
        commits: names commits, which no event has: a criterion that never holds.
    """

    target: Literal["secret", "match", "line"] = "secret"
    every: bool = False
    regexes: tuple[Pattern, ...] = ()
    stopwords: tuple[bytes, ...] = ()
    paths: tuple[Pattern, ...] = ()
    commits: bool = False

    @property
    def is_steady(self) -> bool:
        """Whether it asks of the secret alone, and not of what stands around it."""
        return self.target == "secret" and not self.paths

    def allows(self, text: bytes, secret: Hit, match: Hit, places: Sequence[str]) -> bool:
        """Whether this find is none."""
        held: list[bool] = []
        if self.regexes:
            about = self._about(text, secret, match)
            held.append(any(regex.search(about) for regex in self.regexes))
        if self.stopwords:
            low = text[secret.start : secret.end].lower()
            held.append(any(map(low.__contains__, self.stopwords)))
        if self.paths:
            held.append(bool(places) and all(_any_matches(self.paths, p) for p in places))
        if self.commits:
            held.append(False)
        return bool(held) and (all(held) if self.every else any(held))

    def _about(self, text: bytes, secret: Hit, match: Hit) -> bytes:
        if self.target == "secret":
            return text[secret.start : secret.end]
        start, end = match
        if self.target == "line":
            start = text.rfind(b"\n", 0, start) + 1
            end = text.find(b"\n", end)
        return text[start : end if end >= 0 else len(text)]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a secret.

    Attributes:
        id: what stands in the placeholder, for example `github-pat`.
        pattern: the full form; it decides. None for a rule that finds files by their path alone:
            it has nothing to look for in a text.
        gate: a short form that matches wherever `pattern` does, for the common RE2 set.
        keywords: lower-case words of which every match contains one; none means always tried.
        groups: the groups that may hold the secret, in order of preference.
        bare: the one of them for a value without quotes, 0 if there is none.
        named: the group that holds the name beside the value, 0 if there is none.
        each: looked for inside the match; its finds are the secrets.
        entropy: bits per character that the secret must exceed.
        context: what stands to be expected: a promise; `name` when the group `named` tells; `url`
            for a password that can be nothing else; None for formats that speak for themselves.
        path: where the event is about files, one of them must match.
        allowlists: finds that are none.
        source: who wrote it: `hansard`, the name of a file, or `workspace`.
    """

    id: str
    description: str
    pattern: MaybePattern
    gate: str | None
    keywords: tuple[bytes, ...]
    groups: tuple[int, ...]
    bare: int
    named: int
    each: MaybePattern
    entropy: float
    context: Context
    path: MaybePattern
    allowlists: tuple[Allowlist, ...]
    source: str = SHIPPED

    def hits(self, text: bytes, places: Sequence[str] = ()) -> Iterator[Hit]:
        """All secrets this rule finds in a UTF-8 text, after its filters.

        Args:
            places: the files that the event is about.
        """
        if self.pattern is None or not self.is_for(places):
            return
        judged: dict[tuple[bytes, Promise, Form], bool] = {}
        for match in self.pattern.finditer(text):
            # `match.span()` asks RE2 for the number of groups each time, which costs more than
            # the rest of a hit.
            spans = match._spans  # pyright: ignore[reportPrivateUsage]
            for secret in self._secrets(text, spans):
                hit = self._filtered(text, spans, secret, places, judged)
                if hit is not None:
                    yield hit

    def is_for(self, places: Sequence[str]) -> bool:
        """Whether the rule applies to an event about these files; to one about none, always."""
        return self.path is None or not places or any(self.path.search(p) for p in places)

    def _secrets(self, text: bytes, spans: Spans) -> Iterator[tuple[int, int, bool]]:
        """(start, end, whether it stands without quotes)."""
        if self.each is not None:
            start, end = spans[0]
            for inner in self.each.finditer(text[start:end]):
                low, high = inner.span(1)
                yield start + low, start + high, False
            return
        for group in self.groups:
            start, end = spans[group]
            if end > start:
                yield start, end, group == self.bare > 0
                return
        yield *spans[0], False

    def _filtered(
        self,
        text: bytes,
        spans: Spans,
        found: tuple[int, int, bool],
        places: Sequence[str],
        judged: dict[tuple[bytes, Promise, Form], bool],
    ) -> Hit | None:
        start, end, bare = found
        form: Form = "bare" if bare else "structured" if self.context == "url" else "quoted"
        expected = Promise.NONE
        if self.context is not None:
            expected = self._promise(text, spans)
            if bare:
                end = start + len(text[start:end].rstrip(_AFTER_A_BARE_VALUE))
        asked = (text[start:end], expected, form)
        if asked not in judged:  # texts repeat themselves, hostile ones for ever
            judged[asked] = self._is_one(*asked)
        if not judged[asked]:
            return None
        secret, whole = Hit(start, end), Hit(*spans[0])
        for allowlist in self.allowlists:
            if not allowlist.is_steady and allowlist.allows(text, secret, whole, places):
                return None
        return None if _is_in_own_id(text, secret) else secret

    def _is_one(self, value: bytes, expected: Promise, form: Form) -> bool:
        """Whether a value is a secret by this rule, wherever it stands."""
        if self.context is not None and not is_literal(_text(value), expected, form):
            return False
        if self.entropy and entropy(value) <= self.entropy:
            return False
        itself = Hit(0, len(value))
        steady = (allowlist for allowlist in self.allowlists if allowlist.is_steady)
        return not any(allowlist.allows(value, itself, itself, ()) for allowlist in steady)

    def _promise(self, text: bytes, spans: Spans) -> Promise:
        if isinstance(self.context, Promise):
            return self.context
        if self.context == "url":
            return Promise.PASSWORD
        start, end = spans[self.named]
        if text[max(start - 2, 0) : start] == b"::":
            return Promise.NONE  # the path of a type, `AWS::IAM::AccessKey`
        # In JSON inside JSON a line end reads `\\n`: its letter is not part of the name.
        start += text[max(start - 1, 0) : start] == b"\\" and text[start : start + 1] in b"nrt"
        return promise(_text(text[start:end]))


def _any_matches(patterns: Sequence[Pattern], path: str) -> bool:
    return any(pattern.search(path) for pattern in patterns)


def _is_in_own_id(text: bytes, secret: Hit) -> bool:
    """Whether a find lies in one of our identifiers, which are never secrets."""
    if not _ID.match(text[secret.start : secret.end]):
        return False
    near = text[max(0, secret.start - _LONGEST_PREFIX) : secret.start]
    before = _ID_CHARACTERS.match(near[::-1])
    after = _ID_CHARACTERS.match(text, secret.end, secret.end + 64)
    start = secret.start - (before.end() if before else 0)
    end = after.end() if after else secret.end
    return is_own_id(_text(text[start:end]))


def _text(raw: bytes) -> str:
    # A pattern that is not ours may cut a character in two.
    return raw.decode("utf-8", "replace")
