"""The option that rewrites what the stories fold to: `scripts/test tests/golden --update-golden`.

Look at the difference before you commit it: it is what every reader of a session will see.
"""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def update_golden(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--update-golden", default=False))
