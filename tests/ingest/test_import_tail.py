"""A file that grows gives what the whole file gives: the same events, once, in the same order."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hansard.ingest import discover
from hansard.ingest.base import Source
from hansard.ingest.book import Book, Owner
from hansard.ingest.follower import Follower
from hansard.ingest.progress import Progress

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
CASES = sorted(f"{form.name}/{case.name}" for form in FIXTURES.iterdir() for case in form.iterdir() if case.is_dir())
PIECES = 40


def pieces(data: bytes, cuts: random.Random) -> Iterator[bytes]:
    """The bytes of a file, cut anywhere."""
    places = sorted(cuts.randrange(len(data)) for _ in range(PIECES))
    for start, end in zip([0, *places], [*places, len(data)], strict=True):
        yield data[start:end]


def followers(house, folder: Path) -> Callable[[Path], Follower]:
    books: dict[str, Book] = {}
    owner = Owner(house.importer._owner.id, "Ana")

    def make(path: Path) -> Follower:
        name = path.relative_to(folder).parts[0]
        kind = discover.all_formats()[name]
        book = books.setdefault(name, Book(house.journal, house.workspace_id, kind, owner))
        return Follower(book, kind, Source(path, folder), house.importer._clean, Progress("", "", ""))

    return make


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_grows_by_bytes_gives_what_the_whole_file_gives(case, houses, folder):
    whole, grown = houses(), houses()
    root = FIXTURES / case
    whole.read(root, form=case.split("/")[0])
    make = followers(grown, folder)
    cuts = random.Random(case)
    form = discover.all_formats()[case.split("/")[0]]
    for source in form.find(root):
        path = folder / source.path.relative_to(FIXTURES)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()  # a sub-agent's file is there before its call ends
    for _, source in discover.in_order(discover.files(discover.Root(root, form))):
        path = folder / source.path.relative_to(FIXTURES)
        follower = make(path)
        for piece in pieces(source.path.read_bytes(), cuts):
            with path.open("ab") as file:
                file.write(piece)
            follower.follow(at_rest=False)
        follower.follow(at_rest=True)
    assert grown.log() == whole.log()
    grown.check()
