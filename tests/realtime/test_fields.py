"""What a server says, made fit to be read."""

from realtime.fields import mended


def test_halves_of_characters_are_joined_or_replaced() -> None:
    assert mended("\ud83c\udf5e bread") == "🍞 bread"
    assert mended("bread \ud83c") == "bread �"
    assert mended("ħobż 🍞") == "ħobż 🍞"
