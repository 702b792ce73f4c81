"""From draft to final bytes: redact, move what is large aside, encode, salt, hash."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import orjson

from hansard.domain.draft import Draft, Json, Redacted
from hansard.journal import chain

LARGE = 64 * 1024
PREVIEW = 2_000
_SALT_BYTES = 16
_DEPTH = 200

Scan: TypeAlias = Callable[[Json], tuple[Json, list[Json]]]
"""The scanner of a workspace: payload in, clean payload and redactions out."""


@dataclass(slots=True)
class Prepared:
    """A redacted draft with its final payload bytes and what was moved to blobs."""

    draft: Draft
    payload: Json
    body: bytes
    salt: bytes
    content: bytes
    blobs: dict[str, tuple[str, bytes]]


def prepare(drafts: Iterable[Draft], scan: Scan) -> list[Prepared]:
    """Make drafts ready for the log. Pure work: runs in any thread."""
    return [_one(Redacted.of(draft, scan)) for draft in drafts]


def _one(clean: Redacted) -> Prepared:
    payload, body = encode(clean.payload)
    blobs: dict[str, tuple[str, bytes]] = {}
    if len(body) > LARGE or b'"base64"' in body:
        payload = cast(Json, _aside(payload, blobs))
        if blobs:
            body = orjson.dumps(payload)
    salt = os.urandom(_SALT_BYTES)
    return Prepared(clean.draft, payload, body, salt, chain.content_hash(salt, body), blobs)


def encode(payload: Json) -> tuple[Json, bytes]:
    """A payload and its bytes; what JSON in UTF-8 cannot hold is replaced, never refused.

    Lone surrogates become U+FFFD, integers beyond 64 bits become text.
    """
    try:
        return payload, orjson.dumps(payload)
    except TypeError:
        spelled: Json = _spellable(payload, 0)
        return spelled, orjson.dumps(spelled)


def _spellable(value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        return "[nested too deeply]"
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        fields = cast("dict[Any, Any]", value)
        return {str(_spellable(k, depth)): _spellable(v, depth + 1) for k, v in fields.items()}
    if isinstance(value, list):
        return [_spellable(v, depth + 1) for v in cast("list[Any]", value)]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return str(value)
    return value


def _aside(value: Any, blobs: dict[str, tuple[str, bytes]], depth: int = 0) -> Any:
    """Replace large strings and inline images by references; the contents go to `blobs`."""
    if isinstance(value, str):
        if len(value) <= LARGE // 4 or len(value.encode()) <= LARGE:
            return value
        return _reference(value.encode(), "text/plain; charset=utf-8", value[:PREVIEW], blobs)
    if depth > _DEPTH:
        return value
    if isinstance(value, dict):
        fields = cast(Json, value)
        if fields.get("type") == "base64" and isinstance(fields.get("data"), str):
            media = str(fields.get("media_type") or "application/octet-stream")
            return _reference(fields["data"].encode(), f"{media};base64", None, blobs)
        return {k: _aside(v, blobs, depth + 1) for k, v in fields.items()}
    if isinstance(value, list):
        return [_aside(v, blobs, depth + 1) for v in cast("list[Any]", value)]
    return value


def blob_id(body: bytes) -> str:
    """The id of a content: it follows from its bytes."""
    return "blob_" + hashlib.sha256(body).hexdigest()


def _reference(
    body: bytes, media_type: str, preview: str | None, blobs: dict[str, tuple[str, bytes]]
) -> Json:
    own = blob_id(body)
    blobs[own] = (media_type, body)
    return {
        "type": "blob",
        "blob_id": own,
        "media_type": media_type,
        "bytes": len(body),
        "preview": preview,
    }
