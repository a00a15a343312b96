"""A fixed sentence is said, behind all that plays; the model learns of it where it matters."""

from conversation.call.actions import Action, SentenceKey
from conversation.call.parts import Parts

# The caller may answer these.
_MATTER: frozenset[SentenceKey] = frozenset({"still_there", "repeat"})


def say(call: Parts, key: SentenceKey, now: float) -> list[Action]:
    """Nothing, where nobody made its sound."""
    sentence = call.sentences.get(key)
    if sentence is None or not sentence.sound:
        return []
    actions, said = call.speaking.say(key, sentence, now)
    if key in _MATTER:
        actions += call.session.said(said)
    return actions
