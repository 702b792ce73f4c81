"""What a start costs, and how a process of ours behaves towards its shell."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SERVER_ROOMS = ("sqlalchemy", "fastapi", "starlette", "uvicorn", "alembic", "re2", "psycopg")
ROW = {"id": "sesn_" + "0" * 32, "title": "\x1b]0;pwned\x07Title", "tone": "problem"}
ROW |= {"display_status": "failed"}


def hansard(*words: str, **given: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hansard", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **given,
    )


def modules_after(*lines: list[str]) -> set[str]:
    """The modules that are loaded when command lines have run in one process."""
    code = (
        "import json, sys\nfrom hansard.cli.main import main\n"
        f"for words in {lines!r}:\n"
        "    try: main(words)\n"
        "    except SystemExit as end: assert not end.code\n"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_no_server_and_no_client(words: list[str]):
    loaded = packages(modules_after(words))
    assert "typer" in loaded
    assert not loaded & {*SERVER_ROOMS, "pydantic", "httpx", "rich", "orjson", "zstandard"}


def test_a_plain_command_loads_no_server(stand: Any):
    stand.otherwise = {"data": [], "next_page": None}
    stand.answers["GET", f"/v1/sessions/{ROW['id']}"] = ROW
    shown = ["session", "show", str(ROW["id"])]
    loaded = modules_after(["session", "list"], shown, ["whoami", "-o", "json"])
    assert not packages(loaded) & set(SERVER_ROOMS)
    rooms = {name.split(".")[1] for name in loaded if name.startswith("hansard.")}
    assert rooms == {"cli", "domain", "config"}


def test_the_version_is_said():
    assert hansard("--version").stdout == "hansard 0.1.0\n"


def test_a_reader_that_leaves_is_no_failure(stand: Any):
    rows = [{**ROW, "title": "x" * 50} for _ in range(5_000)]
    stand.answers["GET", "/v1/sessions"] = {"data": rows, "next_page": None}
    for output in ("table", "json", "jsonl"):
        with subprocess.Popen(
            [sys.executable, "-m", "hansard", "session", "list", "-o", output],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0


def test_an_interrupt_ends_a_tail_with_130(stand: Any):
    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'event: x\nid: 1\ndata: {"seq":1}\n\n')
        handler.wfile.flush()
        handler.rfile.read()

    stand.answers["GET", f"/v1/sessions/{ROW['id']}/events/stream"] = answer
    words = ["session", "tail", str(ROW["id"]), "--after", "0", "-o", "jsonl"]
    with subprocess.Popen(
        [sys.executable, "-m", "hansard", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == '{"seq":1}\n'
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 130


def on_a_terminal(words: list[str], typed: bytes = b"", **environ: str) -> bytes:
    """What a command writes to a real terminal of 80 columns."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "hansard", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**env, "TERM": "xterm", "COLUMNS": "80", **environ},
    ):
        os.close(theirs)
        os.write(ours, typed)
        read: list[bytes] = []
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:
                break
            if not piece:
                break
            read.append(piece)
    os.close(ours)
    return b"".join(read)


def test_on_a_terminal_only_our_own_colours_are_written(stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW], "next_page": None}
    shown = on_a_terminal(["session", "list"])
    assert b"\x1b[31mFailed\x1b[0m  Title" in shown
    assert b"\x1b]" not in shown
    assert b"pwned" not in shown
    assert b"\x1b" not in on_a_terminal(["session", "list"], NO_COLOR="1")
    assert b"\x1b" not in hansard("session", "list").stdout.encode()


def test_a_terminal_is_asked_before_a_session_is_deleted(stand: Any):
    stand.answers["GET", f"/v1/sessions/{ROW['id']}"] = ROW
    stand.answers["DELETE", f"/v1/sessions/{ROW['id']}"] = {"id": ROW["id"]}
    words = ["session", "delete", str(ROW["id"])]
    assert b"nothing was deleted" in on_a_terminal(words, b"n\n")
    assert [request.method for request in stand.requests] == ["GET"]
    assert b"Deleted sesn_" in on_a_terminal(words, b"y\n")
    assert stand.requests[-1].method == "DELETE"


def test_output_that_the_terminal_cannot_encode_is_replaced(stand: Any):
    stand.answers["GET", "/v1/me"] = {"name": "żółć"}
    done = hansard("whoami", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (0, "name  ????\n")


def test_a_content_is_written_to_a_file_byte_for_byte(stand: Any, tmp_path: Path):
    raw = bytes(range(256))
    stand.answers["GET", f"/v1/sessions/{ROW['id']}/blobs/blob_1"] = raw
    with (tmp_path / "out").open("wb") as out:
        words = ["session", "blob", str(ROW["id"]), "blob_1"]
        subprocess.run([sys.executable, "-m", "hansard", *words], stdout=out, check=True)
    assert (tmp_path / "out").read_bytes() == raw
    assert b"\x1b" not in on_a_terminal(words)
