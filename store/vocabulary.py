"""Vocabulary: the words that bear meaning in regulators' texts, in English and French, by what they are.

Every table has one line for one meaning: the value under which its forms are compared, then the forms, each written in
small letters as it stands in a text. A blank in a form also matches a hyphen or a comma between the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.records import TokenKind


class Strength(StrEnum):
    """How binding a modal verb is."""

    OBLIGATION = "obligation"
    RECOMMENDATION = "recommendation"
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True)
class Term:
    """Forms of one meaning."""

    kind: TokenKind | None
    value: str
    forms: tuple[str, ...]


def _forms(kind: TokenKind | None, *lines: tuple[str, str]) -> tuple[Term, ...]:
    """Terms from lines of a value and its forms, which a stroke parts."""
    return tuple(Term(kind, value, tuple(form.strip() for form in forms.split("|"))) for value, forms in lines)


MODALS: tuple[tuple[str, Strength, str], ...] = (
    ("must", Strength.OBLIGATION, "must"),
    ("shall", Strength.OBLIGATION, "shall"),
    ("is required to", Strength.OBLIGATION, "is required to | are required to | was required to | were required to"),
    ("will be required to", Strength.OBLIGATION, "will be required to | would be required to"),
    ("has to", Strength.OBLIGATION, "has to | have to | had to"),
    ("need to", Strength.OBLIGATION, "need to | needs to | needed to"),
    ("should", Strength.RECOMMENDATION, "should"),
    ("ought to", Strength.RECOMMENDATION, "ought to"),
    ("may", Strength.PERMISSION, "may"),
    ("can", Strength.PERMISSION, "can"),
    ("might", Strength.PERMISSION, "might"),
    ("could", Strength.PERMISSION, "could"),
    ("doit", Strength.OBLIGATION, "doit | doivent | devra | devront"),
    ("est tenu de", Strength.OBLIGATION, "est tenu de | est tenue de | sont tenus de | sont tenues de | est tenu d' | est tenue d' | sont tenus d' | sont tenues d'"),
    ("devrait", Strength.RECOMMENDATION, "devrait | devraient"),
    ("peut", Strength.PERMISSION, "peut | peuvent | pourra | pourront"),
    ("pourrait", Strength.PERMISSION, "pourrait | pourraient"),
)  # fmt: skip

NEGATIONS = _forms(
    TokenKind.NEGATION,
    ("not", "not | don't | doesn't | didn't | isn't | aren't | wasn't | weren't | won't | wouldn't | shouldn't | mustn't | haven't | hasn't | hadn't | pas"),
    ("cannot", "cannot | can't | couldn't"),
    ("no", "no | none | aucun | aucune | aucuns | aucunes | nul | nulle"),
    ("no longer", "no longer"),
    ("never", "never | jamais"),
    ("neither", "neither | nor | ni"),
    ("without", "without | sans"),
    ("non", "non"),
)  # fmt: skip

NE = ("ne", "n'")
NE_GOES_WITH = frozenset({"pas", "aucun", "aucune", "jamais", "ni", "plus", "point", "guère", "personne", "rien", "que", "qu'", "nul", "nulle"})  # fmt: skip
"""What "ne" needs to be a negation of its own: none of these within eight words. With "que" it says "only"."""

PRODUCTS = _forms(
    TokenKind.PRODUCT,
    ("exosome product", "exosome product | exosome products | exosomal product | exosomal products | produit d'exosomes | produits d'exosomes | produit à base d'exosomes | produits à base d'exosomes | produit contenant des exosomes | produits contenant des exosomes"),
    ("exosome", "exosome | exosomes"),
    ("extracellular vesicle", "extracellular vesicle | extracellular vesicles | vésicule extracellulaire | vésicules extracellulaires"),
    ("secretome", "secretome | secretomes | sécrétome | sécrétomes"),
    ("conditioned medium", "conditioned medium | conditioned media | cell conditioned medium | cell conditioned media | milieu conditionné | milieux conditionnés"),
    ("stem cell", "stem cell | stem cells | cellule souche | cellules souches"),
    ("biological product", "biological product | biological products | biological drug | biological drugs | biologic | biologics | produit biologique | produits biologiques | drogue biologique | drogues biologiques"),
    ("new drug", "new drug | new drugs | drogue nouvelle | drogues nouvelles"),
    ("drug", "drug | drugs | drug product | drug products | drogue | drogues | médicament | médicaments | produit pharmaceutique | produits pharmaceutiques"),
    ("medical device", "device | devices | medical device | medical devices | instrument médical | instruments médicaux | matériel médical"),
    ("HCT/P", "hct/p | hct/ps | human cells tissues or cellular or tissue based products | human cells tissues and cellular and tissue based products"),
    ("cosmetic", "cosmetic | cosmetics | cosmetic product | cosmetic products | cosmétique | cosmétiques | produit cosmétique | produits cosmétiques"),
    ("vaccine", "vaccine | vaccines | vaccin | vaccins"),
    ("dietary supplement", "dietary supplement | dietary supplements | supplément alimentaire | suppléments alimentaires"),
    ("natural health product", "natural health product | natural health products | produit de santé naturel | produits de santé naturels"),
    ("blood product", "blood product | blood products | produit sanguin | produits sanguins"),
    ("amniotic fluid", "amniotic fluid | liquide amniotique"),
    ("umbilical cord", "umbilical cord | umbilical cords | cordon ombilical"),
    ("placenta", "placenta | placental | placentaire | placentaires"),
    ("gene therapy", "gene therapy | gene therapies | thérapie génique | thérapies géniques"),
    ("cell therapy", "cell therapy | cell therapies | cellular therapy | thérapie cellulaire | thérapies cellulaires"),
)  # fmt: skip

STATUSES = _forms(
    TokenKind.CLAIM,
    ("approved", "approved | approve | approves | approval | approuvé | approuvée | approuvés | approuvées | approbation"),
    ("licensed", "licensed | license | licence | licensure | licences | licenses"),
    ("homologué", "homologué | homologuée | homologués | homologuées | homologation"),
    ("cleared", "cleared | clearance"),
    ("authorized", "authorized | authorised | authorization | authorisation | authorizations | autorisé | autorisée | autorisés | autorisées | autorisation | autorisations"),
    ("granted", "granted"),
    ("registered", "registered | enregistré | enregistrée | enregistrés | enregistrées"),
    ("unapproved", "unapproved"),
    ("unlicensed", "unlicensed"),
    ("unauthorized", "unauthorized | unauthorised"),
    ("adulterated", "adulterated | adultération | falsifié | falsifiée | falsifiés | falsifiées"),
    ("misbranded", "misbranded | misbranding"),
    ("prohibited", "prohibited | prohibit | prohibits | interdit | interdite | interdits | interdites"),
    ("exempt", "exempt | exempted | exemption | exemptions | exempté | exemptée | exemptés | exemptées"),
)  # fmt: skip
"""What a regulator grants, refuses or finds. A negation next to one of these says where a product stands."""

CLAIMS = _forms(
    TokenKind.CLAIM,
    ("treat", "treat | treats | treated | treating | treatment | treatments | traiter | traite | traitent | traitement | traitements"),
    ("cure", "cure | cures | cured | curing | guérir | guérit | guérissent | guérison"),
    ("mitigate", "mitigate | mitigates | mitigated | mitigating | mitigation | atténuer | atténue | atténuent | atténuation"),
    ("prevent", "prevent | prevents | prevented | preventing | prevention | prévenir | prévient | préviennent | prévention"),
    ("diagnose", "diagnose | diagnoses | diagnosed | diagnosing | diagnosis | diagnostiquer | diagnostique | diagnostic"),
    ("heal", "heal | heals | healed | healing | cicatriser | cicatrisation"),
    ("regenerate", "regenerate | regenerates | regeneration | regenerative | régénérer | régénération | régénérateur | régénératrice"),
    ("safe", "safe | safely | safety | sûr | sûre | sûrs | sûres | sécuritaire | sécuritaires | innocuité"),
    ("effective", "effective | effectiveness | efficacy | efficace | efficaces | efficacité"),
    ("potent", "potent | potency"),
    ("generally recognized as safe and effective", "generally recognized as safe and effective | grase"),
    ("unsafe", "unsafe | dangereux | dangereuse | dangereuses"),
)  # fmt: skip

NOT_MEANT = _forms(
    None,
    ("", "food and drug administration | center for drug evaluation and research | center for devices and radiological health"),
    ("", "center for biologics evaluation and research | drug facts | new drug application | investigational new drug"),
    ("", "sans frais | no later than | device history record | effective date | date of approval | non seulement"),
)  # fmt: skip
"""Names and turns of phrase that hold such words and bear none of their meaning."""

TIMES: tuple[tuple[str, str], ...] = (
    ("working day", "working day | working days | jour ouvrable | jours ouvrables | jour ouvré | jours ouvrés"),
    ("business day", "business day | business days"),
    ("calendar day", "calendar day | calendar days | jour civil | jours civils"),
    ("day", "day | days | jour | jours"),
    ("week", "week | weeks | semaine | semaines"),
    ("month", "month | months | mois"),
    ("year", "year | years | an | ans | année | années"),
    ("hour", "hour | hours | heure | heures"),
    ("minute", "minute | minutes"),
)
"""Units of time; within one of them, or in working days, something is to be done."""

UNITS: tuple[tuple[str, str], ...] = (
    ("%", "% | percent | per cent | pour cent | p. 100"),
    ("mg", "mg"), ("g", "g"), ("kg", "kg"), ("µg", "µg | μg | mcg"), ("ng", "ng"), ("L", "l | litre | litres"), ("mL", "ml | cc"), ("µL", "µl | μl"),
    ("mg/mL", "mg/ml"), ("µg/mL", "µg/ml | μg/ml | mcg/ml"), ("mg/kg", "mg/kg"), ("mg/L", "mg/l"), ("cells/mL", "cells/ml"), ("particles/mL", "particles/ml"),
    ("mm", "mm"), ("cm", "cm"), ("nm", "nm"), ("µm", "µm | μm"), ("m", "m"),
    ("°C", "°c | ° c | degrees celsius | degrés celsius"), ("°F", "°f | ° f | degrees fahrenheit"),
    ("ppm", "ppm"), ("ppb", "ppb"), ("CFU", "cfu | ufc"), ("CFU/mL", "cfu/ml | ufc/ml"), ("IU", "iu | ui"), ("EU/mL", "eu/ml"),
    ("dollar", "$ | dollar | dollars"),
)  # fmt: skip

LABELS = frozenset(
    {
        *("footnote", "note", "table", "figure", "item", "observation", "step", "page", "chapter", "appendix", "annex"),
        *("version", "rev", "revision", "exhibit", "attachment", "enclosure", "no"),
        *("tableau", "annexe", "chapitre", "étape", "pièce"),
    }
)
"""Words before a number that only numbers: a page or a footnote may be counted anew, and nothing is said by it."""
