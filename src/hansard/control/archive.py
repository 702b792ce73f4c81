"""Put a session away and take it back (S3-4, S3-18)."""

from collections.abc import Sequence

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended


async def archive(
    journal: Journal, workspace_id: str, session_id: str, actor: Actor, also: Sequence[Also] = ()
) -> Appended:
    """Make a session read-only; its transcript stays.

    Raises:
        Conflict: it is archived already.
    """
    draft = Draft("session.archived", {}, actor, journal.clock())
    return await journal.append(workspace_id, session_id, [draft], verb="archive", also=also)


async def unarchive(
    journal: Journal, workspace_id: str, session_id: str, actor: Actor, also: Sequence[Also] = ()
) -> Appended:
    """Let a session accept input again.

    Raises:
        Conflict: it is not archived.
    """
    draft = Draft("session.unarchived", {}, actor, journal.clock())
    return await journal.append(workspace_id, session_id, [draft], verb="unarchive", also=also)
