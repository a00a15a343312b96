"""One conversation, live: what was said and looked up; and a person's words in the waiter's place.

The form in which somebody writes stands beside what changes by itself: what they type stays.
"""

import re
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any, Literal

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from conversation.keywords import UNSEEN
from engine.drafting import Drafting
from engine.in_person import InPerson, Outcome
from engine.spending import Spending
from handlers.console import errors, live, told
from handlers.console.here import Here, needs, now
from handlers.console.shown import mark
from handlers.console.thread import lines, said_last
from knowledge.named_dishes import listed
from models import drafts_waiting, menu_changes, rollout, staff
from models.console.conversation import Conversation, conversation, picture
from models.database.engine import Database
from models.drafts import Sending
from models.drafts_waiting import Waiting
from models.said_once import MAX_KEY
from personas.catalogue import PERSONAS
from personas.sight import sight_of

MOST_WORDS = 4_000  # characters: a few messages
DINER = "<int(max=2147483647):diner_id>"
_KEY = re.compile(rf"[\w-]{{16,{MAX_KEY}}}", re.ASCII)
GONE = "This conversation is gone: they asked to be forgotten, or it was erased."
NOTHING = "Write something first."
TOO_LONG = f"{MOST_WORDS:,} characters at most, which is a few messages."
WANTS_NONE = "They want no more messages. Only they can change that, by writing START."
UNREACHABLE = "WhatsApp can’t reach them, or they have blocked us: wait until they write."
TOO_LATE = (
    "WhatsApp lets us write within 24 hours of their last message, and those are over."
    " Call them, or wait until they write."
)
WHY_NOT: Mapping[Outcome, str] = {
    "gone": GONE,
    "too_late": TOO_LATE,
    "opted_out": WANTS_NONE,
    "unreachable": UNREACHABLE,
    "own": "This is your own chat with the restaurant: write there from your telephone.",
}
WHY_NO_DRAFT: Mapping[Sending | Literal["closed"], str] = {
    "gone": "Nothing was sent: it was sent or dropped already, or a colleague has answered.",
    "overtaken": "Nothing was sent: they have written again since this draft was made.",
    "closed": "Nothing was sent: what this persona says is not for your role.",
    "too_late": TOO_LATE,
    "silent": "Nothing was sent: they want no messages, or WhatsApp can’t reach them.",
}

KEPT = "What you typed is kept: sent from here, it is said in person."


