"""The net under the log: numbers, secrets and cards are masked in every line, whoever wrote it."""

import json
import re
import time
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from telemetry.net import GONE, netting, told
from tests.test_telemetry import told as written

TOKEN = "0123456789abcdef0123456789abcdef"
DEAR = "Dear Alice"
AWKWARD = 'tök#en with "quotes"'
net = netting([TOKEN, AWKWARD, "short"])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("to whatsapp:+250788000001 now", "to whatsapp:+250***001 now"),
        ("To=whatsapp%3A%2B250788000001&x=1", "To=whatsapp:+250***001&x=1"),
        ("call +250 788 000-001!", "call +250***001!"),
        ("call (+250) 788/000.001!", "call (+250***001!"),
        ("on +250\u00a0788\u2009000\u202f001", "on +250***001"),
        (r"on +250\u00a0788\u2009000\u202f001", "on +250***001"),
        ("To=%2B250+788%20000%20001", "To=+250***001"),
        ("00 250 788 000 001", "+250***001"),
        ("00250788000001", "+250***001"),
        ("(0788) 000-001 or", "(07***001 or"),
        ("250 788 000 001 or 12", "25***001 or 12"),
        ('"WaId":"250788000001"', '"WaId":"25***001"'),
        ("250788000001 wrote", "25***001 wrote"),
        ("whatsapp:RW.teta_uwase", "whatsapp:RW***ase"),
        ("US.13491208655302741918", "US***918"),
        ("card 4111 1111 1111 1111.", f"card {GONE}."),
        ("card 378282246310005", f"card {GONE}"),
        ("card 41 11 11 11 11 11 11 11 12/27", f"card {GONE} 12/27"),
        ("card 4111.1111.1111.1111, 4111-1111-1111-1111", f"card {GONE}, {GONE}"),
        ("7 4111\u00a01111\u00a01111\u00a01111 123", f"7 {GONE} 123"),
        (r"4111\u00a01111\u00a01111\u00a01111", GONE),
        (f"key {TOKEN}", f"key {GONE}"),
        (json.dumps(AWKWARD), f'"{GONE}"'),
        ("postgresql://me:p%40ss@host/db", f"postgresql://me:{GONE}@host/db"),
        ("redis://:pass@host", f"redis://:{GONE}@host"),
        ("amqp://me:p@s:s;&,@host/db", f"amqp://me:{GONE}@host/db"),
        ("GET /console/link/abc.def-1 HTTP", f"GET /console/link/{GONE} HTTP"),
        ("GET /media/eyJ.abc", f"GET /media/{GONE}"),
        ("Authorization: Basic QUM6dG9rZW4=", f"Authorization: {GONE}"),
        ("{'Authorization': 'Bearer abcdefgh'}", f"{{'Authorization': '{GONE}'}}"),
        ("Authorization: Bearer abc", f"Authorization: {GONE}"),
        ("authorization=Bearer abc", f"authorization=Bearer {GONE}"),
        ("Cookie: a=b; session=c", f"Cookie: {GONE}"),
        ("with Bearer a1b2c3d4", f"with Bearer {GONE}"),
        ("with basic QUM6dG9rZW4=", f"with basic {GONE}"),
        ("password: hunter", f"password: {GONE}"),
        ('"password": "of two words", "x": 1', f'"password": "{GONE}", "x": 1'),
        (r'"password":"a \"quoted\" one"', f'"password":"{GONE}"'),
        ("'secret': b'of bytes', 1", f"'secret': b'{GONE}', 1"),
        ('"api_key": "x"', f'"api_key": "{GONE}"'),
        ("OPENAI_API_KEY=x TWILIO_AUTH_TOKEN=y", f"OPENAI_API_KEY={GONE} TWILIO_AUTH_TOKEN={GONE}"),
        ("token: a1b2c3", f"token: {GONE}"),
        (f"(AC{TOKEN[::-1]}, {TOKEN[:31]}g)", f"(AC{TOKEN[::-1]}, {GONE})"),
        (f"//SK{TOKEN[::-1]}:{TOKEN[:31]}g@", f"//SK{TOKEN[::-1]}:{GONE}@"),
        ("a eyJhbGciOi.eyJzdWIi.c2ln-x, so", f"a {GONE}, so"),
        (r'{"error": "{\"token\": \"abc\"}"}', rf'{{"error": "{{\"token\": \"{GONE}\"}}"}}'),
        ("?password=hunter&x=1", f"?password={GONE}&x=1"),
        ("bad key sk-proj-AbCdEf", f"bad key {GONE}"),
    ],
)
def test_what_no_log_may_hold_is_masked(line: str, shown: str) -> None:
    assert net(line) == shown


