"""Words that the page and the server both keep are the same."""

import re
from pathlib import Path

from hansard.domain import query
from hansard.journal import figures

WEB = Path(__file__).resolve().parent.parent / "web" / "src"


def _listed(path: str, begin: str, end: str) -> set[str]:
    text = (WEB / path).read_text(encoding="utf-8")
    found = re.search(re.escape(begin) + "(.*?)" + re.escape(end), text, re.DOTALL)
    assert found is not None, f"{path}: no {begin}"
    return set(re.findall(r'"(\w+)"', found[1]))


def test_the_page_and_the_server_take_the_same_tools_for_editors() -> None:
    editors = figures.EDITORS
    assert _listed("domain/tool-kind.ts", "const EDITORS = [", "\n]") == editors


def test_the_page_and_the_server_take_the_same_words_for_conditions() -> None:
    assert _listed("domain/hits.ts", "const CONDITIONS = new Set([", "\n])") == set(query.FACETS)
