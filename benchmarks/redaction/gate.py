"""The scanner's speed: what an event pays, what the gates of all rules take in their sets."""

import os
import random
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from benchmarks import material
from benchmarks.figure import Figure, Goal, Section
from benchmarks.installation import KNOWN_SECRETS
from benchmarks.redaction import benign
from benchmarks.size import Size
from hansard.domain.draft import Json
from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

_RECORD = 1_000
_ONE = "github-"
_SEED = 4


def run(size: Size, folder: Path) -> Section:
    """Scan real events and text that looks dangerous, by processor time."""
    del folder
    section = Section("redaction", "Redaction")
    scan = _scanner()
    rules = default_rules()
    few = RulePack([rule for rule in rules.rules if rule.id.startswith(_ONE)])
    events = material.events().payloads
    text = "".join(benign.text(random.Random(_SEED), size.benign))
    records = [
        orjson.dumps({"content": text[at : at + _RECORD]}) for at in range(0, len(text), _RECORD)
    ]
    found: dict[str, list[float]] = {}
    for _ in range(size.rounds):
        for name, payloads in (("event", events), ("benign", records)):
            values: list[Json] = [orjson.loads(payload) for payload in payloads]
            found.setdefault(name, []).append(_seconds(scan.scan, values))
            found.setdefault(f"{name}.dumps", []).append(_seconds(orjson.dumps, values))
        found.setdefault("pack", []).append(_seconds(rules.suspects, events))
        found.setdefault("few", []).append(_seconds(few.suspects, events))
    _figures(section, found, events, records, len(few.rules))
    return section


def _figures(
    section: Section,
    found: dict[str, list[float]],
    events: list[bytes],
    records: list[bytes],
    few: int,
) -> None:
    def rate(name: str, payloads: list[bytes]) -> list[float]:
        return [sum(map(len, payloads)) / seconds / 1e6 for seconds in found[name]]

    def each(name: str) -> list[float]:
        return [seconds / len(events) * 1e6 for seconds in found[name]]

    many, add = len(default_rules().rules), section.add
    dumps = "orjson.dumps of the same"
    add(
        Figure(
            "redaction.rate",
            "scan of text that looks dangerous",
            "MB/s",
            rate("benign", records),
            dumps,
            rate("benign.dumps", records),
            Goal("at least", 5, on="value"),
        )
    )
    add(
        Figure(
            "redaction.events",
            "scan of real events",
            "MB/s",
            rate("event", events),
            dumps,
            rate("event.dumps", events),
            Goal("at least", 5, on="value"),
        )
    )
    add(Figure("redaction.event", "the same", "µs", each("event"), dumps, each("event.dumps")))
    add(
        Figure(
            "redaction.pack",
            f"gates of all {many} rules over real events",
            "MB/s",
            rate("pack", events),
            f"gates of {few} of them",
            rate("few", events),
            Goal("at least", 20, 5, on="value"),
        )
    )
    section.say("Scanner", f"the whole default rule pack and {KNOWN_SECRETS} known secrets")
    section.say("Events", material.events().describe())
    size = sum(map(len, records)) / 1e6
    section.say("Text", f"{size:.1f} MB of the generator's benign text, records of {_RECORD} B")
    section.say("Time", "of the processor, one thread; what it finds is in redaction.md")


def _scanner() -> Scanner:
    known = Secrets()
    for number in range(KNOWN_SECRETS):
        known.register(f"BENCH_TOKEN_{number}", secrets.token_urlsafe(24))
    return Scanner(known, default_rules(), os.urandom(32))


def _seconds(work: Callable[[Any], object], values: list[Any]) -> float:
    began = time.process_time()
    for value in values:
        work(value)
    return time.process_time() - began
