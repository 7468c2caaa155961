"""Events: every rule of the table with cases in which it speaks and cases in which it must not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.source import read
from store.events import DUE_PASSED, RULES, EventName, blanks, due_passed, events
from store.records import Block, BlockKind, Event, FieldChange, Kind, Material, Part, Statement, StatementStatus
from store.severity import RULES as WEIGHTS
from store.stepfacts import StepFacts

DOCS = Path(__file__).parents[1] / "docs" / "events.md"
TEXTS = Path(__file__).parents[2] / "shared" / "recordings" / "canada" / "text-extracts"
CONTRACT = [
    "first_mention",
    "closeout_posted",
    "response_posted",
    "finalised",
    "revised_draft",
    "comments_opened",
    "comments_extended",
    "comments_reopened",
    "comments_due_passed",
    "consultation_opened",
    "consultation_closed",
    "withdrawn_by_regulator",
    "docket_changed",
    "issue_date_corrected",
    "recipient_changed",
    "contact_changed",
    "recall_class_changed",
    "products_added",
    "archived",
    "archive_lifted",
    "replaced_by",
    "delisted",
    "relisted",
    "standing_changed",
]
"""The events that the command line promises."""
NOT_SAID = re.compile(r"\b(?:compliant|resolved|cleared|approved|answered|sanction|guilty)\b", re.IGNORECASE)


def step(
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    *,
    kind: Kind = Kind.METADATA,
    was: Sequence[Block] = (),
    now: Sequence[Block] = (),
    titles: tuple[str, str] = ("", ""),
    source: str = "fda_guidance",
    key: str = "",
    language: str = "en",
    statements: tuple[tuple[Statement, ...], tuple[Statement, ...]] = ((), ()),
) -> StepFacts:
    """A step whose changed fields are those that differ; with texts it is a revision, without a side before it is new."""
    old, new = dict(before or {}), dict(after or {})
    names = dict.fromkeys([*old, *new])
    changed = (FieldChange(name, old.get(name, ""), new.get(name, "")) for name in names)
    if (was or now or statements != ((), ())) and kind is Kind.METADATA:
        kind = Kind.REVISED
    return StepFacts(
        kind,
        first_version=before is None and not was,
        changed=() if before is None else tuple(change for change in changed if change.before != change.after),
        before=old,
        after=new,
        source=source,
        key=key,
        language=language,
        titles=titles,
        blocks=lambda: (was, now),
        statements=statements,
    )


def new(after: Mapping[str, str], *, now: Sequence[Block] = (), key: str = "", title: str = "") -> StepFacts:
    """A document that is met for the first time."""
    return step(None, after, kind=Kind.NEW, now=now, key=key, titles=("", title))


def text(*lines: str) -> tuple[Block, ...]:
    """Paragraphs; lines that begin with # are headings, with | table rows."""
    kinds = {"# ": BlockKind.HEADING, "| ": BlockKind.ROW}
    return tuple(
        Block(kinds[line[:2]], line[2:], 2 if line[0] == "#" else 0)
        if line[:2] in kinds
        else Block(BlockKind.PARAGRAPH, line)
        for line in lines
    )


def said(sentence: str, *, topic: str = "exosomes", status: StatementStatus = StatementStatus.GENERAL) -> Statement:
    return Statement(topic, "approved", status, sentence, "", 0, 0)


DRAFT = {"status": "Draft", "issued": "2024-05-01", "media": "700001", "docket": "FDA-2024-D-7001"}
FINAL = {**DRAFT, "status": "Final", "issued": "2025-03-10", "media": "700002"}
COMMENTED = {**DRAFT, "comments_open": "Yes", "comments_due": "2024-08-01"}
CLOSED_FOR_COMMENTS = {**COMMENTED, "comments_open": "No"}
OPEN = {"status": "Open", "opened": "2025-08-14", "closes": "2025-10-21"}
OUVERTE = {**OPEN, "status": "Ouverte"}
LETTER = {"marcs_cms": "999101", "issued": "2025-01-02", "posted": "2025-01-07", "recipient": "Ada Sample, Owner"}
RECALL = {"nid": "70001", "recall_class": "Type II", "product": "Vesicle Serum; Vesicle Cream"}
TABLE = text("# Affected products", "| Brand | Product name | Lot", "| Larch | Vesicle Serum | 7A")
PLAIN = text("Exosomes are looked at case by case.")
EVALUATED = (
    "The Food and Drug Administration has completed an evaluation of your firm's corrective actions in response to our"
    " Warning Letter 999101 dated January 2, 2025. Based on our evaluation, it appears that you have addressed the"
    " violations contained in this Warning Letter."
)


@dataclass(frozen=True, slots=True)
class Case:
    """A step in which a rule speaks, with its sentence; or in which it must not, without one."""

    event: EventName
    why: str
    step: StepFacts
    sentence: str = ""


