"""A dictionary that remembers only what came last, so that a long file needs no more memory."""

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The last `limit` things put in, by name.

    What is forgotten depends on the lines before alone, so a second reading forgets the same.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, V] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def get(self, name: str | None) -> V | None:
        """What was put in under a name, if it is still known."""
        return None if name is None else self._kept.get(name)

    def put(self, name: str, value: V) -> None:
        """Remember a thing as the newest."""
        self._kept[name] = value
        self._kept.move_to_end(name)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def pop(self, name: str) -> V | None:
        """Take a thing out."""
        return self._kept.pop(name, None)

    def values(self) -> list[V]:
        """Everything that is known, oldest first."""
        return list(self._kept.values())
