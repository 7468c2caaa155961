"""The invented FDA letters of the demo: what the list says of each, and where its text stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SECTION = "/inspections-compliance-enforcement-and-criminal-investigations"
LIST_PATH = f"{SECTION}/compliance-actions-and-activities/warning-letters"
LETTERS_PATH = f"{SECTION}/warning-letters"

CBER = "Center for Biologics Evaluation and Research (CBER)"
CDER = "Center for Drug Evaluation and Research (CDER)"
CDRH = "Center for Devices and Radiological Health"
CTP = "Center for Tobacco Products"
FOODS = "Human Foods Program"


@dataclass(frozen=True, slots=True)
class CloseOut:
    """The close-out letter of a warning letter; the list shows the day it was posted, its address the day on it."""

    dated: date
    posted: date
    node: int
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One warning letter. `first_state` is the first state of the world whose list holds it."""

    company: str
    stem: str
    number: int
    issued: date
    posted: date
    office: str
    subject: str
    product: str
    recipient: str
    position: str
    node: int
    first_state: int = 0
    delivery: str = "VIA UPS"
    reference: str = ""
    town: str = "Sampleton"
    posted_clock: str = ""  # UTC, where it is not midnight Eastern
    broken_subject: bool = False  # the list ends some subjects with a line break element
    menu_entry: str = ""  # a link that stands in the section menu of this page only
    current_as_of: date | None = None  # the stamp from state 2 on, where it moves
    close_out: CloseOut | None = None  # shown from state 2 on

    @property
    def slug(self) -> str:
        return f"{self.stem}-{self.number}-{self.issued:%m%d%Y}"

    @property
    def path(self) -> str:
        return f"{LETTERS_PATH}/{self.slug}"

    @property
    def close_out_path(self) -> str:
        return f"{LETTERS_PATH}/{self.stem}-{self.number}-{self.close_out.dated:%m%d%Y}" if self.close_out else ""


LARKSPUR = Letter(
    "Larkspur Vesicle Works LLC", "larkspur-vesicle-works-llc", 999101, date(2025, 1, 2), date(2025, 1, 7),
    CBER, "CGMP/Deviations/Biologics License Application (BLA)", "Biologics", "Ada Sample, Ph.D.",
    "Chief Executive Officer", 990101, delivery="VIA UPS and Electronic Mail", reference="CBER-25-999101",
    broken_subject=True,
)  # fmt: skip
FERNHOLLOW = Letter(
    "Fernhollow Cellular Arts, Inc.", "fernhollow-cellular-arts-inc", 999102, date(2024, 12, 23), date(2025, 1, 14),
    CBER, "Unapproved New Drugs/Unlicensed Biological Product", "Biologics", "Ben Specimen, M.D.",
    "Owner and Medical Director", 990102, reference="CBER-25-999102", posted_clock="2025-01-15T01:20:00Z",
)  # fmt: skip
QUILLBANK = Letter(
    "Quillbank Regenerative Clinic", "quillbank-regenerative-clinic", 999095, date(2024, 11, 4), date(2024, 11, 19),
    CBER, "Deviations/CFR/Regulations for Human Cells, Tissues &amp; Cellular Products (HCT/Ps)", "Biologics",
    "Cora Placeholder, M.D.", "President", 990095, reference="CBER-25-999095", posted_clock="2024-11-19T13:20:00Z",
    current_as_of=date(2025, 3, 19), broken_subject=True,
)  # fmt: skip
PINMOOR = Letter(
    "Pinmoor Tissue Co.", "pinmoor-tissue-co", 999087, date(2024, 9, 5), date(2024, 9, 17),
    "Office of Biological Products Operations \u2013 Division 2 ", "CGMP/Deviations/Adulterated", "Biologics",
    "Dov Example", "General Manager", 990087, reference="CBER-24-999087",
    close_out=CloseOut(date(2025, 7, 3), date(2025, 7, 11), 990187, "pinmoor_close_out"),
)  # fmt: skip
BRACKENFOLD = Letter(
    "Brackenfold Aesthetics LLC", "brackenfold-aesthetics-llc", 999118, date(2025, 9, 29), date(2025, 10, 14),
    CBER, "Unapproved New Drugs/Misbranded", "Biologics", "Eva Mockup", "Managing Member", 990118,
    first_state=2, delivery="VIA Electronic Mail", reference="CBER-26-999118",
)  # fmt: skip

