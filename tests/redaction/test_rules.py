"""Each rule finds its own format, and not what merely looks like it.

No token stands here: bodies are drawn at run time. `{A36}` is 36 letters and digits, `{L…}` lower
case and digits, `{U…}` upper case and digits, `{h…}` hexadecimal, `{w…}` letters, digits, `-` and
`_`, `{b…}` base64, `{T…}` the letters of base32, `{d…}` digits, `{u}` a UUID, `{f}` a Discord
number in base64.
"""

import base64
import random
import re
import string
import time
import uuid
from collections.abc import Iterator

import pytest
import re2
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "L": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "T": string.ascii_uppercase + "234567",
    "h": "0123456789abcdef",
    "w": string.ascii_letters + string.digits + "-_",
    "b": string.ascii_letters + string.digits + "+/",
    "d": string.digits,
}

# id: (what it finds; the secret between « and » when it is not all of it), (a look-alike)
FORMATS = {
    "aws-access-key-id": ("AKIA{T16}", "AKIA{T9}"),
    "aws-secret-access-key": ("aws_secret_access_key «{b40}»", "secret access key {b12}"),
    "aws-session-token": ("IQoJb3JpZ2lu{b200}", "IQoJb3JpZ2lu{b20}"),
    "aws-bedrock-key": ("ABSK{b120}==", "ABSK{b20}"),
    "aws-mws-token": ("amzn.mws.{u}", "amzn.mws.{h8}"),
    "gcp-api-key": ("AIza{w35}", "AIza{w20}"),
    "google-oauth-secret": ("GOCSPX-{w28}", "GOCSPX-{w12}"),
    "google-access-token": ("ya29.a0{w120}", "ya29.{w8}"),
    "google-refresh-token": ("1//0{w60}", "1//0{w12}"),
    "azure-storage-key": ("AccountKey=«{b86}==»;", "AccountKey=$ACCOUNT_KEY;"),
    "azure-sas": ("?sv=2026-01-01&sig=«{b43}%3D»", "?sv=2026-01-01&sig={L8}"),
    "azure-client-secret": ("«{A3}8Q~{A34}»", "{A3}8Q~{A9}"),
    "azure-devops-pat": ("{A76}AZDO{A4}", "{A20}AZDO{A4}"),
    "digitalocean-token": ("dop_v1_{h64}", "dop_v1_{h20}"),
    "heroku-key": ("HRKU-{w60}", "HRKU-{w12}"),
    "fly-token": ("fm2_{b120}=", "fm2_{b12}"),
    "netlify-token": ("nfp_{A40}", "nfp_{A12}"),
    "vercel-token": ("vcp_{A56}", "vcp_{A12}"),
    "supabase-token": ("sbp_{h40}", "sbp_{h12}"),
    "neon-key": ("napi_{L64}", "napi_{L12}"),
    "planetscale-token": ("pscale_tkn_{w43}", "pscale_tkn_{w12}"),
    "databricks-token": ("dapi{h32}-2", "dapi{h12}"),
    "cloudflare-origin-key": ("v1.0-{h24}-{h146}", "v1.0-{h24}-{h40}"),
    "cloudflare-token": ("cfut_{A40}{h8}", "cfut_{A12}"),
    "render-key": ("rnd_{A32}", "rnd_{A12}"),
    "alibaba-access-key": ("LTAI5t{A18}", "LTAI{A5}"),
    "yandex-key": ("AQVN{w36}", "AQVN{w10}"),
    "openshift-token": ("sha256~{w43}", "sha256~{w12}"),
    "grafana-token": ("glsa_{A32}_{h8}", "glsa_{A12}"),
    "newrelic-key": ("NRAK-{U27}", "NRAK-{U9}"),
    "sentry-token": ("sntryu_{h64}", "sntryu_{h12}"),
    "dynatrace-token": ("dt0c01.{U24}.{U64}", "dt0c01.{U24}.{U12}"),
    "honeycomb-key": ("hcaik_{L58}", "hcaik_{L12}"),
    "posthog-key": ("phx_{A44}", "phx_{A12}"),
    "launchdarkly-key": ("sdk-{u}", "sdk-{h8}-{h4}"),
    "github-pat": ("ghp_{A36}", "ghp_{A20}"),
    "github-oauth": ("gho_{A36}", "gho_{A20}"),
    "github-user-token": ("ghu_{A36}", "ghu_{A20}"),
    "github-app-token": ("ghs_{A36}", "ghs_{A20}"),
    "github-refresh-token": ("ghr_{A76}", "ghr_{A20}"),
    "github-fine-grained-pat": ("github_pat_{A22}_{A59}", "github_pat_{A12}"),
    "gitlab-pat": ("glpat-{w20}", "glpat-{w10}"),
    "gitlab-token": ("gldt-{w20}", "gldt-{w10}"),
    "gitlab-runner-registration": ("GR1348941{w20}", "GR1348941{w8}"),
    "bitbucket-app-password": ("ATBB{A32}", "ATBB{A12}"),
    "atlassian-api-token": ("ATATT3xFf{w180}", "ATATT3xFf{w20}"),
    "npm-token": ("npm_{A36}", "npm_{L10}"),
    "pypi-token": ("pypi-AgEI{w150}", "pypi-AgEI{w20}"),
    "rubygems-token": ("rubygems_{h48}", "rubygems_{h12}"),
    "crates-token": ("cio{A32}", "cio{A12}"),
    "nuget-key": ("oy2{L43}", "oy2{L12}"),
    "docker-token": ("dckr_pat_{w27}", "dckr_pat_{w9}"),
    "clojars-token": ("CLOJARS_{L60}", "CLOJARS_{L12}"),
    "artifactory-key": ("AKCp{A69}", "AKCp{A12}"),
    "circleci-token": ("CCIPAT_{A22}_{h40}", "CCIPAT_{A22}_{h12}"),
    "buildkite-token": ("bkua_{h40}", "bkua_{h12}"),
    "sonar-token": ("squ_{h40}", "squ_{h12}"),
    "sourcegraph-token": ("sgp_{h16}_{h40}", "sgp_{h16}"),
    "postman-key": ("PMAK-{h24}-{h34}", "PMAK-{h24}"),
    "terraform-token": ("{A14}.atlasv1.{A67}", "{A14}.atlasv1.{A12}"),
    "vault-token": ("hvs.{w90}", "hvs.{w9}"),
    "doppler-token": ("dp.pt.{A43}", "dp.pt.{A9}"),
    "onepassword-service-token": ("ops_eyJ{w250}", "ops_eyJ{w20}"),
    "onepassword-secret-key": ("A3-{U6}-{U6}-{U5}-{U5}-{U5}-{U5}", "A3-{U6}-{U6}"),
    "pulumi-token": ("pul-{h40}", "pul-{h12}"),
    "age-secret-key": ("AGE-SECRET-KEY-1{U58}", "AGE-SECRET-KEY-1{U12}"),
    "tailscale-key": ("tskey-auth-{A11}-{A32}", "tskey-auth-{A5}"),
    "hansard-key": ("hansard_sk_{A40}", "hansard_sk_{A6}"),
    "anthropic-key": ("sk-ant-api03-{w93}AA", "sk-ant-{L6}"),
    "openai-key": ("sk-proj-{w120}", "sk-proj-{w8}"),
    "openai-legacy-key": ("sk-{A20}T3BlbkFJ{A20}", "{A5}T3BlbkFJ"),
    "openrouter-key": ("sk-or-v1-{h64}", "sk-or-v1-{h12}"),
    "langfuse-key": ("sk-lf-{u}", "sk-lf-{h8}"),
    "sk-key": ("sk-{A48}", "task-{A48}"),
    "huggingface-token": ("hf_{A34}", "hf_{A12}"),
    "groq-key": ("gsk_{A52}", "gsk_{A12}"),
    "xai-key": ("xai-{A80}", "xai-{A12}"),
    "perplexity-key": ("pplx-{A48}", "pplx-{A12}"),
    "replicate-token": ("r8_{A37}", "r8_{A12}"),
    "fireworks-key": ("fw_{A24}", "fw_{A9}"),
    "together-key": ("tgp_v1_{w43}", "tgp_v1_{w9}"),
    "langsmith-key": ("lsv2_pt_{h32}_{h10}", "lsv2_pt_{h32}"),
    "tavily-key": ("tvly-dev-{A32}", "tvly-dev-{A8}"),
    "pinecone-key": ("pcsk_{A6}_{A64}", "pcsk_{A9}"),
    "nvidia-key": ("nvapi-{w64}", "nvapi-{w9}"),
    "cerebras-key": ("csk-{L48}", "csk-{L9}"),
    "elevenlabs-key": ("sk_{h48}", "sk_{h20}"),
    "e2b-key": ("e2b_{h40}", "e2b_{h9}"),
    "jina-key": ("jina_{w60}", "jina_{w9}"),
    "firecrawl-key": ("fc-{h32}", "{h8}-{h4}-{h4}-{h2}fc-{h12}"),
    "llamaindex-key": ("llx-{A48}", "llx-{A9}"),
    "wandb-key": ("wandb_v1_{w80}", "wandb_v1_{w9}"),
    "slack-token": ("xoxb-{d12}-{d13}-{A24}", "xoxb-{L5}"),
    "slack-app-token": ("xapp-1-{U11}-{d13}-{h64}", "xapp-1-{U11}"),
    "slack-webhook": (
        "https://hooks.slack.com/services/«T{U9}/B{U10}/{A24}»",
        "https://hooks.slack.com/services/T{U8}",
    ),
    "stripe-key": ("sk_live_{A24}", "sk_live_{A8}"),
    "webhook-signing-secret": ("whsec_{b32}", "whsec_{b9}"),
    "twilio-key": ("SK{h32}", "SK{h12}"),
    "twilio-auth-token": ("TWILIO_AUTH_TOKEN: «{h32}»", "twilio account {h32}"),
    "sendgrid-key": ("SG.{w22}.{w43}", "SG.{w22}"),
    "mailgun-key": ("key-{h32}", "key-{h12}"),
    "mailchimp-key": ("{h32}-us12", "{h12}-us12"),
    "brevo-key": ("xkeysib-{h64}-{A16}", "xkeysib-{h9}"),
    "mailersend-token": ("mlsn.{h64}", "mlsn.{h9}"),
    "telegram-bot-token": ("{d10}:AA{w33}", "{d10}:AA{w9}"),
    "discord-bot-token": ("discord: «{f}.{w6}.{w38}»", "discord M{w9}.{w6}.{w8}"),
    "discord-webhook": (
        "https://discord.com/api/webhooks/«{d18}/{w68}»",
        "https://discord.com/api/webhooks/{d18}",
    ),
    "teams-webhook": (
        "https://acme.webhook.office.com/webhookb2/«{u}@{u}/IncomingWebhook/{h32}/{u}»",
        "https://acme.webhook.office.com/webhookb2/{h9}",
    ),
    "shopify-token": ("shpat_{h32}", "shpat_{h9}"),
    "square-token": ("sq0atp-{w22}", "sq0atp-{w9}"),
    "braintree-token": ("access_token$production${L16}${h32}", "access_token$production${L9}"),
    "plaid-token": ("access-sandbox-{u}", "access-sandbox-{h8}"),
    "flutterwave-key": ("FLWSECK-{A32}-X", "FLWSECK-{A8}"),
    "linear-key": ("lin_api_{A40}", "lin_api_{A9}"),
    "notion-token": ("ntn_{d11}{A35}", "ntn_{d11}"),
    "figma-token": ("figd_{w40}", "figd_{w9}"),
    "airtable-token": ("airtable pat{A14}.{h64}", "airtable pat{A14}.{h9}"),
    "hubspot-token": ("pat-na1-{u}", "pat-na1-{h8}"),
    "contentful-token": ("CFPAT-{w43}", "CFPAT-{w9}"),
    "dropbox-token": ("sl.u.{w140}", "sl.u.{w9}"),
    "facebook-token": ("EAA{A120}", "EAA{A9}"),
    "twitter-bearer": ("AAAAAAAAAAAAAAAAAAAAA{A80}", "AAAAAAAAAAAAAAAAAAAAA"),
    "mapbox-secret": ("sk.eyJ{w60}.{w22}", "sk.eyJ{w9}"),
    "typeform-token": ("tfp_{w44}_{w14}", "tfp_{w9}"),
    "readme-key": ("rdme_{L70}", "rdme_{L9}"),
    "frameio-token": ("fio-u-{w64}", "fio-u-{w9}"),
    "easypost-key": ("EZAK{A54}", "EZAK{A9}"),
    "twitch-token": ("oauth:{L30}", "oauth:{L9}"),
    "adobe-client-secret": ("p8e-{L32}", "p8e-{L9}"),
    "artifactory-reference-token": ("cmVmd{A59}", "cmVmd{A9}"),
    "auth-pair": ("auth=('me', '«{A12}»')", "auth=('me', password)"),
    "authress-key": ("sc_{L12}.{L5}.acc-{L16}.{b44}", "sc_{L12}.{L5}.acc"),
    "azure-function-key": ("{w44}AzFu{w8}==", "AzFu{A9}"),
    "clickhouse-key": ("4b1d{A38}", "4b1d{A9}"),
    "column-value": ("\ntoken    «{A24}»", "\ntoken    accessor"),
    "defined-networking-token": ("dnkey-{w26}-{w52}", "dnkey-{w9}"),
    "dsn-password": ("app:«{A12}»@tcp(db:3306)/app", "app:${PW}@tcp(db:3306)/app"),
    "duffel-token": ("duffel_test_{w43}", "duffel_test_{w9}"),
    "facebook-app-token": ("facebook_token: «{d15}|{w27}»", "facebook id {d15}"),
    "flutterwave-test-key": ("FLWPUBK_TEST-{h32}-X", "FLWPUBK_TEST-{h5}"),
    "freemius-key": ("'secret_key' => '«sk_{w29}»'", "'secret_key' => 'sk_test'"),
    "gitlab-session": ("_gitlab_session=«{L32}»", "_gitlab_session={L9}"),
    "gocardless-token": ("live_{w40}", "live_{w9}"),
    "grafana-legacy-key": ("eyJrIjoi{A70}=", "eyJrIjoi{A9}"),
    "harness-key": ("pat.{w22}.{A24}.{A20}", "pat.{w9}"),
    "htpasswd-password": ("htpasswd -b f me «{A12}»", "htpasswd -b f me $PW"),
    "infracost-key": ("ico-{A32}", "ico-{A9}"),
    "intra42-secret": ("s-s4t2ud-{h64}", "s-s4t2ud-{h9}"),
    "jwt-base64": ("ZXlKa{b80}", "ZXlKa{b9}"),
    "lob-key": ("test_{h35}", "test_{h9}"),
    "mailgun-public-key": ("pubkey-{h32}", "pubkey-{h9}"),
    "mapbox-public-token": ("pk.{A60}.{A22}", "pk.{A9}"),
    "maxmind-key": ("{A6}_{A29}_mmk", "{A6}_mmk"),
    "nuget-password": (
        '<add key="ClearTextPassword" value="«{A12}»" />',
        '<add key="ClearTextPassword" value="%PW%" />',
    ),
    "octopus-key": ("API-{U26}", "API-{U9}"),
    "pgpass-password": ("\ndb.host:5432:app:me:«{A12}»\n", "\ndb.host:5432:app:me:\n"),
    "prefect-key": ("pnu_{A36}", "pnu_{A9}"),
    "private-key-base64": (
        "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo{b80}=",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg{b80}=",
    ),
    "scalingo-token": ("tk-us-{w48}", "tk-us-{w9}"),
    "settlemint-token": ("sm_pat_{A16}", "sm_pat_{A5}"),
    "shippo-token": ("shippo_test_{h40}", "shippo_test_{h9}"),
    "sidekiq-credential": (
        "BUNDLE_GEMS__CONTRIBSYS__COM=«{h8}:{h8}»",
        "BUNDLE_GEMS__CONTRIBSYS__COM=$KEY",
    ),
    "snyk-token": ("snyk_token: «{u}»", "snyk test {h9}"),
    "sourcegraph-legacy-token": ("SRC_ACCESS_TOKEN=«{h40}»", "sourcegraph {h9}"),
    "spoken-secret": ("the password is «{A12}» now", "the password is required now"),
    "square-personal-token": ("EAAA{w60}", "EAAA{w9}"),
    "vault-legacy-token": ("VAULT_TOKEN=«s.{A24}»", "vault s.get_token()"),
    "vendor-client-number": ("discord client: «{d18}»", "discord client: {d5}"),
    "vendor-key": ("heroku_key: «{u}»", "heroku_app: {L9}"),
    "yandex-token": ("t1.{w40}.{w86}", "t1.{w9}"),
    "jwt": ("eyJ{w30}.eyJ{w60}.{w43}", "eyJ{w30}"),
    "private-key": (
        "-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n{b20}==\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    ),
    "putty-private-key": ("Private-Lines: 2\n«{b64}\n{b40}»", "Private-Lines: 2"),
    "url-password": ("postgres://app:«{A12}»@db:5432/x", "postgres://app:${DB_PASSWORD}@db/x"),
    "url-token": ("https://«{A32}»@git.example/x", "https://git-{L3}@git.example/x"),
    "bearer-token": ("-H 'Authorization: Bearer «{A40}»'", "Authorization: Bearer $TOKEN"),
    "basic-auth": ("Authorization: Basic «{b24}»", "basic authorization is described below"),
    "session-cookie": ("Cookie: theme=dark; sessionid=«{A32}»", "Cookie: theme=dark; lang=en"),
    "assignment": ("api_key = '«{A32}»'", "api_key = os.environ['API_KEY']"),
    "passphrase": ("DB_PASSWORD='«{A12} Zebra {A12}»'", 'password: "Enter your password"'),
    "named-value": ("- name: DB_PASSWORD\n  value: «{A16}»", "- name: REPLICAS\n  value: {A16}"),
    "call-argument": ('setPassword("«{A12}»")', "setPassword(form.password)"),
    "env-statement": ("ENV API_SECRET «{A32}»", "ENV PATH /usr/local/bin"),
    "cli-flag": ("deploy --password «{A14}» now", "deploy --password $PASSWORD now"),
    "xml-element": ("<password>«{A12}»</password>", "<password>${env.PASSWORD}</password>"),
    "netrc-password": ("machine h login me password «{A12}»", "the login and password form"),
    "curl-user": ("curl -s -u me:«{A12}» https://h", "curl -u $USER:$PASSWORD https://h"),
    "sshpass-password": ("sshpass -p «{A12}» ssh h", "sshpass -p $PW ssh h"),
    "mysql-password": ("mysql -u root -p«{A12}» shop", "mysql -u root -p shop"),
    "redis-password": ("redis-cli -h h -a «{A12}» ping", "redis-cli -h h -a $PW ping"),
    "login-password": ("docker login -u me -p «{A12}» h", "docker login -u me h"),
    "sql-password": ("CREATE USER a IDENTIFIED BY '«{A12}»'", "CREATE USER a IDENTIFIED BY ''"),
}

# Python's own `re`, by which hypothesis checks what it draws, never comes back from these.
TOO_MUCH_FOR_RE = {"private-key", "putty-private-key"}

PIECE = re.compile(r"\{([ALUThwbduf])(\d*)\}")


def assembled(template: str, seed: int = 7) -> tuple[str, str]:
    """The text of a template and the secret in it."""
    source = random.Random(f"{template}{seed}")

    def body(piece: re.Match[str]) -> str:
        if piece[1] == "u":
            return str(uuid.UUID(int=source.getrandbits(128)))
        if piece[1] == "f":
            return base64.b64encode(str(source.randrange(10**17, 10**18)).encode()).decode()
        # Begin and end with a letter and keep a digit inside, as a random body nearly always does.
        middle = source.choices(ALPHABETS[piece[1]], k=int(piece[2]))
        if int(piece[2]) > 8 and piece[1] != "d":
            middle[0] = middle[-1] = next(c for c in ALPHABETS[piece[1]] if c.isalpha())
            middle[4] = "7"
        return "".join(middle)

    text = PIECE.sub(body, template)
    if "«" in text:
        return text.replace("«", "").replace("»", ""), text[text.index("«") + 1 : text.index("»")]
    return text, text


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Secrets(), default_rules(), b"key of the tests")


