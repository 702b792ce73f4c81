"""What is registered, what is refused, and that neither shows a value."""

import pytest

from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

RANDOM = "q7W9" + "eR2t" + "Y5u8" + "Io0p" + "Lk3j"

SECRET_VARIABLES = {
    "GITHUB_TOKEN": RANDOM,
    "OPENAI_API_KEY": RANDOM[::-1],
    "AWS_SECRET_ACCESS_KEY": "wJ" + RANDOM * 2,
    "DB_PASSWORD": "tiger-42",
    "PGPASSWORD": "tiger-43",
    "MYSQL_PWD": "tiger-44",
    "SESSION_SECRET": "tiger-and-lion-45",
    "ACME_KEY": "46" + RANDOM,
    "GH_PAT": "47" + RANDOM,
    "SSH_PRIVATE_KEY": "-----BEGIN THING-----\nabcdefghijklmnop48\n-----END THING-----",
    "DATABASE_URL": "postgres://app:tiger-49@db.internal:5432/app",
    "HTTPS_PROXY": "http://me:tiger-50@proxy:3128",
}

ORDINARY_VARIABLES = {
    "PATH": "/usr/local/bin:/usr/bin",
    "PWD": "/home/ana/project-12345",
    "OLDPWD": "/home/ana/project-12345",
    "SSH_AUTH_SOCK": "/tmp/ssh-XXXX12345/agent.1234",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/ana/.config/gcloud/credentials.json",
    "TOKENIZERS_PARALLELISM": "disabled1",
    "MAX_THINKING_TOKENS": "31999000",
    "SECRET_NAME": "my-app-secret-1",
    "API_KEY_FILE": "/run/secrets/api_key",
    "API_KEY": "${FROM_SOMEWHERE}",
    "POSTGRES_PASSWORD": "postgres",
    "REDIS_URL": "redis://localhost:6379/0",
    "GIT_AUTHOR_NAME": "Ana Example 12345",
    "XDG_SESSION_ID": "c1234567890",
    "KEYBOARD_LAYOUT": "de-latin1-nodeadkeys",
    "DOCS_URL": "https://example.org/auth2/tokens",
}


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_a_variable_with_a_telling_name_is_registered(name: str) -> None:
    """S2-35."""
    secrets = Secrets()
    assert secrets.register_environment({name: SECRET_VARIABLES[name]}) == 1
    clean, _ = Scanner(secrets, default_rules(), b"k").scan_text(SECRET_VARIABLES[name])
    assert f"[secret:{name}]" in clean


@pytest.mark.parametrize("name", ORDINARY_VARIABLES)
def test_an_ordinary_variable_is_not_registered(name: str) -> None:
    assert Secrets().register_environment({name: ORDINARY_VARIABLES[name]}) == 0


def test_of_a_url_the_password_alone_is_registered() -> None:
    secrets = Secrets()
    secrets.register_environment({"DATABASE_URL": "postgres://app:tiger-49@db.internal/app"})
    clean, _ = Scanner(secrets, default_rules(), b"k").scan_text(
        "connect postgres://app:tiger-49@db.internal/app, then db.internal"
    )
    assert clean == "connect postgres://app:[secret:DATABASE_URL]@db.internal/app, then db.internal"


def test_a_value_too_short_to_look_for_is_refused_and_named() -> None:
    secrets = Secrets()
    assert not secrets.register("SHORT", "seven77")
    assert not secrets.register("BLANK", " " * 20)
    assert not secrets.register("HUGE", "x" * 70_000)
    assert secrets.register("LONG_ENOUGH", "eight888")
    assert secrets.refused == ("SHORT", "BLANK", "HUGE")
    assert secrets.register_environment({"DB_PASSWORD": "abc-12"}) == 0
    assert secrets.refused[-1] == "DB_PASSWORD"


def test_the_generation_rises_with_each_new_value_only() -> None:
    secrets = Secrets()
    secrets.register("A", "value-one-1")
    secrets.register("B", "value-one-1")
    assert secrets.generation == 1
    secrets.register("A", "value-two-2")
    assert secrets.generation == 2


def test_a_rotated_key_stays_a_secret() -> None:
    secrets = Secrets()
    secrets.register("KEY", "value-one-1")
    secrets.register("KEY", "value-two-2")
    clean, _ = Scanner(secrets, default_rules(), b"k").scan_text("value-one-1 value-two-2")
    assert clean == "[secret:KEY] [secret:KEY]"


def test_a_name_cannot_break_out_of_its_placeholder_or_carry_its_value() -> None:
    secrets = Secrets()
    secrets.register('vault "db" ]\n[x', "value-one-1")
    secrets.register("it-is-value-two-2", "value-two-2")
    clean, _ = Scanner(secrets, default_rules(), b"k").scan_text("value-one-1 value-two-2")
    assert clean == "[secret:vault_db_x] [secret:UNNAMED]"


def test_no_text_about_the_registry_shows_a_value() -> None:
    secrets = Secrets()
    secrets.register("A", "value-one-1")
    assert "value-one-1" not in repr(secrets)
    assert "value-one-1" not in repr(secrets.snapshot())
