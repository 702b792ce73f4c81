"""Notice what changes below folders: told by the system, and by looking, for what it misses."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from watchfiles import watch

_LOG = logging.getLogger(__name__)
_TICK_MS = 500
_GATHER_MS = 200
_LOOK_S = 30.0
_TOLD = 100
_LOOK_BLIND_S = 2.0
_BLIND_S, _BLIND_AT_MOST_S = 2.0, 600.0
"""How long nobody asks the system after it failed: twice as long each time, up to this."""


class Watch:
    """Calls back on a thread of its own.

    The system tells nothing of network folders, of what happened before it was asked, of a
    folder made and filled at once, and may refuse to tell anything. So everything is looked
    through when watching begins and every half minute, and every two seconds where it fails.

    Args:
        changed: called with paths that changed.
        look: called to look through everything.
        tick: called about twice a second.
    """

    def __init__(
        self,
        changed: Callable[[set[Path]], None],
        look: Callable[[], None],
        tick: Callable[[], None],
    ) -> None:
        self._changed = changed
        self._look = look
        self._tick = tick
        self._folders: set[Path] = set()
        self._again = threading.Event()
        self._stop = threading.Event()
        self._looked = monotonic()
        self._told: set[str] = set()
        self._blind_s = _BLIND_S
        self._thread = threading.Thread(target=self._run, name="hansard-watch", daemon=True)
        self._thread.start()

    def add(self, folder: Path) -> None:
        """Watch a folder too, as long as it exists."""
        self._folders = self._folders | {folder}
        self._again.set()

    def close(self) -> None:
        """Stop; returns when no callback runs any more, or after ten seconds."""
        self._stop.set()
        self._again.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._again.clear()
            found = {folder: _identity(folder) for folder in self._folders}
            there = {folder: its for folder, its in found.items() if its is not None}
            try:
                if there:
                    self._follow(there)
                else:
                    self._again.wait(_TICK_MS / 1000)
                    self._beat(_LOOK_S)
            except Exception as problem:
                self._tell(problem)
                self._blind()

    def _follow(self, there: dict[Path, tuple[int, int]]) -> None:
        """Until a folder comes, goes or is another one."""
        is_new = True
        for changes in watch(
            *there,
            watch_filter=None,
            debounce=_GATHER_MS,
            step=50,
            stop_event=self._again,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            if is_new:
                self._beat(0)
                is_new = False
            if changes:
                self._changed({Path(name) for _, name in changes})
            self._beat(_LOOK_S)
            if any(_identity(folder) != there.get(folder) for folder in self._folders):
                return

    def _tell(self, problem: Exception) -> None:
        """Say once what the system cannot tell: a name that is no text fails at every change."""
        if str(problem) not in self._told and len(self._told) < _TOLD:
            self._told.add(str(problem))
            _LOG.warning("cannot be told of changes, looking for them instead: %s", problem)

    def _blind(self) -> None:
        """Look, until the system is asked again or another folder is to be watched."""
        until = monotonic() + self._blind_s
        self._blind_s = min(2 * self._blind_s, _BLIND_AT_MOST_S)
        while monotonic() < until:
            if self._again.wait(_TICK_MS / 1000):
                self._blind_s = _BLIND_S
                return
            self._beat(_LOOK_BLIND_S)

    def _beat(self, look_after: float) -> None:
        self._tick()
        if monotonic() - self._looked >= look_after:
            self._looked = monotonic()
            self._look()


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder lies there; None when none does."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino
