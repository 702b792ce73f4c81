"""Bulk operations, facets and files from the command line."""

from pathlib import Path
from typing import Any

SESSION, OTHER = "sesn_" + "0" * 31 + "a", "sesn_" + "0" * 31 + "b"
FILE = "file_" + "0" * 32


def operation(**fields: Any) -> dict[str, Any]:
    return {
        "id": "bulk_1", "action": "archive", "state": "queued", "total": 2, "done": 0,
        "failed": 0, "ended_at": None, **fields,
    }  # fmt: skip


def test_sessions_are_named_by_words_and_looked_up(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions/resolve"] = {"id": OTHER}
    stand.answers["POST", "/v1/bulk_operations"] = operation()
    done = run("bulk", "start", "archive", SESSION, "a:key/of:one")
    assert done.code == 0
    assert stand.requests[-1].body == {"action": "archive", "session_ids": [SESSION, OTHER]}
    assert "archive  queued  0 / 2" in done.out


def test_waiting_ends_with_the_operation_and_says_what_failed(run: Any, stand: Any):
    failed = {"session_id": OTHER, "type": "conflict_error", "message": "the session is archived"}
    ended = operation(state="completed", done=1, failed=1, ended_at="x", errors=[failed])
    stand.answers["POST", "/v1/bulk_operations"] = operation()
    stand.answers["GET", "/v1/bulk_operations/bulk_1"] = ended
    done = run("bulk", "start", "archive", SESSION, OTHER, "--wait")
    assert done.code == 1
    assert "1 / 2, 1 failed" in done.out
    assert "the session is archived" in done.out
    stand.answers["GET", "/v1/bulk_operations/bulk_1"] = operation(
        state="completed", done=2, ended_at="x"
    )
    assert run("bulk", "start", "archive", SESSION, OTHER, "--wait").code == 0


def test_nobody_deletes_many_without_saying_so(run: Any, stand: Any):
    stand.answers["POST", "/v1/bulk_operations"] = operation(action="delete")
    refused = run("bulk", "start", "delete", SESSION, OTHER)
    assert refused.code == 2
    assert "2 sessions" in refused.err
    assert not stand.requests
    assert run("bulk", "start", "delete", SESSION, OTHER, "--yes").code == 0
    assert run("bulk", "start", "delete", "--filter", "{}").code == 2


def test_counts_are_read_by_people(run: Any, stand: Any):
    count = {"value": "agent_1", "count": 1000, "more": True, "name": "triage"}
    tab = {"value": "all", "count": 7, "more": False}
    stand.answers["GET", "/v1/sessions/facets"] = {"tabs": [tab], "facets": {"agent_id": [count]}}
    lines = [line.split() for line in run("session", "facets").out.splitlines()]
    assert lines == [["tab"], ["7", "all"], ["agent_id"], ["1,000+", "triage"]]


def test_a_file_goes_up_as_a_form_and_comes_down_as_it_is(run: Any, stand: Any, tmp_path: Path):
    source, target = tmp_path / "a.bin", tmp_path / "b.bin"
    source.write_bytes(b"\x00some bytes")
    stand.answers["POST", "/v1/files"] = {"id": FILE, "filename": "a.bin"}
    assert run("file", "upload", str(source), "--expires-in-seconds", "3600").code == 0
    form = stand.requests[-1].body
    assert b'name="file"; filename="a.bin"' in form
    assert b"\x00some bytes" in form
    assert b"3600" in form
    assert run("file", "upload", str(tmp_path / "nothing")).code == 2
    stand.answers["GET", f"/v1/files/{FILE}/content"] = {"some": "content"}
    assert run("file", "download", FILE, "--file", str(target)).code == 0
    assert b"content" in target.read_bytes()
    assert run("file", "download", FILE, "--file", str(target)).code == 5, "nothing is written over"
