"""The list row of a session, in a table or on a line."""

from collections.abc import Sequence

from hansard.cli import figures
from hansard.cli.answer import part
from hansard.cli.table import Cell, Column, table
from hansard.cli.terminal import Piece, Style, Styled, one_line, shorten, width
from hansard.domain.draft import Json

_LABELS = {
    "queued": "Queued",
    "provisioning": "Starting",
    "running": "Running",
    "waiting_approval": "Needs approval",
    "waiting_input": "Needs reply",
    "paused": "Paused at checkpoint",
    "blocked": "Blocked",
    "stalled": "No heartbeat",
    "idle": "Idle",
    "succeeded": "Done",
    "failed": "Failed",
    "rejected": "Rejected",
    "cancelled": "Stopped",
    "archived": "Archived",
}
_TONES: dict[str, Style] = {
    "active": "active",
    "success": "success",
    "problem": "problem",
    "attention": "attention",
}
_SHORT_ID = len("sesn_") + 12
_COLUMNS = (
    Column("STATUS"),
    Column("TITLE", gives=True),
    Column("AGENT", gives=True),
    Column("PROGRESS"),
    Column("IN", right=True),
    Column("OUT", right=True),
    Column("COST", right=True),
    Column("UPDATED", right=True),
    Column("ID"),
)


def label(row: Json) -> Cell:
    """The status that people read, in its colour (ui.md B.1)."""
    shown = str(row.get("display_status") or row.get("status") or "")
    if shown == "failed" and row.get("state") == "timed_out":
        return Cell("Timed out", "problem")
    if part(row, "attention").get("reason") == "stalled":
        return Cell("No heartbeat", "attention")
    return Cell(_LABELS.get(shown, shown), _TONES.get(str(row.get("tone"))))


def title(row: Json) -> str:
    """The title of a session, or what stands for it."""
    return one_line(str(row.get("title") or "")) or "(untitled)"


def agent(row: Json) -> str:
    """The name of its agent."""
    return str(part(row, "agent").get("name") or figures.UNKNOWN)


def session_table(rows: Sequence[Json], now: int, most: int | None) -> list[tuple[Piece, ...]]:
    """The table of `session list`."""
    if not rows:
        return [("No sessions.",)]
    length = _id_length([str(row["id"]) for row in rows])
    return table(_COLUMNS, [_cells(row, now, length) for row in rows], most)


def row_line(row: Json) -> tuple[Piece, ...]:
    """One line of `session watch`: what a row says now."""
    tokens = part(row, "tokens")
    status = label(row)
    doing = row.get("activity") or part(row, "error").get("message") or ""
    return (
        Styled(figures.clock(row.get("updated_at")), "dim"),
        "  ",
        _padded(status.text, 16, status.style),
        _padded(title(row), 40),
        _padded(agent(row), 14),
        _padded(_progress(row), 14),
        _padded(figures.tokens(figures.input_tokens(tokens)), 8),
        _padded(figures.tokens(tokens.get("output")), 8),
        _padded(figures.cost(row), 8),
        one_line(str(doing)),
    )


def brief_id(identifier: str) -> str:
    """An id short enough to read and long enough to use."""
    return identifier[:_SHORT_ID]


def _cells(row: Json, now: int, length: int) -> list[str | Cell]:
    tokens = part(row, "tokens")
    return [
        label(row),
        title(row),
        agent(row),
        _progress(row),
        figures.tokens(figures.input_tokens(tokens)),
        figures.tokens(tokens.get("output")),
        figures.cost(row),
        figures.ago(row.get("updated_at"), now),
        Cell(str(row["id"])[:length], "dim"),
    ]


def _progress(row: Json) -> str:
    return str(part(row, "progress").get("text") or figures.UNKNOWN)


def _id_length(identifiers: Sequence[str]) -> int:
    """As few characters of the ids as tell them apart."""
    longest = max(map(len, identifiers))
    for length in range(_SHORT_ID, longest):
        if len({identifier[:length] for identifier in identifiers}) == len(identifiers):
            return length
    return longest


def _padded(text: str, wide: int, style: Style | None = None) -> Piece:
    shown = shorten(one_line(text), wide)
    shown += " " * (wide - width(shown) + 2)
    return Styled(shown, style) if style else shown
