"""What a session's figures and its messages by number look like for people."""

from typing import Any

from hansard.cli import figures
from hansard.cli.answer import part, parts
from hansard.cli.call import Call, Lines
from hansard.cli.terminal import Piece, Styled


def status(value: Any, call: Call) -> Lines:
    """`session status`."""
    cache = part(value, "cache")
    ratio = cache.get("hit_ratio")
    told = {
        "Session": value.get("title") or value.get("key"),
        "Agent": part(value, "agent").get("name"),
        "Channel": value.get("channel"),
        "State": value.get("display_status"),
        "Messages": value.get("message_count"),
        "Turns": value.get("turn_count"),
        "Tool calls": value.get("tool_call_count"),
        "Errors": value.get("error_count"),
        "Tokens in": figures.tokens(value.get("input_tokens")),
        "Tokens out": figures.tokens(value.get("output_tokens")),
        "Cache hits": figures.UNKNOWN if ratio is None else f"{ratio:.0%}",
        "Cost": figures.cost(value),
        "Compactions": value.get("compaction_count"),
        "Resets": value.get("reset_count"),
        "Created": figures.moment(value.get("created_at")),
        "Last active": figures.ago(value.get("last_active_at"), call.now),
    }
    wide = max(map(len, told))
    return [
        (Styled(name.ljust(wide), "dim"), "  ", figures.UNKNOWN if v is None else str(v))
        for name, v in told.items()
    ]


def history(value: Any, call: Call) -> Lines:
    """`session history`."""
    lines: list[tuple[Piece, ...]] = []
    for message in parts(value, "messages"):
        tool = message.get("tool_name")
        who = f"{message.get('role')} {tool}" if tool else str(message.get("role"))
        lines.append((Styled(who, "bold"), Styled(f"  #{message.get('seq')}", "dim")))
        said: Piece = str(message.get("content") or "")
        lines += [(Styled("erased", "dim") if message.get("erased") else said,), ()]
    first = int(value.get("offset") or 0)
    seen = first + len(parts(value, "messages"))
    told = f"{first + 1}-{seen} of {value.get('total')}" if seen > first else "No messages."
    return [*lines, (Styled(told, "dim"),)]
