"""The words of six languages for days, parts of a day and spans of time, each as it is folded.

Names of weekdays and months are not here: `knowledge.moments` has them of CLDR.
"""

from collections.abc import Mapping, Sequence

LANGUAGES = ("en", "fr", "rw", "mt", "it", "sw")

# How many days from today.
DAYS: Mapping[str, Mapping[str, int]] = {
    "en": {"today": 0, "tomorrow": 1, "tmrw": 1, "day after tomorrow": 2, "overmorrow": 2},
    "fr": {"aujourdhui": 0, "demain": 1, "apres demain": 2},
    "rw": {"uyu munsi": 0, "uyumunsi": 0, "none": 0, "ejo": 1, "ejo hazaza": 1, "ejobundi": 2},
    "mt": {"illum": 0, "ghada": 1, "pitghada": 2},
    "it": {"oggi": 0, "domani": 1, "dopodomani": 2, "dopo domani": 2},
    "sw": {"leo": 0, "kesho": 1, "kesho kutwa": 2, "keshokutwa": 2},
}

# Beside the names that CLDR has for a weekday, 0 for Monday.
WEEKDAYS: Mapping[str, Mapping[str, int]] = {
    "en": {
        **{"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3},
        **{"fri": 4, "sat": 5, "sun": 6},
    },
    "fr": {},
    "rw": {"ku wa mbere": 0, "ku wa kabiri": 1, "ku wa gatatu": 2, "ku wa kane": 3}
    | {"ku wa gatanu": 4, "ku wa gatandatu": 5, "cyumweru": 6},
    "mt": {"tnejn": 0, "tlieta": 1, "erbgha": 2, "hamis": 3, "gimgha": 4, "sibt": 5, "hadd": 6},
    "it": {},
    "sw": {},
}

# The parts of a day; see `knowledge.moments` for when they are.
PARTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **{"now": "now", "right now": "now", "morning": "morning", "breakfast": "breakfast"},
        **{
            "brunch": "brunch",
            "noon": "noon",
            "midday": "noon",
            "midnight": "midnight",
            "lunch": "lunch",
        },
        **{"lunchtime": "lunch", "lunch time": "lunch", "afternoon": "afternoon"},
        **{"evening": "evening", "dinner": "dinner", "dinnertime": "dinner", "supper": "dinner"},
        **{"dinner time": "dinner", "night": "night", "teatime": "afternoon"},
    },
    "fr": {
        **{"maintenant": "now", "matin": "morning", "matinee": "morning"},
        **{
            "petit dejeuner": "breakfast",
            "midi": "noon",
            "minuit": "midnight",
            "dejeuner": "lunch",
        },
        **{"apres midi": "afternoon", "soir": "evening", "soiree": "evening", "diner": "dinner"},
        **{"nuit": "night", "souper": "dinner"},
    },
    "rw": {
        **{"ubu": "now", "nonaha": "now", "gitondo": "morning", "mu gitondo": "morning"},
        **{"ifunguro rya mu gitondo": "breakfast", "ifunguro rya mugitondo": "breakfast"},
        **{"mugitondo": "morning", "saa sita": "noon", "ku manywa": "lunch", "manywa": "lunch"},
        **{"ifunguro rya saa sita": "lunch", "ifunguro rya ku manywa": "lunch"},
        **{"nimugoroba": "evening", "ku mugoroba": "evening", "ikigoroba": "evening"},
        **{"ifunguro rya nimugoroba": "dinner", "ifunguro rya nijoro": "dinner"},
        **{"nijoro": "night"},
    },
    "mt": {
        **{"issa": "now", "filghodu": "morning", "kolazzjon": "breakfast", "nofsinhar": "noon"},
        **{"pranzu": "lunch", "ikla ta nofsinhar": "lunch", "wara nofsinhar": "afternoon"},
        **{"filghaxija": "evening", "cena": "dinner", "ikla ta filghaxija": "dinner"},
        **{"billejl": "night", "nofsillejl": "midnight", "nofs il lejl": "midnight"},
    },
    "it": {
        **{"adesso": "now", "mattina": "morning", "mattino": "morning", "stamattina": "morning"},
        **{
            "colazione": "breakfast",
            "mezzogiorno": "noon",
            "mezzanotte": "midnight",
            "pranzo": "lunch",
        },
        **{"pomeriggio": "afternoon", "sera": "evening", "cena": "dinner", "notte": "night"},
    },
    "sw": {
        **{"sasa": "now", "sasa hivi": "now", "asubuhi": "morning", "adhuhuri": "noon"},
        **{"kifungua kinywa": "breakfast", "kiamsha kinywa": "breakfast", "mchana": "lunch"},
        **{"chakula cha asubuhi": "breakfast", "chakula cha mchana": "lunch"},
        **{"alasiri": "afternoon", "jioni": "evening", "chakula cha jioni": "dinner"},
        **{"chakula cha usiku": "dinner", "usiku": "night"},
    },
}

# Today's evening.
TONIGHT: Mapping[str, Sequence[str]] = {
    "en": ("tonight",),
    "fr": ("ce soir",),
    "rw": ("iri joro", "uyu mugoroba"),
    "mt": ("illejla",),
    "it": ("stasera", "stanotte"),
    "sw": ("usiku wa leo",),
}

# They say nothing by themselves.
FILLERS: Mapping[str, str] = {
    "en": "at on in the for this next coming around about of by during",
    "fr": "a au le la les du de pour ce cet cette prochain prochaine vers l",
    "rw": "ku mu rya wa kuri",
    "mt": "fil fl fi il l it is ta tal dan din li jmiss ghal ghall",
    "it": "a al alla alle di del della per il la lo questo questa prossimo verso",
    "sw": "ya wa cha kwa ijayo hii huu",
}

# Before how long it is until then, and numbers of it.
IN = ("in", "dans", "fra", "tra", "baada ya", "nyuma ya", "fi")
COUNTS: Mapping[str, int] = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
    **{"une": 1, "deux": 2, "trois": 3, "unora": 1, "due": 2, "tre": 3, "mbili": 2, "tatu": 3},
}

# How many minutes each is.
UNITS: Mapping[str, Mapping[str, int]] = {
    "en": {"minute": 1, "min": 1, "hour": 60, "hr": 60, "h": 60, "day": 1440, "week": 10080},
    "fr": {"heure": 60, "jour": 1440, "semaine": 10080},
    "rw": {"iminota": 1, "amasaha": 60, "iminsi": 1440, "umunsi": 1440, "icyumweru": 10080},
    "mt": {"minuta": 1, "siegha": 60, "jum": 1440, "jiem": 1440, "gimgha": 10080},
    "it": {"minuti": 1, "ora": 60, "ore": 60, "giorno": 1440, "giorni": 1440, "settimana": 10080},
    "sw": {"dakika": 1, "masaa": 60, "siku": 1440, "wiki": 10080},
}
