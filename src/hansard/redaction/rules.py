"""Detection rules: published token formats and the contexts that give a secret away.

The fields are those of gitleaks (`id description regex keywords entropy secretGroup allowlists`),
so that users can bring their own, and three of ours: `gate`, a short form for the common RE2 set,
`context`, for rules whose value stands beside a telling name, and a table `define` of pieces that
regular expressions of the same document use as `{piece}`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import re2

from hansard.redaction.literals import Form, entropy, is_literal
from hansard.redaction.names import Promise, promise

Pattern: TypeAlias = "re2._Regexp"  # pyright: ignore[reportPrivateUsage]
Match: TypeAlias = "re2._Match[bytes]"  # pyright: ignore[reportPrivateUsage]

_PACKS = Path(__file__).with_name("packs")
_SET_MEMORY = 32 << 20
_RULE_MEMORY = 8 << 20
_PROMISES = {"weak": Promise.WEAK, "strong": Promise.STRONG, "password": Promise.PASSWORD}
_AFTER_A_BARE_VALUE = b".,;:)]}>"


class Hit(NamedTuple):
    """Where a secret stands, in bytes of the UTF-8 text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Allowlist:
    """What a rule must not report.

    Attributes:
        whole: hold the patterns against the whole match instead of the secret in it.
        regexes: any of these matches.
        stopwords: any of these is in the secret, whatever its case.
    """

    whole: bool
    regexes: tuple[Pattern, ...]
    stopwords: tuple[bytes, ...]

    def allows(self, secret: bytes, match: bytes) -> bool:
        """Whether this find is none."""
        text = match if self.whole else secret
        low = secret.lower()
        return any(regex.search(text) for regex in self.regexes) or any(
            word in low for word in self.stopwords
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a secret.

    Attributes:
        id: what stands in the placeholder, for example `github-pat`.
        pattern: the full form; it decides.
        gate: a short form that matches wherever `pattern` does, or None: then the keywords gate.
        keywords: lower-case words of which every match contains one; none means always tried.
        groups: the groups that may hold the secret, in order of preference.
        bare: the one of them for a value without quotes, 0 if there is none.
        named: the group that holds the name beside the value, 0 if there is none.
        entropy: bits per character that the secret must exceed.
        context: what stands to be expected: a promise; `name` when the group `named` tells; `url`
            for a password that can be nothing else; None for formats that speak for themselves.
        allowlists: finds that are none.
    """

    id: str
    description: str
    pattern: Pattern
    gate: str | None
    keywords: tuple[bytes, ...]
    groups: tuple[int, ...]
    bare: int
    named: int
    entropy: float
    context: Promise | Literal["name", "url"] | None
    allowlists: tuple[Allowlist, ...]

    def hits(self, text: bytes) -> Iterator[Hit]:
        """All secrets this rule finds in a UTF-8 text, after its filters."""
        for match in self.pattern.finditer(text):
            hit = self._secret(text, match)
            if hit is not None:
                yield hit

    def _secret(self, text: bytes, match: Match) -> Hit | None:
        group = next((g for g in self.groups if match.start(g) >= 0), 0)
        start, end = match.span(group)
        if self.context is not None:
            bare = bool(group) and group == self.bare
            if bare:
                end = start + len(text[start:end].rstrip(_AFTER_A_BARE_VALUE))
            form: Form = "bare" if bare else "structured" if self.context == "url" else "quoted"
            if not is_literal(text[start:end].decode(), self._promise(text, match), form):
                return None
        secret = text[start:end]
        if self.entropy and entropy(secret) <= self.entropy:
            return None
        whole = text[match.start() : match.end()]
        if any(allowlist.allows(secret, whole) for allowlist in self.allowlists):
            return None
        return Hit(start, end)

    def _promise(self, text: bytes, match: Match) -> Promise:
        if isinstance(self.context, Promise):
            return self.context
        if self.context == "url":
            return Promise.PASSWORD
        start, end = match.span(self.named)
        # In JSON inside JSON a line end reads `\\n`: its letter is not part of the name.
        start += text[max(start - 1, 0) : start] == b"\\" and text[start : start + 1] in b"nrt"
        return promise(text[start:end].decode())


class RulePack:
    """Rules with everything that is shared to apply them: keywords and RE2 sets of gates.

    Attributes:
        rules: all rules, in order of precedence.
        keywords: lower-case; a text without any of them has no find, unless `unconditional`.
        unconditional: some rule has no keywords, so every text is tried.
        ids: of all rules, as UTF-8.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.ids = frozenset(rule.id.encode() for rule in rules)
        self.keywords = tuple(sorted({word for rule in rules for word in rule.keywords}))
        self.unconditional = any(not rule.keywords for rule in rules)
        self._ungated = [rule for rule in rules if rule.gate is None]
        # Two sets: in one, the loops of the contexts multiply with the prefixes of the formats.
        gated = [rule for rule in rules if rule.gate is not None]
        formats = [rule for rule in gated if rule.context is None]
        contexts = [rule for rule in gated if rule.context is not None]
        self._sets = [(_compiled(group), group) for group in (formats, contexts) if group]

    @classmethod
    def parse(cls, documents: Iterable[str]) -> "RulePack":
        """Read rules from TOML documents.

        Raises:
            ValueError: a document is not TOML, or an id comes twice.
            re2.error: a regular expression is not one that RE2 takes.
        """
        tables = [tomllib.loads(document) for document in documents]
        everywhere = tuple(_allowlist(raw) for table in tables for raw in _lists(table))
        rules = [_rule(raw, everywhere) for table in tables for raw in _expanded(table)]
        if len({rule.id for rule in rules}) < len(rules):
            raise ValueError("two rules have the same id")
        return cls(rules)

    def candidates(self, text: bytes) -> list[Rule]:
        """The rules whose full form matches somewhere in the text, filters not yet applied."""
        tried: list[Rule] = []
        for gates, group in self._sets:
            tried += [group[number] for number in sorted(gates.Match(text) or ())]
        if self._ungated:
            low = text.lower()
            tried += [
                r for r in self._ungated if not r.keywords or any(k in low for k in r.keywords)
            ]
        return [rule for rule in tried if rule.pattern.search(text) is not None]


@cache
def default_rules() -> RulePack:
    """The rules that ship with Hansard (`packs/*.toml`)."""
    return RulePack.parse(path.read_text("utf-8") for path in sorted(_PACKS.glob("*.toml")))


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False  # RE2 would write to stderr, past our log
    return options


def _compiled(rules: Iterable[Rule]) -> re2.Set:
    gates = re2.Set.SearchSet(_options(_SET_MEMORY))
    for rule in rules:
        if rule.gate is not None:
            gates.Add(rule.gate)
    gates.Compile()
    return gates


def _expanded(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rules of a document with its `define` put in; a piece may use those before it."""
    pieces: dict[str, str] = table.get("define", {})
    for raw in table.get("rules", ()):
        for field in ("regex", "gate"):
            for name, piece in (*pieces.items(), *pieces.items()):
                if field in raw:
                    raw[field] = raw[field].replace(f"{{{name}}}", piece)
        yield raw


def _rule(raw: dict[str, Any], everywhere: tuple[Allowlist, ...]) -> Rule:
    pattern = re2.compile(raw["regex"], _options(_RULE_MEMORY))
    named = pattern.groupindex.get("name", 0)
    return Rule(
        id=raw["id"],
        description=raw.get("description", ""),
        pattern=pattern,
        gate=raw.get("gate"),
        keywords=tuple(word.lower().encode() for word in raw.get("keywords", ())),
        groups=_groups(raw, pattern),
        bare=pattern.groupindex.get("bare", 0),
        named=named,
        entropy=float(raw.get("entropy", 0)),
        context=_context(raw, named),
        allowlists=(*everywhere, *(_allowlist(inner) for inner in _lists(raw))),
    )


def _context(raw: dict[str, Any], named: int) -> Promise | Literal["name", "url"] | None:
    match raw.get("context"):
        case None:
            return None
        case "name" if named:
            return "name"
        case "url":
            return "url"
        case "weak" | "strong" | "password" as word:
            return _PROMISES[word]
        case other:
            raise ValueError(f"rule {raw['id']}: unusable context {other!r}")


def _groups(raw: dict[str, Any], pattern: Pattern) -> tuple[int, ...]:
    if "secretGroup" in raw:
        return (int(raw["secretGroup"]),)
    named = tuple(
        pattern.groupindex[name]
        for name in ("secret", "quoted", "bare")
        if name in pattern.groupindex
    )
    return named or ((1,) if pattern.groups else (0,))


def _lists(table: dict[str, Any]) -> list[dict[str, Any]]:
    single = [table["allowlist"]] if "allowlist" in table else []
    return [*table.get("allowlists", ()), *single]


def _allowlist(raw: dict[str, Any]) -> Allowlist:
    return Allowlist(
        whole=raw.get("regexTarget") == "match",
        regexes=tuple(re2.compile(regex) for regex in raw.get("regexes", ())),
        stopwords=tuple(word.lower().encode() for word in raw.get("stopwords", ())),
    )
