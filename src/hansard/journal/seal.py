"""Ed25519: an export signs its heads and itself, so that anybody can check it offline."""

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_KIND = "ed25519:"
_PUBLIC = re.compile(r"ed25519:[0-9a-f]{64}\Z")


class Seal:
    """The installation's signing key.

    Args:
        seed: the 32 secret bytes it is made of.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @property
    def public_key(self) -> str:
        """What others check signatures with: ``ed25519:`` and 64 hex digits."""
        return _KIND + self._key.public_key().public_bytes_raw().hex()

    def head(self, session_id: str, seq: int, head: str) -> str:
        """The signature of a session's head, in hex."""
        return self._key.sign(_head(session_id, seq, head)).hex()

    def file(self, digest: str) -> str:
        """The signature of a whole export by its SHA-256 in hex."""
        return self._key.sign(_file(digest)).hex()

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        # Eight megabytes that only an export or a check of one needs.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed)


def is_public_key(text: str) -> bool:
    """Whether a text is a public key as exports name theirs."""
    return _PUBLIC.match(text) is not None


def signed_head(public_key: str, session_id: str, seq: int, head: str, signature: str) -> bool:
    """Whether a head was signed with the key behind `public_key`."""
    return _holds(public_key, _head(session_id, seq, head), signature)


def signed_file(public_key: str, digest: str, signature: str) -> bool:
    """Whether a whole export was signed with the key behind `public_key`."""
    return _holds(public_key, _file(digest), signature)


def _head(session_id: str, seq: int, head: str) -> bytes:
    return f"hansard.head\n{session_id}\n{seq}\n{head}".encode()


def _file(digest: str) -> bytes:
    return f"hansard.export\n{digest}".encode()


def _holds(public_key: str, message: bytes, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = bytes.fromhex(public_key.removeprefix(_KIND))
        Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    # One spelling: a signature with another letter case is not what was written.
    return public_key.startswith(_KIND) and signature == signature.lower()
