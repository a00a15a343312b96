"""Markdown, which models write by habit, as WhatsApp's own formatting: its blocks and lines.

What stands within a line is `whatsapp.spans`'. WhatsApp's marks:
https://faq.whatsapp.com/539178204879377
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice, takewhile, zip_longest

from whatsapp.formulas import without_formulas
from whatsapp.spans import BLOCK, BREAK, MONO, Kept, spans, with_prices_whole
from whatsapp.tables import is_delimiter, items_of, title_of

# What such a fence holds is no code, but markup of its own.
_MARKUP = frozenset({"markdown", "md", "mdx", "gfm", "commonmark", "whatsapp"})
_FENCE = re.compile(
    r"\A[ \t]*+(?P<mark>`{3,}+|~{3,}+)[ \t]*+"
    r"(?P<language>(?:[A-Za-z][\w+#.-]*+(?:[ \t]++[^\n`={]*+[={][^\n`]*+)?)?)[ \t]*+"
)
_DEFINITION = re.compile(
    r"\A {0,3}\[(?P<name>[^\[\]\n]++)\]:[ \t]*+<?(?P<address>(?:https?://|mailto:)[^\s<>]++)>?"
    r"""(?:[ \t]++(?:"[^"\n]*+"|'[^'\n]*+'|\([^()\n]*+\)))?[ \t]*+"""
)
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*+\n){2,}")
_BLOCKS = re.compile(rf"\n?{BLOCK}[{BLOCK}\n]*+")
_ITEM = re.compile(
    r"\A(?P<indent>[ \t]*+)(?P<mark>[-*+•◦▪▫‣–]|[0-9]{1,9}[.)])"
    r"[ \t]++(?P<words>\S[^\n]*+)"
)
_HYPHENS = "*◦▪▫‣–"  # what becomes one, before an item
_MARKED = re.compile("[*_~`\x00]")
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
# Without any of these there is nothing to do line by line.
_LINES_HAVE = (
    *("\n#", "\n>", "\n* ", "\n*\t", "\n- [", "\n ", "\n\t", "|"),
    *("---", "***", "___", "===", "- -", "* *", "_ _"),
)
_SHORTEST_RULER = 3
_MOST_HASHES = 6
_NESTED = 2  # spaces before an item, from which on it is of a list within a list
_LONGEST_PARENT = 60  # of an item, that stands out from those below it


def to_whatsapp(text: str) -> str:
    """`text` with Markdown's marks in WhatsApp's form; code, bare links and all else as they were.

    No line will break between a currency and its figure. Takes time in proportion to the text.
    """
    kept = Kept()
    plain = kept.cleared(text).rstrip()
    written = plain[plain.rfind("\n", 0, len(plain) - len(plain.lstrip())) + 1 :]
    if MONO in written or "~~~" in written:
        written = "\n".join(_with_code_kept(written.split("\n"), kept))
    if "]:" in written:
        written = "\n".join(_with_definitions_kept(written.split("\n"), kept))
    written = spans(without_formulas(written), kept)
    begun = f"\n{written}"
    if any(mark in begun for mark in _LINES_HAVE):
        written = "\n".join(_as_lines(list(_lists_outdented(written.split("\n")))))
        written = _EMPTY_LINES.sub("\n\n", written)
    written = _BLOCKS.sub("\n", written) if BLOCK in written else written
    written = kept.restored(with_prices_whole(written.replace(BREAK, "\n")))
    return written.strip() or plain.strip()


def _with_code_kept(lines: Sequence[str], kept: Kept) -> Iterator[str]:
    """The lines, each block of code as one of them, without the fences around markup."""
    unwrapped: list[str] = []  # the marks of the fences that we are in, the innermost last
    block: list[str] = []
    mark = ""  # of the block of code that we are in
    for line in lines:
        if block:
            block.append(line)
            if _closes(line, mark):
                yield kept.keep(_mono(block[1:-1]))
                block = []
            elif MONO in line and mark == MONO:  # WhatsApp's own: it may begin and end in a line
                end = line.index(MONO) + len(MONO)
                block[-1] = line[:end]
                yield kept.keep("\n".join(block)) + line[end:]
                block = []
            continue
        fence = _FENCE.fullmatch(line)
        language = fence["language"].lower() if fence else ""
        if fence is None:
            yield line
        elif not language and unwrapped and _closes(line, unwrapped[-1]):
            unwrapped.pop()
        elif language in _MARKUP:
            unwrapped.append(fence["mark"])
        else:
            block = [line]
            mark = fence["mark"]
    if block:  # the text was cut off in it
        yield kept.keep(_mono(block[1:]))


def _closes(line: str, mark: str) -> bool:
    bare = line.strip()
    return bare.startswith(mark) and not bare.strip(mark[0])


