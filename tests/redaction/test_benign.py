"""Real transcripts that hold no secret come through unchanged (reliability.md, 4.3)."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"


def records() -> Iterator[bytes]:
    for path in sorted(FORMATS.rglob("*.jsonl")):
        yield from (line for line in path.read_bytes().splitlines() if line.strip())


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Secrets(), default_rules(), b"k")


def test_transcripts_without_secrets_lose_nothing(scanner: Scanner) -> None:
    size = hits = 0
    for raw in records():
        size += len(raw)
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError:
            hits += len(scanner.scan_text(raw.decode("utf-8", "replace"))[1])
            continue
        hits += sum(redaction.count for redaction in scanner.scan(value)[1])
    assert size > 100_000
    assert hits <= size / 1_000_000


def test_the_same_transcripts_as_plain_text_lose_nothing_either(scanner: Scanner) -> None:
    size = hits = 0
    for raw in records():
        size += len(raw)
        _, redactions = scanner.scan_text(raw.decode("utf-8", "replace"))
        hits += sum(redaction.count for redaction in redactions if redaction.rule != "jwt")
    assert size > 100_000
    assert hits <= size / 1_000_000