def _cases() -> list[Case]:
    e = EventName
    return [
        Case(
            e.FIRST_MENTION,
            "a known document comes to mention the topic",
            step({}, {}, kind=Kind.NEW, was=PLAIN, now=PLAIN),
            "The document was known before; it mentions the topic for the first time now.",
        ),
        Case(e.FIRST_MENTION, "a document that mentions it from the start is new", new({})),
        Case(e.FIRST_MENTION, "a revision is none", step({}, {}, was=PLAIN, now=text("Other words."))),
        # Close-out letters and responses
        Case(
            e.CLOSEOUT_POSTED,
            "the list states its date",
            step(LETTER, {**LETTER, "closeout": "2025-08-11"}),
            "FDA posted a close-out letter for warning letter 999101 on 2025-08-11.",
        ),
        Case(
            e.CLOSEOUT_POSTED,
            "for a letter without a number",
            step({}, {"closeout": "2025-08-11"}),
            "FDA posted a close-out letter for this letter on 2025-08-11.",
        ),
        Case(
            e.CLOSEOUT_POSTED,
            "the document is one",
            new(
                {"issued": "2025-07-03", "posted": "2025-07-11", "letter_type": "Closeout letter"}, now=text(EVALUATED)
            ),
            "Close-out letter dated 2025-07-03, posted 2025-07-11, for warning letter 999101 dated 2025-01-02.",
        ),
        Case(
            e.CLOSEOUT_POSTED,
            "the page alone does not say when it was posted",
            new({"issued": "2025-07-03", "current_as_of": "2025-07-11"}, now=text("CLOSEOUT", EVALUATED)),
            "Close-out letter dated 2025-07-03, content current as of 2025-07-11 (posted date not known),"
            " for warning letter 999101 dated 2025-01-02.",
        ),
        Case(
            e.CLOSEOUT_POSTED,
            "it names no letter and no day",
            new({"letter_type": "Closeout letter"}, now=text("We have looked at your corrections.")),
            "Close-out letter without a date, posted date not known, for a warning letter that it does not name.",
        ),
        Case(
            e.CLOSEOUT_POSTED,
            "a stated date moves",
            step({"closeout": "2025-08-11"}, {"closeout": "2025-08-12"}),
        ),
        Case(e.CLOSEOUT_POSTED, "a new warning letter", new({**LETTER, "letter_type": "Warning letter"}, now=PLAIN)),
        Case(e.CLOSEOUT_POSTED, "a close-out letter that is edited", step({}, {}, was=PLAIN, now=text(EVALUATED))),
        Case(
            e.RESPONSE_POSTED,
            "the list states its date",
            step(LETTER, {**LETTER, "response": "2025-02-01"}),
            "Response posted by FDA on 2025-02-01.",
        ),
        Case(e.RESPONSE_POSTED, "the date goes", step({**LETTER, "response": "2025-02-01"}, LETTER)),
        # Guidance
        Case(
            e.FINALISED,
            "status and date turn",
            step(DRAFT, FINAL),
            "FINAL: the guidance issued in draft on 2024-05-01 is final since 2025-03-10.",
        ),
        Case(
            e.FINALISED,
            "the date did not turn with the status",
            step(DRAFT, {**DRAFT, "status": "Final"}),
            "FINAL: the guidance issued in draft on 2024-05-01 is final; no date of issue is stated for the final.",
        ),
        Case(
            e.FINALISED,
            "the draft's date is not known",
            step({"status": "Draft"}, {"status": "Final", "issued": "2025-03-10"}),
            "FINAL: the guidance that was a draft is final since 2025-03-10.",
        ),
        Case(
            e.FINALISED,
            "no date is known",
            step({"status": "Draft"}, {"status": "Final"}),
            "FINAL: the guidance that was a draft is final; no date of issue is stated for the final.",
        ),
        Case(e.FINALISED, "a final that is met for the first time", new(FINAL)),
        Case(e.FINALISED, "a final with another file", step(FINAL, {**FINAL, "media": "700009"})),
        Case(
            e.REVISED_DRAFT,
            "a final's row turns to a draft",
            step(FINAL, {**DRAFT, "issued": "2025-09-24"}),
            "DRAFT: revised draft issued on 2025-09-24; when finalized it will supersede the final of 2025-03-10,"
            " and that final stays in effect.",
        ),
        Case(
            e.REVISED_DRAFT,
            "without another date",
            step(FINAL, {**FINAL, "status": "Draft"}),
            "DRAFT: revised draft issued; when finalized it will supersede the earlier final, and that final stays in"
            " effect.",
        ),
        Case(
            e.REVISED_DRAFT,
            "a draft with a later date and another file",
            step(DRAFT, {**DRAFT, "issued": "2024-09-02", "media": "700003"}),
            "DRAFT: revised draft issued on 2024-09-02; the earlier draft was issued on 2024-05-01. A draft replaces"
            " nothing: a final guidance on its subject stays in effect.",
        ),
        Case(e.REVISED_DRAFT, "a later date alone", step(DRAFT, {**DRAFT, "issued": "2024-09-02"})),
        Case(e.REVISED_DRAFT, "an earlier date", step(DRAFT, {**DRAFT, "issued": "2024-01-02", "media": "700003"})),
        Case(e.REVISED_DRAFT, "a draft that becomes final", step(DRAFT, FINAL)),
        Case(
            e.DOCKET_CHANGED,
            "another number",
            step(DRAFT, {**DRAFT, "docket": "FDA-2024-D-7002"}),
            "The docket number now reads FDA-2024-D-7002; it read FDA-2024-D-7001.",
        ),
        Case(e.DOCKET_CHANGED, "a number is stated for the first time", step({"status": "Draft"}, DRAFT)),
        # Comments
        Case(
            e.COMMENTS_OPENED,
            "a draft that took none takes them",
            step({**DRAFT, "comments_open": "No"}, COMMENTED),
            "Comments for consideration by 2024-08-01.",
        ),
        Case(e.COMMENTS_OPENED, "a new draft takes them", new(COMMENTED), "Comments for consideration by 2024-08-01."),
        Case(
            e.COMMENTS_OPENED,
            "no date is stated",
            step(DRAFT, {**DRAFT, "comments_open": "Yes"}),
            "Comments are invited; no date is stated up to which they are sure to be considered.",
        ),
        Case(
            e.COMMENTS_OPENED,
            "the first date comes later",
            step({**DRAFT, "comments_open": "Yes"}, COMMENTED),
            "Comments for consideration by 2024-08-01.",
        ),
        Case(e.COMMENTS_OPENED, "a new draft that takes none", new(CLOSED_FOR_COMMENTS)),
        Case(e.COMMENTS_OPENED, "a final keeps stale dates", new({**COMMENTED, "status": "Final"})),
        Case(
            e.COMMENTS_OPENED,
            "another field of an open draft changes",
            step({**DRAFT, "comments_open": "Yes"}, {**DRAFT, "comments_open": "Yes", "media": "700004"}),
        ),
        Case(e.COMMENTS_OPENED, "another field changes", step(COMMENTED, {**COMMENTED, "media": "700004"})),
        Case(e.COMMENTS_OPENED, "they are taken again", step(CLOSED_FOR_COMMENTS, COMMENTED)),
        Case(
            e.COMMENTS_EXTENDED,
            "a later date",
            step(COMMENTED, {**COMMENTED, "comments_due": "2024-09-30"}),
            "Extended: comments for consideration by 2024-09-30; the date was 2024-08-01.",
        ),
        Case(e.COMMENTS_EXTENDED, "an earlier date", step(COMMENTED, {**COMMENTED, "comments_due": "2024-07-01"})),
        Case(
            e.COMMENTS_EXTENDED,
            "they are taken again",
            step(CLOSED_FOR_COMMENTS, {**COMMENTED, "comments_due": "2024-12-01"}),
        ),
        Case(
            e.COMMENTS_EXTENDED,
            "the earlier date was that of a final",
            step({**COMMENTED, "status": "Final"}, {**COMMENTED, "comments_due": "2024-12-01"}),
        ),
        Case(
            e.COMMENTS_EXTENDED,
            "on a final",
            step({**COMMENTED, "status": "Final"}, {**COMMENTED, "status": "Final", "comments_due": "2024-09-30"}),
        ),
        Case(
            e.COMMENTS_EXTENDED,
            "while none are taken",
            step(CLOSED_FOR_COMMENTS, {**CLOSED_FOR_COMMENTS, "comments_due": "2024-09-30"}),
        ),
        Case(
            e.COMMENTS_REOPENED,
            "taken again with a later date",
            step(CLOSED_FOR_COMMENTS, {**COMMENTED, "comments_due": "2024-12-01"}),
            "Reopened: comments for consideration by 2024-12-01; the earlier date was 2024-08-01.",
        ),
        Case(
            e.COMMENTS_REOPENED,
            "taken again without a date",
            step(CLOSED_FOR_COMMENTS, {**DRAFT, "comments_open": "Yes"}),
            "Reopened: comments are invited again; the earlier date for consideration was 2024-08-01.",
        ),
        Case(e.COMMENTS_REOPENED, "taken for the first time", step({**DRAFT, "comments_open": "No"}, COMMENTED)),
        Case(
            e.COMMENTS_REOPENED,
            "a revised draft does not reopen the stale date of a final",
            step({**CLOSED_FOR_COMMENTS, "status": "Final"}, COMMENTED),
        ),
        # Consultations
        Case(
            e.CONSULTATION_OPENED,
            "a page that is open when it is met",
            new(OPEN),
            "The consultation is open. It opened on 2025-08-14 and closes to new input on 2025-10-21.",
        ),
        Case(
            e.CONSULTATION_OPENED,
            "a French page that turns open",
            step({"status": "Fermée"}, {"status": "Ouverte", "closes": "2025-10-21"}),
            "The consultation is open. It closes to new input on 2025-10-21.",
        ),
        Case(
            e.CONSULTATION_OPENED,
            "without dates",
            step({"status": ""}, {"status": "Open"}),
            "The consultation is open.",
        ),
        Case(e.CONSULTATION_OPENED, "it stays open", step(OPEN, {**OPEN, "closes": "2025-11-04"})),
        Case(e.CONSULTATION_OPENED, "the word is put otherwise", step({"status": "Ouvert"}, {"status": "Ouverte"})),
        Case(e.CONSULTATION_OPENED, "a page that is closed when it is met", new({**OPEN, "status": "Closed"})),
        Case(e.CONSULTATION_OPENED, "a new draft has another status", new(DRAFT)),
        Case(
            e.CONSULTATION_CLOSED,
            "Open to Closed",
            step(OPEN, {**OPEN, "status": "Closed"}),
            "The consultation is closed. It ran from 2025-08-14 to 2025-10-21.",
        ),
        Case(
            e.CONSULTATION_CLOSED,
            "in French, with dates that only the open page gave",
            step(OUVERTE, {"status": "Fermée"}),
            "The consultation is closed. It ran from 2025-08-14 to 2025-10-21.",
        ),
        Case(
            e.CONSULTATION_CLOSED,
            "one date is not known",
            step({"status": "Open"}, {"status": "Closed", "closes": "2025-10-21"}),
            "The consultation is closed.",
        ),
        Case(e.CONSULTATION_CLOSED, "it was not seen open", step({}, {"status": "Closed"})),
        Case(e.CONSULTATION_CLOSED, "Draft to Final", step(DRAFT, FINAL)),
        # What a document says of itself
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "a sentence says so",
            step({}, {}, was=PLAIN, now=(*PLAIN, *text("Note. This draft guidance document has been withdrawn."))),
            "Withdrawn, in the words of FDA: “This draft guidance document has been withdrawn.”.",
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "the status says so",
            step(DRAFT, {**DRAFT, "status": "Withdrawn"}),
            "Withdrawn, in the words of FDA: “Withdrawn”.",
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "the title says so, in French",
            step({}, {}, titles=("Avis sur les vésicules", "[Retiré] Avis sur les vésicules"), source="letters"),
            "Withdrawn, in the words of the regulator: “[Retiré] Avis sur les vésicules”.",
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "a French sentence says so",
            step(
                {},
                {},
                was=PLAIN,
                now=text("Cette ligne directrice a été retirée le 3 mars 2025."),
                language="fr",
                source="health_canada_notices",
            ),
            "Withdrawn, in the words of Health Canada: “Cette ligne directrice a été retirée le 3 mars 2025.”.",
        ),
        Case(e.WITHDRAWN_BY_REGULATOR, "the page vanished", step(DRAFT, {}, kind=Kind.REMOVED, was=PLAIN)),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "a firm withdrew a product",
            step({}, {}, was=PLAIN, now=text("The firm has withdrawn this product. It was withdrawn from the market.")),
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "a condition says what would be",
            step({}, {}, was=PLAIN, now=text("It applies until this guidance is withdrawn.")),
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "it said so before",
            step(
                {},
                {},
                was=text("This guidance was withdrawn."),
                now=text("This guidance was withdrawn in May.", "More words."),
            ),
        ),
        Case(
            e.WITHDRAWN_BY_REGULATOR,
            "a row of a table tells of what it lists",
            step({}, {}, was=PLAIN, now=text("| Larch | This notice was withdrawn")),
        ),
        Case(
            e.REPLACED_BY,
            "a sentence says so",
            step({}, {}, was=PLAIN, now=text("This guidance has been superseded by the guidance of May 2025.")),
            "Replaced, in the words of FDA: “This guidance has been superseded by the guidance of May 2025.”.",
        ),
        Case(
            e.REPLACED_BY,
            "a French line says so",
            step({}, {}, was=PLAIN, now=text("Remplacé par l’avis du 3 mars 2025."), language="fr"),
            "Replaced, in the words of FDA: “Remplacé par l’avis du 3 mars 2025.”.",
        ),
        Case(
            e.REPLACED_BY,
            "it supersedes another",
            step({}, {}, was=PLAIN, now=text("This guidance supersedes the guidance of May 2019.")),
        ),
        Case(
            e.REPLACED_BY,
            "what a draft will do",
            step({}, {}, was=PLAIN, now=text("When this guidance is superseded by a final, comments end.")),
        ),
        Case(
            e.REPLACED_BY,
            "a part was replaced",
            step({}, {}, was=PLAIN, now=text("The filter was replaced by a new one.")),
        ),
        Case(
            e.ARCHIVED,
            "the field says so",
            step(RECALL, {**RECALL, "archived": "yes"}),
            "It is now marked as archived.",
        ),
        Case(
            e.ARCHIVED,
            "a sentence says so",
            step({}, {}, was=PLAIN, now=text("This page has been archived.")),
            "Archived, in the words of FDA: “This page has been archived.”.",
        ),
        Case(
            e.ARCHIVED, "it was archived before", step({"archived": "yes"}, {"archived": "yes", "issue": "Labelling"})
        ),
        Case(
            e.ARCHIVED,
            "another thing is archived",
            step({}, {}, was=PLAIN, now=text("Samples of this product are archived for a year.")),
        ),
        Case(
            e.ARCHIVED,
            "an archived document comes to say so in words too",
            step({"archived": "yes"}, {"archived": "yes"}, was=PLAIN, now=text("This page has been archived.")),
        ),
        Case(e.ARCHIVED, "an archived document is met for the first time", new({**RECALL, "archived": "yes"})),
        Case(
            e.ARCHIVE_LIFTED,
            "the field goes",
            step({**RECALL, "archived": "yes"}, RECALL),
            "It is no longer marked as archived.",
        ),
        Case(
            e.ARCHIVE_LIFTED,
            "the sentence goes",
            step({}, {}, was=text("Nous avons archivé cette page."), now=PLAIN, language="fr"),
            "It is no longer marked as archived; the mark read “Nous avons archivé cette page.”.",
        ),
        Case(e.ARCHIVE_LIFTED, "the page is gone", step({**RECALL, "archived": "yes"}, {}, kind=Kind.REMOVED)),
        Case(
            e.ARCHIVE_LIFTED,
            "the words go and the field stays",
            step({"archived": "yes"}, {"archived": "yes"}, was=text("This page has been archived."), now=PLAIN),
        ),
        Case(e.ARCHIVE_LIFTED, "it becomes archived", step(RECALL, {**RECALL, "archived": "yes"})),
        # Letters
        Case(
            e.ISSUE_DATE_CORRECTED,
            "a letter's date",
            step(LETTER, {**LETTER, "issued": "2025-01-03"}),
            "The issue date now reads 2025-01-03; it read 2025-01-02.",
        ),
        Case(
            e.ISSUE_DATE_CORRECTED,
            "a guidance's date alone",
            step(FINAL, {**FINAL, "issued": "2025-03-11"}),
            "The issue date now reads 2025-03-11; it read 2025-03-10.",
        ),
        Case(e.ISSUE_DATE_CORRECTED, "a draft that becomes final", step(DRAFT, FINAL)),
        Case(
            e.ISSUE_DATE_CORRECTED,
            "a revised draft",
            step(DRAFT, {**DRAFT, "issued": "2024-09-02", "media": "700003"}),
        ),
        Case(e.ISSUE_DATE_CORRECTED, "a date is stated for the first time", step({}, LETTER)),
        Case(
            e.RECIPIENT_CHANGED,
            "another name",
            step(LETTER, {**LETTER, "recipient": "Ben Specimen, Owner"}),
            "The recipient now reads “Ben Specimen, Owner”; it read “Ada Sample, Owner”.",
        ),
        Case(e.RECIPIENT_CHANGED, "the name is taken off", step(LETTER, {**LETTER, "recipient": ""})),
        Case(
            e.CONTACT_CHANGED,
            "another address",
            step({}, {}, was=text("Write to desk@regulator.example."), now=text("Write to bureau@regulator.example.")),
            "The contact now reads “bureau@regulator.example”; it read “desk@regulator.example”.",
        ),
        Case(
            e.CONTACT_CHANGED,
            "a French page's line under its heading",
            step(
                {},
                {},
                was=text("# Contactez-nous", "Bureau des exemples, 1, rue du Hêtre"),
                now=text("# Contactez-nous", "Bureau des exemples, 2, rue du Hêtre"),
                language="fr",
            ),
            "The contact now reads “Bureau des exemples, 2, rue du Hêtre”; it read “Bureau des exemples, 1, rue du Hêtre”.",
        ),
        Case(
            e.CONTACT_CHANGED,
            "a number is added",
            step({}, {}, was=PLAIN, now=(*PLAIN, *text("Call 1-800-555-0134."))),
            "A contact was added: “1-800-555-0134”.",
        ),
        Case(
            e.CONTACT_CHANGED,
            "an address goes",
            step({}, {}, was=(*PLAIN, *text("Write to desk@regulator.example.")), now=PLAIN),
            "A contact is no longer given; it read “desk@regulator.example”.",
        ),
        Case(
            e.CONTACT_CHANGED,
            "the address stays elsewhere on the page",
            step(
                {},
                {},
                was=text("Send input to desk@regulator.example.", "# Contact us", "desk@regulator.example"),
                now=text("# Contact us", "desk@regulator.example"),
            ),
        ),
        Case(
            e.CONTACT_CHANGED,
            "only letter case and signs differ",
            step(
                {},
                {},
                was=text("Desk@Regulator.example, 301-555-0134"),
                now=text("desk@regulator.example or (301) 555-0134"),
            ),
        ),
        Case(
            e.CONTACT_CHANGED, "the page is gone", step({}, {}, kind=Kind.REMOVED, was=text("desk@regulator.example"))
        ),
        # Recalls
        Case(
            e.RECALL_CLASS_CHANGED,
            "another class",
            step(RECALL, {**RECALL, "recall_class": "Type I"}),
            "The hazard classification now reads “Type I”; it read “Type II”.",
        ),
        Case(
            e.RECALL_CLASS_CHANGED,
            "a class is assigned",
            step({"nid": "70001"}, RECALL),
            "The hazard classification now reads “Type II”; none was stated before.",
        ),
        Case(
            e.RECALL_CLASS_CHANGED,
            "a class is taken back",
            step(RECALL, {"nid": "70001"}),
            "No hazard classification is stated any longer; it read “Type II”.",
        ),
        Case(e.RECALL_CLASS_CHANGED, "the same class", step(RECALL, {**RECALL, "issue": "Labelling"})),
        Case(e.RECALL_CLASS_CHANGED, "a new recall has one", new(RECALL)),
        Case(
            e.PRODUCTS_ADDED,
            "rows of the table",
            step(
                RECALL, RECALL, was=TABLE, now=(*TABLE, *text("| Larch | Vesicle Mask | 8B", "| Elm | Exo Vial | 9C"))
            ),
            "2 rows added to the affected products: “Vesicle Mask” and “Exo Vial”.",
        ),
        Case(
            e.PRODUCTS_ADDED,
            "names in the field",
            step(RECALL, {**RECALL, "product": "Vesicle Serum; Exo Vial; Vesicle Cream"}),
            "Added to the products it names: “Exo Vial”.",
        ),
        Case(
            e.PRODUCTS_ADDED,
            "a row is edited",
            step(
                RECALL,
                RECALL,
                was=TABLE,
                now=text(*("# Affected products", "| Brand | Product name | Lot"), "| Larch | Vesicle Serum | 7A, 7B"),
            ),
        ),
        Case(
            e.PRODUCTS_ADDED,
            "rows of another table",
            step(RECALL, RECALL, was=TABLE, now=(*TABLE, *text("# Sellers", "| Larch | Fennimore Falls | 8B"))),
        ),
        Case(e.PRODUCTS_ADDED, "a name is reworded", step(RECALL, {**RECALL, "product": "Vesicle Serum; Cream"})),
        Case(
            e.PRODUCTS_ADDED,
            "a page that is no recall",
            step({}, {}, was=TABLE, now=(*TABLE, *text("| Larch | Vesicle Mask | 8B"))),
        ),
        # Lists
        Case(
            e.DELISTED,
            "the list dropped it",
            StepFacts(Kind.METADATA, changed=(FieldChange("listed", "yes", "no"),)),
            "It is no longer on the regulator's list; whether its page is still served is said apart.",
        ),
        Case(e.DELISTED, "the page is gone", step(LETTER, {}, kind=Kind.REMOVED)),
        Case(
            e.RELISTED,
            "the list has it again",
            StepFacts(Kind.METADATA, changed=(FieldChange("listed", "no", "yes"),)),
            "It is on the regulator's list again.",
        ),
        Case(e.RELISTED, "the page is back", StepFacts(Kind.RESTORED)),
        # Statements
        Case(
            e.STANDING_CHANGED,
            "a sentence is edited",
            step(
                statements=(
                    (said("No vesicle product is approved today."),),
                    (said("One vesicle product is approved today.", status=StatementStatus.SAFETY_NOTICE),),
                )
            ),
            "The regulator's sentence on the topic's legal status reads “One vesicle product is approved today.”; it read"
            " “No vesicle product is approved today.”. Status of the text: safety notice.",
        ),
        Case(
            e.STANDING_CHANGED,
            "a sentence is added",
            step(statements=((), (said("No vesicle product is approved."),))),
            "The regulator now says of the topic's legal status: “No vesicle product is approved.”."
            " Status of the text: published page.",
        ),
        Case(
            e.STANDING_CHANGED,
            "a sentence is taken away",
            step(statements=((said("No vesicle product is approved."),), ())),
            "The regulator's sentence on the topic's legal status no longer stands here; it read “No vesicle product is"
            " approved.”. Status of the text: published page.",
        ),
        Case(
            e.STANDING_CHANGED,
            "a draft is made final, its sentence stays",
            step(
                statements=(
                    (said("Vesicles are drugs.", status=StatementStatus.PROPOSED),),
                    (said("Vesicles are drugs.", status=StatementStatus.FINAL),),
                )
            ),
            "The regulator's sentence on the topic's legal status still reads “Vesicles are drugs.”. Status of the text:"
            " final; it was proposed.",
        ),
        Case(
            e.STANDING_CHANGED,
            "a draft is made final, both its sentences stay",
            step(
                statements=(
                    (
                        said("Vesicles are drugs.", status=StatementStatus.PROPOSED),
                        said("No vesicle is approved.", status=StatementStatus.PROPOSED),
                    ),
                    (
                        said("Vesicles are drugs.", status=StatementStatus.FINAL),
                        said("No vesicle is approved.", status=StatementStatus.FINAL),
                    ),
                )
            ),
            "2 of the regulator's sentences on the topic's legal status still read as they did, the first “Vesicles are"
            " drugs.”. Status of the text: final; it was proposed.",
        ),
        Case(
            e.STANDING_CHANGED,
            "only typography differs",
            step(statements=((said("It's “not” approved."),), (said('It’s "not" approved.'),))),
        ),
        Case(
            e.STANDING_CHANGED,
            "the page is gone",
            step(kind=Kind.REMOVED, statements=((said("No vesicle product is approved."),), ())),
        ),
        Case(
            e.STANDING_CHANGED,
            "a document that is new has no sentence before",
            step(None, {}, kind=Kind.NEW, statements=((), (said("No vesicle product is approved."),))),
        ),
    ]


