"""Many sessions at once, and files: `bulk`, `file`."""

import sys
import time
from pathlib import Path

import typer

from hansard.cli import commands, counts, figures, grammar, lookup, request
from hansard.cli.call import Call
from hansard.cli.commands import Special
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_LOOK_S = 0.5


def start(call: Call, operation: Operation, values: Values) -> None:
    """`bulk start`: on the sessions that are named, or on those of a filter."""
    wait, yes = values.pop("wait"), values.pop("yes")
    named: list[str] = values["session_ids"] or []
    values["session_ids"] = [lookup.session_id(call, name) for name in named] or None
    body = request.body_of(operation, values) or {}
    if body.get("action") == "delete" and not yes:
        _confirm(call, body)
    value: Json = call.connection.request(operation.method, operation.path, body=body)
    while wait and not value["ended_at"]:
        time.sleep(_LOOK_S)
        value = call.get(f"/v1/bulk_operations/{value['id']}")
    call.show(value, lambda: counts.operation(value))
    if wait and (value["failed"] or value["state"] != "completed"):
        raise Failure(f"{value['failed']} of {value['total']} sessions failed")


def upload(call: Call, operation: Operation, values: Values) -> None:
    """`file upload`: one file of this machine."""
    path, lasts = Path(values.pop("path")), values.pop("expires_in_seconds")
    fields = {} if lasts is None else {"expires_in_seconds": str(lasts)}
    try:
        with path.open("rb") as file:
            value = call.connection.upload(operation.path, path.name, file, fields)
    except OSError as problem:
        raise Failure(f"{path}: {problem.strerror}", Exit.USAGE) from problem
    call.show(value, lambda: [(str(value.get("filename")), "  ", Styled(str(value["id"]), "dim"))])


def download(call: Call, operation: Operation, values: Values) -> None:
    """`file download`: into a file, or as it is into a program."""
    target: str | None = values.pop("file")
    path = request.path_of(operation, values)
    if target is None and call.out.is_terminal:
        hint = "say where: --file NAME, or > FILE"
        raise Failure("a file is not shown on a screen", Exit.USAGE, hint=hint)
    with call.connection.download("GET", path) as (_, pieces):
        if target is None or target == "-":
            call.out.flush()
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        try:
            with Path(target).open("xb") as file:
                for piece in pieces:
                    file.write(piece)
        except FileExistsError as problem:
            raise Failure(f"{target} exists", Exit.CONFLICT) from problem
        except OSError as problem:
            raise Failure(f"{target}: {problem.strerror}") from problem


def shown(call: Call, operation: Operation, values: Values) -> None:
    """Send one request and show a bulk operation."""
    value = commands.send(call, operation, values)
    call.show(value, lambda: counts.operation(value))


def _confirm(call: Call, body: Json) -> None:
    """Ask a person whether many sessions may go.

    Raises:
        Failure: nobody can be asked (exit 2), or the answer is no (exit 1).
    """
    named = len(body.get("session_ids") or ())
    what = figures.count(named, "session") if named else "every session that the filter finds"
    call.err.line(Styled("Delete for good: ", "bold"), what)
    call.err.flush()
    if not sys.stdin.isatty():
        raise Failure("nobody is here to confirm", Exit.USAGE, hint="say --yes to delete")
    if not typer.confirm("Delete them?", err=True):
        raise Failure("nothing was deleted")


SPECIALS = {
    "bulk.create": Special(
        start,
        extras=(
            grammar.option("wait", bool, "Wait for its end; exit 1 if a session failed", "--wait"),
            grammar.option("yes", bool, "Do not ask before deleting", "--yes", "-y"),
        ),
        positional=frozenset({"action", "session_ids"}),
    ),
    "bulk.retrieve": Special(shown),
    "bulk.cancel": Special(shown),
    "file.upload": Special(
        upload,
        extras=(
            grammar.argument("path", "A file of this machine"),
            grammar.option("expires_in_seconds", int, "Forget it after so long; an hour at least"),
        ),
    ),
    "file.content": Special(
        download, extras=(grammar.option("file", str, "Where to write it", "--file"),)
    ),
}
