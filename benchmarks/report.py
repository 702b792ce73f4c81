"""The published page: the tables between its two marks are replaced, the rest is hand-written."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.figure import Figure, Goal, Section

BEGIN = "<!-- figures: written by `python -m benchmarks.run`, do not edit -->"
END = "<!-- end of figures -->"
_VERDICTS = {"goal": "reached", "floor": "floor", "missed": "missed", "": ""}


def publish(page: Path, machine: Sequence[tuple[str, str]], sections: Sequence[Section]) -> None:
    """Put the figures into a page, between its marks; a page without them is made anew."""
    figures = f"{BEGIN}\n\n{render(machine, sections)}\n{END}"
    try:
        text = page.read_text()
    except FileNotFoundError:
        text = ""
    if BEGIN in text and END in text:
        head, _, rest = text.partition(BEGIN)
        text = head + figures + rest.partition(END)[2]
    else:
        text = f"# Benchmarks\n\n{figures}\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text)


def render(machine: Sequence[tuple[str, str]], sections: Sequence[Section]) -> str:
    """The figures as Markdown."""
    lines = ["| This run | |", "|---|---|"]
    lines += [f"| {what} | {value} |" for what, value in machine]
    for section in sections:
        lines += ["", f"### {section.title}", ""]
        lines += ["| | Hansard | Next to it | | Ratio | Asked | |", "|---|--:|---|--:|--:|---|---|"]
        lines += [_line(figure) for figure in section.figures]
        lines += ["", *(f"- {what}: {value}." for what, value in section.facts)]
    return "\n".join([*lines, ""])


def text(sections: Sequence[Section]) -> str:
    """The figures for a terminal."""
    rows = [
        (
            figure.id,
            f"{_number(figure.value)} {figure.unit}",
            "" if figure.limit is None else _number(figure.limit),
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.verdict,
        )
        for section in sections
        for figure in section.figures
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _line(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{_number(figure.limit)} {figure.unit}"
    ratio = "" if figure.ratio is None else f"**{figure.ratio:.2f}**"
    cells = (
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        figure.beside,
        limit,
        ratio,
        _asked(figure.goal),
        _VERDICTS[figure.verdict],
    )
    return f"| {' | '.join(cells)} |"


def _asked(goal: Goal | None) -> str:
    if goal is None:
        return ""
    sign = "≥" if goal.direction == "at least" else "≤"
    floor = "" if goal.floor is None else f" ({goal.floor:g})"
    return f"{sign} {goal.goal:g}{floor}"


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"
