"""Broken files: each is passed over or flagged by itself; the rest is read, nothing hangs."""

import json
import os
import re
import socket
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from hansard.ingest.importer import Importer

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
GOOD = "5aaaaaaa-0000-4000-8000-000000000001"
BAD = "5aaaaaaa-0000-4000-8000-000000000002"
MIB = 1 << 20


def deep(levels: int) -> bytes:
    return b'{"type":"user","uuid":"u","x":' + b"[" * levels + b"]" * levels + b"}\n"


def wide(lines: list[bytes], size: int) -> bytes:
    """The prompt, with a text of some size."""
    record = json.loads(lines[0])
    record["message"]["content"] = "wide " * (size // 5)
    return json.dumps(record).encode() + b"\n"


DAMAGE: dict[str, tuple[Callable[[list[bytes]], bytes], int, int]] = {
    # what is in the file, messages that are read, records that are passed over
    "nothing": (lambda _: b"", 0, 0),
    "a newline": (lambda _: b"\n", 0, 0),
    "blank lines": (lambda s: b"\n \n".join(s) + b"\n\r\n\t\n", 2, 0),
    "no newline at the end": (lambda s: b"".join(s).rstrip(), 2, 0),
    "windows newlines": (lambda s: b"".join(s).replace(b"\n", b"\r\n"), 2, 0),
    "a byte order mark": (lambda s: b"\xef\xbb\xbf" + b"".join(s), 2, 0),
    "a last line that is cut": (lambda s: b"".join(s) + s[0][:99], 2, 1),
    "a first line that is cut": (lambda s: s[0][40:] + b"".join(s), 2, 1),
    "a line that is cut in the middle": (lambda s: s[0] + s[0][:70] + b"\n" + s[1], 2, 1),
    "two lines in one": (lambda s: s[0] + s[0].strip() + s[0] + s[1], 2, 1),
    "zeros": (lambda s: s[0] + b"\0" * 5000 + b"\n" + s[1] + b"\0" * 10, 2, 2),
    "a zero in a string": (lambda s: s[0].replace(b"hello", b"he\\u0000llo") + s[1], 2, 0),
    "half a surrogate": (lambda s: s[0].replace(b"hello", b"he\\ud83dllo") + s[1], 2, 0),
    "bytes that are no UTF-8": (lambda s: s[0].replace(b"hello", b"he\xff\xfello") + s[1], 2, 0),
    "such bytes at the end": (lambda s: s[0] + s[1].strip().replace(b"answer", b"\xff"), 2, 0),
    "UTF-16": (lambda s: b"".join(s).decode().encode("utf-16"), 0, 3),
    "no JSON": (lambda s: s[0] + b"hello, world\n" + s[1], 2, 1),
    "other JSON": (lambda s: s[0] + b'[1]\n"x"\n3\nnull\n' + s[1], 2, 4),
    "nested 200 deep": (lambda s: s[0] + deep(200) + s[1], 2, 0),
    "nested 100,000 deep": (lambda s: s[0] + deep(100_000) + s[1], 2, 1),
    "a big number": (lambda s: s[0].replace(b'"isS', b'"n":' + b"9" * 40 + b',"isS') + s[1], 2, 0),
    "no number": (lambda s: s[0].replace(b'"isS', b'"n":' + b"9" * 999 + b',"isS') + s[1], 1, 1),
    "a line of 5 MiB": (lambda s: wide(s, 5 * MIB) + s[1], 2, 0),
    "a huge unknown record": (lambda s: s[0] + b'{"z":"' + b"z" * 5 * MIB + b'"}\n' + s[1], 2, 0),
    "a time at the end of time": (
        lambda s: (
            re.sub(rb'"timestamp": ?"[^"]+"', b'"timestamp":"9999-12-31T23:59:59Z"', s[0]) + s[1]
        ),
        2,
        0,
    ),
    "times before all others": (
        lambda s: b"".join(
            re.sub(rb'"timestamp": ?"[^"]+"', b'"timestamp":"0001-01-01T00:00:00Z"', line)
            for line in s
        ),
        2,
        0,
    ),
    "types of every kind": (
        lambda s: b"".join(s) + b'{"type":["user"],"uuid":{},"timestamp":[],"message":7}\n',
        2,
        0,
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_gives_what_can_be_read_and_says_what_cannot(damage, houses, folder, talk):
    """Malformed files: a flagged record, the rest imported, nothing lost."""
    house = houses(memory=True)
    make, messages, skipped = DAMAGE[damage]
    (folder / f"{GOOD}.jsonl").write_bytes(b"".join(talk(GOOD)))
    path = folder / f"{BAD}.jsonl"
    path.write_bytes(make(talk(BAD)))
    [progress] = house.read(folder, form="claude_code")
    assert (progress.state, progress.error, progress.files_done) == ("done", None, 2)
    rows = house.rows()
    assert rows[GOOD]["message_count"] == 2
    assert (rows[BAD]["message_count"] if messages else 0) == messages
    assert (BAD in rows) == bool(messages)
    assert progress.records_skipped == skipped
    for place, reason in progress.skipped:
        assert place.startswith(str(path))
        assert reason
    if messages:
        # A cut last line is kept too; it is read again when it is complete.
        lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
        assert len(house.raw(rows[BAD]["id"])) == len(lines)
    house.check()
    [again] = house.read(folder, form="claude_code")
    assert again.events == 0


def test_what_is_no_file_is_passed_over_with_its_reason(house, folder, talk, tmp_path):
    """A pipe must not hold the importer up, nor a loop of links, nor a folder of that name."""
    (folder / f"{GOOD}.jsonl").write_bytes(b"".join(talk(GOOD)))
    (folder / "folder.jsonl").mkdir()
    (folder / "folder.jsonl" / f"{BAD}.jsonl").write_bytes(b"".join(talk(BAD)))
    (folder / "dangling.jsonl").symlink_to(tmp_path / "nowhere")
    (folder / "loop.jsonl").symlink_to("loop.jsonl")
    (folder / "around").symlink_to(folder)
    (folder / "rollout-x.jsonl").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / f"{BAD}").mkdir()
    with socket.socket(socket.AF_UNIX) as unix:
        place = tmp_path / "s"
        unix.bind(str(place))
        place.rename(folder / "socket.jsonl")
        for form in ("claude_code", None):
            [progress] = house.read(folder, form=form)
            assert progress.state == "done"
            told = {Path(path).name: reason for path, reason in progress.skipped}
            assert told.keys() >= {"dangling.jsonl", "loop.jsonl", "rollout-x.jsonl", "pipe.jsonl"}
            assert told.keys() >= {"socket.jsonl"}
            assert told["pipe.jsonl"] == "not a regular file"
            assert told["dangling.jsonl"] == "No such file or directory"
    assert house.rows().keys() == {GOOD, BAD}


MADE_UP = [path for path in ("/proc/kmsg", "/proc/kcore", "/proc/self/mem") if Path(path).exists()]


@pytest.mark.parametrize("form", ["claude_code", "codex", None])
def test_what_the_system_makes_up_is_never_read(houses, folder, talk, form):
    """Attack 11: a link to /proc/kmsg passes for a file, and reading it waits for ever."""
    house = houses(memory=True)
    (folder / f"{GOOD}.jsonl").write_bytes(b"".join(talk(GOOD)))
    for path in MADE_UP:
        for name in (f"{BAD}.jsonl", "rollout-x.jsonl", "x.jsonl", "x.json", "session-x.json"):
            link = folder / path.replace("/", "-") / name
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(path)
    [progress] = house.read(folder, form=form)
    assert progress.state == "done"
    begun = time.monotonic()
    house.importer.close()
    assert time.monotonic() - begun < 3


def test_a_pipe_in_the_place_of_the_session_of_a_sub_agent_holds_nobody_up(house, copied):
    case = copied("claude_code/sub_agent_beside")
    [session] = case.glob("2c*.jsonl")
    session.unlink()
    os.mkfifo(session)
    [progress] = house.read(case, form="claude_code")
    assert progress.state == "done"
    assert len(house.rows()) == 2


def test_a_name_that_is_no_text_is_read_and_shown(house, folder, talk):
    path = os.fsencode(folder) + b"/caf\xe9.jsonl"
    Path(os.fsdecode(path)).write_bytes(b"".join(talk(GOOD)) + b"junk\n")
    [progress] = house.read(folder)
    assert house.rows().keys() == {GOOD}
    [skipped] = progress.to_wire()["skipped"]
    assert skipped["path"].encode().endswith(rb"caf\xe9.jsonl:3")
    [again] = house.read(folder)
    assert again.events == 0


@pytest.mark.parametrize("size", [None, 2])
def test_a_file_that_vanishes_or_shrinks_while_it_is_read_stops_nobody(
    size, house, folder, talk, monkeypatch
):
    lines = talk(BAD, turns=300)
    path = folder / f"{BAD}.jsonl"
    path.write_bytes(b"".join(lines))
    good = folder / f"{GOOD}.jsonl"
    good.write_bytes(b"".join(talk(GOOD)))
    os.utime(good, (0, 0))  # the newest is read first
    append = house.journal.append_blocking

    def vanish(change):
        if path.exists() and size is None:
            path.unlink()
        elif path.exists():
            os.truncate(path, size)
        return append(change)

    monkeypatch.setattr(house.journal, "append_blocking", vanish)
    [progress] = house.read(folder)
    assert progress.state == "done"
    rows = house.rows()
    assert rows[GOOD]["message_count"] == 2
    assert rows[BAD]["message_count"] > 0
    monkeypatch.undo()
    path.write_bytes(b"".join(lines))
    house.read(folder)
    assert house.rows()[BAD]["message_count"] == 600
    house.check()


def test_a_line_that_no_memory_should_hold_is_flagged_and_the_rest_read(house, folder, talk):
    lines = talk(GOOD)
    path = folder / f"{GOOD}.jsonl"
    with path.open("wb") as file:
        file.write(lines[0])
        file.write(b'{"type":"user","x":"')
        for _ in range(70):
            file.write(b"x" * MIB)
        file.write(b'"}\n' + lines[1])
    [progress] = house.read(folder)
    row = house.rows()[GOOD]
    assert row["message_count"] == 2
    assert progress.records_skipped == 1
    [(place, reason)] = progress.skipped
    assert place == f"{path}:2"
    assert "64 MiB" in reason
    assert len(house.raw(row["id"])) == 3


def test_a_damaged_compressed_file_stops_nobody(house, folder, talk):
    (folder / f"{GOOD}.jsonl").write_bytes(b"".join(talk(GOOD)))
    whole = zstandard.ZstdCompressor().compress(os.urandom(200_000))
    for name, body in {"junk": b"x" * 500, "cut": whole[:100_000], "empty": b""}.items():
        (folder / f"rollout-{name}.jsonl.zst").write_bytes(body)
    for form in ("codex", None):
        [progress] = house.read(folder, form=form)
        assert progress.state == "done"
    assert house.rows().keys() == {GOOD}


def test_a_multitude_of_small_files_is_read(house, folder, talk):
    """300 here; HANSARD_TEST_LONG=n makes n times as many."""
    count = 300 * LONG
    for number in range(count):
        session = f"5bbbbbbb-0000-4000-8000-{number:012x}"
        (folder / f"{session}.jsonl").write_bytes(talk(session)[0])
    [progress] = house.read(folder)
    assert len(progress.sessions) == progress.files_done == count
    [again] = house.read(folder)
    assert again.events == 0


def test_memory_does_not_grow_with_the_file(house, folder, talk):
    """20 MB here; HANSARD_TEST_LONG=n makes n times as much. Bounded by the chunk, 1 MiB."""
    (folder / f"{BAD}.jsonl").write_bytes(b"".join(talk(BAD)))
    house.read(folder)  # what is loaded once is no growth
    path = folder / f"{GOOD}.jsonl"
    lines = talk(GOOD, turns=400 * LONG, words="word " * 10_000)
    path.write_bytes(b"".join(lines))
    count, size = len(lines), path.stat().st_size
    assert size > 20_000_000 * LONG
    del lines
    tracemalloc.start()
    try:
        [progress] = house.read(folder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert house.rows()[GOOD]["message_count"] == count
    assert progress.bytes_done >= size
    assert peak < 40_000_000


def test_the_importer_outlives_a_root_that_breaks_it(house, folder, talk, monkeypatch):
    (folder / f"{GOOD}.jsonl").write_bytes(b"".join(talk(GOOD)))
    monkeypatch.setattr(Importer, "_one", lambda *_, **__: 1 / 0)
    [progress] = house.read(folder)
    assert (progress.state, progress.error) == ("failed", "division by zero")
    monkeypatch.undo()
    [progress] = house.read(folder)
    assert (progress.state, progress.error) == ("done", None)
    assert house.rows().keys() == {GOOD}
