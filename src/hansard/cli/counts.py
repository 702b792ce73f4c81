"""What bulk operations, facets and files look like for people."""

from collections.abc import Iterator
from typing import Any

from hansard.cli import figures
from hansard.cli.answer import entries, part, parts
from hansard.cli.call import Call, Lines
from hansard.cli.table import Column, table
from hansard.cli.terminal import Piece, Styled
from hansard.domain.draft import Json


def operation(value: Any) -> Iterator[tuple[Piece, ...]]:
    """`bulk show`: the progress, then a line for each session on which it failed."""
    total, done, failed = (int(value.get(name) or 0) for name in ("total", "done", "failed"))
    trouble: Piece = Styled(f", {failed:,} failed", "problem") if failed else ""
    yield (
        Styled(str(value.get("action")), "bold"),
        f"  {value.get('state')}  {done:,} / {total:,}",
        trouble,
        "  ",
        Styled(str(value.get("id")), "dim"),
    )
    for problem in parts(value, "errors"):
        yield (Styled(str(problem.get("session_id")), "dim"), "  ", str(problem.get("message")))


def operations(value: Any, call: Call) -> Lines:
    """`bulk list`."""
    columns = (
        Column("ACTION"),
        Column("STATE"),
        Column("DONE", right=True),
        Column("FAILED", right=True),
        Column("TOTAL", right=True),
        Column("STARTED", right=True),
        Column("ID"),
    )
    body = [
        [
            str(one.get("action")),
            str(one.get("state")),
            *(f"{one.get(name) or 0:,}" for name in ("done", "failed", "total")),
            figures.ago(one.get("created_at"), call.now),
            str(one.get("id")),
        ]
        for one in entries(value)
    ]
    return table(columns, body, call.width) if body else [("No bulk operations.",)]


def facets(value: Any, _: Call) -> Iterator[tuple[Piece, ...]]:
    """`session facets`: the tabs, then each facet with its values."""
    groups: list[tuple[str, list[Json]]] = [("tab", list(parts(value, "tabs")))]
    found = part(value, "facets")
    groups += [(name, list(parts(found, name))) for name in found]
    for name, counts in groups:
        if counts:
            yield (Styled(name, "bold"),)
        for one in counts:
            many = f"{one.get('count') or 0:,}{'+' if one.get('more') else ''}"
            shown = one.get("name") or one.get("value")
            yield (f"  {many:>6}  {shown}",)


def files(value: Any, call: Call) -> Lines:
    """`file list`."""
    columns = (
        Column("NAME", gives=True),
        Column("TYPE"),
        Column("SIZE", right=True),
        Column("CREATED", right=True),
        Column("ID"),
    )
    body = [
        [
            str(one.get("filename")),
            str(one.get("mime_type")),
            figures.size(int(one.get("size_bytes") or 0)),
            figures.ago(one.get("created_at"), call.now),
            str(one.get("id")),
        ]
        for one in entries(value)
    ]
    return table(columns, body, call.width) if body else [("No files.",)]
