"""What a diner's message asks of the menu: a dish chosen, a dish worried about, or words to search
for.

Pure, and knows no restaurant's menu: only the words that people use for food and drink.
"""

import re

from sandbox.practice.words import is_among, without_contractions

DRINKS = frozenset({"coffee", "tea", "beer", "wine", "juice", "water", "soda", "drink", "cocktail"})
FOOD = DRINKS | frozenset(
    re.findall(
        r"\w+",
        """
        cappuccino latte espresso americano mocha macchiato cortado chocolate smoothie milkshake
        lemonade cola fanta kinnie cisk primus mutzig skol whisky gin rum vodka spirit liqueur
        breakfast lunch dinner supper snack starter appetizer main dessert pudding sweet cake pie
        pastry bread sandwich ftira pastizzi pastizz timpana imqarrun lampuki lampuka aljotta
        bragioli rabbit fenek stuffat kapunata bigilla gbejna gbejniet galletti kannoli imqaret
        brochette brochettes goat tilapia fish sambaza isombe ugali matoke ibitoke ibihaza
        igisafuriya akabenz agatogo beans rice chips fries cassava plantain banana avocado chicken
        beef pork lamb octopus squid prawns seafood meat steak burger pizza pasta spaghetti ravioli
        risotto soup salad cheese egg eggs omelette omelet pancake waffle fruit mango pineapple
        passion ice cream vegetable vegetables vegan vegetarian halal gluten food meal dish menu
        samosa mandazi chapati curry stew grill platter
        """,
    )
)

_ASKS = re.compile(
    r"\b(?:menu|do you (?:have|serve|sell|do|offer|make)|have you got|got any|is there|are"
    r" there|how much|price[sd]?|costs?|"
    r"show me|looking"
    r" for|something|anything|recommend|suggest\w*|hungry|thirsty|starving|cheap\w*|"
    r"special(?:s|ity|ties)?|"
    r"popular|what (?:\w+ ){0,3}(?:have|serve|offer|good|best|eat|drink)|(?:under|below|less"
    r" than|up to) (?:rwf |eur |€ ?)?\d)\b"
)
_CHOOSES = re.compile(
    r"\b(?:i(?:'d| would) (?:like|love|take|have)|i(?:'ll| will| ll) (?:have|take|try|go"
    r" (?:for|with))|"
    r"i(?:'m| am) having|i (?:want|take|choose)|(?:can|could|may) (?:i|we) (?:please"
    r" )?(?:have|get|order|take)|"
    r"give me|bring me|let me have|order)\s+(?P<dish>.+)"
)
_PAIRS = re.compile(
    r"\b(?:goes?|pairs?|drinks?|have|wine|beer|suggest|recommend|something|anything|eat)\b[^?.]*"
    r"\bwith (?:the |my |your |an? )?(?P<dish>.+)"
)
_NOT_A_DISH = re.compile(
    r"(?:something|anything|some food|to\b|(?:an? )?table\b|the menu|your menu|a menu|recommend|a"
    r" look|more\b)"
)
_WORRY = re.compile(
    r"\b(?:allerg\w*|contains?|containing|intoleran\w*|coeliac|celiac|safe for|ingredients?|does"
    r" (?:the|your)\b.*\bhave|"
    r"is (?:there|the|your)\b.*\b(?:in"
    r" (?:the|it)|vegan|vegetarian|halal|(?:gluten|dairy|nut|lactose)[ -]free))\b"
)
_WORRIES = re.compile(
    r"\b(?P<thing>peanuts?|nuts?|almonds?|gluten|wheat|milk|dairy|lactose|eggs?|fish|shellfish|crustaceans?|soya?|sesame|"
    r"celery|mustard|sulphites?|pork|alcohol)\b"
)
# Words of a question that say nothing of a dish.
_SCAFFOLD = frozenset(
    re.findall(
        r"\w+",
        """
        a about also am an and any anything are at can contain containing contains cost costs could
        do does eat for from get give good got has have how hungry i in ingredient ingredients is it
        its just know let like looking love maybe me much my of offer on one or order our please
        price prices really recommend safe see sell serve served show so some something starving
        suggest tell than that the their there these this to today try type types us very want we
        what whats which with would you your kind kinds sort allergic allergy allergies allergen
        allergens intolerant intolerance
        """,
    )
)
_WORRY_SCAFFOLD = frozenset(
    {
        "vegan",
        "vegetarian",
        "halal",
        "coeliac",
        "celiac",
        "no",
        "not",
        "kid",
        "child",
        "people",
        "free",
        "if",
    }
)


def wanted_dish(words: str) -> str | None:
    """The dish of "I'd like the timpana", or of "what goes with timpana?"."""
    found = _PAIRS.search(words) or _CHOOSES.search(words)
    if found is None or _NOT_A_DISH.match(found["dish"]):
        return None
    dish = re.sub(r"^(?:the|an?|some|one|two|three|four|my|your|\d+)\s+", "", found["dish"])
    return (
        " ".join(_words(re.sub(r"\b(?:please|thanks|thank you|now|today|for me)\b", "", dish)))
        or None
    )


def wanted_search(words: str) -> str | None:
    """What to look for on the menu; "menu" when the message asks for nothing in particular."""
    if not (_ASKS.search(words) or is_among(words, FOOD)):
        return None
    return " ".join(_content(words.replace("thirsty", "drink"))) or "menu"


def worried_about(words: str) -> tuple[str, str] | None:
    """The dish ("" for any) and the thing in it that a diner asks about for their health or their
    faith.
    """
    if not _WORRY.search(words):
        return None
    things = " or ".join(dict.fromkeys(found["thing"] for found in _WORRIES.finditer(words)))
    dish = " ".join(
        word for word in _content(_WORRIES.sub(" ", words)) if word not in _WORRY_SCAFFOLD
    )
    return (dish, things) if dish or things else None


def _content(words: str) -> list[str]:
    """What is left of a question without its scaffolding."""
    return [word for word in _words(without_contractions(words)) if word not in _SCAFFOLD]


def _words(text: str) -> list[str]:
    bare = re.sub(r"[^\w'€&/-]", " ", text).split()
    return [word.strip("-'") for word in bare if word.strip("-'")]