def test_every_rule_has_a_format_and_a_look_alike_here() -> None:
    assert {rule.id for rule in default_rules().rules} == FORMATS.keys()


@pytest.mark.parametrize("rule", FORMATS)
def test_a_rule_finds_all_of_its_format(scanner: Scanner, rule: str) -> None:
    for seed in range(5):
        text, secret = assembled(FORMATS[rule][0], seed)
        clean, redactions = scanner.scan_text(f"see: {text} and so on")
        assert secret not in clean
        assert not any(part in clean for part in re.findall(r"[0-9A-Za-z]{12,}", secret))
        assert clean.endswith(" and so on")
        if secret != text:  # what stands around the secret stays
            assert clean.startswith(f"see: {text[: text.index(secret)]}[secret:")
        assert rule in {redaction.rule for redaction in redactions}


@pytest.mark.parametrize("rule", FORMATS)
def test_a_look_alike_is_left_alone(scanner: Scanner, rule: str) -> None:
    text, _ = assembled(FORMATS[rule][1])
    assert scanner.scan_text(f"see: {text} and so on") == (f"see: {text} and so on", [])


@pytest.mark.parametrize("rule", FORMATS)
def test_a_format_is_found_behind_an_escaped_line_end(scanner: Scanner, rule: str) -> None:
    text, secret = assembled(FORMATS[rule][0])
    clean, _ = scanner.scan_text(f'{{"stdout":"first line\\n{text}\\nlast"}}')
    assert secret not in clean


