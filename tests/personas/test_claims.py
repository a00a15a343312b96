"""The waiter's check: what is promised of a dish, its row has to state."""

import tomllib
from dataclasses import replace
from itertools import cycle

import pytest

from knowledge.allergens import facts_of
from knowledge.language_tables import LANGUAGES
from knowledge.named_dishes import short_name
from models.database.engine import DatabaseUnavailableError
from models.menu import MenuItem, available_items
from personas.claims import unfounded_claims
from personas.tool import Heard, ToolContext
from personas.waiter import WAITER
from tests.engine.store import Store


def items(context: ToolContext) -> list[MenuItem]:
    with context.database.transaction() as session:
        return available_items(session, context.restaurant.id)


def free_of_nuts(context: ToolContext, *, is_stated: bool) -> MenuItem:
    return next(
        item
        for item in items(context)
        if ({"nuts", "peanuts"} <= facts_of(item).free_of) is is_stated and " " in item.name
    )


def looked_up(*found: MenuItem) -> list[Heard]:
    told = [{"item_id": item.id, "name": item.name} for item in found]
    return [Heard("lookup_menu", {"items": told})]


def test_it_is_the_waiters() -> None:
    assert WAITER.check is unfounded_claims


def test_what_the_row_states_may_be_said(kigali: ToolContext) -> None:
    dish = free_of_nuts(kigali, is_stated=True)
    for reply in (f"The *{dish.name}* is nut-free.", f"*{dish.name}*, yes. It has no nuts."):
        assert unfounded_claims(reply, (), kigali) is None
    assert unfounded_claims("Yes, it has no nuts.", looked_up(dish), kigali) is None


FRAMES = {
    "en": "The {} is free of {}.",
    "fr": "Le plat {} est sans {}.",
    "it": "{} è senza {}.",
    "mt": "{} huwa mingħajr {}.",
    "rw": "{} ntirimo {}.",
    "sw": "{} haina {}.",
}


@pytest.mark.parametrize("restaurant", ["kigali", "valletta"])
def test_no_row_is_called_free_of_what_it_has_or_may_have(
    request: pytest.FixtureRequest, restaurant: str
) -> None:
    context: ToolContext = request.getfixturevalue(restaurant)
    languages = cycle(FRAMES)
    menu = items(context)
    for item in menu:
        facts = facts_of(item)
        for allergen in sorted(facts.contained | facts.may_contain):
            fitting = [each for each in menu if allergen in facts_of(each).free_of][:8]
            language = next(languages)
            reply = FRAMES[language].format(short_name(item.name), word_for(allergen, language))
            careful = replace(context, said=(f"I'm allergic to {allergen}",))
            assert unfounded_claims(reply, looked_up(*fitting), careful) is not None, reply


def word_for(allergen: str, language: str) -> str:
    table = tomllib.loads((LANGUAGES / f"{language}.toml").read_text(encoding="utf-8"))
    return str(table["allergens"].get(allergen, allergen)).partition(",")[0].strip()


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("I'm allergic to peanuts", "The halva has no peanuts."),
        ("I'm allergic to nuts", "The mocha is safe for you."),
        ("I'm coeliac", "The chips are gluten-free."),
        ("I'm coeliac", "Cisk 0.0 is gluten-free."),
        ("I'm allergic to eggs", "*Minestra*? It has none. The macaroni pie has no eggs."),
        ("I'm allergic to eggs", "The schnitzel is free of eggs."),
    ],
)
def test_a_dish_is_known_by_a_word_of_its_name(
    valletta: ToolContext, said: str, reply: str
) -> None:
    careful = replace(valletta, said=(said,))
    allergens = careful.excluded().without
    fitting = [each for each in items(valletta) if allergens <= facts_of(each).free_of]
    fitting = [each for each in fitting if each.category == "Soups"]
    assert unfounded_claims(reply, looked_up(*fitting), careful) is not None
    for good in ("It has no eggs.", "These are free of eggs, peanuts, nuts and gluten."):
        none_of_them = [each for each in fitting if each.slug == "soppa-qara-ahmar"]
        assert unfounded_claims(good, looked_up(*none_of_them), careful) is None


