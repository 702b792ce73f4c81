"""The search index follows the log, forgets what the log erases, and heals after a crash."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.domain import instant
from hansard.domain.words import Term
from hansard.journal import erase, index
from hansard.journal.append import Journal
from hansard.journal.index import Indexer
from hansard.lens import search
from hansard.lens.search import Asked
from hansard.store import pending
from hansard.store.base import Store
from hansard.store.open import open_search, open_store
from hansard.store.search import Wanted
from hansard.testing import Bench
from hansard.testing.bench import KEY, PERSON

_WAIT_S = 20


class Library:
    """A bench whose log is indexed."""

    def __init__(self, store: Store, bench: Bench | None = None) -> None:
        self.bench = bench or Bench(store)
        self.indexer = Indexer(store, open_search(store))
        journal = self.bench.journal
        self.bench.journal = Journal(store, journal.scan, KEY, journal.clock, self.indexer)

    def find(self, typed: str, **fields: Any) -> list[tuple[str, int | None]]:
        """(session, seq) of the hits."""
        found = self.page(typed, **fields)
        return [(hit["session_id"], hit["seq"]) for hit in found.hits]

    def page(self, typed: str, limit: int = 50, token: str | None = None, **fields: Any) -> Any:
        bench = self.bench
        asked = Asked(typed, **fields)
        return search.search(
            bench.store, self.indexer, KEY, bench.workspace_id, asked, limit=limit, token=token
        )

    def caught_up(self) -> None:
        """Wait until everything so far is in the index."""
        bench = self.bench
        assert self.indexer.catch_up(bench.workspace_id, self.top(), _WAIT_S)
        assert self.indexer.behind(bench.workspace_id) == 0

    def top(self) -> int:
        from hansard.journal import tail

        return tail.top(self.bench.store, self.bench.workspace_id)

    def indexed(self, word: str) -> list[int]:
        """The cursors that the index itself knows of a word."""
        wanted = Wanted([Term((word,))])
        return self.indexer.search.find(
            self.bench.workspace_id, wanted, before=1 << 60, limit=1_000
        )


@pytest.fixture
def library(store: Store) -> Iterator[Library]:
    made = Library(store)
    yield made
    made.indexer.close()


async def test_what_was_acknowledged_is_found_before_and_after_it_is_indexed(library: Library):
    bench = library.bench
    session_id = await bench.create(title="Nightly")
    await bench.append(session_id, bench.said("the remembered sentence"))
    before = library.find("remembered sentence")
    assert before == [(session_id, 2)], "not indexed: the indexer has not been started"
    library.indexer.start()
    library.caught_up()
    assert library.indexed("remembered") != []
    assert library.find("remembered sentence") == before


async def test_calls_results_arguments_paths_and_large_output_are_found(library: Library):
    bench = library.bench
    library.indexer.start()
    session_id = await bench.create()
    call = bench.id("sevt")
    await bench.append(
        session_id,
        bench.draft("agent.tool_use", id=call, name="Bash", input={"command": "make zebra"}),
        bench.draft("agent.tool_result", tool_use_id=call, content="the giraffe " + "x " * 40_000),
        bench.draft("file.edited", tool_use_id=call, path="src/elephant/walk.py"),
    )
    library.caught_up()
    assert library.find("zebra ") == [(session_id, 2)]
    assert library.find("giraffe ") == [(session_id, 3)]
    assert library.find("elephant walk") == [(session_id, 4)]
    assert library.find("giraffe tool:bash ") == [(session_id, 3)], "the tool of its call"
    assert library.find("giraffe tool:read ") == []
    assert library.find("giraffe ", scope="user") == []


@pytest.mark.parametrize("indexed", [False, True])
async def test_words_phrases_prefixes_and_exclusions(library: Library, indexed: bool):
    """The tail that is not indexed yet is read by the same rules."""
    bench = library.bench
    if indexed:
        library.indexer.start()
    one = await bench.create()
    two = await bench.create()
    await bench.append(one, bench.said("Alpha beta gamma. Äpfel 会議室"))
    await bench.append(two, bench.said("beta alpha delta"))
    if indexed:
        library.caught_up()
    assert library.find("alpha beta ") == [(two, 2), (one, 2)], "the newest first"
    assert library.find('"alpha beta"') == [(one, 2)]
    assert library.find("gam") == [(one, 2)]
    assert library.find("gam ") == []
    assert library.find("alpha -delta ") == [(one, 2)]
    assert library.find("apfel ") == library.find("会議") == [(one, 2)]


async def test_names_of_sessions_are_found_by_any_part(library: Library):
    """S1-10."""
    bench = library.bench
    library.indexer.start()
    made = await bench.create(title="Weekly rapport")
    library.caught_up()
    for part in ("kly rap", made[-8:]):
        (hit,) = library.page(part).hits
        assert hit["session_id"] == made and hit["seq"] is None
        assert part in hit["snippet"] and any(p["hit"] for p in hit["parts"])
    await bench.append(made, bench.draft("session.updated", title="Renamed"), verb="update")
    library.caught_up()
    assert library.page("weekly rapport").hits == []
    assert library.page("ename").hits[0]["matched"] == "title"


async def test_pages_give_every_hit_once(library: Library):
    bench = library.bench
    session_id = await bench.create()
    for number in range(30):
        await bench.append(session_id, bench.said(f"common {number}"))
    library.indexer.start()
    library.caught_up()
    for number in range(30, 40):
        await bench.append(session_id, bench.said(f"common {number}"))
    seen: list[int] = []
    token = None
    while True:
        page = library.page("common ", limit=7, token=token)
        seen += [hit["seq"] for hit in page.hits]
        token = page.next_page
        if token is None:
            break
    assert seen == list(range(41, 1, -1))
    (hit,) = library.page("common ", each=True).hits
    assert hit["seq"] == 41


async def test_every_session_of_a_name_is_on_some_page(library: Library):
    """However many there are, and beside what was said: nothing is cut off without a word."""
    bench = library.bench
    library.indexer.start()
    made = [await bench.create(title=f"Morning briefing {number}") for number in range(23)]
    await bench.append(made[3], bench.said("the morning briefing"), bench.said("a briefing"))
    library.caught_up()
    seen: list[tuple[str, int | None]] = []
    token, pages = None, 0
    while token is not None or not pages:
        page = library.page("briefing ", limit=4, token=token)
        assert len(page.hits) <= 4
        seen += [(hit["session_id"], hit["seq"]) for hit in page.hits]
        token, pages = page.next_page, pages + 1
    assert [one for one, seq in seen if seq is None] == made[::-1], "the newest first, each once"
    assert [hit for hit in seen if hit[1] is not None] == [(made[3], 3), (made[3], 2)]
    assert pages <= 8
    (one,) = library.page("briefing ", limit=1).hits
    assert one["session_id"] == made[-1]


async def test_names_of_another_workspace_crowd_none_of_ours_out(library: Library):
    """A stranger has a thousand newer sessions of the same name."""
    bench = library.bench
    ours = await bench.create(title="Quarterly figures")
    stranger = Bench(bench.store, bench.clock)
    await stranger.create(title="Quarterly figures")
    library.indexer.start()
    library.caught_up()
    search = library.indexer.search
    assert library.indexer.catch_up(stranger.workspace_id, 1, _WAIT_S)
    where, endless = bench.workspace_id, 1 << 62
    (sid,) = search.named(where, "quarterly", before=endless, limit=1)
    assert search.named(where, "quarterly", before=sid, limit=9) == []
    assert search.named(where, bench.workspace_id[-8:], before=endless, limit=9) == []
    (theirs,) = search.named(stranger.workspace_id, "quarterly", before=endless, limit=9)
    assert theirs > sid
    assert [s for s, _ in library.find("quarterly ")] == [ours]


async def test_conditions_narrow_and_say_what_they_left_out(library: Library):
    bench = library.bench
    library.indexer.start()
    kept = await bench.create(agent={"id": "agent_1", "name": "coder"}, tags=["night"])
    other = await bench.create(agent={"id": "agent_2", "name": "writer"})
    put_away = await bench.create()
    for session_id in (kept, other, put_away):
        await bench.append(session_id, bench.said("shared word"))
    await bench.append(put_away, bench.draft("session.archived"), verb="archive")
    library.caught_up()
    found = library.page("shared agent:coder ")
    assert [hit["session_id"] for hit in found.hits] == [kept]
    told = {entry["reason"]: entry["sessions"] for entry in found.to_wire()["excluded"]}
    assert told == {"archived": 1, "condition": 1}
    (_, left) = found.to_wire()["excluded"]
    assert left["message"] == "in sessions that agent:coder leaves out"
    assert library.find('shared agent:"cod" ') == []
    assert library.find("shared agent:cod ") == [(kept, 2)]
    assert library.find('shared agent:"Coder" ') == [(kept, 2)]
    assert library.find('shared agent:"agent_1" ') == [(kept, 2)]
    assert library.find('shared -agent:"cod" -agent:"writer" ') == [(kept, 2)]
    assert library.find("shared tag:night ") == [(kept, 2)]
    assert library.find("shared -agent:coder ") == [(other, 2)]
    assert library.find("shared ", archived=True)[0] == (put_away, 2)
    day = instant.to_wire(bench.clock())[:10]
    assert library.find(f"shared before:{day} ") == []
    assert len(library.find(f"shared after:{day} ")) == 2
    assert [s for s, _ in library.find("agent:writer")] == [other], "no word: sessions alone"


async def test_another_workspace_finds_nothing(library: Library):
    bench = library.bench
    library.indexer.start()
    session_id = await bench.create(title="Secret garden")
    await bench.append(session_id, bench.said("flowers"))
    library.caught_up()
    stranger = Library(bench.store, Bench(bench.store, bench.clock))
    stranger.indexer = library.indexer
    assert stranger.find("flowers ") == stranger.find("secret garden") == []


async def test_an_erased_session_is_forgotten(library: Library):
    """P11: and nothing is left to forget afterwards."""
    bench = library.bench
    library.indexer.start()
    gone = await bench.create(title="Canary title")
    stays = await bench.create()
    await bench.append(gone, bench.said("canaryword one"))
    await bench.append(stays, bench.said("canaryword two"))
    library.caught_up()
    await erase.delete(bench.journal, bench.workspace_id, gone, PERSON)
    assert library.find("canaryword ") == [(stays, 2)]
    assert library.indexer.settled(_WAIT_S)
    library.caught_up()
    assert len(library.indexed("canaryword")) == 1
    assert library.find("canary title") == []
    assert bench.store.read(pending.names) == []


async def test_no_byte_of_erased_content_stays_in_the_index_file(tmp_path: Path):
    """P11: terms of a contentless index stay in its segments until they are merged."""
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    library = Library(store)
    bench = library.bench
    library.indexer.start()
    gone = await bench.create(title="quokkatitle")
    for number in range(300):
        await bench.append(gone, bench.said(f"quokka{number:03d}body words"))
    other = await bench.create()
    await bench.append(other, bench.said("something else"))
    library.caught_up()
    files = [tmp_path / name for name in ("search.db", "search.db-wal")]
    assert any(b"quokka" in file.read_bytes() for file in files)
    await erase.delete(bench.journal, bench.workspace_id, gone, PERSON)
    library.caught_up()
    assert library.indexer.settled(_WAIT_S)
    assert not any(b"quokka" in file.read_bytes() for file in files)
    assert library.find("something else") == [(other, 2)]
    library.indexer.close()
    store.close()


async def test_no_byte_stays_though_events_never_cease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """P11: the index does not wait for a silence that never comes."""
    monkeypatch.setattr(index, "_TIDY_AT_LAST_S", 0.2)
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    library = Library(store)
    bench = library.bench
    library.indexer.start()
    gone, busy = await bench.create(title="quokkatitle"), await bench.create()
    await bench.append(gone, bench.said("quokkabody words"))
    library.caught_up()
    await erase.delete(bench.journal, bench.workspace_id, gone, PERSON)
    until = time.monotonic() + _WAIT_S
    while not library.indexer.settled(0.0) and time.monotonic() < until:
        await bench.append(busy, bench.said("tick"))
        await asyncio.sleep(0.05)
    files = [tmp_path / name for name in ("search.db", "search.db-wal")]
    assert not any(b"quokka" in file.read_bytes() for file in files)
    library.indexer.close()
    store.close()


async def test_a_crash_between_the_erase_and_the_index_heals_at_the_next_start(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    library = Library(store)
    bench = library.bench
    library.indexer.start()
    gone, stays = await bench.create(), await bench.create()
    await bench.append(gone, bench.said("numbat"))
    await bench.append(stays, bench.said("wombat"))
    library.caught_up()
    library.indexer.ask_again = lambda _: None  # type: ignore[method-assign]
    await erase.delete(bench.journal, bench.workspace_id, gone, PERSON)
    library.indexer.close()
    assert store.read(pending.names) != []
    again = Library(store, Bench(store, bench.clock, workspace_id=bench.workspace_id))
    assert again.indexed("numbat") != [], "the index still holds it"
    again.indexer.start()
    again.caught_up()
    assert again.indexed("numbat") == [] and again.indexed("wombat") != []
    assert store.read(pending.names) == []
    again.indexer.close()
    store.close()


async def test_an_index_that_is_lost_or_damaged_is_built_again(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    library = Library(store)
    bench = library.bench
    session_id = await bench.create()
    await bench.append(session_id, bench.said("pangolin"))
    library.indexer.start()
    library.caught_up()
    library.indexer.close()
    for spoil in (lambda p: p.unlink(), lambda p: p.write_bytes(b"no database " * 999)):
        spoil(tmp_path / "search.db")
        again = Library(store, bench)
        again.indexer.start()
        again.caught_up()
        assert len(again.indexed("pangolin")) == 1
        again.indexer.close()
    store.close()


async def test_a_search_while_much_is_appended_misses_nothing(library: Library):
    bench = library.bench
    library.indexer.start()
    session_id = await bench.create()
    stop = threading.Event()
    misses: list[tuple[int, int]] = []
    for number in range(60):
        await bench.append(session_id, bench.said(f"marker w{number}w"))
        if len(library.find(f"w{number}w ")) != 1:
            misses.append((number, library.indexer.behind(bench.workspace_id)))
    stop.set()
    assert misses == []
