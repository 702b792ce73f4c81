"""What a scan did, and what stands in place of everything when a scan failed."""

import re
from dataclasses import dataclass
from typing import Any, cast

from hansard.domain.draft import Json

FAILED = "[redaction failed]"
DEEPEST = 200
"""Levels of nesting that are walked; what lies deeper is dropped when anything is rewritten."""

_PLAIN = re.compile(r"[a-z][a-z_.]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was taken out where; never the value, never its length.

    Attributes:
        path: JSON pointer of the string, empty for a text.
        name: the name of a known secret, else rule and keyed suffix (`github-pat#7f3a`); of a
            scan that failed `failed` and the keyed hash of what is not kept.
        rule: `known`, the id of the rule, `sensitive-name` or `failed`.
        count: how often in this string.
    """

    path: str
    name: str
    rule: str
    count: int

    def to_wire(self) -> Json:
        """The entry of an event's `redactions` (architecture.md, section 10)."""
        return {"path": self.path, "name": self.name, "rule": self.rule, "count": self.count}


FAILURE = Redaction("", "failed", "failed", 1)


def closed(value: Any, depth: int = 0) -> Any:
    """A JSON value with `[redaction failed]` for every string, for when scanning it failed.

    Shape, numbers, plain lower-case keys and the `type` words among the values stay, so that
    what is left can still be read as an event. Never raises.
    """
    if depth > DEEPEST:
        return FAILED
    if isinstance(value, dict):
        return _closed_object(cast(Json, value), depth)
    if isinstance(value, (list, tuple)):
        return [closed(item, depth + 1) for item in cast("list[Any]", value)]
    return value if value is None or isinstance(value, (bool, int, float)) else FAILED


def _closed_object(value: Json, depth: int) -> Json:
    answer: Json = {}
    for key, inner in value.items():
        name = key if _is_plain(key) else f"{FAILED} {len(answer)}"
        kept = name == "type" and _is_plain(inner)
        answer[name] = inner if kept else closed(inner, depth + 1)
    return answer


def _is_plain(word: Any) -> bool:
    return isinstance(word, str) and _PLAIN.match(word) is not None
