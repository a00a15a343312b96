"""Finds the rules of tax and accounting that a topic is about, in the jurisdiction that is meant.

Pure: it ranks the rules it is given, and states none that is not among them.
"""

from collections.abc import Callable, Sequence

from knowledge.scoring import Place, best_first, word_scores
from knowledge.words import fold, likeness, words_of
from models.tax import TaxRule

MOST_RULES = 5
TOPIC_WEIGHT = 1.0
KEYWORD_WEIGHT = 0.9
CITATION_WEIGHT = 0.8  # "IFRS 16", "section 179"
RULE_WEIGHT = 0.4
KEPT_SHARE = 0.5  # of the best rule's score

# What people call a jurisdiction, folded. Longer names are tried first: "US GAAP" is not the US.
_NAMES = {
    "RW": ("rw", "rwa", "rwanda", "rwandan", "kigali", "rra"),
    "MT": ("mt", "mlt", "malta", "maltese", "valletta", "mtca"),
    "EU": ("eu", "e u", "european union", "europe", "european"),
    "UK": (
        "uk",
        "u k",
        "gb",
        "united kingdom",
        "great britain",
        "britain",
        "british",
        "england",
        "uk gaap",
        "hmrc",
        "frc",
    ),
    "US": (
        "us",
        "u s",
        "u s a",
        "usa",
        "united states",
        "united states of america",
        "america",
        "american",
        "federal",
        "irs",
    ),
    "CA": ("ca", "can", "canada", "canadian", "canadian gaap", "cra"),
    "IFRS": ("ifrs", "ias", "iasb", "international", "ifrs accounting standards", "ifrs for smes"),
    "US-GAAP": ("gaap", "us gaap", "us-gaap", "u s gaap", "american gaap", "asc", "fasb", "pcaob"),
}
JURISDICTIONS = tuple(_NAMES)

# These name a jurisdiction only if nothing else does: there is a GAAP in every country.
_VAGUE = ("gaap", "international", "federal")

# Where to look when a jurisdiction's own rules say nothing:
# its union's law, then the standards its companies report by.
_NEXT = {
    "MT": ("EU", "IFRS"),
    "EU": ("IFRS",),
    "RW": ("IFRS",),
    "UK": ("IFRS",),
    "CA": ("IFRS",),
    "US": ("US-GAAP",),
    "US-GAAP": ("US",),
}
_STOP_WORDS = frozenset(
    words_of(
        "a an and are do does for how i in is it of on or our"
        " rule that the to under what when which with"
    )
)


def search_rules(
    rules_of: Callable[[str], Sequence[TaxRule]], jurisdiction: str, topic: str
) -> list[TaxRule]:
    """At most five rules on `topic`, the best first.

    `rules_of` gives the rules of a jurisdiction, one of JURISDICTIONS. Where `jurisdiction` has
    none on the topic, those of its union and of its reporting standards are searched instead.
    """
    for place in (jurisdiction, *_NEXT.get(jurisdiction, ())):
        if rules := rank(rules_of(place), topic):
            return rules
    return []


def jurisdiction_code(name: str) -> str | None:
    """A jurisdiction's code by that or any of its names, even mistyped; None if it is not known."""
    words = fold(name).replace(".", " ").replace("-", " ").split()
    text = f" {' '.join(words)} "
    pairs = ((alias, code) for code, aliases in _NAMES.items() for alias in aliases)
    names = sorted(pairs, key=lambda pair: (pair[0] in _VAGUE, -len(pair[0])))
    said = next((code for alias, code in names if f" {alias} " in text), None)
    if said is not None:
        return said
    return next(
        (code for alias, code in names for word in words if likeness(word, alias) > 0.8), None
    )


def rank(rules: Sequence[TaxRule], topic: str) -> list[TaxRule]:
    """The rules that `topic` is about, the best first, at most five."""
    words = dict.fromkeys(word for word in words_of(topic) if word not in _STOP_WORDS)
    if not words:
        return []
    entries = [_places(rule) for rule in rules]
    columns = [word_scores(entries, word) for word in words]
    scores = [sum(parts) for parts in zip(*columns, strict=True)]
    return best_first(rules, scores, KEPT_SHARE)[:MOST_RULES]


def _places(rule: TaxRule) -> tuple[Place, ...]:
    return (
        Place(TOPIC_WEIGHT, words_of(rule.topic)),
        Place(KEYWORD_WEIGHT, words_of(" ".join(rule.keywords))),
        Place(CITATION_WEIGHT, words_of(f"{rule.citation} {rule.authority}")),
        Place(RULE_WEIGHT, whole=frozenset(words_of(rule.rule))),
    )
