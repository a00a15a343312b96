"""A promise that a dish lacks an allergen is known in six languages, and what is none is not."""

import time

import pytest

from knowledge.claims import claims_in, instead, sentences
from knowledge.named_dishes import named_in
from models.menu import ALLERGENS

DISHES = ("Carrot cake", "Gluten-free cake", "Isombe", "Peanut soup", "Milk")

CLAIMS = [
    ("The *Carrot cake* is nut-free.", {"nuts", "peanuts"}),
    ("*Isombe* is free of nuts.", {"nuts", "peanuts"}),
    ("It doesn't contain nuts.", {"nuts", "peanuts"}),
    ("It doesn’t contain any milk.", {"milk"}),
    ("There are no nuts in it", {"nuts", "peanuts"}),
    ("no dairy in it", {"milk"}),
    ("Contains no milk or eggs", {"milk", "eggs"}),
    ("it's nut- and dairy-free", {"nuts", "peanuts", "milk"}),
    ("The cake is gluten free, but please confirm with the kitchen.", {"gluten"}),
    ("I can't say much about the sauce, but the cake is egg-free", {"eggs"}),
    ("Here are dishes without nuts:\n- *Isombe*", {"nuts", "peanuts"}),
    ("- *Carrot cake* – RWF 4,000, egg-free", {"eggs"}),
    ("Made without peanuts", {"peanuts"}),
    ("fish is not in it", {"fish"}),
    ("Zero gluten!", {"gluten"}),
    ("It's suitable for coeliacs", {"gluten"}),
    ("Isombe is safe for you", set()),
    ("Isombe is fine for you", set()),
    ("Isombe is suitable for you", set()),
    ("You can eat it, no problem", set()),
    ("It fits your allergy", set()),
    ("Eggs aren't in the cake", {"eggs"}),
    ("There aren't any eggs in the cake", {"eggs"}),
    ("It contains neither eggs nor nuts", {"eggs", "nuts", "peanuts"}),
    ("Nothing in it contains egg", {"eggs"}),
    ("The cake is eggless", {"eggs"}),
    ("Isombe: GF ✅", {"gluten"}),
    ("It's coeliac-friendly", {"gluten"}),
    ("celiac-safe", {"gluten"}),
    ("The only allergen is gluten", set(ALLERGENS) - {"gluten"}),
    ("None of these have peanuts", {"peanuts"}),
    ("Le plat vous convient", set()),
    ("Va bene per lei", set()),
    ("Tajba għalik", set()),
    ("Ni nzuri kwako", set()),
    ("Unaweza kula bila wasiwasi", set()),
    ("It is safe to eat", set()),
    ("Le plat est sans gluten", {"gluten"}),
    ("Il n'y a pas d'arachides dedans", {"peanuts"}),
    ("Il ne contient pas de lait", {"milk"}),
    ("exempt d’œufs", {"eggs"}),
    ("C'est sans danger pour vous", set()),
    ("Il piatto è senza glutine", {"gluten"}),
    ("non contiene uova", {"eggs"}),
    ("senz'uovo", {"eggs"}),
    ("È sicuro per te", set()),
    ("Id-dixx huwa mingħajr ħalib", {"milk"}),
    ("ma fihx ġewż", {"nuts", "peanuts"}),
    ("Huwa sigur għalik", set()),
    ("Haina karanga", {"peanuts"}),
    ("Chakula hiki hakina maziwa", {"milk"}),
    ("Ni salama kwako", set()),
    ("nta bunyobwa burimo", {"peanuts"}),
    ("Isombe ntirimo ubunyobwa", {"peanuts"}),
    ("ubunyobwa ntiburimo", {"peanuts"}),
    ("*Isombe* is milk-free, take it?", {"milk"}),
    ("It's safe for you, would you like it?", set()),
    ("*Isombe*: it has no milk - shall I order it?", {"milk"}),
    ("Would you like *Isombe*, which is milk-free?", {"milk"}),
    ("How about *Isombe* (nut-free) or tilapia?", {"nuts", "peanuts"}),
    ("Il est sans gluten, voulez-vous le prendre ?", {"gluten"}),
    ("È senza glutine, lo prende?", {"gluten"}),
    ("Huwa mingħajr ħalib, tridu?", {"milk"}),
    ("Isombe ntirimo ubunyobwa, urayishaka?", {"peanuts"}),
    ("Haina karanga, ungependa?", {"peanuts"}),
]