CASES = _cases()
SPOKEN = [case for case in CASES if case.sentence]
SILENT = [case for case in CASES if not case.sentence]


def named(case: Case) -> str:
    return f"{case.event}: {case.why}"


@pytest.mark.parametrize("case", SPOKEN, ids=named)
def test_the_rule_speaks(case: Case) -> None:
    found = [event for event in events(case.step) if event.name == case.event]

    assert [event.sentence for event in found] == [case.sentence]


@pytest.mark.parametrize("case", SILENT, ids=named)
def test_the_rule_is_silent(case: Case) -> None:
    found = [event.sentence for event in events(case.step) if event.name == case.event]

    assert found == []


MOMENT = datetime(2024, 8, 2, 12, tzinfo=UTC)


def test_the_date_for_comments_on_a_draft_has_passed_on_the_day_after() -> None:
    event = due_passed(COMMENTED, MOMENT)

    assert event == Event(
        "comments_due_passed",
        "The date for consideration of comments, 2024-08-01, has passed; comments may be sent at any time"
        " (21 CFR 10.115(g)(5)).",
        "",
        "2024-08-01",
    )


@pytest.mark.parametrize(
    "fields",
    [{**COMMENTED, "status": "Final"}, DRAFT, {**COMMENTED, "comments_due": "autumn"}, {}],
    ids=["on a final", "without a date", "with a date that is none", "without fields"],
)
def test_no_date_for_comments_passes(fields: Mapping[str, str]) -> None:
    assert due_passed(fields, MOMENT + timedelta(days=999)) is None


