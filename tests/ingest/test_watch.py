"""The importer while it runs: what changes on disk shows in the log within seconds."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hansard.domain import instant
from hansard.ingest import discover, importer, watch
from hansard.ingest.discover import Root
from hansard.ingest.follower import Follower

SESSION = "5aaaaaaa-0000-4000-8000-000000000001"
OTHER = "5aaaaaaa-0000-4000-8000-000000000002"
WITHIN_S = 10


@pytest.fixture
def house(houses):
    return houses(memory=True)


def until(ready: Callable[[], object]) -> None:
    """Wait for something that another thread does; it takes well under a second."""
    late = time.monotonic() + WITHIN_S
    while not ready():
        assert time.monotonic() < late, "it was not noticed"
        time.sleep(0.02)


def messages(house, session: str = SESSION) -> int:
    row = house.rows().get(session)
    return row["message_count"] if row else 0


def append(path: Path, *lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(b"".join(lines))


def test_lines_show_as_they_come_and_once(house, folder, talk):
    lines = talk(SESSION, turns=3, start=instant.to_wire(house.clock()))
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    [progress] = house.read(folder, watching=True)
    until(lambda: progress.state == "watching")
    assert messages(house) == 2
    for count, line in enumerate(lines[2:], 3):
        append(path, line[:30])
        append(path, line[30:])
        until(lambda count=count: messages(house) == count)
    assert house.rows()[SESSION]["state"] == "running"
    assert progress.to_wire()["bytes_done"] == progress.bytes_total == path.stat().st_size
    house.check()


def test_a_new_project_and_what_is_in_it_are_noticed(house, folder, talk, tmp_path):
    house.read(folder, watching=True)
    project = folder / "-home-ana-app"
    project.mkdir()
    append(project / f"{SESSION}.jsonl", *talk(SESSION))
    until(lambda: messages(house) == 2)
    whole = tmp_path / "moved"
    (whole / "deep").mkdir(parents=True)
    append(whole / "deep" / f"{OTHER}.jsonl", *talk(OTHER))
    whole.rename(folder / "moved")
    until(lambda: messages(house, OTHER) == 2)


def test_a_folder_that_appears_later_is_read_and_followed(house, talk, tmp_path):
    """A person runs an agent for the first time while Hansard runs."""
    roots = discover.default_roots({}, tmp_path)
    assert len(roots) > 2
    assert house.importer.add(roots, watching=True) == []
    assert house.importer.progress == []
    path = tmp_path / ".claude" / "projects" / "-app" / f"{SESSION}.jsonl"
    path.parent.mkdir(parents=True)
    lines = talk(SESSION, turns=2)
    append(path, *lines[:2])
    until(lambda: messages(house) == 2)
    append(path, *lines[2:])
    until(lambda: messages(house) == 4)
    [progress] = house.importer.progress
    assert (progress.format, progress.path) == ("claude_code", str(path.parent.parent))


def test_a_folder_that_goes_away_and_comes_back_is_followed_again(house, folder, talk):
    lines = talk(SESSION, turns=2)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    house.read(folder, watching=True)
    aside = folder.with_name("aside")
    folder.rename(aside)
    time.sleep(0.7)
    folder.mkdir()
    shutil.copy(aside / path.name, path)
    append(path, *lines[2:])
    until(lambda: messages(house) == 4)
    append(path, *talk(SESSION, turns=3)[4:])
    until(lambda: messages(house) == 6)
    assert len(house.raw(house.rows()[SESSION]["id"])) == 6


def test_a_file_that_is_replaced_deleted_or_returns_is_followed(house, folder, talk):
    lines = talk(SESSION, turns=4)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    house.read(folder, watching=True)
    for count, how in ((4, "replaced"), (6, "deleted"), (8, "truncated")):
        if how == "replaced":
            fresh = folder / "fresh.tmp"
            append(fresh, *lines[:count])
            os.replace(fresh, path)
        elif how == "deleted":
            path.unlink()
            time.sleep(0.3)
            append(path, *lines[:count])
        else:
            os.truncate(path, 0)
            time.sleep(0.3)
            append(path, *lines[:count])
        until(lambda count=count: messages(house) == count)
    assert len(house.raw(house.rows()[SESSION]["id"])) == 8
    house.check()


def test_a_file_that_was_named_itself_is_followed(house, folder, talk):
    lines = talk(SESSION, turns=3)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    append(folder / f"{OTHER}.jsonl", *talk(OTHER))
    house.read(path, watching=True)
    append(path, *lines[2:4])
    until(lambda: messages(house) == 4)
    fresh = folder / "fresh.tmp"
    append(fresh, *lines)
    os.replace(fresh, path)
    until(lambda: messages(house) == 6)
    assert OTHER not in house.rows()


def test_what_grows_while_the_rest_is_imported_is_not_missed(house, folder, talk, monkeypatch):
    lines = talk(SESSION, turns=2)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    old = folder / f"{OTHER}.jsonl"
    append(old, *talk(OTHER))
    os.utime(old, (0, 0))
    append_blocking = house.journal.append_blocking

    def grow(change):
        done = append_blocking(change)
        if OTHER in house.rows() and messages(house) == 2:
            append(path, *lines[2:])
            monkeypatch.undo()
        return done

    monkeypatch.setattr(house.journal, "append_blocking", grow)
    house.read(folder, watching=True)
    until(lambda: messages(house) == 4)


@pytest.mark.parametrize("watching", [True, False])
def test_the_last_message_is_closed_when_the_file_rests(watching, house, folder, talk, monkeypatch):
    """why.md 4: the tokens of the last answer do not wait for another prompt."""
    monkeypatch.setattr(importer, "_REST_S", 1.0)
    append(folder / f"{SESSION}.jsonl", *talk(SESSION))
    house.read(folder, watching=watching)
    until(lambda: house.rows()[SESSION]["tokens"]["output"] == 5)
    time.sleep(0.5)
    kinds = [event["type"] for event in house.events(house.rows()[SESSION]["id"])]
    assert kinds.count("span.model_request_end") == 1


def test_the_last_message_is_closed_though_the_file_is_deleted(house, folder, talk, monkeypatch):
    monkeypatch.setattr(importer, "_REST_S", 1.0)
    path = folder / f"{SESSION}.jsonl"
    append(path, *talk(SESSION))
    [progress] = house.read(folder, watching=True)
    path.unlink()
    until(lambda: house.rows()[SESSION]["tokens"]["output"] == 5)
    assert progress.skipped == {}


def test_a_linked_folder_is_followed(house, folder, talk, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    lines = talk(SESSION, turns=2)
    append(folder / f"{SESSION}.jsonl", *lines[:2])
    house.read(link, watching=True)
    append(folder / f"{SESSION}.jsonl", *lines[2:])
    until(lambda: messages(house) == 4)


def test_a_file_that_rested_while_the_server_was_down_is_closed(house, folder, talk, houses):
    house = houses()
    path = folder / f"{SESSION}.jsonl"
    append(path, *talk(SESSION))
    house.read(folder, watching=True)
    assert house.rows()[SESSION]["tokens"]["output"] == 0
    house.restart()
    os.utime(path, (0, 0))
    house.read(folder, watching=True)
    assert house.rows()[SESSION]["tokens"]["output"] == 5
    house.check()


def test_where_the_system_tells_nothing_the_importer_looks_itself(house, folder, talk, monkeypatch):
    def refuse(*_paths, **_options):
        raise OSError("no space left for watches")

    monkeypatch.setattr(watch, "watch", refuse)
    monkeypatch.setattr(watch, "_LOOK_BLIND_S", 0.2)
    lines = talk(SESSION, turns=2)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    house.read(folder, watching=True)
    append(path, *lines[2:])
    until(lambda: messages(house) == 4)
    append(folder / f"{OTHER}.jsonl", *talk(OTHER))
    until(lambda: messages(house, OTHER) == 2)


def test_growth_while_the_server_is_down_is_read_at_the_next_start(houses, folder, talk):
    house = houses()
    lines = talk(SESSION, turns=3)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:3], lines[3][:50])
    house.read(folder, watching=True)
    house.restart()
    append(path, lines[3][50:], lines[4])
    house.read(folder, watching=True)
    assert messages(house) == 5
    append(path, lines[5])
    until(lambda: messages(house) == 6)
    assert len(house.raw(house.rows()[SESSION]["id"])) == 6
    house.check()


def test_a_file_that_no_format_knows_yet_is_looked_at_again(house, folder, talk):
    path = folder / f"{SESSION}.jsonl"
    first, second = talk(SESSION)
    append(path, first[:20])
    append(folder / f"{OTHER}.jsonl", *talk(OTHER))
    house.read(folder, watching=True)
    assert messages(house, OTHER) == 2
    append(path, first[20:], second)
    until(lambda: messages(house) == 2)


def test_a_second_import_of_a_watched_folder_follows_it_once(house, folder, talk):
    lines = talk(SESSION, turns=2)
    path = folder / f"{SESSION}.jsonl"
    append(path, *lines[:2])
    house.read(folder, watching=True)
    [progress] = house.read(folder, watching=True)
    append(path, *lines[2:])
    until(lambda: messages(house) == 4)
    until(lambda: progress.events > 0)
    assert house.importer.progress == [progress]


def test_a_stop_in_the_middle_of_a_file_is_quick_and_loses_nothing(houses, folder, talk):
    house = houses()
    path = folder / f"{SESSION}.jsonl"
    append(path, *talk(SESSION, turns=1_500))
    reading = threading.Event()
    append_blocking = house.journal.append_blocking

    def tell(change):
        reading.set()
        return append_blocking(change)

    house.journal.append_blocking = tell
    [done] = house.importer.add([Root(folder, None)], watching=False)
    assert reading.wait(WITHIN_S)
    house.restart()
    assert done.is_set()
    assert messages(house) < 3_000
    house.read(folder)
    assert messages(house) == 3_000
    house.check()


def test_a_file_that_fails_is_tried_again_later_and_said_once(
    house, folder, talk, monkeypatch, caplog
):
    """Attack 3: a file that cannot be imported was read again twice a second, for ever."""
    monkeypatch.setattr(importer, "_AGAIN_S", 0.4)
    tried: list[float] = []
    follow = Follower.follow

    def failing(self: Follower, *, at_rest: bool) -> None:
        tried.append(time.monotonic())
        raise OverflowError("date value out of range")

    monkeypatch.setattr(Follower, "follow", failing)
    path = folder / f"{SESSION}.jsonl"
    append(path, *talk(SESSION))
    [progress] = house.read(path, watching=True)
    until(lambda: len(tried) >= 3)
    assert tried[1] - tried[0] >= 0.4
    assert tried[2] - tried[1] >= 0.8
    assert (progress.files_total, progress.records_skipped) == (1, 1)
    assert list(progress.skipped) == [(str(path), "could not be imported, see the server's log")]
    assert len([r for r in caplog.records if "could not import" in r.message]) == 1
    before = len(tried)
    append(path, b" ")
    until(lambda: len(tried) > before)  # it changed: at once
    monkeypatch.setattr(Follower, "follow", follow)
    until(lambda: messages(house) == 2)
    until(lambda: progress.records_skipped == 0)
    assert progress.skipped == {}


def test_a_name_that_is_no_text_stops_nobody_and_is_said_once(
    house, folder, talk, monkeypatch, caplog
):
    """Attack 4: the system's own watcher fails at each change of such a file."""
    monkeypatch.setattr(watch, "_BLIND_S", 0.5)
    monkeypatch.setattr(watch, "_LOOK_BLIND_S", 0.2)
    append(folder / f"{SESSION}.jsonl", *talk(SESSION))
    [progress] = house.read(folder, watching=True)
    until(lambda: progress.state == "watching")
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/name\xff\xfe.jsonl"))
    for line in talk(OTHER, turns=2):
        append(odd, line)
        time.sleep(0.3)
    until(lambda: messages(house, OTHER) == 4)
    append(folder / f"{SESSION}.jsonl", *talk(SESSION, turns=2)[2:])
    until(lambda: messages(house) == 4)
    warned = [r for r in caplog.records if r.name == "hansard.ingest.watch"]
    assert len(warned) == 1
    assert warned[0].exc_info is None
    house.check()
