"""Which strings of a value are scanned for what.

Signed and opaque fields are left alone by pattern rules: a rule that fires inside a signature or
an image breaks what others verify, and random text of that size hits any pattern in the end.
Known values are looked for there too.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from hansard.redaction.literals import is_literal
from hansard.redaction.names import Promise, is_flag, promise

_ALWAYS = frozenset(
    {
        "b64_json",
        "base64",
        "encryptedContent",
        "encrypted_content",
        "encrypted_reasoning",
        "reasoning_opaque",
        "thoughtSignature",
        "thought_signature",
    }
)
_BESIDE = {
    "data": frozenset({"media_type", "mediaType", "mimeType", "mime_type"}),
    "signature": frozenset({"thinking", "reasoning", "text", "thought"}),
}
_OF_TYPE = {
    "data": frozenset({"base64", "image", "input_audio", "redacted_thinking"}),
    "signature": frozenset({"thinking", "reasoning", "agent.thinking"}),
}
_FIELDS = _ALWAYS | _BESIDE.keys()
_PLACES = frozenset(
    {"file", "filename", "file_name", "file_path", "filePath", "notebook_path", "path"}
)
_LONGEST_PLACE = 1_024
_PLAIN = frozenset(
    "absolute_path cache_creation_input_tokens cache_read_input_tokens ephemeral_1h_input_tokens"
    " ephemeral_5m_input_tokens file_path input_tokens max_output_tokens output_tokens"
    " reasoning_tokens tokens_after tokens_before total_tokens".split()
)
"""Names that stand in most events and hold keywords of rules: they are no secret and promise none,
and without them most texts need no rule."""
# A known value taken out of it leaves a placeholder, and what is left is still opaque.
_BASE64 = r"(?:[0-9A-Za-z+/=_-]++|\[secret:[^\]\s]{1,100}\])*+\Z"
_ENCODED = re.compile(_BASE64)
_DATA_URL = re.compile(rf"data:[\w.+-]+/[\w.+;=-]+;base64,{_BASE64}")


def is_opaque(owner: Mapping[str, Any], field: str, value: str) -> bool:
    """Whether the string under `field` of this object is signed, encrypted or an image."""
    if value.startswith("data:"):
        return _DATA_URL.match(value) is not None
    if field not in _FIELDS:
        return False
    named = field in _ALWAYS or (
        not _BESIDE[field].isdisjoint(owner) or owner.get("type") in _OF_TYPE[field]
    )
    return named and _ENCODED.match(value) is not None


def promised(owner: Mapping[str, Any], field: str) -> Promise:
    """What stands to be expected under a field: by its name, or by the `name` beside `value`."""
    if field in {"value", "Value"}:
        name = owner.get("name") or owner.get("key") or owner.get("Name") or owner.get("Key")
        return promise(name) if isinstance(name, str) else Promise.NONE
    return promise(field)


class Parts:
    """The strings of a value, told apart by what they are scanned for.

    Attributes:
        texts: keys and strings for known values and rules.
        opaque: strings for known values alone.
        named: a string stands under a name that promises a secret, and looks like one.
        number: one of the numbers given at the start is among the values.
        places: the files that the value is about.
    """

    def __init__(self, value: Any, numbers: Mapping[float, str]) -> None:
        self.texts: list[str] = []
        self.opaque: list[str] = []
        self.named = False
        self.number = False
        self.places: list[str] = []
        self._numbers = numbers
        self._open: list[Any] = [value]
        while self._open:
            self._collect(self._open.pop())

    def _collect(self, node: Any) -> None:
        if isinstance(node, dict):
            self._object(cast("dict[str, Any]", node))
        elif isinstance(node, (list, tuple)):
            self._array(cast("list[Any]", node), Promise.NONE)
        elif isinstance(node, str):
            self.texts.append(node)
        elif node is not None and not isinstance(node, (int, float)):
            raise TypeError("not a JSON value")
        elif self._numbers and node in self._numbers:
            self.number = True

    def _object(self, node: dict[str, Any]) -> None:
        texts = self.texts
        for field, inner in node.items():
            if field not in _PLAIN:
                texts.append(field)
            if isinstance(inner, str):
                if is_opaque(node, field, inner):
                    self.opaque.append(inner)
                else:
                    texts.append(inner)
                if field in _PLACES and len(inner) < _LONGEST_PLACE:
                    self.places.append(inner)
                expected = promised(node, field)
                if expected and is_literal(inner, expected, "structured"):
                    self.named = True
            elif isinstance(inner, (list, tuple)):
                self._array(cast("list[Any]", inner), promise(field))
            else:
                self._open.append(inner)

    def _array(self, items: list[Any], expected: Promise) -> None:
        after_flag = Promise.NONE
        for item in items:
            if isinstance(item, str):
                self.texts.append(item)
                now = after_flag or expected
                if now and is_literal(item, now, "structured"):
                    self.named = True
                after_flag = flagged(item)
            else:
                self._open.append(item)


def flagged(argument: str) -> Promise:
    """What the argument after this one of a command line holds: `--password` promises one."""
    return promise(argument.lstrip("-")) if is_flag(argument) else Promise.NONE
