"""Who did something: the `actor` of an event."""

from dataclasses import dataclass
from typing import Literal, get_args

ActorType = Literal["person", "agent", "system", "key", "trigger", "source"]
ACTOR_TYPES: tuple[str, ...] = get_args(ActorType)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event (architecture.md, section 10, *Event*).

    Attributes:
        type: person, agent, system, key, trigger or source (a foreign log).
        id: the identifier in our terms, when there is one.
        name: what to show people.
    """

    type: ActorType
    id: str | None = None
    name: str | None = None

    def to_wire(self) -> dict[str, str | None]:
        """The JSON object on events."""
        return {"type": self.type, "id": self.id, "name": self.name}


SYSTEM = Actor("system", None, "hansard")
