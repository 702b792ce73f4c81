"""Measure Hansard next to the raw limits of this machine: `python -m benchmarks.run`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from benchmarks import (
    append,
    disk,
    importing,
    listing,
    long_session,
    machine,
    memory,
    over_http,
    postgres,
    report,
    searching,
    start,
    tail,
    web,
)
from benchmarks.figure import Section
from benchmarks.redaction import gate
from benchmarks.size import FULL, QUICK, TINY, Size

BENCHMARKS: dict[str, Callable[[Size, Path], Section]] = {
    "append": append.run,
    "http": over_http.run,
    "list": listing.run,
    "long": long_session.run,
    "disk": disk.run,
    "search": searching.run,
    "tail": tail.run,
    "redaction": gate.run,
    "import": importing.run,
    "start": start.run,
    "memory": memory.run,
    "postgres": postgres.run,
    "web": web.run,
}
_NEEDS = {"postgres": postgres.available, "web": web.available}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 when a floor was missed."""
    asked = _parser().parse_args(arguments)
    size = TINY if asked.tiny else QUICK if asked.quick else FULL
    if asked.rounds:
        size = replace(size, rounds=asked.rounds)
    os.environ.pop("HANSARD_DATA_DIR", None)
    sections: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="hansard-bench-", dir=asked.dir) as place:
        facts = [*machine.facts(Path(place)), ("Rounds", f"{size.rounds}, medians of them")]
        for name in asked.only:
            if name in _NEEDS and not _NEEDS[name]():
                _say(f"{name}: what it needs is not here, left out")
                continue
            began = time.perf_counter()
            sections.append(BENCHMARKS[name](size, Path(place)))
            _say(f"{name}: {time.perf_counter() - began:.0f} s")
    facts.append(("Load when it ended", " ".join(f"{one:.1f}" for one in os.getloadavg())))
    sys.stdout.write(report.text(sections) + "\n")
    if asked.out:
        report.publish(asked.out, facts, sections)
    if asked.json:
        figures = [figure.to_json() for section in sections for figure in section.figures]
        asked.json.write_bytes(orjson.dumps({"machine": dict(facts), "figures": figures}))
    return int(any(f.verdict == "missed" for section in sections for f in section.figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller and shorter")
    parser.add_argument("--tiny", action="store_true", help="only to see that it works")
    parser.add_argument(
        "--only",
        type=_names,
        default=list(BENCHMARKS),
        metavar="NAMES",
        help="some of " + ",".join(BENCHMARKS),
    )
    parser.add_argument("--rounds", type=int, help="how often each pair is measured")
    parser.add_argument("--out", type=Path, help="page to put the figures into")
    parser.add_argument("--json", type=Path, help="file for the figures as JSON")
    parser.add_argument("--dir", type=Path, help="where the databases lie; the temporary folder")
    return parser


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"some of {', '.join(BENCHMARKS)}")
    return names


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
