"""How long and how large a run is: everything is bounded in time and in count."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The bounds of one run.

    Attributes:
        rounds: how often each pair of raw and own is measured.
        cell_s: seconds of one append measurement.
        rows: sizes of the session list; the second is compared with the first.
        pages: lists fetched for one percentile.
        subscribers: fan-outs of the tail.
        events: events published to the subscribers in one round.
        pause_s: between two of them.
        import_mb: megabytes of logs to import.
        largest_log: logs with more bytes are left out.
        starts: process starts in one round.
        messages: sizes of the log that is searched; the second is compared with the first.
    """

    rounds: int = 5
    cell_s: float = 1.5
    live: int = 2_000
    rows: tuple[int, int] = (10_000, 1_000_000)
    pages: int = 200
    subscribers: tuple[int, ...] = (1, 50)
    events: int = 200
    pause_s: float = 0.02
    import_mb: float = 30.0
    largest_log: int = 1 << 30
    starts: int = 3
    messages: tuple[int, int] = (10_000, 1_000_000)


FULL = Size()
QUICK = Size(
    rounds=3,
    cell_s=0.6,
    rows=(10_000, 100_000),
    pages=60,
    events=60,
    import_mb=8,
    starts=1,
    messages=(10_000, 100_000),
)
TINY = Size(
    rounds=1,
    cell_s=0.05,
    live=50,
    rows=(200, 400),
    pages=5,
    subscribers=(1, 3),
    events=5,
    import_mb=0.1,
    largest_log=8_000,
    starts=1,
    messages=(200, 400),
)
