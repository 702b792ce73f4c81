"""Take sessions out, and check what was recorded: `session export`, `session verify`, `verify`."""

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from hansard.cli import commands, figures, grammar, lookup, request
from hansard.cli.call import Call
from hansard.cli.commands import Special
from hansard.cli.connection import NoServer
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Piece, Styled
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_TAIL = 4_096
_ENDS = {
    ".jsonl": b'{"type":"hansard.end"',
    ".md": b"End of the export: ",
    ".html": b"</html>",
}
"""How the last line of a whole file begins, by the ending of the file's name."""
_TOLD = 20
_SAFE = re.compile(r"sessions?-[A-Za-z0-9_-]{1,200}\.(?:jsonl|md|html)")


def export(call: Call, operation: Operation, values: Values) -> None:
    """`session export`: one session or many into a file, or onto standard output."""
    file: str | None = values.pop("file")
    replace = bool(values.pop("force"))
    named: list[str] = values["session_ids"] or []
    ids = [lookup.session_id(call, name) for name in named]
    values["session_ids"] = ids or None
    method, path, body = "POST", operation.path, request.body_of(operation, values)
    if len(ids) == 1 and values.get("filter") is None:
        form = values.get("format")
        query = f"?format={quote(form)}" if form else ""
        method, path, body = "GET", f"/v1/sessions/{quote(ids[0])}/export{query}", None
    with call.connection.download(method, path, body) as (headers, pieces):
        named_there = _name(headers)
        end = _ENDS[Path(named_there).suffix]
        if file == "-" or (file is None and not call.out.is_terminal):
            call.out.flush()
            _pour(pieces, sys.stdout.buffer, end)
            return
        target = Path(file if file is not None else named_there)
        size = _save(pieces, target, end, replace=replace)
    check = f" Check it anywhere: hansard verify {target}" if named_there.endswith(".jsonl") else ""
    call.note(f"Wrote {target}, {figures.size(size)}.{check}")


def _name(headers: Mapping[str, str]) -> str:
    """The name that the server gives the file: one in this folder, whatever the server says."""
    told = headers.get("content-disposition", "").partition('filename="')[2].partition('"')[0]
    return told if _SAFE.fullmatch(told) else "sessions-export.jsonl"


def _save(pieces: Iterator[bytes], target: Path, end: bytes, *, replace: bool) -> int:
    """Write a file that is there as a whole or not at all; its size.

    Raises:
        Failure: it exists and may not be replaced, cannot be written, or came in part.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with partial.open("xb") as file:
            size = _pour(pieces, file, end)
            os.fsync(file.fileno())
        if replace:
            os.replace(partial, target)
        else:
            os.link(partial, target)
        return size
    except FileExistsError as problem:
        hint = "name another with -o FILE, or say --force to replace it"
        raise Failure(f"{target} exists", Exit.CONFLICT, hint=hint) from problem
    except OSError as problem:
        raise Failure(f"{target}: {problem.strerror}") from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _pour(pieces: Iterator[bytes], file: IO[bytes], end: bytes) -> int:
    """Write what comes; it must end as a whole file does."""
    size, tail = 0, b""
    for piece in pieces:
        file.write(piece)
        size += len(piece)
        tail = (tail + piece)[-_TAIL:]
    if not tail.removesuffix(b"\n").rpartition(b"\n")[2].startswith(end):
        raise Failure("the server broke the export off: what came is not whole")
    return size


def verify_session(call: Call, operation: Operation, values: Values) -> None:
    """`session verify`: whether a session's chain holds; its head, signed."""
    found: Json = commands.send(call, operation, values)
    call.show(found, lambda: _session_lines(found))
    if not found["ok"]:
        raise Failure("the session's log does not hold")


def _session_lines(found: Json) -> Iterator[tuple[Piece, ...]]:
    if found["ok"]:
        head: Json = found["head"]
        yield (Styled("Holds  ", "success"), figures.count(found["events"], "event"))
        yield (Styled("head       ", "dim"), head["hash"])
        yield (Styled("signature  ", "dim"), head["signature"])
        yield (Styled("key        ", "dim"), found["public_key"])
    for problem in found["problems"]:
        yield (Styled("Broken  ", "problem"), str(problem))


def verify(call: Call, operation: Operation, values: Values) -> None:
    """`verify`: an export or a backup offline; without a file every chain of the database."""
    file, key = values.pop("file"), values.pop("key")
    if file is None and key is not None:
        raise Failure("--key is for an export file", Exit.USAGE)
    if file is None:
        _database(call, operation, values)
        return
    path = Path(file)
    from hansard.store.backup import is_database

    if is_database(path):
        _backup(call, path)
    else:
        _export(call, path, key)


def _export(call: Call, path: Path, key: str | None) -> None:
    """Check an export with nothing but the file."""
    from hansard.journal import keys, proof

    started = time.monotonic()
    with proof.opened(path) as file:
        found = proof.examine(file, _progress(call, path.stat().st_size))
    call.err.status("")
    seconds = time.monotonic() - started
    signed_by = found.header.public_key
    own = keys.known_seal(call.data_dir)
    problems = [str(problem) for problem in found.problems]
    if key is not None and key != signed_by:
        problems.append(f"another installation signed it, that of {signed_by}, not of {key}")
        found.broken += 1
    answer: Json = {
        "type": "verified",
        "ok": not problems,
        "file": str(path),
        "sessions": len(found.sections),
        "events": found.events,
        "problems": problems,
        "public_key": signed_by,
        "own_key": own is not None and own.public_key == signed_by,
        "seconds": round(seconds, 3),
        "events_per_second": int(found.events / max(seconds, 0.001)),
    }
    call.show(answer, lambda: _export_lines(answer, found.broken))
    if found.problems:
        raise Failure("the export is not as it was signed")
    if problems:
        raise Failure("the export holds, but under another key")


