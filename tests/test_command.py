"""What our own messages tell a person to type."""

from pathlib import Path

import pytest

from hansard import config

CASES = [
    ("an environment in this folder", "work/.venv/bin", "", ".venv/bin/hansard"),
    ("an environment elsewhere at home", "home/tools/bin", "", "~/tools/bin/hansard"),
    ("an environment elsewhere", "opt/hansard/bin", "", "{}/opt/hansard/bin/hansard"),
    ("one that is activated", "work/.venv/bin", "work/.venv/bin", "hansard"),
    ("one that is linked on PATH", "opt/hansard/bin", "home/bin", "hansard"),
    ("another one on PATH", "work/.venv/bin", "usr/bin", ".venv/bin/hansard"),
]


@pytest.mark.parametrize(
    ("folder", "path", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_command_in_our_messages_works_where_we_were_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, path: str, expected: str
) -> None:
    for name in ("work/.venv/bin", "home/tools/bin", "opt/hansard/bin", "usr/bin"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "hansard").touch(0o755)
    (tmp_path / "home" / "bin").mkdir()
    (tmp_path / "home" / "bin" / "hansard").symlink_to(tmp_path / "opt/hansard/bin/hansard")
    monkeypatch.setattr("sys.executable", str(tmp_path / folder / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / path) if path else "/nonexistent")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work")
    assert config.command() == expected.format(tmp_path)


def test_without_a_script_the_module_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin" / "python3"))
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("HOME")
    monkeypatch.chdir(tmp_path)
    assert config.command() == "bin/python3 -m hansard"
    monkeypatch.chdir(tmp_path / "bin")
    assert config.command() == f"{tmp_path}/bin/python3 -m hansard"
