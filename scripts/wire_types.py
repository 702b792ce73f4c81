"""Write the page's types of the API from its OpenAPI description.

Run by scripts/gen; a test fails when the description has changed since.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TYPES = ROOT / "web" / "src" / "api" / "schema.gen.ts"
_MARK = "// Of the description with SHA-256 "


def main() -> None:
    """Write the types, or with --check say that they are stale."""
    command = [sys.executable, "-m", "hansard", "openapi"]
    text = subprocess.run(command, check=True, capture_output=True).stdout
    mark = _MARK + hashlib.sha256(text).hexdigest()
    if TYPES.exists() and TYPES.read_text().startswith(mark):
        return
    if "--check" in sys.argv:
        sys.exit("web/src/api/schema.gen.ts is stale; run scripts/gen")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_bytes(text)
        made = Path(folder) / "schema.ts"
        web = [sys.executable, str(ROOT / "scripts" / "web.py"), "npm", "exec"]
        subprocess.run([*web, "openapi-typescript", "--", source, "-o", made], check=True)
        TYPES.write_text(f"{mark}\n{made.read_text()}")


if __name__ == "__main__":
    main()
