"""Where sessions are looked for, in which order they are read, and as what."""

import os
import shutil
from pathlib import Path

import pytest
import zstandard

from hansard.domain.errors import InvalidRequest
from hansard.ingest import discover
from hansard.ingest.discover import Root

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
CODEX = FIXTURES / "codex"
OLDER = "5aaaaaaa-0000-4000-8000-000000000001"
NEWER = "5aaaaaaa-0000-4000-8000-000000000002"


def found(environ: dict[str, str], home: Path, *, present: bool = True) -> set[str]:
    roots = discover.default_roots(environ, home, present=present)
    return {f"{r.format.name} {r.path.relative_to(home)}" for r in roots if r.format}


def names(root: Path, form: str | None = None) -> list[str]:
    kind = discover.all_formats()[form] if form else None
    pairs = discover.in_order(discover.files(Root(root, kind)))
    return [f"{kind.name} {source.path.relative_to(root)}" for kind, source in pairs]


def test_the_default_folders_are_those_of_the_agents(tmp_path):
    """Discovery of the default folders, CLAUDE_CONFIG_DIR and CODEX_HOME."""
    assert found({}, tmp_path) == set()
    everything = {
        "claude_code .claude/projects",
        "claude_code .config/claude/projects",
        "codex .codex/sessions",
        "codex .codex/archived_sessions",
        "copilot_cli .copilot/session-state",
        "gemini .gemini/tmp",
        "openclaw .openclaw/agents",
        "opencode .local/share/opencode/opencode.db",
        "opencode .local/share/opencode/storage",
        "pi .pi/agent/sessions",
    }
    assert found({}, tmp_path, present=False) == everything
    for name in (".claude/projects", ".codex/sessions"):
        (tmp_path / name).mkdir(parents=True)
    assert found({}, tmp_path) == {"claude_code .claude/projects", "codex .codex/sessions"}


def test_the_environment_names_other_folders(tmp_path):
    for name in (".claude/projects", "a/projects", "b/projects", "c/sessions"):
        (tmp_path / name).mkdir(parents=True)
    environ = {"CLAUDE_CONFIG_DIR": f"{tmp_path}/a, {tmp_path}/b", "CODEX_HOME": f"{tmp_path}/c"}
    assert found(environ, tmp_path) == {
        "claude_code a/projects",
        "claude_code b/projects",
        "codex c/sessions",
    }
    empty = {"CLAUDE_CONFIG_DIR": "", "CODEX_HOME": ""}
    assert found(empty, tmp_path) == {"claude_code .claude/projects"}


def test_a_root_must_exist_and_its_format_be_known(tmp_path):
    with pytest.raises(InvalidRequest, match="no such file"):
        discover.named_root(tmp_path / "nothing", None)
    with pytest.raises(InvalidRequest, match="claude_code, codex"):
        discover.named_root(tmp_path, "word_perfect")
    assert discover.named_root(tmp_path, "codex").format == discover.all_formats()["codex"]


def test_a_relative_root_is_the_same_place_wherever_it_is_named_from(tmp_path, monkeypatch):
    (tmp_path / "logs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert discover.named_root(Path("logs"), None).path == tmp_path / "logs"


def test_formats_are_told_apart_by_what_is_in_the_files(tmp_path):
    for path in FIXTURES.rglob("*.jsonl"):
        shutil.copy(path, tmp_path / f"{len(list(tmp_path.iterdir()))}-{path.name}")
    (tmp_path / "notes.jsonl").write_text('{"hello": "world"}\n')
    (tmp_path / "empty.jsonl").touch()
    passed: dict[str, str] = {}
    pairs = discover.files(Root(tmp_path, None), lambda p, why: passed.update({p.name: why}))
    for kind, source in pairs:
        original = source.path.name.partition("-")[2]
        assert original in {path.name for path in (FIXTURES / kind.name).rglob("*.jsonl")}
    assert len(pairs) == len(list(FIXTURES.rglob("*.jsonl")))
    assert passed == {"notes.jsonl": "no format knows it", "empty.jsonl": "an empty file"}


def test_the_newest_family_comes_first_and_in_it_the_oldest(folder, talk):
    """architecture.md 10: today's work is on screen in seconds."""
    unrelated = "5aaaaaaa-0000-4000-8000-000000000003"
    lines = talk(OLDER, turns=2)
    copies = [line.replace(OLDER.encode(), NEWER.encode()) for line in lines]
    for at, (session, body) in enumerate(
        [(OLDER, lines), (unrelated, talk(unrelated)), (NEWER, copies)], 1
    ):
        path = folder / f"{session}.jsonl"
        path.write_bytes(b"".join(body))
        os.utime(path, (at, at))
    assert names(folder) == [
        f"claude_code {OLDER}.jsonl",
        f"claude_code {NEWER}.jsonl",
        f"claude_code {unrelated}.jsonl",
    ]


def test_who_names_another_comes_after_it_however_old(folder, copied):
    """A session goes on after its sub-agents ended: its file is the newer one."""
    case = copied("claude_code/sub_agent_beside")
    [session] = case.glob("2c*.jsonl")
    for agent in case.glob("agent-*"):
        os.utime(agent, (1, 1))
    assert names(case)[0] == f"claude_code {session.name}"
    resumed = copied("claude_code/resumed")
    for at, path in enumerate(sorted(resumed.iterdir()), 1):
        os.utime(path, (at, at))  # 789e… was resumed from 93a9…
    assert [name.split()[1][:4] for name in names(resumed)] == ["93a9", "789e"]


def test_a_compressed_thread_is_the_same_thread(houses, folder):
    """Codex compresses the files of last week; what they tell stays the same."""
    house, plain = houses(), houses()
    for path in CODEX.rglob("*.jsonl"):
        stem = path.stem if path.stem.startswith("rollout") else f"rollout-x-{path.stem[-36:]}"
        body = zstandard.ZstdCompressor().compress(path.read_bytes())
        (folder / f"{stem}.jsonl.zst").write_bytes(body)
    plain.read(CODEX)
    for form in ("codex", None):
        [progress] = house.read(folder, form=form)
        assert (progress.records_skipped, progress.error) == (0, None)
    assert house.log() == plain.log()
    assert [house.raw(i) for i in house.session_ids()]
    house.check()


def test_a_thread_that_is_compressed_later_is_not_told_again(house, folder):
    [path] = (CODEX / "old_rollout").iterdir()
    copy = Path(shutil.copy(path, folder))
    house.read(folder)
    log, raw = house.log(), [house.raw(i) for i in house.session_ids()]
    packed = copy.with_suffix(".jsonl.zst")
    packed.write_bytes(zstandard.ZstdCompressor().compress(copy.read_bytes()))
    copy.unlink()
    house.restart()
    [progress] = house.read(folder)
    assert (progress.files_done, progress.events) == (1, 0)
    assert (house.log(), [house.raw(i) for i in house.session_ids()]) == (log, raw)
