"""Measure redaction: `python -m benchmarks.redaction`."""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.redaction import benign, corpus, labelled, score
from benchmarks.redaction.score import FULL, QUICK, TINY, Size

BEGIN = "<!-- figures: written by `python -m benchmarks.redaction --out`, do not edit -->"
END = "<!-- end of figures -->"
_PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"


class Figure(NamedTuple):
    """A line of the table."""

    what: str
    asked: str
    measured: str
    reached: bool | None


def measure(size: Size, seed: int, folder: Path | None) -> list[Figure]:
    """Everything, from one seed."""
    found: list[Figure] = []
    for part in (_known, _formats, _contexts, _benign, _speed, _stability):
        began = time.perf_counter()
        found += part(size, random.Random(seed))
        sys.stderr.write(f"{part.__name__[1:]}: {time.perf_counter() - began:.0f} s\n")
    found.insert(5, _labelled(folder))
    return found


def _known(size: Size, source: random.Random) -> list[Figure]:
    forms, lost, longest = score.encodings(source, size.values)
    cut, different = score.offsets(source, size.streams)
    return [
        Figure(
            "Known values, raw and in 24 spellings",
            "100 %, at most 4 characters in a row left",
            f"{_share(forms - lost, forms)} of {forms:,}, longest run left {longest}",
            lost == 0 and longest <= 4,
        ),
        Figure(
            "Streams cut at every offset show what the whole shows",
            "100 %",
            f"{_share(cut - different, cut)} of {cut:,}",
            different == 0,
        ),
    ]


def _formats(size: Size, source: random.Random) -> list[Figure]:
    scan = score.scanner()
    counted = score.recall(scan, corpus.provider_tokens(source, size.each))
    named = score.recall(scan, corpus.named_tokens(source, size.each))
    hits, total = score.false_hits(scan, corpus.look_alikes(source, max(2, size.each // 4)))
    everything = counted.total + named.total
    both = (counted.found + named.found) / everything
    whole = (counted.whole + named.whole) / max(1, counted.found + named.found)
    kinds = len(corpus.PREFIXED) + sum(len(shapes) for shapes in corpus.NAMED.values())
    return [
        Figure(
            f"Provider formats ({kinds} kinds): recall",
            "at least 99.5 %",
            f"{both:.2%} of {everything:,}",
            both >= 0.995,
        ),
        Figure(
            "Look-alikes taken for tokens", "at most 5 %", f"{hits / total:.2%}", hits <= total / 20
        ),
        Figure("Value fully covered", "at least 99.5 % of hits", f"{whole:.2%}", whole >= 0.995),
    ]


def _contexts(size: Size, source: random.Random) -> list[Figure]:
    counted = score.recall(score.scanner(), corpus.contexts(source, size.each))
    return [
        Figure(
            f"Unlisted formats in a telling context ({len(corpus.CONTEXTS)} kinds): recall",
            "at least 70 %",
            f"{counted.share:.1%} of {counted.total:,}",
            counted.share >= 0.7,
        )
    ]


def _labelled(folder: Path | None) -> Figure:
    what, asked = "Labelled code and configuration: recall / precision", "at least .80 / .90"
    if folder is None:
        return Figure(what, asked, "not part of this corpus (`--labelled DIR`)", None)
    counted = labelled.score(score.scanner(), folder)
    reached = counted.recall >= 0.8 and counted.precision >= 0.9
    told = f"{counted.recall:.3f} / {counted.precision:.3f} of {counted.credentials:,}"
    return Figure(what, asked, told, reached)


def _benign(size: Size, source: random.Random) -> list[Figure]:
    scan = score.scanner()
    hits, megabytes = score.false_redactions(scan, benign.text(source, size.benign))
    real, more = score.false_redactions(scan, score.library(size.benign))
    ids, _ = score.false_redactions(scan, benign.own_ids(source, size.ids))
    return [
        Figure(
            "Text that looks dangerous and is not: false redactions",
            "at most 1 per MB",
            f"{hits / megabytes:.2f} per MB of {megabytes:.1f} MB",
            hits <= megabytes,
        ),
        Figure(
            "Python's standard library: redactions",
            "at most 1 per MB",
            f"{real / more:.2f} per MB of {more:.1f} MB",
            real <= more,
        ),
        Figure(
            "Own ids, UUIDs and hashes without a secret's context",
            "0 of 10,000",
            f"{ids} of {size.ids:,}",
            ids == 0,
        ),
    ]


def _speed(size: Size, source: random.Random) -> list[Figure]:
    texts = list(benign.text(source, min(size.benign, 4_000_000)))
    rate = score.throughput(texts)
    event = score.large_event(source, max(20, size.each * 5))
    delay = score.stream_delay(source, min(size.benign, 200_000))
    worst = score.adversarial(source, size.hostile)
    return [
        Figure("Throughput, one core", "at least 5 MB/s", f"{rate:.1f} MB/s", rate >= 5),
        Figure("Event of 64 KiB, p99", "at most 10 ms", f"{event:.1f} ms", event <= 10),
        Figure("A piece of a stream, p99", "at most 250 ms", f"{delay:.2f} ms", delay <= 250),
        Figure(
            f"Slowest of {size.hostile:,} hostile texts up to 64 KiB, best of three",
            "at most 50 ms",
            f"{worst:.1f} ms",
            worst <= 50,
        ),
    ]


def _stability(size: Size, source: random.Random) -> list[Figure]:
    total, broken, moved = score.stability(source, max(1, size.each // 4))
    return [
        Figure(
            "JSON stays valid, a second scan changes nothing",
            "100 %",
            f"{_share(total - broken - moved, total)} of {total:,}",
            broken + moved == 0,
        ),
        Figure("Canaries in any sink", "0 of 50", "0 (`tests/redaction/test_canaries.py`)", None),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.4g} %"


def table(figures: Sequence[Figure]) -> str:
    """The figures as Markdown."""
    lines = ["| Measure | Asked | Measured | |", "|---|---|---|---|"]
    marks = {True: "reached", False: "missed", None: ""}
    lines += [f"| {f.what} | {f.asked} | {f.measured} | {marks[f.reached]} |" for f in figures]
    return "\n".join(lines)


def publish(page: Path, text: str) -> None:
    """Put the table between the marks of a page.

    Raises:
        ValueError: the page has no marks.
    """
    before = page.read_text(encoding="utf-8")
    if BEGIN not in before or END not in before:
        raise ValueError(f"{page} has no place for figures")
    head, _, rest = before.partition(BEGIN)
    page.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when a figure was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.redaction", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller and shorter")
    parser.add_argument("--tiny", action="store_true", help="only to see that it works")
    parser.add_argument("--seed", type=int, default=4, help="of everything that is drawn")
    parser.add_argument("--labelled", type=Path, help="folder of labelled files, as CredData's")
    parser.add_argument(
        "--out", type=Path, nargs="?", const=_PAGE, help="page to put the table into"
    )
    parser.add_argument("--json", type=Path, help="file for the figures as JSON")
    asked = parser.parse_args(arguments)
    size = TINY if asked.tiny else QUICK if asked.quick else FULL
    figures = measure(size, asked.seed, asked.labelled)
    text = table(figures)
    sys.stdout.write(text + "\n")
    if asked.out:
        publish(asked.out, f"Seed {asked.seed}, one core.\n\n{text}")
    if asked.json:
        asked.json.write_bytes(orjson.dumps([figure._asdict() for figure in figures]))
    return int(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
