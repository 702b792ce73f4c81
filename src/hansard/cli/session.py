"""What the session commands do beyond their row of the operations table."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from hansard.cli import commands, figures, grammar, lookup, request, rows, views
from hansard.cli.answer import part, parts
from hansard.cli.call import Call, Output
from hansard.cli.commands import Special, Tree
from hansard.cli.failure import Exit, Failure, again
from hansard.cli.frames import Frame, follow
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.draft import Json
from hansard.domain.operation import Operation
from hansard.domain.operations import BY_NAME

_FIRST_ROWS = 20
_LAST_LINES = 10


def listed(call: Call, operation: Operation, values: Values) -> None:
    """`session list`: what needs a person and what is active first (S2-14)."""
    named: list[str] = [*(values.pop("agent") or []), *(values.get("agent_id") or [])]
    values["agent_id"] = [lookup.agent_id(call, name) for name in named] or None
    view: str | None = values.pop("view")
    if view is not None:
        _through(_view(call, view), values)
    if values.get("sort") is None and values.get("order") is None:
        values["sort"] = "active_first"
    commands.plain(call, operation, values)


def _view(call: Call, name: str) -> Json:
    """The saved view of a name or id.

    Raises:
        Failure: there is none (exit 3), with those there are.
    """
    found = parts(call.get("/v1/views"), "data")
    for view in found:
        if name in (view["id"], view["name"]):
            return view
    hint = "there are: " + ", ".join(str(view["name"]) for view in found)
    raise Failure(f"there is no view {name}", Exit.NOT_FOUND, hint=hint)


def _through(view: Json, values: Values) -> None:
    """Narrow a list as a view does; what was given beside it wins.

    Raises:
        Failure: the view has a filter for which the list has no option.
    """
    order = {} if values.get("sort") or values.get("order") else {"sort": view["sort"]}
    for name, value in (part(view, "filters") | order).items():
        if name not in values:
            raise Failure(f"the view filters by {name}: open it in the web page", Exit.USAGE)
        if values[name] is None:
            values[name] = value


def show(call: Call, operation: Operation, values: Values) -> None:
    """`session show`: the transcript for people, the events for programs; all pages."""
    full, raw = bool(values.pop("full")), bool(values.pop("raw"))
    whole = values.get("limit") is None and values.get("page") is None
    if call.output is Output.TABLE:
        call.out.raw = raw
        _transcript(call, operation, values, full=full, whole=whole)
    elif whole and call.output is Output.JSONL:
        for event in _events(call, operation, values):
            call.json_line(event)
    else:
        read = commands.whole if whole else commands.send
        call.show(read(call, operation, values), lambda: ())


def tail(call: Call, operation: Operation, values: Values) -> None:
    """`session tail`: the last events and all that come, through cuts and restarts (P12)."""
    from hansard.cli.transcript import Transcript

    path = request.path_of(operation, values)
    back, after = values.pop("lines"), values.pop("after")
    if after is None:
        session: Json = call.get(f"/v1/sessions/{values['session_id']}")
        after = max(0, int(session["seq"]) - (_LAST_LINES if back is None else back))
    people = call.output is Output.TABLE
    if people:
        values["include"] = values.get("include") or ["hansard"]
    page = Transcript(full=bool(values.pop("full")), headed=False)
    for frame in _frames(call, path, request.query_of(operation, values, call.now), after):
        event = frame.json()
        if not isinstance(event, dict):
            continue
        if not people:
            call.json_line(event)
        elif frame.id is not None:
            call.out.lines(page.event(event))  # pyright: ignore[reportUnknownArgumentType]
        call.out.flush()
        if frame.event == "session.deleted":
            return


def watch(call: Call, operation: Operation, values: Values) -> None:
    """`session watch`: the list now, then a line for every row that changes."""
    people = call.output is Output.TABLE
    after = values.pop("after")
    values["topics"] = values.get("topics") or "sessions"
    if people and after is None:
        after = _first_rows(call)
    shown: dict[str, Any] = {}
    path = request.path_of(operation, values)
    for frame in _frames(call, path, request.query_of(operation, values, call.now), after):
        change = frame.json()
        if not isinstance(change, dict):
            continue
        if people:
            _change(call, frame, change, shown)  # pyright: ignore[reportUnknownArgumentType]
        else:
            call.json_line(change)
        call.out.flush()


def put_away(call: Call, operation: Operation, values: Values) -> None:
    """`session archive` and `unarchive`: a second time is no failure, as with `key revoke`."""
    try:
        value = commands.send(call, operation, values)
    except Failure as failure:
        value = call.get(f"/v1/sessions/{values['session_id']}")
        archived = value.get("archived_at") is not None
        if failure.code is not Exit.CONFLICT or archived != (operation.name == "session.archive"):
            raise
        call.note("It is archived already." if archived else "It is not archived.")
    call.show(value, lambda: views.lines(operation.name, value, call))


def delete(call: Call, operation: Operation, values: Values) -> None:
    """`session delete`: for good, so a person is told what goes and asked."""
    if not values.pop("yes"):
        _confirm(call, call.get(request.path_of(operation, values)))
    value = commands.send(call, operation, values)
    below = int(value.get("sub_agents") or 0)
    with_them = f" with {figures.count(below, 'sub-agent')}" if below else ""
    call.show(value, lambda: [("Deleted ", str(values["session_id"]), with_them)])
    call.note(figures.LEAVES)


def send(call: Call, operation: Operation, values: Values) -> None:
    """`session send`: events as JSON, or a message as plain text."""
    text = values.pop("message")
    if (text is None) == (values.get("events") is None):
        raise typer.BadParameter("give --message or --events")
    if text is not None:
        content = [{"type": "text", "text": text}]
        values["events"] = [{"type": "user.message", "content": content}]
    value: Json = commands.send(call, operation, values)
    call.show(value, lambda: map(_sent, parts(value, "data")))


def blob(call: Call, operation: Operation, values: Values) -> None:
    """`session blob`: bytes as they are into a file or program, text made harmless on a screen."""
    kind, content = call.connection.content("GET", request.path_of(operation, values))
    if not call.out.is_terminal:
        call.out.flush()
        sys.stdout.buffer.write(content)
        return
    if not kind.startswith(("text/", "application/json")):
        words = f"session blob {values['session_id']} {values['blob_id']} > FILE"
        told = f"this is {kind}, {figures.size(len(content))}"
        raise Failure(told, Exit.USAGE, hint=f"save it: {again(words)}")
    call.out.line(content.decode("utf-8", "replace"))


def add_aliases(tree: Tree) -> None:
    """`session rename` and `session tag`: what one does most with `session.update`."""
    update = BY_NAME["session.update"]
    session = grammar.argument("session_id", "Session id or key")

    def rename(call: Call, values: Values) -> None:
        _update(call, {"session_id": values["session_id"], "title": values["title"]})

    def tag(call: Call, values: Values) -> None:
        row: Json = call.get(f"/v1/sessions/{values['session_id']}")
        tags = tagged(list(row.get("tags") or []), values["tags"])
        _update(call, {"session_id": values["session_id"], "tags": tags})

    def _update(call: Call, values: Values) -> None:
        value = commands.send(call, update, values)
        call.show(value, lambda: views.lines(update.name, value, call))

    title = grammar.argument("title", "The new title")
    tree.add("session rename", "Rename a session", [session, title], commands.runner(rename))
    tree.add(
        "session tag",
        "Add and remove tags: +tag or tag adds, -tag removes",
        [session, grammar.argument("tags", "+tag, tag or -tag", many=True)],
        commands.runner(tag),
        shared=grammar.LONG_GLOBALS,
        settings={"ignore_unknown_options": True},
    )


def tagged(tags: list[str], changes: list[str]) -> list[str]:
    """A session's tags after ``+added``, ``added`` and ``-removed``, in their order."""
    found = list(tags)
    for change in changes:
        name = change[1:] if change.startswith(("+", "-")) else change
        if not name:
            raise typer.BadParameter(f"{change!r} names no tag")
        if change.startswith("-"):
            found = [tag for tag in found if tag != name]
        elif name not in found:
            found.append(name)
    return found


