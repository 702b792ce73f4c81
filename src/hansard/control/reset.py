"""Begin a session anew: a segment with an empty context; the log keeps what was (S1-6, S1-23)."""

from collections.abc import Sequence

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import Conflict
from hansard.domain.projections import row
from hansard.domain.session import Session
from hansard.journal import erase
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.store.base import Tx


async def reset(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    actor: Actor,
    *,
    erased: bool = False,
    also: Sequence[Also] = (),
) -> Appended:
    """Append `session.reset`, which opens a segment (product.md, decision 4).

    What waited is dropped and what was asked of a person withdrawn. Metadata and key stay.

    Args:
        erased: drop the payloads of all events before; their envelopes, their hashes and what
            they had come to stay.

    Raises:
        NotFound: there is no such session.
        Conflict: it is archived, or a turn is in flight in it.
    """

    def decide(tx: Tx, session: Session) -> list[Draft]:
        refuse_in_flight(session)
        count, waiting = session.message_count, list(session.hidden.waiting_inputs)
        payload: Json = {"previous_message_count": count, "erased": erased}
        if waiting:
            payload["input_event_ids"] = waiting
        if erased:
            payload["kept"] = row.kept(erase.contents(journal, tx, workspace_id, session))
        return [Draft("session.reset", payload, actor, journal.clock())]

    return await journal.decide(workspace_id, session_id, decide, verb="reset", also=also)


def refuse_in_flight(session: Session) -> None:
    """Refuse to take the context from under a turn that runs here (P9).

    Raises:
        Conflict: one is in flight.
    """
    if session.hidden.in_flight and not session.recorded:
        raise Conflict("a turn is in flight: interrupt it first", session_id=session.id)
