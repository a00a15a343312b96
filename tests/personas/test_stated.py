"""A diner's own words of their health are kept, whatever the model does with them."""

from dataclasses import replace

import pytest

from models import diets
from models.diets import Diet, KeptDiet
from personas.stated import stated
from personas.tool import ToolContext
from tests.personas.conftest import TODAY


def kept(context: ToolContext, *texts: str) -> KeptDiet:
    diner = context.diner
    effects = stated(diner, texts, TODAY)
    found = diets.read(diner.diet)
    for effect in effects:
        found = effect.changed(found)
    return found


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I'm allergic to peanuts. What do you have?", Diet(frozenset({"peanuts"}))),
        ("hi! i have a milk allergy", Diet(frozenset({"milk"}))),
        ("I am vegan", Diet(diets=frozenset({"vegan"}))),
        ("je suis allergique aux arachides", Diet(frozenset({"peanuts"}))),
        ("sono allergico al latte", Diet(frozenset({"milk"}))),
        ("jien allerġiku għall-ħalib", Diet(frozenset({"milk"}))),
        ("nina mzio wa karanga", Diet(frozenset({"peanuts"}))),
        ("mfite allergie y'ubunyobwa", Diet(frozenset({"peanuts"}))),
        ("coeliac here", Diet(frozenset({"gluten"}), frozenset({"gluten-free"}))),
        ("I'm alergic to penuts", Diet(frozenset({"peanuts"}))),
        ("I'm allergic to kiwi", Diet(avoid=frozenset({"kiwi"}))),
        ("I'm allergic to milk, fish?", Diet(frozenset({"milk"}))),
        ("I'm allergic to milk, fish please", Diet(frozenset({"milk"}))),
        ("I'm allergic to milk. No onions please", Diet(frozenset({"milk"}))),
        ("is the fish ok for a milk allergy?", Diet(frozenset({"milk"}))),
        ("what can I eat if I can't have milk, eggs?", Diet(frozenset({"milk", "eggs"}))),
        ("I'm allergic to milk. Anything vegan?", Diet(frozenset({"milk"}))),
        ("allergic to milk, vegan", Diet(frozenset({"milk"}), frozenset({"vegan"}))),
        ("I don't drink", Diet(frozenset({"alcohol"}))),
    ],
)
def test_an_allergy_or_a_diet_is_kept(kigali: ToolContext, text: str, own: Diet) -> None:
    assert kept(kigali, "Hello", text) == KeptDiet(own, since=TODAY)


@pytest.mark.parametrize(
    "texts",
    [
        ("I'm allergic to", "milk"),
        ("I'm allergic", "milk"),
        ("milk", "I'm allergic"),
        ("Hello", "I have allergies:", "milk"),
    ],
)
def test_what_a_turns_texts_say_together_is_kept_and_left_out(
    kigali: ToolContext, texts: tuple[str, ...]
) -> None:
    assert kept(kigali, *texts).own == Diet(frozenset({"milk"}))
    assert replace(kigali, said=texts).excluded().without == {"milk"}


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is allergic to milk",
        "My husband can't have it: he has a milk allergy",
        "one of us can't have dairy",
        "one is allergic to milk",
        "two of us can't have milk",
        "a guest of mine can't have milk",
        "husband: milk allergy",
        "my 3 year old can't have milk",
        "Grandpa can't have milk",
        "ma fille est allergique au lait",
        "mio figlio è allergico al latte",
        "binti għandha allerġija għall-ħalib",
        "mtoto wangu ana mzio wa maziwa",
        "umwana wanjye afite allergie y'amata",
    ],
)
def test_that_of_somebody_at_the_table_is_kept_for_the_conversation(
    kigali: ToolContext, text: str
) -> None:
    found = kept(kigali, text)
    assert (found.own, found.table) == (Diet(), Diet(frozenset({"milk"})))


@pytest.mark.parametrize(
    ("text", "own", "table"),
    [
        ("my daughter can't have eggs and I'm allergic to fish", {"fish"}, {"eggs"}),
        ("its my husband's birthday, i have a fish allergy", {"fish"}, set()),
        ("I'm allergic to fish. My daughter loves pasta", {"fish"}, set()),
        ("I'm allergic to fish, my friend isn't", {"fish"}, set()),
        ("my mum told me I'm allergic to fish", {"fish"}, set()),
        ("my son and I are allergic to fish", {"fish"}, set()),
        ("my daughter loves fish but I'm allergic", {"fish"}, set()),
        ("someone like me with a fish allergy", {"fish"}, set()),
        ("my son is allergic to eggs and me to fish", {"fish"}, {"eggs"}),
        ("allergic: me (fish), him (eggs), kid (milk)", {"fish"}, {"eggs", "milk"}),
        ("ma fille ne mange pas d'oeufs, moi je suis allergique au poisson", {"fish"}, {"eggs"}),
        ("sono allergico al pesce e mio figlio al latte", {"fish"}, {"milk"}),
        ("binti ma tistax tiekol bajd u jien allerġiku għall-ħut", {"fish"}, {"eggs"}),
        ("mimi nina mzio wa samaki na mke wangu mayai", {"fish"}, {"eggs"}),
        ("umwana wanjye ntarya amagi kandi mfite allergie y'amafi", {"fish"}, {"eggs"}),
        ("jien allerġiku għall-ħut, marti le", {"fish"}, set()),
        ("mimi na mke wangu tuna mzio wa samaki", {"fish"}, set()),
        ("dinner with my parents tonight. Fish allergy!", {"fish"}, set()),
        ("fish allergy (me), egg allergy (my son)", {"fish"}, {"eggs"}),
        ("she's allergic to fish and so am I", {"fish"}, set()),
        ("he is allergic to eggs, I'm allergic to fish", {"fish"}, {"eggs"}),
        ("we are 4, one allergic to fish", set(), {"fish"}),
        ("the lady next to me is allergic to fish", set(), {"fish"}),
        ("I have a friend who is allergic to fish", set(), {"fish"}),
        ("fish allergy, for my son", set(), {"fish"}),
        ("my son is allergic to fish, tell me what he can have", set(), {"fish"}),
        ("i miei figli sono allergici al pesce", set(), {"fish"}),
    ],
)
def test_of_two_people_each_has_their_own(
    kigali: ToolContext, text: str, own: set[str], table: set[str]
) -> None:
    found = kept(kigali, text)
    assert (set(found.own.allergens), set(found.table.allergens)) == (own, table)


