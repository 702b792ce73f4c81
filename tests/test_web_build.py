"""The build of the web page: what counts as a change, and a lock file that works anywhere."""

import json
from pathlib import Path

import pytest
import web
import web_lock


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.tsx").write_text("one")
    (tmp_path / "package.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize("path", ["src/main.tsx", "src/new.css", "index.html", ".npmrc"])
def test_a_changed_input_changes_the_digest(page: Path, path: str):
    before = web.digest(page)
    (page / path).write_text("two")
    assert web.digest(page) != before


def test_a_renamed_input_changes_the_digest(page: Path):
    before = web.digest(page)
    (page / "src" / "main.tsx").rename(page / "src" / "other.tsx")
    assert web.digest(page) != before


@pytest.mark.parametrize(
    "path",
    ["node_modules/x/a.js", "dist/a.js", "e2e/a.ts", ".vite/a", "src/a.test.ts", "src/a.gen.ts"],
)
def test_what_tools_write_and_tests_read_does_not(page: Path, path: str):
    before = web.digest(page)
    (page / path).parent.mkdir(parents=True, exist_ok=True)
    (page / path).write_text("two")
    assert web.digest(page) == before


@pytest.mark.parametrize(
    ("node", "expected"),
    [((20, 18), False), ((20, 19), True), ((21, 7), False), ((22, 11), False), ((24, 0), True)],
)
def test_node_is_used_from_the_version_that_the_bundler_supports(
    node: tuple[int, int], expected: bool
):
    assert web.node_suffices(node) is expected


def test_an_unlisted_platform_package_gets_its_lock_entry():
    packages = {
        "node_modules/tool": {
            "dev": True,
            "optionalDependencies": {"@tool/cli-linux-arm64-musl": "1.2.3", "fsevents": "^2.0.0"},
        }
    }
    assert web_lock.missing(packages) == {
        "node_modules/@tool/cli-linux-arm64-musl": {
            "version": "1.2.3",
            "optional": True,
            "dev": True,
            "os": ["linux"],
            "cpu": ["arm64"],
            "libc": ["musl"],
        }
    }


def test_the_lock_file_holds_every_platform_and_no_registry():
    packages = json.loads((web.WEB / "package-lock.json").read_text())["packages"]
    assert web_lock.missing(packages) == {}, "run scripts/lock"
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
