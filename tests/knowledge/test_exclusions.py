"""However a diner says in six languages that a thing must not be in it, it is left out."""

import tomllib
from itertools import product

import pytest

from knowledge.allergens import allergens_of
from knowledge.ingredient_names import names_of
from knowledge.kitchen_words import ALLERGEN_WORDS
from knowledge.language_tables import LANGUAGES
from knowledge.wishes import exclusions_in, wishes_in
from knowledge.words import fold
from models.menu import ALLERGENS as KEYS
from models.menu import DIETS
from tests.knowledge.exclusions import ALLERGENS, HARMLESS, HELD_OUT, TUNED
from tests.knowledge.exclusions_missed import MISSED

PHRASINGS = [
    (language, phrasing)
    for each in (TUNED, HELD_OUT, MISSED)
    for language, phrasings in each.items()
    for phrasing in phrasings
]
TABLES = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in LANGUAGES.glob("*.toml")}
LISTS = ("allergens", "parts", "others", "avoid", "diets", "own")


@pytest.mark.parametrize(("language", "phrasing"), PHRASINGS)
def test_it_is_left_out_of_every_search_and_conversation(language: str, phrasing: str) -> None:
    for keys, word in ALLERGENS[language].items():
        text = phrasing.format(word)
        for written in (text, text.upper(), fold(text)):
            assert set(keys.split("+")) <= wishes_in(written).without, written
        assert set(keys.split("+")) <= exclusions_in(text).without


@pytest.mark.parametrize("text", HARMLESS)
def test_nothing_is_left_out_of_a_plain_order(text: str) -> None:
    said = exclusions_in(text)
    assert not said.without & set(KEYS)
    assert not said.diets


@pytest.mark.parametrize("key", ALLERGEN_WORDS)
def test_every_word_of_the_kitchens_is_left_out(key: str) -> None:
    for word in ALLERGEN_WORDS[key].split(", "):
        for phrasing in ("without {}", "allergic to {}", "no {}", "{}? never"):
            text = phrasing.format(word.strip(" ,"))
            assert allergens_of(word.strip(" ,")) <= wishes_in(text).without, text


@pytest.mark.parametrize("language", TABLES)
def test_every_word_of_the_tables_names_what_it_stands_for(language: str) -> None:
    for name in ("allergens", "parts"):
        for keys, listed in TABLES[language].get(name, {}).items():
            for word in filter(None, map(str.strip, listed.split(","))):
                said = wishes_in(f"allergic: {word}")
                assert set(keys.split(" + ")) <= said.without, word


@pytest.mark.parametrize("language", TABLES)
def test_the_tables_name_only_what_there_is(language: str) -> None:
    table = TABLES[language]
    assert table.keys() <= {*TABLES["en"], "stop", "elisions", "neither", "nor"}
    keys = {name: set(" + ".join(table.get(name, {})).split(" + ")) - {""} for name in LISTS}
    assert keys["allergens"] | keys["parts"] <= set(KEYS)
    assert keys["others"] <= {"alcohol", "pork", "spicy", "meat", "animal"}
    assert keys["diets"] <= {*DIETS, "not-spicy"}
    assert keys["own"] <= {"gluten", "milk", "halal"}
    assert keys["avoid"] <= set(" + ".join(TABLES["en"]["avoid"]).split(" + "))


@pytest.mark.parametrize(
    "word", ["peanuts", "shellfish", "gluten", "sesame", "mustard", "celery", "sulphites"]
)
def test_a_letter_too_few_or_changed_is_forgiven(word: str) -> None:
    meant = wishes_in(f"without {word}").without
    for at, cue in product(range(1, len(word) - 1), ("without", "allergic to")):
        before, letter, after = word[:at], word[at], word[at + 1 :]
        for wrong in (before + after, before + after[0] + letter + after[1:]):
            assert wishes_in(f"{cue} {wrong}").without == meant, wrong


@pytest.mark.parametrize("wrong", ["alergic to", "allergick to", "wihtout", "withot"])
def test_a_mistyped_no_is_a_no(wrong: str) -> None:
    assert wishes_in(f"{wrong} peanuts").without == {"peanuts"}


