"""Writes web/package-lock.json, with every platform in it.

    python scripts/web_lock.py [npm-install argument...]

npm silently leaves out optional packages that its registry does not serve (a mirror often lacks
those of other platforms), and `npm ci` then refuses the lock file on every machine. Their name
and exact version stand in the package that asks for them; that is all a lock entry needs.
"""

import json
import re
import sys
from typing import Any

import web

SYSTEMS = ("aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony",
           "sunos", "win32")  # fmt: skip
PROCESSORS = ("arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x",
              "wasm32", "x64")  # fmt: skip
LIBC = {"gnu": "glibc", "musl": "musl"}
EXACT = re.compile(r"\d+\.\d+\.\d+([-+][\w.+-]+)?")

Entry = dict[str, Any]


def platform_entry(name: str, version: str, *, dev: bool) -> Entry:
    """The lock entry of an optional package, by what its name says about the platform."""
    words = name.rpartition("/")[2].split("-")
    fields: Entry = {
        "version": version,
        "cpu": [word for word in words if word in PROCESSORS],
        "dev": dev,
        "libc": [LIBC[word] for word in words if word in LIBC],
        "optional": True,
        "os": [word for word in words if word in SYSTEMS],
    }
    return {field: value for field, value in fields.items() if value}


def missing(packages: dict[str, Entry]) -> dict[str, Entry]:
    """The entries for optional packages that are asked for by exact version and not listed."""
    found: dict[str, Entry] = {}
    for asker in packages.values():
        for name, version in asker.get("optionalDependencies", {}).items():
            path = f"node_modules/{name}"
            if path not in packages and EXACT.fullmatch(version):
                found[path] = platform_entry(name, version, dev=asker.get("dev", False))
    return found


def main(arguments: list[str]) -> None:
    web.npm("install", "--package-lock-only", "--no-audit", "--no-fund", *arguments)
    path = web.WEB / "package-lock.json"
    lock = json.loads(path.read_text())
    packages = {**lock["packages"], **missing(lock["packages"])}
    lock["packages"] = dict(sorted(packages.items()))
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
