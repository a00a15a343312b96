"""What stands within the lines of Markdown, as WhatsApp has it: links, code, bold, prices."""

import html
import re
from collections.abc import Iterator
from functools import partial
from itertools import count, repeat

MONO = "```"
BREAK = "\x01"  # a line break within a line, until the lines are done with
BLOCK = "\x02"  # the same around a block, of which several are one
_TOKEN = re.compile("\x00([0-9]++)\x00")

_TAGS = {
    **dict.fromkeys(("b", "/b", "strong", "/strong"), "**"),
    **dict.fromkeys(("i", "/i", "em", "/em"), "_"),
    **dict.fromkeys(("s", "/s", "del", "/del", "strike", "/strike"), "~~"),
    **{f"h{nth}": f"{BLOCK}**" for nth in range(1, 7)},
    **{f"/h{nth}": f"**{BLOCK}" for nth in range(1, 7)},
    "br": BREAK,
    **dict.fromkeys(("p", "/p", "div", "/div", "li", "ul", "/ul", "ol", "/ol", "hr"), BLOCK),
    **dict.fromkeys(("details", "/details", "summary", "/summary"), BLOCK),
}
_NAMES = ("u", "sub", "sup", "span", "small", "mark", *(each for each in _TAGS if each[0] != "/"))

# An address may hold brackets, and brackets in brackets.
_BRACKETS = r"\((?:[^\s()]++|\([^\s()]*+\))*+\)"
_ADDRESS = rf"(?i:https?://|www\.|mailto:|tel:)(?:[^\s()]++|{_BRACKETS})*+"
_TITLE = r"""(?:[ \t]++(?:"[^"\n]*+"|'[^'\n]*+'|\([^()\n]*+\)))?"""
_WORDS = r"(?:[^\[\]\\\n]++|\\[^\n]|\[(?:[^\[\]\\\n]++|\\[^\n])*+\])++"
_SPAN = re.compile(
    r"(?=[`!\[<h\\&])(?:"  # seen first, for most characters begin none
    r"(?P<code>```.*?```|``(?!`)[^`\n]*+(?:`(?!`)[^`\n]*+)*+``(?!`)|`[^`\n]+`)"
    rf"|!?+\[(?P<words>(?:{_WORDS})?+)\]\([ \t]*+"
    rf"(?:<(?P<angled>(?:https?://|mailto:)[^<>\n]++)>|(?P<address>{_ADDRESS})"
    rf"|(?P<nowhere>[/#][^\s()]*+)){_TITLE}[ \t]*+\)"
    r"|!?+\[\^(?P<note>[^\[\]\s]{1,40})\]"
    rf"|!?+\[(?P<named>{_WORDS})\](?:\[(?P<name>[^\[\]\n]*+)\])?+"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]++|[\w.+-]++@[\w.-]++)>"
    r"|(?P<bare>https?://[^\s<>]*[^\s<>*_~.,;:!?…])"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])|\\(?P<end>\n)"
    r"|&(?P<entity>\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|<(?i:a)[ \t]++(?i:href)=[\"'](?P<leads>(?:https?://|mailto:|tel:)[^\s\"'<>]++)[\"'][^<>\n]*+>"
    r"(?P<shown>[^<>\n]++)</(?i:a)>"
    rf"|<(?P<tag>/?(?i:{'|'.join(_NAMES)}))(?:[ \t]++[^<>=\n]++=[^<>\n]*+)?[ \t]*+/?>)",
    re.DOTALL,
)
_ESCAPED_BRACKET = re.compile(r"\\([()])")
_SPANS_HAVE = ("`", "[", "://", "\\", "&", "<")

_MARKED = r"(?P<words>[^\s{0}](?:[^\n{0}]*[^\s{0}])?)"
_EMPHASES: list[tuple[str, re.Pattern[str], str]] = [
    ("***", re.compile(rf"\*\*\*{_MARKED.format('*')}\*\*\*"), "*_{}_*"),
    ("**", re.compile(r"\*\*(?P<words>[^\s*](?:(?:(?!\*\*)[^\n])*[^\s*])?)\*\*"), "*{}*"),
    ("__", re.compile(rf"(?<!\w)__{_MARKED.format('_')}__(?!\w)"), "*{}*"),
    ("~~", re.compile(rf"~~{_MARKED.format('~')}~~"), "~{}~"),
]
_WITHIN_BOLD = re.compile(r"\*([^*\n]++)\*")

# Three capital letters pass for a currency: elsewhere such a space does no harm.
_LETTERS = r"[A-Z]{3}|F[Rr][Ww]|[Ff]rw|[Rr]wf|Eur|[KTU]Sh"
_WORDS_FOR_MONEY = (
    "[Ff]rancs?|[Ee]uros?|[Ee]ur|[Ff]ranchi|[Ff]aranga|[Aa]mafaranga|[Ss]hilingi|FCFA"
    "|[Ff]rw?s?|[Rr]wf|F|[Mm]illions?|[Mm]ilioni?|[Mm]iliyoni|M"
)
_SIGNS = "[€$£¥₣]"
_MARK = "[*_~]"
_GAP = re.compile(
    rf" (?:(?={_MARK}?[-−]?[0-9])"
    rf"(?:(?<=(?:{_LETTERS}) )|(?<=(?:{_LETTERS})[.:*_~] )|(?<=(?:R[Ff]|Rs) )"
    rf"|(?<=(?:R[Ff]|Rs){_MARK} )|(?<={_SIGNS} )|(?<={_SIGNS}{_MARK} )"
    r"|(?<=[Aa]mafaranga )|(?<=[Ss]hilingi )|(?<=francs )|(?<=francs rwandais ))"
    r"|(?=rwandais [0-9])(?<=francs )"
    rf"|(?={_MARK}?(?:{_LETTERS}|R[Ff]|{_WORDS_FOR_MONEY}|{_SIGNS}|%)(?![A-Za-z0-9]))"
    rf"(?:(?<=[0-9kM] )|(?<=[0-9k]{_MARK} )|(?<=million )|(?<=millions ))"
    r"|(?=[0-9]{3}(?![0-9]))(?<=[0-9] ))"
)
# Of several spaces a line would break at the first.
_WIDE_GAP = re.compile(r"(?<=[A-Za-z€$£]) {2,}+(?=[0-9])|(?<=[0-9]) {2,}+(?=[A-Za-z€$£])")


