"""What SQLite asks of the disk, in order: a VFS around its own that writes everything down (P1).

Only the process that installs it is affected; it stays the default until that process ends.
"""

import _sqlite3
import ctypes
import sqlite3
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, NamedTuple

_CREATE = 0x4
_MAIN_DB, _MAIN_JOURNAL, _WAL = 0x100, 0x800, 0x80000
_KEPT = _MAIN_DB | _MAIN_JOURNAL | _WAL

# The name goes on as the pointer that came: SQLite keeps it for the life of the file.
_Open = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Write = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("others", c_void_p * 13),
    ]


class _File(Structure):
    """`sqlite3_file`."""

    _fields_ = [("methods", POINTER(_Methods))]


class _Vfs(Structure):
    """`sqlite3_vfs`, as far as it is touched here, and room for the rest."""

    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app_data", c_void_p),
        ("open", _Open),
        ("delete", _Delete),
        ("others", c_void_p * 14),
    ]


class Op(NamedTuple):
    """One line of a record.

    Attributes:
        kind: ``create``, ``write``, ``truncate``, ``sync``, ``delete``, ``sync folder``, or
            ``mark`` for what the program under test says itself.
        path: the file; of a mark, its name.
        at: the offset of a write, the size of a truncate, the length of the record when a sync
            began.
        what: the bytes of a write, the values of a mark.
    """

    kind: str
    path: str
    at: int = 0
    what: Any = b""


def library() -> ctypes.CDLL | None:
    """The SQLite that `sqlite3` uses; None where it cannot be reached (hidden in a binary)."""
    found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    try:
        found.sqlite3_vfs_find.restype = POINTER(_Vfs)
        found.sqlite3_libversion.restype = c_char_p
    except AttributeError:
        return None
    same = found.sqlite3_libversion().decode() == sqlite3.sqlite_version
    return found if same else None


class Recorder:
    """The default VFS of this process, with a record of what files went through.

    Shared memory (`-shm`) never gets here: it is nothing that survives a power cut.
    """

    def __init__(self) -> None:
        sqlite = library()
        assert sqlite is not None, "ask `library` first"
        self.log: list[Op] = []
        self._paths: dict[int, str] = {}
        self._fresh: set[int] = set()
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}
        self._unix: _Vfs = sqlite.sqlite3_vfs_find(None).contents
        self._vfs = _Vfs.from_buffer_copy(self._unix)
        self._vfs.name = b"recorder"
        self._vfs.open = _Open(self._open)
        self._vfs.delete = _Delete(self._delete)
        assert sqlite.sqlite3_vfs_register(ctypes.byref(self._vfs), 1) == sqlite3.SQLITE_OK

    def mark(self, name: str, *values: Any) -> None:
        """Write down something that the program under test did."""
        self.log.append(Op("mark", name, 0, values))

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name and flags & _KEPT else ""
        existed = Path(path).exists()
        result = self._unix.open(vfs, name, file, flags, out)
        if result != sqlite3.SQLITE_OK or not path:
            return result
        self._paths[file] = path
        self._fresh.discard(file)
        if flags & _CREATE and flags & (_MAIN_JOURNAL | _WAL):
            self._fresh.add(file)
        if not existed:
            self.log.append(Op("create", path))
        opened = _File.from_address(file)
        address = ctypes.addressof(opened.methods.contents)
        if address not in self._tables:
            self._tables[address] = self._recording(opened.methods.contents)
        opened.methods = ctypes.pointer(self._tables[address][1])
        return result

    def _delete(self, vfs: int, name: bytes, sync_folder: int) -> int:
        result = self._unix.delete(vfs, name, sync_folder)
        if result == sqlite3.SQLITE_OK:
            self.log.append(Op("delete", name.decode()))
            if sync_folder:
                self.log.append(Op("sync folder", name.decode(), len(self.log)))
        return result

    def _recording(self, plain: _Methods) -> tuple[_Methods, _Methods]:
        """A table that records; with the plain one, whose functions it calls."""

        def write(file: int, data: int, size: int, offset: int) -> int:
            self.log.append(Op("write", self._paths[file], offset, ctypes.string_at(data, size)))
            return plain.write(file, data, size, offset)

        def truncate(file: int, size: int) -> int:
            self.log.append(Op("truncate", self._paths[file], size))
            return plain.truncate(file, size)

        def sync(file: int, flags: int) -> int:
            began = len(self.log)
            result = plain.sync(file, flags)
            if result == sqlite3.SQLITE_OK:
                self.log.append(Op("sync", self._paths[file], began))
                if file in self._fresh:  # the first sync of a new journal syncs its folder too
                    self._fresh.remove(file)
                    self.log.append(Op("sync folder", self._paths[file], began))
            return result

        table = _Methods.from_buffer_copy(plain)
        table.write, table.truncate, table.sync = _Write(write), _Truncate(truncate), _Sync(sync)
        return plain, table
