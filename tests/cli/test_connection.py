"""Which server is meant, and who gets to see a secret."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hansard.cli.connection import NoServer, find, running_server
from hansard.cli.failure import Failure


def install(folder: Path, url: str, pid: int | None = None) -> Path:
    """A data folder as a running server leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.json").write_text(json.dumps({"url": url, "pid": pid or os.getpid()}))
    (folder / "admin_secret").write_text("the-admin-secret\n")
    return folder


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_the_running_server_is_found_with_its_secret(tmp_path: Path):
    found = find(None, install(tmp_path, "http://127.0.0.1:4777/"), {})
    assert (found.url, found.secret, found.local) == (
        "http://127.0.0.1:4777",
        "the-admin-secret",
        True,
    )


def test_a_key_of_the_environment_wins_over_the_admin_secret(tmp_path: Path):
    folder = install(tmp_path, "http://127.0.0.1:4777")
    assert find(None, folder, {"HANSARD_API_KEY": "k"}).secret == "k"
    (tmp_path / "key").write_text("from-file\n")
    environ = {"HANSARD_API_KEY_FILE": str(tmp_path / "key")}
    assert find(None, folder, environ).secret == "from-file"


def test_another_server_never_sees_the_admin_secret(tmp_path: Path):
    folder = install(tmp_path, "http://127.0.0.1:4777")
    for url in ("http://127.0.0.1:4778", "https://hansard.example", "http://localhost:4777"):
        assert find(url, folder, {}).secret is None
        assert find(None, folder, {"HANSARD_URL": url}).secret is None
    assert find("http://127.0.0.1:4777/", folder, {}).secret == "the-admin-secret"


def test_the_address_of_a_dead_server_gets_no_secret(tmp_path: Path):
    install(tmp_path, "http://127.0.0.1:4777", dead_pid())
    assert running_server(tmp_path) is None
    with pytest.raises(NoServer):
        find(None, tmp_path, {})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url":"x"}', '{"url":"x","pid":"y"}'])
def test_a_broken_server_file_is_no_server(tmp_path: Path, content: str):
    (tmp_path / "server.json").write_text(content)
    assert running_server(tmp_path) is None


def test_an_address_that_is_not_http_is_refused(tmp_path: Path):
    with pytest.raises(Failure) as raised:
        find("file:///etc/passwd", tmp_path, {})
    assert raised.value.code == 2


def test_without_a_server_the_way_to_start_one_is_said(run: Any):
    result = run("session", "list")
    assert result.code == 1
    assert "hansard up" in result.err


def test_a_named_server_that_does_not_answer_is_named(run: Any, stand: Any):
    result = run("--server", "http://127.0.0.1:9", "whoami")
    assert result.code == 1
    assert "no server answers at http://127.0.0.1:9" in result.err


def test_a_server_that_breaks_off_is_an_error(run: Any, stand: Any):
    stand.answers["GET", "/v1/me"] = lambda handler: None
    result = run("whoami")
    assert (result.code, "broke the connection off" in result.err) == (1, True)


def test_the_key_is_sent_as_bearer(run: Any, stand: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HANSARD_API_KEY", "hansard_sk_1")
    stand.answers["GET", "/v1/me"] = {"type": "me"}
    run("whoami")
    assert stand.requests[0].headers["authorization"] == "Bearer hansard_sk_1"


def test_a_proxy_does_not_see_what_stays_on_this_machine(
    run: Any, stand: Any, monkeypatch: pytest.MonkeyPatch
):
    stand.answers["GET", "/v1/me"] = {"type": "me"}
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run("whoami").code == 0


def test_the_data_folder_is_found_as_the_server_finds_it(
    run: Any, stand: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand.answers["GET", "/v1/me"] = {"type": "me"}
    monkeypatch.delenv("HANSARD_URL")
    install(tmp_path / "xdg" / "hansard", stand.url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert run("whoami").code == 1
    monkeypatch.delenv("HANSARD_DATA_DIR")
    assert run("whoami").code == 0
    assert run("--data-dir", str(tmp_path / "other"), "whoami").code == 1
    assert run("whoami", "--data-dir", str(tmp_path / "xdg" / "hansard")).code == 0
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "empty"))
    (tmp_path / "hansard.toml").write_text(f'data_dir = "{tmp_path}/xdg/hansard"')
    assert run("whoami").code == 0
