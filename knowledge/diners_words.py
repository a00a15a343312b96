"""What diners leave out beside the 14 allergens, and English words that are on no menu.

Data, and nothing else: folded and singular, as `knowledge.words` makes them. What diners say of
allergies and diets stands in `knowledge/languages`.
"""

from knowledge.words import words_of

ALCOHOL = "alcohol"
PORK = "pork"
SPICY = "spicy"

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
        strictly sufferer patient
        """)
)
