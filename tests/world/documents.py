"""What the regulators of the stand-in publish, as plain data: planted documents, traps, and others that say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

LETTERS = "fda_warning_letters"
GUIDANCE = "fda_guidance"
SAFETY = "fda_safety"
RECALLS = "health_canada_recalls"
NOTICES = "health_canada_notices"
SOURCES = (LETTERS, GUIDANCE, SAFETY, RECALLS, NOTICES)


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `file` is the text of its PDF, `menu` stands in the section menu of its page only.

    `planted` says where the topic stands in it, `trap` what looks like the topic and is not; both are "" for a document
    that has nothing to do with it.
    """

    source: str
    slug: str
    title: str
    text: tuple[str, ...]
    number: int
    day: date = date(2025, 3, 4)
    rows: tuple[tuple[str, ...], ...] = ()
    file: tuple[str, ...] = ()
    language: str = "en"
    pair: str = ""
    menu: str = ""
    planted: str = ""
    trap: str = ""
    old_layout: bool = False

    @property
    def words(self) -> str:
        """Everything that a reader of its page sees."""
        return " ".join([self.title, *map(plain, self.text), *(cell for row in self.rows for cell in row)])


def plain(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)


FILLING = (
    "The firm keeps its records in a building that we visited in spring, and the answers given there were complete.",
    "We looked at the procedures for storing, labelling and releasing each lot, and at the complaints of two years.",
    "Within fifteen working days, write to the office named above and say what was done, by whom and until when.",
    "Reports of unexpected effects belong to the program for health professionals and patients.",
    "The samples were taken on the third day and were examined in a laboratory of ours by two methods.",
    "Where a step cannot be finished in time, give the reason for the delay and the day on which it will be done.",
)
FILLING_FR = (
    "L’entreprise conserve ses dossiers dans un bâtiment que nous avons visité au printemps.",
    "Nous avons examiné les procédures d’entreposage, d’étiquetage et de mise en circulation de chaque lot.",
    "Veuillez écrire au bureau nommé ci-dessus dans les quinze jours ouvrables.",
    "Les effets inattendus doivent être signalés au programme destiné aux professionnels de la santé.",
)
ONE_LATE = (
    "Although this is not our main concern, the leaflet of one vial speaks of <em>exo</em>somes from cord tissue."
)
VESICLES = "The product is described as a suspension of extracellular vesicles of human origin."
PLACES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "in one late paragraph": ((*FILLING * 2, ONE_LATE, FILLING[0]), ()),
    "only in a table": (FILLING, (("Vial", "Stated content"), ("Sample A", "5 billion exosomes"))),
    "only as extracellular vesicles": ((*FILLING[:3], VESICLES, *FILLING[3:]), ()),
}
PLACES_FR = {
    "only in French": ((*FILLING_FR, "Le flacon contient des exosomes d’origine humaine.", FILLING_FR[0]), ()),
    "only as vésicules extracellulaires": ((*FILLING_FR, "Il s’agit de vésicules extracellulaires humaines."), ()),
}
TRAPS = {
    "exo inside a firm's name": ("Trexolin Robotics", FILLING, ""),
    "XO in a name": ("XO Samplix LLC", FILLING, ""),
    "the word only in a link's address": (
        "Linkwood Sample Works",
        (*FILLING, 'Read <a href="/sample-notice-exosome-products">our earlier notice</a> before you answer.'),
        "",
    ),
    "the word only in a menu": ("Menufield Sample Works", FILLING, "Sample notice on exosome products"),
    "the word inside another": (
        "Hexosomic Sample Works",
        (*FILLING, "The plant makes hexosomine and exotic oils."),
        "",
    ),
}


def papers(source: str, others: int = 2) -> tuple[Paper, ...]:
    """Every way to be planted in a source, every trap, and so many others, newest first."""
    made: list[Paper] = []
    for place, (text, rows) in PLACES.items():
        made.append(_paper(source, len(made), _title(source, place), text, rows=rows, planted=place))
    if source in (RECALLS, NOTICES):
        for place, (text, rows) in PLACES_FR.items():
            made.append(_paper(source, len(made), _title(source, place), text, rows=rows, planted=place, language="fr"))
    if source == RECALLS:
        made.append(_paper(source, len(made), _title(source, "old"), PLACES["only in a table"][0],
                           rows=PLACES["only in a table"][1], planted="in the older layout", old_layout=True))  # fmt: skip
    if source == GUIDANCE:
        place = "only in the PDF"
        made.append(
            _paper(source, len(made), _title(source, place), FILLING, file=(*FILLING, plain(ONE_LATE)), planted=place)
        )
    for trap, (title, text, menu) in TRAPS.items():
        made.append(_paper(source, len(made), title, text, menu=menu, trap=trap))
    made += [other(source, len(made) + n) for n in range(others)]
    return _spread(made) if source == NOTICES else tuple(made)


WATCHED = "watched"
"""What the address of a notice that stands on the watch list holds."""


def _spread(made: Sequence[Paper]) -> tuple[Paper, ...]:
    """Notices have no list: one is a child of a watched page, one its twin, others are named by sitemap and news."""
    below, on_map, in_news, twin, *rest = made
    rest = [replace(paper, slug=f"{WATCHED}-{paper.slug}") for paper in rest]
    hub = replace(other(NOTICES, 90), slug=f"{WATCHED}-hub", pair="jumeau")
    return (
        replace(below, slug=f"{hub.slug}/matter"),
        replace(on_map, slug="sample-vesicle-table"),
        replace(in_news, slug="in-the-news"),
        replace(twin, slug="jumeau"),
        hub,
        *rest,
    )


def other(source: str, n: int) -> Paper:
    """A document that has nothing to do with the topic, and a text of its own."""
    turned = FILLING[n % 6 :] + FILLING[: n % 6]
    return _paper(source, n, f"Plainfield Sample Works {n}", (*turned, f"This concerns lot {n} of the sample."))


def world_papers(others: int = 2, sources: Sequence[str] = SOURCES) -> tuple[Paper, ...]:
    """The documents of several sources."""
    return tuple(paper for source in sources for paper in papers(source, others))


def _title(source: str, place: str) -> str:
    return f"Sample matter {sum(map(ord, place)) % 97} of the {source.rpartition('_')[2]}"


def _paper(source: str, n: int, title: str, text: Sequence[str], **more: object) -> Paper:
    slug = f"{re.sub('[^a-z0-9]+', '-', title.lower()).strip('-')}-{n}"
    file = FILLING[:3] if source == GUIDANCE and n % 2 == 0 else ()
    given: dict[str, object] = {"file": file, "day": date(2025, 6, 3) - timedelta(days=n // 3), **more}
    return Paper(source, slug, title, tuple(text), 700_000 + n, **given)  # type: ignore[arg-type]
