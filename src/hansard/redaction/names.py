"""Which names promise a secret: argument names, environment variables, headers, CLI flags."""

import re
from enum import IntEnum
from functools import lru_cache


class Promise(IntEnum):
    """How surely a name announces that its value is a secret."""

    NONE = 0
    WEAK = 1
    """`token`, `auth`, `cookie`: the value has to look random too."""
    STRONG = 2
    """`client_secret`, `api_key`: anything that is not a placeholder."""
    PASSWORD = 3
    """People choose these, so even a word is one."""


_LONGEST_NAME = 80
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_PASS_OWNERS = frozenset(
    "admin auth basic db ftp keystore ldap login mail mysql pg postgres proxy redis root smtp"
    " ssh ssl sudo truststore user".split()
)
_PAT_OWNERS = frozenset("access ado azure devops gh git github gitlab gl personal token".split())
_OWNED = {
    # word: whose it has to be (nobody's in particular when empty), its promise then, and alone
    "base": (frozenset({"key"}), Promise.STRONG, Promise.NONE),  # secret_key_base of Rails
    "pat": (_PAT_OWNERS, Promise.WEAK, Promise.NONE),
    "pass": (_PASS_OWNERS, Promise.PASSWORD, Promise.NONE),
    "phrase": (frozenset({"pass", "recovery", "seed"}), Promise.PASSWORD, Promise.NONE),
    "pw": (frozenset[str](), Promise.PASSWORD, Promise.NONE),
    "pwd": (frozenset[str](), Promise.PASSWORD, Promise.WEAK),
}
_PLAIN_PASSES = frozenset("all any by first last multi no one second single test two".split())
_KEY_OWNERS = frozenset(
    "access account admin api app application auth authentication client crypto decryption"
    " deploy encrypt encryption hmac jwt master private secret service shared signing storage"
    " subscription".split()
)
_TOKEN_OWNERS = frozenset(
    "access admin api app auth authentication bearer bot ci deploy device github gitlab hf id"
    " integration jwt npm oauth personal private pypi refresh registry runner secret security"
    " service session slack telegram user vault".split()
)
_PLAIN_KEYS = frozenset(
    "cache column composite dict foreign group hash hot idempotency index json lookup map object"
    " partition primary public pub registry row s3 sort storage unique".split()
)
_NOT_A_SECRET_TOKEN = frozenset(
    "begin bos cancel cancellation continuation cursor delimiter end eos first last mask next"
    " pad page pagination parse per prev previous resume sep special start stop sync unk".split()
)
_GLUED = (
    ("password", Promise.PASSWORD),
    ("passwd", Promise.PASSWORD),
    ("passphrase", Promise.PASSWORD),
    ("apikey", Promise.STRONG),
    ("accesskey", Promise.STRONG),
    ("accountkey", Promise.STRONG),
    ("privatekey", Promise.STRONG),
    ("secretkey", Promise.STRONG),
    ("signingkey", Promise.STRONG),
    ("authtoken", Promise.STRONG),
    ("accesstoken", Promise.STRONG),
    ("refreshtoken", Promise.STRONG),
    ("secret", Promise.STRONG),
    ("token", Promise.WEAK),
)
_PLURALS = {
    "keys": "key",
    "passwords": "password",
    "secrets": "secret",
    "tokens": "token",
}
_ALONE = {
    **dict.fromkeys(("passwd", "passcode", "passphrase", "password", "passwort"), Promise.PASSWORD),
    **dict.fromkeys(("authorization", "secret"), Promise.STRONG),
    **dict.fromkeys(
        "auth bearer cookie cred credential credentials creds jwt".split(), Promise.WEAK
    ),
}


@lru_cache(maxsize=8192)
def promise(name: str) -> Promise:
    """Say what a name promises. The last word decides: `token_type` is a type, not a token."""
    if len(name) > _LONGEST_NAME:
        return Promise.NONE
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words:
        return Promise.NONE
    last: str = words[-1]
    owner = words[-2] if len(words) > 1 else ""
    return _of_words(_PLURALS.get(last, last), owner, name.isupper())


def _of_words(last: str, owner: str, is_variable: bool) -> Promise:
    if last == "key":
        return _of_key(owner, is_variable)
    if last == "pass" and is_variable and owner and owner not in _PLAIN_PASSES:
        return Promise.PASSWORD
    if last == "token":
        return _of_token(owner)
    if last in _OWNED:
        owners, owned, alone = _OWNED[last]
        return owned if owner and (not owners or owner in owners) else alone
    if last in _ALONE:
        return _ALONE[last]
    return next((surety for end, surety in _GLUED if last.endswith(end)), Promise.NONE)


def _of_key(owner: str, is_variable: bool) -> Promise:
    if owner in _KEY_OWNERS:
        return Promise.STRONG
    # OPENAI_KEY in an environment is a secret, `row_key` in code is not.
    return Promise.WEAK if is_variable and owner and owner not in _PLAIN_KEYS else Promise.NONE


def _of_token(owner: str) -> Promise:
    if owner in _TOKEN_OWNERS:
        return Promise.STRONG
    return Promise.NONE if owner in _NOT_A_SECRET_TOKEN else Promise.WEAK


def is_flag(argument: str) -> bool:
    """Whether a command-line argument is a flag whose value follows as the next argument."""
    return argument[:2] == "--" and "=" not in argument and promise(argument[2:]) > Promise.NONE
