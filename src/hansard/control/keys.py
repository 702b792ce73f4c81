"""Session keys: `agent:{agent}:{tenant}:{user}:{channel}:thread:{thread}` (requirements 6.3)."""

from urllib.parse import quote


def part(text: str) -> str:
    """A component of a key: `:`, `/`, `%` and what is not ASCII are percent-encoded inside it."""
    return quote(text, safe=" !\"#$&'()*+,;<=>?@[\\]^`{|}~")


def make(*, agent: str, user: str, channel: str, thread: str, tenant: str = "default") -> str:
    """A key in the one spelling."""
    return f"agent:{part(agent)}:{part(tenant)}:{part(user)}:{part(channel)}:thread:{part(thread)}"
