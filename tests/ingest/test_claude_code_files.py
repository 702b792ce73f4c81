"""Claude Code logs: where they lie, how they belong together, and how they are read again."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.ingest.base import Emission, Emit, Opened, Skip, Source
from hansard.ingest.formats.claude_code import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "claude_code"
FILES = sorted(FIXTURES.rglob("*.jsonl"))
NAMES = [path.relative_to(FIXTURES).as_posix() for path in FILES]
SMALL = [path for path in FILES if path.stat().st_size < 45_000]
SESSION = "258c7280-ae70-4798-800f-63464d01a85d"
BELOW = FIXTURES / "sub_agent_below" / f"{SESSION}.jsonl"
SUB_AGENT = FIXTURES / "sub_agent_below" / SESSION / "subagents" / "agent-a881341.jsonl"
BESIDE = FIXTURES / "sub_agent_beside" / "2c965cfd-41e4-4e31-8339-2986ebced03c.jsonl"
RESUMED = FIXTURES / "resumed" / "789e105f-ae33-486d-9271-0696266f072d.jsonl"
ORIGINAL = FIXTURES / "resumed" / "93a9705e-bc6a-406d-8dce-8acc014dedbd.jsonl"
HEAD = 65_536


def parse(path: Path, lines: Iterable[bytes] | None = None) -> list[Emission]:
    parser = FORMAT.open(Source(path, path.parent))
    given = path.read_bytes().splitlines() if lines is None else lines
    found = [emission for line in given for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def opened(emissions: Iterable[Emission]) -> list[Opened]:
    return [emission for emission in emissions if isinstance(emission, Opened)]


def ids_of(emissions: Iterable[Emission]) -> list[str | None]:
    return [emission.draft.id for emission in emissions if isinstance(emission, Emit)]


def family(path: Path) -> str:
    return FORMAT.family(Source(path, path.parent), path.read_bytes()[:HEAD])


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_reading_again_gives_the_same(path: Path):
    assert parse(path) == parse(path)


@given(path=st.sampled_from(SMALL), data=st.data())
def test_a_file_that_grows_gives_what_the_whole_file_gives(path: Path, data: st.DataObject):
    lines = path.read_bytes().splitlines()
    cut = data.draw(st.integers(0, len(lines)))
    parser = FORMAT.open(Source(path, path.parent))
    first = [e for line in lines[:cut] for e in parser.feed(line)]
    rest = [e for line in lines[cut:] for e in parser.feed(line)]
    assert [*first, *rest, *parser.quiet()] == parse(path)


@given(path=st.sampled_from(SMALL), data=st.data())
def test_looking_while_a_file_rests_loses_no_tokens_and_repeats_none(
    path: Path, data: st.DataObject
):
    """why.md 4."""
    lines = path.read_bytes().splitlines()
    rests = data.draw(st.sets(st.integers(0, len(lines)), max_size=5))
    parser = FORMAT.open(Source(path, path.parent))
    found: list[Emission] = []
    for number, line in enumerate(lines):
        found += parser.feed(line)
        if number in rests:
            found += parser.quiet()
    found += parser.quiet()
    assert tokens(found) == tokens(parse(path))
    assert set(ids_of(found)) >= set(ids_of(parse(path)))
    assert len(set(ids_of(found))) == len(ids_of(found))


def tokens(emissions: Iterable[Emission]) -> list[int]:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens")
    usage = [
        emission.draft.payload["model_usage"]
        for emission in emissions
        if isinstance(emission, Emit) and emission.draft.type == "span.model_request_end"
    ]
    return [sum(one[name] for one in usage) for name in names]


@given(path=st.sampled_from(SMALL), data=st.data())
def test_damaged_bytes_never_raise(path: Path, data: st.DataObject):
    lines = path.read_bytes().splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    line = bytearray(lines[number])
    places = st.tuples(st.integers(0, len(line) - 1), st.integers(0, 255))
    for at, value in data.draw(st.lists(places, min_size=1, max_size=8)):
        line[at] = value
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(line)), st.integers(0, len(line)))))
    del line[start : min(end, start + data.draw(st.integers(0, 40)))]
    found = parse(path, [*lines[:number], bytes(line), *lines[number + 1 :]])
    assert all(isinstance(emission, Opened | Emit | Skip) for emission in found)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data())
def test_fields_of_another_type_never_raise(data: st.DataObject):
    lines = [json.loads(line) for line in BELOW.read_bytes().splitlines()]
    record = data.draw(st.sampled_from(lines))
    place = record
    while True:
        name = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[name], dict) or not place[name] or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(JUNK)
    found = parse(BELOW, [json.dumps(line).encode() for line in lines])
    assert all(isinstance(emission, Opened | Emit | Skip) for emission in found)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_is_known_by_its_first_records(path: Path):
    assert FORMAT.sniff(path, path.read_bytes()[:HEAD])


def test_a_first_record_longer_than_the_head_is_known():
    record = {"parentUuid": None, "isSidechain": False, "type": "user", "message": "x" * HEAD}
    assert FORMAT.sniff(Path("a.jsonl"), json.dumps(record).encode()[:HEAD])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b'{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"x"}}\n',
        b'{"type":"session","version":3,"id":"x","timestamp":"2026-01-01T00:00:00Z"}\n',
        b'{"type":"user","message":{"content":"x"}}\n',
        b'{"display":"x","sessionId":"s","project":"/p"}\n',
        b"not json\n[]\n3\n",
    ],
)
def test_a_file_of_another_format_is_not_ours(head: bytes):
    assert not FORMAT.sniff(Path("a.jsonl"), head)


def test_other_formats_fixtures_are_not_ours():
    others = [p for p in FIXTURES.parent.rglob("*.jsonl") if FIXTURES not in p.parents]
    assert [p for p in others if FORMAT.sniff(p, p.read_bytes()[:HEAD])] == []


def test_sessions_and_sub_agents_are_found_in_every_layout(tmp_path: Path):
    names = [
        "-home-ana-app/11111111-2222-4333-8444-555555555555.jsonl",
        "-home-ana-app/agent-1.jsonl",
        "-home-ana-app/s/subagents/agent-2.jsonl",
        "-home-ana-app/s/subagents/workflows/w/agent-3.jsonl",
    ]
    others = [
        "-home-ana-app/s/subagents/agent-acompact-4.jsonl",
        "-home-ana-app/s/subagents/agent-2.meta.json",
        "-home-ana-app/s/subagents/workflows/w/journal.jsonl",
        "-home-ana-app/s/tool-results/out.txt",
    ]
    for name in [*names, *others]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    found = list(FORMAT.find(tmp_path))
    assert sorted(source.path.relative_to(tmp_path).as_posix() for source in found) == names
    assert {source.root for source in found} == {tmp_path}
    one = tmp_path / names[0]
    assert list(FORMAT.find(one)) == [Source(one, one.parent)]
    assert list(FORMAT.find(tmp_path / "nothing")) == []


def test_the_configured_folder_replaces_the_usual_ones():
    home = Path("/home/ana")
    assert FORMAT.roots({}, home) == [
        home / ".claude" / "projects",
        home / ".config" / "claude" / "projects",
    ]
    assert FORMAT.roots({"CLAUDE_CONFIG_DIR": "/a, /b"}, home) == [
        Path("/a/projects"),
        Path("/b/projects"),
    ]


def test_files_with_shared_history_are_one_family():
    assert family(RESUMED) == family(ORIGINAL)
    assert family(SUB_AGENT) == family(BELOW)
    assert family(BESIDE.parent / "agent-ad47cca.jsonl") == family(BESIDE)
    assert family(BELOW) != family(BESIDE)


def test_a_fork_keeps_the_ids_of_its_history_but_has_a_title_of_its_own(tmp_path: Path):
    """A fork replays its original's records under another session."""
    new = "99999999-2222-4333-8444-555555555555"
    fork = tmp_path / f"{new}.jsonl"
    source = FIXTURES / "refused" / "8b418ea5-895d-4ad5-abe8-4489d36e454f.jsonl"
    fork.write_bytes(source.read_bytes().replace(source.stem.encode(), new.encode()))
    before, after = parse(source), parse(fork)
    assert opened(after)[0].external_id == new
    own = {"session.updated"}
    for old, copy in zip(before, after, strict=True):
        if isinstance(old, Emit) and isinstance(copy, Emit):
            assert (old.draft.id == copy.draft.id) == (old.draft.type not in own)


