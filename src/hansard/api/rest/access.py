"""Access: API keys, login links, the browser's cookie, who is calling."""

import asyncio
from typing import Any

import orjson
from fastapi import Request, Response

from hansard.api import auth
from hansard.api.idempotency import Once, once, refuse_key
from hansard.api.rest.models import CreateKey, Enter
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, RoomsDep
from hansard.audit.record import Entry, write
from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound, Unauthenticated
from hansard.domain.operations import SCOPES
from hansard.store import members
from hansard.store.base import Tx
from hansard.store.members import Key, Login


async def list_keys(parts: RoomsDep, who: CallerDep) -> Response:
    """API keys without their secrets."""
    found = await asyncio.to_thread(parts.store.read, lambda c: members.keys(c, who.workspace_id))
    return json_response(orjson.dumps({"data": [_shown(key) for key in found], "next_page": None}))


async def create_key(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateKey
) -> Response:
    """Create a key; its secret is in this answer and nowhere else."""
    refuse_key(request)
    if body.scope not in SCOPES:
        raise InvalidRequest(f"scope: one of {', '.join(SCOPES)}")
    expires = None
    if body.expires_at is not None:
        try:
            expires = instant.from_wire(body.expires_at)
        except (ValueError, OverflowError) as problem:
            raise InvalidRequest("expires_at: an RFC 3339 instant") from problem
        if expires <= parts.clock():
            raise InvalidRequest("expires_at: it is over already; give an instant to come")

    clean, _ = parts.journal.scan(who.workspace_id)({"name": body.name})
    name = str(clean["name"])

    def job(tx: Tx) -> tuple[Key, str]:
        key, secret = auth.new_key(parts, tx, name=name, scope=body.scope, by=who, expires=expires)
        entry = Entry(
            who.workspace_id, who.actor, "key.create", key.id, key.created_at, who.request_id
        )
        write(tx, entry)
        return key, secret

    key, secret = await parts.store.write(job)
    return json_response(orjson.dumps({**_shown(key), "secret": secret}))


async def revoke_key(request: Request, parts: RoomsDep, who: CallerDep, key_id: str) -> Response:
    """Revoke a key; open streams of it end within seconds."""

    async def act(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            now = parts.clock()
            if not members.revoke_key(tx, who.workspace_id, key_id, now):
                raise NotFound(f"there is no key {key_id[:100]}")
            write(tx, Entry(who.workspace_id, who.actor, "key.revoke", key_id, now, who.request_id))
            mine.keep_in(tx, orjson.dumps({"id": key_id, "type": "api_key_revoked"}))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


async def make_login_link(request: Request, parts: RoomsDep, who: CallerDep) -> Response:
    """A link that logs one browser in, once, within fifteen minutes."""
    refuse_key(request)
    member = who.member_id or str(parts.owner["id"])
    login = Login(who.workspace_id, member, who.key_id)
    token = await asyncio.to_thread(auth.login_token, parts.store, login, "link", parts.clock())
    link = {"type": "login_link", "url": f"{parts.url}/login#token={token}", "expires_in": 900}
    return json_response(orjson.dumps(link))


async def enter(request: Request, parts: RoomsDep, body: Enter) -> Response:
    """Spend a login link: the browser gets an HttpOnly cookie."""
    refuse_key(request)
    digest = auth.hashed(body.token.strip())
    now = parts.clock()
    found = await asyncio.to_thread(
        parts.store.read, lambda c: members.login(c, digest, "link", now)
    )
    spent = found is not None and await parts.store.write(
        lambda tx: members.use_login(tx, digest, now)
    )
    if found is None or not spent:
        raise Unauthenticated("this login link was used or is too old: make one by hansard login")
    token = await asyncio.to_thread(auth.login_token, parts.store, found, "cookie", now)
    answer = json_response(orjson.dumps({"type": "login", "workspace_id": found.workspace_id}))
    answer.set_cookie(
        auth.COOKIE,
        token,
        max_age=auth.COOKIE_MS // 1000,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


async def leave(request: Request, parts: RoomsDep, who: CallerDep) -> Response:
    """Sign this browser out."""
    token = request.cookies.get(auth.COOKIE, "")
    digest, now = auth.hashed(token), parts.clock()
    await parts.store.write(lambda tx: members.use_login(tx, digest, now))
    answer = json_response(orjson.dumps({"type": "logout"}))
    answer.delete_cookie(auth.COOKIE, path="/")
    return answer


async def me(parts: RoomsDep, who: CallerDep) -> Response:
    """Who is calling, where, and what runs here."""
    user: Any = {"id": who.member_id, "name": who.actor.name} if who.member_id else None
    ours = who.workspace_id == parts.workspace_id
    found: Json = {
        "type": "me",
        "user": user,
        "principal": who.principal,
        "scope": who.scope,
        "workspace": {"id": who.workspace_id, "name": parts.workspace_name if ours else None},
        "version": parts.version,
    }
    return json_response(orjson.dumps(found))


def _shown(key: Key) -> Json:
    return {
        "id": key.id,
        "type": "api_key",
        "name": key.name,
        "prefix": key.prefix,
        "scope": key.scope,
        "created_at": instant.to_wire(key.created_at),
        "expires_at": instant.maybe(key.expires_at),
        "last_used_at": instant.maybe(key.last_used_at),
        "revoked_at": instant.maybe(key.revoked_at),
    }
