"""Letters made up for measuring: the demo's page around prose of the length and variety that regulators publish.

A letter is a pure function of its number. Random words would compress and index unlike prose, so sentences are put
together from phrases; every letter also has words of its own, as real ones have names of people, places and products.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from exowatch.demo import fda_pages
from exowatch.demo.fda_letters import LETTERS_PATH, SALTGRASS
from exowatch.demo.noise import Noise

SITE = "https://www.fda.gov"
FIRST_SEEN = datetime(2025, 1, 10, 12, tzinfo=UTC)
WORDS = 2_450
"""How many words the recorded letters have on average; theirs is also how the other numbers here were chosen."""

_OPENINGS = """
During the inspection of {town},|Our investigators saw that|In your response dated {date},|On {date},|According to your own records,|
For batch {lot} of {product},|Your procedure {code} says that|At the time of the visit,|The complaint file of {month} shows that|
When asked about {noun},|In the {adjective} room,|As your {officer} told us,|From {month} to {other_month},|A review of {noun} found that|
Contrary to {law},|Although you wrote that|Under section {section} of the Act,|In the same building,|Between the two visits,|
Of the {number} samples drawn,|The label of {product} states that|Your website claims that|For at least {number} lots,|Three months later,|
On the {adjective} line,|While {person} was present,|In a call on {date},|As an example of this failure,|Without any {noun},|
After the {noun} had failed,|Before release,|Your contract laboratory wrote that|In {town},|The form FDA 483 notes that|
For {product},|With respect to {noun},|Neither {person} nor the {officer} could explain why|Because of {noun},|Throughout {month},|
Your quality unit accepted that|In addition,|The master record of {product} shows that|Next to the {adjective} tank,|Even so,
"""
_MIDDLES = """
you failed to {verb} the {noun} of {product}|the {officer} did not {verb} any {noun}|{number} of {other_number} {plural} were left without a {adjective} {noun}|
the {adjective} {noun} was never {verbed} by your {officer}|{plural} had been {verbed} although the {noun} was {adjective}|
you {verbed} the {term} {noun} and shipped it to {town}|the {noun} and the {other_noun} were kept in one {adjective} cabinet|
no {noun} shows how the {term} was {verbed}|the {plural} for {product} were {verbed} by hand|an employee {verbed} {number} {plural} with bare hands|
your {noun} for {term} lacks a limit for {plural}|the product was offered for {illness} and for {other_illness}|
{product} is meant to treat {illness}|the {plural} of {term} exceeded {number} units|you did not {verb} whether {plural} could {other_verb} the {noun}|
the {officer} signed {number} {plural} on one day|your {adjective} {noun} does not {verb} {term}|the {noun} of {person} had been {verbed} twice|
the records of {number} {plural} are missing|your firm could not {verb} the {adjective} {plural}|the temperature rose to {number} degrees near the {noun}|
{plural} from {town} were used as {plural} for {product}|the {noun} stood open beside the {adjective} {other_noun}|
the supplier of {term} was not {verbed}|{person} {verbed} the {noun} and discarded the {other_noun}|your firm distributed {product} without a {noun}|
the {adjective} test for {term} was {verbed} only once|{number} customers reported {illness} after use|you have no data that {verb} the {noun}|
the {term} content was {number} percent of what is declared|your investigation did not {verb} the cause of the {adjective} {noun}|
the {noun} of lot {lot} was {verbed} under another number|donors were not {verbed} for {illness}|the {adjective} {plural} carry no date
"""
_ENDS = """
, which is required by {law}.|, and no {noun} was opened.|. This is a repeat observation from {month}.|, as section {section} of the Act demands.|
; you promised to {verb} this by {date}.|, so that {product} may be {adjective}.|, contrary to your procedure {code}.|.|. We cannot tell from your answer whether this was done.|
, and the {officer} was not told.|, although {number} complaints had come in.|. Your answer does not say how you will {verb} the {noun}.|
, which you confirmed on {date}.|. Please send us the {plural}.|; the {noun} gives no reason.|, for reasons that {person} did not know.|
. See {law}.|, and {number} units went to {town}.|. Such {plural} put patients at risk of {illness}.|, while your {officer} was away.|
. We acknowledge that you have since {verbed} the {noun}.|; a {adjective} {noun} would have shown it.|, under the name {product}.|. It was not the first time.|
, as the photographs of {date} show.|, and the {other_noun} was {adjective} too.|. This response is inadequate.|; the corrective action {code} is still open.|
, as your own {noun} had warned.|. You have not looked at lots made before {month}.|, and nobody could {verb} it afterwards.|.|. We therefore ask for a full review by a consultant.
"""
_LISTS = {
    "noun": """procedure record label investigation deviation specification validation sample container closure filter instrument
    reagent swab log batch logbook certificate protocol report study assay chart ledger schedule contract invoice gown glove bench
    hood incubator centrifuge vial syringe dressing tank valve pump hose drain ceiling floor window door freezer thermometer alarm
    backup password audit trail signature training job-description agreement recall complaint return shipment barcode""",
    "plural": """procedures records labels deviations specifications containers closures filters instruments reagents swabs logs batches
    certificates protocols reports assays charts schedules contracts invoices gowns gloves vials syringes dressings tanks valves hoses
    drains windows doors freezers alarms passwords signatures agreements complaints returns shipments tablets capsules ointments sprays
    injections donors tissues cells grafts implants patients operators visitors lots units cartons pallets colonies results""",
    "adjective": """adequate aseptic sterile contaminated damaged unsigned undated outdated incomplete approved unapproved adulterated misbranded
    written electronic manual quarterly annual critical minor major cold warm dry wet dusty corroded empty sealed broken cracked former
    current foreign domestic second third final raw finished rejected released retained homeopathic topical nasal oral intravenous""",
    "verb": """validate verify review approve document investigate monitor calibrate maintain clean sanitize inspect identify evaluate test
    trace label quarantine reject release sample store record sign qualify justify explain correct prevent demonstrate repeat extend""",
    "verbed": """validated verified reviewed approved documented investigated monitored calibrated maintained cleaned sanitized inspected identified
    evaluated tested traced labeled quarantined rejected released sampled stored recorded signed qualified justified explained corrected
    repeated extended altered copied overwritten postponed abandoned forgotten removed replaced mixed diluted filled frozen thawed""",
    "illness": """arthritis diabetes asthma eczema hair-loss back-pain COVID-19 autism influenza hepatitis psoriasis lupus neuropathy depression
    anxiety insomnia cancer stroke dementia infertility infection fever rash sepsis migraine glaucoma gout anemia tendonitis sciatica""",
    "officer": """president director manager supervisor technician pharmacist physician microbiologist chemist consultant auditor engineer
    owner importer agent operator nurse buyer cleaner trainer""",
    "month": """January February March April May June July August September October November December""",
    "law": """21.CFR.211.22(d) 21.CFR.211.42(c) 21.CFR.211.84(d)(2) 21.CFR.211.100(a) 21.CFR.211.113(b) 21.CFR.211.165(a) 21.CFR.211.192
    21.CFR.1271.75 21.CFR.1271.145 21.CFR.820.30(i) 21.CFR.820.100(a) 21.CFR.820.198 21.CFR.117.35(a) 21.CFR.123.6(b) 21.CFR.111.70(e)
    21.CFR.201.5 21.CFR.312.20 21.CFR.610.12 21.CFR.1140.14 21.CFR.1107.18""",
    "section": """201(g)(1) 301(a) 301(d) 301(k) 331(a) 351(a) 351(i) 501(a)(2)(B) 501(h) 502(a) 502(f)(1) 505(a) 505(o) 704(a) 801(a)(3)
    351(a)(1) 361 402(a)(3) 402(g)(1) 403(q) 903(a)(2)""",
}
_HEADINGS = (
    "Unapproved New Drugs", "Misbranded Drugs", "CGMP Violations", "Quality Unit", "Data Integrity", "Repeat Observations",
    "Adulterated Devices", "Your Response", "Responsibilities as a Contractor", "Consultant Recommended", "Donor Eligibility",
    "Insanitary Conditions", "Drug Production Suspended", "Conclusion",
)  # fmt: skip
_SYLLABLES = """ba be bra cal cor da del dor el en fa fer gan gly hal in ka kel la lo lu ma mer mi mon na ne nor o pa pel pro
qua ra rel ri ro sa sel sol ta ten tho tri u va vel ver vi xa ya zen zo"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One generated letter: where it stands, and the blocks of its body as markup."""

    number: int
    url: str
    company: str
    issued: date
    paragraphs: tuple[str, ...]


