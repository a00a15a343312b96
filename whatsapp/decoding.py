"""What those who open files, and those who want them opened, have in common. It opens none.

No decoder is imported here, so that only `whatsapp.aside`'s processes load one.
"""

# Sound without a form, as a model hears and speaks it: 16 bits a sample, little-endian, mono.
RATE_HZ = 24_000
BYTES_PER_SAMPLE = 2
MOST_S = 300  # of a sound: what is longer is heard so far
NOTE_TYPE = "audio/ogg; codecs=opus"
NOT_NOW = "it can't be opened at the moment"


class OpeningError(Exception):
    """A file can't be opened, or made; the message is what the diner may be told of it."""