class ConversationPages:
    """Its routes are the list's too. `default_persona`: of who chose none."""

    def __init__(
        self,
        database: Database,
        in_person: InPerson,
        drafts: Drafting,
        spending: Spending,
        default_persona: str,
    ) -> None:
        self._database = database
        self._in_person = in_person
        self._drafts = drafts
        self._spending = spending
        self._default_persona = default_persona

    def add_to(self, routes: Blueprint) -> None:
        at = f"/{DINER}"
        routes.add_url_rule(at, view_func=self.one)
        routes.add_url_rule(f"{at}/live", view_func=self.one_live)
        routes.add_url_rule(f"{at}/composer", view_func=self.composer)
        routes.add_url_rule("/pictures/<int:message_id>/<int:place>", view_func=self.picture)
        for path, view in (
            ("take", self.take),
            ("say", self.say),
            ("hand-back", self.hand_back),
            ("drafts/<int:turn_id>/send", self.send_draft),
            ("drafts/<int:turn_id>/drop", self.drop_draft),
        ):
            routes.add_url_rule(f"{at}/{path}", view_func=view, methods=["POST"])

    @needs("conversations")
    def one(self, here: Here, *, diner_id: int) -> str:
        before = request.args.get("before", type=int)
        fragment = self._fragment(here, diner_id, before) or abort(404)
        return render_template(
            "conversation.html",
            diner_id=diner_id,
            fragment=fragment,
            is_first=before is None,
            me=mark(here.address),
            **self._form(),
        )

    @needs("conversations")
    def one_live(self, here: Here, *, diner_id: int) -> Response:
        def render() -> str:
            return self._fragment(here, diner_id) or render_template("_gone.html", sentence=GONE)

        return live.stream(here, "conversation", render)

    @needs("people")
    def composer(self, here: Here, *, diner_id: int) -> str:
        """An empty one, or with a draft's words, to be changed."""
        draft = self._draft(here, diner_id, request.args.get("draft", 0, int))
        form = self._form() if isinstance(draft, str) else self._form(draft.words, draft.turn_id)
        return render_template("_composer.html", diner_id=diner_id, is_new=True, **form)

    @needs("people")
    def take(self, here: Here, *, diner_id: int) -> Response | str:
        outcome = self._in_person.take(here.restaurant, diner_id, here.colleague)
        return self._done(here, diner_id, WHY_NOT.get(outcome))

    @needs("people")
    def hand_back(self, here: Here, *, diner_id: int) -> Response | str:
        outcome = self._in_person.give_back(here.restaurant, diner_id, here.colleague)
        return self._done(here, diner_id, WHY_NOT.get(outcome))

    @needs("people")
    def send_draft(self, here: Here, *, diner_id: int, turn_id: int) -> Response | str:
        return self._done(here, diner_id, self._send_draft(here, diner_id, turn_id))

    @needs("people")
    def drop_draft(self, here: Here, *, diner_id: int, turn_id: int) -> Response | str:
        draft = self._draft(here, diner_id, turn_id)
        if isinstance(draft, str):
            return self._done(here, diner_id, WHY_NO_DRAFT[draft])
        was_dropped = self._drafts.drop(here.restaurant, draft, by=here.address)
        return self._done(here, diner_id, None if was_dropped else WHY_NO_DRAFT["gone"])

    @needs("people")
    def say(self, here: Here, *, diner_id: int) -> Response | str | tuple[str, int]:
        """A person's words, or a draft's in other words; pressed twice, they are said once."""
        key = request.form.get("key", "")
        if not _KEY.fullmatch(key):
            abort(400)
        words = request.form.get("words", "").replace("\r\n", "\n").strip()
        turn_id = request.form.get("draft", 0, int)
        fault = _fault(words)
        if not fault and turn_id:
            fault = self._send_draft(here, diner_id, turn_id, words, key)
            if fault:
                fault = f"{fault} {KEPT}"
                turn_id = 0
        elif not fault:
            said = self._in_person.say(here.restaurant, diner_id, here.colleague, words, key=key)
            fault = WHY_NOT.get(said)
        if fault:
            return self._refused(here, diner_id, self._form(words, turn_id, key), fault), 400
        if "HX-Request" in request.headers:
            return render_template("_composer.html", diner_id=diner_id, is_new=True, **self._form())
        return redirect(_address(here, diner_id), 303)

    @needs("conversations")
    def picture(self, here: Here, *, message_id: int, place: int) -> Response:
        """What a diner sent, as it is kept."""
        sight = sight_of(here.rights, PERSONAS)
        with self._database.transaction() as session:
            found = picture(session, here.restaurant, message_id, place, sight)
        return Response(found or abort(404), mimetype="image/jpeg")

    def _fragment(self, here: Here, diner_id: int, before: int | None = None) -> str | None:
        """All but the form; None where there is no such conversation."""
        sight = sight_of(here.rights, PERSONAS)
        with self._database.transaction() as session:
            found = conversation(session, here.restaurant, diner_id, sight=sight, before=before)
            if found is None:
                return None
            waiting = drafts_waiting.waiting(session, here.restaurant, diner_id)
            members = staff.of_restaurant(session, here.restaurant.id)
            is_shadowed = rollout.of_restaurant(session, here.restaurant.id).is_shadowed
            changed = {
                each.turn_id: menu_changes.changed_since(session, here.restaurant.id, each.begun_at)
                for each in waiting
            }
        open_drafts = {each.turn_id: each for each in waiting if sight.has_persona(each.persona)}
        shown = list(lines(found, open_drafts, here.restaurant.timezone))
        return render_template(
            "_conversation.html",
            conversation=found,
            lines=shown,
            changed={each.turn_id: listed(each.words, changed[each.turn_id]) for each in waiting},
            said=said_last(found, shown),
            closed=_closed(found),
            holder=_holder(found, members),
            holder_mark=mark(found.in_hands_of),
            who={address: each.name for each in members for address in each.addresses},
            persona=found.persona or self._default_persona,
            is_shadowed=is_shadowed,
            cost=lambda use: self._spending.of_use(use, here.restaurant),
            told=told,
        )

    def _draft(
        self, here: Here, diner_id: int, turn_id: int
    ) -> Waiting | Literal["gone", "closed"]:
        """The one that is named, if it is not decided and theirs to read."""
        sight = sight_of(here.rights, PERSONAS)
        waiting = self._drafts.waiting(here.restaurant, diner_id)
        draft = next((each for each in waiting if each.turn_id == turn_id), None)
        if draft is None:
            return "gone"
        return draft if sight.has_persona(draft.persona) else "closed"

    def _send_draft(
        self, here: Here, diner_id: int, turn_id: int, words: str | None = None, key: str = ""
    ) -> str | None:
        """Why nothing was sent, if so."""
        drafts = self._drafts
        if words and drafts.was_said(key, words, diner_id):
            return None
        draft = self._draft(here, diner_id, turn_id)
        if isinstance(draft, str):
            return WHY_NO_DRAFT[draft]
        sent = drafts.send(here.restaurant, draft, by=here.address, words=words, key=key)
        return WHY_NO_DRAFT.get(sent)

    def _done(self, here: Here, diner_id: int, why_not: str | None) -> Response | str:
        """The conversation as it is now, or why nothing came of it."""
        if "HX-Request" not in request.headers:
            flash(why_not or "Done.")
            return redirect(_address(here, diner_id), 303)
        if why_not:
            return errors.render(409, "That did not work", why_not)
        return self._fragment(here, diner_id) or render_template("_gone.html", sentence=GONE)

    def _refused(self, here: Here, diner_id: int, form: Mapping[str, Any], fault: str) -> str:
        if "HX-Request" in request.headers:
            return render_template("_composer.html", diner_id=diner_id, fault=fault, **form)
        fragment = self._fragment(here, diner_id) or abort(404)
        return render_template(
            "conversation.html",
            diner_id=diner_id,
            fragment=fragment,
            is_first=True,
            me=mark(here.address),
            fault=fault,
            **form,
        )

    def _form(self, words: str = "", draft: int = 0, key: str = "") -> dict[str, Any]:
        """What the form holds. `key`: by which it is known when it comes twice."""
        return {
            "words": words,
            "draft": draft,
            "key": key or token_urlsafe(24),
            "most": MOST_WORDS,
        }


def _address(here: Here, diner_id: int) -> str:
    return url_for("conversations.one", slug=here.restaurant.slug, diner_id=diner_id)


def _fault(words: str) -> str | None:
    if not UNSEEN.sub("", words).strip():
        return NOTHING
    return TOO_LONG if len(words) > MOST_WORDS else None


def _closed(found: Conversation) -> str | None:
    """Why nobody can write to them."""
    if found.opted_out_at:
        return WANTS_NONE
    if found.is_blocked:
        return UNREACHABLE
    return None if found.may_be_written_to(now()) else TOO_LATE


def _holder(found: Conversation, members: staff.Staff) -> str | None:
    """Whoever has them, as colleagues call them; of one who has left, their number."""
    address = found.in_hands_of
    if address is None:
        return None
    name = next((each.name for each in members if each.address == address), "")
    return name or address.removeprefix("whatsapp:")
