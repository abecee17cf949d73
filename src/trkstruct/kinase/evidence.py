"""What was published about a variant and a ligand: fold changes, potencies and clinical calls, each with its citation.

Two tables hold what was read: ``data/potency.csv`` (one row per measurement) and ``data/clinical_calls.csv``. Fold
changes are computed here, from two exact values of one article and assay; values never mix articles, assays or kinases.

Kept are measurements that name kinase, variant and assay. Database aggregates over mixed assays or merged targets are
left out. Calls on a class of mutations are kept, and say so, where the class names its variants and the ligand (a
review on selitrectinib and repotrectinib: G595R and F589L sensitive, G667C/A/S resistant). Left out are calls on a
class of drugs ("next-generation type I", "type II"), calls on a list of variants that is not spelled out, and labels
that only exclude "known resistance mutations". A call can disagree with a potency (NTRK3 G696A, larotrectinib): both
are shown.
"""

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from trkstruct.case_parts import Evidence
from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import Kinase, equivalents
from trkstruct.kinase.mutation import WILD_TYPE, Mutation

_ONCOKB_LEVEL: Final = re.compile(r"OncoKB level (R?\d[AB]?)")  # Chakravarty 2017, 10.1200/PO.17.00011

TEMPERATURE_KELVIN: Final = 298.15  # articles give none for IC50s; 25 °C is the convention of published ddG values


@dataclass(frozen=True)
class _Potency:
    gene: str
    mutation: str
    ligand: str
    assay: str
    assay_detail: str
    qualifier: str
    value_nm: float
    high_nm: float | None
    citation: str
    doi: str
    caveat: str

    @property
    def is_exact(self) -> bool:
        """Whether it is one value, neither a limit nor a range."""
        return self.qualifier == "=" and self.high_nm is None

    @property
    def experiment(self) -> tuple[str, ...]:
        """What two values must share to be compared."""
        return (self.gene, self.ligand, self.assay, self.assay_detail, self.citation)


def evidence_for(gene: str, mutation: str, ligand: str | None = None) -> tuple[Evidence, ...]:
    """What was published for exactly this variant: fold changes, then potencies without a partner, then clinical calls.

    Parameters
    ----------
    gene : str
        ``NTRK1``, ``NTRK2``, ``NTRK3`` or another kinase's gene.
    mutation : str
        ``G595R`` in clinical numbering, or ``WT``.
    ligand : str, optional
        Name, whatever the case; every ligand when None.

    Returns
    -------
    tuple of Evidence
        Empty when nothing is known.
    """
    return tuple(
        row
        for row in _all_evidence()
        if row.gene == gene and row.mutation == mutation and (ligand is None or row.ligand.lower() == ligand.lower())
    )


def published_variants() -> tuple[tuple[str, str], ...]:
    """Gene and mutation of every variant of which something was published, in the order of the tables."""
    with data_path("clinical_calls.csv").open(newline="", encoding="utf-8") as table:
        called = [(row["gene"], row["mutation"]) for row in csv.DictReader(table)]
    return tuple(dict.fromkeys([*((row.gene, row.mutation) for row in _potencies()), *called]))


def fold_changes() -> tuple[Evidence, ...]:
    """Every fold change: two exact values of one experiment, mutant over wild type."""
    return tuple(row for row in _all_evidence() if row.kind == "fold_change")


def evidence_for_equivalents(mutation: Mutation, ligand: str | None = None) -> tuple[Evidence, ...]:
    """What was published for other variants of the same pocket position in any kinase, the same new residue first.

    For TRKA G595R that is TRKB G639R and TRKC G623R; for TRKA G667S also TRKA G667C. Empty for the wild type, for
    compound mutations and outside the pocket.
    """
    if mutation.kinase is None or len(mutation.substitutions) != 1:
        return ()
    (substitution,) = mutation.substitutions
    sites = {kinase.gene: str(residue) for kinase, residue in equivalents(mutation.kinase, substitution.number).items()}
    if not sites:
        return ()
    sites[mutation.kinase.gene] = f"{substitution.wild_type}{substitution.number}"
    rows = [
        row
        for row in _all_evidence()
        if row.mutation[:-1] == sites.get(row.gene)
        and (row.gene, row.mutation) != (mutation.kinase.gene, str(mutation))
        and (ligand is None or row.ligand.lower() == ligand.lower())
    ]
    return tuple(sorted(rows, key=lambda row: row.mutation[-1] != substitution.mutant))


def evidence_at(kinase: Kinase, number: int) -> tuple[Evidence, ...]:
    """What was published for any variant of one residue, in clinical numbering, compound ones included."""
    return tuple(row for row in _all_evidence() if row.gene == kinase.gene and number in _numbers(row.mutation))


