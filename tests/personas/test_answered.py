"""A bare answer to our question after allergies is kept; to any other question it is none."""

from dataclasses import replace

import pytest

from models import diets
from models.diets import Diet, KeptDiet
from personas.stated import stated
from personas.tool import ToolContext
from tests.personas.conftest import TODAY

TAPPED = "[chose it by a tap]"


def kept(context: ToolContext) -> KeptDiet:
    found = diets.read(context.diner.diet)
    for effect in stated(context.diner, context.told, TODAY):
        found = effect.changed(found)
    return found


def answering(context: ToolContext, reply: str, answer: str) -> list[ToolContext]:
    """The answer below the reply; and by a quote or a tap, whatever stood in between."""
    quote = f"[answers your message: {' '.join(reply.split())}]"
    since = ("Hello", reply, "We close at 22:00.")
    return [
        replace(context, said=(answer,), replied=("Hello", reply)),
        replace(context, said=(answer,), replied=("Hello", reply, "")),  # a reaction in between
        replace(context, said=(f"{answer}\n{quote}",), replied=since),
        replace(context, said=(f"{answer}\n{TAPPED}\n{quote}",), replied=since),
        replace(context, said=(f"{answer}\n{TAPPED}\n{quote}",)),  # after /reset
    ]


@pytest.mark.parametrize(
    ("reply", "answer", "keys"),
    [
        ("Welcome! Any allergies I should know of?", "milk and eggs", {"milk", "eggs"}),
        ("Do you have any allergies? 😊", "Yes, milk", {"milk"}),
        ("Do you have any allergies?", "🥛", {"milk"}),
        ("Do you have any allergies?", "Coeliac", {"gluten", "gluten-free"}),
        ("Do you have any allergies?", "Lactose intolerant", {"milk"}),
        ("Do you have any allergies?", "Gluten-free", {"gluten"}),
        ("Do you have any allergies?", "Yes: peanuts", {"peanuts"}),
        ("What are your allergies?", "Milk", {"milk"}),
        ("Tell me your allergies, please:", "Milk", {"milk"}),
        ("Any allergies? Tap below.", "Peanuts", {"peanuts"}),
        ("Any allergies? Just let me know.", "Peanuts", {"peanuts"}),
        ("Any allergies?\n\n1. Peanuts\n2. Milk\n3. None", "Milk", {"milk"}),
        ("Do you have any allergies? Or shall we go on?", "Peanuts", {"peanuts"}),
        ("Do you have any allergies (nuts, milk, fish)?", "Peanuts", {"peanuts"}),
        ("Any allergies, such as eggs or milk?", "Sesame", {"sesame"}),
        ("Are you allergic to eggs, milk or fish?", "Fish", {"fish"}),
        ("Anything you can't eat?", "Peanuts", {"peanuts"}),
        ("Which allergens should I avoid?", "Milk", {"milk"}),
        ("Do you avoid any foods?", "Milk", {"milk"}),
        ("Do you have any allergies? If not, just tap None.", "Milk", {"milk"}),
        ("Any dietary requirements, such as vegan or gluten-free?", "Vegan", {"vegan"}),
        ("You are allergic to milk, right?", "Yes", {"milk"}),
        ("Avez-vous des allergies ? Choisissez ci-dessous.", "Lait", {"milk"}),
        ("Ha qualche allergia? Oppure proseguiamo?", "Pesce", {"fish"}),
        ("Je, una mzio wa chakula chochote? Chagua hapa chini.", "Maziwa", {"milk"}),
        ("Ese hari allergie mufite? Hitamo hano hepfo.", "Amata", {"milk"}),
        ("Għandek xi allerġiji jew intolleranzi? Agħżel hawn taħt.", "Ħalib", {"milk"}),
        ("Any allergies or dietary needs?", "Vegan", {"vegan"}),
        ("Do you have any dietary restrictions?", "Halal", {"halal"}),
        ("Are you vegetarian or vegan?", "Vegan", {"vegan"}),
        ("Any allergies or dietary needs?", "Vegan, peanuts", {"vegan", "peanuts"}),
        ("Are you allergic to peanuts?", "Yes", {"peanuts"}),
        ("Are you allergic to peanuts?", "Yes, I am", {"peanuts"}),
        ("Do you have a milk allergy?", "yes", {"milk"}),
        ("Are you vegan?", "Yes", {"vegan"}),
        ("Avez-vous des allergies ?", "oui, lait", {"milk"}),
        ("Une allergie à signaler ?", "Arachides", {"peanuts"}),
        ("Des allergies ou des régimes particuliers ?", "Gluten", {"gluten"}),
        ("Avez-vous un régime particulier ?", "Végétarien", {"vegetarian"}),
        ("Y a-t-il quelque chose que vous ne mangez pas ?", "Poisson", {"fish"}),
        ("Es-tu allergique aux arachides ?", "Oui", {"peanuts"}),
        ("Êtes-vous végane ?", "oui", {"vegan"}),
        ("Dites-moi vos allergies :", "Lait", {"milk"}),
        ("Ha allergie?", "Arachidi", {"peanuts"}),
        ("Allergie o intolleranze?", "Lattosio", {"milk"}),
        ("C'è qualcosa che non mangi?", "Pesce", {"fish"}),
        ("Sei allergico alle arachidi?", "Sì", {"peanuts"}),
        ("Mufite allergie?", "Ubunyobwa", {"peanuts"}),
        ("Hari icyo mutarya?", "Ubunyobwa", {"peanuts"}),
        ("Mufite allergie y'ubunyobwa?", "Yego", {"peanuts"}),
        ("Una mzio wowote?", "maziwa", {"milk"}),
        ("Kuna chochote usichokula?", "Samaki", {"fish"}),
        ("Una mzio wa karanga?", "Ndiyo", {"peanuts"}),
        ("Għandek xi allerġija?", "Karawett", {"peanuts"}),
        ("Hemm xi ħaġa li ma tistax tiekol?", "Ħut", {"fish"}),
        ("Int allerġiku għall-karawett?", "Iva", {"peanuts"}),
    ],
)
def test_what_is_asked_after_is_kept_and_left_out(
    kigali: ToolContext, reply: str, answer: str, keys: set[str]
) -> None:
    for context in answering(kigali, reply, answer):
        own = kept(context).own
        assert own.allergens | own.diets == keys, context.said
        excluded = context.excluded()
        assert excluded.without | excluded.diets == keys, context.said


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("Any allergies?", "no"),
        ("Any allergies?", "None"),
        ("Any allergies?", "Yes"),
        ("Any allergies?", "fish please"),
        ("Any allergies?", "fish?"),
        ("Any allergies?", "no. fish"),
        ("Any allergies?", "Is there fish"),
        ("Are you allergic to peanuts?", "No"),
        ("Are you allergic to nuts or milk?", "Yes"),
        ("Any allergies? And what would you like?", "fish"),
        ("Any allergies? Then tell me what you'd like.", "Fish"),
        ("Any allergies? Our fish is fresh today.", "Fish"),
        ("I took your allergy down.", "fish"),
        ("I've noted your allergies. Which would you like?", "Fish"),
        ("Here is what fits your allergies:", "Fish"),
        ("You told me of your fish allergy. Shall I still order the fish?", "Yes"),
        ("Given your allergies, what would you like?", "Fish"),
        ("Which would you like, with your peanut allergy: fish or goat?", "Fish"),
        ("Quel plat voulez-vous, avec vos allergies ?", "Poisson"),
        ("The fish, or do you have a fish allergy?", "fish"),
        ("Is the fish all right with your allergy to milk?", "Yes"),
        ("Shall I leave out the peanuts because of your allergy?", "Yes"),
        ("Le poisson contient du lait. Votre allergie au lait : on continue ?", "Oui"),
        ("Any problem with the fish?", "Fish"),
        ("Do you have any questions about allergens?", "Fish"),
        ("Do you have any questions about milk allergies?", "Yes"),
        ("Shall I list the allergens of the fish?", "Yes"),
        ("Are you asking about the allergens in the fish?", "Yes"),
        ("Since you can't eat peanuts, shall I suggest the fish?", "Yes"),
        ("Do you like fish?", "Yes"),
        ("Anything you'd like?", "Fish"),
        ("Prendi il pesce o la carne?", "Pesce"),
        ("Unataka samaki?", "Ndiyo"),
        ("Urashaka ifi?", "Yego"),
        ("Trid il-ħut?", "Iva"),
        ("Would you like fish or goat?", "Fish"),
        ("Would you like the halal platter?", "Yes"),
        ("Vuole il pesce?", "sì"),
        ("Shall I show the vegan menu?", "Vegan"),
        ("Are you looking for something vegan?", "Yes"),
        ("Are you having the vegan burger?", "Yes"),
        ("Are you after the vegan menu?", "Vegan"),
    ],
)
def test_what_answers_another_question_is_not(kigali: ToolContext, reply: str, answer: str) -> None:
    for context in answering(kigali, reply, answer):
        assert kept(context) == KeptDiet(), context.said
        assert not context.excluded().without, context.said


