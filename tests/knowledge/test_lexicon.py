"""What words mean on a menu, whichever language they are of."""

from pathlib import Path

import pytest

from knowledge.language_tables import WORD
from knowledge.lexicon import Lexicon, Term, Word, shipped_lexicon
from knowledge.menu_entries import Entry
from knowledge.menu_search import Found, search_menu
from knowledge.seed import SAMPLE_FILES
from knowledge.vocabulary import parts_of
from knowledge.wishes import Wishes
from knowledge.words import fold
from models.menu import MenuItem
from tests.knowledge.test_menu_search import dish, menu_of, names

KIGALI, VALLETTA = SAMPLE_FILES


def lexicon(**words: tuple[str, ...]) -> Lexicon:
    return Lexicon(Word("en", word.replace("_", " "), means) for word, means in words.items())


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ("chicken", "inkoko tiġieġ kuku poulet pollo TIGIEG"),
        ("fish", "ifi ħut samaki poisson pesce"),
        ("beer", "byeri birra bia bière"),
        ("coffee", "ikawa kafè kahawa café caffè"),
        ("water", "amazi ilma maji eau acqua"),
        ("rice", "umuceri ross wali riz riso"),
        ("egg", "amagi bajd mayai œufs uova"),
        ("bread", "umugati ħobż mkate pain pane"),
        ("rabbit", "urukwavu fenek sungura lapin coniglio"),
        ("potato", "ibirayi patata viazi patate"),
        ("milk", "amata ħalib maziwa lait"),
    ],
)
def test_a_thing_has_a_word_in_six_languages(meaning: str, words: str) -> None:
    for word in words.split():
        (term,) = shipped_lexicon().terms(word)
        assert (word, term.is_known, meaning in (term.concept, *term.meant)) == (word, True, True)


def test_one_meaning_is_the_same_thing_on_a_menu_too() -> None:
    words = lexicon(poulet=("chicken",))
    menu = [dish("Poulet braisé"), dish("Steak")]
    assert names(search_menu(menu, "chicken", lexicon=words)) == ["Poulet braisé"]
    menu = [dish("Grilled chicken"), dish("Steak")]
    assert names(search_menu(menu, "poulet", lexicon=words)) == ["Grilled chicken"]


def test_of_several_meanings_any_will_do_for_who_asks_and_none_follows_on_a_menu() -> None:
    words = lexicon(meat=("beef", "goat"))
    menu = [dish("Beef stew"), dish("Goat stew"), dish("Meat pie"), dish("Bean stew")]
    assert set(names(search_menu(menu, "meat", lexicon=words))) == {
        "Beef stew",
        "Goat stew",
        "Meat pie",
    }
    assert names(search_menu(menu, "goat", lexicon=words)) == ["Goat stew"]


def test_a_word_without_meaning_says_nothing_of_what_is_wanted() -> None:
    words = lexicon(still=())
    menu = [dish("Still water"), dish("Lampuki")]
    assert names(search_menu(menu, "still lampuki", lexicon=words)) == ["Lampuki"]


def test_a_meaning_leads_on_to_what_it_means() -> None:
    words = lexicon(viande=("meat",), meat=("beef", "goat"))
    assert words.terms("viande") == (
        Term("viande", "meat", ("viande", "meat", "beef", "goat"), True),
    )


def test_words_that_lead_in_a_circle_end() -> None:
    words = lexicon(one=("two",), two=("one",), ham_egg=("egg ham",), egg_ham=("ham egg",))
    assert words.terms("one")
    assert words.terms("ham egg")


def test_a_phrase_is_no_part_of_it() -> None:
    words = lexicon(oyster_mushroom=("mushroom",), oyster=("oyster",))
    menu = [dish("Oyster mushroom soup"), dish("Steak")]
    assert search_menu(menu, "oysters", lexicon=words).items == ()
    assert names(search_menu(menu, "mushrooms", lexicon=words)) == ["Oyster mushroom soup"]


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    "query",
    ["oysters", "sushi", "pad thai", "lobster thermidor", "duck confit", "huîtres", "aragosta"],
)
def test_what_a_menu_has_not_is_not_found_by_likeness(query: str, file: object) -> None:
    found = search_menu(_menu(file), query)
    assert (found.items, bool(found.absent)) == ((), True)


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
def test_white_wine_is_no_coffee(file: object) -> None:
    first = search_menu(_menu(file), "vin blanc").items[:2]
    assert [item.category for item in first] == ["Wine", "Wine"]
    assert all("white" in item.name for item in first)


