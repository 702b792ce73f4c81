"""The closed axes of a session in one word, so that one index answers any of them together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from hansard.domain import state

_BETWEEN = "/"


class Mix(NamedTuple):
    """What a list is narrowed by besides agent, owner and connector (requirements.md 6.1).

    Sessions have few mixes: the axes hang together, and a state is one of thirteen.
    """

    kind: str
    mode: str
    origin: str
    state: str
    status: str
    channel: str | None

    def pack(self) -> str:
        """The mix as it stands in an index; the channel, a free text, comes last."""
        *closed, channel = self
        words = [str(word).replace(_BETWEEN, "_") for word in closed]
        return _BETWEEN.join(words if channel is None else [*words, channel])

    def tone(self, *, archived: bool) -> str:
        """The status class: that of the state, but for archived sessions."""
        return state.tone(cast(state.State, self.state), archived=archived)

    def fits(self, wanted: Mapping[str, Sequence[str]]) -> bool:
        """Whether each axis that is named has one of the values given for it."""
        return all(not values or getattr(self, axis) in values for axis, values in wanted.items())


def unpack(text: str) -> Mix:
    """The mix that `pack` made a text of."""
    kind, mode, origin, kept, status, *channel = text.split(_BETWEEN, 5)
    return Mix(kind, mode, origin, kept, status, channel[0] if channel else None)