def _export_lines(answer: Json, broken: int) -> Iterator[tuple[Piece, ...]]:
    for problem in answer["problems"][:_TOLD]:
        yield (Styled("Broken  ", "problem"), problem)
    if broken > _TOLD:
        yield (Styled(f"and {broken - _TOLD:,} more", "problem"),)
    if answer["ok"]:
        whose = "this installation" if answer["own_key"] else "another installation"
        yield (Styled("Holds  ", "success"), _speed(answer))
        yield (Styled("signed by  ", "dim"), f"{answer['public_key']} ({whose})")


def _backup(call: Call, path: Path) -> None:
    from hansard.journal import backup, keys

    key = keys.known_heads(call.data_dir)
    started = time.monotonic()
    found = backup.examine(path, key, lambda c: _sessions(call, c.sessions, c.events))
    call.err.status("")
    answer = _answer(found, time.monotonic() - started)
    call.show(answer, lambda: _database_lines(answer))
    if key is None:
        call.note("The heads were not checked: no secret_key lies in the data folder.")
    if not found.ok:
        raise Failure("the backup does not hold")


def _database(call: Call, operation: Operation, values: Values) -> None:
    """Ask the server that owns the database, else open it here."""
    try:
        answer = _asked(call, operation, values)
    except NoServer:
        if call.names_a_server:
            raise
        answer = _alone(call)
    call.err.status("")
    call.show(answer, lambda: _database_lines(answer))
    if not answer["ok"]:
        raise Failure("the record does not hold: see the sessions above")


def _asked(call: Call, operation: Operation, values: Values) -> Json:
    problems: dict[str, list[str]] = {}
    path = request.path_of(operation, values)
    with call.connection.download(operation.method, path) as (_, pieces):
        for told in _lines(pieces):
            if told["type"] == "problem":
                problems[told["session_id"]] = told["problems"]
            elif told["type"] == "progress":
                _sessions(call, told["sessions"], told["events"])
            elif told["type"] == "verified":
                return {**told, "problems": problems}
    raise Failure("the server broke the check off")


def _alone(call: Call) -> Json:
    from hansard import config
    from hansard.cli import doctor
    from hansard.journal import backup, keys

    settings = config.load(data_dir=call.options.data_dir)
    if settings.database_file is not None and not settings.database_file.exists():
        raise Failure(f"there is no database {settings.database_file}", Exit.NOT_FOUND)
    started = time.monotonic()
    with doctor.opened(settings.database) as store:
        key = keys.known_heads(settings.data_dir)
        found = backup.check(store, key, lambda c: _sessions(call, c.sessions, c.events))
    return _answer(found, time.monotonic() - started)


def _answer(found: Any, seconds: float) -> Json:
    return {
        "type": "verified",
        "ok": found.ok,
        "sessions": found.sessions,
        "deleted": found.deleted,
        "events": found.events,
        "broken": found.broken,
        "problems": found.problems,
        "seconds": round(seconds, 3),
        "events_per_second": int(found.events / max(seconds, 0.001)),
    }


def _database_lines(answer: Json) -> Iterator[tuple[Piece, ...]]:
    problems: dict[str, list[str]] = answer["problems"]
    for session_id, told in problems.items():
        for problem in told:
            yield (Styled("Broken  ", "problem"), f"{session_id}  {problem}")
    if answer["broken"] > len(problems):
        rest = figures.count(answer["broken"] - len(problems), "session")
        yield (Styled(f"and {rest} more", "problem"),)
    if answer["ok"]:
        yield (Styled("Holds  ", "success"), _speed(answer))


def _speed(answer: Json) -> str:
    what = f"{figures.sessions(answer['sessions'], answer.get('deleted', 0))}, "
    what += f"{figures.count(answer['events'], 'event')} in {answer['seconds']:.1f} s"
    return f"{what} ({answer['events_per_second']:,} a second)"


def _lines(pieces: Iterator[bytes]) -> Iterator[Json]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (json.loads(line) for line in whole if line)


def _progress(call: Call, total: int) -> Any:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if not call.options.quiet:
            # What is unpacked is more than the file.
            call.err.status(
                f"{min(100, 100 * done // max(1, total)):3d} % of {figures.size(total)}"
            )

    return told


def _sessions(call: Call, sessions: int, events: int) -> None:
    if not call.options.quiet and sessions % 50 == 0:
        what = f"{figures.count(sessions, 'session')}, {figures.count(events, 'event')}"
        call.err.status(f"checked {what}")


_FILE_HELP = "An export or a backup, checked offline; without one, the whole database"
SPECIALS = {
    "session.export_many": Special(
        export,
        extras=(
            grammar.option(
                "file",
                str,
                "Where to, - for standard output; else named after the key, or piped on",
                "-o",
                "--file",
            ),
            grammar.option("force", bool, "Replace the file if it exists", "--force"),
        ),
        positional=frozenset({"session_ids"}),
        shared=grammar.LONG_GLOBALS,
    ),
    "session.verify": Special(verify_session),
    "db.verify": Special(
        verify,
        extras=(
            grammar.argument("file", _FILE_HELP, required=False),
            grammar.option("key", str, "The public key that must have signed the export"),
        ),
    ),
}
