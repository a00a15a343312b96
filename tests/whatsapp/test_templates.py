"""A template's file is read whole, and what WhatsApp would refuse is refused with a sentence."""

from pathlib import Path

import pytest

from models.templates import PURPOSES
from whatsapp.templates import FOLDER, LANGUAGES, TemplateError, filling, read, rendered

GOOD = 'body = "You wrote: {{1}} Write again."\nsample = "Hello"\n'


def written(folder: Path, text: str, name: str = "late_answer.en.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_each_purpose_has_its_text_in_each_language_that_whatsapp_has() -> None:
    found = {(each.purpose, each.language) for each in read(PURPOSES)}
    assert found == {(purpose, language) for purpose in PURPOSES for language in LANGUAGES}
    assert FOLDER.is_dir()


def test_what_it_becomes_at_twilio(tmp_path: Path) -> None:
    (text,) = read(PURPOSES, written(tmp_path, GOOD, "late_answer.rw.toml"))
    assert text.content == {
        "friendly_name": text.name,
        "language": "rw_RW",
        "variables": {"1": "Hello"},
        "types": {"twilio/text": {"body": "You wrote: {{1}} Write again."}},
    }
    assert text.name == f"tableside_late_answer_rw_{text.digest[:8]}"
    assert text.category == "UTILITY"


def test_a_text_that_was_changed_is_another_one(tmp_path: Path) -> None:
    (before,) = read(PURPOSES, written(tmp_path, GOOD))
    (after,) = read(PURPOSES, written(tmp_path, GOOD.replace("again", "to us")))
    assert (before.purpose, before.language) == (after.purpose, after.language)
    assert (before.digest, before.name) != (after.digest, after.name)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("birthday.en.toml", GOOD, "a template is for one of budget, late_answer"),
        ("late_answer.mt.toml", GOOD, "WhatsApp has templates in en, fr, it, rw, sw"),
        ("late_answer.toml", GOOD, "WhatsApp has templates in"),
        ("late_answer.en.toml", "", "body"),
        ("late_answer.en.toml", "body = 7", "body"),
        ("late_answer.en.toml", "body = ", "late_answer.en.toml: "),
        ("late_answer.en.toml", GOOD + 'category = "FUN"', "category"),
        ("late_answer.en.toml", GOOD + "sampel = 'x'", "sampel"),
        ("late_answer.en.toml", 'body = "{{1}} is it."\nsample = "x"', "before and behind"),
        ("late_answer.en.toml", 'body = "It is {{1}}"\nsample = "x"', "before and behind"),
        ("late_answer.en.toml", 'body = "a {{1}} b {{2}} c"\nsample = "x"', "once"),
        ("late_answer.en.toml", 'body = "a {{1}} b {{1}} c"\nsample = "x"', "once"),
        ("late_answer.en.toml", 'body = "a {{name}} b"\nsample = "x"', "once"),
        ("late_answer.en.toml", 'body = "a {{1}} b"', "sample"),
        ("late_answer.en.toml", f'body = "{"a" * 1020} {{{{1}}}} b"\nsample = "long"', "1024"),
    ],
)
def test_one_that_whatsapp_would_refuse_is_named(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        read(PURPOSES, written(tmp_path, text, name))
    assert name in str(refused.value)
    assert told in str(refused.value)


def test_one_that_windows_saved_is_read_or_named(tmp_path: Path) -> None:
    written(tmp_path, f"\ufeff{GOOD}")
    assert read(PURPOSES, tmp_path)
    (tmp_path / "late_answer.en.toml").write_bytes(GOOD.replace("You", "\u00e9").encode("cp1252"))
    with pytest.raises(TemplateError, match=r"^late_answer\.en\.toml: is no UTF-8"):
        read(PURPOSES, tmp_path)


@pytest.mark.parametrize(
    ("words", "filled"),
    [
        ("One\nTwo", "One Two"),
        (" a\t\tb      c\r\n\r\nd ", "a b c d"),
        ("No\u00a0break", "No break"),
        ("", ""),
    ],
)
def test_words_that_fill_it_stand_on_one_line(words: str, filled: str) -> None:
    assert filling("a {{1}} b", words) == filled


def test_they_are_as_many_as_there_is_room_for() -> None:
    body = f"{'a' * 900} {{{{1}}}} b"
    words = filling(body, "word " * 500)
    assert words is not None
    assert words.endswith("…")
    assert len(rendered(body, words)) <= 1_024
    assert filling("nothing to fill", "word") is None