@pytest.mark.parametrize(
    ("text", "without", "words"),
    [
        ("I'm allergic to nuts, do you have fish?", {"nuts", "peanuts"}, ("fish",)),
        ("I'm allergic to nuts do you have fish", {"nuts", "peanuts"}, ("fish",)),
        (
            "I'd like the fish. Does it have nuts in it? I'm allergic.",
            {"nuts", "peanuts"},
            ("fish",),
        ),
        ("do you have fish without onions", set(), ("fish",)),
        ("I want prawns, no milk please", {"milk"}, ("prawn",)),
        ("je suis allergique aux noix mais je mange du poisson", {"nuts", "peanuts"}, ("poisson",)),
        ("no gluten pasta", {"gluten"}, ("pasta",)),
        ("beer that's safe for celiac", {"gluten"}, ("beer", "safe")),
        ("I'm allergic to sesame, fish?", {"sesame"}, ("fish",)),
        ("is the fish ok for a sesame allergy?", {"sesame"}, ("fish",)),
        ("fish (sesame allergy)", {"sesame"}, ("fish",)),
        ("fish, I have a sesame allergy", {"sesame"}, ("fish",)),
        ("my son is allergic to sesame and wants pasta", {"sesame"}, ("pasta",)),
        ("Does the fish have sesame? I'm allergic", {"sesame"}, ("fish",)),
        ("allergique au sésame. Poisson s'il vous plaît", {"sesame"}, ("poisson",)),
        ("sono allergico al sesamo, pesce?", {"sesame"}, ("pesce",)),
        ("lactose intolerant, coffee?", {"milk"}, ("coffee",)),
        ("I don't like my fish too spicy", {"spicy"}, ("fish",)),
        ("I don't drink, pasta?", {"alcohol"}, ("pasta",)),
        ("je ne bois pas", {"alcohol"}, ()),
        ("I'm driving", {"alcohol"}, ()),
        ("no nuts, fish please", {"nuts", "peanuts"}, ("fish",)),
        ("no dairy. The fish please", {"milk"}, ("fish",)),
        ("no dairy, I'll go for the fish", {"milk"}, ("fish",)),
        ("no nuts, no milk, fish please", {"nuts", "peanuts", "milk"}, ("fish",)),
        ("sans lait, du poisson s'il vous plaît", {"milk"}, ("poisson",)),
        ("sans lait, je vais prendre le poisson", {"milk"}, ("poisson",)),
        ("senza latte, pesce per favore", {"milk"}, ("pesce",)),
        ("senza latte, prenderò il pesce", {"milk"}, ("pesce",)),
        ("mingħajr ħalib, ħut jekk jogħġbok", {"milk"}, ("hut",)),
        ("mingħajr ħalib, nieħu l-ħut", {"milk"}, ("hut",)),
        ("nta bunyobwa, ifi nyamuneka", {"peanuts"}, ("ifi",)),
        ("nta bunyobwa, ndafata ifi", {"peanuts"}, ("ifi",)),
        ("bila karanga, samaki tafadhali", {"peanuts"}, ("samaki",)),
        ("bila karanga, nitachukua samaki", {"peanuts"}, ("samaki",)),
        ("glutenfree and eggless cake", {"gluten", "eggs"}, ("cake",)),
        ("no spicy food please, chicken", {"spicy"}, ("food", "chicken")),
        ("ma niekolx majjal, laħam", {"pork"}, ("laham",)),
        ("nta mata, ikawa", {"milk"}, ("ikawa",)),
        ("no nuts, chocolate cake", {"nuts", "peanuts"}, ("chocolate", "cake")),
        ("no nuts, something with fish", {"nuts", "peanuts"}, ("fish",)),
        ("we are muslim, something with beef", set(), ("beef",)),
    ],
)
def test_what_is_wanted_beside_it_stays_wanted(
    text: str, without: set[str], words: tuple[str, ...]
) -> None:
    wishes = wishes_in(text)
    assert (set(wishes.without), wishes.words) == (without, words)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("I'm not allergic to nuts but to milk", {"milk"}),
        ("no allergies except eggs", {"eggs"}),
        ("I'm not allergic to fish. Is there milk in it? I'm allergic", {"milk"}),
        ("no allergies but no fish please", {"fish"}),
        ("I'm not only allergic to eggs but also to fish", {"eggs", "fish"}),
        ("allergic to nuts, milk, eggs and fish", {"nuts", "peanuts", "milk", "eggs", "fish"}),
        ("Allergies:\n- eggs\n- milk\n- fish", {"eggs", "milk", "fish"}),
        ("milk, eggs and fish make me sick", {"milk", "eggs", "fish"}),
        ("Is there milk or egg in the cake? I'm allergic", {"milk", "eggs"}),
        ("I'm allergic. Eggs.", {"eggs"}),
        ("can't have nuts. Nor eggs. And milk neither.", {"nuts", "peanuts", "eggs", "milk"}),
        ("coeliac and no eggs", {"gluten", "eggs"}),
        ("allergic to nuts (almonds, cashews) and to eggs", {"nuts", "peanuts", "eggs"}),
        ("allergic to eggs et sans lait, nta amafi", {"eggs", "milk", "fish"}),
        ("what can I eat if I'm allergic to milk, eggs?", {"milk", "eggs"}),
        ("allergies: milk, eggs?", {"milk", "eggs"}),
        ("prawn and milk allergy", {"crustaceans", "molluscs", "milk"}),
        ("milk, eggs, fish allergy", {"milk", "eggs", "fish"}),
        ("can't have milk, eggs nor fish", {"milk", "eggs", "fish"}),
        ("je ne mange pas de lait, d'oeufs ni de poisson", {"milk", "eggs", "fish"}),
        ("sili maziwa, mayai wala samaki", {"milk", "eggs", "fish"}),
        ("fish, eggs, milk: can't have", {"fish", "eggs", "milk"}),
        ("cheese, eggs: can't have any of those", {"milk", "eggs"}),
        ("fish, eggs and milk: allergic", {"fish", "eggs", "milk"}),
        ("My allergies:\n1. milk\n2. eggs", {"milk", "eggs"}),
        ("My allergies:\n• milk\n• eggs", {"milk", "eggs"}),
        ("Allergy list: 1) milk 2) eggs 3) mustard", {"milk", "eggs", "mustard"}),
        ("I have allergies:\neggs\nmilk", {"eggs", "milk"}),
        ("no milk, fish", {"milk", "fish"}),
        ("no milk, eggs, fish please", {"milk", "eggs", "fish"}),
        ("no milk, eggs or fish please", {"milk", "eggs", "fish"}),
        ("no milk, eggs please", {"milk", "eggs"}),
        ("without onions, nuts please", {"nuts", "peanuts"}),
        ("pas de lait, oeufs s'il vous plaît", {"milk", "eggs"}),
        ("bila maziwa, mayai tafadhali", {"milk", "eggs"}),
        ("I used to be allergic to eggs and now to milk", {"milk"}),
        ("I'm not allergic to milk only to eggs", {"eggs"}),
        ("il latte è un problema", {"milk"}),
        ("le lait est un problème", {"milk"}),
        ("le lait n'est pas un problème", set()),
        ("mayai ni shida", {"eggs"}),
        ("a dessert without milk, eggs please", {"milk", "eggs"}),
        ("allergic to milk, fish please", {"milk", "fish"}),
        ("allergies: milk, fish please", {"milk", "fish"}),
        ("senza latte, pesce", {"milk", "fish"}),
        ("no\neggs", {"eggs"}),
        ("no\nthe fish please", set()),
        ("lactose and gluten intolerant", {"milk", "gluten"}),
        ("nuts / soy & gluten intolerant", {"nuts", "peanuts", "soya", "gluten"}),
        ("lactose intolerant and eggs", {"milk", "eggs"}),
        ("sono intollerante al lattosio e al glutine", {"milk", "gluten"}),
        ("celiaco e uova", {"gluten", "eggs"}),
        ("vegan, also nuts", {"nuts", "peanuts"}),
        ("allergic: me (fish), him (soya), kid (milk)", {"fish", "soya", "milk"}),
        ("allergies (me: fish; kid: milk)", {"fish", "milk"}),
        ("no pork, alcohol, eggs", {"pork", "alcohol", "eggs"}),
        ("no milk, coffee, eggs", {"milk", "eggs"}),
    ],
)
def test_all_that_is_listed_is_left_out(text: str, without: set[str]) -> None:
    assert wishes_in(text).without == without


