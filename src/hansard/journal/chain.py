"""The hash chain of a session, and the bytes it runs over (architecture.md, section 10)."""

import hashlib
import hmac

import orjson

from hansard.domain import instant
from hansard.domain.events.base import Event

GENESIS = bytes(32)


def content_hash(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt ‖ payload): kept when payload and salt are erased."""
    return hashlib.sha256(salt + payload).digest()


def link(previous: bytes, manifest: bytes) -> bytes:
    """SHA-256(previous hash ‖ manifest)."""
    return hashlib.sha256(previous + manifest).digest()


def manifest(event: Event, actor: bytes, content: bytes) -> bytes:
    """The envelope without `pos`, `processed_at` and `hash`, with `content_hash`.

    One fixed template: the same event gives the same bytes for ever.
    """
    return _envelope_start(event, actor) + b',"content_hash":"' + content.hex().encode() + b'"}'


def wire(event: Event, actor: bytes, payload: bytes) -> bytes:
    """The event as the API gives it: the envelope, then the stored payload untouched."""
    processed = event.processed_at
    middle = f',"processed_at":{_quoted(processed)},"hash":"{event.hash}"'
    start = _envelope_start(event, actor, event.pos) + middle.encode()
    return start + (b"}" if payload == b"{}" else b"," + payload[1:])


def exported(
    event: Event, actor: bytes, content: bytes, salt: bytes | None, payload: bytes | None
) -> bytes:
    """The event as a line of an export: `wire` with what its hash follows from.

    Args:
        content: the content hash that the chain runs over.
        salt, payload: None when they were erased.
    """
    shown = "null" if salt is None else f'"{salt.hex()}"'
    middle = (
        f',"processed_at":{_quoted(event.processed_at)},"content_hash":"{content.hex()}"'
        f',"salt":{shown},"hash":"{event.hash}"'
    )
    start = _envelope_start(event, actor, event.pos) + middle.encode()
    return start + (b"}" if payload in (None, b"{}") else b"," + payload[1:])


def head_mac(key: bytes, session_id: str, seq: int, head: str) -> bytes:
    """What only this installation can make: the head of a chain under its key."""
    return hmac.digest(key, f"{session_id}\x1f{seq}\x1f{head}".encode(), "sha256")


def actor_bytes(event: Event) -> bytes:
    """The actor object in its one spelling."""
    return orjson.dumps(event.actor.to_wire())


def _envelope_start(event: Event, actor: bytes, pos: int | None = None) -> bytes:
    place = "" if pos is None else f'"pos":{pos},'
    text = (
        f'{{"id":"{event.id}","type":{_text(event.type)},"session_id":"{event.session_id}",'
        f'"session_thread_id":{_maybe(event.session_thread_id)},"seq":{event.seq},{place}'
        f'"segment":{event.segment},"turn_id":{_maybe(event.turn_id)},"v":{event.v},"actor":'
    )
    times = (
        f',"created_at":"{instant.to_wire(event.created_at)}"'
        f',"recorded_at":"{instant.to_wire(event.recorded_at)}"'
    )
    return text.encode() + actor + times.encode()


def _text(value: str) -> str:
    return orjson.dumps(value).decode()


def _maybe(value: str | None) -> str:
    return "null" if value is None else _text(value)


def _quoted(ms: int | None) -> str:
    return "null" if ms is None else f'"{instant.to_wire(ms)}"'
