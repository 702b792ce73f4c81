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
        subscribers: fan-outs of the tail; the second is compared with the first.
        events: events published to the subscribers in one round.
        pause_s: between two of them.
        import_mb: megabytes of logs to import.
        largest_log: logs with more bytes are left out.
        starts: process starts in one round.
        messages: sizes of the log that is searched; the second is compared with the first.
        lengths: events of a short session and of a long one.
        steps: where in a session the cost of one more event is measured.
        kept: events whose bytes on disk are counted.
        sessions: so many lie in the database of one of the starts.
        benign: bytes of text without secrets to scan.
        page_rows, page_events: what the page shows in the browser.
        page_s: seconds of one measurement there.
        page_pixels: changes that are waited for there.
    """

    rounds: int = 5
    cell_s: float = 1.5
    live: int = 2_000
    rows: tuple[int, int] = (10_000, 1_000_000)
    pages: int = 200
    subscribers: tuple[int, int] = (1, 200)
    events: int = 200
    pause_s: float = 0.02
    import_mb: float = 30.0
    largest_log: int = 1 << 30
    starts: int = 3
    messages: tuple[int, int] = (10_000, 1_000_000)
    lengths: tuple[int, int] = (1_000, 100_000)
    steps: tuple[int, int] = (100, 10_000)
    kept: int = 30_000
    sessions: int = 100_000
    benign: int = 4_000_000
    page_rows: int = 10_000
    page_events: int = 10_000
    page_s: float = 10.0
    page_pixels: int = 40


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
    lengths=(1_000, 20_000),
    kept=10_000,
    sessions=20_000,
    benign=400_000,
    page_events=2_000,
    page_s=3.0,
    page_pixels=20,
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
    lengths=(210, 400),
    steps=(20, 100),
    kept=200,
    sessions=200,
    benign=20_000,
    page_rows=200,
    page_events=200,
    page_s=0.5,
    page_pixels=3,
)
