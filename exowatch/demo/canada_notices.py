"""The invented pages of Health Canada: where each stands, when it is served, and what its metadata says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

EN_PROGRAMS = "/en/health-canada/programs"
FR_PROGRAMS = "/fr/sante-canada/programmes"

ALWAYS = frozenset({0, 1, 2})
FROM_AUGUST = frozenset({1, 2})
JANUARY_ONLY = frozenset({0})


@dataclass(frozen=True, slots=True)
class Notice:
    """One canada.ca page. `titles` and `modified` give the states from which a value holds; `text` names its file."""

    path: str
    text: str
    titles: dict[int, str]
    issued: date
    modified: dict[int, date]
    states: frozenset[int] = ALWAYS
    pair: str = ""
    description: str = ""
    crumbs: tuple[tuple[str, str], ...] = field(default=())

    @property
    def language(self) -> str:
        return self.path[1:3]

    @property
    def url(self) -> str:
        return f"https://www.canada.ca{self.path}"

    def title(self, state: int) -> str:
        return self.titles[max(first for first in self.titles if first <= state)]

    def modified_on(self, state: int) -> date:
        return self.modified[max(first for first in self.modified if first <= state)]


_CONSULTATION = f"{EN_PROGRAMS}/sample-consultation-topical-products-human-derived-exosomes"
_CONSULTATION_FR = f"{FR_PROGRAMS}/exemple-consultation-produits-topiques-exosomes-origine-humaine"
_QUESTIONS = f"{EN_PROGRAMS}/sample-questions-answers-exosomes.html"
_QUESTIONS_FR = f"{FR_PROGRAMS}/exemple-questions-reponses-exosomes.html"
_PUBLISHED = date(2025, 8, 14)
_CLOSED = date(2025, 10, 24)

CONSULTATION = Notice(
    f"{_CONSULTATION}.html",
    "consultation_en",
    {
        0: "Consultation: Sample approach to topical products with human-derived exosomes",
        2: "Closed consultation: Sample approach to topical products with human-derived exosomes",
    },
    _PUBLISHED,
    {0: _PUBLISHED, 2: _CLOSED},
    FROM_AUGUST,
    pair=f"{_CONSULTATION_FR}.html",
    description="Sample consultation on skin products with human-derived exosomes.",
)
CONSULTATION_FR = Notice(
    f"{_CONSULTATION_FR}.html",
    "consultation_fr",
    {
        0: "Consultation : Exemple d\u2019approche pour les produits topiques contenant des exosomes d\u2019origine humaine",
        2: "Consultation fermée : Exemple d\u2019approche pour les produits topiques contenant des exosomes"
        " d\u2019origine humaine",
    },
    _PUBLISHED,
    {0: _PUBLISHED, 2: _CLOSED},
    FROM_AUGUST,
    pair=f"{_CONSULTATION}.html",
    description="Exemple de consultation sur les produits pour la peau contenant des exosomes d\u2019origine humaine.",
)
NOTICE = Notice(
    f"{_CONSULTATION}/notice.html",
    "notice_en",
    {0: "Notice: Sample approach to topical products with human-derived exosomes"},
    _PUBLISHED,
    {0: _PUBLISHED},
    FROM_AUGUST,
    pair=f"{_CONSULTATION_FR}/avis.html",
    crumbs=((CONSULTATION.title(0), CONSULTATION.path),),
)
NOTICE_FR = Notice(
    f"{_CONSULTATION_FR}/avis.html",
    "notice_fr",
    {0: "Avis : Exemple d\u2019approche pour les produits topiques contenant des exosomes d\u2019origine humaine"},
    _PUBLISHED,
    {0: _PUBLISHED},
    FROM_AUGUST,
    pair=f"{_CONSULTATION}/notice.html",
    crumbs=((CONSULTATION_FR.title(0), CONSULTATION_FR.path),),
)
EDITED = Notice(
    f"{EN_PROGRAMS}/sample-notice-injectable-vesicle-products.html",
    "edited",
    {0: "Notice: Sample import conditions for injectable products with extracellular vesicles"},
    date(2024, 6, 3),
    {0: date(2024, 6, 3), 1: date(2025, 4, 22)},
    description="Sample conditions for importers of injectable vesicle products.",
)
VANISHING = Notice(
    f"{EN_PROGRAMS}/sample-advisory-exosome-clinics.html",
    "vanishing",
    {0: "Sample advisory: Clinics that offer exosome infusions"},
    date(2024, 2, 20),
    {0: date(2024, 2, 20)},
    JANUARY_ONLY,
)
QUESTIONS = Notice(
    _QUESTIONS,
    "questions_en",
    {0: "Sample questions and answers about exosomes"},
    date(2023, 11, 6),
    {0: date(2024, 1, 9)},
    pair=_QUESTIONS_FR,
    description="Sample answers for people who are offered exosomes.",
)
QUESTIONS_FR = Notice(
    _QUESTIONS_FR,
    "questions_fr",
    {0: "Exemple de questions et réponses sur les exosomes"},
    date(2023, 11, 6),
    {0: date(2024, 1, 9)},
    pair=_QUESTIONS,
    description="Exemple de réponses pour les personnes à qui l\u2019on propose des exosomes.",
)
TABLE_ROW = Notice(
    f"{EN_PROGRAMS}/sample-conditioned-ingredients-reference-table.html",
    "table_row",
    {0: "Sample reference table: Ingredients looked at on the line between cosmetics and drugs"},
    date(2024, 9, 12),
    {0: date(2024, 9, 12)},
)
PLASMA = Notice(
    f"{EN_PROGRAMS}/sample-platelet-rich-plasma-injections.html",
    "plasma",
    {0: "Sample notice: Platelet-rich plasma (PRP) offered in beauty salons"},
    date(2024, 8, 2),
    {0: date(2024, 8, 2)},
)
ELECTRIC = Notice(
    f"{EN_PROGRAMS}/sample-ev-air-conditioned-vaccine-transport.html",
    "electric",
    {0: "Sample bulletin: EV vans for air-conditioned vaccine transport"},
    date(2024, 10, 15),
    {0: date(2024, 10, 15)},
)
PROGRAMS = Notice(
    f"{EN_PROGRAMS}.html",
    "programs_en",
    {0: "Sample programs"},
    date(2015, 3, 2),
    {0: date(2024, 3, 4)},
    pair=f"{FR_PROGRAMS}.html",
)
PROGRAMS_FR = Notice(
    f"{FR_PROGRAMS}.html",
    "programs_fr",
    {0: "Exemple de programmes"},
    date(2015, 3, 2),
    {0: date(2024, 3, 4)},
    pair=f"{EN_PROGRAMS}.html",
)

NOTICES = (
    CONSULTATION, NOTICE, CONSULTATION_FR, NOTICE_FR, EDITED, VANISHING, QUESTIONS, QUESTIONS_FR, TABLE_ROW,
    PLASMA, ELECTRIC, PROGRAMS, PROGRAMS_FR,
)  # fmt: skip


def served(state: int) -> list[Notice]:
    return [notice for notice in NOTICES if state in notice.states]
