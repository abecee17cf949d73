"""A case as one flat row: the columns of ``results.csv`` and of ``Results.to_dataframe()``."""

from collections.abc import Iterable, Sequence
from typing import Final

from trkstruct.case_parts import Clash, DdgParts, EnergyTerms, Evidence
from trkstruct.files.csv_text import Cell, table_text
from trkstruct.records import Case
from trkstruct.report.interaction_words import cell_text
from trkstruct.report.published import agreement, call_sources, published_folds

_TERMS: Final = tuple(EnergyTerms.model_fields)
_SEPARATOR: Final = ";"
_AGREES: Final = {"agrees": True, "disagrees": False}


def worst_clash(clashes: Sequence[Clash], regions: Sequence[str] = ()) -> Clash | None:
    """The clash with the largest overlap, of those in the given regions when there are any; None without clashes."""
    there = [clash for clash in clashes if clash.region in regions] or list(clashes)
    return max(there, key=lambda clash: (clash.overlap_angstrom, clash.protein_atom, clash.ligand_atom), default=None)


def measured_fold(case: Case) -> Evidence | None:
    """The published mutant/wild-type ratio of this very case; None when none was measured."""
    return next((evidence for evidence in case.evidence if evidence.fold_change is not None), None)


def flat_row(case: Case) -> dict[str, Cell]:
    """One value per column; lists are joined with semicolons, nested records get a prefix.

    Units are in the column names; clash columns hold the worst pair and the number of severe ones.
    """
    fold = measured_fold(case)
    return {
        "kinase": case.kinase,
        "gene": case.gene,
        "mutation": case.mutation,
        "ligand": case.ligand,
        "structure": case.structure,
        "status": case.status,
        "verdict": case.verdict,
        "ddg_kcal_mol": case.ddg_kcal_mol,
        "ddg_error_kcal_mol": case.ddg_error_kcal_mol,
        **_parts(case.ddg_parts),
        **_terms("ddg", case.ddg_terms),
        **_terms("binding", case.binding_terms),
        "occlusion": case.occlusion,
        **_clashes("before", case.clashes_before, case.regions),
        **_clashes("after", case.clashes_after, case.regions),
        "regions": _SEPARATOR.join(case.regions),
        "klifs": _SEPARATOR.join("" if number is None else str(number) for number in case.klifs),
        "pose_rmsd_angstrom": case.pose_rmsd_angstrom,
        "hinge_hydrogen_bond": case.hinge_hydrogen_bond,
        "contacts_lost": case.contacts_lost,
        "interactions_lost": cell_text(case.interactions_lost),
        "interactions_gained": cell_text(case.interactions_gained),
        "published_fold_change": fold.fold_change if fold else None,
        "published_citation": fold.citation if fold else None,
        "published_fold_changes": _SEPARATOR.join(f"{ratio:.4g}" for ratio in published_folds(case)),
        "published_call": case.published_call,
        "published_call_sources": _SEPARATOR.join(call_sources(case)),
        "agrees_with_published_call": _AGREES.get(agreement(case)),
        "published_calls": _SEPARATOR.join(evidence.call for evidence in case.evidence if evidence.call),
        "summary": case.summary,
        "pose_class": case.pose.pose_class if case.pose else None,
        "pose_reasons": _SEPARATOR.join(case.pose.reasons) if case.pose else None,
        "pose_error_kcal_mol": case.pose.error_kcal_mol if case.pose else None,
        "ligand_parameters": case.ligand_parameters,
        "notes": _SEPARATOR.join(case.notes),
        "error_stage": case.error.stage if case.error else None,
        "error_message": case.error.message if case.error else None,
        "complex_file": case.files.complex,
        "apo_file": case.files.apo,
        "diagram_file": case.files.diagram,
        "wall_seconds": case.wall_seconds,
    }


def csv_text(cases: Iterable[Case]) -> str:
    """The cases as CSV; see ``table_text``."""
    return table_text([flat_row(case) for case in cases])


def _parts(parts: DdgParts | None) -> dict[str, Cell]:
    return {
        "ddg_geometry_kcal_mol": parts.geometry_kcal_mol if parts else None,
        "ddg_geometry_error_kcal_mol": parts.geometry_error_kcal_mol if parts else None,
        "ddg_energies_kcal_mol": parts.energies_kcal_mol if parts else None,
        "ddg_energies_error_kcal_mol": parts.energies_error_kcal_mol if parts else None,
        "ddg_energy_weight": parts.energy_weight if parts else None,
        "contacts": parts.contacts if parts else None,
        "backbones": parts.backbones if parts else None,
        "ddg_backbone_error_kcal_mol": parts.backbone_error_kcal_mol if parts else None,
    }


def _terms(prefix: str, terms: EnergyTerms | None) -> dict[str, Cell]:
    return {f"{prefix}_{name}_kcal_mol": getattr(terms, name) if terms else None for name in _TERMS}


def _clashes(when: str, clashes: Sequence[Clash], regions: Sequence[str]) -> dict[str, Cell]:
    worst = worst_clash(clashes, regions)
    return {
        f"clash_{when}_overlap_angstrom": worst.overlap_angstrom if worst else None,
        f"clash_{when}_severity": worst.severity if worst else None,
        f"clash_{when}_region": worst.region if worst else None,
        f"clash_{when}_pair": f"{worst.protein_atom} - {worst.ligand_atom}" if worst else None,
        f"clash_{when}_severe": sum(clash.severity == "severe" for clash in clashes),
    }
