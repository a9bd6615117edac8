"""Numbers, beginnings and foreign text in sentences."""


def counted(count: int, thing: str) -> str:
    """ "1 pixel", "2,000 pixels"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def capital(text: str) -> str:
    """A text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def duration_text(seconds: float) -> str:
    """ "40 seconds", "3 minutes", "2 hours"."""
    if seconds < 90:
        return counted(round(seconds), "second")
    return f"{seconds / 60:.0f} minutes" if seconds < 2 * 3600 else f"{seconds / 3600:.0f} hours"


def printable(text: str) -> str:
    """A text from outside without characters that hide, reverse or break what stands beside them."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