@pytest.mark.parametrize(("hour", "passed"), [(4, False), (5, True)])
def test_a_date_for_comments_passes_at_the_end_of_the_day_in_washington(hour: int, *, passed: bool) -> None:
    moment = datetime(2024, 8, 2, hour, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))

    assert (due_passed(COMMENTED, moment) is not None) is passed


# The table


def test_the_table_holds_every_event_of_the_contract_and_no_other() -> None:
    in_table = {rule.name for rule in RULES} | {EventName.COMMENTS_DUE_PASSED}

    assert [name.value for name in EventName] == CONTRACT
    assert in_table == set(EventName)


def test_every_event_has_a_positive_and_a_negative_case() -> None:
    apart = {EventName.COMMENTS_DUE_PASSED}  # has its tests above, for it is no step

    assert {case.event for case in SPOKEN} | apart == set(EventName)
    assert {case.event for case in SILENT} | apart == set(EventName)


def test_every_sentence_of_the_table_is_said_in_a_case() -> None:
    templates = [sentence for rule in RULES for sentence in rule.sentences]

    unsaid = [t for t in templates if not any(fits(t, case.sentence) for case in SPOKEN)]

    assert unsaid == []


def fits(template: str, sentence: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(template))
    return re.fullmatch(pattern, sentence) is not None


