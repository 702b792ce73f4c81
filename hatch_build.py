"""Build hook: the web page goes into every wheel, sdist and editable install.

Node is asked for only when the page has to be built, so an install from the sdist, which carries
the built page, needs none. HANSARD_SKIP_WEB=1 leaves the page out.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "scripts"))

import web


class WebBuildHook(BuildHookInterface[BuilderConfig]):
    def dependencies(self) -> list[str]:
        return [web.NODE_REQUIREMENT] if web.is_stale() and web.find_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if web.is_stale():
            web.build()
