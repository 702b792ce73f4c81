"""The older store: a file per session, per message and per part below a folder `storage`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hansard.domain.draft import Json
from hansard.ingest.base import Damaged, State, file_state
from hansard.ingest.document import read_object, written
from hansard.ingest.formats.opencode.records import Message, records

STORAGE = "storage"
_LIVE = 2
"""How many of the newest messages are looked at to notice a change."""


@dataclass(frozen=True, slots=True)
class TreeSession:
    """One session in the tree (`hansard.ingest.base.Document`).

    Attributes:
        path: ``storage/session/<project>/<session>.json``.
    """

    path: Path

    def state(self) -> State:
        """Its own file, its newest messages and their parts: only those change."""
        identity, size, latest = file_state(self.path)
        messages = self._messages()
        folders = [self._parts_of(message) for message in messages[-_LIVE:]]
        parts = [part for folder in folders for part in _files(folder)]
        for path in chain(messages[-_LIVE:], parts):
            try:
                _, more, at = file_state(path)
            except FileNotFoundError:
                continue
            size, latest = size + more, max(latest, at)
        return identity, size + len(messages), latest

    def records(self, *, at_rest: bool) -> Iterator[bytes]:
        """See `Document`; a file that cannot be read leaves out what is in it."""
        info = read_object(self.path)
        broken: list[Path] = []
        for record in records(info, self._read(broken), at_rest):
            yield written(record)
        if broken:
            raise Damaged(f"{len(broken)} files of it cannot be read, first {broken[0].name}")

    def _read(self, broken: list[Path]) -> Iterator[Message]:
        for path in self._messages():
            info = _object(path, broken)
            if info is not None:
                files = _files(self._parts_of(path))
                found = [_object(file, broken) for file in files]
                yield info, [part for part in found if part is not None]

    def _messages(self) -> list[Path]:
        return _files(self.path.parents[2] / "message" / self.path.stem)

    def _parts_of(self, message: Path) -> Path:
        return self.path.parents[2] / "part" / message.stem


def sessions_of(path: Path) -> list[Path] | None:
    """The files of the sessions that a file or folder in a tree belongs to.

    Returns:
        None when it lies in no tree.
    """
    storage = next(
        (p for p in (path, *path.parents) if p.name == STORAGE and (p / "session").is_dir()), None
    )
    if storage is None:
        return None
    kind, *inside = path.relative_to(storage).parts or ("session",)
    if kind == "session":
        if len(inside) == 2:
            return [path] if path.suffix == ".json" else []
        return sorted((storage / "session").glob(f"{inside[0] if inside else '*'}/*.json"))
    if kind == "message" and inside:
        return sorted((storage / "session").glob(f"*/{inside[0]}.json"))
    if kind == "part" and inside:
        owners = (storage / "message").glob(f"*/{inside[0]}.json")
        return [file for owner in owners for file in sessions_of(owner) or ()]
    return []


def _object(path: Path, broken: list[Path]) -> Json | None:
    try:
        return read_object(path)
    except (OSError, Damaged):
        broken.append(path)
        return None


def _files(folder: Path) -> list[Path]:
    """The JSON files in a folder, in the order of their ids, which is that of time."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError:
        return []
