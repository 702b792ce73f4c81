"""What the scanner makes of the corpus: recall, coverage, false redactions, speed."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from re import compile as expression
from sysconfig import get_path

import orjson

from benchmarks.figure import percentile
from benchmarks.redaction import benign, corpus
from benchmarks.redaction.corpus import Sample
from benchmarks.redaction.encodings import ENCODINGS, leaked
from benchmarks.redaction.material import drawn
from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner
from hansard.redaction.stream import Stream

_PLACEHOLDER = expression(r"\[secret:[^\]]*\]")
_RUN = 5
_LONG_MS = 20.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    each: int
    values: int
    benign: int
    ids: int
    hostile: int
    streams: int


QUICK = Size(each=4, values=12, benign=400_000, ids=2_000, hostile=300, streams=2)
FULL = Size(each=40, values=60, benign=10_000_000, ids=10_000, hostile=10_000, streams=12)
TINY = Size(each=1, values=2, benign=60_000, ids=100, hostile=10, streams=1)


@dataclass(slots=True)
class Recall:
    """How many of the secrets of some samples were taken out."""

    total: int = 0
    found: int = 0
    whole: int = 0
    missed: Counter[str] = field(default_factory=Counter[str])

    @property
    def share(self) -> float:
        """Of all secrets, those that do not stand in the output any more."""
        return self.found / self.total if self.total else 1.0

    @property
    def coverage(self) -> float:
        """Of those, the ones of which nothing is left."""
        return self.whole / self.found if self.found else 1.0


def scanner() -> Scanner:
    """The shipped rules, and nothing known."""
    return Scanner(Secrets(), default_rules(), b"the key of the benchmark")


def recall(scan: Scanner, samples: Iterable[Sample]) -> Recall:
    """Score samples, half of them as texts, half as payloads of events."""
    counted = Recall()
    for number, sample in enumerate(samples):
        shown = _shown(scan, sample, number)
        counted.total += 1
        if sample.secret in shown:
            counted.missed[sample.kind] += 1
            continue
        counted.found += 1
        counted.whole += not _left(sample, _PLACEHOLDER.sub("\n", shown))
    return counted


def _shown(scan: Scanner, sample: Sample, number: int) -> str:
    if number % 2:
        return scan.scan_text(sample.text)[0]
    clean, _ = scan.scan({"name": "bash", "input": {"command": sample.text}})
    return str(clean["input"]["command"])


def _left(sample: Sample, shown: str) -> bool:
    around = sample.text.replace(sample.secret, "\n")
    runs = {sample.secret[at : at + _RUN] for at in range(len(sample.secret) - _RUN + 1)}
    return any(run in shown and run not in around for run in runs)


def false_hits(scan: Scanner, samples: Iterable[Sample]) -> tuple[int, int]:
    """(look-alikes that were taken for secrets, all of them)."""
    hits = total = 0
    for sample in samples:
        total += 1
        hits += bool(scan.scan_text(sample.text)[1])
    return hits, total


def encodings(source: random.Random, values: int) -> tuple[int, int, int]:
    """Known values in every spelling: (forms, forms not found, longest run that leaked)."""
    forms = lost = longest = 0
    shapes = ("{A24}", "{b40}", "{A12}!/&<\"'{A4}", "{w43}", "p\u00e4ss {A9} {A4}")
    for _ in range(values):
        known = Secrets()
        value, _ = drawn(source.choice(shapes), source)
        known.register("KNOWN", value)
        scan = Scanner(known, default_rules(), b"k")
        for name, encode in ENCODINGS.items():
            if name in ("JSON, all escaped", "UTF-16") and not value.isascii():
                continue
            forms += 1
            text, found = scan.scan_text(f"before\n{encode(value)}\nafter")
            lost += not found
            longest = max(longest, leaked(value, _PLACEHOLDER.sub("\n", text), encode))
    return forms, lost, longest


def offsets(source: random.Random, texts: int) -> tuple[int, int]:
    """Streams cut at every offset: (streams, those that show another text than the whole)."""
    scan = scanner()
    samples = [*corpus.contexts(source, 1), *corpus.provider_tokens(source, 1)]
    cut = different = 0
    for sample in source.sample(samples, min(len(samples), texts * 8)):
        text = f"{sample.text}\nand so on"
        whole, _ = scan.scan_text(text)
        for at in range(len(text)):
            stream = Stream(scan)
            shown = stream.feed(text[:at], 0.0) + stream.feed(text[at:], 0.0) + stream.close()
            cut += 1
            different += shown != whole
    return cut, different


def false_redactions(scan: Scanner, texts: Iterable[str]) -> tuple[int, float]:
    """(redactions, megabytes) of texts without secrets."""
    hits, size = 0, 0
    for text in texts:
        size += len(text.encode())
        hits += sum(redaction.count for redaction in scan.scan_text(text)[1])
    return hits, size / 1e6


def library(limit: int) -> Iterator[str]:
    """Real code that everybody has: the standard library, without its tests."""
    folder = Path(get_path("stdlib"))
    names = sorted(
        p for p in folder.rglob("*.py") if not {"test", "tests", "site-packages"} & {*p.parts}
    )
    for path in names:
        if limit <= 0:
            return
        content = path.read_text("utf-8", "replace")
        limit -= len(content)
        yield content


def throughput(texts: list[str]) -> float:
    """Megabytes a second of processor time, over records of about a kilobyte."""
    scan = scanner()
    payloads = [
        {"content": text[at : at + 1_000]} for text in texts for at in range(0, len(text), 1_000)
    ]
    size = sum(len(orjson.dumps(payload)) for payload in payloads)
    seconds = _best(lambda: [scan.scan(payload) for payload in payloads])
    return size / seconds / 1e6


def large_event(source: random.Random, rounds: int) -> float:
    """Milliseconds, 99th percentile, of an event of 64 KiB with a secret in it."""
    scan = scanner()
    text = "".join(benign.text(source, 65_536))[:65_400] + " password=hunter2-long-1"
    times: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        scan.scan({"content": text})
        times.append((time.process_time() - began) * 1_000)
    return percentile(times, 0.99)


def stream_delay(source: random.Random, size: int) -> float:
    """Milliseconds, 99th percentile, that one piece of a stream takes to be scanned."""
    scan, times = scanner(), list[float]()
    stream, text = Stream(scan), "".join(benign.text(source, size))
    at = 0
    while at < len(text):
        step = source.randint(1, 8)
        began = time.process_time()
        stream.feed(text[at : at + step], 0.0)
        times.append((time.process_time() - began) * 1_000)
        at += step
    return percentile(times, 0.99)


def adversarial(source: random.Random, count: int) -> float:
    """Milliseconds of the slowest of hostile texts of up to 64 KiB.

    One that takes long is tried three times: the machine has other things to do, a text that is
    slow by itself stays slow.
    """
    scan, worst = scanner(), 0.0
    pieces = (
        *("password=", "a.b-c_", "[", "eyJ", "curl -u ", "https://a:", "\\n", "\\\\\\", '"', "'"),
        *("Bearer ", "mysql -p", "name: token\n", "=" * 9, "%41", "\\u0041", "&#65;", "41 "),
        *("A" * 50, "token token ", "x\0", "\n" * 9, "key,", "-----BEGIN PRIVATE KEY-----\n"),
        *("Cookie: sid=", "docker login -p ", "auth=('a', '", "://", "@", "secret is "),
    )
    scan.scan_text("warm up password=hunter2-long-1")
    for _ in range(count):
        parts = source.choices(pieces, k=source.randint(1, 3))
        size = source.choice((1_024, 8_192, 65_536))
        text = "".join(parts)
        text = (text * (size // len(text) + 1))[:size]
        took = _best(partial(scan.scan_text, text), 1)
        if took * 1_000 > max(worst, _LONG_MS):
            took = min(took, _best(partial(scan.scan_text, text)))
        worst = max(worst, took * 1_000)
    return worst


def stability(source: random.Random, each: int) -> tuple[int, int, int]:
    """(payloads, those that are no JSON any more, those that a second scan changes)."""
    scan = scanner()
    total = broken = moved = 0
    for sample, payload in corpus.payloads(corpus.contexts(source, each)):
        del sample
        clean, _ = scan.scan(payload)
        total += 1
        broken += orjson.loads(orjson.dumps(clean)) != clean
        moved += scan.scan(clean)[0] != clean
    return total, broken, moved


def _best(run: Callable[[], object], rounds: int = 3) -> float:
    times: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)
