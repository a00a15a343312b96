"""What use costs, by the prices that are told or given."""

from datetime import date
from decimal import Decimal

from knowledge import costs
from models.meter import Use
from models.tokens import Tokens

MINI = costs.DEFAULT
ONE_DAY = date(2026, 11, 1)


def test_each_kind_of_token_has_its_price() -> None:
    million = 1_000_000
    tokens = Tokens(
        5 * million, 2 * million, 2 * million, audio_input=2 * million, audio_output=million,
        image_input=million, audio_cached=million,
    )  # fmt: skip
    # Text in, from the cache and out; sound in, from the cache and out; pictures.
    expected = sum(map(Decimal, ("0.60", "0.06", "2.40", "10", "0.30", "20", "0.80")))
    assert costs.of_tokens(tokens, MINI) == expected


def test_counts_that_contradict_each_other_cost_no_less_than_nothing() -> None:
    assert costs.of_tokens(Tokens(10, 10, 0, audio_input=10), MINI) > 0
    assert costs.of_tokens(Tokens(10, audio_input=5, audio_cached=9), MINI) > 0
    assert costs.of_tokens(Tokens(0, 0, 0, audio_output=0), MINI) == 0


def test_one_question_and_answer_in_rwanda_past_the_free_ones() -> None:
    use = Use(1, 1, 1)
    assert costs.of_diner(use, MINI, "RW") == Decimal("0.0146")


def test_a_months_first_thousand_are_free_of_whatsapps_own_price() -> None:
    days = [(date(2026, 11, day), {"waiter": Use(0, 0, 600)}) for day in (1, 2, 3)]
    lines = costs.of_month(days, MINI, "RW")
    own = [line.usd - 600 * MINI.message_out for line in lines]
    assert own == [0, 200 * Decimal("0.0046"), 600 * Decimal("0.0046")]


def test_the_settings_prices_stand_in_place_of_the_lists() -> None:
    given = {"text_out": Decimal(3), "whatsapp_mt": Decimal("0.02"), "free_messages": Decimal(0)}
    prices = costs.prices_of("gpt-realtime-2.1", given)
    assert (prices.text_in, prices.text_out) == (Decimal(4), Decimal(3))
    assert (prices.whatsapp_in("MT"), prices.whatsapp_in("RW")) == (
        Decimal("0.02"),
        Decimal("0.0046"),
    )
    assert costs.prices_of("new", {}).text_in == MINI.text_in
    everywhere = costs.prices_of("new", {"whatsapp": Decimal("0.01")})
    assert everywhere.whatsapp_in("RW") == everywhere.whatsapp_in("KE") == Decimal("0.01")


def test_sound_is_told_in_seconds() -> None:
    assert costs.seconds_of_sound(Tokens(audio_input=50, audio_output=40)) == 7.0
    heard_before = Tokens(cached=500, audio_input=550, audio_output=40, audio_cached=500)
    assert costs.seconds_of_sound(heard_before) == 7.0


def test_only_prices_are_prices() -> None:
    named = ("audio_cached", "message_out", "whatsapp", "whatsapp_ke", "tekst_in", "whatsapp_kenya")
    assert [costs.is_price(name) for name in named] == [True, True, True, True, False, False]
