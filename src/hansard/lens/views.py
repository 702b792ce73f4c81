"""The views of one session, folded from its log when they are asked for; nothing is kept.

Context State, Metrics, Timeline, Files & diffs and the outline (S1-33..37, S2-4, S2-31). Each
takes a `Moment`, and says in `seq` up to which event it is true.
"""

from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.domain.projections import context, edits, metrics, outline, timeline
from hansard.lens.moment import Moment
from hansard.store import blobs

MOST_BUCKETS = 1_000


def context_of(here: Moment) -> Json:
    """What the model sees next, and how full its context is (S1-33..35)."""
    return {"seq": here.seq, **context.fold_all(here.events())}


def metrics_of(here: Moment) -> Json:
    """Sums by tool and by turn (S1-36, S1-37)."""
    return {"seq": here.seq, **metrics.fold_all(here.events())}


def timeline_of(here: Moment) -> Json:
    """Turns, steps, waits and sub-agents as spans (S2-4)."""
    return {"seq": here.seq, "data": timeline.fold_all(here.events())}


def edits_of(here: Moment) -> Json:
    """The files that were changed (S2-31)."""
    found = edits.fold_all(here.of_type("file.edited"), lambda blob_id: _text(here, blob_id))
    return {"seq": here.seq, "data": found}


def outline_of(here: Moment, buckets: int) -> Json:
    """Marks and density for the replay scrubber.

    Raises:
        InvalidRequest: so many stretches are not told apart.
    """
    if not 1 <= buckets <= MOST_BUCKETS:
        raise InvalidRequest(f"buckets: 1 to {MOST_BUCKETS}")
    return outline.fold_all(here.events(), buckets)


def _text(here: Moment, blob_id: str) -> str | None:
    found = here.store.read(lambda c: blobs.get(c, here.workspace_id, here.at.sid, blob_id))
    if found is None or not found[0].startswith("text/"):
        return None
    return found[1].decode("utf-8", "replace")
