"""The practice model: answers as the real one, by rules, from instructions, tools and input."""

from sandbox.practice.model import answer, answer_in_parallel
from sandbox.practice.turn import Call, Say

__all__ = ["Call", "Say", "answer", "answer_in_parallel"]
