"""The machine that a run is made on: what has to be known to read its figures."""

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

_FLUSHES = 200
_BLOCK = 4_096
_LIBRARIES = ("uvicorn", "fastapi", "sqlalchemy", "orjson")


def flush_ms(folder: Path) -> float:
    """Median milliseconds to write 4 KiB over and flush them, where the databases lie."""
    path = folder / "flush"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        block = os.urandom(_BLOCK)
        os.pwrite(handle, block, 0)
        os.fsync(handle)
        return median(_flush(handle, block) for _ in range(_FLUSHES)) * 1000
    finally:
        os.close(handle)
        path.unlink()


def facts(folder: Path) -> list[tuple[str, str]]:
    """What to publish beside the figures."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return [
        ("Processors", f"{os.cpu_count()} of {_processor()}"),
        ("System", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("Software", f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        ("Libraries", libraries),
        ("Flush of 4 KiB (fdatasync)", f"{flush_ms(folder):.2f} ms, median of {_FLUSHES}"),
        ("Load when it began", load),
    ]


def _flush(handle: int, block: bytes) -> float:
    began = time.perf_counter()
    os.pwrite(handle, block, 0)
    getattr(os, "fdatasync", os.fsync)(handle)
    return time.perf_counter() - began


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
