"""Parts of an answer of the API: an object or a list that may be missing."""

from collections.abc import Iterator
from typing import Any, cast

from hansard.domain.draft import Json


def part(of: Json, name: str) -> Json:
    """The object under a name; empty when there is none."""
    value = of.get(name)
    return cast(Json, value) if isinstance(value, dict) else {}


def parts(of: Json, name: str) -> list[Json]:
    """The objects of the list under a name."""
    return [cast(Json, entry) for entry in plain(of, name) if isinstance(entry, dict)]


def plain(of: Json, name: str) -> list[Any]:
    """The list under a name; empty when there is none."""
    value = of.get(name)
    return cast("list[Any]", value) if isinstance(value, list) else []


def number(of: Json, name: str) -> int | None:
    """The whole number under a name; None when there is none."""
    value = of.get(name)
    return value if isinstance(value, int) else None


def entries(value: Any) -> Iterator[Any]:
    """The objects of a list answer one by one; any other answer is one itself."""
    if isinstance(value, dict) and isinstance(cast(Json, value).get("data"), list):
        yield from plain(cast(Json, value), "data")
    elif value is not None:
        yield value
