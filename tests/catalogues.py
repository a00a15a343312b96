"""The catalogues of fixed sentences, brought up to date: `make phrases`.

It writes knowledge/locales/*.po: each has every sentence that the code has and no other, and the
translations that it had. What is new stands there with an empty translation, to be filled in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from knowledge.phrases import LANGUAGES, LOCALES, catalogue

ROOT = Path(__file__).parent.parent
PACKAGES = ("conversation", "engine", "handlers", "knowledge", "personas", "whatsapp")
# What names a sentence in the code, and which of its arguments are one.
CALLS = {"phrase": None, "later": None, "plural": (1, 2)}
WIDTH = 100
# Without Babel's dates, which would change every file each time.
HEADER = """\
# {name}: the fixed sentences that diners read. `make phrases` brings it up to date.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""

Sentence = str | tuple[str, ...]  # with its plural


def in_code() -> Iterator[tuple[str, Sentence]]:
    """Each sentence with the file that has it."""
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=CALLS)
        for file, _, sentence, *_ in found:
            yield f"{package}/{file}", sentence


def read(language: str) -> Catalog:
    file = LOCALES / f"{language}.po"
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as source:
        return read_po(source, locale=language)


class Refusing(NullTranslations):
    """What is asked for a sentence that a language's catalogue has not."""

    def __init__(self) -> None:
        super().__init__()
        self._ids = {message.id for message in read(LANGUAGES[1])}

    def gettext(self, message: str) -> str:
        assert message in self._ids, f"no catalogue has {message!r}: put it by with later(...)"
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        assert (msgid1, msgid2) in self._ids, f"no catalogue has {msgid1!r}"
        return super().ngettext(msgid1, msgid2, n)


@contextmanager
def others_refused() -> Iterator[None]:
    """`phrase` and `plural` raise for what no catalogue has."""
    refusing = Refusing()
    for language in (None, *LANGUAGES):
        catalogue(language).add_fallback(refusing)
    yield
    catalogue.cache_clear()


def updated(language: str) -> Catalog:
    """The catalogue with what the code has, and what was translated of it before."""
    before = read(language)
    catalog = Catalog(locale=language, fuzzy=False)
    for sentence in sorted({each for _, each in in_code()}, key=str):
        known = before.get(sentence if isinstance(sentence, str) else sentence[0])
        string = known.string if known is not None and known.id == sentence else None
        catalog.add(sentence, string, flags=["python-brace-format"] if "{" in str(sentence) else [])
    return catalog


def write(catalog: Catalog) -> None:
    locale = catalog.locale
    assert locale is not None, "each is a language's"
    header = HEADER.format(
        name=locale.english_name, language=locale, plural_forms=catalog.plural_forms
    )
    with (LOCALES / f"{locale}.po").open("wb") as file:
        file.write(header.encode())
        write_po(file, catalog, width=WIDTH, omit_header=True, no_location=True)


def is_translated(message: Message) -> bool:
    string = message.string
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main() -> None:
    for language in LANGUAGES[1:]:
        catalog = updated(language)
        write(catalog)
        new = [message.id for message in catalog if message.id and not is_translated(message)]
        print(f"{language}: {len(catalog)} sentences, {len(new)} not translated")
        print(*(f"  {each}" for each in new), sep="\n", end="\n" if new else "")


if __name__ == "__main__":
    main()