@pytest.mark.parametrize("before", ["\n", "\t", "\r\n", "x\b", "\x1b", "\u2028", "é"])
@pytest.mark.parametrize(
    "kept",
    [
        "4111 1111 1111 1111",
        "378282246310005",
        "250788000001",
        "US.13491208655302741918",
        "sk-proj-AbCdEf",
        "password=hunter2",
        "Cookie: console=abc",
        "Authorization: Digest abc",
        "+250788000001",
        TOKEN,
    ],
)
def test_what_stands_after_the_end_of_a_line_is_masked_in_json_too(kept: str, before: str) -> None:
    line = json.dumps({"event": f"{before}{kept}"})
    assert kept.rpartition(" ")[2].rpartition("=")[2] not in net(line)
    assert json.loads(net(line))["event"].startswith(before)


@pytest.mark.parametrize(
    "line",
    [
        '{"diner":"whatsapp:+250***001","turn":7,"timestamp":"2026-11-26T18:04:05.123456Z"}',
        '{"trace_id":"0af7651916cd43dd8448eb211c80319c","seconds":0.1234567890123}',
        "sid=SM89abcdef0123456789abcdef01234567 tokens=600 code=63016",
        "https://api.twilio.com:443/2010-04-01/Accounts/AC1/Messages.json",
        "ids 12345678-1234-1234-1234-123456789012 of 2026-11-26 18:00",
        "Listening at: http://127.0.0.1:8787 (2101)",
        "Listening at: http://[::]:47977 (13484)",
        "[2026-11-26 18:04:05 +0000] [13484] [INFO] Booting worker with pid: 13484",
        "from 192.168.100.200:50123 at 26/11/2026 18:04, 2026-11-26 2026-12-01",
        "a short token: gone, and a token: it is gone",
        "tokens=1234567 cached_tokens: 1234567 basic questions of bearers, cwd: /app",
        "RWF 12 500 and RWF 1 250 000, EUR 12.50, 3 x 4",
        "monotonic 4111111.111111 seconds 4.111111111111111",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        f"AC{TOKEN[::-1]} SM{TOKEN[::-1]}",
        "psycopg 3.2.1 on PostgreSQL 17.2 and Python 3.11.7",
        '{"password":"","token":null,"signature":false,"cookie":[]}',
        "turn.ended [tableside] turn=7 part=12 sids=['SM12345678901234567890123456789012']",
    ],
)
def test_what_tells_an_operator_something_stays(line: str) -> None:
    assert net(line) == line


GAPS = st.text(" -./()\u00a0\u2009\u202f", max_size=3)
CARDS = ("4111111111111111", "378282246310005", "5555555555554444", "6011000990139424")


@st.composite
def spelled(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """A number as anybody might write it."""
    number = draw(numbers)
    return number[0] + "".join(f"{draw(GAPS)}{digit}" for digit in number[1:])


def seen(text: str) -> str:
    """The digits that somebody reads in it."""
    return "".join(each for each in text if each in "0123456789")


@given(
    spelled(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)), st.sampled_from(["+", "00", "00 "])
)
def test_however_a_number_is_spelled_it_is_never_whole(number: str, mark: str) -> None:
    digits = seen(number)
    assume(mark == "+" or len(digits) >= 8)
    for line in (f"to {mark}{number}!", json.dumps({"event": f"to {mark}{number}!"})):
        assert digits not in seen(net(line))


@given(spelled(st.sampled_from(CARDS)))
def test_however_a_card_is_spelled_it_is_never_whole(card: str) -> None:
    assume(not re.fullmatch(r"[0-9]+\.[0-9]+", card))  # so are seconds
    for line in (f"by {card}!", json.dumps({"event": f"by {card} 12/27"})):
        assert seen(card) not in seen(net(line))


BEGINNINGS = (
    *("+", "00", "+(", "1 ", "1.", "4111 1111 ", "41.11.11-", "2026-11-26 ", "10.0.0.1 ", "US."),
    *("whatsapp:", "whatsapp:+", f"AC{TOKEN[::-1]}", f"SK{TOKEN[::-1]}", "password", "passwd"),
    *("passphrase", "pwd", "secret", "SECRET_KEY", "api_key", "accesskey", "private-key", "token"),
    *("signature", "Cookie", "authorization", "Bearer ", "basic ", "sk-", "eyJ", "http://me:"),
    *("/media/", "/console/link/", "", "x"),
)
ENDS = (
    *("250788000001", "250 788 000 001", "250 7880", "1111 1111", "11/11-11.11", "RW.teta", "1.5"),
    *(
        "=a1b2c3d4",
        ": a1b2c3d4",
        ":a1b2c3d4",
        '": "a b',
        "': b'a",
        "='a",
        ' = "a',
        ": " + "a1" * 16,
    ),
    *("a1b2c3d4", "a1b2c3d4@host", "a1b2c3d4.a1b2", "gone", ""),
)


