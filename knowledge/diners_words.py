"""What diners say beyond the kitchens' words of `knowledge.kitchen_words`.

Data, and nothing else. Every word is folded and singular, as `knowledge.words` makes them.
"""

from knowledge.words import words_of

ALCOHOL = "alcohol"
PORK = "pork"
SPICY = "spicy"
# What diners call it, even mistyped, and the allergens that they mean. "Nuts" covers peanuts, and
# prawns all shellfish: better to leave one out.
CONTENTS = {
    frozenset({"nuts", "peanuts"}): ("nut",),
    frozenset({"peanuts"}): ("peanut", "groundnut"),
    frozenset({"milk"}): ("milk", "dairy", "lactose", "cheese", "cream", "butter"),
    frozenset({"gluten"}): ("gluten", "wheat", "flour", "coeliac", "celiac"),
    frozenset({"eggs"}): ("egg",),
    frozenset({"fish"}): ("fish",),
    frozenset({"crustaceans", "molluscs"}): (
        "shellfish",
        "crustacean",
        "mollusc",
        "prawn",
        "shrimp",
    ),
    frozenset({"fish", "crustaceans", "molluscs"}): ("seafood",),
    frozenset({"soya"}): ("soya", "soy", "soybean"),
    frozenset({"sulphites"}): ("sulphite", "sulfite"),
    frozenset({"sesame"}): ("sesame",),
    frozenset({"celery"}): ("celery",),
    frozenset({"mustard"}): ("mustard",),
    frozenset({"lupin"}): ("lupin",),
    frozenset({ALCOHOL}): ("alcohol", "alcoholic"),
}

STOP_WORDS = frozenset(
    words_of("""
        a about all also am an and any anything are as at available be best bring but by can card
        could course d day do does else everything famous favorite favourite feel few
        find for from get give go good got great had has have having hello hey hi hungry i id im in
        is it its just kind know let like list local looking m make many may maybe me menu might
        more most my need nice no not of offer on one only option or order other our please popular
        portion range recommend recommendation restaurant s sell serve served serving should show so
        some something special speciality specialty such suggest suggestion t take tell than thank
        that the their them there these they thing think this thirsty to today tonight too top try
        type typical up us want was way we well what whats when where which who will with without
        would you your
        allergen allergic allergy contain containing intolerance intolerant serious severe strict
        strictly
        """)
)

# "No", before what must not be in it. Folded: apostrophes are gone.
NO = (
    r"with(?:out| no)|no|minus|nothing|none|except(?: for)?|exclud(?:e|es|ing)|apart from"
    r"|other than|any(?:thing)? but|free (?:of|from)|avoid(?:s|ing)?|hates?|dislikes?|leave out"
    r"|hold the|not (?:containing|including|made|with|any)"
    r"|(?:allerg(?:ic|y|ies)|intoleran(?:t|ce|ces)|sensitiv(?:e|ity)) (?:to|of|against)"
    r"|(?:unable to|never|cannot|(?:can|do|does|did|is|are|must|should|could|would|will|may) not"
    r"|(?:ca|do|does|did|must|should|could|would|wo)nt)"
    r" (?:eat|have|drink|like|want|contain|include|use|take|tolerate|digest|need)"
    r"|sans|senza|minghajr|bla|bila|nta|hakuna|pas de"
)
# Before the name of a thing, and nothing of it: "any kind of nuts".
DETERMINERS = frozenset(
    words_of("""
        any all the a an some every each kind type sort form of other such special more most much
        many too added extra local my its their these those this either both de des du la le les di
        del della
        """)
)
# "Nothing that is made with nuts".
LEADING = DETERMINERS | frozenset(
    words_of(
        "with contain containing include that which is are has have made from anything something"
        " thing to"
    )
)
# "No dessert with nuts" is a dessert; in "no sugar with milk" the milk is wanted.
COURSES = frozenset(
    words_of(
        "dish food meal drink dessert main starter snack cake item product option one sauce salad"
        " soup pasta pizza breakfast lunch dinner coffee tea wine beer"
    )
)
BETWEEN = frozenset({",", "/", "&", "+", "or", "and", "nor", "et", "ou", "ni", "e", "o", "u", "na"})
