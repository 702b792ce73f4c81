"""A clock that stands still until a test moves it."""

_START = 1_800_000_000_000


class FrozenClock:
    """Call it for the present in ms UTC, wherever a clock is asked for.

    Args:
        now: where it stands at first.
    """

    def __init__(self, now: int = _START) -> None:
        self.now = now

    def __call__(self) -> int:
        """The present."""
        return self.now

    def move(self, ms: int) -> int:
        """Let time pass; the new present."""
        self.now += ms
        return self.now
