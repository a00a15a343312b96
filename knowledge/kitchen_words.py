"""Kitchens' words for allergens and diets, in English, French, Italian, Maltese, Swahili and
Kinyarwanda.

Data, and nothing else. Accents, capitals and an English plural make no difference.
"""

# Under "a + b" stand the words that may be either: they are taken for both.
ALLERGEN_WORDS = {
    "gluten": (
        "cereals containing gluten, cereals, wheat, wheat flour, flour, barley, rye, oats, oat,"
        " oat milk, spelt, kamut, emmer, einkorn, triticale, semolina, durum, durum wheat, bulgur,"
        " couscous, seitan, malt, barley malt, bread, breadcrumbs, pasta, noodles, chapati,"
        " blé, froment, farine, farine de blé, orge, seigle, avoine, épeautre, semoule, boulgour,"
        " pain, chapelure, pâtes, céréales, céréales contenant du gluten,"
        " glutine, grano, frumento, farina, farina di grano, orzo, segale, avena, farro, semola,"
        " pane, pangrattato, cereali, cereali contenenti glutine,"
        " qamħ, dqiq, dqiq tal-qamħ, xgħir, smid, ħobż, għaġin, ċereali,"
        " ngano, unga, unga wa ngano, shayiri, mkate,"
        " ingano, ifarini, ifarini y'ingano, sayiri, umugati, umutsima w'ingano"
    ),
    "crustaceans": (
        "crustacean, crustacea, shrimp, prawn, king prawn, tiger prawn, crab, lobster, crayfish,"
        " crawfish, langoustine, scampi, krill, shrimp paste,"
        " crustacés, crevette, crevettes, crabe, homard, langouste, écrevisse, gambas,"
        " crostacei, gambero, gamberi, gamberetto, gamberetti, granchio, aragosta, astice, scampo,"
        " krustaċji, gamblu, gambli, granċ, awwista,"
        " kamba, kamba koche, kaa,"
        " inkamba, kurvete"
    ),
    "eggs": (
        "egg, egg white, egg yolk, whole egg, albumen, mayonnaise, mayo, aioli, meringue, omelette,"
        " oeuf, œuf, œufs, blanc d'œuf, jaune d'œuf, mayonnaise, omelette,"
        " uovo, uova, albume, tuorlo, maionese, frittata,"
        " bajd, bajda, majoneż,"
        " yai, mayai,"
        " igi, amagi"
    ),
    "fish": (
        "tilapia, tuna, salmon, cod, haddock, sardine, anchovy, mackerel, sea bass, sea bream,"
        " swordfish, trout, catfish, nile perch, fish sauce, fish stock, roe, caviar, sambaza,"
        " poisson, thon, saumon, morue, cabillaud, anchois, maquereau, sauce de poisson, truite,"
        " pesce, tonno, salmone, merluzzo, acciuga, acciughe, alici, sgombro, pesce spada,"
        " ħut, ħuta, tonn, salamun, lampuka, lampuki, inċova, pixxispad, awrat, spnotta,"
        " samaki, dagaa, sangara, jodari, kambale,"
        " ifi, amafi, isamaki, isambaza, indugu, toni"
    ),
    "peanuts": (
        "peanut, groundnut, ground nut, monkey nut, peanut butter, peanut oil, groundnut sauce,"
        " arachide, arachides, cacahuète, cacahouète, beurre de cacahuète, pâte d'arachide,"
        " arachidi, burro di arachidi, karawett,"
        " karanga, njugu karanga, siagi ya karanga,"
        " ubunyobwa, bunyobwa, ikinyobwa"
    ),
    "soya": (
        "soy, soja, soybean, soya bean, soy bean, tofu, tempeh, edamame, miso, soy sauce,"
        " soya sauce, soy milk, soya milk, soy lecithin, soya lecithin, tamari,"
        " graines de soja, sauce soja, lait de soja, fèves de soja,"
        " soia, semi di soia, salsa di soia, latte di soia,"
        " sojja, fażola tas-sojja,"
        " maharage ya soya,"
        " soya y'ifu"
    ),
    "milk": (
        "dairy, dairy product, milk product, lactose, cheese, cream, butter, yogurt, yoghurt, whey,"
        " casein, caseinate, ghee, buttermilk, cream cheese, mozzarella, parmesan, feta, ricotta,"
        " mascarpone, cheddar, gouda, halloumi, goat cheese, cottage cheese, ice cream, custard,"
        " condensed milk, milk powder, powdered milk, cow milk, cow's milk, goat milk, sour cream,"
        " whipped cream, milk chocolate, kefir,"
        " lait, lait de vache, produit laitier, produits laitiers, fromage, fromages, crème,"
        " crème fraîche, beurre, yaourt, lactosérum, caséine, lait en poudre,"
        " latte, latticini, latticino, formaggio, formaggi, panna, burro, lattosio, siero di latte,"
        " caseina, gelato, parmigiano, pecorino, yogurt,"
        " ħalib, prodotti tal-ħalib, ġobon, krema, butir, jogurt, ġbejna, ġbejniet, irkotta,"
        " maziwa, jibini, siagi, krimu, mtindi, maziwa ya unga,"
        " amata, mata, foromaje, amavuta y'inka, ikivuguto, yawurute, kereme, buteri"
    ),
    "nuts": (
        "nut, tree nut, treenut, almond, hazelnut, walnut, cashew, cashew nut, pecan, pecan nut,"
        " brazil nut, pistachio, pistachio nut, macadamia, macadamia nut, queensland nut, praline,"
        " marzipan, frangipane, gianduja, almond milk, almond flour, ground almond,"
        " noix, fruits à coque, fruit à coque, amande, amandes, noisette, noisettes,"
        " noix de cajou, cajou, pistache, noix de pécan, noix du brésil, noix de macadamia,"
        " poudre d'amande, pâte d'amande,"
        " frutta a guscio, frutta secca, noce, noci, mandorla, mandorle, nocciola, nocciole,"
        " anacardo, anacardi, pistacchio, pistacchi, noci pecan, marzapane,"
        " lewż, lewża, ġellewż, ġewż, pistaċċi, ġewż tal-brażil,"
        " korosho, lozi, karanga miti,"
        " utunyobwa tw'ibiti, koroshi"
    ),
    "celery": (
        "celeriac, celery salt, celery seed, celery stick,"
        " céleri, céleri-rave, sel de céleri,"
        " sedano, sedano rapa,"
        " karfus, karfusa,"
        " figili ya majani, seleri"
    ),
    "mustard": (
        "mustard seed, mustard powder, mustard oil, dijon, dijon mustard, wholegrain mustard,"
        " moutarde, graines de moutarde,"
        " senape, mostarda,"
        " mustarda,"
        " haradali,"
        " mutaride"
    ),
    "sesame": (
        "sesame seed, sesame oil, tahini, tahina, halva, halwa tat-tork, gomasio,"
        " sésame, graines de sésame, huile de sésame,"
        " sesamo, semi di sesamo,"
        " ġulġlien, żerriegħa tal-ġulġlien,"
        " ufuta, simsim,"
        " sezame"
    ),
    "sulphites": (
        "sulphite, sulfite, sulphur dioxide, sulfur dioxide, sulphur dioxide and sulphites, so2,"
        " e220, e221, e222, e223, e224, e226, e227, e228, metabisulphite, sodium metabisulphite,"
        " anhydride sulfureux, dioxyde de soufre,"
        " solfito, solfiti, anidride solforosa,"
        " sulfiti, diossidu tal-kubrit,"
        " salfaiti,"
        " sulufite"
    ),
    "lupin": (
        "lupine, lupin flour, lupin bean, lupini, lupini bean,"
        " graines de lupin, farine de lupin,"
        " lupino, farina di lupini,"
        " lupina, tirmis,"
        " lupini beans"
    ),
    "molluscs": (
        "mollusc, mollusk, squid, calamari, calamar, octopus, cuttlefish, mussel, clam, cockle,"
        " oyster, oyster sauce, scallop, snail, whelk, winkle, abalone, periwinkle,"
        " mollusque, mollusques, calmar, encornet, poulpe, pieuvre, seiche, moule, moules, huître,"
        " palourde, coquille saint-jacques, saint-jacques, escargot, bulot,"
        " mollusco, molluschi, calamaro, polpo, seppia, cozza, cozze, vongola, vongole, ostrica,"
        " ostriche, capasanta, capesante, lumaca, lumache,"
        " molluski, qarnita, klamar, klamari, siċċ, maskli, arzell, gajdra, bebbux,"
        " ngisi, pweza, chaza, kome, konokono,"
        " ikinyamunjonga, ibinyamunjonga"
    ),
    "crustaceans + molluscs": "shellfish, fruits de mer, fruit de mer, frutti di mare",
    "fish + crustaceans + molluscs": "seafood, sea food, frott tal-baħar, vyakula vya baharini",
    "peanuts + nuts": "mixed nuts, njugu, all nuts",
}

