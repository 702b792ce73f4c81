"""Instants in an address: `created_at[gte]=2026-11-20T12:00:00Z` (wire.md section 1, Lists)."""

from fastapi import Request

from hansard.domain import instant
from hansard.domain.errors import InvalidRequest

_OPS = ("gt", "gte", "lt", "lte")
_LATEST = 1 << 53


def bracketed(request: Request, name: str) -> list[tuple[str, int]]:
    """The bounds of a time in a query: (gt|gte|lt|lte, ms UTC).

    Raises:
        InvalidRequest: one is no RFC 3339 instant.
    """
    found: list[tuple[str, int]] = []
    for op in _OPS:
        value = request.query_params.get(f"{name}[{op}]")
        if value is not None:
            found.append((op, read(value, f"{name}[{op}]")))
    return found


def read(value: str, name: str) -> int:
    """An instant in ms UTC.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        at = instant.from_wire(value)
    except (ValueError, OverflowError) as problem:
        raise InvalidRequest(f"{name}: an RFC 3339 instant") from problem
    return max(0, min(at, _LATEST))
