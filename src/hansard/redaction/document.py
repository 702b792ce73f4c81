"""Rules out of TOML documents, ours and those of users (gitleaks' own files among them).

A rule that cannot be used is refused by name, never passed over: a pattern that somebody
believes in and that does not run is a leak.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import re2

from hansard.redaction.names import Promise
from hansard.redaction.rules import SHIPPED, Allowlist, Context, MaybePattern, Pattern, Rule

Shared: TypeAlias = tuple[Allowlist, frozenset[str]]
"""An allow-list, and the ids of the rules that it is for; none means all of its document."""

_MEMORY = 8 << 20
_BIGGEST = 10_000
_LONGEST = 10_000
_MOST_RULES = 2_000
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}\Z")
_PROMISES = {"weak": Promise.WEAK, "strong": Promise.STRONG, "password": Promise.PASSWORD}
_DOCUMENT = frozenset(
    "title description minVersion extend define rules allowlist allowlists".split()
)
_RULE = frozenset(
    "id description regex path keywords entropy secretGroup allowlist allowlists tags"
    " gate context each".split()
)
_ALLOW = frozenset(
    "description condition commits paths regexTarget regexes stopwords targetRules".split()
)
_TARGETS = {"": "secret", "secret": "secret", "match": "match", "line": "line"}


class BadRule(ValueError):
    """A rule, or the document around it, cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Document:
    """What TOML documents say.

    Attributes:
        rules: in their order.
        off: ids of rules of others that they switch off (`[extend] disabledRules`).
    """

    rules: list[Rule] = field(default_factory=list[Rule])
    off: frozenset[str] = frozenset()


def read(texts: Iterable[str], source: str = SHIPPED) -> Document:
    """Read documents that belong together: the allow-lists of one are for the rules of all.

    Args:
        texts: TOML.
        source: where their rules say that they are from.

    Raises:
        BadRule: one is not TOML, or something in it is not what it should be.
    """
    tables = [_table(text) for text in texts]
    raws = [raw for table in tables for raw in _expanded(table)]
    if len(raws) > _MOST_RULES:
        raise BadRule(f"at most {_MOST_RULES} rules")
    everywhere = [allow for table in tables for allow in _lists(table, "the document")]
    rules = [rule(raw, source, everywhere) for raw in raws]
    seen: set[str] = set()
    for made in rules:
        if made.id in seen:
            raise BadRule(f"rule {made.id}: two rules have the same id")
        seen.add(made.id)
    return Document(rules, frozenset(identity for table in tables for identity in _extend(table)))