@pytest.mark.parametrize(
    "rule",
    [rule for rule in default_rules().rules if rule.id not in TOO_MUCH_FOR_RE],
    ids=lambda rule: rule.id,
)
def test_gate_and_keywords_never_miss_what_the_full_form_matches(rule) -> None:
    gate = re2.compile(rule.gate)
    words = [word.decode() for word in rule.keywords]
    ascii_only = st.characters(min_codepoint=9, max_codepoint=126)

    @given(text=st.from_regex(re.compile(rule.pattern.pattern), alphabet=ascii_only))
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking a regular expression takes minutes
        suppress_health_check=list(HealthCheck),
    )
    def check(text: str) -> None:
        found = rule.pattern.search(text)
        if found is not None:
            assert gate.search(text) is not None
            assert any(word in text.lower() for word in words)

    check()


def test_documentation_placeholders_are_no_secrets(scanner: Scanner) -> None:
    for text in (
        "ghp_" + "x" * 36,
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "sk-ant-" + "your-api-key-goes-right-here",
        "export API_KEY=<your key>",
        'password = "changeme"',
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "const apiKey = process.env.API_KEY2;",
        "password: Optional[str] = None",
        "client_secret=****************",
        "max_tokens: 4096000, input_tokens: 12345678",
        "api_key: str = Field(default_factory=new_api_key)",
    ):
        assert scanner.scan_text(text) == (text, [])


