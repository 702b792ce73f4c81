"""The files of a format below a folder that somebody named."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hansard.ingest.base import Source


def found_in(root: Path, is_ours: Callable[[Path], bool]) -> Iterator[Source]:
    """The files of a folder that are ours, in the order of their names; or the file itself."""
    if root.is_file():
        if is_ours(root):
            yield Source(root, root.parent)
        return
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if is_ours(path):
                yield Source(path, root)