MUST_NOT_EAT_EGGS = {
    "en": "I'm allergic to eggs",
    "fr": "je suis allergique aux oeufs",
    "it": "sono allergico alle uova",
    "mt": "jien allerġiku għall-bajd",
    "rw": "mfite allergie y'amagi",
    "sw": "nina mzio wa mayai",
}
OF_TIMPANA = {
    "en": (
        "Eggs? Not in the Timpana.",
        "Nothing with egg in the Timpana.",
        "The Timpana lacks egg.",
        "Our chef leaves out egg in the Timpana.",
        "The Timpana avoids eggs entirely.",
        "Egg is absent from the Timpana.",
        "The Timpana works with an egg allergy.",
        "The Timpana is perfect for your allergy.",
        "The Timpana won't cause you any trouble.",
        "Nothing in the Timpana will bother you.",
        "You'll be okay having the Timpana.",
        "You can order the Timpana without fear.",
        "Here is what suits you: Timpana (€9).",
    ),
    "fr": (
        "Les œufs sont absents de la Timpana.",
        "Vous ne risquez rien avec la Timpana.",
        "Oui, vous pouvez prendre la Timpana.",
        "La Timpana ne pose aucun problème pour votre allergie.",
        "La Timpana est tout à fait indiquée pour vous.",
    ),
    "it": (
        "Niente uova nella Timpana!",
        "La Timpana è adatta a chi è allergico alle uova.",
        "Con la Timpana può stare tranquillo.",
        "La Timpana non le darà problemi.",
    ),
    "mt": (
        "Xejn bajd fit-Timpana.",
        "It-Timpana ma jkollhiex bajd.",
        "It-Timpana tajba għall-allerġija tiegħek.",
        "Bit-Timpana m'għandekx problema.",
    ),
    "rw": (
        "Amagi ntari muri Timpana.",
        "Timpana ntigira amagi.",
        "Timpana irakubereye.",
        "Ushobora gufata Timpana nta bwoba.",
    ),
    "sw": (
        "Timpana haijawekwa mayai.",
        "Timpana haiwi na mayai.",
        "Timpana haitakudhuru.",
        "Timpana haina shida kwa mzio wako.",
    ),
}
NOT_FOR_THEM = {
    "en": (
        "The Timpana contains eggs, so it isn't for you.",
        "With your egg allergy, please skip the Timpana.",
        "The Timpana isn't compatible with your allergy.",
        "The menu says nothing about eggs in the Timpana.",
        "No problem! The Timpana is €10.50.",
        "No, the Timpana does have eggs.",
        "So no eggs for you: I'll keep that in mind.",
        "I've made a note: no eggs.",
        "To be safe, let me check with the kitchen.",
        "We're out of Timpana today, no eggs left either!",
    ),
    "fr": (
        "La Timpana contient des œufs, elle ne vous convient donc pas.",
        "Vu votre allergie aux œufs, la Timpana n'est pas indiquée.",
        "Pas de souci, la Timpana est à 10,50 €.",
    ),
    "it": (
        "Non può mangiare la Timpana: contiene uova.",
        "Nessun problema! La Timpana costa 10,50 €.",
    ),
    "mt": ("Ħadt nota: l-ebda bajd.", "It-Timpana mhix tajba għalik għax fiha l-bajd."),
    "rw": ("Timpana irimo amagi, ntikubereye.", "Nta kibazo, Timpana ni 10.50."),
    "sw": ("Timpana haikufai kwa sababu ina mayai.", "Hakuna shida, Timpana ni euro 10.50."),
}


@pytest.mark.parametrize("language", OF_TIMPANA)
def test_a_dish_beside_what_is_denied_or_allowed_is_promised(
    valletta: ToolContext, language: str
) -> None:
    careful = replace(valletta, said=(MUST_NOT_EAT_EGGS[language],))
    for reply in OF_TIMPANA[language]:
        assert unfounded_claims(reply, (), careful) is not None, reply
        founded = reply.replace("Timpana", "Minestra")
        assert unfounded_claims(founded, (), careful) is None, founded
    for reply in NOT_FOR_THEM[language]:
        assert unfounded_claims(reply, (), careful) is None, reply


