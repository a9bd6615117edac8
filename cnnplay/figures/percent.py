"""Shares in percent, written alike wherever they stand side by side."""


def share_text(share: float, digits: int = 0) -> str:
    """ "94.8 %" of 0.948. `percentText` in ui/components/scripts/shared/format.js writes the same."""
    return f"{100 * share:.{digits}f} %"


def probability_text(probability: float) -> str:
    """With one digit after the point; one that is nearly 0 or 1 is not rounded to 0 or 1.

    `probabilityText` in ui/components/scripts/shared/format.js writes the same.
    """
    if probability > 0.999:
        return ">99.9 %"
    return "<0.1 %" if probability < 0.001 else share_text(probability, 1)
