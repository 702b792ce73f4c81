"""Is the value beside a telling name the secret itself, or code, a placeholder, a word?

Without these filters context rules fire on every second test file (reliability.md, 4.1).
"""

import re
from collections import Counter
from itertools import pairwise
from math import log2
from typing import Literal

from hansard.domain.ids import PREFIXES
from hansard.redaction.names import Promise, promise

Form = Literal["structured", "quoted", "bare"]

PLACEHOLDER = re.compile(r"\[(?:secret:[^\]\s]{1,100}|redaction failed)\]")
"""What this room itself, or an earlier run with other names, left in a text."""

_OWN_ID = re.compile(rf"(?:{'|'.join(PREFIXES)}|blob)_(?:[0-9a-f]{{32}}|[0-9a-f]{{64}})\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_TEMPLATE = re.compile(
    r"\$\{|\$\(|\{\{|%\(|%[sdrv](?![0-9A-Za-z])|\A[$@][A-Za-z_]\w*\Z|\A%\w+%\Z"
    r"|\A--[a-z][a-z-]*\Z|\A<.*>\Z|\A\{.*\}\Z|\A\[.*\]\Z|\A\$\w+[./:]"
)
_CODE = re.compile(
    r"(?:process\.env|os\.environ|os\.getenv|import\.meta|env\.|ENV\[|secrets\.|vars\."
    r"|config\.|settings\.|self\.|this\.)|\A[A-Za-z_$][\w$.:]*[(\[{<]|=>|\A[&*!][A-Za-z]|\|\||&&"
    r"|\A[A-Za-z_$]+(?:(?:\?*\.|->|::)[A-Za-z_$][\w$]*)+[)\]};,]*\Z"
    r"|\A[A-Za-z_$][\w$]*(?:(?:\?*\.|->|::)[A-Za-z_$]+)+[)\]};,]*\Z"
)
_PLACE = re.compile(
    r"://|\A(?:[~.]{0,2}/|[A-Za-z]:\\)[\w.@ +/\\-]*[/\\]|\A[\w./-]+\.(?:cfg|conf|crt|css|csv|env|go"
    r"|html?|ini|js|json|key|lock|log|md|pem|php|py|rb|rs|sh|sql|toml|ts|tsx|txt|xml|ya?ml)\Z"
    r"|\Aarn:|\Aop:"
)
_CLOUD_KEY = re.compile(r"[0-9A-Za-z/+]{40}\Z")  # of AWS: may begin with a slash like a path
_STOP = re.compile(
    r"example|placeholder|change[-_]?me|redacted|dummy|xxxx|\*\*\*\*|\.\.\.\.|…|•••|your[-_]"
    r"|your(?:pass|token|secret|key|access)|my-super|insert|replace|todo|not[-_]a[-_]|notreal|fake|mock",
    re.IGNORECASE,
)
_WORDS = frozenset(
    "admin any auto basic bearer bool boolean bytes char cookie default disabled empty"
    " enabled false forbidden guest header hidden inherit int integer invalid jwt key missing"
    " nil no none null number oauth oauth2 object optional pass passwd password postgres"
    " private prompt protected public read required root secret str string test text token"
    " true undefined unknown unset user username value write yes".split()
)
_WORDLIKE = re.compile(r"[A-Za-z]+(?:[-_.:/ ][A-Za-z]+)*[-_.]?[0-9]{0,4}\Z")
_IDENTIFIER = re.compile(
    r"[\[({<]|[A-Za-z_]+[0-9]{0,2}\Z|[a-z][a-z0-9]{0,11}(?:_[a-z0-9]{1,11})+\Z"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z"
)
_SPACE = re.compile(r"\s")
_DIGIT = re.compile(r"[0-9]")
_PART = re.compile(r"[-_.:/]")
_SHORTEST = {Promise.PASSWORD: 6, Promise.STRONG: 8, Promise.WEAK: 16}
_SHORTEST_PHRASE, _PHRASE_WORDS = 10, 10
_PHRASE_WORD = re.compile(r"[A-Za-z0-9!@#$%^&*+=?~_-]{1,24}\Z")
_SENTENCE = frozenset(
    "a access address again allow an and any are as at be by can cannot change character"
    " characters check choose code confirm contain contains correctly could create current"
    " data default do does enter error expired failed field file flow for forgot from form get"
    " had has have here hint hash if in incorrect input invalid is it keep key length login"
    " manager match matches minimum missing must my new no not of off old on one only optional or"
    " page pass passphrase password passwords please policy protected re read repeat require"
    " required reset save see send set should show so strength strong than that the them then"
    " there they this to token too type update use used user username uses value via was weak"
    " when will with without wrong you your".split()
)
"""Words of labels, hints and messages beside a field for a password."""
_WEAK_PASSWORDS = ("pass", "pwd", "secret", "test", "user")
_SPECIAL = frozenset("!@#$%^&*+=?~")
_RANDOM = 3.0
_SCRAMBLED = 16
_WORD = 3.0
_SMALL = re.compile(r"[a-z]+")