def test_a_known_word_is_not_taken_for_a_typing_error() -> None:
    menu = [dish("Chocolate mousse"), dish("Steak")]
    assert names(search_menu(menu, "mussels", lexicon=Lexicon())) == ["Chocolate mousse"]
    assert search_menu(menu, "mussels", lexicon=lexicon(mussel=("mussel",))).items == ()


def test_what_is_missing_is_told_beside_what_is_there() -> None:
    found = search_menu(menu_of(KIGALI), "chicken and lobster")
    assert "inkoko" in found.items[0].name.casefold() or "chicken" in found.items[0].name
    assert found.absent == ("lobster",)


@pytest.mark.parametrize(
    ("query", "file"),
    [
        *(("pour deux personnes", KIGALI), ("kwa watu wawili", KIGALI), ("kuri babiri", KIGALI)),
        *(("per due", VALLETTA), ("għal tnejn", VALLETTA), ("for two", VALLETTA)),
    ],
)
def test_for_two_is_for_two_in_every_language(query: str, file: Path) -> None:
    found = search_menu(menu_of(file), query)
    assert "two" in found.items[0].name.lower()
    assert not found.wishes.not_understood


@pytest.mark.parametrize("query", ["for 2", "for 4 people", "what is open now", "chini"])
def test_what_is_about_no_dish_finds_none_by_its_letters(query: str) -> None:
    for file in (KIGALI, VALLETTA):
        found = search_menu(menu_of(file), query)
        assert found.overview
        assert not found.wishes.not_understood


@pytest.mark.parametrize(
    "query",
    [
        *("kids menu", "menu enfant", "menu bambini", "menu tat-tfal", "menyu ya watoto"),
        *("menyu y'abana", "children's menu", "for kids"),
    ],
)
def test_a_childrens_menu_is_named_where_there_is_none(query: str) -> None:
    found = search_menu(menu_of(KIGALI), query)
    assert found.wishes.not_understood
    assert not found.overview


def test_a_picture_is_looked_for_as_what_is_on_it() -> None:
    rabbit = search_menu(menu_of(VALLETTA), "🐰")
    assert "fenek" in rabbit.items[0].slug
    assert search_menu(menu_of(KIGALI), "🐰").absent == ("rabbit",)
    assert search_menu(menu_of(KIGALI), "🐐").items
    assert search_menu(menu_of(KIGALI), "thank you 😊").overview


@pytest.mark.parametrize(
    "word",
    [
        "chini",
        "kiasi",
        "vipande",
        "zilizo",
        "ihenze",
        "bitarenze",
        "bibiri",
        "menyu",
        "għada",
        "ħamsa",
        "liters",
    ],
)
def test_a_word_for_how_much_or_when_is_no_mistyped_food(word: str) -> None:
    (part,) = parts_of(fold(word))
    assert part.role == WORD


def test_fish_and_chips_are_both_offered_where_they_are_no_dish() -> None:
    found = {item.slug for item in search_menu(menu_of(VALLETTA), "fish and chips").items}
    assert {"chips", "lampuki-fried"} <= found
    assert search_menu(menu_of(KIGALI), "fish and chips").items[0].slug == "fish-chips"


def test_decaf_is_no_reason_for_another_drink_than_was_named() -> None:
    assert search_menu(menu_of(KIGALI), "decaf cappuccino").items[0].slug == "cappuccino"


def test_what_nobody_understands_is_told() -> None:
    found = search_menu(menu_of(KIGALI), "zxqv chicken")
    assert found.wishes.not_understood == ("zxqv",)
    assert "chicken" in names(found)[0]


@pytest.mark.parametrize("query", ["goat-leg", "Ukuguru kw'ihene (roast goat leg, for four)"])
def test_a_slug_or_a_whole_name_finds_that_item_alone(query: str) -> None:
    assert [item.slug for item in search_menu(menu_of(KIGALI), query).items] == ["goat-leg"]


def test_a_slug_is_not_offered_to_who_must_not_have_it() -> None:
    wishes = search_menu(menu_of(KIGALI), "without peanuts").wishes
    assert search_menu(menu_of(KIGALI), "isombe-beef", wishes).items == ()