@pytest.mark.parametrize(
    "text",
    [
        "no nuts today, thanks",
        "fish without milk",
        "Hello",
        "",
        "no rush",
        "what has milk?",
        "which one is vegan?",
    ],
)
def test_a_passing_wish_is_not_kept(kigali: ToolContext, text: str) -> None:
    assert kept(kigali, text) == KeptDiet()


def test_what_is_kept_already_is_nothing_new(kigali: ToolContext) -> None:
    text = diets.written(KeptDiet(Diet(frozenset({"peanuts"}))))
    known = replace(kigali.diner, diet=text)
    assert stated(known, ["I'm allergic to peanuts"], TODAY) == ()


@pytest.mark.parametrize(
    ("text", "own", "table"),
    [
        ("I'm not allergic to fish", {"milk"}, {"fish"}),
        ("Fish is fine, I only can't have milk", {"milk"}, {"fish"}),
        ("is fish fine?", {"milk", "fish"}, {"fish"}),
        ("my wife is not allergic to fish", {"milk", "fish"}, {"fish"}),
        ("fish is fine but I'm allergic to fish sauce", {"milk", "fish"}, {"fish"}),
        ("my allergy to fish is gone", {"milk"}, {"fish"}),
        ("fish is fine now", {"milk"}, {"fish"}),
        ("I've outgrown my fish allergy", {"milk"}, {"fish"}),
        ("forget the fish allergy", {"milk"}, {"fish"}),
        ("I was allergic to fish as a kid but not now", {"milk"}, {"fish"}),
        ("oubliez mon allergie au poisson", {"milk"}, {"fish"}),
        ("la mia allergia al pesce è passata", {"milk"}, {"fish"}),
        ("l-allerġija tiegħi għall-ħut għaddiet", {"milk"}, {"fish"}),
        ("mzio wangu wa samaki umeisha", {"milk"}, {"fish"}),
        ("allergie yanjye y'amafi yarakize", {"milk"}, {"fish"}),
        ("please delete my allergies", set(), {"fish"}),
        ("fish is fine for my wife", {"milk", "fish"}, {"fish"}),
        ("is my fish allergy gone?", {"milk", "fish"}, {"fish"}),
        ("you said my fish allergy is gone", {"milk", "fish"}, {"fish"}),
        ("my son has outgrown his fish allergy", {"milk", "fish"}, {"fish"}),
        ("don't forget my fish allergy", {"milk", "fish"}, {"fish"}),
        ("you forget my fish allergy", {"milk", "fish"}, {"fish"}),
        ("forget the fish, allergy", {"milk", "fish"}, {"fish"}),
        ("I was allergic to fish as a kid and still am", {"milk", "fish"}, {"fish"}),
        ("I don't have a milk allergy but a fish allergy", {"milk", "fish"}, {"fish"}),
        ("no I'm allergic to fish", {"milk", "fish"}, {"fish"}),
    ],
)
def test_what_the_diner_may_have_after_all_is_theirs_no_longer(
    kigali: ToolContext, text: str, own: set[str], table: set[str]
) -> None:
    before = KeptDiet(Diet(frozenset({"milk", "fish"})), Diet(frozenset({"fish"})))
    known = replace(kigali.diner, diet=diets.written(before))
    found = kept(replace(kigali, diner=known), text)
    assert (set(found.own.allergens), set(found.table.allergens)) == (own, table)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I'm not vegan any more", set()),
        ("I eat meat again", set()),
        ("je ne suis plus vegan", set()),
        ("non sono più vegano", set()),
        ("mimi si vegan tena", set()),
        ("no I'm vegan", {"vegan"}),
        ("that's not vegan", {"vegan"}),
        ("my wife is not vegan", {"vegan"}),
    ],
)
def test_a_diet_ends_where_the_diner_says_so(kigali: ToolContext, text: str, own: set[str]) -> None:
    before = diets.written(KeptDiet(Diet(diets=frozenset({"vegan"}))))
    known = replace(kigali.diner, diet=before)
    assert kept(replace(kigali, diner=known), text).own.diets == own
