"""Finds the rules of tax and accounting that a topic is about: which jurisdiction a name means,
whose rules come next where it has none, and which of them fit best.

Pure: it ranks the rules it is given, and states none that is not among them.
"""

from collections.abc import Callable, Sequence

from knowledge.words import equal_or_begun, fold, likeness, words_of
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

# Where to look when a jurisdiction's own rules say nothing: its union's law, then the standards its
# companies report by.
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
        "a an and are do does for how i in is it of on or our rule that the to under what when"
        " which with"
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
    """The code of a jurisdiction by its code or any of its names, in spite of a typing error; None
    if it is not known.
    """
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
    """The rules that `topic` is about, the best first, at most five. Pure."""
    entries = [_Entry(rule) for rule in rules]
    words = dict.fromkeys(word for word in words_of(topic) if word not in _STOP_WORDS)
    columns = [_column(entries, word) for word in words]
    scores = [sum(parts) for parts in zip(*columns, strict=True)]
    best = max(scores, default=0.0)
    kept = [
        (score, rule)
        for score, rule in zip(scores, rules, strict=False)
        if score > 0 and score >= KEPT_SHARE * best
    ]
    return [rule for _, rule in sorted(kept, key=lambda pair: -pair[0])][:MOST_RULES]


class _Entry:
    """A rule, its words made ready to be compared."""

    def __init__(self, rule: TaxRule) -> None:
        self.named = (
            (TOPIC_WEIGHT, words_of(rule.topic)),
            (KEYWORD_WEIGHT, words_of(" ".join(rule.keywords))),
            (CITATION_WEIGHT, words_of(f"{rule.citation} {rule.authority}")),
        )
        self.text = frozenset(words_of(rule.rule))

    def score(self, word: str, compare: Callable[[str, str], float]) -> float:
        best = max(
            weight * max((compare(word, other) for other in words), default=0.0)
            for weight, words in self.named
        )
        return best or RULE_WEIGHT * (word in self.text)


def _column(entries: list[_Entry], word: str) -> list[float]:
    """Every rule's score for one word.

    It counts as mistyped only if no rule has it: "leases" is not "leave".
    """
    exact = [entry.score(word, equal_or_begun) for entry in entries]
    return exact if any(exact) else [entry.score(word, likeness) for entry in entries]
