"""Find the formats: every module of the plug-in folder that exposes FORMAT. Find their files."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hansard.domain.errors import InvalidRequest
from hansard.ingest import formats
from hansard.ingest.base import Format, Source
from hansard.ingest.lines import opened, unpacked
from hansard.journal import seal

_HEAD = 64 * 1024
_ID_AT_END = re.compile(
    r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9A-Za-z])[a-z]{3}_[0-9A-Za-z]{20,40})\Z"
)


@cache
def all_formats() -> dict[str, Format]:
    """Every format by name."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(formats.__path__, formats.__name__ + "."):
        loaded: Format = importlib.import_module(module.name).FORMAT
        found[loaded.name] = loaded
    return found


@dataclass(frozen=True, slots=True)
class Root:
    """A folder (or file) to import from, and the format to read it as (None: find out).

    Attributes:
        trusted: public keys whose exports may continue a session that is here.
    """

    path: Path
    format: Format | None
    trusted: tuple[str, ...] = ()


def default_roots(environ: Mapping[str, str], home: Path, *, present: bool = False) -> list[Root]:
    """The folders where the agents on this machine keep their sessions.

    Args:
        present: only those that exist; else also those that an agent would make.
    """
    return [
        Root(path.absolute(), found)
        for found in all_formats().values()
        for path in found.roots(environ, home)
        if path.exists() or not present
    ]


def named_root(path: Path, format_name: str | None, trusted: Sequence[str] = ()) -> Root:
    """A folder that somebody named.

    Args:
        trusted: as `Root` holds it.

    Raises:
        InvalidRequest: it does not exist, there is no such format, or a key is none.
    """
    if not path.exists():
        raise InvalidRequest(f"{path}: no such file or folder")
    if not all(seal.is_public_key(key) for key in trusted):
        raise InvalidRequest("trust: a public key, ed25519: and 64 hex digits")
    form = None if format_name is None else named_format(format_name)
    return Root(path.absolute(), form, tuple(trusted))


def named_format(name: str) -> Format:
    """The format of a name.

    Raises:
        InvalidRequest: there is none, with those there are.
    """
    found = all_formats().get(name)
    if found is None:
        known = ", ".join(sorted(all_formats()))
        raise InvalidRequest(f"format: {name} is not known; one of {known}")
    return found


def candidates(root: Root) -> Iterator[tuple[Format, Source]]:
    """What the formats of a root would read by its name alone; a path may come twice."""
    for kind in [root.format] if root.format else all_formats().values():
        for source in kind.find(root.path):
            yield kind, source


def files(
    root: Root, passed: Callable[[Path, str], None] = lambda _path, _why: None
) -> list[tuple[Format, Source]]:
    """The files of a root with their formats, each once.

    Args:
        passed: told of files that look like sessions and are none, and why.
    """
    found: dict[Path, tuple[Format, Source]] = {}
    others: set[Path] = set()
    for kind, source in candidates(root):
        if source.path in found:
            continue
        if root.format or kind.sniff(unpacked(source).path, head(source.path)):
            found[source.path] = (kind, source)
        else:
            others.add(source.path)
    for path in sorted(others - found.keys()):
        passed(path, _why_not(path))
    return list(found.values())


def _why_not(path: Path) -> str:
    try:
        with opened(path) as (file, _):
            return "no format knows it" if file.read(1) else "an empty file"
    except OSError as problem:
        return problem.strerror or "cannot be read"


def head(path: Path) -> bytes:
    """The first 64 KiB of a file; empty when it cannot be read."""
    try:
        with opened(path) as (file, _):
            return file.read(_HEAD)
    except OSError:
        return b""


def in_order(found: Sequence[tuple[Format, Source]]) -> list[tuple[Format, Source]]:
    """Families newest first, so that today's work shows first; inside one first the session that
    it is called after, then the oldest first, and who names another (its parent, what it was
    forked from) after that."""
    families: dict[tuple[str, str], list[tuple[int, tuple[Format, Source]]]] = {}
    for kind, source in found:
        name = kind.name, kind.family(unpacked(source), head(source.path))
        families.setdefault(name, []).append((_modified(source.path), (kind, source)))
    ordered = sorted(families.items(), key=lambda family: -max(m for m, _ in family[1]))
    return [pair for (_, name), members in ordered for pair in _elders_first(name, members)]


def _elders_first(
    name: str, members: list[tuple[int, tuple[Format, Source]]]
) -> list[tuple[Format, Source]]:
    if len(members) == 1:
        return [members[0][1]]
    own = {pair[1].path: _id_of(pair[1].path) for _, pair in members}
    known = {name.encode() for name in own.values() if name}

    def place(member: tuple[int, tuple[Format, Source]]) -> tuple[bool, bool, int]:
        path = member[1][1].path
        start = head(path)
        others = known - {(own[path] or "").encode()}
        return own[path] != name, any(other in start for other in others), member[0]

    return [pair for _, pair in sorted(members, key=place)]


def _id_of(path: Path) -> str | None:
    """The id that the name of a session's file ends with: a UUID, or a word with its prefix."""
    found = _ID_AT_END.search(path.name.partition(".json")[0])
    return found[0] if found else None


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
