"""What a mention does in a letter to a firm: the regulator concludes, quotes the firm's claim, adds a concern, points.

Most mentions in a letter quote the firm. The rules stand in one table, and the first that holds decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from store.quotations import is_quoted
from store.records import Block, BlockKind, Mention, Role


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A mention has `role` where `holds`; `why` says it in words."""

    role: Role
    why: str
    holds: Callable[[Mention, Sequence[Block]], bool]


def role_of(mention: Mention, blocks: Sequence[Block]) -> Role:
    """The role of a mention in the letter with these blocks; `OTHER` for one in the title or in a field."""
    if not 0 <= mention.block < len(blocks):
        return Role.OTHER
    near = _within_reach(mention, blocks[mention.block].text)
    return next((rule.role for rule in RULES if rule.holds(near, blocks)), Role.OTHER)


_LONGEST = 4000


def _within_reach(mention: Mention, text: str) -> Mention:
    """The mention, of a sentence that runs on for pages with what stands around it only: rules cost by its length."""
    if len(mention.sentence) <= _LONGEST:
        return mention
    start = max(0, mention.position - _LONGEST // 2)
    return replace(mention, sentence=text[start : start + _LONGEST])


_POINTER = re.compile(
    r"\b(?:public )?safety (?:notification|alert|communication)\b|\bconsumer alert\b|\bpatient and consumer information\b"
    r"|\bfda\.gov/\S{0,200}(?:safety-notification|consumer-alert|safety-alert|exosome)",
    re.IGNORECASE,
)
_CONCERN = re.compile(r"\badditional (?:concerns?|comments?|issues?)\b", re.IGNORECASE)
_COMMENT = re.compile(
    r"\bwe (?:also )?(?:offer|have) the following (?:additional )?(?:comments?|concerns?)\b", re.IGNORECASE
)
# What closes a letter where no heading does.
_CLOSING = re.compile(
    r"(?:neither this letter|this letter (?:is not intended|notifies)|the (?:above )?violations (?:cited|described)"
    r"|please (?:submit|notify|respond)|you should take prompt|your firm should take prompt|failure to)\b",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\b(?:claims?|statements?|states?|stated|claimed|testimonials?|excerpts?|social media|labeling|product labels?"
    r"|web ?sites?|brochures?|videos?|protocols?|faqs?)\b",
    re.IGNORECASE,
)
# What a letter asks for is listed too.
_ASKS = re.compile(
    r"\b(?:in response to this letter|provide (?:the|us|a|an|your)|(?:should|must) (?:also )?include|submit)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[•▪◦●■\uf0b7\uf0a7\uf06f*–-]|o(?=\s)|[\ue000-\uf8ff])\s*", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:you(?:r (?:[\w’'-]+ ){1,4})?|(?:the |its |this )?(?:[\w’'-]+ )?(?:web ?site|brochure|label(?:ing)?|page|video|post|testimonial|protocols?|faqs?))"
    r" (?:also )?(?:states?|stated|claims?|claimed|explains?|describes?|advertises?|promotes?|represents?|says?|tells?"
    r"|indicates?|asserts?|asserted)\b",
    re.IGNORECASE,
)
# Where a sentence turns from what the firm says to what the regulator finds.
_TURNS = re.compile(
    r";|\b(?:however|but|although|we|FDA|evidence|review|inspection)\b|\byou (?:failed|did|have|do) ?(?:not)?\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"\b(?:is|are|was|were|be) (?:also |therefore |not )*(?:an? |the )?(?:[\w-]+ ){0,3}?"
    r"(?:drugs?|biological products?|devices?|HCT/Ps?|subject (?:to|of)|regulated|misbranded|adulterated|unapproved|unlicensed"
    r"|required|intended|approved|licensed|authorized|in violation|prohibited|defined|manufactured)\b"
    r"|\b(?:violat(?:es?|ed|ions?|ing)|fails? to|failed to|do(?:es)? not (?:meet|qualify|conform)|did not|lacks?|you must)\b"
    r"|\b(?:we|FDA|our (?:inspection|review|investigators?)|the inspection|FDA[’']s (?:inspection|review))\)?"
    r" (?:also |has |have |further )*(?:notes?|noted|documented|determined|found|observed|conclude[sd]?|consider[s]?|identified|remind)\b"
    r"|\bno (?:IND|BLA|approved|investigational)\b|\bthis letter is to advise\b"
    r"|\bnot (?:generally )?recognized as\b|\b(?:is|are) not an? human cell\b"
    r"|\bmakes? (?:[\w’'-]+ ){1,6}(?:drugs?|adulterated|misbranded)\b"
    r"|\binvestigators? (?:also |has |have )*(?:saw|observed|documented|found)\b"
    r"|\byou (?:also )?(?:market|manufactur|distribut|offer|sell|promot|produc)(?:e|es|ed|s)?\b",
    re.IGNORECASE,
)
_LONGEST_HEADING = 90
_ABOVE = 60
_LIST_LENGTH = 15
_INTRODUCTION = 300


def _points(mention: Mention, blocks: Sequence[Block]) -> bool:
    return _POINTER.search(mention.sentence) is not None


def _quotes(mention: Mention, blocks: Sequence[Block]) -> bool:
    return is_quoted(blocks, mention.block, mention.position)


def _adds_concern(mention: Mention, blocks: Sequence[Block]) -> bool:
    """Whether the passage opens an additional concern, or one was opened above and nothing has closed it."""
    own = blocks[mention.block].text
    if _CLOSING.match(own):
        return False
    if _CONCERN.match(own.lstrip(" •")):
        return True
    for block in reversed(blocks[max(0, mention.block - _ABOVE) : mention.block]):
        if _heads(block):
            return _CONCERN.search(block.text) is not None
        if _COMMENT.search(block.text[:_INTRODUCTION]):
            return True
        if _CLOSING.match(block.text):
            return False
    return False


def _heads(block: Block) -> bool:
    """Whether a block heads what follows: a heading, or a short line without a stop where markup has none."""
    if block.kind is BlockKind.HEADING:
        return True
    text = block.text
    return len(text) <= _LONGEST_HEADING and text[:1].isupper() and text[-1:].isalnum() and "http" not in text


def _lists_claim(mention: Mention, blocks: Sequence[Block]) -> bool:
    """Whether the mention is an item of a list that "examples of your claims include:" or the like introduces."""
    if not _is_item(blocks[mention.block]):
        return False
    for block in reversed(blocks[max(0, mention.block - _LIST_LENGTH) : mention.block]):
        if not _is_item(block):
            introduced = block.text.endswith(":") and not _ASKS.search(block.text[-_INTRODUCTION:])
            return introduced and _CLAIMS.search(block.text[-_INTRODUCTION:]) is not None
    return False


def _is_item(block: Block) -> bool:
    return block.kind is BlockKind.ITEM or _BULLET.match(block.text) is not None


def _is_said(mention: Mention, blocks: Sequence[Block]) -> bool:
    """Whether the sentence reports, before the mention, what the firm states."""
    at = mention.sentence.find(mention.variant)
    said = _SAYS.search(mention.sentence)
    return said is not None and at >= said.end() and not _TURNS.search(mention.sentence, said.end(), at)


def _concludes(mention: Mention, blocks: Sequence[Block]) -> bool:
    """Whether the regulator finds something; "if your product is not a drug" finds nothing."""
    return not mention.sentence.startswith("If ") and _CONCLUDES.search(mention.sentence) is not None


RULES: Final = (
    RoleRule(Role.POINTER, "its sentence names a safety notification or alert, or is its address", _points),
    RoleRule(Role.CLAIM, "it stands within quotation marks", _quotes),
    RoleRule(Role.CONCERN, "it stands below “Additional Concern”, or after words that open one", _adds_concern),
    RoleRule(Role.CLAIM, "it is an item in a list of claims", _lists_claim),
    RoleRule(Role.CLAIM, "its sentence reports what the firm states", _is_said),
    RoleRule(Role.CONCLUSION, "its sentence finds or concludes in the regulator's own voice", _concludes),
)