def _table(text: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadRule(f"not TOML: {problem}") from problem
    _refuse_unknown(table, _DOCUMENT, "the document")
    return table


def rule(raw: Mapping[str, Any], source: str, everywhere: Sequence[Shared] = ()) -> Rule:
    """A rule from its table.

    Args:
        raw: the fields of gitleaks and ours.
        source: where it is from.
        everywhere: the allow-lists of its document.

    Raises:
        BadRule: a field is missing, unknown, or not what it should be.
    """
    identity = _identity(raw)
    where = f"rule {identity}"
    _refuse_unknown(raw, _RULE, where)
    path = _maybe_pattern(raw, "path", where)
    pattern = _maybe_pattern(raw, "regex", where)
    if pattern is None and path is None:
        raise BadRule(f"{where}: a regex is needed")
    each = _maybe_pattern(raw, "each", where)
    if each is not None and each.groups != 1:
        raise BadRule(f"{where}: each: one group is needed, around the secret")
    gate = _maybe_pattern(raw, "gate", where)
    named = pattern.groupindex.get("name", 0) if pattern else 0
    own = [allow for allow, _ in _lists(raw, where)]
    for allow, targets in everywhere:
        if not targets or identity in targets:
            own.append(allow)
    return Rule(
        id=identity,
        description=_typed(raw, "description", str, "", where),
        pattern=pattern,
        gate=None if gate is None else raw["gate"],
        keywords=_words(raw, "keywords", where),
        groups=_groups(raw, pattern, where),
        bare=pattern.groupindex.get("bare", 0) if pattern else 0,
        named=named,
        each=each,
        entropy=_entropy(raw, where),
        context=_context(raw, named, where),
        path=path,
        allowlists=tuple(own),
        source=source,
    )


def _identity(raw: Mapping[str, Any]) -> str:
    identity = raw.get("id")
    if not isinstance(identity, str) or not _ID.match(identity):
        shown = repr(identity)[:80]
        raise BadRule(f"rule {shown}: an id is 1 to 64 letters, digits, `.`, `-`, `_`")
    return identity


def _expanded(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rules of a document with its `define` put in; a piece may use those before it."""
    pieces = _typed(table, "define", dict, {}, "the document")
    rules = _typed(table, "rules", list, [], "the document")
    for raw in cast("list[Any]", rules):
        if not isinstance(raw, dict):
            raise BadRule("a rule is a table: [[rules]]")
        found = cast("dict[str, Any]", raw)
        for name, text in found.items():
            if name in ("regex", "gate", "each") and isinstance(text, str):
                for piece, form in (*pieces.items(), *pieces.items()):
                    found[name] = found[name].replace(f"{{{piece}}}", form)
        yield found


def _extend(table: dict[str, Any]) -> frozenset[str]:
    """What `[extend]` asks for: our own rules are always there, other files are named elsewhere."""
    extend = _typed(table, "extend", dict, {}, "the document")
    known = frozenset({"useDefault", "disabledRules"})
    for name in extend:
        if name not in known:
            raise BadRule(
                f"extend.{name}: not supported, name every file in the setting redaction_rules"
            )
    return frozenset(_texts(extend, "disabledRules", "extend"))


def _maybe_pattern(raw: Mapping[str, Any], name: str, where: str) -> MaybePattern:
    text = _typed(raw, name, str, None, where)
    return None if text is None else compiled(text, f"{where}: {name}")


def compiled(text: str, where: str) -> Pattern:
    """A regular expression of RE2, which takes linear time whatever it says.

    Raises:
        BadRule: RE2 does not take it, or it is too big.
    """
    if not text or len(text) > _LONGEST:
        raise BadRule(f"{where}: 1 to {_LONGEST} characters")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        pattern = re2.compile(text, options)
    except re2.error as problem:
        said = problem.args[0] if problem.args else problem
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise BadRule(f"{where}: RE2 does not take this expression: {said}") from problem
    if pattern.programsize > _BIGGEST:
        raise BadRule(f"{where}: too big for RE2: write shorter repeats")
    return pattern


def _entropy(raw: Mapping[str, Any], where: str) -> float:
    value = raw.get("entropy", 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 8:
        raise BadRule(f"{where}: entropy: a number from 0 to 8")
    return float(value)


def _context(raw: Mapping[str, Any], named: int, where: str) -> Context:
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
            raise BadRule(f"{where}: unusable context {other!r}")


def _groups(raw: Mapping[str, Any], pattern: MaybePattern, where: str) -> tuple[int, ...]:
    """The groups that may hold the secret; groups with names of their own only divide it."""
    count = pattern.groups if pattern else 0
    if "secretGroup" in raw:
        group = raw["secretGroup"]
        if isinstance(group, bool) or not isinstance(group, int) or not 0 <= group <= count:
            raise BadRule(f"{where}: secretGroup: 0 to {count}, the groups of its regex")
        if group:
            return (group,)
    index: dict[str, int] = dict(pattern.groupindex) if pattern else {}
    named = tuple(index[name] for name in ("secret", "quoted", "bare") if name in index)
    others = frozenset(index.values())
    return named or tuple(g for g in range(1, count + 1) if g not in others) or (0,)


def _lists(table: Mapping[str, Any], where: str) -> list[Shared]:
    several = _typed(table, "allowlists", list, [], where)
    single = [table["allowlist"]] if "allowlist" in table else []
    return [_allowlist(raw, where) for raw in (*several, *single)]


def _allowlist(raw: Any, where: str) -> Shared:
    where = f"{where}: allowlist"
    if not isinstance(raw, dict):
        raise BadRule(f"{where}: a table is needed")
    table = cast("dict[str, Any]", raw)
    _refuse_unknown(table, _ALLOW, where)
    condition = str(table.get("condition", "OR")).upper()
    if condition not in ("OR", "AND", "||", "&&"):
        raise BadRule(f"{where}: condition: OR or AND")
    target = _TARGETS.get(_typed(table, "regexTarget", str, "", where))
    if target is None:
        raise BadRule(f"{where}: regexTarget: secret, match or line")
    made = Allowlist(
        target=target,  # pyright: ignore[reportArgumentType]
        every=condition in ("AND", "&&"),
        regexes=tuple(compiled(t, f"{where}: regexes") for t in _texts(table, "regexes", where)),
        stopwords=_words(table, "stopwords", where),
        paths=tuple(compiled(t, f"{where}: paths") for t in _texts(table, "paths", where)),
        commits=bool(_texts(table, "commits", where)),
    )
    return made, frozenset(_texts(table, "targetRules", where))


def _words(raw: Mapping[str, Any], name: str, where: str) -> tuple[bytes, ...]:
    words = _texts(raw, name, where)
    if not all(words):
        raise BadRule(f"{where}: {name}: an empty word stands in every text")
    return tuple(word.lower().encode() for word in words)


def _texts(raw: Mapping[str, Any], name: str, where: str) -> list[str]:
    found = _typed(raw, name, list, [], where)
    if not all(isinstance(item, str) for item in found):
        raise BadRule(f"{where}: {name}: a list of texts")
    return found


def _typed(raw: Mapping[str, Any], name: str, kind: type, default: Any, where: str) -> Any:
    value = raw.get(name, default)
    if value is not default and not isinstance(value, kind):
        wanted = {str: "a text", list: "a list", dict: "a table"}[kind]
        raise BadRule(f"{where}: {name}: {wanted} is needed")
    return value


def _refuse_unknown(raw: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for name in raw:
        if name not in known:
            raise BadRule(f"{where}: `{name}` is not supported")
