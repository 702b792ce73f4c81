"""Plain aligned columns; no frame, so that they can be cut, copied and grepped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hansard.cli.terminal import Piece, Style, Styled, one_line, shorten, width

_GAP = 2
_LEAST = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        right: numbers stand right.
        gives: this column is cut when the terminal is narrower than the table.
    """

    title: str
    right: bool = False
    gives: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a table, in a style."""

    text: str
    style: Style | None = None


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]], most: int | None
) -> list[tuple[Piece, ...]]:
    """Lay rows out under their titles.

    Args:
        most: columns of the terminal; None cuts nothing (the output goes to a program).
    """
    body = [[_cell(cell) for cell in row] for row in rows]
    heads = [Cell(column.title, "dim") for column in columns]
    widths = [
        max(width(line[place].text) for line in [heads, *body]) for place in range(len(columns))
    ]
    if most is not None:
        _fit(columns, widths, most)
    return [_line(columns, line, widths) for line in [heads, *body]]


def _cell(cell: str | Cell) -> Cell:
    made = cell if isinstance(cell, Cell) else Cell(cell)
    return Cell(one_line(made.text), made.style)


def _fit(columns: Sequence[Column], widths: list[int], most: int) -> None:
    """Take what is too much from the columns that give, the widest first."""
    excess = sum(widths) + _GAP * (len(widths) - 1) - most
    givers = [place for place, column in enumerate(columns) if column.gives]
    while excess > 0 and any(widths[place] > _LEAST for place in givers):
        widest = max(givers, key=lambda place: widths[place])
        widths[widest] -= 1
        excess -= 1


def _line(columns: Sequence[Column], line: list[Cell], widths: list[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for column, cell, wide in zip(columns, line, widths, strict=True):
        text = shorten(cell.text, wide)
        padding = " " * (wide - width(text))
        shown = padding + text if column.right else text + padding
        pieces += [Styled(shown, cell.style) if cell.style else shown, " " * _GAP]
    return tuple(pieces[:-1])