@pytest.mark.parametrize(
    ("text", "contains", "without"),
    [
        ("what contains peanuts?", {"peanuts"}, set()),
        ("which dishes have nuts in them", {"nuts", "peanuts"}, set()),
        ("what has molluscs", {"molluscs"}, set()),
        ("anything with shellfish", {"crustaceans", "molluscs"}, set()),
        ("is there milk in the soup", {"milk"}, set()),
        ("I'm allergic to peanuts, which dishes contain peanuts?", {"peanuts"}, {"peanuts"}),
        ("which dishes do not contain peanuts?", set(), {"peanuts"}),
        ("quels plats contiennent du gluten ?", {"gluten"}, set()),
        ("quali piatti contengono uova?", {"eggs"}, set()),
        ("vyakula vyenye karanga", {"peanuts"}, set()),
        ("coffee with milk", set(), set()),
        ("contains-alcohol", {"alcohol"}, set()),
        ("what has pork in it?", {"pork"}, set()),
        ("Which desserts have peanuts?", {"peanuts"}, set()),
        ("what's got nuts in it", {"nuts", "peanuts"}, set()),
        ("anything made with milk?", {"milk"}, set()),
        ("quels desserts ont des arachides ?", {"peanuts"}, set()),
        ("quelque chose fait avec du lait ?", {"milk"}, set()),
        ("quali dolci hanno arachidi?", {"peanuts"}, set()),
        ("qualcosa fatto con il latte?", {"milk"}, set()),
        ("liema deżerti għandhom karawett?", {"peanuts"}, set()),
        ("hemm xi ħaġa magħmula bil-ħalib?", {"milk"}, set()),
        ("ni izihe deseri zifite ubunyobwa?", {"peanuts"}, set()),
        ("hari ikintu gikoze mu mata?", {"milk"}, set()),
        ("vyakula gani vimetengenezwa kwa maziwa?", {"milk"}, set()),
        ("which ones are made with eggs", {"eggs"}, set()),
        ("is there peanut in any of your dishes", {"peanuts"}, set()),
        ("anything w milk inside?", {"milk"}, set()),
        ("where is there celery", {"celery"}, set()),
        ("dishes with sesame ?", {"sesame"}, set()),
        ("what contains prawns?", {"crustaceans", "molluscs"}, set()),
        ("does the tuna salad contain butter?", {"milk"}, set()),
        ("does anything have salmon", {"fish"}, set()),
        ("y a du lait dans quoi", {"milk"}, set()),
        ("où est-ce qu'il y a du soja", {"soya"}, set()),
        ("quels plats sont avec des œufs", {"eggs"}, set()),
        ("dove c'è il latte", {"milk"}, set()),
        ("in quali piatti ci sono uova", {"eggs"}, set()),
        ("fejn hemm bajd", {"eggs"}, set()),
        ("x'hemm bil-ħalib", {"milk"}, set()),
        ("ni he hari amagi", {"eggs"}, set()),
        ("wapi kuna karanga", {"peanuts"}, set()),
        ("anything with salmon", set(), set()),
        ("what fish do you have?", set(), set()),
        ("hello! do you still have lampuki?", set(), set()),
        ("do you by any chance have milk", set(), set()),
        ("Do they have fish today?", set(), set()),
        ("does the beer contain gluten?", {"gluten"}, set()),
    ],
)
def test_a_question_what_is_in_it_is_no_exclusion(
    text: str, contains: set[str], without: set[str]
) -> None:
    wishes = wishes_in(text)
    assert (set(wishes.contains), set(wishes.without)) == (contains, without)
    assert "contain" not in wishes.words


