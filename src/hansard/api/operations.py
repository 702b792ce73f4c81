"""Bind each operation of the table to its function; the routes are a print of the table."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from hansard.api import answers
from hansard.api.rest import (
    access,
    agents,
    bulk,
    context,
    database,
    detail,
    events,
    export,
    facets,
    files,
    history,
    imports,
    redaction,
    search,
    sessions,
    views,
)
from hansard.api.route import Guarded
from hansard.domain.operations import OPERATIONS

HANDLERS: dict[str, Callable[..., Awaitable[Response]]] = {
    "session.list": sessions.list_sessions,
    "session.create": sessions.create_session,
    "session.resolve": sessions.resolve_session,
    "session.retrieve": sessions.retrieve_session,
    "session.update": sessions.update_session,
    "session.archive": sessions.archive_session,
    "session.unarchive": sessions.unarchive_session,
    "session.reset": context.reset_session,
    "session.compact": context.compact_session,
    "session.status": history.session_status,
    "session.history": history.session_history,
    "session.context": detail.session_context,
    "session.metrics": detail.session_metrics,
    "session.timeline": detail.session_timeline,
    "session.edits": detail.session_edits,
    "session.outline": detail.session_outline,
    "session.find": detail.session_find,
    "session.audit": detail.session_audit,
    "session.delete": sessions.delete_session,
    "session.events": events.list_events,
    "session.send": events.send_events,
    "session.stream": events.stream_events,
    "session.blob": events.read_blob,
    "session.export": export.export_session,
    "session.export_many": export.export_sessions,
    "session.verify": export.verify_session,
    "db.report": database.read_report,
    "db.verify": database.verify_database,
    "db.backup": database.make_backup,
    "workspace.stream": events.stream_workspace,
    "search.query": search.query,
    "agent.list": agents.list_agents,
    "agent.create": agents.create_agent,
    "agent.retrieve": agents.retrieve_agent,
    "agent.update": agents.update_agent,
    "agent.versions": agents.list_versions,
    "agent.archive": agents.archive_agent,
    "session.facets": facets.list_facets,
    "bulk.create": bulk.create_bulk,
    "bulk.list": bulk.list_bulk,
    "bulk.retrieve": bulk.retrieve_bulk,
    "bulk.cancel": bulk.cancel_bulk,
    "view.list": views.list_views,
    "view.create": views.create_view,
    "view.update": views.update_view,
    "view.delete": views.delete_view,
    "file.upload": files.upload_file,
    "file.list": files.list_files,
    "file.retrieve": files.retrieve_file,
    "file.content": files.read_file,
    "file.delete": files.delete_file,
    "import.list": imports.list_imports,
    "import.start": imports.start_import,
    "key.list": access.list_keys,
    "key.create": access.create_key,
    "key.revoke": access.revoke_key,
    "login.link": access.make_login_link,
    "login.enter": access.enter,
    "login.leave": access.leave,
    "redact.rules": redaction.list_rules,
    "redact.rule.create": redaction.create_rule,
    "redact.rule.update": redaction.update_rule,
    "redact.rule.delete": redaction.delete_rule,
    "redact.test": redaction.test_text,
    "redact.rescans": redaction.list_rescans,
    "caller.me": access.me,
}


def install(router: APIRouter) -> None:
    """Add every operation as a route, each behind its guard.

    Args:
        router: the application's own: one that is included is searched twice for each request.
    """
    for operation in OPERATIONS:
        router.add_api_route(
            operation.path,
            HANDLERS[operation.name],
            methods=[operation.method],
            operation_id=operation.name,
            summary=operation.summary,
            tags=[operation.name.partition(".")[0]],
            responses=answers.of(operation),
            response_class=Response,
            route_class_override=Guarded,
        )
