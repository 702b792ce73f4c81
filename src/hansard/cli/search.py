"""`hansard session search`: hits with their words marked."""

from typing import Any, cast

from hansard.cli import commands, figures, rows
from hansard.cli.answer import entries, parts
from hansard.cli.call import Call, Lines
from hansard.cli.commands import Special
from hansard.cli.grammar import Values
from hansard.cli.terminal import Piece, Styled, one_line
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_HERE = {"archived": "in the archive; --include-archived finds them too"}
"""Reasons in words of the command line."""


def run(call: Call, operation: Operation, values: Values) -> None:
    """Search, show the hits, and say what was left out."""
    everything = values.pop("all", None)
    value: Json = (commands.whole if everything else commands.send)(call, operation, values)
    call.show(value, lambda: lines(value, call))
    for why in parts(value, "excluded"):
        told = _HERE.get(why["reason"], why["message"])
        call.note(f"Left out: {figures.count(why['sessions'], 'session')} {told}.")
    if not value.get("complete", True):
        call.note("The newest events are still being indexed: search again in a moment.")
    if value.get("next_page"):
        call.note("There is more: --all shows it.")


def lines(value: Any, call: Call) -> Lines:
    """Two lines for each hit: the session, and the words around the match."""
    found = list(entries(value))
    if not found:
        yield ("Nothing was found.",)
    for hit in found:
        session: Json = hit["session"]
        place = f"#{hit['seq']}" if hit.get("seq") else str(hit.get("matched"))
        who = " ".join(str(hit[name]) for name in ("role", "tool") if hit.get(name))
        yield (
            Styled(figures.ago(hit.get("created_at"), call.now).rjust(4), "dim"),
            "  ",
            Styled(rows.title(session), "bold"),
            Styled(f"  {who}  {place}  {session['id']}", "dim"),
        )
        pieces: list[Piece] = [
            Styled(one_text(part), "attention") if part["hit"] else one_text(part)
            for part in cast("list[Json]", hit.get("parts") or [])
        ]
        if pieces:
            yield ("      ", *pieces)


def one_text(part: Json) -> str:
    """The text of a part on one line, with its spaces."""
    text = str(part["text"])
    ends = (" " if text[:1].isspace() else "", " " if text[-1:].isspace() else "")
    return f"{ends[0]}{one_line(text)}{ends[1]}" if text.strip() else text


SPECIALS = {
    "search.query": Special(run, extras=(commands.ALL,), positional=frozenset({"q"})),
    "session.find": Special(commands.plain, positional=frozenset({"query"})),
}