# What names the whole of an allergen, and so may stand in a list of what a dish is free of: who
# writes that it has no butter says nothing of cream.
FREE_OF_WORDS = {
    "gluten": (
        "cereals containing gluten, céréales contenant du gluten, glutine,"
        " cereali contenenti glutine, glutina"
    ),
    "crustaceans": "crustacean, crustacea, crustacés, crostacei, krustaċji",
    "eggs": "egg, oeuf, œuf, œufs, uovo, uova, bajd, yai, mayai, igi, amagi",
    "fish": "poisson, pesce, ħut, samaki, ifi, amafi",
    "peanuts": (
        "peanut, groundnut, arachide, arachides, cacahuète, arachidi, karawett, karanga,"
        " ubunyobwa, ikinyobwa"
    ),
    "soya": "soy, soja, soybean, soya bean, soia, sojja",
    "milk": (
        "dairy, dairy product, milk product, lait, produit laitier, produits laitiers, latte,"
        " latticini, ħalib, prodotti tal-ħalib, maziwa, amata"
    ),
    "nuts": "nut, tree nut, treenut, fruit à coque, fruits à coque, frutta a guscio",
    "celery": "céleri, sedano, karfus",
    "mustard": "moutarde, senape, mustarda",
    "sesame": "sésame, sesamo, ġulġlien, ufuta, simsim",
    "sulphites": (
        "sulphite, sulfite, sulphur dioxide and sulphites, solfito, solfiti, sulfiti, salfaiti"
    ),
    "lupin": "lupine, lupino, lupina",
    "molluscs": "mollusc, mollusk, mollusque, mollusques, mollusco, molluschi, molluski",
    "crustaceans + molluscs": "shellfish, fruits de mer, fruit de mer, frutti di mare",
    "fish + crustaceans + molluscs": "seafood, sea food, frott tal-baħar, vyakula vya baharini",
    "peanuts + nuts": "all nuts",
}

