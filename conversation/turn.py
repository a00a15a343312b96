"""One turn: what the diner wrote becomes what they get to read.

It sends nothing, and what takes effect stands in its ending. It stores nothing of its own: `asking`
takes messages in, `voice` keeps what is spoken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from zoneinfo import ZoneInfo

from conversation import about_me, keywords, kitchen, opting, people, speaking
from conversation.asking import Asking
from conversation.ending import Ending, Forget, OptIn, Reset, held, said, sorry
from conversation.hearing import Hearing
from conversation.keywords import UNREADABLE, Keyword
from conversation.kitchen import Kitchen
from conversation.people import People
from conversation.picturing import Picturing
from conversation.running import Question, Running
from conversation.unheard import unheard
from conversation.voice import Voice
from knowledge.answered import as_told
from knowledge.notes import DELETED, is_quiet
from knowledge.phrases import Phrase, phrase
from models import diets, history
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import Known
from models.history import Exchange
from models.inbox import Written
from models.restaurants import Directory, Restaurant
from models.turns import Claimed
from personas.colleagues import who_answers
from personas.effects import CallStaff, RememberDiet, SwitchTo
from personas.persona import Persona
from personas.rights import Right, Rights
from personas.stated import stated
from realtime.client import Delta

HISTORY_TURNS = 10
# "And how much is it?": a picture is seen again in the turns after its own, if it is among so many.
SEEN_TURNS, SEEN_PICTURES = 3, 2


class TurnTaker:
    """Answers turns. `asking` is None when AI_REALTIME_ENABLED is false.

    `voice`: None where who speaks is answered in writing. `picturing`: None where no dish's picture
    goes with an answer.
    """

    def __init__(
        self,
        database: Database,
        asking: Asking | None,
        directory: Directory,
        personas: Mapping[str, Persona],
        rights: Rights,
        kitchen: Kitchen,
        people: People,
        voice: Voice | None = None,
        *,
        default_persona: str,
        picturing: Picturing | None = None,
    ) -> None:
        self._database = database
        self._asking = asking
        self._directory = directory
        self._rights = rights
        self._kitchen = kitchen
        self._people = people
        self._voice = voice
        self._hearing = Hearing(database)
        self._default_persona = default_persona
        self._picturing = picturing
        self.personas = personas

    def persona_of(self, key: str | None, personas: Mapping[str, Persona] | None = None) -> str:
        """The persona a diner talks to: theirs, if it is one of `personas`, or the default one."""
        there_are = self.personas if personas is None else personas
        return key if key is not None and key in there_are else self._default_persona

    def personas_for(self, diner: Known) -> Mapping[str, Persona]:
        """Those that a diner may talk to; of the others they know nothing.

        Raises DatabaseUnavailableError.
        """
        if all(each.needs is None for each in self.personas.values()):
            return self.personas  # nobody's rights need be looked up
        return self._open_to(self._rights_of(diner, self._directory.by_number(diner.number)))

    def spoken_to(self, turn: Claimed) -> Claimed:
        """The turn with the language that its diner is to read, whatever it comes to.

        Raises DatabaseUnavailableError.
        """
        return self._hearing.spoken_to(turn, self._directory.by_number(turn.diner.number))

    def is_read(self, turn: Claimed) -> bool:
        """Whether more than its text is read: a keyword's files are where a persona is asked.

        Raises DatabaseUnavailableError.
        """
        keyword = keywords.parse(turn.messages[0].text) if turn.is_keyword else None
        is_asked = not turn.is_keyword or (keyword is not None and keyword.word in self.personas)
        return is_asked and self._directory.by_number(turn.diner.number) is not None

    def prepare(
        self,
        turn: Claimed,
        *,
        news_until: float = inf,
        on_delta: Callable[[Sequence[Written], Delta], None] | None = None,
        on_wait: Callable[[], object] | None = None,
    ) -> Running:
        """The turn with all that is known before it is answered; see `Running` for the rest.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._directory.by_number(turn.diner.number)
        rights = self._rights_of(turn.diner, restaurant)
        question = self._question(turn, rights)
        exchanges: Sequence[Exchange] = ()
        if isinstance(question, Question):
            exchanges = self._history(turn, question.persona.key)
            turn = question.asked_in(turn)
        return Running(turn, question, restaurant, exchanges, rights, news_until, on_delta, on_wait)

    def hold(self, turn: Claimed, *, is_left: bool = False) -> Ending | None:
        """Of a diner in human hands: what they wrote goes to the staff, and no persona answers.

        None for a word that is answered all the same, unless it `is_left` to the staff too.
        Raises DatabaseUnavailableError.
        """
        restaurant = self._directory.by_number(turn.diner.number)
        keyword = opting.keyword_of(turn)
        if keyword is not None and opting.is_heeded(keyword, turn.diner):
            return None
        is_told = any(m.text == DELETED or not is_quiet(m.text) for m in turn.messages)
        if restaurant is None or not is_told:
            return held()
        if keyword is not None and not is_left:
            rights = self._rights.of(turn.diner, restaurant)
            if keyword.word in self._words_for(rights, restaurant):
                return None
        return self._people.forward(turn.diner, turn.messages, restaurant)

    def heeding(
        self, turn: Claimed, messages: Sequence[Written], ending: Ending, now: datetime
    ) -> Ending:
        """The ending, with the language that the diner wrote, and what they said of their health
        where no persona has read it.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._directory.by_number(turn.diner.number)
        ending = self._hearing.keeping(turn.diner, messages, ending, restaurant)
        if any(isinstance(each, RememberDiet | Forget) for each in ending.effects):
            return ending
        keyword = opting.keyword_of(turn)
        if keyword is not None and keyword.word in keywords.STAFFS:
            return ending  # what the staff says to others is of those
        today = now.astimezone(ZoneInfo(restaurant.timezone) if restaurant else UTC).date()
        key = self.persona_of(turn.diner.persona)
        before = self._history(turn, key) if turn.diner.is_in_hands else []
        replied = [each.reply for each in before]
        earlier = [text for each in before for text in each.texts]
        told = [as_told(each.text, replied, earlier) for each in messages]
        health = stated(turn.diner, told, today)
        return replace(ending, effects=(*ending.effects, *health)) if health else ending

    def is_the_staffs(self, turn: Claimed) -> bool:
        """Whether it is a word of the staff's, of somebody whose role allows it.

        Raises DatabaseUnavailableError.
        """
        rights = self._rights_of(turn.diner, self._directory.by_number(turn.diner.number))
        keyword = self._question(turn, rights) if rights else None
        if not isinstance(keyword, Keyword) or keyword.word not in keywords.STAFFS:
            return False
        needs, _ = keywords.STAFFS[keyword.word]
        return needs in rights

    def take(self, running: Running) -> Ending:
        """The whole story of a turn: a keyword, or the persona's answer, or an honest sentence."""
        ending = replace(self._taken(running), tokens=running.tokens, calls=tuple(running.calls))
        diner, restaurant = running.turn.diner, running.restaurant
        if diner.is_opted_out and OptIn() not in ending.effects:  # a word of the staff's
            ending = replace(ending, effects=(OptIn(), *ending.effects))
        turns_to_a_persona = any(isinstance(each, SwitchTo) for each in ending.effects)
        calls = any(isinstance(each, CallStaff) for each in ending.effects)
        if diner.is_in_hands and restaurant and turns_to_a_persona and not calls:
            back = self._people.handed_back(diner, restaurant)
            return replace(ending, effects=(*ending.effects, back))
        return ending

    def _taken(self, running: Running) -> Ending:
        question, restaurant = running.question, running.restaurant
        diner = running.turn.diner
        language = diner.language
        if isinstance(question, Keyword) and opting.is_heeded(question, diner):
            return opting.answer(question, running.turn, restaurant, self._people)
        if isinstance(question, Question) and all(map(is_quiet, question.texts)):
            return Ending((), question.persona.key)  # kept for the next turn to see
        if restaurant is None:
            return sorry("no_restaurant", self.persona_of(diner.persona), language=language)
        if isinstance(question, Keyword):
            return self._answer_keyword(question, running, restaurant)
        if self._asking is None:
            effects = question.effects
            return sorry("disabled", question.persona.key, language=language, effects=effects)
        if told := unheard([each.text for each in running.messages], language):
            return Ending(said(told), question.persona.key)
        personas = self._open_to(running.rights)
        answer = self._asking.answer(running, question, restaurant, personas)
        if self._picturing is not None:
            answer = self._picturing.beside(running, answer, personas)
        if "people" in running.rights and (
            told := self._people.went_nowhere(running.turn.diner, restaurant)
        ):
            answer = replace(answer, bubbles=(*answer.bubbles, *said(told)))
        return self._voice.instead(running, answer) if self._voice else answer

    def _rights_of(self, diner: Known, restaurant: Restaurant | None) -> frozenset[Right]:
        return self._rights.of(diner, restaurant) if restaurant else frozenset()

    def _open_to(self, rights: frozenset[Right]) -> Mapping[str, Persona]:
        return {key: each for key, each in self.personas.items() if each.is_open_to(rights)}

    def _question(self, turn: Claimed, rights: frozenset[Right]) -> Question | Keyword:
        """A question behind a persona's keyword is that persona's."""
        personas = self._open_to(rights)
        first = turn.messages[0].text
        if not turn.is_keyword:
            if called := keywords.without_slash(first, rights):
                return called
            return self._asked(turn, personas)
        keyword = opting.keyword_of(turn)
        if keyword is None:
            return self._asked(turn, personas) if keywords.parse(first) else UNREADABLE
        if keyword.word not in personas or not keyword.rest:
            return keyword
        texts = (keyword.rest, *(each.text for each in turn.messages[1:]))  # its album's
        return Question(personas[keyword.word], texts, (SwitchTo(keyword.word),))

    def _asked(self, turn: Claimed, personas: Mapping[str, Persona]) -> Question:
        persona = personas[self.persona_of(turn.diner.persona, personas)]
        return Question(persona, tuple(message.text for message in turn.messages))

    def _history(self, turn: Claimed, persona: str) -> list[Exchange]:
        with self._database.alone() as connection:
            exchanges = history.exchanges(connection, turn.diner, persona, HISTORY_TURNS)
            return history.with_pictures(connection, exchanges, SEEN_TURNS, SEEN_PICTURES)

    def _words_for(self, rights: frozenset[Right], restaurant: Restaurant) -> dict[str, str]:
        has_staff = bool(who_answers(self._rights.roster.of(restaurant)))
        return keywords.words_for(self._open_to(rights), rights, has_staff=has_staff)

    def _answer_keyword(self, keyword: Keyword, running: Running, restaurant: Restaurant) -> Ending:
        """A word that this diner does not know is answered with those that they do."""
        diner = running.turn.diner
        language = diner.language
        personas = self._open_to(running.rights)
        if persona := personas.get(keyword.word):
            greeting = said(persona.greeting(restaurant, language))
            return Ending(greeting, None, effects=(SwitchTo(persona.key),))
        if keyword.word == keywords.ME:
            persona = personas[self.persona_of(diner.persona, personas)]
            return about_me.answer(keyword.rest, diner, persona)
        if keyword.word == keywords.RESET:
            still_kept = [about_me.STILL_KEPT] if diets.read(diner.diet).own else []
            told = [phrase(each, language) for each in (keywords.RESET_TEXT, *still_kept)]
            return Ending(said(Phrase(" ".join(told))), None, effects=(Reset(),))
        if keyword.word == keywords.LANGUAGE:
            return speaking.answer(keyword.rest, diner)
        if keyword.word == keywords.FORGET:
            return Ending((), None, effects=(Forget(),))  # what was erased is known at the closing
        if keyword is UNREADABLE:
            return Ending(said(phrase(keywords.UNREADABLE_TEXT, language)), None)
        words = self._words_for(running.rights, restaurant)
        if keyword.word in kitchen.WORDS and keyword.word in words:
            return self._kitchen.answer(keyword, diner, running.rights, restaurant)
        is_known = keyword.word in words or keyword.word == keywords.HUMAN
        if is_known and keyword.word in people.WORDS:
            return self._people.answer(keyword, running, restaurant)
        unknown = None if keyword.word == keywords.HELP else keyword.word
        text = keywords.help_text(words, restaurant, unknown, language)
        return Ending((Bubble(text, choices=keywords.help_choices(words, language)),), None)
