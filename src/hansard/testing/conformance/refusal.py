"""Say that something is refused."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from hansard.domain.errors import HansardError

E = TypeVar("E", bound=HansardError)


async def refused(kind: type[E], work: Awaitable[Any]) -> E:
    """The refusal that `work` must end in."""
    try:
        await work
    except kind as refusal:
        return refusal
    raise AssertionError(f"expected {kind.__name__}, but nothing was refused")