def test_the_last_sentence_of_each_row_can_always_be_said() -> None:
    """With what the finding function itself gives; a field may be missing."""
    given = {"before", "after", "regulator", "names", "dated", "posted", "letters", "status_of_text", "sentence"}

    assert [rule.name for rule in RULES if not set(blanks(rule.sentences[-1])) <= given] == []


def test_no_sentence_says_what_only_counsel_may_conclude() -> None:
    assert [s for rule in RULES for s in (*rule.sentences, rule.when) if NOT_SAID.search(s)] == []


def test_the_page_of_events_tells_of_every_event_what_the_table_says() -> None:
    page = DOCS.read_text("utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")[1:]}

    assert sections.keys() == set(EventName)
    for rule in RULES:
        assert all(words in sections[rule.name] for words in (rule.when, *rule.sentences)), rule.name
    assert DUE_PASSED in sections[EventName.COMMENTS_DUE_PASSED]
    for weight in WEIGHTS:
        assert weight.of is None or f"**{weight.severity}** ({weight.reason})" in sections[weight.of], weight.of


# What holds of all rules


@pytest.mark.parametrize("kind", [Kind.REMOVED, Kind.RESTORED, Kind.MOVED, Kind.REISSUED])
def test_a_step_of_circumstance_is_no_event(kind: Kind) -> None:
    """The same version on both sides, or none after."""
    after = {} if kind is Kind.REMOVED else COMMENTED
    text_after = () if kind is Kind.REMOVED else TABLE
    facts = StepFacts(kind, before=COMMENTED, after=after, titles=("A", "A"), blocks=lambda: (TABLE, text_after))

    assert events(facts) == ()


