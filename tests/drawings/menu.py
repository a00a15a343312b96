"""What is drawn on the pictures of the sample menus, by their names; some serve several dishes."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.drawings import bakery, dishes, drinks, grill, seafood, sweets
from tests.drawings.sheet import Sheet
from tests.drawings.tableware import CHIP, GREENS, PLANTAIN, RICE

Drawing = Callable[[Sheet], None]

GOAT = ("#7a4327", "#8f5331", "#6b3a22")
BEEF = ("#6d3521", "#84432a", "#5c2c1c")
CHICKEN = ("#c9853f", "#d99a55", "#b97432")
PORK = ("#b0603d", "#c47550", "#9c5233")
WHITEFISH = ("#e6cda4", "#f0dcb8", "#d8b987")
MUSHROOM = ("#a98a68", "#c0a380", "#8f7253")
VEG = ("#d9722e", "#6aa84f", "#e0b040", "#c8402f")
TOMATO = ("#c93a2b", "#e2604a")
PASTRY = "#dca65a"

DRAWINGS: Mapping[str, Drawing] = {
    "rolex": partial(bakery.rolled, wrap="#e0b26a", filling=("#f4cf5d", "#c93a2b", "#6aa84f")),
    "mandazi": partial(sweets.doughnuts, colour="#b9743a", count=4),
    "igikoma": partial(dishes.soup, content="#a5705c", cream=True),
    "omelette-espagnole": partial(bakery.omelette, egg="#efc24e", bits=VEG),
    "inzozi-breakfast": partial(bakery.eggs, beside=("#8f4a2b", "#c93a2b", "#e9c46a")),
    "avocado-toast": partial(bakery.toast, spread="#9dbb58", bits=("#b8324a", "#d9556a")),
    "pancakes-honey": partial(sweets.pancakes, colour="#d79a4c", syrup="#d98a1e"),
    "fruit-plate": partial(sweets.fruit, pieces=("#f0a03c", "#e9c63f", "#d9553f")),
    "sambusa-beef": partial(
        bakery.pastries, crust="#c98a42", filling="#7a4327", corners=3, sauce="#c8372a"
    ),
    "sambusa-veg": partial(
        bakery.pastries, crust="#d6a050", filling="#6aa84f", corners=3, sauce="#7fae5c"
    ),
    "sambaza-starter": partial(seafood.little_fish, scale="#c9a263"),
    "avocado-salad": partial(dishes.salad, bits=("#b9cf6f", "#d7e094", "#c93a2b")),
    "kachumbari": partial(dishes.tomatoes, bits=("#3f7d3a", "#57963f")),
    "boulettes": partial(dishes.pieces, colours=BEEF, count=10, sauce="#c4452f", size=45),
    "chicken-wings": partial(grill.wings, skin="#b75a2a", sauce="#d9441f"),
    "roasted-peanuts": partial(dishes.nuts, colours=("#c08a4e", "#b27a3f", "#d09c60")),
    "boilo-ihene": partial(dishes.soup, content="#c99a4f", bits=(*GOAT, "#d9722e", "#86bf5f")),
    "pumpkin-soup": partial(dishes.soup, content="#e08a2c", cream=True),
    "bean-soup": partial(dishes.soup, content="#8d3b2b", bits=("#6b2118", "#a04a35")),
    "mushroom-soup": partial(dishes.soup, content="#dcc9a6", bits=MUSHROOM),
    "brochette-ihene": partial(grill.skewers, chunks=GOAT),
    "brochette-ifi": partial(
        grill.skewers, chunks=WHITEFISH, between=("#c8402f", "#5f9a48", "#e0b040")
    ),
    "brochette-inkoko": partial(grill.skewers, chunks=CHICKEN),
    "brochette-ibihumyo": partial(
        grill.skewers, chunks=MUSHROOM, between=("#c8402f", "#5f9a48", "#e0b040")
    ),
    "akabenz": partial(grill.chops, meat=PORK, side=PLANTAIN),
    "pork-ribs": partial(grill.ribs, meat="#a34a24"),
    "chicken-half": partial(grill.bird, skin="#c97c33", side=CHIP),
    "goat-leg": partial(grill.chops, meat=GOAT, count=16),
    "beef-fillet": partial(grill.steak, meat="#7a3a24", sauce="#c4702a"),
    "mixed-grill": partial(
        dishes.platter_of_all,
        groups=(GOAT, CHICKEN, PORK, PLANTAIN, ("#9b4a2c", "#b65f3c"), GREENS),
    ),
    "melange": partial(
        dishes.platter_of_all, groups=(RICE, ("#7a2e22", "#943d2d"), GREENS, PLANTAIN, BEEF, CHIP)
    ),
    "isombe-beef": partial(dishes.greens, colour="#47702f", bits=BEEF),
    "agatogo": partial(dishes.stew, sauce="#c56a35", pieces=(*PLANTAIN, *BEEF)),
    "igisafuliya": partial(
        dishes.stew, sauce="#cf7f36", pieces=(*CHICKEN, "#e3a73a", "#6aa84f"), size=50
    ),
    "beef-stew": partial(dishes.stew, sauce="#b8442c", pieces=BEEF, beside=RICE),
    "chicken-peanut": partial(grill.bird, skin="#c27a3a", sauce="#c99a5c", side=RICE),
    "pilau": partial(dishes.rice, grains=("#d9a862", "#c99450", "#e4bb7c", "#b98240"), bits=BEEF),
    "ubugari-isombe": partial(dishes.dough, colour="#efe6d2", beside="#4f7a33"),
    "matoke-beef": partial(
        dishes.stew, sauce="#a8502c", pieces=BEEF, beside=("#e9c866", "#dcb64f", "#f0d683")
    ),
    "umutsima": partial(dishes.dough, colour="#a8755e", beside="#5a8f3d"),
    "tilapia-whole": partial(seafood.fish, scale="#8b8f86"),
    "indagara": partial(seafood.little_fish, scale="#a79a86", sauce="#c4522f"),
    "capitaine-fillet": partial(seafood.fillet, flesh="#efe0c0", sauce="#f0cf68"),
    "fish-chips": partial(grill.steak, meat="#dda84f", side=CHIP),
    "ibihaza": partial(dishes.stew, sauce="#d9822c", pieces=("#e8952f", "#f0aa4c", "#7a2e22")),
    "isombe": partial(dishes.greens, colour="#4a7a35"),
    "matoke-peanut": partial(
        dishes.stew, sauce="#c0915a", pieces=("#ecc75c", "#dfb54a", "#f2d67e")
    ),
    "agatogo-imboga": partial(dishes.stew, sauce="#cc7738", pieces=(*PLANTAIN, *VEG)),
    "beans-plate": partial(
        dishes.stew, sauce="#7d3023", pieces=("#8d3b2b", "#6b2118"), beside=RICE, size=22
    ),
    "dodo-aubergine": partial(
        dishes.greens, colour="#568a3c", bits=("#6a4a78", "#7f5c8e", "#e6dcb8")
    ),
    "coconut-lentils": partial(
        dishes.beans, sauce="#d6a548", colours=("#c9833a", "#d9994c", "#b87230")
    ),
    "veggie-burger": partial(grill.burger, patty="#8d2f4a", filling="#f0c244"),
    "mizuzu": partial(dishes.slices, colours=PLANTAIN),
    "chips": grill.chips,
    "ibirayi": partial(dishes.pieces, colours=("#d8a95a", "#c9963f", "#e4bd76"), count=11),
    "ubugari": partial(dishes.dough, colour="#f0e8d6"),
    "kawunga": partial(dishes.dough, colour="#f6e7b8"),
    "umuceri": partial(dishes.rice, grains=RICE),
    "chapati": partial(bakery.flatbreads, colour="#e4bd7a"),
    "ibishyimbo": partial(dishes.beans, sauce="#7b3325", colours=("#8d3b2b", "#a04a35", "#702619")),
    "ibijumba": partial(dishes.slices, colours=("#d98a4a", "#c9773a", "#b9626a")),
    "cabbage-salad": partial(
        dishes.salad, bits=("#e58a2b", "#f0a04c"), leaves=("#cfe0a4", "#dcebb8", "#b9d488")
    ),
    "pili-pili": partial(
        dishes.sauce_bowl, content="#d0402a", bits=("#f0a04c", "#9c2418", "#7fae3c")
    ),
    "akabanga": partial(drinks.bottle, content="#d9642a", label="#f3d04a", glass_too=False),
    "banana-caramel": partial(
        sweets.with_ice_cream, pieces=("#f0d683", "#e9c45f"), sauce="#b5651d"
    ),
    "passion-cheesecake": partial(
        sweets.cake, sponge="#f3e3b4", icing="#eda52c", layers=2, topping=("#5a2d4a", "#f4c04a")
    ),
    "coffee-mousse": partial(sweets.mousse, colour="#7a4a2c", top="#f3e2c4"),
    "carrot-cake": partial(
        sweets.cake, sponge="#c27a3c", icing="#fbf0dc", topping=("#e58a2b", "#d9b27c")
    ),
    "banana-bread": partial(sweets.loaf, crust="#9c6030", crumb="#e0b674"),
    "fruit-salad": partial(
        sweets.fruit, pieces=("#f2a93a", "#e9862f", "#f4c860", "#6a3358"), in_bowl=True
    ),
    "tree-tomato-sorbet": partial(sweets.sorbet, colour="#c9344a"),
    "pineapple-ginger": partial(sweets.rounds, colour="#ecc043", syrup="#c9822a"),
    "mandazi-icecream": partial(
        sweets.with_ice_cream, pieces=("#b9743a", "#c98448"), sauce="#d9941e"
    ),
    "kashata": partial(sweets.bars, colour="#b5743a", bits=("#e0b674", "#fbf3e0", "#c98f4e")),
    "espresso": partial(drinks.cup, content="#4a2816", small=True),
    "macchiato": partial(drinks.cup, content="#5c331c", art="dot", small=True),
    "americano": partial(drinks.cup, content="#3d2315"),
    "cappuccino": partial(drinks.cup, content="#a9713f", art="foam"),
    "flat-white": partial(drinks.cup, content="#9a6234", art="heart"),
    "latte": partial(drinks.cup, content="#b98250", art="leaf"),
    "mocha": partial(drinks.cup, content="#5e3420", art="heart", china="#e9d8cc"),
    "french-press": partial(drinks.pot, colour="#8c8f90", press="#4a2a18"),
    "iced-latte": partial(drinks.tall, content="#e0c29a", top="#7a4a2c", ice=True, straw="#3f4b52"),
    "cold-brew": partial(drinks.tall, content="#4a2a18", ice=True, fruit=("#e58a2b", "#f6b25c")),
    "african-tea": partial(drinks.cup, content="#c08a58", china="#f0e4cf", beans=False),
    "african-tea-pot": partial(drinks.pot, colour="#b5573a"),
    "mukaru": partial(drinks.tea, content="#9c4f24"),
    "green-tea": partial(drinks.tea, content="#c9cf6f", leaf="#5f9a48"),
    "ginger-tea": partial(drinks.tea, content="#d9a548", lemon=True),
    "hibiscus-tea": partial(drinks.tea, content="#b3243f", leaf="#7a1f3c"),
    "juice-tree-tomato": partial(drinks.tall, content="#c23a3a", fruit=("#8f1f2f", "#e58a4a")),
    "juice-mango": partial(
        drinks.tall, content="#f0a828", fruit=("#d9822c", "#f6c050"), straw="#c93a2b"
    ),
    "juice-pineapple": partial(
        drinks.tall, content="#efd05a", fruit=("#b98a2c", "#f4dc74"), straw="#57963f"
    ),
    "juice-watermelon": partial(
        drinks.tall, content="#e2554f", leaf=True, fruit=("#3f7d3a", "#ef6f5e")
    ),
    "juice-beetroot": partial(drinks.tall, content="#8f1f4a", top="#d9642a"),
    "juice-cocktail": partial(
        drinks.tall, content="#e58a2b", top="#d9444f", fruit=("#e9c63f", "#f5df83"), straw="#4f7c8a"
    ),
    "umutobe": partial(drinks.tall, content="#e0c078", straw="#b98450"),
    "avocado-smoothie": partial(drinks.tall, content="#b6cc74", straw="#57963f"),
    "ikivuguto": partial(drinks.tall, content="#fbf8f0"),
    "ikivuguto-jug": partial(drinks.jug, content="#fdfaf2", colour="#8fa3ad"),
    "inshyushyu": partial(drinks.cup, content="#f6efdf", china="#c2603f", beans=False),
    "banana-milkshake": partial(drinks.tall, content="#f4e3a4", foam=True, straw="#d9822c"),
    "water-still": partial(drinks.bottle, content="#9cc9de", label="#3f7fae"),
    "water-sparkling": partial(drinks.bottle, content="#a9d6cf", label="#3f9a6d", bubbles=True),
    "fanta-citron": partial(drinks.bottle, content="#e9dc5a", label="#57963f", bubbles=True),
    "fanta-orange": partial(drinks.bottle, content="#ee8a2a", label="#3f6fb5", bubbles=True),
    "coca-cola": partial(drinks.bottle, content="#4a2018", label="#c8322a", bubbles=True),
    "ginger-lemonade": partial(
        drinks.tall, content="#f0e29a", ice=True, fruit=("#e9c63f", "#f5df83"), leaf=True
    ),
    "primus": partial(
        drinks.beer, bottle_="#6b3a1c", label="#2f5fa8", content="#eab63c", large=True
    ),
    "mutzig": partial(
        drinks.beer, bottle_="#5f3418", label="#c8322a", content="#e3a52f", large=True
    ),
    "virunga-gold": partial(drinks.beer, bottle_="#4a2a18", label="#d9a62c", content="#e8b03a"),
    "heineken-zero": partial(drinks.beer, bottle_="#2f7a45", label="#3f6fb5", content="#f0cc5a"),
    "urwagwa": partial(drinks.jug, content="#e3bd7c", colour="#a0673c"),
    "white-wine-glass": partial(drinks.wine, content="#efe09a"),
    "white-wine-bottle": partial(drinks.wine, content="#efe09a", bottle_="#8a9a5a"),
    "red-wine-glass": partial(drinks.wine, content="#7a1f35"),
    "red-wine-bottle": partial(drinks.wine, content="#7a1f35", bottle_="#2f3a2c"),
    "rose-wine-glass": partial(drinks.wine, content="#f0a8a0"),
    "passion-mojito": partial(
        drinks.tall,
        content="#e9d48a",
        ice=True,
        leaf=True,
        straw="#3f4b52",
        fruit=("#5a2d4a", "#f0b23c"),
    ),
    "tamarillo-margarita": partial(
        drinks.margarita, content="#d9444f", fruit=("#8f1f2f", "#e58a4a")
    ),
    "gin-tonic": partial(drinks.tall, content="#d6e6e0", ice=True, fruit=("#86bf5f", "#d7e8a4")),
    "waragi": partial(drinks.tumbler, content="#e4eef0", ice=False, small=True),
    "amarula": partial(drinks.tumbler, content="#d9b892"),
    "whisky": partial(drinks.tumbler, content="#c9782a"),
    "pastizzi-ricotta": partial(bakery.pastries, crust=PASTRY, filling="#fbf3dc", corners=4),
    "pastizzi-peas": partial(bakery.pastries, crust="#d69a4c", filling="#8fae4a", corners=4),
    "qassatat-ricotta": partial(bakery.pastries, crust=PASTRY, filling="#fbf3dc", corners=12),
    "sausage-roll-maltese": partial(bakery.rolled, wrap="#d6964a", filling=PORK, count=3),
    "froga-tat-tarja": partial(
        bakery.omelette, egg="#e9bc4c", bits=("#fbf3dc", "#57963f"), thin=True
    ),
    "eggs-kunserva": partial(bakery.eggs, sauce="#c43d28"),
    "hobz-biz-zejt": partial(
        bakery.toast, spread="#cc4a30", bits=("#e6cda4", "#3f3a2c", "#57963f")
    ),
    "ftira-maltija": partial(bakery.bread, crust="#c98f4e", ring=True),
    "ftira-ghawdxija": partial(
        bakery.bread, crust="#c98a48", filling=("#e6cda4", "#c93a2b", "#f0d683", "#3f3a2c")
    ),
    "bigilla": partial(dishes.dipped, content="#9c6b48", chips_=("#e4c48a", "#d9b577")),
    "gbejniet-friski": partial(bakery.cheeses, colour="#fdf9ee"),
    "gbejniet-tal-bzar": partial(bakery.cheeses, colour="#efe3c8", pepper=True),
    "platt-malti": partial(
        dishes.platter_of_all,
        groups=(
            ("#fdf9ee", "#f1e8d2"),
            ("#3f3a2c", "#6d8b3d"),
            PORK,
            TOMATO,
            ("#e4c48a", "#d9b577"),
            ("#9c6b48", "#b07d58"),
        ),
    ),
    "bebbux": partial(seafood.snails, shell="#a8764a"),
    "sfineg-tal-incova": partial(
        dishes.pieces, colours=("#d9a04c", "#c98c3a", "#e6b568"), count=9, size=48
    ),
    "gambli-bit-tewm": partial(seafood.prawns, shell="#ea8a5c", sauce="#f0d083"),
    "insalata-gbejna": partial(dishes.tomatoes, bits=("#3f7d3a", "#57963f"), cheese=True),
    "aljotta": partial(dishes.soup, content="#d98a4f", bits=WHITEFISH),
    "minestra": partial(dishes.soup, content="#cc8a3c", bits=VEG),
    "brodu-tat-tigieg": partial(
        dishes.soup, content="#e0bd62", bits=("#ead0a0", "#d9722e", "#86bf5f")
    ),
    "timpana": partial(
        bakery.baked, crust="#c98b45", filling="#c4573a", bits=("#f0d183", "#a04a2c")
    ),
    "ross-il-forn": partial(bakery.baked, crust="#dcb05c", filling="#d98a4a", bits=RICE, cut=False),
    "ravjul": partial(bakery.pasta, sauce="#cc4a30", bits=TOMATO, kind="parcels"),
    "spaghetti-fenek": partial(bakery.pasta, sauce="#a8502c", bits=GOAT),
    "spaghetti-qarnit": partial(bakery.pasta, sauce="#b8442c", bits=("#b0607a", "#8f4a62")),
    "linguine-gambli": partial(bakery.pasta, sauce="#e0a050", bits=("#ea8a5c", "#f2a57c")),
    "penne-zalzett": partial(bakery.pasta, sauce="#c4452f", bits=PORK, kind="short"),
    "lampuki-grilled": partial(seafood.fish, scale="#7f96a0", count=2),
    "lampuki-pie": partial(
        bakery.baked, crust="#cf9a50", filling="#8fae5a", bits=(*WHITEFISH, "#57963f")
    ),
    "lampuki-fried": partial(seafood.fillet, flesh="#dba75a", sauce="#c4452f"),
    "stuffat-tal-qarnit": partial(seafood.tentacles, flesh="#a8506a", sauce="#a8402c"),
    "awrata": partial(seafood.fish, scale="#a3a8a6", salt=True),
    "klamari-mimlija": partial(
        dishes.stuffed, skin="#f0d9cc", filling=("#c4573a", "#86bf5f", "#fbf3e0"), long=True
    ),
    "tonn-fit-tagen": partial(grill.steak, meat="#b5566a", sauce="#e9d8a8", side=()),
    "stuffat-tal-fenek": partial(
        dishes.stew, sauce="#9c4a28", pieces=(*PORK, "#d9722e", "#8fae4a"), size=46
    ),
    "bragioli": partial(
        bakery.rolled, wrap="#7a4327", filling=("#fdf9ee", "#86bf5f", "#d9722e"), count=2
    ),
    "majjal-il-forn": partial(
        grill.steak, meat="#c07a52", sauce="#b5793f", side=("#d8a95a", "#c9963f")
    ),
    "zalzett-mixwi": partial(grill.sausages, meat="#9c4a2c", side=("#d8a95a", "#e4bd76")),
    "haruf-il-forn": partial(grill.ribs, meat="#8a4a2c"),
    "brungiel-mimli": partial(
        dishes.stuffed, skin="#4a2f5a", filling=("#a8502c", "#c4573a", "#f0d683"), long=True
    ),
    "pulpettun": partial(sweets.loaf, crust="#7f4527", crumb="#b06a45"),
    "torta-tal-irkotta": partial(
        bakery.baked, crust="#d9a455", filling="#fbf3dc", bits=("#86bf5f", "#fffdf4")
    ),
    "qarabaghli-mimli": partial(
        dishes.stuffed, skin="#7fae5c", filling=("#fbf3dc", "#86bf5f", "#f0d683")
    ),
    "ful-imgiddem": partial(
        dishes.beans, sauce="#b5a05a", colours=("#a98f4a", "#8fae5a", "#bfa55c")
    ),
    "haxix-mixwi": partial(dishes.slices, colours=("#7fae5c", "#6a4a78", "#d9722e", "#e0b040")),
    "insalata-larring": partial(
        dishes.salad,
        bits=("#ee9a35", "#f6b25c", "#f4f0d8"),
        leaves=("#a9c977", "#c4dc98", "#86bf5f"),
    ),
    "hobz-malti": partial(bakery.bread, crust="#bd7f40"),
    "zebbug-mimli": partial(
        dishes.beans, sauce="#d9cf9a", colours=("#6d8b3d", "#839f4f", "#c93a2b")
    ),
    "imqaret": partial(bakery.pastries, crust="#b9743a", filling="#4a2818", corners=4, count=5),
    "imqaret-gelat": partial(sweets.with_ice_cream, pieces=("#b9743a", "#a5652f"), sauce="#6b3a1c"),
    "kannoli": partial(sweets.tubes, shell="#b9743a", cream="#fdf8ea", tip="#57963f"),
    "qaghaq-tal-ghasel": partial(
        sweets.doughnuts, colour="#d9a455", count=3, ring=True, sugar=False
    ),
    "prinjolata": partial(
        sweets.dome, icing="#fdf8ec", drizzle="#4a2818", bits=("#c8322a", "#57963f", "#d9b27c")
    ),
    "helwa-tat-tork": partial(
        sweets.bars, colour="#e0c79a", bits=("#fbf0d4", "#b98f5c", "#d9b27c"), count=3
    ),
    "pudina-tal-hobz": partial(sweets.pudding, colour="#7a4a2c", bits=("#3c2014", "#c98a42")),
    "biskuttini-tal-lewz": partial(sweets.doughnuts, colour="#e3bf8a", count=8),
    "figolla": partial(sweets.figure, colour="#d9a455", icing="#f3d3dc"),
    "gelat-bajtra": partial(sweets.sorbet, colour="#d9457a"),
    "te-fit-tazza": partial(drinks.tall, content="#b5652c"),
    "chamomile-tea": partial(drinks.tea, content="#e9d062", leaf="#f6f0d8"),
    "kinnie": partial(drinks.bottle, content="#b5521f", label="#e0882c", bubbles=True),
    "ruggata": partial(drinks.tall, content="#fbf3e0", ice=True, straw="#b98450"),
    "lemonade-mint": partial(
        drinks.tall, content="#f3eba4", ice=True, leaf=True, fruit=("#e9c63f", "#f5df83")
    ),
    "orange-juice": partial(drinks.tall, content="#f0982a", fruit=("#e58a2b", "#f6b25c")),
    "harruba-drink": partial(drinks.tall, content="#6b3a24", top="#a8714a", ice=True),
    "cisk-lager": partial(drinks.beer, bottle_="#6b3f1c", label="#e9c02c", content="#f0c244"),
    "blue-label": partial(drinks.beer, bottle_="#4a2a18", label="#2f5fa8", content="#b5601f"),
    "lacto-stout": partial(drinks.beer, bottle_="#2f2018", label="#c8322a", content="#3a2014"),
    "rose-wine-sparkling": partial(drinks.wine, content="#ee8f9a", bubbles=True),
    "bajtra-liqueur": partial(drinks.tumbler, content="#d9356f", ice=False, small=True),
    "bajtra-spritz": partial(drinks.wine, content="#e8608f", bubbles=True),
    "kinnie-spritz": partial(drinks.wine, content="#d9692a", bubbles=True),
    "limuncell": partial(drinks.tumbler, content="#f3df4a", ice=False, small=True),
    "harruba-liqueur": partial(drinks.tumbler, content="#4f2a18", ice=False, small=True),
    "gin-kinnie": partial(drinks.tumbler, content="#c9622a", peel="#ee8a2a"),
}
