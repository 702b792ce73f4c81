"""Redaction: its rules, a text to try them on, and the search for secrets known later."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import orjson
from fastapi import Request, Response
from pydantic import Field

from hansard.api.idempotency import Once, once
from hansard.api.rest import words
from hansard.api.rest.models import Body
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import rules
from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.redaction.outcome import Redaction
from hansard.redaction.scan import Scanner
from hansard.store import redaction_rules, rescans
from hansard.store.base import Tx

_MOST_TEXT = 1 << 20


class CreateRule(Body):
    """A detection rule to add."""

    rule: words.Rule
    enabled: bool = True


class UpdateRule(Body):
    """What to change of a rule."""

    rule: words.Rule | None = None
    enabled: bool | None = None


class TestText(Body):
    """A text to try the rules on."""

    text: str = Field(max_length=_MOST_TEXT)


async def list_rules(parts: RoomsDep, who: CallerDep) -> Response:
    """Every rule that is applied to this workspace's events, or could be."""
    kept = await asyncio.to_thread(
        parts.store.read, lambda c: redaction_rules.everything(c, who.workspace_id)
    )
    found = rules.listed(parts.scanners.rules, kept)
    return json_response(orjson.dumps({"data": found, "next_page": None}))


async def create_rule(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateRule
) -> Response:
    """Add a rule; it counts from the next event on."""

    def act(tx: Tx, now: int, scanner: Scanner) -> Json:
        return rules.create(
            tx,
            who.workspace_id,
            body.rule,
            enabled=body.enabled,
            scanner=scanner,
            by=who.principal,
            now=now,
        )

    return await _changed(request, parts, who, "redact.rule.create", act)


async def update_rule(
    request: Request, parts: RoomsDep, who: CallerDep, rule_id: str, body: UpdateRule
) -> Response:
    """Change or switch a rule; it counts from the next event on."""

    def act(tx: Tx, now: int, scanner: Scanner) -> Json:
        return rules.update(
            tx,
            who.workspace_id,
            rule_id,
            raw=body.rule,
            enabled=body.enabled,
            pack=parts.scanners.rules,
            scanner=scanner,
            by=who.principal,
            now=now,
        )

    return await _changed(request, parts, who, "redact.rule.update", act)


async def delete_rule(request: Request, parts: RoomsDep, who: CallerDep, rule_id: str) -> Response:
    """Remove a rule of the workspace."""

    def act(tx: Tx, now: int, scanner: Scanner) -> Json:
        return rules.delete(tx, who.workspace_id, rule_id)

    return await _changed(request, parts, who, "redact.rule.delete", act)


async def test_text(parts: RoomsDep, who: CallerDep, body: TestText) -> Response:
    """What would be taken out of a text; JSON is taken by its structure, as events are."""
    scanner = parts.scanners.of(who.workspace_id)
    text, found = await asyncio.to_thread(_tried, scanner, body.text)
    return json_response(
        orjson.dumps(
            {
                "type": "redaction_test",
                "text": text,
                "redactions": [redaction.to_wire() for redaction in found],
            }
        )
    )


async def list_rescans(parts: RoomsDep, who: CallerDep) -> Response:
    """Searches of the record for secrets that became known after it was written."""
    found = await asyncio.to_thread(
        parts.store.read, lambda c: rescans.everything(c, who.workspace_id)
    )
    data: list[Json] = [
        {
            "type": "redaction_rescan",
            "name": one.name,
            "state": one.state,
            "sessions_done": one.sessions_done,
            "sessions_total": one.sessions_total,
            "events": one.events,
            "started_at": instant.to_wire(one.started_at),
            "finished_at": instant.maybe(one.finished_at),
        }
        for one in found
    ]
    return json_response(orjson.dumps({"data": data, "next_page": None}))


async def _changed(
    request: Request,
    parts: Rooms,
    who: Caller,
    name: str,
    act: Callable[[Tx, int, Scanner], Json],
) -> Response:
    """Make a change, with its audit entry, and let it count at once."""
    scanner = parts.scanners.of(who.workspace_id)

    async def run(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            now = parts.clock()
            shown = act(tx, now, scanner)
            write(
                tx,
                Entry(who.workspace_id, who.actor, name, str(shown["id"]), now, who.request_id),
            )
            mine.keep_in(tx, orjson.dumps(shown))

        await parts.store.write(job)
        await asyncio.to_thread(parts.scanners.renew, who.workspace_id)
        return mine.body

    return await once(request, parts, who, run)


def _tried(scanner: Scanner, text: str) -> tuple[str, list[Redaction]]:
    try:
        value: Any = orjson.loads(text)
    except ValueError:
        return scanner.scan_text(text)
    if not isinstance(value, dict):
        return scanner.scan_text(text)
    clean, found = scanner.scan(cast(Json, value))
    return (orjson.dumps(clean).decode() if found else text), found