def letter(number: int, *, topical: bool = False, edition: int = 1, words: int = WORDS) -> Letter:
    """The letter of this number. A later `edition` differs from the first in a few words and a paragraph more."""
    chance = random.Random(number)
    company = f"{_invented(chance)} {_invented(chance)} {chance.choice(('LLC', 'Inc.', 'Corporation', 'Clinic'))}"
    issued = date(2024, 1, 1) + timedelta(days=number % 360)
    slug = f"{company.lower().replace(' ', '-').rstrip('.')}-{700_000 + number}-{issued:%m%d%Y}"
    paragraphs = _paragraphs(chance, company, words)
    if topical:
        paragraphs[3] = f"You market {_invented(chance)}, which is made of exosomes. {paragraphs[3]}"
    for extra in range(1, edition):
        other = random.Random(f"{number}, edition {extra}")
        place = other.randrange(4, len(paragraphs))
        paragraphs[place] = paragraphs[place].replace(" the ", " this ", 1)
        paragraphs.insert(place, _sentence(other, _names(other)))
    return Letter(number, f"{SITE}{LETTERS_PATH}/{slug}", company, issued, tuple(paragraphs))


def page(of: Letter, look: int = 0) -> bytes:
    """The letter as the site serves it; another `look` gives other bytes that say the same."""
    before, after = _shell(look % 16)
    facts = {
        SALTGRASS.company: of.company,
        str(SALTGRASS.number): str(700_000 + of.number),
        SALTGRASS.slug: of.url.rsplit("/")[-1],
    }
    for old, new in facts.items():
        before, after = before.replace(old, new), after.replace(old, new)
    body = "\n".join(
        f"<p><strong>{text}</strong></p>" if text in _HEADINGS else f"<p>{text}&nbsp;</p>" for text in of.paragraphs
    )
    marks = "".join(
        f'<div data-view="{random.Random(f"{look} {of.number} {n}").randbytes(24).hex()}"></div>\n' for n in range(6)
    )
    return f"{before}{body}{after.replace('</body>', marks + '</body>')}".encode()


