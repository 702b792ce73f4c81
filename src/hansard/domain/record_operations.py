"""What can be done with the record as a whole: take it out, check it, keep a copy of it."""

from hansard.domain.operation import Operation, Param

_SESSION = Param("session_id", "string", "Session id or key", "path", required=True)

_FORMATS = "jsonl (the whole record), markdown or html (the transcript)"

RECORD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "session.export",
        "Download a session: signed JSON lines to be imported again, or its transcript to be read",
        "GET",
        "/v1/sessions/{session_id}/export",
        "admin",
        (_SESSION, Param("format", "string", _FORMATS)),
        absent={"cli": "`hansard session export` takes one session or many"},
        audited=True,
    ),
    Operation(
        "session.export_many",
        "Download several sessions in one file",
        "POST",
        "/v1/sessions/export",
        "admin",
        (
            Param("session_ids", "strings", "Session ids or keys", "body"),
            Param("filter", "object", "Instead: which sessions, by the list's parameters", "body"),
            Param("format", "string", _FORMATS, "body"),
        ),
        cli="session export",
        audited=True,
    ),
    Operation(
        "session.verify",
        "Check a session's hash chain, and get its head signed",
        "GET",
        "/v1/sessions/{session_id}/verify",
        "read",
        (_SESSION,),
        cli="session verify",
    ),
    Operation(
        "db.report",
        "Integrity report: chains, rows against their logs, sizes, last backup",
        "GET",
        "/v1/database",
        "admin",
        (Param("full", "boolean", "Every session, not a sample"),),
        cli="db report",
    ),
    Operation(
        "db.verify",
        "Check the hash chain of every session, line by line as it goes",
        "GET",
        "/v1/database/verify",
        "admin",
        (),
        cli="verify",
    ),
    Operation(
        "db.backup",
        "Write a backup of the database while the server works",
        "POST",
        "/v1/database/backups",
        "admin",
        (
            Param(
                "path", "string", "A new file on the server's machine; backups/ if absent", "body"
            ),
        ),
        cli="db backup",
        audited=True,
    ),
)