DIET_WORDS = {
    "vegan": (
        "plant-based, plant based, plantbased, végétalien, végétalienne, végane,"
        " vegano, vegana, vegani, veġan, wa mboga tu"
    ),
    "vegetarian": (
        "veggie, veg, vegetarians, végétarien, végétarienne, vegetariano, vegetariana, vegetariani,"
        " veġetarjan, veġetarjana, mla mboga, meat-free, meatless, sans viande, senza carne,"
        " mingħajr laħam, bila nyama, nta nyama"
    ),
    "pescatarian": "pescetarian, pescétarien, pescatarien, pescetariano, pescatariano",
    "halal": "halaal, ħalal, halali, certified halal",
    "kosher": "kasher, casher, cacher, cashère, kascer, koxer, kosheri",
    "gluten-free": (
        "gluten free, glutenfree, gf, no gluten, without gluten, sans gluten, senza glutine,"
        " mingħajr glutina, mingħajr gluten, bila gluten, nta gluten"
    ),
    "dairy-free": (
        "dairy free, dairyfree, df, milk-free, milk free, no dairy, no milk, without milk,"
        " without dairy, sans lait, sans produits laitiers, senza latte, senza latticini,"
        " mingħajr ħalib, bila maziwa, nta mata"
    ),
    "no-pork": (
        "pork-free, pork free, porkfree, no pork, without pork, sans porc, senza maiale,"
        " mingħajr majjal, bila nguruwe, nta ngurube"
    ),
    "no-alcohol": (
        "alcohol-free, alcohol free, non-alcoholic, non alcoholic, without alcohol, no alcohol,"
        " sans alcool, senza alcol, analcolico, mingħajr alkoħol, bila pombe, nta nzoga"
    ),
    "spicy": "hot and spicy, very spicy, épicé, épicée, pimenté, piquant, piccante, pikkanti",
    "contains-alcohol": (
        "alcohol, alcoholic, contains alcohol, with alcohol, alcool, alcoolisé,"
        " contient de l'alcool, alcolico, con alcol, contiene alcol,"
        " alkoħol, fih l-alkoħol, pombe, kileo, inzoga"
    ),
    "contains-pork": (
        "contains pork, with pork, contient du porc, contiene maiale, fih il-majjal,"
        " ina nguruwe, harimo ingurube"
    ),
}