EXOTHERM = Letter(
    "Exotherm Pantry Foods, Inc.", "exotherm-pantry-foods-inc", 999201, date(2024, 12, 17), date(2025, 1, 7),
    FOODS, "CGMP/Food/Adulterated/Insanitary Conditions", "Food &amp; Beverages", "Finn Dummy", "Plant Manager", 990201,
)  # fmt: skip
WICKERBY = Letter(
    "Wickerby XO Syrups & Cordials LLC", "wickerby-xo-syrups-cordials-llc", 999202, date(2024, 10, 9),
    date(2024, 10, 22), FOODS, "Food Labeling/Misbranded", "Food &amp; Beverages", "Gil Invented", "Owner", 990202,
    broken_subject=True,
)  # fmt: skip
TALLOWMERE = Letter(
    "Tallowmere Wellness Supply", "tallowmere-wellness-supply", 999203, date(2024, 11, 26), date(2024, 12, 10),
    CDER, "Unapproved New Drugs<br />", "Drugs", "Hal Fictive", "Chief Executive Officer", 990203,
    delivery="VIA Electronic Mail",
)  # fmt: skip
COPPERGATE = Letter(
    "Coppergate Membrane Graft Co.", "coppergate-membrane-graft-co", 999204, date(2024, 9, 23), date(2024, 10, 8),
    "Center for Biologics Evaluation and Research", "Donor Eligibility/HCT/Ps", "Biologics", "Ida Nobody",
    "Quality Director", 990204, reference="CBER-24-999204", menu_entry="Sample entry: Exosome Products",
)  # fmt: skip

SALTGRASS = Letter(
    "Saltgrass Harbour Fish Packers", "saltgrass-harbour-fish-packers", 999301, date(2024, 12, 19), date(2025, 1, 7),
    FOODS, "Seafood HACCP/CGMP for Foods/Adulterated", "Food &amp; Beverages", "Jo Sampleson", "Owner", 990301,
    town="Dockside Sample",
)  # fmt: skip
MOCKINGLEY = Letter(
    "Mockingley Infusion Devices, Inc.", "mockingley-infusion-devices-inc", 999302, date(2024, 8, 12),
    date(2024, 8, 27), "&quot;OHT3: Sample Office of Infusion Devices&quot;", "CGMP/QSR/Medical Devices/Adulterated",
    "Medical Devices", "Kit Archetype", "Vice President, Quality", 990302, posted_clock="2024-08-27T13:20:00Z",
)  # fmt: skip
CLOUDHATCH = Letter(
    "Cloudhatch Vapor Corner", "cloudhatch-vapor-corner", 999303, date(2024, 12, 30), date(2025, 1, 14),
    CTP, "Family Smoking Prevention and Tobacco Control Act/Adulterated/Misbranded", "Tobacco", "Lee Pretend", "Owner",
    990303, broken_subject=True,
)  # fmt: skip
OATBARROW = Letter(
    "Oatbarrow Feed Mill", "oatbarrow-feed-mill", 999304, date(2025, 5, 30), date(2025, 6, 10),
    "Center for Veterinary Medicine", "CGMP/Food for Animals/Adulterated", "Animal &amp; Veterinary", "May Notional",
    "Mill Manager", 990304, first_state=2,
)  # fmt: skip
DUNLIN = Letter(
    "Dunlin Ointment Laboratories", "dunlin-ointment-laboratories", 999305, date(2025, 10, 21), date(2025, 11, 4),
    CDER, "CGMP/Finished Pharmaceuticals/Adulterated", "Drugs", "Ned Hypothesis", "Site Head", 990305,
    first_state=2, reference="320-26-99", broken_subject=True,
)  # fmt: skip

LETTERS = (
    LARKSPUR, FERNHOLLOW, QUILLBANK, PINMOOR, BRACKENFOLD,
    EXOTHERM, WICKERBY, TALLOWMERE, COPPERGATE,
    SALTGRASS, MOCKINGLEY, CLOUDHATCH, OATBARROW, DUNLIN,
)  # fmt: skip

# The real list is known to show one row twice, where rows with the same posting date fall on a page border.
REPEATED = SALTGRASS


def listed(state: int) -> list[Letter]:
    """The rows of the list, newest posting first, the repeated one in both its places."""
    present = [letter for letter in LETTERS if letter.first_state <= state]
    rows = sorted(present, key=lambda letter: (letter.posted, letter is REPEATED), reverse=True)
    after_its_day = sum(row.posted >= REPEATED.posted for row in rows)
    return [*rows[:after_its_day], REPEATED, *rows[after_its_day:]]