def entropy(text: str | bytes) -> float:
    """Shannon entropy of a text in bits per character."""
    total = len(text)
    if not total:
        return 0.0
    return -sum(n / total * log2(n / total) for n in Counter(text).values())


def is_own_id(value: str) -> bool:
    """Whether a value is one of our identifiers (`sesn_…`, `blob_…`), which are never secrets."""
    return _OWN_ID.match(value) is not None


def is_literal(value: str, name: Promise, form: Form) -> bool:
    """Whether a value under such a name is a secret written out.

    Args:
        value: the text between the quotes, or the whole JSON string.
        name: what the name beside it promises.
        form: `structured` for a JSON string under its key, `quoted` or `bare` inside a text.
    """
    value = PLACEHOLDER.sub("", value).strip()
    if not name or _is_void(value):
        return False
    if form == "structured" and name >= Promise.STRONG:
        return _is_argument(value, name)
    if _SPACE.search(value):
        return name is Promise.PASSWORD and form == "quoted" and _is_passphrase(value)
    if len(value) < _SHORTEST[name]:
        return False
    if _CODE.search(value) or (form == "bare" and _IDENTIFIER.match(value)):
        return False
    if name is Promise.PASSWORD:
        return _is_password(value, form)
    return _is_random(value) and not (name is Promise.WEAK and _UUID.match(value))


def _is_void(value: str) -> bool:
    """No secret under any name: empty, one of a few words, a template, a place, our own id."""
    return (
        len(value) < 4
        or value.lower().rstrip("?") in _WORDS
        or len(set(value)) < 4
        or _STOP.search(value) is not None
        or _TEMPLATE.search(value) is not None
        or (_PLACE.search(value) is not None and _CLOUD_KEY.match(value) is None)
        or is_own_id(value)
    )


def _is_argument(value: str, name: Promise) -> bool:
    if _CODE.match(value) or (promise(value) and not _has_digit(value)):
        return False
    if name is Promise.PASSWORD:
        return True
    words = value.split()
    return len(value) >= _SHORTEST[name] and (len(words) == 1 or _has_digit(value))


def _is_password(value: str, form: Form) -> bool:
    low = value.lower()
    if _is_scrambled(value):
        return True
    if _WORDLIKE.match(value) and (value.isalpha() or any(word in low for word in _WEAK_PASSWORDS)):
        return False
    if form == "bare" and len(value) < 8:
        return False
    return (_has_digit(value) and not value.isdigit()) or not _SPECIAL.isdisjoint(value[1:])


def _is_passphrase(value: str) -> bool:
    """Words that make no sentence: `correct horse battery`, `blue Monkey 42`."""
    said = value.split()
    return (
        2 <= len(said) <= _PHRASE_WORDS
        and len(value) >= _SHORTEST_PHRASE
        and all(_PHRASE_WORD.match(word) for word in said)
        and _SENTENCE.isdisjoint(word.lower() for word in said)
    )


def _is_label(value: str) -> bool:
    """`my-k8s-secret`: lower-case parts and hardly a digit."""
    parts = _PART.split(value)
    return len(parts) > 1 and value.islower() and len(_DIGIT.findall(value)) <= 2


def _is_random(value: str) -> bool:
    if _is_scrambled(value):
        return True
    if _WORDLIKE.match(value) or _is_label(value) or _is_camel(value):
        return False
    return _has_digit(value) and not value.isdigit() and entropy(value) >= _RANDOM


def _is_scrambled(value: str) -> bool:
    """Letters alone, whose case changes as it never does in words of any spelling."""
    if len(value) < _SCRAMBLED or not value.isascii() or not value.isalpha():
        return False
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(value))
    return changes > len(value) * 0.3 and _lower_run(value) < _WORD and entropy(value) >= _RANDOM


def _is_camel(value: str) -> bool:
    """`Linear3DEntity`: words put together, and hardly a digit."""
    if not value.isalnum() or value.islower() or value.isupper():
        return False
    return len(_DIGIT.findall(value)) <= 2 and _lower_run(value) >= _WORD


def _lower_run(value: str) -> float:
    """How long the stretches of small letters are in the mean: in words three and more."""
    runs = _SMALL.findall(value)
    return sum(map(len, runs)) / len(runs) if runs else 0.0


def _has_digit(value: str) -> bool:
    return _DIGIT.search(value) is not None