def _transcript(
    call: Call, operation: Operation, values: Values, *, full: bool, whole: bool
) -> None:
    from hansard.cli.transcript import Transcript, header

    values["include"] = ["hansard", *(values.get("include") or [])]
    page = Transcript(full=full, headed=whole and values.get("after") is None)
    session: Json = call.get(f"/v1/sessions/{values['session_id']}")
    call.out.lines(header(session))
    value: Json = {}
    if whole:
        call.out.lines(page.lines(_events(call, operation, values)))
    else:
        value = commands.send(call, operation, values)
        call.out.lines(page.lines(value["data"]))
    call.out.flush()
    if session.get("reset_count") and values.get("segments") is None:
        call.note("This begins at the last reset: --segments all shows what is before it.")
    if value.get("next_page"):
        call.note("There is more: leave --limit out for the whole transcript.")


def _events(call: Call, operation: Operation, values: Values) -> Iterator[Json]:
    """All events, page after page, never all in memory."""
    page: Json = commands.send(call, operation, values)
    yield from page["data"]
    while page.get("next_page"):
        page = commands.send(call, operation, {**values, "page": page["next_page"]})
        yield from page["data"]


def _frames(
    call: Call, path: str, query: list[tuple[str, str]], after: int | None
) -> Iterator[Frame]:
    for frame in follow(
        call.reconnect,
        path,
        query,
        after=after,
        on_cut=lambda why: call.note(f"{why}; going on as soon as the server answers"),
    ):
        if frame.event == "resync":
            call.note("some events are missing here: the server could not go on from the cursor")
        else:
            yield frame


