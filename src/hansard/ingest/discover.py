"""Find the formats: every module of the plug-in folder that exposes FORMAT."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hansard.domain.errors import InvalidRequest
from hansard.ingest import formats
from hansard.ingest.base import Format, Source

_HEAD = 64 * 1024


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
    """A folder (or file) to import from, and the format to read it as (None: find out)."""

    path: Path
    format: Format | None


def default_roots(environ: Mapping[str, str], home: Path) -> list[Root]:
    """The folders where the agents on this machine keep their sessions, if they exist."""
    return [
        Root(path, found)
        for found in all_formats().values()
        for path in found.roots(environ, home)
        if path.exists()
    ]


def named_root(path: Path, format_name: str | None) -> Root:
    """A folder that somebody named.

    Raises:
        InvalidRequest: it does not exist, or there is no such format.
    """
    if not path.exists():
        raise InvalidRequest(f"{path}: no such file or folder")
    if format_name is None:
        return Root(path, None)
    found = all_formats().get(format_name)
    if found is None:
        known = ", ".join(sorted(all_formats()))
        raise InvalidRequest(f"format: {format_name} is not known; one of {known}")
    return Root(path, found)


def files(root: Root) -> list[tuple[Format, Source]]:
    """The files of a root with their formats, each once."""
    candidates = [root.format] if root.format else list(all_formats().values())
    found: dict[Path, tuple[Format, Source]] = {}
    for candidate in candidates:
        for source in candidate.find(root.path):
            if source.path in found:
                continue
            if root.format is None and not candidate.sniff(source.path, head(source.path)):
                continue
            found[source.path] = (candidate, source)
    return list(found.values())


def head(path: Path) -> bytes:
    """The first 64 KiB of a file; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def in_order(found: list[tuple[Format, Source]]) -> list[tuple[Format, Source]]:
    """Families newest first, so that today's work shows first; inside one the oldest first."""
    families: dict[str, list[tuple[int, tuple[Format, Source]]]] = {}
    for pair in found:
        kind, source = pair
        try:
            modified = source.path.stat().st_mtime_ns
        except OSError:
            continue
        name = f"{kind.name}/{kind.family(source, head(source.path))}"
        families.setdefault(name, []).append((modified, pair))
    ordered = sorted(families.values(), key=lambda members: -max(m for m, _ in members))
    return [pair for members in ordered for _, pair in sorted(members, key=lambda m: m[0])]
