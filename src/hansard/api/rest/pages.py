"""Cursors of lists that run from the newest to the oldest: (created_at, id) of the last seen."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from hansard.api.rooms import Caller, Rooms
from hansard.domain import cursor
from hansard.domain.errors import InvalidRequest

_MOST = 1_000


class Dated(Protocol):
    """What such a list holds."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def created_at(self) -> int:
        """When it was made."""
        ...


T = TypeVar("T", bound=Dated)


def check(limit: int) -> None:
    """Refuse pages of an unbearable size.

    Raises:
        InvalidRequest: the limit is out of range.
    """
    if not 1 <= limit <= _MOST:
        raise InvalidRequest(f"limit: 1 to {_MOST}")


def after(parts: Rooms, who: Caller, of: str, page: str | None) -> tuple[int, str] | None:
    """Where a page begins.

    Args:
        of: names the list, so that no cursor serves another.

    Raises:
        InvalidRequest: the cursor is not of this list.
    """
    if page is None:
        return None
    content = cursor.decode(parts.page_key, page)
    at, last = content.get("at"), content.get("id")
    if content.get(of) != who.workspace_id or not isinstance(at, int) or not isinstance(last, str):
        raise InvalidRequest("page: the cursor belongs to another list")
    return at, last


def cut(
    parts: Rooms, who: Caller, of: str, found: Sequence[T], limit: int
) -> tuple[Sequence[T], str | None]:
    """The page of what was read with one more than `limit`, and the cursor of the next."""
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    content: dict[str, object] = {of: who.workspace_id, "at": last.created_at, "id": last.id}
    return found[:limit], cursor.encode(parts.page_key, content)
