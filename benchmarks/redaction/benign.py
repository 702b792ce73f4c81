"""Text without secrets that looks as dangerous as it can: what a rule must leave alone."""

import hashlib
import random
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from hansard.domain import ids

_WORDS = (
    "the token was refreshed and passed to auth which reads the secret name from settings then the"
    " password field stays empty because no key is needed for a public bucket so login works"
    " without a credential and the cookie is only a theme preference while bearer means who"
    " carries it"
).split()
_CODE = (
    "def authenticate(token: str, *, password: str | None = None) -> Session:",
    '    api_key = os.environ["SERVICE_API_KEY"]',
    "    return Client(token=self.token, secret=settings.secret_key)",
    "const { apiKey, clientSecret } = process.env;",
    "export const tokenSchema = z.object({ token: z.string().min(8) });",
    'password: "${DB_PASSWORD}"',
    "secretKeyRef: {name: app-secret, key: password}",
    "Authorization: Bearer $TOKEN",
    "curl -u $USER:$PASSWORD https://host/path",
    "max_tokens=4096, input_tokens=18234, cache_read_input_tokens=120345",
    "next_page_token: CAUQAA, continuation_token=None",
    "if (key === 'Enter' && !event.isComposing) submit(password.value)",
    "public_key = load_public_key(path), primary_key=True, foreign_key='users.id'",
    "await page.getByLabel('Password').fill(user.password)",
    "git remote add origin https://github.com/acme/app.git",
    "  token_type: bearer, expires_in: 3600, scope: read:org",
    "SELECT password_hash FROM users WHERE token_id = ?",
    "Set-Cookie: theme=dark; Path=/; SameSite=Lax",
    "<input type=password name=password autocomplete=current-password>",
    "--password-stdin < /run/secrets/registry_password",
    "@Value('${spring.datasource.password}') private String password;",
    "keyboard.press('Tab'); monkey.patch(); author = 'Ana'; tokenize(text)",
    "# TODO: rotate the API key, see https://docs.internal/security#keys",
    "ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519 -N ''",
)


def own_ids(source: random.Random, count: int) -> Iterator[str]:
    """Identifiers of ours, UUIDs and hashes in sentences that give no reason to redact them."""
    for number in range(count):
        made = ids.make(
            source.choice(ids.PREFIXES), 1_790_000_000_000 + number, source.getrandbits(74)
        )
        digest = hashlib.sha256(str(source.random()).encode()).hexdigest()
        random_id = str(uuid.UUID(int=source.getrandbits(128), version=4))
        yield source.choice(
            (
                f"see {made} for the details",
                f'{{"id": "{made}", "request_id": "{random_id}"}}',
                f"commit {digest[:40]}",
                f"image: app@sha256:{digest}",
                f"session {random_id} ended",
                f"blob_{digest} {digest[:12]}",
            )
        )


def text(source: random.Random, size: int) -> Iterator[str]:
    """Paragraphs of prose, code, logs, lock files and data, `size` bytes in all."""
    makers: tuple[Callable[[random.Random], str], ...] = (
        _prose, _code, _log, _lock, _git, _data, _minified,
    )  # fmt: skip
    while size > 0:
        piece = source.choice(makers)(source)
        size -= len(piece)
        yield piece


def files(folder: Path, limit: int) -> Iterator[str]:
    """Source files of a folder that other people wrote, until `limit` bytes."""
    for path in sorted(folder.rglob("*.py")):
        if limit <= 0:
            return
        content = path.read_text("utf-8", "replace")
        limit -= len(content)
        yield content


def _prose(source: random.Random) -> str:
    return " ".join(source.choices(_WORDS, k=60)) + ".\n"


def _code(source: random.Random) -> str:
    return "\n".join(source.choices(_CODE, k=12)) + "\n"


def _log(source: random.Random) -> str:
    lines = (
        f"2026-11-{source.randint(10, 28)}T12:00:00.{source.randint(100, 999)}Z INFO"
        f" request_id={uuid.UUID(int=source.getrandbits(128))} path=/v1/tokens status=200"
        f" trace={source.getrandbits(128):032x} took={source.randint(1, 900)}ms"
        for _ in range(8)
    )
    return "\n".join(lines) + "\n"


def _lock(source: random.Random) -> str:
    digest = b64encode(source.randbytes(64)).decode()
    name = source.choice(("tokenizer", "js-tokens", "passport", "keyv", "auth-header", "cookie"))
    return (
        f'    "node_modules/{name}": {{\n      "version": "4.{source.randint(0, 9)}.0",\n'
        f'      "resolved": "https://registry.example/{name}/-/{name}-4.0.0.tgz",\n'
        f'      "integrity": "sha512-{digest}"\n    }},\n'
    )


def _git(source: random.Random) -> str:
    return (
        f"commit {source.getrandbits(160):040x}\nAuthor: Ana <ana@example.org>\n\n"
        f"    Rename the secret store\n\ndiff --git a/auth/token.py b/auth/token.py\n"
        f"index {source.getrandbits(28):07x}..{source.getrandbits(28):07x} 100644\n"
    )


def _data(source: random.Random) -> str:
    image = b64encode(source.randbytes(600)).decode()
    return f"![chart](data:image/png;base64,{image})\n"


def _minified(source: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    parts = (
        f"{source.choice(letters)}.{source.choice(('key', 'token', 'auth', 'pass'))}="
        f"{source.choice(letters)}[{source.randint(0, 99)}];"
        for _ in range(40)
    )
    return "!function(e,t){" + "".join(parts) + "}();\n"
