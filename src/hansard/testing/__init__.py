"""What tests of this package, and of programs built on it, stand on: real parts, no mocks."""

from hansard.testing.bench import Bench
from hansard.testing.clock import FrozenClock

__all__ = ["Bench", "FrozenClock"]
