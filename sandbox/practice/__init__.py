"""The practice model: answers as the real model would, by rules, from nothing but instructions,
tools and input.
"""

from sandbox.practice.model import answer
from sandbox.practice.turn import Call, Say

__all__ = ["Call", "Say", "answer"]
