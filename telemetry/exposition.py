"""Numbers in Prometheus' text format, put together of what several processes told.

It knows the format's lines, and no metric.
"""

import re
from collections.abc import Iterable

# Before each metric's samples: what it counts, and of which kind it is.
_HEAD = re.compile(rb"# HELP (\S+) [^\n]*\n# TYPE \S+ (\S+)\n")
_SAMPLE = re.compile(rb"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?", re.MULTILINE)


def labelled(text: bytes, label: str, value: str) -> bytes:
    """With one more label on each sample. `value` needs no escape."""
    pair = f'{label}="{value}"'.encode()
    return _SAMPLE.sub(lambda found: found[1] + b"{" + pair + (b"," if found[2] else b"}"), text)


def merged(texts: Iterable[bytes]) -> bytes:
    """All samples of a metric in one place, as the format wants them, behind its first head."""
    heads: dict[bytes, bytes] = {}
    samples: dict[bytes, list[bytes]] = {}
    for text in texts:
        for name, head, _, body in _families(text):
            heads.setdefault(name, head)
            samples.setdefault(name, []).append(body)
    return b"".join(head + b"".join(samples[name]) for name, head in heads.items())


def counted(text: bytes) -> bytes:
    """Without what is so only for as long as its process lives."""
    return b"".join(head + body for _, head, kind, body in _families(text) if kind != b"gauge")


def standing(text: bytes) -> bytes:
    """That alone."""
    return b"".join(head + body for _, head, kind, body in _families(text) if kind == b"gauge")


def _families(text: bytes) -> Iterable[tuple[bytes, bytes, bytes, bytes]]:
    """Of each metric its name, its head, its kind, and its samples."""
    heads = list(_HEAD.finditer(text))
    ends = [*(each.start() for each in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        yield head[1], head[0], head[2], text[head.end() : end]
