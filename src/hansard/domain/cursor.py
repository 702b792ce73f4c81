"""Opaque page cursors: signed, so that a reader can carry them but not make them."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import cast

from hansard.domain.errors import InvalidRequest

_TAG_BYTES = 12


def encode(key: bytes, content: dict[str, object]) -> str:
    """Sign and pack a cursor's content (JSON values)."""
    body = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(_tag(key, body) + body).decode().rstrip("=")


def decode(key: bytes, text: str) -> dict[str, object]:
    """Check and unpack a cursor.

    Raises:
        InvalidRequest: it was not made by this server, or was changed.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as problem:
        raise InvalidRequest("page: not a cursor of this server") from problem
    tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(key, body)):
        raise InvalidRequest("page: not a cursor of this server")
    return cast("dict[str, object]", json.loads(body))


def fingerprint(filters: dict[str, object]) -> str:
    """A short hash of a filter set; a cursor is good only for the filters it was made with."""
    body = json.dumps(filters, separators=(",", ":"), sort_keys=True, default=str).encode()
    return hashlib.sha256(body).hexdigest()[:16]


def _tag(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()[:_TAG_BYTES]
