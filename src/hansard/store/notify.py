"""Wake-ups after commits: "look again". A wake-up may carry what a reader would find."""

import logging
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """A stored event ready to send: its place in the log and its JSON bytes."""

    session_id: str
    seq: int
    pos: int
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Wake:
    """Something was committed in a workspace.

    Attributes:
        workspace_id: where.
        pos: the highest cursor of the commit; 0 when another process says only "look".
        sessions: the sessions that changed; empty means any.
        frames: the events themselves when this process wrote them, in order of `pos`.
    """

    workspace_id: str
    pos: int
    sessions: frozenset[str] = frozenset()
    frames: Sequence[Frame] = field(default=())


Listener = Callable[[Wake], None]


class Notify:
    """Publish and subscribe in one process; stores add their own link between processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, list[tuple[AbstractEventLoop | None, Listener]]] = {}
        self._bells: list[threading.Event] = []

    def ring_at_commit(self, bell: threading.Event) -> None:
        """Set an event after every commit, here or elsewhere: for followers that read the log
        by themselves and need no frames made for them."""
        self._bells.append(bell)

    def ring(self) -> None:
        """Say that something was committed."""
        for bell in self._bells:
            bell.set()

    def subscribe(
        self, workspace_id: str, listener: Listener, loop: AbstractEventLoop | None = None
    ) -> Callable[[], None]:
        """Call `listener` after each commit; returns the way out.

        On the thread of `loop`, else on the writer's: a thousand streams on one loop then cost
        the writer one hop, not a thousand.
        """
        place = (loop, listener)
        with self._lock:
            self._listeners.setdefault(workspace_id, []).append(place)

        def leave() -> None:
            with self._lock:
                self._listeners[workspace_id].remove(place)

        return leave

    def publish(self, wake: Wake) -> None:
        """Tell every subscriber of the workspace; one that fails stops nobody."""
        self.ring()
        with self._lock:
            listeners = tuple(self._listeners.get(wake.workspace_id, ()))
        places: dict[AbstractEventLoop | None, list[Listener]] = {}
        for loop, listener in listeners:
            places.setdefault(loop, []).append(listener)
        for loop, group in places.items():
            if loop is None:
                _tell(group, wake)
                continue
            with suppress(RuntimeError):  # the loop closed meanwhile
                loop.call_soon_threadsafe(_tell, group, wake)

    def shake(self) -> None:
        """Tell everybody to look: wake-ups may have been lost."""
        with self._lock:
            workspaces = [name for name, found in self._listeners.items() if found]
        for workspace_id in workspaces:
            self.publish(Wake(workspace_id, 0))

    @property
    def listening(self) -> bool:
        """Whether anybody would hear: without listeners frames need not be made."""
        return any(self._listeners.values())


def _tell(listeners: Sequence[Listener], wake: Wake) -> None:
    for listener in listeners:
        try:
            listener(wake)
        except Exception:
            _LOG.exception("a listener failed")
