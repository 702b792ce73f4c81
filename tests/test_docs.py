"""Documentation that can be false is generated or tested."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hansard.domain import state
from hansard.domain.operations import OPERATIONS

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("script", ["reference.py", "wire_types.py"])
def test_what_is_generated_from_the_code_is_fresh(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_in_the_docs_exists(page: Path) -> None:
    known = {operation.cli for operation in OPERATIONS if operation.cli}
    extra = {"up", "doctor", "import", "db", "session rename", "session tag"}
    for words in re.findall(r"hansard ((?:[a-z-]+ ?){1,2})", page.read_text()):
        pair = words.split()
        one, two = pair[0], " ".join(pair)
        if page.name == "README.md" and one in ("runs", "finds", "is"):
            continue
        nouns = {k.split()[0] for k in known | extra}
        if one in nouns:
            assert one in known | extra or two in known | extra, two


def test_the_glossary_names_every_kind() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    for kind in state.KINDS:
        assert f"`{kind}`" in text