def _first_rows(call: Call) -> int | None:
    page: Json = call.get("/v1/sessions", sort="active_first", limit=str(_FIRST_ROWS))
    call.out.lines(rows.session_table(page["data"], call.now, call.width))
    call.out.line()
    call.out.flush()
    return page.get("cursor")


def _change(call: Call, frame: Frame, change: Json, shown: dict[str, Any]) -> None:
    """One line for a row that looks other than before, or for an event."""
    if frame.event != "session.row":
        from hansard.cli.transcript import headline

        place = rows.brief_id(str(change.get("session_id")))
        call.out.line(Styled(place, "dim"), "  ", frame.event, "  ", headline(change))
        return
    if change.get("op") == "remove":
        call.out.line(Styled(figures.clock(None), "dim"), "  Gone  ", str(change.get("id")))
        return
    row: Json = change["row"]
    line = rows.row_line(row)
    if shown.get(row["id"]) != line[1:]:
        shown[row["id"]] = line[1:]
        call.out.line(*line)


def _confirm(call: Call, session: Json) -> None:
    """Ask a person whether a session may go.

    Raises:
        Failure: nobody can be asked (exit 2), or the answer is no (exit 1).
    """
    children = int(part(session, "children").get("count") or 0)
    counts = [
        figures.count(session.get("message_count") or 0, "message"),
        figures.count(session.get("tool_call_count") or 0, "tool call"),
        figures.count(session.get("seq") or 0, "event"),
        *([figures.count(children, "sub-agent")] if children else []),
    ]
    call.err.line(
        Styled("Delete for good: ", "bold"), rows.title(session), f" ({', '.join(counts)})"
    )
    kept = again(f"session export {session['id']} -o FILE")
    call.err.line(f"Keep a copy first: {kept}")
    call.err.flush()
    if not sys.stdin.isatty():
        raise Failure("nobody is here to confirm", Exit.USAGE, hint="say --yes to delete")
    if not typer.confirm("Delete it?", err=True):
        raise Failure("nothing was deleted")


def _sent(event: Json) -> tuple[str, ...]:
    waits = "" if event.get("processed_at") else "  waits for its turn"
    return (f"{event.get('type')}  {event.get('id')}{waits}",)


SPECIALS = {
    "session.list": Special(
        listed,
        extras=(
            commands.ALL,
            grammar.option("agent", list[str], "Only these agents, by name or id; may be repeated"),
            grammar.option("view", str, "As this saved view, by name or id, and as said beside it"),
        ),
    ),
    "session.events": Special(
        show,
        extras=(
            grammar.option("full", bool, "Whole texts, arguments and results", "--full"),
            grammar.option("raw", bool, "Let terminal sequences in the texts act", "--raw"),
        ),
    ),
    "session.stream": Special(
        tail,
        extras=(
            grammar.option("lines", int, "Begin with this many last events; 10", "-n", "--lines"),
            grammar.option("full", bool, "Whole texts, arguments and results", "--full"),
        ),
    ),
    "workspace.stream": Special(watch),
    "session.resolve": Special(commands.plain, positional=frozenset({"key"})),
    "session.archive": Special(put_away),
    "session.unarchive": Special(put_away),
    "session.delete": Special(
        delete, extras=(grammar.option("yes", bool, "Do not ask", "--yes", "-y"),)
    ),
    "session.send": Special(
        send,
        extras=(grammar.option("message", str, "A message as plain text", "-m", "--message"),),
        optional=frozenset({"events"}),
    ),
    "session.blob": Special(blob),
}