@pytest.mark.parametrize(
    ("text", "diets", "without"),
    [
        ("im pescatarian", {"pescatarian"}, set()),
        ("I eat fish but no meat", {"pescatarian"}, set()),
        ("je suis végétarienne", {"vegetarian"}, set()),
        ("nimeacha nyama", {"vegetarian"}, set()),
        ("sili nyama", {"vegetarian"}, set()),
        ("ndi umuvegetaliyani", {"vegetarian"}, set()),
        ("ma nieklux laħam", {"vegetarian"}, set()),
        ("non mangio carne", {"vegetarian"}, set()),
        ("sono celiaco", {"gluten-free"}, {"gluten"}),
        ("no animal products", {"vegan"}, set()),
        ("Muslim, so no pork or alcohol", {"halal"}, {"pork", "alcohol"}),
        ("mwislamu, chakula halali", {"halal"}, set()),
        ("sans alcool", set(), {"alcohol"}),
        ("analcolico", set(), {"alcohol"}),
        ("mingħajr majjal", set(), {"pork"}),
        ("not spicy please", set(), {"spicy"}),
        ("something mild", set(), {"spicy"}),
        ("pas épicé", set(), {"spicy"}),
        ("spicy noodles", {"spicy"}, set()),
        ("not vegan", set(), set()),
        ("it doesn't have to be vegan", set(), set()),
        ("no nuts, vegan", {"vegan"}, {"nuts", "peanuts"}),
        ("no I'm vegan", {"vegan"}, set()),
        ("dont eat animals", {"vegan"}, set()),
    ],
)
def test_a_diet_is_a_diet_and_no_word(text: str, diets: set[str], without: set[str]) -> None:
    wishes = wishes_in(text)
    assert (set(wishes.diets), set(wishes.without)) == (diets, without)