def test_a_change_that_another_part_hides_is_no_event() -> None:
    """The list's row changes by night and the page by day: the news come once, when the document as a whole says so."""
    row_only = StepFacts(
        Kind.METADATA, changed=(FieldChange("recall_class", "Type III", "Type I"),), before=RECALL, after=RECALL
    )

    assert events(row_only) == ()


def test_what_a_part_states_that_was_first_read_in_between_is_no_event() -> None:
    facts = StepFacts(
        Kind.METADATA,
        changed=(FieldChange("posted", "2025-01-07", "2025-01-08"),),
        before={"posted": "2025-01-07", "issued": "2025-01-02"},
        after={"posted": "2025-01-08", "issued": "2025-01-03", "recipient": "Ada Sample"},
    )

    assert events(facts) == ()


def test_one_sentence_with_both_dates_is_all_that_a_final_guidance_brings() -> None:
    found = events(step({**CLOSED_FOR_COMMENTS}, {**FINAL, "comments_due": "2024-08-01"}))

    assert [event.name for event in found] == ["finalised"]
    assert (found[0].before, found[0].after) == ("Draft", "Final")


def test_events_come_in_the_order_of_the_table() -> None:
    after = {**LETTER, "response": "2025-02-01", "closeout": "2025-08-11", "issued": "2025-01-03"}

    found = [event.name for event in events(step(LETTER, after))]

    assert found == ["closeout_posted", "response_posted", "issue_date_corrected"]


