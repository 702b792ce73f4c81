"""What a disk may hold after the power went: made from a record of what was asked of it (P1)."""

import random
from collections.abc import Iterable
from pathlib import Path

from tests.faults.recorder import Op

Images = dict[str, bytearray]


class Platter:
    """The files of a record, up to some operation.

    What a sync covered is there. Of everything younger each operation is there, is not there,
    or is there in part, whatever became of those before and after it.
    """

    def __init__(self) -> None:
        self._safe: Images = {}
        self._loose: dict[str, list[tuple[int, Op]]] = {}
        self._count = 0

    def ask(self, operations: Iterable[Op]) -> None:
        """Go on by some operations."""
        for op in operations:
            if op.kind == "sync":
                self._settle(op.path, op.at)
            elif op.kind == "sync folder":
                self._settle_deletes(op.at)
            elif op.kind != "mark":
                self._loose.setdefault(op.path, []).append((self._count, op))
            self._count += 1

    def cut(self, chance: random.Random, folder: Path) -> None:
        """Write files as they may be when the power goes now."""
        for path in {*self._safe, *self._loose}:
            images = {path: bytearray(self._safe[path])} if path in self._safe else {}
            for _, op in self._loose.get(path, []):
                if chance.random() < 0.5:
                    _apply(images, op)
                elif op.kind == "write" and chance.random() < 0.2:
                    _apply(images, op._replace(what=op.what[: chance.randrange(len(op.what))]))
            if path in images:
                (folder / Path(path).name).write_bytes(images[path])

    def _settle(self, path: str, before: int) -> None:
        loose = self._loose.get(path, [])
        for number, op in loose:
            if number < before:
                _apply(self._safe, op)
        self._loose[path] = [(number, op) for number, op in loose if number >= before]

    def _settle_deletes(self, before: int) -> None:
        """All files of a record lie in one folder."""
        for path, loose in self._loose.items():
            deletes = [n for n, op in loose if op.kind == "delete" and n < before]
            if deletes:
                self._settle(path, deletes[-1] + 1)


def _apply(images: Images, op: Op) -> None:
    if op.kind == "delete":
        images.pop(op.path, None)
        return
    image = images.setdefault(op.path, bytearray())
    if op.kind == "write":
        image.extend(bytes(max(0, op.at - len(image))))
        image[op.at : op.at + len(op.what)] = op.what
    elif op.kind == "truncate":
        del image[op.at :]
        image.extend(bytes(op.at - len(image)))
