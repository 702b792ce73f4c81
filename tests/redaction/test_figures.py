"""The benchmark of redaction runs, and writes its table where the page has a place for it."""

import json
from pathlib import Path

import pytest
from benchmarks.redaction.__main__ import BEGIN, END, main, publish


def test_a_tiny_run_reaches_what_does_not_depend_on_the_machine(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    main(["--tiny", "--json", str(out)])
    missed = {f["what"] for f in json.loads(out.read_bytes()) if f["reached"] is False}
    machine = ("Throughput", "Event of 64 KiB", "A piece of a stream", "Slowest of")
    assert {what for what in missed if not what.startswith(machine)} == set()


def test_the_table_goes_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"head\n{BEGIN}\nold\n{END}\ntail\n")
    publish(page, "| new |")
    assert page.read_text() == f"head\n{BEGIN}\n\n| new |\n\n{END}\ntail\n"
    page.write_text("no marks")
    with pytest.raises(ValueError, match="no place"):
        publish(page, "| new |")


def test_the_published_page_has_a_place_for_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "redaction.md").read_text()
    assert text.index(BEGIN) < text.index(END)
