"""Whatever plays is stopped at once: the caller speaks, or what is said must not be.

Twilio drops what it holds, a response that runs is no longer heard, and the model is told how much
was. https://developers.openai.com/api/docs/guides/realtime-conversations#interruption-and-truncation
"""

from conversation.call.actions import Action, Note
from conversation.call.parts import Parts

EXACTLY = "Say exactly these words, in their language, and nothing else: {text}"


def on_speech(call: Parts, now: float) -> list[Action]:
    """The caller begins to speak. The server has cancelled a response that ran by itself."""
    call.session.hearing.is_speaking = True
    call.silence.stir(now)
    if call.leaving is not None and call.leaving.may_be_stopped and not call.is_noise:
        call.leaving = None
    if call.leaving is not None and call.leaving.is_said:
        return []
    return interrupt(call, now)


def interrupt(call: Parts, now: float, *, cancels: bool = False) -> list[Action]:
    """`cancels`: a response that runs, since the server does not do so by itself."""
    was_heard = call.speaking.is_playing(now) or call.responses.running is not None
    cleared, cut = call.speaking.interrupt(call.responses.running, now)
    actions = [*cleared, *(call.session.cancel() if cancels else [])]
    actions += call.session.cut(cut)
    if was_heard:
        actions.append(Note("call.interrupted", {"items": len(cut), "by_caller": not cancels}))
    return actions


def on_objection(
    call: Parts, item: str, correction: str, instead: str | None, now: float
) -> list[Action]:
    """The model says it anew; the second time, `instead` and nothing else.

    A third time nothing of its own is heard: the caller is asked to say it again.
    """
    spoken = call.speaking.find(item)
    if spoken is not None and spoken.is_muted:
        # They have interrupted it already, and what they say now is answered next.
        return call.session.tell(correction) if spoken.cut_at else []
    answers = call.responses.heard
    times = call.objected.get(answers, 0) + 1
    call.objected[answers] = times
    actions = interrupt(call, now, cancels=True)
    if call.leaving is not None:
        return actions
    if times == 1:
        actions += call.session.tell(correction)
        call.responses.want(now)
    elif times == 2:
        call.responses.want(now, EXACTLY.format(text=instead or correction))
    else:
        actions += call.say("repeat", now)
    return actions
