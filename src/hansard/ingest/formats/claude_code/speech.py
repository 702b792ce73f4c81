"""What a text on the user's side of the log is: a prompt, or something the program wrote."""

import re
from dataclasses import dataclass
from typing import Literal

from hansard.domain.draft import Json
from hansard.ingest.formats.claude_code.record import blocks, mapping, text_block

Kind = Literal["prompt", "notice", "interrupt", "hidden"]

_BESIDE = re.compile(r"\s*<(ide_opened_file|ide_selection)>.*?</\1>\s*", re.DOTALL)
_TAG = re.compile(r"\s*<([a-z-]+)>(.*?)</\1>\s*", re.DOTALL)
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NOTICES = (
    "<command-name>",
    "<command-message>",
    "<local-command-stdout>",
    "<local-command-stderr>",
    "<bash-input>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<task-notification>",
    "<teammate-message",
)
_HIDDEN = ("<system-reminder>", "<local-command-", "Caveat:")
_INTERRUPT = "[Request interrupted by user"
_SUMMARY = re.compile(r"<(summary|result)>(.*?)</\1>", re.DOTALL)
_OUTPUTS = {"local-command-stdout", "local-command-stderr", "bash-stdout", "bash-stderr"}


@dataclass(frozen=True, slots=True)
class Speech:
    """A kind, and the content blocks that are left of it to show."""

    kind: Kind
    content: list[Json]

    @property
    def words(self) -> str:
        """The plain text."""
        return "\n".join(text for b in self.content if isinstance(text := b.get("text"), str))


def heard(content: object, *, human: bool = True) -> Speech:
    """Tell what user content is (formats.md, section 2, *Human prompts*).

    Args:
        content: a text, or a list of content blocks (tool results are passed over).
        human: False when the record says that no person wrote it.
    """
    said: list[Json] = []
    kinds: list[Kind] = []
    for block in blocks(content):
        words = block.get("text")
        if isinstance(words, str):
            words = _without_editor(words)
            kind = _kind(words)
            if kind != "hidden":
                kinds.append(kind)
                said.append({**block, "text": words})
        elif block.get("type") != "tool_result":
            said.append(block)
    if not said:
        return Speech("hidden", [])
    kind = kinds[0] if kinds else "prompt"
    if kind == "prompt" and human:
        return Speech("prompt", said)
    if kind == "interrupt":
        return Speech("interrupt", [])
    return _notice(said)


def is_human(fields: Json) -> bool:
    """Whether a record does not say that something else than a person wrote it."""
    return (
        mapping(fields.get("origin")).get("kind") in (None, "human")
        and fields.get("promptSource") != "system"
    )


def _without_editor(words: str) -> str:
    """A text without what the editor put before it: the open file, the selection."""
    start = 0
    while found := _BESIDE.match(words, start):
        start = found.end()
    return words[start:]


def _kind(words: str) -> Kind:
    start = words.lstrip()
    if not start or (start.startswith(_HIDDEN) and not start.startswith(_NOTICES)):
        return "hidden"
    if start.startswith(_INTERRUPT):
        return "interrupt"
    return "notice" if start.startswith(_NOTICES) else "prompt"


def _notice(said: list[Json]) -> Speech:
    shown = [_shown(b) if isinstance(b.get("text"), str) else b for b in said]
    shown = [b for b in shown if b.get("text") != ""]
    return Speech("notice" if shown else "hidden", shown)


def _shown(block: Json) -> Json:
    """A notice as a person saw it: the command that was typed, the output without colours."""
    words: str = block["text"]
    tags = _tags(words)
    if "command-name" in tags:
        typed = f"{tags['command-name']} {tags.get('command-args', '')}"
        return text_block(typed.strip())
    if "bash-input" in tags:
        return text_block(f"! {tags['bash-input'].strip()}")
    if tags.keys() & _OUTPUTS:
        output = "\n".join(tags[tag] for tag in tags if tag in _OUTPUTS and tags[tag].strip())
        return text_block(_COLOURS.sub("", output).strip())
    if "task-notification" in tags:
        told = [found[2].strip() for found in _SUMMARY.finditer(tags["task-notification"])]
        return text_block("\n\n".join(told)) if any(told) else block
    return block


def _tags(words: str) -> dict[str, str]:
    """The tags that a text begins with, one after the other, and what they hold."""
    tags: dict[str, str] = {}
    start = 0
    while found := _TAG.match(words, start):
        tags[found[1]] = found[2]
        start = found.end()
    return tags