def test_a_status_that_became_another_is_told_by_itself_beside_the_sentences_that_were_edited() -> None:
    draft = (said("Vesicles are drugs.", status=StatementStatus.PROPOSED),)
    final = (
        said("Vesicles are drugs.", status=StatementStatus.FINAL),
        said("No vesicle is approved.", status=StatementStatus.FINAL),
    )

    found = events(step(statements=(draft, final)))

    assert [(event.name, event.before, event.after) for event in found] == [
        ("standing_changed", "", "No vesicle is approved."),
        ("standing_changed", "proposed", "final"),
    ]


def test_a_sentence_on_two_topics_is_one_event() -> None:
    before = tuple(said("No vesicle is approved.", topic=topic) for topic in ("exosomes", "secretome"))
    after = tuple(said("One vesicle is approved.", topic=topic) for topic in ("exosomes", "secretome"))

    found = events(step(statements=(before, after)))

    assert [(event.before, event.after) for event in found] == [("No vesicle is approved.", "One vesicle is approved.")]


def test_braces_in_a_field_are_words_like_others() -> None:
    (event,) = events(step(LETTER, {**LETTER, "recipient": "{before} {marcs_cms} {0}"}))

    assert event.sentence == "The recipient now reads “{before} {marcs_cms} {0}”; it read “Ada Sample, Owner”."