def test_how_it_is_cooked_decides_the_order_and_leaves_nothing_out() -> None:
    menu = [dish("Boiled goat"), dish("Grilled goat"), dish("Grilled fish")]
    assert names(search_menu(menu, "chèvre grillée")) == ["Grilled goat", "Boiled goat"]


@pytest.mark.parametrize(
    ("query", "file", "concept"),
    [
        ("hors d'œuvre", KIGALI, "starter"),
        ("plat principal", VALLETTA, "main"),
        ("jien veġetarjan, platt prinċipali", VALLETTA, "main"),
        ("nina mzio wa mayai, kitu kitamu", KIGALI, "dessert"),
        ("je suis allergique aux oeufs, quelque chose de sucré", VALLETTA, "dessert"),
        ("ibyo kurya bya mu gitondo", KIGALI, "breakfast"),
        ("water without gas", KIGALI, "still water"),
        ("ilma mingħajr gass", VALLETTA, "still water"),
    ],
)
def test_a_phrase_is_read_as_a_whole(query: str, file: Path, concept: str) -> None:
    found = search_menu(menu_of(file), query)
    assert found.wishes.not_understood == ()
    terms = shipped_lexicon().terms(" ".join(found.wishes.words))
    assert concept in {term.concept for term in terms}
    assert found.items


def test_a_fixed_phrase_takes_no_allergy_away() -> None:
    for query in ("no peanut butter", "bila kahawa yenye maziwa", "sans café au lait"):
        wishes = search_menu(menu_of(KIGALI), query).wishes
        assert wishes.without & {"peanuts", "milk"}


@pytest.mark.parametrize(
    ("query", "file", "is_drink"),
    [
        ("icyo kunywa kidafite inzoga", KIGALI, True),
        ("plat végétalien", KIGALI, False),
        ("platt veġetarjan", VALLETTA, False),
        ("piatto senza glutine", VALLETTA, False),
        ("kinywaji bila maziwa", KIGALI, True),
    ],
)
def test_a_kind_is_looked_for_beside_a_diet(query: str, file: Path, is_drink: bool) -> None:
    items = search_menu(menu_of(file), query).items
    assert items
    assert all(Entry(item, shipped_lexicon()).is_drink == is_drink for item in items)
    if not is_drink:
        assert "Starters" not in {item.category for item in items}


def test_a_but_is_no_maize() -> None:
    found = search_menu(menu_of(KIGALI), "mais sans gluten")
    assert len(found.items) == len(search_menu(menu_of(KIGALI), "sans gluten").items)


@pytest.mark.parametrize(
    ("query", "file", "slugs"),
    [
        ("french fries", KIGALI, {"chips"}),
        ("frites", KIGALI, {"chips"}),
        ("pie", VALLETTA, {"lampuki-pie", "torta-tal-irkotta", "timpana"}),
        ("mishkaki", KIGALI, {"brochette-ihene", "zingalo"}),
        ("dagaa", KIGALI, {"indagara", "sambaza-starter"}),
    ],
)
def test_a_dish_that_is_it_comes_before_one_with_it(
    query: str, file: Path, slugs: set[str]
) -> None:
    assert search_menu(menu_of(file), query).items[0].slug in slugs


def test_what_is_called_so_comes_before_what_is_a_kind_of_it() -> None:
    words = lexicon(pie=("pie", "pastizzi"))
    menu = [dish("Pastizzi", "Pastizzi"), dish("Fish pie", "Fish")]
    assert names(search_menu(menu, "pie", lexicon=words)) == ["Fish pie", "Pastizzi"]


@pytest.mark.parametrize(
    "query", ["ham", "stout", "jambon", "prosciutto", "perżut", "bière brune", "bacon"]
)
def test_one_kind_of_a_thing_is_no_other(query: str) -> None:
    menu = [item for item in menu_of(KIGALI) if "bacon" not in item.description.lower()]
    found = search_menu(menu, query)
    assert (found.items, bool(found.absent)) == ((), True)
    assert search_menu([dish("Ham roll"), dish("Lentils")], "pork").items


