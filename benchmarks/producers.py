"""Drive asyncio producers for a while: what they got acknowledged, and what failed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hansard.store.writer import Writer


@dataclass(slots=True)
class Tally:
    """What producers reached together.

    Attributes:
        events: acknowledged as durable.
        group: mean jobs in one transaction.
        waits: milliseconds from asking to acknowledgement, one per append.
        errors: what was raised, by name.
    """

    events: int = 0
    seconds: float = 0.0
    group: float = 0.0
    waits: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


Append = Callable[[int], Awaitable[int]]
"""Appends something for producer `n`; how many events that was."""


async def drive(append: Append, producers: int, seconds: float, writer: Writer) -> Tally:
    """Run producers side by side; each waits for its acknowledgement before the next append."""
    tally = Tally()
    groups, jobs = writer.groups, writer.jobs
    start = time.perf_counter()
    until = start + seconds

    async def produce(number: int) -> None:
        while (began := time.perf_counter()) < until:
            try:
                done = await append(number)  # first: `+=` around an await loses counts
                tally.events += done
            except Exception as problem:
                tally.errors.append(f"{type(problem).__name__}: {problem}")
            tally.waits.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(produce(number) for number in range(producers)))
    tally.seconds = time.perf_counter() - start
    tally.group = (writer.jobs - jobs) / max(1, writer.groups - groups)
    return tally
