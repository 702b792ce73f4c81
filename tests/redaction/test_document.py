"""Rules that users bring: gitleaks' format, and a clear refusal of what cannot be used (S2-34)."""

from pathlib import Path

import pytest

from hansard.control.rules import installed
from hansard.domain.errors import InvalidRequest
from hansard.redaction.document import BadRule, read
from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

TOKEN = "acme" + "-" + "q7w8e9r1t2y3u4i5"


def scanner(*documents: str, off: tuple[str, ...] = ()) -> Scanner:
    pack = default_rules().extended(read(documents, "mine").rules, off)
    return Scanner(Secrets(), pack, b"k")


def rule(**fields: str) -> str:
    lines = {"id": '"acme-key"', "regex": "'''acme-[0-9a-z]{16}'''", **fields}
    return "[[rules]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items())


def test_every_field_of_gitleaks_is_taken() -> None:
    text = f"""
        title = "mine"
        minVersion = "v8.25.0"
        [extend]
        useDefault = true
        disabledRules = ["stripe-key"]
        [[allowlists]]
        description = "samples"
        targetRules = ["acme-key"]
        stopwords = ["sample"]
        [allowlist]
        paths = ['''testdata/''']
        [[rules]]
        id = "acme-key"
        description = "Acme"
        regex = '''(?i)(live|test)_key\\s*=\\s*({TOKEN[:4]}-[0-9a-z]{{16}})'''
        secretGroup = 2
        entropy = 3.1
        keywords = ["ACME"]
        tags = ["key"]
        path = '''\\.env$'''
        [[rules.allowlists]]
        condition = "AND"
        regexTarget = "line"
        regexes = ['''# fake''']
        stopwords = ["0000"]
        commits = ["abc"]
    """
    document = read([text], "mine")
    assert document.off == {"stripe-key"}
    [made] = document.rules
    assert (made.id, made.source, made.entropy, made.groups) == ("acme-key", "mine", 3.1, (2,))
    clean, [found] = scanner(text).scan_text(f"live_key = {TOKEN}!")
    assert clean == f"live_key = [secret:{found.name}]!"
    assert found.rule == "acme-key"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rules]]\nid = ", "not TOML"),
        ("[[rules]]\nregex = 'a'", "rule None: an id is"),
        ("[[rules]]\nid = 'a b'\nregex = 'a'", "rule 'a b': an id is"),
        ("[[rules]]\nid = 'x'", "rule x: a regex is needed"),
        ("[[rules]]\nid = 'x'\nregex = '(?=a)'", "rule x: regex: RE2 does not take"),
        ("[[rules]]\nid = 'x'\nregex = '(a'", "rule x: regex: RE2 does not take"),
        ("[[rules]]\nid = 'x'\nregex = ''", "rule x: regex: 1 to"),
        ("[[rules]]\nid = 'x'\nregex = '((a{50}){50}){50}'", "rule x: regex: "),
        ("[[rules]]\nid = 'x'\nregex = '[a-z]{900}[0-9]{900}[A-Z]{900}x{900}\\pL{900}'", "rule x"),
        ("[[rules]]\nid = 'x'\nregex = 3", "rule x: regex: a text is needed"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nsecretGroup = 1", "rule x: secretGroup: 0 to 0"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nsecretGroup = true", "rule x: secretGroup"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nentropy = 'high'", "rule x: entropy"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nentropy = 9", "rule x: entropy"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nkeywords = 'a'", "rule x: keywords: a list"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nkeywords = [1]", "rule x: keywords: a list of texts"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nkeywords = ['']", "rule x: keywords: an empty word"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\npath = '['", "rule x: path: RE2 does not take"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\nrequired = []", "rule x: `required` is not supported"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\ncontext = 'odd'", "rule x: unusable context"),
        ("[[rules]]\nid = 'x'\nregex = 'a'\neach = 'b'", "rule x: each: one group"),
        (
            "[[rules]]\nid = 'x'\nregex = 'a'\n[[rules.allowlists]]\nregexes = ['(']",
            "rule x: allowlist: regexes: RE2 does not take",
        ),
        (
            "[[rules]]\nid = 'x'\nregex = 'a'\n[[rules.allowlists]]\ncondition = 'XOR'",
            "rule x: allowlist: condition",
        ),
        (
            "[[rules]]\nid = 'x'\nregex = 'a'\n[[rules.allowlists]]\nregexTarget = 'file'",
            "rule x: allowlist: regexTarget",
        ),
        ("[[rules]]\nid='x'\nregex='a'\n[[rules]]\nid='x'\nregex='b'", "rule x: two rules"),
        ("[extend]\npath = 'other.toml'", "extend.path: not supported"),
        ("[rule]\nid = 'x'", "the document: `rule` is not supported"),
        ("rules = 3", "the document: rules: a list is needed"),
        ("rules = [3]", "a rule is a table"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(BadRule) as refused:
        read([text])
    assert said in str(refused.value)


def test_a_keyword_anywhere_in_the_text_wakes_a_rule_and_its_absence_lets_it_sleep() -> None:
    made = scanner(rule(keywords='["acme", "corp"]', regex="'''zq[0-9a-z]{16}'''"))
    assert made.scan_text("zq" + TOKEN[5:])[1] == []
    assert made.scan_text("Corp: zq" + TOKEN[5:])[1] != []


def test_entropy_has_to_be_exceeded() -> None:
    made = scanner(rule(entropy="3.0"))
    assert made.scan_text("acme-" + "ab" * 8)[1] == []
    assert made.scan_text(TOKEN)[1] != []


def test_of_several_groups_the_first_that_holds_something_is_the_secret() -> None:
    made = scanner(rule(regex="'''acme-(?:old-([0-9a-z]{16})|([0-9a-z]{16}))'''"))
    clean, _ = made.scan_text(TOKEN)
    assert clean.startswith("acme-[secret:acme-key#")


def test_a_rule_for_some_files_keeps_out_of_others() -> None:
    made = scanner(rule(path="'''\\.tf$'''"))
    for payload, found in (
        ({"input": {"file_path": "/app/main.tf", "content": TOKEN}}, True),
        ({"input": {"file_path": "/app/main.go", "content": TOKEN}}, False),
        ({"input": {"command": TOKEN}}, True),  # about no file: rather too much than too little
    ):
        assert bool(made.scan(payload)[1]) == found


def test_an_allowlist_of_paths_allows_where_every_file_of_the_event_matches() -> None:
    made = scanner(rule() + "\n[[rules.allowlists]]\npaths = ['''testdata/''']")
    assert made.scan({"path": "testdata/a", "content": TOKEN})[1] == []
    assert made.scan({"path": "src/a", "content": TOKEN})[1] != []
    assert made.scan({"content": TOKEN})[1] != []


@pytest.mark.parametrize(
    ("allowlist", "text", "found"),
    [
        ("regexes = ['u4i5$']", TOKEN, False),
        ("regexes = ['^acme-q7']\nregexTarget = 'match'", TOKEN, False),
        ("regexes = ['# fake']\nregexTarget = 'line'", f"a\n{TOKEN} # fake\nb", False),
        ("regexes = ['# fake']\nregexTarget = 'line'", f"# fake\n{TOKEN}\n# fake", True),
        ("stopwords = ['R1T2']", TOKEN, False),
        ("condition = 'AND'\nregexes = ['u4i5$']\nstopwords = ['zzzz']", TOKEN, True),
        ("condition = 'AND'\nregexes = ['u4i5$']\nstopwords = ['r1t2']", TOKEN, False),
        ("commits = ['abc']", TOKEN, True),
    ],
)
def test_allowlists_allow_what_they_say(allowlist: str, text: str, found: bool) -> None:
    made = scanner(f"{rule()}\n[[rules.allowlists]]\n{allowlist}")
    assert bool(made.scan_text(text)[1]) == found


def test_a_rule_that_is_off_finds_nothing_and_the_others_go_on() -> None:
    pat = "ghp" + "_" + "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"
    made = scanner(rule(), off=("github-pat",))
    assert made.scan_text(f"{pat} {TOKEN}")[0].startswith(pat)
    assert TOKEN not in made.scan_text(f"{pat} {TOKEN}")[0]
    assert scanner(rule(), off=("acme-key",)).scan_text(TOKEN)[1] == []


def test_a_rule_never_takes_our_own_identifiers() -> None:
    made = scanner(rule(regex="'''[0-9a-f]{32}'''"))
    own = "sesn_" + "0193f1e2" * 4
    assert made.scan_text(f"see {own}.")[1] == []
    assert made.scan_text("see " + "0193f1e2" * 4)[1] != []


def test_hundreds_of_rules_without_keywords_do_not_slow_every_text_down() -> None:
    """User rules are gated by the words that they need, in a set of their own."""
    many = "\n".join(
        f"[[rules]]\nid = 'r{n}'\nregex = '''[\\w.-]{{0,50}}?vendor{n}[ =:]{{1,5}}[a-z0-9]{{32}}'''"
        for n in range(300)
    )
    pack = RulePack([]).extended(read([many]).rules)
    assert pack.suspects(b"nothing of that kind " * 1_000) == []
    assert [r.id for r in pack.suspects(b"vendor7 = x")] == ["r7"]


def test_files_of_rules_are_read_and_switched_off_by_the_settings(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(rule())
    two.write_text("[[rules]]\nid = 'other'\nregex = 'zq[0-9]{9}'")
    pack = installed([str(one), str(two)], ["other", "jwt"])
    found = Scanner(Secrets(), pack, b"k").scan_text(f"{TOKEN} zq" + "123456789")[1]
    assert [redaction.rule for redaction in found] == ["acme-key"]
    assert {r.source for r in pack.rules} == {"hansard", "one.toml", "two.toml"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[rules]]\nid = 'x'\nregex = '('", "bad.toml: rule x: regex"),
        (b"\xff\xfe", "bad.toml"),
        (None, "bad.toml"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidRequest) as refused:
        installed([str(path)], [])
    assert said in refused.value.message


def test_switching_off_what_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="no rule typo-key"):
        installed([], ["typo-key"])
