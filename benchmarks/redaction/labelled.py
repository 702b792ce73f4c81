"""Scores files that somebody labelled, in the layout of CredData: `meta/*.csv` and `data/`.

The labels name a file, its lines, whether it is a credential (T), none (F) or open (X), and
often the columns of the value. What no label speaks of is not counted.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from hansard.redaction.scan import Scanner


@dataclass(slots=True)
class Labelled:
    """How the labels were met."""

    credentials: int = 0
    found: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        """Of the labelled credentials, those that were taken out."""
        return self.found / self.credentials if self.credentials else 0.0

    @property
    def precision(self) -> float:
        """Of what was taken out on labelled lines, the share that is a credential."""
        taken = self.found + self.false
        return self.found / taken if taken else 0.0


def score(scan: Scanner, folder: Path) -> Labelled:
    """Score every labelled line of a folder.

    Raises:
        FileNotFoundError: the folder has no `meta`.
    """
    counted = Labelled()
    tables = sorted((folder / "meta").glob("*.csv"))
    if not tables:
        raise FileNotFoundError(f"{folder}/meta holds no labels")
    texts: dict[Path, tuple[str, set[int]]] = {}
    for table in tables:
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                _count(scan, folder, row, texts, counted)
    return counted


def _count(
    scan: Scanner,
    folder: Path,
    row: dict[str, str],
    texts: dict[Path, tuple[str, set[int]]],
    counted: Labelled,
) -> None:
    truth = row.get("GroundTruth", "")
    path = folder / row.get("FilePath", "")
    if truth not in ("T", "F") or not path.is_file():
        return
    if path not in texts:
        content = path.read_text("utf-8", "replace")
        texts[path] = (content, _touched(scan, content))
    first = int(row["LineStart"])
    last = int(row.get("LineEnd") or first)
    hit = not texts[path][1].isdisjoint(range(first, last + 1))
    if truth == "T":
        counted.credentials += 1
        counted.found += hit
    else:
        counted.false += hit


def _touched(scan: Scanner, content: str) -> set[int]:
    """The numbers of the lines in which something was taken out."""
    data = content.encode("utf-8", "replace")
    found: set[int] = set()
    for span in scan.spans(data):
        first = data.count(b"\n", 0, span.start) + 1
        found.update(range(first, first + data.count(b"\n", span.start, span.end) + 1))
    return found
