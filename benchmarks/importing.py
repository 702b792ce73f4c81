"""Import: the test logs many times over, next to reading the same lines with orjson.

As a program it imports a folder in a process of its own, so that its memory can be told:
`python -m benchmarks.importing WARM LOGS DATA`.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

from benchmarks.figure import Figure, Section
from benchmarks.material import LOGS
from benchmarks.server import ROOT, forget_peak, peak_mb, rss_mb
from benchmarks.size import Size
from hansard.app import House, open_house
from hansard.config import Settings
from hansard.ingest.discover import Root

_IDS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<=\"agentId\":\")[0-9a-f]{7,}|(?<=agent-)[0-9a-f]{7,}"
    r"|\b(?:msg|toolu|req|call|fc|rs|resp)_[0-9A-Za-z]{8,}"
)
_PART = 3
Told = dict[str, Any]
"""What the importing process told: seconds, raw_seconds, growth_mb, sessions, events."""
_MOST_S = 900


def run(size: Size, folder: Path) -> Section:
    """Import in a fresh process a round; the memory of a third of the logs beside all of them."""
    section = Section("import", "Import")
    logs = chosen(size)
    copies = max(_PART, round(size.import_mb * 1e6 / _bytes(logs)))
    whole: list[Told] = []
    part: list[Told] = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        base = Path(place)
        copy(logs, base / "warm", 1)
        copy(logs, base / "part", copies // _PART)
        copy(logs, base / "all", copies)
        for number in range(size.rounds):
            whole.append(_import(base, "all", number))
            part.append(_import(base, "part", number))
        megabytes = _bytes(_logs(base / "all")) / 1e6
    _figures(section, whole, part, megabytes)
    section.say(
        "Logs",
        f"{megabytes:.1f} MB: the test logs {copies} times, each time with other ids; "
        f"{whole[0]['sessions']:,} sessions, {whole[0]['events']:,} events",
    )
    section.say(
        "Memory",
        "growth of the process after a first copy was imported; files are read by 1 MiB and "
        "appended after at most 400 events or 1 MiB",
    )
    return section


def _figures(
    section: Section,
    whole: list[Told],
    part: list[Told],
    megabytes: float,
) -> None:
    section.add(
        Figure(
            "import.rate",
            "logs to durable sessions",
            "MB/s",
            [megabytes / one["seconds"] for one in whole],
            "orjson.loads of the same lines",
            [megabytes / one["raw_seconds"] for one in whole],
        )
    )
    section.add(
        Figure(
            "import.events",
            "events appended",
            "events/s",
            [one["events"] / one["seconds"] for one in whole],
        )
    )
    section.add(
        Figure(
            "import.memory",
            "memory growth over all of it",
            "MB",
            [one["growth_mb"] for one in whole],
            "the same over a third of it",
            [max(one["growth_mb"], 0.1) for one in part],
        )
    )


def _import(base: Path, logs: str, number: int) -> Told:
    data = base / f"data-{logs}-{number}"
    command = [sys.executable, "-m", "benchmarks.importing"]
    done = subprocess.run(
        [*command, str(base / "warm"), str(base / logs), str(data)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        timeout=_MOST_S,
    )
    return orjson.loads(done.stdout)


def chosen(size: Size) -> list[Path]:
    """The test logs of a run."""
    return [path for path in _logs(LOGS) if path.stat().st_size <= size.largest_log]


def copy(logs: list[Path], target: Path, copies: int) -> None:
    """Write logs with every id replaced, other ones in each copy."""
    for number in range(copies):
        seed = f"{target.name} {number}"
        for source in logs:
            path = target / str(number) / renewed(str(source.relative_to(LOGS)), seed)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(renewed(source.read_text(), seed))


def renewed(text: str, seed: str) -> str:
    """A text with every id in it replaced, the same one by the same one."""
    return _IDS.sub(lambda match: _other(match[0], seed), text)


def _other(found: str, seed: str) -> str:
    """An id of the same shape, the same one for the same id and seed."""
    head, mark, rest = found.partition("_")
    digest = hashlib.sha256(f"{seed} {found}".encode()).hexdigest()
    if mark:
        return f"{head}_{digest[: len(rest)].ljust(len(rest), '0')}"
    digits = iter(digest)
    return "".join(c if c == "-" else next(digits) for c in found)


def _logs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


def _bytes(logs: list[Path]) -> int:
    return sum(path.stat().st_size for path in logs)


def _read(folder: Path) -> float:
    """Seconds to read every line of the logs as JSON."""
    began = time.perf_counter()
    for path in _logs(folder):
        with path.open("rb") as file:
            for line in file:
                try:
                    orjson.loads(line)
                except ValueError:  # some test logs hold a broken line
                    continue
    return time.perf_counter() - began


def load(house: House, logs: Path) -> None:
    """Import a folder into an open house and wait for it.

    Raises:
        TimeoutError: it did not end in a quarter of an hour.
    """
    for done in house.importer.add([Root(logs, None)], watching=False):
        if not done.wait(_MOST_S):
            raise TimeoutError("the import did not end")


def main() -> None:
    """Import one folder to warm up and one to measure; tell how it went as JSON."""
    warm, logs, data = (Path(argument) for argument in sys.argv[1:4])
    house = open_house(Settings(data_dir=data))
    try:
        load(house, warm)
        raw_seconds = _read(logs)
        before = rss_mb(os.getpid())
        forget_peak(os.getpid())
        began = time.perf_counter()
        load(house, logs)
        seconds = time.perf_counter() - began
        progress = house.importer.progress[-1]
        told = {
            "seconds": seconds,
            "raw_seconds": raw_seconds,
            "growth_mb": peak_mb(os.getpid()) - before,
            "sessions": len(progress.sessions),
            "events": progress.events,
        }
    finally:
        house.close()
    sys.stdout.write(orjson.dumps(told).decode())


if __name__ == "__main__":
    main()