@pytest.mark.parametrize("reply", ["The *{}* is nut-free.", "- *{}* – senza noci", "{}: no nuts!"])
def test_what_it_does_not_state_may_not(kigali: ToolContext, reply: str) -> None:
    dish = free_of_nuts(kigali, is_stated=False)
    objection = unfounded_claims(f"Hello. {reply.format(dish.name)}", looked_up(dish), kigali)
    assert objection is not None
    assert "nuts, peanuts" in objection.correction
    assert dish.name not in objection.instead
    assert unfounded_claims(objection.instead, looked_up(dish), kigali) is None


@pytest.mark.parametrize(
    "reply",
    [
        "Sorry, we have no fish today.",
        "There are no prawns left.",
        "There is no milk tea on the menu.",
        "We don't have cheese.",
        "Désolé, nous n'avons pas de poisson aujourd'hui.",
        "Nta mafi dufite uyu munsi.",
        "Samahani, leo hakuna samaki.",
        "No nuts, noted.",
        "Pas de lait, c'est noté.",
        "A table at eight is fine for you.",
    ],
)
def test_what_the_house_lacks_is_promised_of_no_dish(kigali: ToolContext, reply: str) -> None:
    careful = replace(kigali, said=("I'm allergic to nuts, milk and fish",))
    assert unfounded_claims(reply, (), careful) is None
    bad = free_of_nuts(kigali, is_stated=False)
    for claim in (
        f"{bad.name}: fine for you.",
        f"We have no nuts in {bad.name}.",
        "No nuts in it.",
    ):
        assert unfounded_claims(claim, (), careful) is not None


def test_one_dish_of_many_is_enough(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    reply = f"Here are dishes without nuts:\n- *{good.name}*\n- *{bad.name}*"
    assert unfounded_claims(reply, looked_up(good, bad), kigali) is not None
    assert unfounded_claims(reply.splitlines()[0], looked_up(good), kigali) is None
    assert unfounded_claims(reply.splitlines()[0], looked_up(good, bad), kigali) is not None


def test_a_claim_is_about_the_dish_that_was_named_last_before_it(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    first = f"*{good.name}*, with pleasure.\n_nut-free_\nIt goes well with *{bad.name}*."
    assert unfounded_claims(first, looked_up(good), kigali) is None
    second = f"*{good.name}* and *{bad.name}*?\n*{bad.name}*, with pleasure. It has no nuts."
    assert unfounded_claims(second.partition("\n")[2], looked_up(good), kigali) is not None


def test_where_nothing_was_looked_up_it_is_what_the_diner_named(valletta: ToolContext) -> None:
    for reply in ("Yes, you can have it.", "It won't hurt you.", "That one is fine for you."):
        for dish, is_refused in (("Timpana", True), ("Minestra", False)):
            asked = replace(valletta, said=("I'm allergic to eggs", f"can I have the {dish}?"))
            assert (unfounded_claims(reply, (), asked) is not None) is is_refused, (reply, dish)


def test_where_nothing_was_looked_up_nothing_is_founded(kigali: ToolContext) -> None:
    assert unfounded_claims("Yes, it is nut-free.", (), kigali) is not None


def test_safe_is_safe_from_what_the_diner_must_not_have(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    careful = replace(kigali, said=("I'm allergic to nuts",))
    assert unfounded_claims(f"*{bad.name}* is safe for you.", (), kigali) is None
    assert unfounded_claims(f"*{good.name}* is safe for you.", (), careful) is None
    objection = unfounded_claims(f"*{bad.name}* is safe for you.", (), careful)
    assert objection is not None
    assert "kitchen" in objection.instead


def test_a_pairing_is_looked_up_too(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    told = {"pairings": [{"item": {"item_id": good.id, "name": good.name}, "upsell": "Try it."}]}
    assert unfounded_claims("It has no nuts.", [Heard("recommend_pairing", told)], kigali) is None


def test_while_the_menu_cannot_be_read_nothing_is_founded(
    kigali: ToolContext, sqlite_url: str
) -> None:
    store = Store(sqlite_url)
    store.is_away = True
    away = replace(kigali, database=store)
    with pytest.raises(DatabaseUnavailableError):
        items(away)
    assert unfounded_claims("Yes, it is nut-free.", (), away) is not None
    assert unfounded_claims("Yes, we are open.", (), away) is None
    store.close()
