"""Settings, read once at start: flag, then environment, then file, then default."""

import os
import shlex
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from hansard.domain.errors import InvalidRequest

_PREFIX = "HANSARD_"
_FILE = "hansard.toml"
_NUMBERS = {
    "port": (0, 65_535),
    "max_connections": (16, 1_000_000),
    "max_connections_per_address": (0, 1_000_000),
}
"""Settings that are whole numbers, and how small and large they may be."""

_LISTS = frozenset({"allowed_hosts", "redaction_rules", "redaction_rules_off"})
"""Settings that are lists; in the environment they are separated by commas."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set; each field is `HANSARD_<NAME>` in the environment."""

    host: str = "127.0.0.1"
    """The address to bind; beyond loopback needs a key."""
    port: int = 4777
    """The port to bind."""
    data_dir: Path = Path()
    """The folder of the database, keys and secrets."""
    database_url: str = ""
    """sqlite:///… or postgresql://…; empty means a file in the data folder."""
    public_url: str = ""
    """How people reach the server, when that differs from host and port."""
    allowed_hosts: tuple[str, ...] = ()
    """Further Host headers to accept (against DNS rebinding)."""
    admin_token: str = ""
    """The admin secret; empty means a random one in the data folder."""
    log_level: str = "warning"
    """debug, info, warning or error."""
    max_connections: int = 1_000
    """Open connections in all; beyond them the one that is idle longest is closed."""
    max_connections_per_address: int = 200
    """Open connections of one address beyond this machine (a proxy is one); 0 sets no bound."""
    redaction_rules: tuple[str, ...] = ()
    """Files of detection rules in gitleaks' format, beside those that ship with the program."""
    redaction_rules_off: tuple[str, ...] = ()
    """Ids of detection rules that are not applied."""
    user_name: str = ""
    """The name of the person who owns this machine's sessions."""

    @property
    def url(self) -> str:
        """Where the server answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hansard.db'}"

    @property
    def database_file(self) -> Path | None:
        """The file of the database in force; None when it is not SQLite."""
        path = self.database.removeprefix("sqlite:///")
        return Path(path) if path != self.database else None


def load(environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Read the settings.

    Args:
        environ: the environment; the process's own by default.
        flags: values from the command line; None means not given.

    Raises:
        InvalidRequest: a value does not read as its type.
    """
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {"data_dir": default_data_dir(env)}
    values |= _from_file(env)
    values |= _from_environment(env)
    values |= {name: value for name, value in flags.items() if value is not None}
    known = {f.name for f in fields(Settings)}
    return Settings(**{n: _read(n, v) for n, v in values.items() if n in known})


def default_data_dir(env: Mapping[str, str]) -> Path:
    """The XDG data folder of the user."""
    base = env.get("XDG_DATA_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".local/share")
    return Path(base) / "hansard"


def command() -> str:
    """What a person types in this folder to run this program: ``hansard`` where that is on PATH,
    else its place, for an environment that nobody activated."""
    script = Path(sys.executable).with_name("hansard")
    found = shutil.which("hansard")
    if found and (not script.exists() or Path(found).resolve() == script.resolve()):
        return "hansard"
    return _typed(script) if script.exists() else f"{_typed(Path(sys.executable))} -m hansard"


def _typed(path: Path) -> str:
    """A path as one types it: from the working folder, from home, or whole."""
    if path.parent.is_relative_to(Path.cwd()) and path.parent != Path.cwd():
        return shlex.quote(str(path.relative_to(Path.cwd())))
    home = os.environ.get("HOME")
    if home and path.is_relative_to(home):
        return f"~/{shlex.quote(str(path.relative_to(home)))}"
    return shlex.quote(str(path))


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (f.name for f in fields(Settings)):
        value = env.get(_PREFIX + name.upper())
        path = env.get(f"{_PREFIX}{name.upper()}_FILE")
        if value is None and path:
            value = Path(path).read_text().strip()
        if value is not None:
            found[name] = value
    return found


def _from_file(env: Mapping[str, str]) -> dict[str, Any]:
    home = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".config")
    for path in (Path(_FILE), Path(home) / "hansard" / "config.toml"):
        if path.is_file():
            try:
                return tomllib.loads(path.read_text())
            except tomllib.TOMLDecodeError as problem:
                raise InvalidRequest(f"{path}: {problem}") from problem
    return {}


def _read(name: str, value: Any) -> Any:
    if name == "data_dir":
        return Path(value).expanduser().absolute()
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        try:
            number = int(value)
        except (TypeError, ValueError) as problem:
            raise InvalidRequest(f"{name}: {value!r} is not a number") from problem
        if not low <= number <= high:
            raise InvalidRequest(f"{name}: {low} to {high}")
        return number
    if name in _LISTS and isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(cast("list[str]", value)) if isinstance(value, list) else value