NO_CLAIMS = [
    "I can't promise that it is free of nuts.",
    "I can’t guarantee it's nut-free.",
    "The menu doesn't say whether it's nut-free.",
    "It is not nut-free.",
    "It isn't free of gluten.",
    "Should I look for something without nuts?",
    "Do you want something without nuts, or with?",
    "Alice, shall I look for a dish without nuts?",
    "So no nuts and no milk, right?",
    "Voulez-vous un plat sans gluten, ou autre chose ?",
    "Preferisce un piatto senza glutine, o un altro?",
    "It contains peanuts, shall I look for something without nuts?",
    "The *Gluten-free cake* contains milk.",
    "Sorry, there is no *Peanut soup* today.",
    "It contains peanuts, so it's not for you.",
    "It may contain nuts; please ask the kitchen.",
    "Since you can't have nuts, I left out the cake.",
    "You asked for dishes without nuts.",
    "I'll keep in mind: no peanuts.",
    "I've noted your nut allergy.",
    "Our kitchen can make it without nuts: ask them.",
    "No, we have no rabbit today.",
    "Delivery is free of charge.",
    "There are no tables free.",
    "Nta kibazo, amafi ni 9500.",
    "Hakuna shida, samaki ni 9500.",
    "Nessun problema: il pesce costa 15 euro.",
    "No problem, the fish is lampuki.",
    "Pas de problème, le poisson est à 15 €.",
    "It's not nut-free.",
    "It's not safe for coeliacs.",
    "I found no milk-free mains.",
    "No, the fish soup isn't spicy.",
    "No problem!",
    "The file lists no nuts for it.",
    "Je ne peux pas garantir que c'est sans gluten.",
    "Le menu ne dit pas si c'est sans arachides.",
    "Non posso garantire che sia senza glutine.",
    "Ma nistax niggarantixxi li huwa mingħajr ħalib.",
    "Siwezi kuahidi kwamba hakina karanga.",
    "Sinshobora kwemeza ko nta bunyobwa burimo.",
    "To be safe, let me check with the kitchen.",
    "We're out of soup today, no eggs left either!",
    "The menu says nothing about eggs in Isombe.",
]


@pytest.mark.parametrize(("reply", "allergens"), CLAIMS)
def test_a_promise_is_known(reply: str, allergens: set[str]) -> None:
    found = claims_in(reply, DISHES)
    assert found
    assert frozenset().union(*(claim.allergens for claim in found)) == allergens


@pytest.mark.parametrize("reply", NO_CLAIMS)
def test_what_is_no_promise_is_none(reply: str) -> None:
    assert claims_in(reply, DISHES) == []


@pytest.mark.parametrize("language", ["en", "fr", "it", "mt", "rw", "sw"])
def test_what_stands_in_a_claims_place_claims_nothing(language: str) -> None:
    assert claims_in(instead(language), DISHES) == []


def test_a_claim_names_its_sentence_and_language() -> None:
    reply = "With pleasure!\nIl piatto è senza glutine. Buon appetito."
    (claim,) = claims_in(reply, DISHES)
    assert (claim.sentence.strip(), claim.language) == ("Il piatto è senza glutine.", "it")
    assert "".join(sentences(reply)) == reply


def test_a_dish_is_named_by_its_whole_name() -> None:
    assert named_in("The *Carrot Cake*, and isombe!", DISHES) == {"Carrot cake", "Isombe"}
    assert named_in("carrot and cake, milky", DISHES) == set()


@pytest.mark.parametrize("piece", ["no ", "free ", "nut free ", "sans lait ", "a", ". ", "\n"])
def test_however_long_a_reply_is_it_takes_no_time(piece: str) -> None:
    began = time.process_time()
    claims_in(piece * 2_000, DISHES)
    assert time.process_time() - began < 5