def test_a_fork_that_names_its_original_is_linked_to_it(tmp_path: Path):
    lines = ORIGINAL.read_bytes().splitlines()
    first = json.loads(lines[0]) | {"forkedFrom": {"sessionId": "the-original"}}
    found = parse(ORIGINAL, [json.dumps(first).encode(), *lines[1:]])
    assert opened(found)[0].linked == (("fork", "the-original"),)


def test_a_session_under_another_name_is_named_by_its_records(tmp_path: Path):
    copy = tmp_path / "my notes.jsonl"
    shutil.copy(RESUMED, copy)
    found = parse(copy)
    assert opened(found)[0].external_id == ORIGINAL.stem
    links = [
        e.draft.payload for e in found if isinstance(e, Emit) and e.draft.type == "session.linked"
    ]
    assert [(link["relation"], link["external_id"]) for link in links] == [("resume", RESUMED.stem)]


def test_the_session_of_a_file_is_known_before_anything_is_said(tmp_path: Path):
    assert FORMAT.open(Source(BELOW, BELOW.parent)).external_id == SESSION
    parser = FORMAT.open(Source(tmp_path / "notes.jsonl", tmp_path))
    assert parser.external_id is None
    list(parser.feed(b'{"type":"ai-title","aiTitle":"x","sessionId":"abc"}'))
    assert parser.external_id == "abc"