def _mono(lines: Sequence[str]) -> str:
    code = "\n".join(lines)
    # WhatsApp's block would end where such a mark stands in it.
    return code if MONO in code or not code.strip() else f"{MONO}\n{code}\n{MONO}"


def _with_definitions_kept(lines: Sequence[str], kept: Kept) -> Iterator[str]:
    for line in lines:
        found = _DEFINITION.fullmatch(line)
        yield kept.define(found["name"], found["address"], line) if found else line


def _lists_outdented(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a list that is indented as a whole without that."""
    for is_list, run in groupby(lines, _may_be_of_a_list):
        items = list(run)
        found = [_ITEM.fullmatch(line) for line in items] if is_list else []
        least = min((_depth(item) for item in found if item), default=0)
        for line, item in zip_longest(items, found):
            bare = line.lstrip(" \t")
            yield " " * (_depth(item) - least) + bare if item else line


def _may_be_of_a_list(line: str) -> bool:
    return line[:1] in ("", " ", "\t") or _ITEM.fullmatch(line) is not None


def _as_lines(lines: Sequence[str], *, is_quoted: bool = False) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        below = lines[at + 1] if at + 1 < len(lines) else ""
        above = lines[at - 1] if at else ""
        took = 1
        if line.startswith(">") and not is_quoted:
            quoted = _run(lines, at, lambda each: each.lstrip().startswith(">"))
            took = len(quoted)
            # WhatsApp knows no quote within a quote.
            bodies = [each.lstrip(" \t>") for each in quoted]
            yield from (f"> {each}" for each in _as_lines(bodies, is_quoted=True))
        elif "|" in line and is_delimiter(below):
            is_apart = at + 3 < len(lines) and not lines[at + 2].strip()  # from its rows
            rows = _run(lines, at + 2 + is_apart, lambda each: "|" in each)
            took = 2 + (is_apart + len(rows) if rows else 0)
            header = line.removeprefix("- ").removeprefix("* ")  # an item may be one
            if title := _bold(title_of(header, rows)):
                yield title
            yield from items_of(header, rows)
        elif _is_underlined(above, line, below):
            took = 2
            yield _bold(line)
        elif _is_ruler(line):
            yield ""
        else:
            yield _as_line(lines[at], below)
        at += took


def _run(lines: Sequence[str], at: int, belongs: Callable[[str], bool]) -> list[str]:
    return list(takewhile(belongs, islice(lines, at, None)))


def _is_underlined(above: str, line: str, below: str) -> bool:
    """Whether a line by itself is a heading by what stands under it."""
    bare = below.strip()
    is_title = bool(line) and line[0] not in "#>-*+|" and not line[0].isdigit()
    is_line = bool(bare) and (not bare.strip("=") or not bare.strip("-"))
    return is_title and is_line and len(bare) >= _SHORTEST_RULER and not above.strip()


def _is_ruler(line: str) -> bool:
    marks = line.replace(" ", "").replace("\t", "")
    return len(marks) >= _SHORTEST_RULER and set(marks) in ({"-"}, {"*"}, {"_"})


def _as_line(line: str, below: str) -> str:
    bare = line.lstrip(" \t")
    words = bare.lstrip("#")
    if 1 <= len(bare) - len(words) <= _MOST_HASHES and words[:1] in (" ", "\t"):
        words = words.strip(" \t")
        closing = words.rstrip("#")  # `## Drinks ##`
        return _bold(closing if closing[-1:] in ("", " ", "\t") else words) or bare
    return _as_item(item, below) if (item := _ITEM.fullmatch(line)) else line


def _as_item(item: re.Match[str], below: str) -> str:
    """An item of a list, at whatever depth: WhatsApp has one level, and shows no other as a list.

    An item that has others below it is in bold instead.
    """
    mark, words = item["mark"], item["words"]
    mark = "-" if mark in _HYPHENS else mark
    if mark[0].isdigit() and _depth(item) >= _NESTED:
        mark = f"- {mark}"  # else its numbers would pass for those of the list around it
    if mark == "-":
        task = _TASKS.get(words[:4], "")
        words = task + words[4:] if task else words
        next_one = _ITEM.fullmatch(below)
        has_more = next_one is not None and _depth(next_one) > _depth(item)
        if has_more and len(words) <= _LONGEST_PARENT and not _MARKED.search(words):
            words = _bold(words)
    return f"{mark} {words}"


def _depth(item: re.Match[str]) -> int:
    return len(item["indent"].expandtabs(4))


def _bold(words: str) -> str:
    """In bold as a whole: bold within it would end that."""
    plain = words.replace("*", "").strip()
    return f"*{plain}*" if plain else ""
