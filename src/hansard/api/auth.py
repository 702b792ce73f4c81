"""Who is calling and what they may do: one authenticator for every credential and route."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import Request

from hansard.api.rooms import Caller, Rooms, quick, rooms
from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.errors import PermissionDenied, Unauthenticated
from hansard.domain.operations import Operation, Scope, covers
from hansard.store import members
from hansard.store.base import Store, Tx
from hansard.store.members import Key, Login, Member

COOKIE = "hansard_login"
LINK_MS = 15 * instant.MINUTE
COOKIE_MS = 30 * instant.DAY
_SECRET_BYTES = 24
_USED_EVERY_MS = instant.MINUTE
SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_WORKSPACE_HEADER = "anthropic-workspace-id"
_BY_ROLE: dict[str, Scope] = {"admin": "admin", "member": "write"}
"""What a person may do by role; any other role reads."""

RULES: dict[tuple[str, str], Scope] = {}
"""(method, path) → the scope a route needs: every route of the app stands here (P8 of
reliability.md section 0), or the route matrix test fails."""


def rule(method: str, path: str, scope: Scope) -> None:
    """Declare what a route needs."""
    RULES[method, path] = scope


def guard(operation: Operation) -> Callable[[Request], Awaitable[None]]:
    """What admits callers of an operation, before anything of the body is read.

    Raises (when called):
        Unauthenticated: no valid credential (S3-19).
        PermissionDenied: its scope is too small, it belongs to another workspace than the
            request names, or a browser request came from elsewhere.
    """
    rule(operation.method, operation.path, operation.scope)

    async def admit(request: Request) -> None:
        parts = rooms(request)
        if operation.scope == "public":
            request.state.caller = _nobody(parts, request)
            _same_origin(request, parts, cookie=True)
            return
        found = await identified(parts, request)
        _same_origin(request, parts, cookie=found.cookie)
        if request.headers.get(_WORKSPACE_HEADER, found.workspace_id) != found.workspace_id:
            raise PermissionDenied("this credential does not belong to that workspace")
        if not covers(found.scope, operation.scope):
            raise PermissionDenied(f"this needs the scope {operation.scope}")
        request.state.caller = found

    return admit


async def identified(parts: Rooms, request: Request) -> Caller:
    """The caller behind a request, found without holding the loop up.

    Raises:
        Unauthenticated: as `identify` does.
    """
    if parts.store.exclusive:
        # A file answers by an index in microseconds: a hop to another thread takes longer.
        return identify(parts, request)
    return await quick(identify, parts, request)


def identify(parts: Rooms, request: Request) -> Caller:
    """The caller behind a request's bearer token, API key or cookie; blocks.

    Raises:
        Unauthenticated: there is none, or it does not work (any more).
    """
    token = _bearer(request)
    if token is not None:
        found = _by_secret(parts, token, request)
    else:
        found = _by_cookie(parts, request)
    if found is None:
        raise Unauthenticated("send an API key as Authorization: Bearer or x-api-key, or log in")
    return found


def new_secret(prefix: str) -> str:
    """A random secret with a prefix that tells what it is."""
    return f"{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def hashed(secret: str) -> bytes:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def new_key(
    parts: Rooms, tx: Tx, *, name: str, scope: str, by: Caller, expires: int | None
) -> tuple[Key, str]:
    """Keep a new API key; the secret is given once."""
    now = parts.clock()
    key_id = ids.make("key", now, secrets.randbits(74))
    secret = new_secret("hansard_sk")
    key = Key(
        key_id, name, secret[:16], scope, by.workspace_id, by.principal, now, expires, None, None
    )
    members.add_key(tx, key, hashed(secret))
    return key, secret


def login_token(store: Store, login: Login, kind: str, now: int) -> str:
    """Make a one-time link token or a browser login; blocks."""
    token = new_secret("hansard_link" if kind == "link" else "hansard_login")
    lasts = LINK_MS if kind == "link" else COOKIE_MS
    store.submit(
        lambda tx: members.add_login(
            tx,
            {
                **login._asdict(),
                "hash": hashed(token),
                "kind": kind,
                "created_at": now,
                "expires_at": now + lasts,
            },
        )
    ).result()
    return token


def is_local(host: str) -> bool:
    """Whether an address is loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hostname(value: str) -> str:
    """The host name of a Host header, without its port; empty when it has none, or has anything
    beside it: a name, a path, a password."""
    found = _HOST.fullmatch(value)
    return found["name"].strip("[]").lower() if found else ""


def _bearer(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    return request.headers.get("x-api-key") or None


def _by_secret(parts: Rooms, token: str, request: Request) -> Caller | None:
    digest = hashed(token)
    if hmac.compare_digest(digest, parts.admin_hash):
        owner = Member(str(parts.owner["id"]), str(parts.owner["name"]), "admin")
        return _person(parts.workspace_id, owner, request, "admin")
    key = parts.store.read(lambda c: members.key_by_hash(c, digest))
    if key is None or not _works(key, parts.clock()):
        return None
    _note_use(parts, key)
    scope: Scope = key.scope  # pyright: ignore[reportAssignmentType]
    return Caller(
        key.workspace_id,
        f"key:{key.id}",
        scope,
        Actor("key", key.id, key.name),
        None,
        False,
        _request_id(request),
        lambda: _still(parts, digest),
        key.id,
    )


def _still(parts: Rooms, digest: bytes) -> bool:
    key = parts.store.read(lambda c: members.key_by_hash(c, digest))
    return key is not None and _works(key, parts.clock())


def _works(key: Key, now: int) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def _note_use(parts: Rooms, key: Key) -> None:
    now = parts.clock()
    if key.last_used_at is None or now - key.last_used_at > _USED_EVERY_MS:
        parts.store.submit(lambda tx: members.used_key(tx, key.workspace_id, key.id, now))


def _by_cookie(parts: Rooms, request: Request) -> Caller | None:
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    digest = hashed(token)

    def works() -> Login | None:
        return parts.store.read(lambda c: members.login(c, digest, "cookie", parts.clock()))

    found = works()
    if found is None:
        return None
    everyone = parts.store.read(lambda c: members.all_members(c, found.workspace_id))
    member = next((m for m in everyone if m.id == found.member_id), None)
    if member is None:
        return None
    made = _person(found.workspace_id, member, request, "member")
    return replace(made, cookie=True, again=lambda: works() is not None, key_id=found.key_id)


def _person(workspace_id: str, member: Member, request: Request, kind: str) -> Caller:
    return Caller(
        workspace_id,
        f"{kind}:{member.id}",
        _BY_ROLE.get(member.role, "read"),
        Actor("person", member.id, member.name),
        member.id,
        False,
        _request_id(request),
    )


def _nobody(parts: Rooms, request: Request) -> Caller:
    return Caller(
        parts.workspace_id, "nobody", "public", Actor("system"), None, False, _request_id(request)
    )


def _same_origin(request: Request, parts: Rooms, *, cookie: bool) -> None:
    """A browser's unsafe request must come from our own page (reliability.md 2, CSRF)."""
    if not cookie or request.method in SAFE:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if origin is None and site in ("same-origin", "none") and "sec-fetch-site" in request.headers:
        return
    if origin is None and request.url.path == "/v1/login" and not request.cookies:
        return
    # Behind a proxy that speaks TLS only the public address says so.
    schemes = {request.url.scheme, parts.url.partition("://")[0]}
    ours = {f"{scheme}://{request.headers.get('host')}" for scheme in schemes}
    if origin not in ours or site == "cross-site":
        raise PermissionDenied("this request came from another site")


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))
