"""What a diner reads when no answer could be made: one honest sentence, never silence."""

_BY_KIND = {
    "busy": (
        "Sorry, so many people are writing right now that I could not get to your message. Please"
        " send it again in a minute."
    ),
    "timeout": "Sorry, finding an answer took me too long. Please send your message once more.",
    "unreachable": (
        "Sorry, I can't reach my notes right now. Please write again in a few minutes, or ask our"
        " staff."
    ),
    "unavailable": (
        "Sorry, I can't answer at the moment: something on our side needs fixing. Please ask our"
        " staff."
    ),
    "closed": "Sorry, I was interrupted. Please send your message once more.",
    "disabled": (
        "Thank you for your message. Automatic answers are switched off at the moment; please ask"
        " our staff."
    ),
    "no_restaurant": "Thank you for your message. No restaurant is set up on this number yet.",
}
_OTHERWISE = (
    "Sorry, I could not find a good answer to that. Please try to put it another way, or ask our"
    " staff."
)


def apology(kind: str) -> str:
    """The sentence for a `RealtimeError.kind`, or for `disabled` and `no_restaurant`."""
    return _BY_KIND.get(kind, _OTHERWISE)