class Kept:
    """What no rule may change any more, each with a token in the text that stands for it."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._addresses: dict[str, tuple[int, str]] = {}
        self._lists: list[Iterator[str]] = []  # what stands before the items of those we are in

    def cleared(self, text: str) -> str:
        """Without what would pass for a token."""
        return text.replace("\x00", "").replace(BREAK, "").replace(BLOCK, "")

    def keep(self, text: str) -> str:
        self._texts.append(text)
        return f"\x00{len(self._texts) - 1}\x00"

    def define(self, name: str, address: str, line: str) -> str:
        """Keep a line that says where links of this name lead; the first one of a name counts."""
        self._addresses.setdefault(_folded(name), (len(self._texts), address))
        return self.keep(line)

    def address_of(self, name: str) -> str | None:
        """Where links of this name lead; the line that said so is not needed any more."""
        if (found := self._addresses.get(_folded(name))) is None:
            return None
        number, address = found
        self._texts[number] = ""
        return address

    def tag(self, name: str) -> str:
        """What stands for a tag of HTML. It counts the items of numbered lists."""
        written = _TAGS.get(name, "")
        match name:
            case "ol":
                self._lists.append(f"{number}. " for number in count(1))
            case "ul":
                self._lists.append(repeat("- "))
            case "/ol" | "/ul" if self._lists:
                self._lists.pop()
            case "li":
                return written + (next(self._lists[-1]) if self._lists else "- ")
        return written

    def restored(self, text: str) -> str:
        return _TOKEN.sub(lambda token: self._texts[int(token[1])], text) if self._texts else text


def spans(text: str, kept: Kept) -> str:
    """`text` with what stands within its lines in WhatsApp's form. Addresses and code are kept."""
    if any(mark in text for mark in _SPANS_HAVE):
        text = _SPAN.sub(partial(_span, kept), text)
    for mark, pattern, form in _EMPHASES:
        if mark in text:  # most texts have none, and a pattern reads all of a text to find nothing
            text = pattern.sub(partial(_emphasis, form), text)
    return text


def with_prices_whole(text: str) -> str:
    """`text` with no-break spaces between a currency and its figures, and within figures."""
    if "\u2009" in text:  # a thin space, at which a line may break
        text = text.replace("\u2009", " ")
    if "  " in text:
        text = _WIDE_GAP.sub(" ", text)
    return _GAP.sub("\u00a0", text)


def _span(kept: Kept, found: re.Match[str]) -> str:
    match found.lastgroup:
        case "code":
            return kept.keep(_code(found[0]))
        case "angled" | "address":
            address = found["address"] or (found["angled"] or "").replace(" ", "%20")
            return _link(found["words"], _ESCAPED_BRACKET.sub(r"\1", address), kept)
        case "named" | "name":
            return _named_link(found, kept)
        case "nowhere":  # of a page that we have not
            return found["words"]
        case "note":
            return f"[{found['note']}]"
        case "shown":
            return _link(found["shown"], found["leads"], kept)
        case "bare":
            return kept.keep(found[0])
        case "auto":
            return kept.keep(_shown(found["auto"]))
        case "escaped":
            return kept.keep(found["escaped"])
        case "entity":
            return kept.keep(html.unescape(found[0]))
        case "tag":
            return kept.tag(found["tag"].lower())
        case _:
            return "\n"


def _code(span: str) -> str:
    if span.startswith("``") and not span.startswith(MONO):
        return f"{MONO}{span[2:-2].strip()}{MONO}"  # it holds a mark of its own
    return span


def _named_link(found: re.Match[str], kept: Kept) -> str:
    words = found["named"]
    name = found["name"] or words
    is_note = not found["name"] and words.isdigit()  # "[1]" says where to look, not what is there
    address = None if is_note else kept.address_of(name)
    if address is not None:
        return _link(words, address, kept)
    before, _, behind = found[0].partition(words)
    return f"{before}{_SPAN.sub(partial(_span, kept), words)}{behind}"


def _link(words: str, address: str, kept: Kept) -> str:
    # A picture that is a link leads where the link does.
    plain = _SPAN.sub(partial(_picture_or_span, kept), words).strip()
    shown = _shown(address)
    bare = shown.partition("://")[2]
    is_told = words.strip() in ("", shown, bare, bare.rstrip("/"))
    return kept.keep(shown) if is_told else f"{plain}: {kept.keep(shown)}"


def _picture_or_span(kept: Kept, found: re.Match[str]) -> str:
    is_picture = found[0].startswith("!") and found["words"]
    return found["words"] if is_picture else _span(kept, found)


def _shown(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _emphasis(form: str, found: re.Match[str]) -> str:
    words = found["words"]
    if "*" in words:
        words = _WITHIN_BOLD.sub(r"_\1_", words)
    return form.format(words)
