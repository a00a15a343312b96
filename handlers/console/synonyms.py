"""The restaurant's own words: what its guests call things, over those that everybody has.

Everywhere's words are the operator's, at the command line: here they are looked at, not changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console.here import Here, needs
from handlers.console.menu import MEANWHILE
from knowledge.tables.one_row import faults_of, read_row
from knowledge.tables.synonyms import synonyms_of
from knowledge.tables.wrong import TableError
from knowledge.words import fold
from models import menu, restaurants, synonyms
from models.database.engine import Database
from models.synonyms import Said

FIELDS = ("language", "word", "means")
# Of everywhere's words that what is typed finds.
MOST = 60
# Of the house's own, those that are looked for on its menu each time: some 2 ms each.
MOST_TRIED = 100
LANGUAGES = {
    "en": "English",
    "fr": "French",
    "it": "Italian",
    "mt": "Maltese",
    "rw": "Kinyarwanda",
    "sw": "Swahili",
    "elsewhere": "no language: a name, a brand",
}
NOTHING = "Say what it means, as on the menu or in English; or tick that it says nothing."
SAVED = "Saved. The waiter understands it from the next message on."
LEADS_NOWHERE = (
    "Saved, but it leads to nothing on the menu: “{word}” is looked for as it was written down,"
    " in the words of the dishes. Change it below, or put the dish on the menu."
)
Typed = Mapping[str, str]


class SynonymsPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("synonyms", __name__, url_prefix="/<slug>/synonyms")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("", view_func=self.save, methods=["POST"])
        routes.add_url_rule("/remove", view_func=self.remove, methods=["POST"])
        return routes

    @needs("menu")
    def index(self, here: Here) -> str:
        """`?word=`: as a diner wrote it; a new one, or what is there of it opens."""
        return self._page(here, {"word": request.args.get("word", "")[:80]}, {})

    @needs("prices")
    def save(self, here: Here) -> Any:
        """A new word, or another meaning; `seen` is what the form showed that it means."""
        typed = {name: request.form.get(name, "").strip() for name in FIELDS}
        says_nothing = "nothing" in request.form
        seen = request.form.get("seen")
        cells = typed | {"means": "none" if says_nothing else typed["means"]}
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            try:
                row = read_row(
                    synonyms_of([here.restaurant.slug]),
                    {"restaurant": here.restaurant.slug, **cells},
                    {},
                )
                known = _own(session, here).get((row["language"], row["word"]))
                faults = _faults(row, known, seen, says_nothing=says_nothing)
                if "" in faults:  # saved once more, it is of what is told now
                    seen = _shown(known) if known else None
            except TableError as error:
                faults = faults_of(error)
            if not faults and (known is None or list(known.means or ()) != row["means"]):
                _store(session, here, row, known)
        if faults:
            page = self._page(here, typed, faults, seen, says_nothing=says_nothing)
            return page, 409 if "" in faults else 400
        with self._database.transaction() as session:
            leads = says_nothing or not self._nowhere(session, here, [row["word"]])
        flash(SAVED if leads else LEADS_NOWHERE.format(**row))
        return _back(here)

    @needs("prices")
    def remove(self, here: Here) -> Response:
        """Twice is as once. The word means again what it means everywhere, if anything."""
        language, word = request.form.get("language", ""), request.form.get("word", "")
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            known = _own(session, here).get((language, word))
            if known is not None:
                synonyms.drop(session, here.restaurant.slug, language, word)
                here.note(
                    session, "word.removed", _named(language, word), before=_told(known.means)
                )
        flash("It means again what it means everywhere.")
        return _back(here)

    def _nowhere(self, session: Any, here: Here, words: Sequence[str]) -> set[str]:
        """Those for which the menu has nothing."""
        if not words:
            return set()
        # As `_everywhere`: the tables of words are the chat's.
        from knowledge.lexicon_on_file import lexicon_of  # noqa: PLC0415
        from knowledge.menu_search import search_menu  # noqa: PLC0415

        items = menu.available_items(session, here.restaurant.id)
        lexicon = lexicon_of(self._database, session, here.restaurant.slug)
        return {each for each in words if not search_menu(items, each, lexicon=lexicon).items}

    def _page(
        self,
        here: Here,
        typed: Typed,
        faults: Typed,
        seen: str | None = None,
        *,
        says_nothing: bool = False,
    ) -> str:
        words = request.args.get("q", "")[:80].strip()
        with self._database.transaction() as session:
            own = list(_own(session, here).values())
            tried = [each.word for each in own if each.means][:MOST_TRIED]
            nowhere = self._nowhere(session, here, tried)
            everywhere = _everywhere(session, words) if words else []
        asked = fold(typed["word"]) if seen is None else ""
        return render_template(
            "synonyms.html",
            own=own,
            nowhere=nowhere,
            opened={
                each.word for each in own if each.means is not None and fold(each.word) == asked
            },
            everywhere=everywhere[:MOST],
            more=max(0, len(everywhere) - MOST),
            words=words,
            typed=typed,
            faults=faults,
            seen=seen,
            says_nothing=says_nothing,
            languages=LANGUAGES,
        )


def _own(session: Any, here: Here) -> dict[tuple[str, str], Said]:
    """What this restaurant alone says; what it took away too."""
    slug = here.restaurant.slug
    return {
        (each.language, each.word): each
        for each in synonyms.rows(session, slug)
        if each.restaurant == slug
    }


def _everywhere(session: Any, words: str) -> list[Said]:
    """What is known everywhere, and is this word or means it."""
    # The lexicon is read from files at its first use, which a page without a search spares.
    from knowledge.lexicon_on_file import words_at  # noqa: PLC0415

    asked = fold(words)
    return [
        each
        for each in words_at(session)
        if any(asked in fold(one) for one in (each.word, *(each.means or ())))
    ]


def _faults(
    row: Mapping[str, Any], known: Said | None, seen: str | None, *, says_nothing: bool
) -> dict[str, str]:
    if not row["means"] and not says_nothing:
        return {"means": NOTHING}
    if seen is None and known is not None and known.means is not None:
        return {"word": "It is among your words already: change it below."}
    if seen is not None and known is None:
        return {"": f"It is among your words no more. {MEANWHILE}"}
    if seen is not None and known is not None and _shown(known) != seen:
        return {"": f"It means {_told(known.means)['means']} now. {MEANWHILE}"}
    return {}


def _store(session: Any, here: Here, row: Mapping[str, Any], known: Said | None) -> None:
    language, word, means = row["language"], row["word"], row["means"]
    synonyms.put(session, here.restaurant.slug, language, word, means)
    before = _told(known.means) if known else None
    what = "word.changed" if known else "word.added"
    here.note(session, what, _named(language, word), before=before, after=_told(means))


def _shown(said: Said) -> str:
    return ", ".join(said.means or ())


def _told(means: Any) -> dict[str, str]:
    return {"means": ", ".join(means or ()) or "nothing of what is wanted"}


def _named(language: str, word: str) -> str:
    return f"{word} ({language})"


def _back(here: Here) -> Response:
    return redirect(url_for(".index", slug=here.restaurant.slug), 303)