def evidence_at_equivalents(kinase: Kinase, number: int) -> tuple[Evidence, ...]:
    """The same at the same pocket position of every other kinase; empty outside the pocket."""
    return tuple(row for other, at in equivalents(kinase, number).items() for row in evidence_at(other, at.number))


def _numbers(mutation: str) -> frozenset[int]:
    """The residues of ``F589L+G595R``; none for the wild type."""
    return frozenset(int(part[1:-1]) for part in mutation.split("+") if part != WILD_TYPE)


def apparent_ddg_kcal_mol(fold_change: float) -> float:
    """RT ln(fold) at 298.15 K, positive for lost potency (Hauser 2018, 10.1038/s42003-018-0075-x).

    Equals a binding ddG only where potency follows affinity: not in cells, and less so where ATP competes.
    """
    from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN  # here, for units loads numpy

    return BOLTZMANN_KCAL_MOL_KELVIN * TEMPERATURE_KELVIN * math.log(fold_change)


@cache
def _all_evidence() -> tuple[Evidence, ...]:
    """Every row: fold changes, then potencies that are in none of them, then clinical calls."""
    potencies = _potencies()
    wild_types = {row.experiment: row for row in potencies if row.mutation == WILD_TYPE and row.is_exact}
    folds, single = [], []
    for row in potencies:
        partner = wild_types.get(row.experiment)
        if row.mutation != WILD_TYPE and row.is_exact and partner is not None:
            folds.append(_fold_change(partner, row))
        else:
            single.append(_potency(row))
    return (*folds, *single, *_clinical_calls())


def _potencies() -> list[_Potency]:
    with data_path("potency.csv").open(newline="", encoding="utf-8") as table:
        return [_read_potency(row) for row in csv.DictReader(table)]


def _read_potency(row: dict[str, str]) -> _Potency:
    value, high = row.pop("value_nm"), row.pop("value_high_nm")
    return _Potency(value_nm=float(value), high_nm=float(high) if high else None, **row)


def _fold_change(wild_type: _Potency, mutant: _Potency) -> Evidence:
    fold = mutant.value_nm / wild_type.value_nm
    assay = _sentence_case(f"{mutant.assay} ({mutant.assay_detail})")
    text = f"{assay} {wild_type.value_nm:g} -> {mutant.value_nm:g} nM ({fold:.{0 if fold >= 10 else 1}f}-fold)"
    return Evidence(
        kind="fold_change",
        gene=mutant.gene,
        mutation=mutant.mutation,
        ligand=mutant.ligand,
        text=_with_caveat(text, mutant.caveat),
        wild_type_nm=wild_type.value_nm,
        mutant_nm=mutant.value_nm,
        fold_change=fold,
        apparent_ddg_kcal_mol=apparent_ddg_kcal_mol(fold),
        assay=mutant.assay,
        citation=mutant.citation,
        doi=mutant.doi or None,
    )


def _potency(row: _Potency) -> Evidence:
    exact = row.value_nm if row.is_exact else None  # a bound (> 1000 nM) or a range is told in the text
    limit = "" if row.qualifier == "=" else f"{row.qualifier} "
    to = "" if row.high_nm is None else f" to {row.high_nm:g}"
    text = f"{_sentence_case(row.assay)} ({row.assay_detail}) {limit}{row.value_nm:g}{to} nM"
    if row.mutation != WILD_TYPE:
        text += ", no wild-type value of the same experiment"
    return Evidence(
        kind="potency",
        gene=row.gene,
        mutation=row.mutation,
        ligand=row.ligand,
        text=_with_caveat(text, row.caveat),
        wild_type_nm=exact if row.mutation == WILD_TYPE else None,
        mutant_nm=exact if row.mutation != WILD_TYPE else None,
        low_nm=None if row.high_nm is None else row.value_nm,
        high_nm=row.high_nm,
        assay=row.assay,
        citation=row.citation,
        doi=row.doi or None,
    )


def _clinical_calls() -> list[Evidence]:
    with data_path("clinical_calls.csv").open(newline="", encoding="utf-8") as table:
        return [
            Evidence(
                kind="clinical",
                gene=row["gene"],
                mutation=row["mutation"],
                ligand=row["ligand"],
                text=_with_caveat(f"Called {row['call']} to {row['ligand']}: {row['basis']}", row["caveat"]),
                call=row["call"],
                level=found[1] if (found := _ONCOKB_LEVEL.search(row["basis"])) else "",
                citation=row["citation"],
                doi=row["doi"] or None,
                pmid=row["pmid"].replace(" ", ", ") or None,
            )
            for row in csv.DictReader(table)
        ]


def _sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]


def _with_caveat(text: str, caveat: str) -> str:
    return f"{text}; {caveat}." if caveat else f"{text}."
