"""A letter to a firm, read for what counsel asks first: its basis, its products, earlier contacts, the answer asked for.

Nothing is concluded that a sentence of the letter does not state, and each answer carries its sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.letter_basis import Basis, bases
from store.letter_contacts import Contact, contacts
from store.letter_products import Product, Stated, products, routes, tissues
from store.letter_response import Response, response
from store.records import Block
from store.sentences import sentences

# What runs on for longer without a stop is a table or a damaged page; no sentence of a letter comes near it.
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter states. An empty tuple, or None for the response, means: not stated in the letter.

    `firm` is the addressee and `kind_of_product` the regulator's own label ("Biologics"), from the page's fields.
    """

    firm: str
    kind_of_product: str
    bases: tuple[Basis, ...]
    products: tuple[Product, ...]
    tissues: tuple[Stated, ...]
    routes: tuple[Stated, ...]
    contacts: tuple[Contact, ...]
    response: Response | None


def read_letter(title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> Letter:
    """A letter's own statements, from the title and fields of its page and the blocks of its text."""
    found = [sentence for sentence in sentences(blocks) if len(sentence.text) <= _LONGEST]
    return Letter(
        firm=fields.get("company", "") or title,
        kind_of_product=fields.get("product", ""),
        bases=bases(found, blocks),
        products=products(found, blocks),
        tissues=tissues(found, blocks),
        routes=routes(found, blocks),
        contacts=contacts(found),
        response=response(found),
    )
