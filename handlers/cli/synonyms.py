"""What diners call things: the words that the menu's search knows beside the menus' own."""

import re
from typing import Any

import click
from flask.cli import AppGroup

from handlers.cli.choosing import chosen, restaurant_option
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from knowledge.lexicon_on_file import take_away, words_at
from models import synonyms
from models.database.engine import Database
from models.synonyms import EVERYWHERE, LANGUAGE, LONGEST, Said

NOTHING = "nothing of what is wanted"  # of a word that means none of the menu's
_LANGUAGE = re.compile(LANGUAGE)


def synonyms_group(database: Database) -> AppGroup:
    group = AppGroup("synonyms", help="What diners call things, a language each.")
    at = restaurant_option("In this restaurant alone; left out, everywhere.")

    @group.command("list")
    @click.option("--language", metavar="CODE", help="This language alone, as fr.")
    @click.argument("word", required=False)
    @at
    def show(word: str | None, language: str | None, slug: str | None) -> None:
        """List them, or those that are WORD or mean it."""
        with database_errors(), database.transaction() as session:
            words = words_at(session, _place(session, slug))
        for said in words:
            is_asked = word is None or word in (said.word, *(said.means or ()))
            if is_asked and language in (None, said.language):
                click.echo(_line(said))

    @group.command("add")
    @click.argument("language", callback=_a_language)
    @click.argument("word", callback=_a_word)
    @click.argument("means", nargs=-1, callback=_words)
    @click.option("--nothing", is_flag=True, help="WORD says nothing of what is wanted.")
    @at
    def add(
        language: str, word: str, means: tuple[str, ...], nothing: bool, slug: str | None
    ) -> None:
        """Let WORD of LANGUAGE (fr, sw, ...) mean MEANS, in English or as on the menu.

        One meaning is the same thing under another name. With several, each of them will do.
        """
        if bool(means) == nothing:
            raise click.UsageError("say what the word means, or --nothing")
        with database_errors(), database.transaction() as session:
            place = _place(session, slug)
            synonyms.put(session, place, language, word, means)
            told = " or ".join(means) or NOTHING
            note(session, "word.added", f"{word} ({language})", slug=place, after={"means": told})
        click.echo(f"{word} ({language}) means {told}{_where(place)} now.")

    @group.command("remove")
    @click.argument("language", callback=_a_language)
    @click.argument("word", callback=_a_word)
    @at
    def remove(language: str, word: str, slug: str | None) -> None:
        """Forget what WORD of LANGUAGE means."""
        with database_errors(), database.transaction() as session:
            place = _place(session, slug)
            gone = take_away(session, place, language, word)
            if gone:
                note(session, "word.removed", f"{word} ({language})", slug=place)
        if not gone:
            raise click.ClickException(
                f"{word} ({language}) is not known{_where(place)}: see synonyms list."
            )
        click.echo(f"{word} ({language}) is not known{_where(place)} any more.")

    return group


def _line(said: Said) -> str:
    where = f" ({said.restaurant} alone)" if said.restaurant else ""
    return f"{said.language:<10} {said.word} = {', '.join(said.means or ()) or NOTHING}{where}"


def _a_language(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    from knowledge.tables.synonyms import is_language  # noqa: PLC0415 (loaded when needed)

    if not (_LANGUAGE.fullmatch(typed) and is_language(typed)):
        raise click.BadParameter("a language is its code, as fr or sw")
    return typed


def _a_word(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    word = " ".join(typed.split())
    if not word or len(word) > LONGEST or {",", "="} & set(word):
        raise click.BadParameter(f"a word has {LONGEST} characters at most, and no comma")
    return word


def _words(
    context: click.Context, parameter: click.Parameter, typed: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(_a_word(context, parameter, each) for each in typed)


def _place(session: Any, slug: str | None) -> str:
    return EVERYWHERE if slug is None else chosen(session, slug).slug


def _where(place: str) -> str:
    return "" if place == EVERYWHERE else f" at {place}"
