"""What answers look like for people, by operation; one that has no view here gets a plain one."""

import json
from collections.abc import Callable
from typing import Any, cast

from hansard.cli import counts, detail, figures, history, rows
from hansard.cli.answer import entries, part
from hansard.cli.call import Call, Lines
from hansard.cli.table import Column, table
from hansard.cli.terminal import Piece, Styled
from hansard.domain.draft import Json

View = Callable[[Any, Call], Lines]
_MOST_COLUMNS = 8


def lines(operation: str, value: Any, call: Call) -> Lines:
    """The lines that show an operation's answer."""
    return _VIEWS.get(operation, anything)(value, call)


def anything(value: Any, call: Call) -> Lines:
    """Any answer: a list as a table of its plain fields, an object as one field per line."""
    if isinstance(value, dict) and not isinstance(cast(Json, value).get("data"), list):
        return fields(cast(Json, value))
    found = list(entries(value))
    if not found:
        return [("Nothing.",)]
    if not all(isinstance(entry, dict) for entry in found):
        return [(_plain(entry),) for entry in found]
    names = [n for n in found[0] if n != "type" and _is_plain(found, n)][:_MOST_COLUMNS]
    columns = [Column(name.upper(), gives=name != "id") for name in names]
    return table(columns, [[_plain(e.get(n)) for n in names] for e in found], call.width)


def fields(value: Json) -> Lines:
    """One field per line; nested ones as JSON."""
    wide = max((len(name) for name in value), default=0)
    return [(Styled(name.ljust(wide), "dim"), "  ", _plain(entry)) for name, entry in value.items()]


def sessions(value: Any, call: Call) -> Lines:
    """`session list`."""
    return rows.session_table(list(entries(value)), call.now, call.width)


def changed(value: Any, call: Call) -> Lines:
    """A session after a change of it: one line."""
    row: Json = value
    status = rows.label(row)
    label: Piece = Styled(status.text, status.style) if status.style else status.text
    return [(label, "  ", rows.title(row), "  ", Styled(str(row.get("id")), "dim"))]


def agents(value: Any, call: Call) -> Lines:
    """`agent list`."""
    columns = (
        Column("NAME"),
        Column("MODEL"),
        Column("VERSION", right=True),
        Column("DESCRIPTION", gives=True),
        Column("ID"),
    )
    body = [
        [
            _plain(agent.get("name")),
            _plain(part(agent, "model").get("id")),
            _plain(agent.get("version")),
            _plain(agent.get("description") or None),
            _plain(agent.get("id")),
        ]
        for agent in entries(value)
    ]
    return table(columns, body, call.width) if body else [("No agents.",)]


def keys(value: Any, call: Call) -> Lines:
    """`key list`."""
    columns = (
        Column("NAME", gives=True),
        Column("SCOPE"),
        Column("SECRET"),
        Column("CREATED", right=True),
        Column("LAST USED", right=True),
        Column("STATE"),
        Column("ID"),
    )
    body = [
        [
            _plain(key.get("name")),
            _plain(key.get("scope")),
            f"{key.get('prefix') or ''}…",
            figures.ago(key.get("created_at"), call.now),
            figures.ago(key.get("last_used_at"), call.now),
            _key_state(key, call.now),
            _plain(key.get("id")),
        ]
        for key in entries(value)
    ]
    return table(columns, body, call.width) if body else [("No keys.",)]


def imports(value: Any, call: Call) -> Lines:
    """`import-status`, and the end of `import`."""
    columns = (
        Column("STATE"),
        Column("SOURCE"),
        Column("FILES", right=True),
        Column("SESSIONS", right=True),
        Column("EVENTS", right=True),
        Column("SKIPPED", right=True),
        Column("PATH", gives=True),
    )
    body = [
        [
            _plain(source.get("state")),
            _plain(source.get("name") or source.get("format")),
            f"{source.get('files_done') or 0:,}/{source.get('files_total') or 0:,}",
            f"{source.get('sessions') or 0:,}",
            f"{source.get('events') or 0:,}",
            f"{source.get('records_skipped') or 0:,}",
            _plain(source.get("path")),
        ]
        for source in entries(value)
    ]
    return table(columns, body, call.width) if body else [("No sources.",)]


def _key_state(key: Json, now: int) -> str:
    if key.get("revoked_at"):
        return "revoked"
    expires = figures.parsed(key.get("expires_at"))
    if expires is not None and expires <= now:
        return "expired"
    return "works" if expires is None else f"until {figures.moment(key['expires_at'])}"


def _is_plain(found: list[Json], name: str) -> bool:
    return not any(isinstance(entry.get(name), dict | list) for entry in found)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return figures.UNKNOWN
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


_VIEWS: dict[str, View] = {
    "session.list": sessions,
    "session.create": changed,
    "session.update": changed,
    "session.archive": changed,
    "session.unarchive": changed,
    "session.status": history.status,
    "session.history": history.history,
    "session.context": detail.context,
    "session.metrics": detail.metrics,
    "session.timeline": detail.timeline,
    "session.edits": detail.edits,
    "session.outline": detail.outline,
    "session.find": detail.find,
    "session.audit": detail.audit,
    "agent.list": agents,
    "key.list": keys,
    "session.facets": counts.facets,
    "bulk.list": counts.operations,
    "file.list": counts.files,
    "import.list": imports,
}
