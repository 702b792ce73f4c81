"""Values of a shape that nobody guarantees: read as what they should be, or passed over."""

from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

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


def fits(value: Any, hint: Any) -> bool:
    """Whether a JSON value has the shape that a type hint says."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is list:
        return isinstance(value, list) and all(fits(item, parts[0]) for item in items(value))
    if origin is dict:
        return isinstance(value, dict) and all(
            fits(key, parts[0]) and fits(item, parts[1]) for key, item in mapping(value).items()
        )
    if hint is int:
        return whole(value) is not None
    return isinstance(value, NoneType if hint is None else hint)
