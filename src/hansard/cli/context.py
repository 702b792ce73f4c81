"""`session reset` and `session compact`, which a person confirms."""

import sys

import typer

from hansard.cli import commands, figures, grammar, rows
from hansard.cli.answer import part
from hansard.cli.call import Call, Lines
from hansard.cli.commands import Special
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_YES = grammar.option("yes", bool, "Do not ask", "--yes", "-y")


def reset(call: Call, operation: Operation, values: Values) -> None:
    """`session reset`: asked first (S1-22); with `--erase` twice as clearly."""
    if not values.pop("yes"):
        gone = "Its words so far are erased for good." if values.get("erase") else ""
        _confirm(call, values, "Begin anew", gone or "What was said stays readable.")
    value: Json = commands.send(call, operation, values)
    call.show(value, lambda: _reset(value))
    if values.get("erase"):
        call.note(figures.LEAVES)


def compact(call: Call, operation: Operation, values: Values) -> None:
    """`session compact`: asked first (S1-22)."""
    if not values.pop("yes"):
        _confirm(call, values, "Summarise older messages of", "The record keeps every word.")
    value: Json = commands.send(call, operation, values)
    call.show(value, lambda: _compacted(value))


def _confirm(call: Call, values: Values, act: str, told: str) -> None:
    """Ask a person.

    Raises:
        Failure: nobody can be asked (exit 2), or the answer is no (exit 1).
    """
    session: Json = call.get(f"/v1/sessions/{values['session_id']}")
    count = figures.count(session.get("message_count") or 0, "message")
    call.err.line(Styled(f"{act}: ", "bold"), rows.title(session), f" ({count}). {told}")
    call.err.flush()
    if not sys.stdin.isatty():
        raise Failure("nobody is here to confirm", Exit.USAGE, hint="say --yes to go on")
    if not typer.confirm("Go on?", err=True):
        raise Failure("nothing was changed")


def _reset(value: Json) -> Lines:
    done = part(value, "reset")
    count = figures.count(done.get("previous_message_count") or 0, "message")
    erased = ", erased" if done.get("erased") else ""
    return [(f"Began anew at segment {value.get('segment')}; before: {count}{erased}.",)]


def _compacted(value: Json) -> Lines:
    done = part(value, "compaction")
    if not done:
        return [("Nothing is older than what is kept.",)]
    before, after = (figures.tokens(done.get(f"tokens_{end}")) for end in ("before", "after"))
    return [(f"Compacted: about {before} tokens before, {after} after.",)]


SPECIALS = {
    "session.reset": Special(reset, extras=(_YES,)),
    "session.compact": Special(compact, extras=(_YES,)),
}
