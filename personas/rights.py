"""What only some diners may, and what the model hears when it tries it for another one."""

from collections.abc import Mapping
from typing import Literal

Right = Literal["books"]

REFUSALS: Mapping[Right, str] = {
    "books": (
        "The books are open to the restaurant's own numbers only,"
        " and this diner's is not one of them. Give no figures."
    ),
}
