"""Raised digits: a footnote's number stays apart from the number it stands behind."""

DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
RAISED = str.maketrans("0123456789", DIGITS)
"""With its digits translated, note 1 of 21 CFR 1271.3 is not taken for a part of it: 1271.31."""