def test_of_somebody_who_eats_with_them_it_is_theirs(kigali: ToolContext) -> None:
    for context in answering(kigali, "Does your daughter have any allergies?", "Milk"):
        assert kept(context) == KeptDiet(table=Diet(frozenset({"milk"})), since=TODAY)


@pytest.mark.parametrize(
    ("replied", "earlier", "said", "keys"),
    [
        (("Any allergies?", "Which ones?"), ("Hello", "yes"), "milk", {"milk"}),
        (("Des allergies ?", "Lesquelles ?"), ("Bonjour", "oui"), "lait", {"milk"}),
        (("Any allergies?", "Here are three. Which ones?"), ("Hello", "no"), "fish", set()),
        (("Any allergies?", "Noted."), ("Hello", "none"), "milk", set()),
        (
            ("Any allergies?", "Noted."),
            ("Hello", "none"),
            "milk\n[edited, it said before: none]",
            {"milk"},
        ),
        (
            ("Fish or goat?",),
            ("Hello",),
            "[answered 👍 to your question: Are you allergic to milk?]",
            {"milk"},
        ),
        ((), (), "[answered 👎 to your question: Are you allergic to milk?]", set()),
        (("Any allergies?",), (), "fish\n[answers their own message: What is in it?]", set()),
        (("Any allergies?",), (), "Fish\n[chose menu item: Tilapia]", set()),
        (("Any allergies?",), (), "milk\n[heard in a voice note]", {"milk"}),
        (("Any allergies?",), (), "fish\n[forwarded: perhaps not their own words]", set()),
        (("Let me know of any allergies.",), (), "fish", set()),
        (("Let me know of any allergies.",), (), f"Fish\n{TAPPED}", {"fish"}),
    ],
)
def test_which_question_it_answers(
    kigali: ToolContext,
    replied: tuple[str, ...],
    earlier: tuple[str, ...],
    said: str,
    keys: set[str],
) -> None:
    context = replace(kigali, said=(said,), replied=replied, earlier=earlier)
    assert kept(context).own.allergens == keys


