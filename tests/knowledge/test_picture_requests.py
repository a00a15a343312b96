"""A diner who asks to see a dish is understood in six languages, and a reply that says no."""

import pytest

from knowledge.notes import FORWARDED
from knowledge.picture_requests import asked_to_see, refuses

GOAT, FISH, TEA = (
    "Brochette y'ihene (goat skewer)",
    "Brochette y'ifi (fish skewer)",
    "Icyayi (African tea)",
)
DISHES = (GOAT, FISH, TEA)


@pytest.mark.parametrize(
    "text",
    [
        "Show me the goat",
        "do you have photos of the goat?",
        "What does the goat skewer look like?",
        "Yes, can I see the goat please",
        "can i see the wine list and the goat",
        "No, show me the goat. And is it big?",
        "Montrez-moi la chèvre",
        "Vous avez une photo de la chèvre ?",
        "À quoi ressemble la brochette de chèvre ?",
        "Mwanyereka brochette y'ihene?",
        "Mufite ifoto y'ihene?",
        "Kif tidher il-mogħża?",
        "Mi mostri la capra?",
        "Che aspetto ha la capra?",
        "Mi fa vedere come è fatto lo spiedino di capra?",
        "Nionyeshe mbuzi",
        "Mna picha ya mbuzi?",
    ],
)
def test_who_asks_to_see_a_dish_is_understood(text: str) -> None:
    assert asked_to_see(["Hello", text], DISHES) == {GOAT}


@pytest.mark.parametrize(
    "text",
    [
        "What does it look like?",
        "can I see it",
        "pics pls",
        "A photo?",
        "show me your skewers",
        "Vous avez une photo ?",
        "Ça ressemble à quoi ? fais voir",
        "À quoi ressemble-t-elle ?",
        "Nyereka",
        "Isa ite?",
        "Mufite amafoto?",
        "Kif jidher?",
        "Urini ritratt",
        "Avete delle foto?",
        "Fammi vedere",
        "Kuna picha?",
        "Inaonekanaje?",
    ],
)
def test_who_asks_to_see_it_may_mean_any(text: str) -> None:
    asked = asked_to_see([text], DISHES)
    assert asked is not None
    assert len(asked) > 1


@pytest.mark.parametrize(
    "text",
    [
        "How much is the goat?",
        "I'd like to see the manager's imagination",
        "photosynthesis",
        "show up at 7",
        "Combien coûte la chèvre ?",
        "Quanto costa la capra?",
        "Mbuzi ni bei gani?",
        "",
        # Of something else.
        "show me the menu",
        "let me see the drinks list",
        "can i see the wine list? and the goat?",
        "a picture of your terrace?",
        "montrez-moi la carte",
        "posso vedere il menù?",
        "Urini l-menu",
        "nyereka urutonde",
        "naomba kuona menyu",
        "Let me see... maybe the goat",
        "che aspetto? sono 20 minuti che aspetto la capra",
        "The goat looks like last time, is it the same price?",
        # Of another picture, or of none.
        "No photo please. And the goat?",
        "I don't want a picture of the goat",
        "Is the goat as big as in the picture?",
        "Can I take a photo of the goat?",
        "What's in the picture on your wall, and is the goat good?",
        "Je prends une photo de la table ! Et la chèvre ?",
        "Pas de photo de la chèvre, merci",
        "Senza foto, la capra quanto costa?",
        "Ma rridx ritratt tal-mogħża",
        "Sinshaka ifoto y'ihene",
        "Sitaki picha ya mbuzi",
        f"Show me the goat\n{FORWARDED}",
    ],
)
def test_who_asks_for_something_else_does_not(text: str) -> None:
    assert asked_to_see([text], DISHES) is None


@pytest.mark.parametrize(
    "reply",
    [
        "Sorry, *African tea* has milk in it.",
        "*Goat* is sold out, sorry.",
        "We don't have *Goat* today.",
        "We no longer have it.",
        "*Goat* is not served before noon.",
        "*Goat* contains peanuts: better not.",
        "*Goat* n'est pas disponible.",
        "Nous n'avons pas de *chèvre* ce soir.",
        "Il n'y en a plus.",
        "Non abbiamo la *capra* oggi.",
        "La *capra* è finita.",
        "Illum m'għandniex *fenek*.",
        "Ma għandniex *fenek*.",
        "*Ihene* nta yo dufite.",
        "*Ihene* ntiboneka uyu munsi.",
        "Hatuna *mbuzi* leo.",
        "*Mbuzi* imekwisha.",
    ],
)
def test_a_reply_that_says_no_is_told(reply: str) -> None:
    assert refuses(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "*Goat* is RWF 3,500. I'm afraid it takes 30 minutes.",
        "*Goat* doesn't have any nuts, and takes no longer than 20 minutes.",
        "*Goat* is not spicy. You can have it without sauce.",
        "*La chèvre* n'est pas épicée, n'a pas de lait, et il n'y a pas de noix.",
        "La *capra* non è piccante e non contiene latte.",
        "*Fenek*: mhux pikkanti, bla ħalib.",
        "*Ihene*: nta mata arimo.",
        "*Mbuzi* haina maziwa, hakuna karanga ndani.",
        "",
    ],
)
def test_a_no_to_something_else_is_none(reply: str) -> None:
    assert not refuses(reply)