def test_without_a_file_of_its_own_a_mirrored_sub_agent_is_read_from_the_mirror(tmp_path: Path):
    alone = tmp_path / BELOW.name
    shutil.copy(BELOW, alone)
    session, child = opened(parse(alone))
    assert (session.external_id, child.parent_external_id) == (SESSION, SESSION)
    assert child == opened(parse(SUB_AGENT))[0]


def test_the_mirror_and_the_file_of_a_sub_agent_give_the_same_ids(tmp_path: Path):
    """So that a mirror read before the file appeared does no harm."""
    alone = tmp_path / BELOW.name
    shutil.copy(BELOW, alone)
    said = {
        e.draft.id
        for e in parse(alone)
        if isinstance(e, Emit)
        and "/agent-" in e.external_id
        and e.draft.type != "span.model_request_end"
    }
    assert said
    assert said <= set(ids_of(parse(SUB_AGENT)))


def test_a_sub_agents_own_description_names_its_call(tmp_path: Path):
    """2.1 and newer write a small file beside the sub-agent's."""
    shutil.copytree(FIXTURES / "sub_agent_below", tmp_path, dirs_exist_ok=True)
    file = tmp_path / SUB_AGENT.relative_to(FIXTURES / "sub_agent_below")
    session = tmp_path / BELOW.name
    naming = (b'"agentId":"a881341"', b'"agentId": "a881341"')
    lines = session.read_bytes().splitlines(keepends=True)
    session.write_bytes(b"".join(one for one in lines if not any(n in one for n in naming)))
    assert opened(parse(file))[0].parent_tool_use_id is None
    meta = {"agentType": "guide", "toolUseId": "toolu_01VmaERAwhb19LGUwu9GenaK"}
    file.with_suffix(".meta.json").write_text(json.dumps(meta), encoding="utf-8")
    child = opened(parse(file))[0]
    assert child.parent_tool_use_id == opened(parse(SUB_AGENT))[0].parent_tool_use_id
    assert child.parent_tool_use_id is not None
    assert child.agent_name == "guide"


def test_a_sub_agent_whose_session_is_gone_is_still_its_child(tmp_path: Path):
    file = tmp_path / "agent-a881341.jsonl"
    shutil.copy(SUB_AGENT, file)
    child = opened(parse(file))[0]
    assert child.external_id == f"{SESSION}/agent-a881341"
    assert (child.parent_external_id, child.parent_tool_use_id) == (SESSION, None)