def test_who_asks_for_the_cheapest_wine_gets_no_dish_with_wine() -> None:
    menu = [
        dish("Rabbit in wine", "Meat", "5"),
        dish("House red", "Wine", "6", keywords=["red wine"]),
        dish("Broth", "Soups", "3", description="With red wine."),
        dish("Fried tuna", "Fish", "8"),
        dish("Grilled tuna", "Fish", "9"),
        dish("Bun (spinach and tuna)", "Bread", "3"),
    ]
    assert names(search_menu(menu, "cheapest wine")) == ["House red"]
    assert names(search_menu(menu, "cheapest red wine")) == ["House red"]
    assert names(search_menu(menu, "il tonno più economico")) == ["Fried tuna", "Grilled tuna"]
    fish = [*menu, dish("Anchovy fritters", "Starters", "4")]
    assert names(search_menu(fish, "il pesce più economico"))[:2] == [
        "Anchovy fritters",
        "Fried tuna",
    ]
    assert names(search_menu(menu, "cheapest grilled tuna")) == ["Grilled tuna"]
    assert names(search_menu(menu, "cheapest spinach")) == ["Bun (spinach and tuna)"]


def test_words_that_their_accents_alone_tell_apart_are_told_apart() -> None:
    menu = [dish("Fried cod"), dish("Bread basket"), dish("Green tea"), dish("Ginger cake")]
    assert names(search_menu(menu, "pane")) == ["Bread basket"]
    assert names(search_menu(menu, "gingembre")) == ["Ginger cake"]
    assert names(search_menu([dish("Thé vert"), dish("Salade verte")], "green tea")) == ["Thé vert"]


def test_a_dish_of_two_things_comes_before_each_of_them() -> None:
    menu = [dish("Rice"), dish("Beans"), dish("Rice and beans"), dish("Steak")]
    assert names(search_menu(menu, "wali na maharage")) == ["Rice and beans", "Rice", "Beans"]


@pytest.mark.parametrize(
    "query", ["something cold to drink", "smth cold pls its so hot", "cold drinks"]
)
def test_something_cold_is_no_hot_coffee(query: str) -> None:
    categories = {item.category for item in search_menu(menu_of(VALLETTA), query).items}
    assert {"Soft Drinks", "Beer"} <= categories
    found = search_menu(menu_of(VALLETTA), query).items
    assert [item.slug for item in found if item.category in ("Coffee", "Tea")] == ["iced-coffee"]


def test_about_a_price_the_nearest_comes_first() -> None:
    menu = [dish("Cod", "Fish", "17"), dish("Tuna", "Fish", "21"), dish("Bream", "Fish", "30")]
    assert names(search_menu(menu, "fish for around 20 euros")) == ["Tuna", "Cod"]


def test_asked_by_a_word_in_another_language_what_must_not_be_in_it_is_not_there() -> None:
    menu = [dish("Strawberry cake", "Desserts"), dish("Carrot cake", "Desserts")]
    wishes = search_menu(menu, "no strawberry").wishes
    assert names(search_menu(menu, "gâteau", wishes)) == ["Carrot cake"]


def _menu(file: object) -> list[MenuItem]:
    return menu_of(KIGALI if file == KIGALI else VALLETTA)


def test_nothing_is_made_up_of_an_empty_menu() -> None:
    assert search_menu([], "chicken") == Found(())


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    "allergen", ["nuts", "peanuts", "molluscs", "crustaceans", "sesame", "celery"]
)
@pytest.mark.parametrize(
    "query", ["{}", "what contains {}?", "which dishes have {} in them", "does anything contain {}"]
)
def test_all_that_contains_it_is_found(query: str, allergen: str, file: object) -> None:
    having = {item.slug for item in _menu(file) if allergen in item.allergens}
    found = {item.slug for item in search_menu(_menu(file), query.format(allergen)).items}
    assert having <= found


def test_a_category_that_the_menu_has_not_is_a_word_like_another() -> None:
    wishes = Wishes(category="Sushi")
    assert search_menu(menu_of(KIGALI), "", wishes).absent == ("sushi",)
    found = search_menu(menu_of(KIGALI), "", Wishes(category="Soup dishes")).items
    assert {item.category for item in found} == {"Soups"}


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("de l'eau gazeuse", "water-sparkling"),
        ("dell\u2019acqua frizzante", "water-sparkling"),
        ("brochette y'inka", "brochette-inka"),
        ("jus d'ananas", "juice-pineapple"),
        ("un thé vert", "green-tea"),
        ("pastitsi", "pastizzi-ricotta"),
    ],
)
def test_what_stands_before_an_apostrophe_and_an_accent_are_understood(
    query: str, slug: str
) -> None:
    found = search_menu([*menu_of(KIGALI), *menu_of(VALLETTA)], query).items
    assert slug in [item.slug for item in found[:3]]
