"""Texts that a visitor may send so that something carries them out: by what would carry them out."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import zip_longest

SIGN = "zqx"  # stands in all of them: where a page or a file has it, there is a visitor's text

HTML = [
    *(f"<{tag}>{SIGN}</{tag}>" for tag in ("b", "h1", "style", "svg", "iframe", "form", "math", "template", "button")),
    *(f"<{tag} {SIGN}>" for tag in ("br", "input", "base", "meta", "link", "object", "embed")),
    *(f"<img src={SIGN} {event}=alert(1)>" for event in ("onerror", "onload", "onpointerenter")),
    *(f"<a href={scheme}:{SIGN}>a</a>" for scheme in ("javascript", "data", "vbscript", "https")),
    *(f"{quote}><script>{SIGN}()</script>" for quote in ("", "'", '"', "`", "-->", "]]>", "</title>", "</textarea>")),
    *(f"&lt;{SIGN}&gt;", f"&#60;{SIGN}&#62;", f"&{SIGN};", f"<!--{SIGN}-->", f"<![CDATA[{SIGN}]]>", f"<?{SIGN}?>"),
    *(f"＜b＞{SIGN}", f"<\x00b>{SIGN}", f"<b{SIGN}", f"<svg/onload={SIGN}()>", f"{{{{{SIGN}}}}}", f"${{{SIGN}}}"),
]
MARKDOWN = [
    *(f"{mark}{SIGN}{mark}" for mark in ("*", "**", "_", "__", "~~", "`", "``", "$", "$$", "|")),
    *(
        f"{start}{SIGN}"
        for start in ("# ", "###### ", "> ", "- ", "+ ", "1. ", "    ", "\t", "- [ ] ", "---\n", "***\n")
    ),
    *(f"[{SIGN}]({address})" for address in ("javascript:a", "//b.org", "/x", "data:c", "<d e>", "#f")),
    *(f"![{SIGN}]({address})" for address in ("//b.org/a.png", "data:image/png;base64,AA", "x 'y'")),
    *(f"[{SIGN}][1]\n\n[1]: //b.org", f"[^{SIGN}]: x", f"<https://{SIGN}.org>", f"<{SIGN}@b.org>", f"\\*{SIGN}\\*"),
    *(f"```\n{SIGN}\n```", f"~~~{SIGN}", f"{SIGN}\n===", f"{SIGN}\n---", f"{SIGN}  \nx", f"{SIGN}\\\nx"),
    *(f"|a|b|\n|-|-|\n|{SIGN}|c|", f"a|{SIGN}\n-|-", f"\\({SIGN}\\)", f"\\[{SIGN}\\]", f"$\\href{{x}}{{{SIGN}}}$"),
]
STREAMLIT = [
    *(f":{colour}[{SIGN}]" for colour in ("red", "rainbow", "green-background", "blue-badge", "small", "primary")),
    *(f":material/home: {SIGN}", f":material_home: {SIGN}", f":streamlit: {SIGN}", f"{SIGN} :smile: :+1:"),
    *(f"{SIGN} {arrow} b" for arrow in ("->", "<-", "<->", "--", ">=", "<=", "~=")),
    *(f"https://{SIGN}.org", f"http://{SIGN}.org/a?b=c", f"www.{SIGN}.org", f"HTTPS://{SIGN}.org", f"a@{SIGN}.org"),
    *(f"mailto:{SIGN}@b.org", f"https:/\\{SIGN}.org", f"//{SIGN}.org", f"{SIGN}@www.b.org", f"xmpp:{SIGN}@b.org"),
]
SPREADSHEET = [
    *(f"{sign}{SIGN}" for sign in ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "'=", "''=", "＝", "＋", "－", "＠")),
    *(f"{sign}cmd|' /C {SIGN}'!A0" for sign in ("=", "+", "-", "@", "-2+3+")),
    *(f'={call}("//{SIGN}.org")' for call in ("HYPERLINK", "WEBSERVICE", "IMPORTXML", "IMAGE", "INDIRECT")),
    *(f'";={SIGN}', f'","={SIGN}', f"a\n={SIGN}", f"a;={SIGN}", f"a\t={SIGN}", f"=1+1+{SIGN}", f"-1e5{SIGN}"),
    *(f"\ufeff={SIGN}", f"\u200b={SIGN}", f"\xa0={SIGN}", f"%0A={SIGN}", f'"={SIGN}"', f"@SUM(1)*{SIGN}", "=2+5", "-5"),
]
CODE = [
    *(f"{quote}+{SIGN}()+{quote}" for quote in ("'", '"', "'''", '"""', "`")),
    *(f"{end}\nimport os; {SIGN}()\n" for end in ("'", '"', '"""', "'''", "\\", ")", "]", "# x", "\\\\'")),
    *(f"{SIGN}{escape}" for escape in ("\\n", "\\x00", "\\u202e", "\\N{DIGIT ONE}", "\\", "\\'", '\\"', "\\u0000")),
    *(f"{{{SIGN}}}", f"{{{SIGN}!r}}", f"{{{SIGN}.__class__}}", f"%({SIGN})s", f"%n{SIGN}", f"f'{{{SIGN}}}'"),
    *(f'", "{SIGN}": "', f'"}}, {{"{SIGN}": 1', f"\\u0022{SIGN}", f"%load {SIGN}", f"!{SIGN}", f"%%bash\n{SIGN}"),
    *(
        f"__import__('os').{SIGN}()",
        f"eval({SIGN})",
        f"'; DROP TABLE {SIGN}; --",
        f"$({SIGN})",
        f"`{SIGN}`",
        f"|{SIGN}",
    ),
]
LOG = [
    *(f"{SIGN}{end}2026-01-01 00:00:00 INFO cnnplay: forged" for end in ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x85")),
    *(f"{SIGN}{end}forged" for end in ("\u2028", "\u2029", "\x1c", "\x1d", "\x1e")),
    *(f"\x1b[{code}{SIGN}" for code in ("31m", "2J", "1A", "?25l")),
    *(f"\x1b]0;{SIGN}\x07", f"\x9b31m{SIGN}", f"{SIGN}\x08\x08\x08", f"{SIGN}\x7f", f"{SIGN}\x00x", "%s%s%d" + SIGN),
]
LETTERS = [
    *(f"{mark}{SIGN}" for mark in "\u202e\u202d\u2066\u2067\u2069\u200f\u061c\u200b\u200d\u2060\ufeff\u00ad"),
    *(f"{SIGN}{letter}" for letter in ("\ud800", "\udfff", "\U000e0041", "\U0010ffff", "\u0430", "e\u0301" * 30)),
    *(f"{SIGN}💥" * 20, SIGN + "9" * 5000, SIGN + "a" * 100_000, SIGN + "-" * 3000, SIGN + "\u0489" * 40, "ﬀ" + SIGN),
]
NAMES = [
    *(f"{up}{SIGN}" for up in ("../../", "..\\..\\", "/etc/", "C:\\", "\\\\host\\", "~/", "%2e%2e%2f", "file:///")),
    *(f"{SIGN}{end}" for end in (".html", ".png.exe", ".json\x00.png", "/", "\\", ":stream", " .", "%00")),
    *(
        f"CON.{SIGN}",
        f".{SIGN}",
        f"-{SIGN}",
        f"--{SIGN}=x",
        f";{SIGN}",
        f"$({SIGN}).png",
        f"{SIGN}\n.png",
        f"'{SIGN}'.png",
    ),
]
GROUPS = {
    "HTML": HTML,
    "Markdown": MARKDOWN,
    "Streamlit": STREAMLIT,
    "spreadsheet": SPREADSHEET,
    "code": CODE,
    "log": LOG,
    "letters": LETTERS,
    "names": NAMES,
}
PAYLOADS = list(dict.fromkeys(text for group in GROUPS.values() for text in group))


def rotated() -> Iterator[str]:
    """All payloads, in turn one of each group: the first few are of all kinds."""
    for row in zip_longest(*GROUPS.values()):
        yield from (text for text in row if text is not None)


def assert_only_shown(text: str) -> None:
    """Markdown in which every mark is escaped, and nothing is left that Streamlit looks for afterwards."""
    unseen = [letter for letter in text if not (letter.isprintable() or letter in "\n\u00a0\u2060")]
    assert not unseen, f"{unseen[0]!a} in {text[:200]!a}"
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    assert not re.search(r"[<>\[\]*_`#$~|&\\]|(?m:^\s*([-+]|\d+[.)])\s)|^ {4}", bare), text[:200]
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    assert not LATE.search(read), text[:200]


# What Streamlit replaces in texts whose escapes have been read (the scripts StreamlitMarkdown.*.js of release 1.67).
LATE = re.compile(
    r"https?://[-.\w]|www\.[-.\w]|[-.\w+]@[-\w]|:material_\w|:streamlit:|(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)",
    re.IGNORECASE,
)


def assert_no_formula(cell: str) -> None:
    """A cell of a CSV file that no spreadsheet calculates."""
    number = re.fullmatch(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", cell, re.ASCII | re.IGNORECASE)
    assert number or not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell), ascii(cell[:80])


class Page(HTMLParser):
    """The tags of an HTML page with their attributes; the page is well formed where `open` is empty at its end."""

    VOID = frozenset({"meta", "img", "br", "link", "input", "hr"})

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
