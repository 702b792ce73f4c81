"""Processes for fault tests, which begin with everything imported, this folder included."""

import multiprocessing
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def nursery() -> ForkServerContext:
    """Where processes come from that a test breaks, kills or changes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hansard.testing.victim"])
    return context
