"""A diner who asks to see a dish is understood in six languages."""

import pytest

from knowledge.picture_requests import asks_to_see


@pytest.mark.parametrize(
    "text",
    [
        "Show me a picture of the brochette",
        "do you have photos of the isombe?",
        "What does it look like?",
        "can I see it",
        "pics pls",
        "Montrez-moi le tilapia",
        "Vous avez une photo ?",
        "Ça ressemble à quoi ? fais voir",
        "Mwanyereka isombe?",
        "Mufite ifoto y'inkoko?",
        "Nyereka brochette",
        "Kif jidher il-fenek?",
        "Urini ritratt tal-pastizzi",
        "Mi mostri la timpana?",
        "Avete delle foto?",
        "Fammi vedere i kannoli",
        "Nionyeshe picha ya kuku",
        "Kuna picha?",
    ],
)
def test_who_asks_to_see_it_is_understood(text: str) -> None:
    assert asks_to_see(["Hello", text])


@pytest.mark.parametrize(
    "text",
    [
        "How much is the brochette?",
        "I'd like to see the manager's imagination",
        "photosynthesis",
        "show up at 7",
        "Combien coûte le tilapia ?",
        "Quanto costa la timpana?",
        "Kuku ni bei gani?",
        "",
    ],
)
def test_who_asks_for_something_else_does_not(text: str) -> None:
    assert not asks_to_see([text])