@pytest.mark.parametrize(
    ("text", "avoided"),
    [
        ("no onions please", {"onion"}),
        ("bila vitunguu", {"onion"}),
        ("bla bżar", {"pepper", "chilli"}),
        ("sans ail ni oignons", {"garlic", "onion"}),
        ("senza funghi", {"mushroom"}),
        ("mingħajr tewm", {"garlic"}),
        ("nta nyanya", {"tomato"}),
        ("allergic to strawberries", {"strawberry"}),
        ("I can't have red meat", {"beef", "goat", "lamb"}),
        ("without flurbs", {"flurb"}),
    ],
)
def test_what_is_no_allergen_is_avoided_by_any_of_its_names(text: str, avoided: set[str]) -> None:
    assert wishes_in(text).without_words == avoided


@pytest.mark.parametrize(
    "text",
    [
        "what can someone with a milk allergy eat",
        "what is safe for a milk allergy sufferer",
        "is it ok for milk allergy sufferers",
        "what would you recommend to a milk allergy patient",
        "which table is best with a milk allergy table",
    ],
)
def test_an_allergy_is_about_what_stands_before_it(text: str) -> None:
    wishes = wishes_in(text)
    assert (set(wishes.without), set(wishes.without_words)) == ({"milk"}, set())


def test_an_ingredient_is_known_by_its_names_in_all_languages() -> None:
    names = {" ".join(sorted(name)) for name in names_of("onion")}
    assert {"onion", "oignon", "cipolla", "basal", "kitunguu", "igitunguru"} <= names
    assert names_of("flurb") == {frozenset({"flurb"})}


@pytest.mark.parametrize(
    "text",
    [
        "I'm allergic to nuts",
        "my daughter can't have nuts",
        "one of us is coeliac",
        "coeliac here",
        "my wife is pregnant and vegan",
        "je suis végétarien",
        "peanuts make me sick",
        "sindya amafi",
        "no nuts for my son",
        "I'm allergic to nuts today as ever",
        "Peanuts? I'm allergic.",
    ],
)
def test_somebodys_allergy_or_diet_lasts(text: str) -> None:
    assert exclusions_in(text).is_lasting


@pytest.mark.parametrize(
    "text",
    [
        "no nuts today, thanks",
        "something without milk",
        "anything vegan?",
        "I can't have milk tonight",
        "i'm looking for something vegan",
        "no onions",
        "not vegan",
        "I'm not allergic to anything",
        "no, the fish",
        "my peanut allergy is gone",
        "I was allergic to milk as a kid but not now",
    ],
)
def test_a_passing_wish_does_not_last(text: str) -> None:
    assert not exclusions_in(text).is_lasting


def test_what_no_menu_says_is_told_as_not_understood() -> None:
    assert wishes_in("she is pregnant, anything low fodmap?").not_understood == (
        "pregnant",
        "low fodmap",
    )
    assert wishes_in("without flurbs").not_understood == ("flurb",)
    assert wishes_in("flurb allergy").not_understood == ("flurb",)
    assert exclusions_in("flurb allergy").not_understood == ("flurb",)
    assert exclusions_in("I have no cash").without_words == frozenset()
    assert exclusions_in("I'm allergic to durian").without_words == {"durian"}


def test_equal_wishes_are_one_key() -> None:
    assert len({wishes_in("no cash"), wishes_in("no cash")}) == 1


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("🥜🚫", {"nuts", "peanuts"}),
        ("no 🥛 please", {"milk"}),
        ("❌🦐", {"crustaceans", "molluscs"}),
        ("🐟 😵", {"fish"}),
        ("🙅🏾‍♀️ 🥚", {"eggs"}),
    ],
)
def test_a_picture_says_it_too(text: str, keys: set[str]) -> None:
    assert wishes_in(text).without == keys