@pytest.mark.parametrize(
    ("before", "reply", "answer"),
    [
        ("I'm allergic to", "Go on, please.", "peanuts"),
        ("I'm allergic to", "Of…", "uh, peanuts. Is the isombe safe for me?"),
        ("I'm allergic to...", "", "peanuts and so is my sister, is there anything else?"),
        ("i can't eat", "Yes?", "any peanuts at all"),
        ("je suis allergique aux", "Oui…", "arachides"),
        ("sono allergico alle", "Dica", "ehm, arachidi"),
        ("nina mzio wa", "Ndiyo?", "karanga"),
        ("I have an allergy", "To what?", "peanuts, so is the isombe safe?"),
        ("I have an allergy", "What are you allergic to?", "peanuts mostly"),
        ("I'm allergic", "Okay, I…", "to peanuts"),
        ("Hello", "Do you have any allergies?", "um, peanuts"),
    ],
)
def test_what_somebody_begins_to_say_they_cant_have_is_gone_on_with(
    kigali: ToolContext, before: str, reply: str, answer: str
) -> None:
    """On the telephone they pause, and are answered into the middle of a sentence."""
    context = replace(kigali, said=(answer,), earlier=(before,), replied=(reply,))
    assert kept(context).whole.allergens == {"peanuts"}


def test_a_sentence_in_two_messages_of_one_turn_is_one(kigali: ToolContext) -> None:
    context = replace(kigali, said=("I'm allergic to", "uh peanuts and is the isombe ok"))
    assert kept(context).own.allergens == {"peanuts"}


@pytest.mark.parametrize(
    ("before", "reply", "answer"),
    [
        ("I have an allergy", "Noted. What may I bring you?", "fish, please"),
        ("I'm allergic to peanuts", "Noted. To drink?", "milk"),
        ("Is there anything I'm allergic to?", "I can't tell.", "the fish then"),
        ("I have an allergy", "To what?", "the fish, please"),
        ("Hello", "Of…", "peanuts"),
    ],
)
def test_what_is_ordered_after_an_allergy_is_none(
    kigali: ToolContext, before: str, reply: str, answer: str
) -> None:
    context = replace(kigali, said=(answer,), earlier=(before,), replied=(reply,))
    assert not kept(context).whole