def write(path: Path, pages: Iterable[tuple[str, datetime, bytes]]) -> Path:
    """A WARC file of answers: address, moment, body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, moment, body in pages:
            status = StatusAndHeaders(
                "200 OK",
                [
                    ("Content-Type", "text/html; charset=UTF-8"),
                    ("Content-Length", str(len(body))),
                    ("ETag", f'"{len(body)}"'),
                ],
                protocol="HTTP/1.1",
            )
            record = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                http_headers=status,
                warc_headers_dict={"WARC-Date": moment.strftime("%Y-%m-%dT%H:%M:%SZ")},
            )
            writer.write_record(record)
    return path


@cache
def _shell(look: int) -> tuple[str, str]:
    """What stands before and after a letter's text, with menus as long as the site's."""
    answer = fda_pages.answer(0, "GET", SITE + SALTGRASS.path, b"", Noise("bench", look))
    before, _, rest = answer.body.decode().partition('<p class="text-align-center">')
    _, mark, after = rest.partition("<!--BEGIN")
    menu = "\n".join(
        f'          <li class="menu-{n % 7}"><a href="/section-{n % 23}/page-{n}-of-the-menu" class="link">Section {n} of the menu</a></li>'
        for n in range(150)
    )
    return before.replace("</header>", f"<nav><ul>\n{menu}\n</ul></nav></header>", 1), mark + after


@cache
def _phrases() -> tuple[list[str], list[str], list[str]]:
    openings, middles, ends = (
        [phrase.strip("\n") for phrase in text.strip().split("|")] for text in (_OPENINGS, _MIDDLES, _ENDS)
    )
    return openings, middles, ends


@cache
def _choices() -> dict[str, list[str]]:
    return {
        name: [word.replace(".CFR.", " CFR ").replace("hair-", "hair ") for word in text.split()]
        for name, text in _LISTS.items()
    }


@cache
def _syllables() -> list[str]:
    return _SYLLABLES.split()


def _invented(chance: random.Random) -> str:
    return "".join(chance.choices(_syllables(), k=chance.randint(2, 4))).capitalize()


def _names(chance: random.Random) -> dict[str, list[str]]:
    """Words that a letter has for itself: people, places, products, substances."""
    return {
        "person": [f"{_invented(chance)} {_invented(chance)}" for _ in range(4)],
        "town": [_invented(chance) for _ in range(5)],
        "product": [f"{_invented(chance)} {_invented(chance)}" for _ in range(8)],
        "term": [_invented(chance).lower() for _ in range(60)],
    }


def _paragraphs(chance: random.Random, company: str, words: int) -> list[str]:
    names = _names(chance)
    paragraphs = [
        f"Dear {names['person'][0]}:",
        f"The Food and Drug Administration visited {company} in {names['town'][0]}.",
    ]
    count = 0
    while count < words:
        if len(paragraphs) % 6 == 2:
            paragraphs.append(chance.choice(_HEADINGS))
        paragraphs.append(" ".join(_sentence(chance, names) for _ in range(chance.randint(1, 4))))
        count += paragraphs[-1].count(" ") + 1
    return paragraphs


def _sentence(chance: random.Random, names: dict[str, list[str]]) -> str:
    lists = {**_choices(), **names}
    values = {name: chance.choice(options) for name, options in lists.items()}
    for name in ("noun", "verb", "month", "illness"):
        values[f"other_{name}"] = chance.choice(lists[name])
    number = chance.randrange(2, 400)
    values |= {
        "number": str(number),
        "other_number": str(number + chance.randrange(1, 300)),
        "date": f"{values['other_month']} {chance.randrange(1, 29)}, {chance.randrange(2022, 2025)}",
        "lot": f"{chance.choice('ABCDEFGH')}{chance.randrange(1000, 99999)}",
        "code": f"SOP-{chance.randrange(100, 999)}-{chance.randrange(10, 99)}",
    }
    opening, middle, end = (chance.choice(phrases) for phrases in _phrases())
    return f"{opening.strip()} {middle.strip()}{end}".format_map(values)
