"""Exports among the files that somebody imports (product.md decision 6)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.domain.errors import Conflict, InvalidRequest
from hansard.domain.instant import MINUTE
from hansard.ingest import discover, exports
from hansard.ingest.book import Owner
from hansard.ingest.discover import Root
from hansard.ingest.importer import Importer
from hansard.ingest.progress import Progress
from hansard.journal import erase
from hansard.journal.seal import Seal
from hansard.store import sessions
from hansard.testing.bench import PERSON

_WAIT_S = 30
STRANGER = Seal(b"a seed of somebody else, 32 long")
CODEX = Path(__file__).parent.parent / "fixtures" / "formats" / "codex"


@pytest.fixture
def door(there: Any) -> Iterator[Importer]:
    bench = there.bench

    def own_key() -> str:
        return there.seal.public_key

    made = Importer(bench.journal, bench.workspace_id, Owner("usr_1", "Ana"), bytes, own_key)
    yield made
    made.close()


def brought(door: Importer, path: Path, *trusted: str) -> Progress:
    """Import a file or folder; its progress when that is over."""
    (done,) = door.add([Root(path, None, trusted)], watching=False)
    assert done.wait(_WAIT_S)
    return door.progress[-1]


async def test_a_folder_may_hold_exports_beside_other_logs(
    here: Any, there: Any, door: Importer, tmp_path: Path
):
    folder = tmp_path / "mixed" / "deeper"
    folder.mkdir(parents=True)
    one, two = await here.rich(), await here.rich()
    (folder / "one.jsonl").write_bytes(here.written(one))
    (folder.parent / "two.jsonl").write_bytes(here.written(two))
    (folder / "notes.jsonl").write_text('{"type":"hansard.exports"}\n')
    foreign = next(CODEX.rglob("*.jsonl"))
    (folder / foreign.name).write_bytes(foreign.read_bytes())
    progress = brought(door, tmp_path / "mixed")
    assert (progress.state, progress.files_total, progress.files_done) == ("done", 3, 3)
    assert {one, two} < progress.sessions
    assert there.kept(one) == here.kept(one)
    assert progress.bytes_done > 0
    assert brought(door, tmp_path / "mixed").events == 0


async def test_what_can_be_taken_is_taken_and_the_rest_is_named(
    here: Any, there: Any, door: Importer, tmp_path: Path
):
    """All or nothing for each session, not for the file."""
    one, two = await here.rich(), await here.rich()
    there.taken(here.written(one))
    await erase.delete(there.bench.journal, there.bench.workspace_id, one, PERSON)
    path = tmp_path / "both.jsonl"
    path.write_bytes(here.written(one, two))
    exports.foresee(there.bench.journal, there.bench.workspace_id, path)
    progress = brought(door, path)
    assert (progress.state, progress.sessions) == ("failed", {two})
    assert progress.error == f"the session {one} was deleted here"
    alone = tmp_path / "alone.jsonl"
    alone.write_bytes(here.written(one))
    with pytest.raises(Conflict, match="deleted"):
        exports.foresee(there.bench.journal, there.bench.workspace_id, alone)


@pytest.mark.parametrize("damage", ["cut", "changed", "header", "version", "empty"])
async def test_nothing_of_a_file_that_is_not_whole_is_taken(
    here: Any, there: Any, door: Importer, tmp_path: Path, damage: str
):
    session_id = await here.rich()
    content = here.written(session_id)
    path = tmp_path / "bad.jsonl"
    path.write_bytes(
        {
            "cut": content[:-1],
            "changed": content.replace(b"w\xc3\xb6rld", b"w\xc3\xb6rlt"),
            "header": content[:40] + b"\n",
            "version": content.replace(b'"version":1', b'"version":2', 1),
            "empty": b'{"type":"hansard.export",',
        }[damage]
    )
    progress = brought(door, path)
    assert progress.state == "failed" and progress.error
    assert progress.sessions == set()
    where = there.bench.workspace_id
    assert there.bench.store.read(lambda c: sessions.everything(c, where)) == []


async def test_a_stranger_s_export_goes_on_with_a_session_only_when_its_key_is_trusted(
    here: Any, there: Any, door: Importer, tmp_path: Path
):
    """P22: anybody can make a key, and a chain that follows. A new session comes in as ever."""
    session_id = await here.rich()
    first = here.written(session_id)
    await here.bench.append(session_id, here.bench.said("put in somebody's mouth"))
    there.taken(first)
    before = there.kept(session_id)
    here.seal = STRANGER
    path = tmp_path / "longer.jsonl"
    path.write_bytes(here.written(session_id))
    progress = brought(door, path)
    assert progress.state == "failed" and "trust its key" in str(progress.error)
    assert there.kept(session_id) == before
    journal, where = there.bench.journal, there.bench.workspace_id
    with pytest.raises(Conflict, match="trust its key") as refused:
        exports.foresee(journal, where, path, [there.seal.public_key])
    assert refused.value.details["session_id"] == session_id
    exports.foresee(journal, where, path, [STRANGER.public_key])
    progress = brought(door, path, STRANGER.public_key)
    assert (progress.state, progress.events) == ("done", 1)
    assert there.kept(session_id) == here.kept(session_id)
    other = await here.rich()
    path.write_bytes(here.written(other))
    assert brought(door, path).sessions == {other}


def test_a_key_to_trust_is_one(tmp_path: Path):
    for key in ("", "ed25519:", STRANGER.public_key[:-1], STRANGER.public_key.upper()):
        with pytest.raises(InvalidRequest, match="trust"):
            discover.named_root(tmp_path, None, [key])
    found = discover.named_root(tmp_path, None, [STRANGER.public_key])
    assert found.trusted == (STRANGER.public_key,)


async def test_a_sub_agent_and_its_root_may_come_in_two_files(here: Any, there: Any):
    """Whichever comes first; sums are right once both are there."""
    root = await here.rich()
    child = await here.rich(parent_id=root, root_id=root)
    await here.bench.append(root, here.bench.said("after"))
    there.taken(here.written(child))
    assert there.bench.row(child)["root_id"] == root
    there.taken(here.written(root))
    assert there.kept(root) == here.kept(root)
    here.bench.clock.move(31 * MINUTE)
    await here.bench.append(child, here.bench.draft("agent.tool_use", name="x", input={}))
    there.taken(here.written(child))
    assert there.bench.row(root)["children"]["tokens"] == here.bench.row(root)["children"]["tokens"]
