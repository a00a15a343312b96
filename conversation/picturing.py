"""Which picture goes out with an answer: that of the one dish that it is about, and seldom twice.

It says nothing and looks nothing up on the menu: what was told in the turn is what it goes by.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from conversation.ending import Ending
from conversation.running import Running
from knowledge.menu_pictures import can_be_sent, is_ours
from knowledge.named_dishes import meant_in, named_in
from knowledge.picture_requests import are_one, asked_to_see, refuses
from models import pictures_sent
from models.bubbles import Bubble
from models.database.engine import Database, DatabaseUnavailableError
from models.diners import WHATSAPP
from personas.persona import Persona
from personas.tool import Heard
from whatsapp.bubbles import MOST_CAPTION
from whatsapp.enclosures import is_heard
from whatsapp.markup import to_whatsapp
from whatsapp.split import units


class Picturing:
    """`loads`: whether there is a picture at an operator's address that WhatsApp takes.

    `speaks`: who sends a voice note is answered by one.
    """

    def __init__(
        self, database: Database, loads: Callable[[str], bool], *, speaks: bool = False
    ) -> None:
        self._database = database
        self._loads = loads
        self._speaks = speaks

    def beside(self, running: Running, ending: Ending, personas: Mapping[str, Persona]) -> Ending:
        """The ending with its dish's picture, its text as the caption; else as it is.

        Choices to tap and what is heard go before it, unless it is asked for: one message has room
        for one of them.
        """
        persona = personas.get(ending.persona or "")
        is_whatsapp = running.turn.diner.channel == WHATSAPP
        if ending.cause or persona is None or not is_whatsapp or not running.told:
            return ending
        if len(ending.bubbles) != 1:
            return ending
        (bubble,) = ending.bubbles
        plain = Bubble(bubble.text)
        if replace(bubble, choices=None) != plain:
            return ending
        texts = [message.text for message in running.messages]
        tools = {tool.name for tool in persona.tools}
        images = images_of([each for each in running.told if each.tool in tools])
        asked = asked_to_see(texts, images)
        is_to_be_heard = self._speaks and any(map(is_heard, texts))
        if asked is None and (is_to_be_heard or bubble != plain):
            return ending
        picture = picture_of(bubble.text, images, asked)
        if picture is None or units(to_whatsapp(bubble.text)) > MOST_CAPTION:
            return ending
        if not self._is_to_go(picture, running, is_asked=asked is not None):
            return ending
        return replace(ending, bubbles=(replace(plain, picture=picture),))

    def _is_to_go(self, picture: str, running: Running, *, is_asked: bool) -> bool:
        if not is_asked and self._was_sent(picture, running):
            return False
        return is_ours(picture) or self._loads(picture)

    def _was_sent(self, picture: str, running: Running) -> bool:
        try:
            with self._database.alone() as connection:
                return picture in pictures_sent.lately(connection, running.turn.diner)
        except DatabaseUnavailableError:
            return True


def images_of(told: Sequence[Heard]) -> dict[str, str]:
    """The dishes that were found, by their names; none of a look-up that missed some."""
    images = {}
    for heard in told:
        items = heard.told.get("items")
        if isinstance(items, Sequence) and not heard.told.get("not_on_menu"):
            for item in items:
                match item:
                    case {"name": str(name), "image_url": str(image)}:
                        images[name] = image
    return images


def picture_of(
    reply: str, images: Mapping[str, str], asked: Collection[str] | None = None
) -> str | None:
    """The address of the picture of the dish that a reply is about, by what was looked up for it.

    None where it is about several or about none, where it says no, where what was asked for is not
    on the menu, or where the dish has no picture. `asked`: those of which the diner asked to see
    one.
    """
    if not images or refuses(reply):
        return None
    named = named_in(reply, images if asked is None else asked)
    if not named and len(images) == 1:
        named = meant_in(reply, images, images)  # "the goat skewer"
    if not named and asked is not None and not named_in(reply, images):
        named = set(asked)  # "here it is"
    if not are_one(named):
        return None
    image = images[min(named)]
    return image if can_be_sent(image) else None
