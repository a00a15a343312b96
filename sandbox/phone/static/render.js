// Turns a message's text into nodes as WhatsApp shows it. Text only ever becomes text nodes: it never parses HTML.

const QUOTE = /^> (\s*\S.*)$/s;
const BULLET = /^[-*•] (\s*\S.*)$/s;
const NUMBERED = /^(\d{1,3})\. (\s*\S.*)$/s;
const BLOCK_MONO = /^```([\s\S]*?\S[\s\S]*?)```\s*$/;
const LINE_END_OR_MONO = /```[\s\S]*?\S[\s\S]*?```|\n/g;

const MONO = /```([\s\S]*?\S[\s\S]*?)```/y;
const CODE = /`([^`\n]*[^`\s][^`\n]*)`/y;
const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"`]+/;
// Without a scheme only the endings that these restaurants' talk contains: "2.500" or "No.it" is no address.
const BARE_ADDRESS = /(?:[a-z0-9-]+\.)+(?:com|org|net|int|gov|edu|eu|uk|us|ca|rw|mt)\b(?:\/[^\s<>"`]*)?/;
const LINK = new RegExp(`${ADDRESS.source}|${BARE_ADDRESS.source}`, "iuy");
const LINK_TAIL = /[.,;:!?'"*_~\]»”]+$/u;
const WORD = /[\p{L}\p{N}]/u;
const FEW_EMOJI = /^(?:\p{Extended_Pictographic}(?:[\uFE0F\u{1F3FB}-\u{1F3FF}]|\u200D\p{Extended_Pictographic})*\s?){1,3}$/u;
const SPAN_TAGS = { "*": "strong", _: "em", "~": "s" };

// The body of one message: lines, lists, quotes and blocks of code.
export function renderText(body) {
  const text = body.replace(/\r\n?/g, "\n").replace(/^\n+|\s+$/g, "");
  const root = element("div", "text");
  if (FEW_EMOJI.test(text)) root.classList.add("emoji-only");
  for (const line of splitLines(text)) appendLine(root, line);
  return root;
}

// One line without any marks, for the list of chats.
export function plainText(body) {
  const lines = splitLines(body.trim()).map((line) => line.replace(/^> /, "").replace(/^[-*•] /, "• "));
  const holder = element("span");
  for (const line of lines) holder.append(...inline(line), " ");
  return holder.textContent.replace(/[^\S\u00a0\u202f]+/g, " ").trim();
}

// A line break inside ```…``` does not end the line that the block stands in.
function splitLines(text) {
  const lines = [];
  let start = 0;
  for (const match of text.matchAll(LINE_END_OR_MONO)) {
    if (match[0] !== "\n") continue;
    lines.push(text.slice(start, match.index));
    start = match.index + 1;
  }
  lines.push(text.slice(start));
  return lines;
}

function appendLine(root, line) {
  let match;
  if ((match = BLOCK_MONO.exec(line))) root.append(element("pre", "", match[1].replace(/^\n|\n$/g, "")));
  else if ((match = QUOTE.exec(line))) block(root, "blockquote").append(filled("div", match[1], "line"));
  else if ((match = BULLET.exec(line))) block(root, "ul").append(filled("li", match[1]));
  else if ((match = NUMBERED.exec(line))) appendNumbered(root, match);
  else root.append(filled("div", line, "line"));
}

function appendNumbered(root, [, number, text]) {
  const item = filled("li", text);
  item.value = Number(number);
  block(root, "ol").append(item);
}

// Lines of one kind that follow each other share one list or quote.
function block(root, tag) {
  if (root.lastElementChild?.localName === tag) return root.lastElementChild;
  const made = element(tag);
  root.append(made);
  return made;
}

function filled(tag, text, className) {
  const made = element(tag, className);
  made.dir = "auto";
  made.append(...inline(text));
  return made;
}

function inline(text) {
  const nodes = [];
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const found = markAt(text, at);
    if (!found) {
      at += 1;
      continue;
    }
    if (at > plainFrom) nodes.push(text.slice(plainFrom, at));
    nodes.push(found.node);
    at = plainFrom = found.end;
  }
  if (plainFrom < text.length) nodes.push(text.slice(plainFrom));
  return nodes;
}

// What starts at this character, as {node, end}, if anything does.
function markAt(text, at) {
  const character = text[at];
  if (character === "`") return codeAt(text, at);
  if (character in SPAN_TAGS) return spanAt(text, at);
  if (at > 0 && /[\p{L}\p{N}@.-]/u.test(text[at - 1])) return undefined;
  return linkAt(text, at);
}

function codeAt(text, at) {
  const match = stickyMatch(MONO, text, at) || stickyMatch(CODE, text, at);
  return match && { node: element("code", "", match[1]), end: at + match[0].length };
}

// WhatsApp opens a span only where a word could begin and closes it only where one could end: snake_case stays as it is.
function spanAt(text, at) {
  const mark = text[at];
  if (at > 0 && WORD.test(text[at - 1])) return undefined;
  if (!text[at + 1] || /\s/.test(text[at + 1]) || text[at + 1] === mark) return undefined;
  const close = closingMark(text, at, mark);
  if (close < 0) return undefined;
  const node = element(SPAN_TAGS[mark]);
  node.append(...inline(text.slice(at + 1, close)));
  return { node, end: close + 1 };
}

function closingMark(text, open, mark) {
  let at = open + 1;
  while (at < text.length) {
    const code = text[at] === "`" && codeAt(text, at);
    if (code) {
      at = code.end;
      continue;
    }
    const ends = text[at] === mark && at > open + 1 && !/\s/.test(text[at - 1]);
    if (ends && !(text[at + 1] && WORD.test(text[at + 1]))) return at;
    at += 1;
  }
  return -1;
}

function linkAt(text, at) {
  const match = stickyMatch(LINK, text, at);
  if (!match) return undefined;
  const shown = trimLink(match[0]);
  const link = element("a", "", shown);
  link.href = /^https?:/i.test(shown) ? shown : `https://${shown}`;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return { node: link, end: at + shown.length };
}

// A full stop after a link ends the sentence; a bracket belongs to the link only if it was opened in it.
function trimLink(address) {
  let trimmed = address.replace(LINK_TAIL, "");
  while (trimmed.endsWith(")") && !trimmed.includes("(")) trimmed = trimmed.slice(0, -1).replace(LINK_TAIL, "");
  return trimmed;
}

function stickyMatch(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
