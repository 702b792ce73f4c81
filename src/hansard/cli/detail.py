"""What the views of one session look like for people: context, metrics, files, finds, …"""

from typing import Any

from hansard.cli import figures
from hansard.cli.answer import entries, number, part, parts
from hansard.cli.call import Call, Lines
from hansard.cli.table import Cell, Column, table
from hansard.cli.terminal import Piece, Styled, one_line
from hansard.domain.draft import Json

_NONE = [("Nothing.",)]


def context(value: Any, call: Call) -> Lines:
    """`session context`: the budget, then what is in it."""
    about = "estimated" if value.get("estimated") else "counted"
    yield from _pairs(
        {
            **{n.capitalize(): figures.tokens(v) for n, v in part(value, "budget").items()},
            "Last request": figures.tokens(number(value, "measured_tokens")),
            "Tokens are": about,
        }
    )
    columns = (Column("SEQ", right=True), Column("ROLE"), Column("TOKENS", right=True))
    rows = [
        [str(e.get("seq")), str(e.get("role")), _count(e, "tokens"), str(e.get("title") or "")]
        for e in parts(value, "entries")
    ]
    yield ()
    yield from table((*columns, Column("TITLE", gives=True)), rows, call.width)


def metrics(value: Any, call: Call) -> Lines:
    """`session metrics`: the sums, then each tool."""
    yield from _pairs(
        {
            "Tokens in": figures.tokens(number(value, "input_tokens")),
            "Tokens out": figures.tokens(number(value, "output_tokens")),
            "Cost": figures.cost(value),
            "Requests": _count(value, "requests"),
            "Turns": _count(value, "turns"),
            "Messages": _count(value, "messages"),
            "Tool calls": _count(value, "tool_calls"),
            "Errors": _count(value, "errors"),
        }
    )
    tools = parts(value, "by_tool")
    if tools:
        columns = [Column("TOOL", gives=True), *(Column(n, right=True) for n in _TOOL_HEADS)]
        yield ()
        yield from table(columns, map(_tool, tools), call.width)


_TOOL_HEADS = ("CALLS", "ERRORS", "TIME")


def _tool(tool: Json) -> list[str]:
    took = figures.duration(number(tool, "duration_ms") or 0)
    return [str(tool.get("name")), _count(tool, "calls"), _count(tool, "errors"), took]


def timeline(value: Any, call: Call) -> Lines:
    """`session timeline`."""
    columns = (Column("SPAN"), Column("STATE"), Column("SEQ", right=True), Column("BEGAN"))
    rows = [
        [
            str(span.get("span")),
            str(span.get("state")),
            str(span.get("first_seq")),
            figures.moment(span.get("started_at")),
            str(span.get("name") or figures.UNKNOWN),
        ]
        for span in entries(value)
    ]
    return table((*columns, Column("NAME", gives=True)), rows, call.width) if rows else _NONE


def edits(value: Any, call: Call) -> Lines:
    """`session edits`."""
    columns = (Column("CHANGE"), Column("ADDED", right=True), Column("REMOVED", right=True))
    rows = [
        [
            str(file.get("change")),
            Cell(_count(file, "additions"), "success"),
            Cell(_count(file, "deletions"), "problem"),
            str(file.get("path")),
        ]
        for file in entries(value)
    ]
    return table((*columns, Column("PATH", gives=True)), rows, call.width) if rows else _NONE


def outline(value: Any, call: Call) -> Lines:
    """`session outline`: the marks."""
    columns = (Column("SEQ", right=True), Column("AT"), Column("MARK"), Column("LABEL", gives=True))
    rows = [
        [
            str(mark.get("seq")),
            figures.moment(mark.get("at")),
            str(mark.get("mark")),
            str(mark.get("label") or ""),
        ]
        for mark in parts(value, "marks")
    ]
    return table(columns, rows, call.width) if rows else _NONE


def find(value: Any, _: Call) -> Lines:
    """`session find`: a line for each match, then how many there are."""
    for hit in entries(value):
        shown = [_part(one) for one in parts(hit, "parts")]
        yield (Styled(f"#{hit.get('seq')}  {hit.get('role')}  ", "dim"), *shown)
    total = figures.count(number(value, "total") or 0, "event")
    more = "" if value.get("complete", True) else ", and there may be more"
    yield (Styled(f"{total} found{more}.", "dim"),)


def _part(one: Json) -> Piece:
    text = str(one.get("text"))
    plain = one_line(text)
    # Spaces at the ends keep the match apart from its neighbours.
    spaced = " " * text[:1].isspace() + plain + " " * (text[-1:].isspace() and bool(plain))
    return Styled(spaced, "attention") if one.get("hit") else spaced


def audit(value: Any, call: Call) -> Lines:
    """`session audit`."""
    columns = (Column("AT"), Column("ACTION"), Column("WHO", gives=True), Column("REQUEST"))
    rows = [
        [
            figures.moment(entry.get("at")),
            str(entry.get("action")),
            str(part(entry, "actor").get("name") or part(entry, "actor").get("type")),
            str(entry.get("request_id") or figures.UNKNOWN),
        ]
        for entry in entries(value)
    ]
    return table(columns, rows, call.width) if rows else _NONE


def _pairs(told: dict[str, str]) -> Lines:
    wide = max(map(len, told))
    return [(Styled(name.ljust(wide), "dim"), "  ", text) for name, text in told.items()]


def _count(of: Json, name: str) -> str:
    found = number(of, name)
    return figures.UNKNOWN if found is None else f"{found:,}"