def words(size: int) -> Iterator[str]:
    """Text of the kind that transcripts hold, with the words that wake the rules."""
    source = random.Random(11)
    vocabulary = (
        "the token was passed to auth and the secret key of https://host/path is not in "
        'password: Optional = {"input_tokens": 12, "id": "msg_01"} def login(self, user): return '
        "curl -s -u name bearer cookie: <div> --flag=value AKIA ghp_ sk- xoxb- eyJ key- SG. \n\t"
    ).split(" ")
    while size > 0:
        word = source.choice(vocabulary) + source.choice((" ", " ", "\n", "=", '"'))
        size -= len(word)
        yield word


def test_the_whole_pack_at_once_has_not_collapsed() -> None:
    """Together, rules that are each fast can fall to 0.1 MB/s (kernel.md, section 4)."""
    text = "".join(words(400_000)).encode()
    pack = default_rules()
    pack.candidates(text)
    start = time.perf_counter()
    pack.candidates(text)
    assert len(text) / (time.perf_counter() - start) > 2_000_000


def test_no_rule_is_so_big_that_its_automaton_thrashes() -> None:
    assert max(rule.pattern.programsize for rule in default_rules().rules) < 1_500


def test_rules_in_the_form_of_gitleaks_are_taken_as_they_are() -> None:
    secret = "acme" + "-" + "q7w8e9r1t2y3u4i5"
    pack = RulePack.parse(
        [
            """
            title = "mine"
            [[rules]]
            id = "acme-key"
            description = "Acme"
            regex = '''(?i)acme_key\\s*=\\s*(acme-[0-9a-z]{16})'''
            secretGroup = 1
            entropy = 3
            keywords = ["acme"]
            [rules.allowlist]
            stopwords = ["0000"]
            """
        ]
    )
    scanner = Scanner(Secrets(), pack, b"k")
    clean, [redaction] = scanner.scan_text(f"ACME_KEY = {secret}!")
    assert clean == f"ACME_KEY = [secret:{redaction.name}]!"
    assert redaction.rule == "acme-key"
    assert scanner.scan_text("ACME_KEY = acme-q7w8e9r10000u4i5")[1] == []
    assert scanner.scan_text("ACME_KEY = acme-aaaaaaaaaaaaaaaa")[1] == []


def test_a_rule_without_keywords_is_tried_on_every_text() -> None:
    pack = RulePack.parse(['[[rules]]\nid = "a"\nregex = "zq[0-9]{9}"'])
    clean, _ = Scanner(Secrets(), pack, b"k").scan_text("see zq" + "123456789")
    assert clean.startswith("see [secret:a#")


def test_a_pack_with_a_faulty_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        RulePack.parse(['[[rules]]\nid="a"\nregex="b"\n[[rules]]\nid="a"\nregex="c"'])
    with pytest.raises(ValueError, match="context"):
        RulePack.parse(['[[rules]]\nid="a"\nregex="b"\ncontext="name"'])
    with pytest.raises(ValueError, match="rule a: regex: RE2 does not take"):
        RulePack.parse(['[[rules]]\nid="a"\nregex="(?=b)"'])