def test_the_text_is_fetched_once_and_only_where_it_may_have_changed() -> None:
    asked = []

    def fetched() -> tuple[Sequence[Block], Sequence[Block]]:
        asked.append(1)
        return TABLE, PLAIN

    for kind in (Kind.METADATA, Kind.REMOVED, Kind.MOVED, Kind.REVISED):
        events(StepFacts(kind, before=RECALL, after=RECALL, blocks=fetched))

    assert len(asked) == 1


# The exosome consultation, as recorded


@pytest.fixture(scope="module")
def consultation() -> tuple[Event, ...]:
    """What is found between the two recorded texts of the page, put back into the site's markup."""
    if not TEXTS.exists():
        pytest.skip("the recorded pages are not beside this project (shared/recordings)")
    from tests.test_recordings import CONSULTATION, in_markup

    names = (("consultation.en.open.txt", "2025-08-14"), ("consultation.en.closed.txt", "2025-10-31"))
    old, now = (
        read(Material("health_canada_notices", Part.PAGE, CONSULTATION, in_markup(*name), "text/html"))
        for name in names
    )
    fields = {**old.fields, **old.stamps}, {**now.fields, **now.stamps}
    return events(
        step(
            *fields,
            was=old.blocks,
            now=now.blocks,
            titles=(old.title, now.title),
            source="health_canada_notices",
            language=now.language,
        )
    )


@pytest.mark.recordings
def test_the_recorded_consultation_closed_with_its_dates(consultation: tuple[Event, ...]) -> None:
    (closed,) = [event for event in consultation if event.name == "consultation_closed"]

    assert closed.sentence == "The consultation is closed. It ran from 2025-08-14 to 2025-10-28."
    assert (closed.before, closed.after) == ("Open", "Closed")


@pytest.mark.recordings
def test_the_recorded_consultation_changed_its_contact_address(consultation: tuple[Event, ...]) -> None:
    """Each text has one address, the open one twice; they differ in dots and hyphens, not in letter case alone."""
    sides = [(TEXTS / f"consultation.en.{state}.txt").read_text("utf-8").split() for state in ("open", "closed")]
    old, now = ({word for word in words if "@" in word} for words in sides)

    (changed,) = [event for event in consultation if event.name == "contact_changed"]

    assert ({changed.before}, {changed.after}) == (old, now)
    assert changed.before.casefold() != changed.after.casefold()


@pytest.mark.recordings
def test_nothing_else_happened_to_the_recorded_consultation(consultation: tuple[Event, ...]) -> None:
    assert [event.name for event in consultation] == ["consultation_closed", "contact_changed"]