# Of what a dish has that is no allergen, told by its words where its tags say nothing. A word
# before or after may make another thing of it: wine vinegar, ginger beer.
CONTENT_WORDS = {
    "contains-alcohol": (
        "beer, lager, ale, stout, cider, wine, prosecco, champagne, cava, spritz, rum, vodka, gin,"
        " whisky, whiskey, brandy, cognac, tequila, mezcal, vermouth, marsala, sherry,"
        " grappa, sambuca, amaretto, liqueur, limoncello, schnapps, mojito, margarita, martini,"
        " negroni, waragi, urwagwa, bière, vin, birra, vino, inbid, nbid, likur, pombe, mvinyo,"
        " bia, inzoga, divayi"
    ),
    "contains-pork": (
        "pork, bacon, ham, pancetta, prosciutto, guanciale, lardo, lard, chorizo, porchetta,"
        " gammon, porc, jambon, maiale, majjal, perzut, zalzett, nguruwe, ingurube, akabenz,"
        " akabenzi"
    ),
}
OTHER_BEFORE = frozenset({"ginger", "root", "free"})
OTHER_AFTER = frozenset({"vinegar", "free"})

# What has an allergen's word in it, and nothing of the allergen.
HARMLESS = (
    "coconut milk, coconut cream, coconut butter, rice milk, oat latte, soy latte, butter bean,"
    " cocoa butter, shea butter, oyster mushroom, rice noodle, rice flour, maize flour, corn flour,"
    " cassava flour, gram flour, coconut flour, chickpea flour, cream of tartar, egg plant,"
    " shape of a fish, hazelnut coloured, lait de coco, crème de coco, latte di cocco, tui la nazi"
)
# What is surely made with it, where a dish says no more. Nobody who wants none of the dish wants
# none of the allergen, so these are no names for it.
MADE_WITH = {
    "gluten": (
        "toast, bun, baguette, brioche, croissant, focaccia, ciabatta, sourdough, pizza, spaghetti,"
        " macaroni, penne, linguine, tagliatelle, fettuccine, ravioli, lasagne, lasagna, batter,"
        " breaded, crumbed, puff pastry, shortcrust, pie crust"
    ),
    "milk": "cheesecake, cheeseburger, buttercream, buttered, béchamel, milkshake, tiramisu",
    "eggs": "eggnog, cheesecake, meringue, frittata, carbonara",
    "fish": "fishcake, fish finger, bouillabaisse, worcestershire, caesar dressing",
    "nuts": "nutella, pesto, nougat, amaretti, baklava",
    "sesame": "hummus, houmous",
    "sulphites": "wine",
}

# What may be in a dish is taken to be in it. The longer ones first.
PHRASES_BEFORE = (
    "may contain traces of",
    "peut contenir des traces de",
    "può contenere tracce di",
    "jista' jkun fih traċċi ta'",
    "may contain",
    "peut contenir du",
    "peut contenir de la",
    "peut contenir des",
    "peut contenir",
    "può contenere",
    "traces of",
    "traces de",
    "tracce di",
    "contains",
    "contient du",
    "contient de la",
    "contient des",
    "contient",
    "contiene",
    "fih",
    "ina",
    "harimo",
)
# A list says what is in a dish, and never what is not.
NEGATIONS = frozenset(
    {"free", "no", "non", "not", "without", "zero", "sans", "pas", "senza", "minghajr", "bla"}
    | {"bila", "hakuna", "nta"}
)
NONE_WORDS = frozenset(
    {"none", "no", "no allergen", "allergen free", "free", "nil", "n a", "na", "nothing", "aucun"}
    | {"aucune", "rien", "nessuno", "nessun", "niente", "xejn", "hakuna", "hamna", "ntabyo", "nta"}
)
