"""What a diner may tap: below a message's words as buttons, as a list, or as numbers to answer by.

https://www.twilio.com/docs/content/twilio-quick-reply and
https://www.twilio.com/docs/content/twiliolist-picker have the limits, in UTF-16 units.
"""

from models.outbox import Bubble

# What Twilio takes above buttons and lists.
MOST_ABOVE = 1_024


def numbered(bubble: Bubble) -> str:
    """A bubble's words, and below them its choices with a number each."""
    if bubble.choices is None:
        return bubble.text
    lines = (f"{nth}. {each.title}" for nth, each in enumerate(bubble.choices.options, 1))
    return "\n\n".join(filter(None, (bubble.text, "\n".join(lines))))


def in_words(bubble: Bubble) -> Bubble:
    """A bubble in words alone, as it goes out where what it has beside them is refused."""
    return Bubble(numbered(bubble))