def test_a_line_passed_over_holds_nothing_to_be_masked() -> None:
    for line in map("".join, product(BEGINNINGS, ENDS)):
        looked_through = net(f"\u00e9\n{line}")  # as each line is that has such a letter
        assert net(line) == looked_through.removeprefix("\u00e9\n")


@given(st.text(), st.text())
def test_a_number_is_masked_whatever_stands_around_it(before: str, after: str) -> None:
    assert "+250788000001" not in net(f"{before}+250788000001{after}")


def test_an_exception_is_told_without_its_words() -> None:
    try:
        try:
            int(DEAR)
        except ValueError as error:
            raise RuntimeError(DEAR) from error
    except RuntimeError as error:
        text = told(error)
    assert DEAR not in text
    assert "ValueError" in text
    assert text.endswith("RuntimeError")
    assert __file__.rpartition("/")[2] in text


@pytest.mark.parametrize("as_json", [True, False])
def test_a_crash_is_one_line_without_words_or_numbers(as_json: bool) -> None:
    script = (
        "import threading\n"
        "words = 'I am aller' + 'gic, +250788' + '000001'\n"
        "def fails(): raise RuntimeError(words)\n"
        "thread = threading.Thread(target=fails); thread.start(); thread.join()\n"
        "logging.getLogger('library').error('to %s', '+250788' + '000001', stack_info=False)\n"
        "try: fails()\n"
        "except RuntimeError: logging.getLogger('library').exception('oh')\n"
    )
    text = written(script, as_json=as_json)
    assert text.count("crashed") == 1
    assert "RuntimeError" in text
    assert "I am allergic" not in text
    assert "250788000001" not in text
    assert "+250***001" in text


# What libraries put into their errors: a row, an address with its password, what was typed.
QUOTING = """
import json, sqlite3
import requests
from pydantic import TypeAdapter
from sqlalchemy import create_engine, text
from twilio.base.exceptions import TwilioRestException
from telemetry.logs import log_defect
WORDS = "zebra" + "finch"
NUMBER = "+250788" + "123987"

def row():
    with create_engine("sqlite://").begin() as tables:
        tables.execute(text("CREATE TABLE t (x TEXT UNIQUE)"))
        for _ in range(2):
            tables.execute(text("INSERT INTO t VALUES (:x)"), {"x": WORDS + NUMBER})

def address():
    requests.get(f"http://me:{WORDS}@127.0.0.1:9/{NUMBER}", timeout=1)

def typed():
    TypeAdapter(int).validate_python(WORDS + NUMBER)

def parsed():
    json.loads("{" + WORDS)

def refused():
    raise TwilioRestException(400, f"/{NUMBER}", f"The 'To' number {NUMBER} is {WORDS}", 21211)

for fails in (row, address, typed, parsed, refused):
    try:
        fails()
    except Exception as error:
        log_defect("lane.failed", error)
        logging.getLogger("tableside").exception("Exception on /whatsapp [POST]")
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_no_error_of_a_librarys_quotes_what_it_was_about(as_json: bool) -> None:
    text = written(QUOTING, level="DEBUG", as_json=as_json)
    assert text.count("lane.failed") == 5
    assert text.count("Exception on /whatsapp") == 5
    assert "IntegrityError" in text
    assert "zebrafinch" not in text
    assert "250788123987" not in text


def test_no_line_takes_the_net_long() -> None:
    parts = ["1", "1 ", "+1", "https://", "sk-", "bearer ", "token=", "whatsapp:", "A.1", '\\"']
    parts += [
        "://:",
        "cookie: ",
        '"token":"',
        r"token=\\'",
        "secret=b'",
        "pwd:",
        "eyJabcdef.",
        "\\",
    ]
    parts += [
        "4 1\\u00a0",
        "1%20",
        "2026-11-26 ",
        "1.1.1.1 ",
        "1234abcd-",
        f"AC{TOKEN} ",
        "a1 4111(",
    ]
    for part in parts:
        began = time.process_time()
        net(part * (100_000 // len(part)))
        assert time.process_time() - began < 2, part
