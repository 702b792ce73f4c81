"""Values of a shape that nobody guarantees: read as what they should be, or passed over."""

from typing import Any, cast

from hansard.domain.draft import Json

_EXACT = 1 << 53
"""Integers from here on are not exact in every JSON reader, and no count or amount is as large."""


def text(value: Any) -> str | None:
    """A string that says something; None for anything else."""
    return value if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """An integer that JSON carries exactly; None for anything else, booleans too."""
    if isinstance(value, int) and not isinstance(value, bool) and -_EXACT < value < _EXACT:
        return value
    return None


def mapping(value: Any) -> Json:
    """An object; an empty one for anything else."""
    return cast(Json, value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list; an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The strings of a list."""
    return [item for item in items(value) if isinstance(item, str)]
