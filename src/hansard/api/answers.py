"""What each operation answers, for the description of the API."""

from typing import Any

from pydantic import BaseModel

from hansard.api import auth
from hansard.api.rest import events
from hansard.api.shapes import access, agent, base, detail, event, listing, record, session
from hansard.domain.operations import Operation
from hansard.export.discover import all_formats

_REFUSALS = {
    400: "malformed, or more than is allowed",
    401: "no valid credential",
    403: "the credential's scope is too small",
    404: "there is nothing of this name here",
    409: "not in the state that this needs",
    "default": "refused by the server as a whole, or failed",
}
_OF_BODIES = {
    408: "the body took too long to arrive",
    413: "the body is over its limit",
    422: "the idempotency key came with another body before",
}
SHAPES: dict[str, type[BaseModel]] = {
    "session.list": session.SessionPage,
    "session.create": session.Session,
    "session.resolve": session.Session,
    "session.retrieve": session.Session,
    "session.update": session.Session,
    "session.archive": session.Session,
    "session.unarchive": session.Session,
    "session.reset": session.SessionAfterReset,
    "session.compact": session.CompactedSession,
    "session.status": session.SessionStatus,
    "session.history": session.SessionHistory,
    "session.context": detail.SessionContext,
    "session.metrics": detail.SessionMetrics,
    "session.timeline": detail.SessionTimeline,
    "session.edits": detail.SessionEdits,
    "session.outline": detail.SessionOutline,
    "session.find": detail.FoundEvents,
    "session.audit": detail.AuditPage,
    "session.delete": session.DeletedSession,
    "session.events": event.EventPage,
    "session.send": event.SentEvents,
    "search.query": event.HitPage,
    "agent.list": agent.AgentPage,
    "agent.create": agent.Agent,
    "agent.retrieve": agent.Agent,
    "agent.update": agent.Agent,
    "agent.versions": agent.AgentPage,
    "agent.archive": agent.Agent,
    "import.list": record.ImportPage,
    "import.start": record.ImportPage,
    "key.list": access.KeyPage,
    "key.create": access.NewKey,
    "key.revoke": access.RevokedKey,
    "login.link": access.LoginLink,
    "login.enter": access.Login,
    "login.leave": access.Logout,
    "caller.me": access.Me,
    "session.facets": listing.Facets,
    "session.verify": record.Verification,
    "bulk.create": listing.BulkOperation,
    "bulk.list": listing.BulkPage,
    "bulk.retrieve": listing.WatchedBulk,
    "bulk.cancel": listing.BulkOperation,
    "view.list": listing.ViewPage,
    "view.create": listing.View,
    "view.update": listing.View,
    "view.delete": base.Deleted,
    "file.upload": event.File,
    "file.list": event.FilePage,
    "file.retrieve": event.File,
    "file.delete": base.Deleted,
    "db.report": record.IntegrityReport,
    "db.backup": record.Backup,
    "redact.rules": record.RulePage,
    "redact.rule.create": record.Rule,
    "redact.rule.update": record.Rule,
    "redact.rule.delete": base.Deleted,
    "redact.test": record.RedactionTest,
    "redact.rescans": record.RescanPage,
    "dashboard.create": session.Session,
    "dashboard.list": session.SessionPage,
    "dashboard.retrieve": session.Session,
    "dashboard.events": event.EventPage,
    "dashboard.messages": event.SentEvents,
    "dashboard.interrupt": event.SentEvents,
    "dashboard.archive": session.Session,
}
"""Answers in JSON by operation. A new operation adds its own."""

FRAMES: dict[str, tuple[type[BaseModel], ...]] = {
    "session.stream": (event.Event, session.Resync),
    "workspace.stream": (session.RowUpsert, session.RowRemove, event.Event, session.Resync),
    "dashboard.stream": (event.Event, session.Resync),
}
"""What the server-sent events of a stream carry."""
_LINES = ("application/jsonl",)
_EXPORTS = tuple(form.media_type.partition(";")[0] for form in all_formats().values())
BYTES = {
    "session.blob": tuple(
        dict.fromkeys(kind.partition(";")[0] for kind in (*events.SHOWN, events.OPAQUE))
    ),
    "file.content": ("*/*",),  # what its sender called it
    "session.export": _EXPORTS,
    "session.export_many": _EXPORTS,
    "db.verify": _LINES,
}
"""Answers that are no JSON: operation → media types."""


PLACE = "#/components/schemas/{model}"
"""Where the description keeps a shape."""
_REFUSAL: dict[str, Any] = {
    "content": {"application/json": {"schema": {"$ref": PLACE.format(model="Refusal")}}}
}


def of(operation: Operation) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation's route."""
    refusals = _REFUSALS if operation.method in auth.SAFE else _REFUSALS | _OF_BODIES
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": why, **_REFUSAL} for status, why in refusals.items()
    }
    # One status brings the model along, the others point at it: FastAPI makes a field of each
    # model that it is given, at every start.
    found["default"] = {"description": refusals["default"], "model": base.Refusal}
    media = BYTES.get(operation.name)
    good: dict[str, Any] = {"description": operation.summary}
    if operation.streams:
        good["content"] = {"text/event-stream": _frames(operation.name)}
    elif media is not None:
        good["content"] = {name: {"schema": {"type": "string"}} for name in media}
    elif operation.name in SHAPES:
        good["model"] = SHAPES[operation.name]
    else:
        good["content"] = {"application/json": {"schema": {"type": "object"}}}
    return {200: good, **found}


def _frames(name: str) -> dict[str, Any]:
    """One of the server-sent events of a stream, in the field of OpenAPI 3.2."""
    carried = [{"$ref": PLACE.format(model=shape.__name__)} for shape in FRAMES[name]]
    data = {"type": "string", "contentMediaType": "application/json"}
    return {
        "itemSchema": {
            "type": "object",
            "required": ["event", "data"],
            "properties": {
                "id": {"type": "string", "description": "Where to resume"},
                "event": {"type": "string"},
                "data": {**data, "contentSchema": {"anyOf": carried}},
            },
        },
    }
