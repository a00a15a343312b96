"""How long a call waits for what, and how much it holds: values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Sound is counted in Twilio's frames of 20 ms where it is the caller's."""

    frames_per_append: int = 2
    # Of the caller's sound, while there is no session to hear it.
    early_frames: int = 750
    # So much of a response is kept before its first sound goes out, or it stutters; but no longer.
    held_chunks: int = 3
    held_s: float = 0.15
    # A tool that takes longer is bridged by a word.
    moment_s: float = 1.0
    # By itself the server answers what the caller said; after this long it is asked to.
    unanswered_s: float = 3.0
    # A response of which nothing comes any more.
    stalled_s: float = 10.0
    # What the caller said is in words by then, or nobody waits for them any more.
    words_s: float = 10.0
    # And by then where the call is over: the model's socket costs nothing any more, but is open.
    last_words_in_s: float = 3.0
    # And no tool, and no check of what is said, waits longer than this.
    words_before_tool_s: float = 1.5
    # A socket that is there, or is to be, but has no session: the caller hears nothing meanwhile.
    opening_s: float = 4.0
    # More keys may follow one.
    digits_s: float = 1.5
    silence_s: float = 30.0
    silence_again_s: float = 15.0
    # Of what the caller's side utters, one after the other, without a word in it: nobody is there.
    most_noises: int = 6
    too_long_s: float = 3_600.0
    # What plays when a call is to end may go on for so long.
    finishing_s: float = 4.0
    # And so long where they are the model's last words.
    last_words_s: float = 15.0
    # Twilio closes the stream of a call that is put through.
    transfer_s: float = 10.0
    # What the caller says while somebody hands over is waited for, so that it is not lost.
    hand_over_s: float = 3.0
    renewal_s: float = 3_300.0
    # Before the session's own end.
    renewal_margin_s: float = 240.0
    # Until the next try for a socket, one by one; then the call ends.
    backoff_s: tuple[float, ...] = (0.0, 0.25, 0.5, 1.0)
    # Until a failed response is asked for once more; then the call ends.
    failure_backoff_s: tuple[float, ...] = (0.5, 1.5)
