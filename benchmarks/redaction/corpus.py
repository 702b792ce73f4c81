"""Texts of the kinds that transcripts hold, with one labelled secret in each."""

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.redaction.contexts import CONTEXTS, GENERIC
from benchmarks.redaction.formats import NAMED, NAMED_SHAPES, PREFIXED
from benchmarks.redaction.material import drawn

SURROUNDINGS = {
    "prose": "The deploy failed with {x} so I tried again.",
    "line": "{x}",
    "quoted": "ValueError: cannot parse '{x}'",
    "markdown": "Run it with `{x}` and look at the output.\n\n```sh\necho {x}\n```",
    "ansi": "\x1b[1;32m{x}\x1b[0m done",
    "log": "2026-11-20T16:43:18Z INFO worker-3 accepted value={x} in 12ms",
    "numbered": "    41→  value = '{x}'\n    42→  return value",
    "diff": "@@ -1,4 +1,4 @@\n-  value: old\n+  value: {x}\n",
    "nested": '{{"stdout": "first\\n{x}\\nlast", "code": 0}}',
    "url": "GET https://host.internal/v1/run?x={x}&n=1",
    "shell": "+ echo {x}\n+ exit 0",
    "csv": 'id,name,value\n7,build,"{x}"\n8,test,none',
    "html": "<td class=value>{x}</td>",
    "trace": '  File "/app/main.py", line 12, in run\n    raise Refused("{x}")\nRefused: {x}',
    "yaml": "items:\n  - id: 7\n    value: {x}\n",
    "env": "SHELL=/bin/bash\nVALUE={x}\nPWD=/app",
}


class Sample(NamedTuple):
    """A text, the secret in it, and where both are from."""

    kind: str
    where: str
    text: str
    secret: str


def provider_tokens(source: random.Random, each: int) -> Iterator[Sample]:
    """Tokens that speak for themselves, in every surrounding in turn."""
    places = sorted(SURROUNDINGS)
    for kind, (shape, _) in PREFIXED.items():
        for _ in range(each):
            where = source.choice(places)
            text, secret = drawn(shape, source)
            yield Sample(kind, where, SURROUNDINGS[where].format(x=text), secret)


def named_tokens(source: random.Random, each: int) -> Iterator[Sample]:
    """Tokens that the name of a service gives away."""
    for name, shapes in NAMED.items():
        for number, shape in enumerate(shapes):
            for _ in range(each):
                form = source.choice(NAMED_SHAPES)
                value, _ = drawn(shape, source)
                text = form.format(name=name, NAME=name.upper(), value=value)
                clean = text.replace("«", "").replace("»", "")
                yield Sample(f"{name}-{number}", form, clean, value)


def look_alikes(source: random.Random, each: int) -> Iterator[Sample]:
    """What begins like a token and is none."""
    places = sorted(SURROUNDINGS)
    for kind, (_, shape) in PREFIXED.items():
        for _ in range(each):
            where = source.choice(places)
            text, _ = drawn(shape, source)
            yield Sample(kind, where, SURROUNDINGS[where].format(x=text), "")


def contexts(source: random.Random, each: int) -> Iterator[Sample]:
    """Secrets of no listed format in contexts that give them away."""
    for kind, form in CONTEXTS.items():
        for _ in range(each):
            yield context(kind, form, source)


def context(kind: str, form: str, source: random.Random) -> Sample:
    """One of them."""
    shape = source.choice(GENERIC)
    generic, _ = drawn(shape, source)
    pair = b64encode(f"svc:{generic}".encode()).decode()
    fields = {
        "s": generic,
        "p": pair,
        "q": b64encode(generic.encode()).decode(),
        "pem": f"«{pem(source)}»",
        "pem64": b64encode(pem(source).encode()).decode(),
    }
    for name, value in fields.items():
        form = form.replace(f"{{{name}}}", value)
    text, secret = drawn(form.replace("{{", "{").replace("}}", "}"), source)
    return Sample(kind, shape, text, secret)


def pem(source: random.Random) -> str:
    """A private key block of no key."""
    body = b64encode(source.randbytes(400)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    dashes = "-" * 5
    kind = source.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"))
    return "\n".join((f"{dashes}BEGIN {kind}{dashes}", *lines, f"{dashes}END {kind}{dashes}"))


def payloads(samples: Iterator[Sample]) -> Iterator[tuple[Sample, dict[str, object]]]:
    """The texts as events hold them: tool arguments and results."""
    for number, sample in enumerate(samples):
        body: dict[str, object] = {"name": "bash", "input": {"command": sample.text}}
        if number % 2:
            blocks = [{"type": "text", "text": json.dumps({"out": sample.text})}]
            body = {"tool_use_id": f"sevt_{number:032x}", "content": blocks}
        yield sample, body
