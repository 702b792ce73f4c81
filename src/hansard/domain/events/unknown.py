"""A type nobody here knows: kept as it came, shown by the generic card."""

from hansard.domain.events.base import Body


class Unknown(Body):
    """The fields of an event of an unknown type, all of them in `extra`."""
