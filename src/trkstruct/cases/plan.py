"""What a scan will do: cases of plain text and numbers, all that can be checked at once checked before the first."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from trkstruct.cases.spec import CasePlan, CaseSpec
from trkstruct.cases.user_file import read_parts
from trkstruct.cases.wild_type import check_pocket, check_pose, needs_search, place_in_file
from trkstruct.contacts.covalent import covalent_bonds
from trkstruct.errors import InputError, MutationError
from trkstruct.kinase.kinases import Kinase, kinase_named, own_kinases, trk_kinases
from trkstruct.kinase.mutation import WILD_TYPE, Mutation, panel_mutations, parse_mutation
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.naming.records import ligand_texts
from trkstruct.ligand.reading import parametrize, understand_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.pose.binding_type import conformation_warning
from trkstruct.pose.known.shipped_receptor import receptor_for
from trkstruct.preparation.chain_and_ligand import ChosenParts
from trkstruct.preparation.preparation_report import bond_notes
from trkstruct.preparation.prepared_file import check_prepared_fits_pdb
from trkstruct.settings import Settings
from trkstruct.sidechain.substitute import substitute
from trkstruct.structure.chain_choice import named_chain
from trkstruct.structure.complex import Complex, without_ligand
from trkstruct.structure.mutated_residues import Change, read_mutation
from trkstruct.structure.numbering import ChainMatch, clinical_match, conformation_of
from trkstruct.structure.renumbered import differences
from trkstruct.structure.shipped_models import load_shipped, structure_path

_log = logging.getLogger(__name__)


def plan_and_check(
    kinases: Sequence[str],
    mutations: Sequence[str],
    ligands: Sequence[str],
    settings: Settings,
    *,
    structure: str | None = None,
    chain: str | None = None,
    ligand_residue: str | None = None,
    build_ligand: bool = True,
) -> CasePlan:
    """All cases of a scan, each wild type before its mutants; without arguments, the panel with the shipped ligands.

    Everything named is read, and tried where that is quick: mutations against the sequence and backbone of the
    structure, ligands against its pocket. That takes seconds; parameters that are neither shipped nor in the cache are
    made here too. Nothing is docked; a ligand without a pose is placed in its first case.

    Raises
    ------
    InputError
        When a kinase, mutation, ligand or file cannot be used; nothing has been written then.
    """
    asked, ligands = tuple(kinase_named(name) for name in kinases), ligand_texts(ligands)
    if structure is None:
        _refuse_unshipped(asked)
        chosen = _shipped_mutations(asked, mutations)
        models = tuple(dict.fromkeys(kinase for kinase, _ in chosen if kinase))
        names = _checked_ligands(ligands, settings.ph, lambda ligand: _check_in_shipped(ligand, models))
        names = names or shipped_ligands()
    else:
        structure = str(structure_path(structure))
        parts = _read_structure(structure, mutations, chain, ligand_residue)
        chosen = _structure_mutations(asked, mutations, parts)
        if not ligands:
            raise InputError("Name the ligand of the structure with --ligand (a name, a SMILES or an SDF file).")
        names = _checked_ligands(
            ligands, settings.ph, lambda ligand: _check_in_file(ligand, parts, build_ligand, settings.seed)
        )
    for note in dict.fromkeys(note for _, mutation in chosen for note in mutation.notes):
        _log.warning(note)
    common = CaseSpec(
        kinase=None,
        mutation=WILD_TYPE,
        ligand="",
        structure=structure,
        ligand_residue=ligand_residue,
        build_ligand=build_ligand,
        own_kinases=() if structure is None else _deciding(next(kinase for kinase, _ in chosen)),
        settings=settings,
    )
    return CasePlan(
        mutations=tuple(
            (kinase.name if kinase else None, str(mutation), mutation.chain or chain)
            for kinase, mutation in _wild_type_first(chosen)
        ),
        ligands=_different(names, common),
        common=common,
    )


def as_texts(given: str | Sequence[str], what: str) -> tuple[str, ...]:
    """One text where a list is asked for is a list of one.

    Raises
    ------
    InputError
        When any of it is no text.
    """
    texts = (given,) if isinstance(given, str) else tuple(given)
    for each in texts:
        if not isinstance(each, str):
            raise InputError(f"{what} are texts, and one of them is {each!r} ({type(each).__name__}).")
    return texts


def _deciding(found: Kinase | None) -> tuple[OwnKinase, ...]:
    """The user's own kinases without which a structure would be taken for something else than it was found to hold.

    That is the one which it is; where it is none, they may all be why (two that fit alike). The others are left out, so
    that a case stays the same whatever else a user describes.
    """
    return tuple(each for each in own_kinases() if found is None or each.name == found.name)


def _refuse_unshipped(asked: Iterable[Kinase]) -> None:
    for kinase in asked:
        if not kinase.is_trk:
            raise InputError(
                f"No structure of {kinase.name} ships with trkstruct, only of TRKA, TRKB and TRKC; use --structure."
            )


def _shipped_mutations(asked: Sequence[Kinase], texts: Sequence[str]) -> list[tuple[Kinase | None, Mutation]]:
    if not texts:
        return [(m.kinase, m) for m in panel_mutations() if not asked or m.kinase in asked]
    chosen: list[tuple[Kinase | None, Mutation]] = []
    for text in texts:
        for mutation in _readings(text, asked):
            if mutation.kinase is None:
                chosen += [(kinase, mutation) for kinase in trk_kinases()]
            else:
                _refuse_unshipped([mutation.kinase])
                chosen.append((mutation.kinase, mutation))
    return chosen


def _readings(text: str, asked: Sequence[Kinase]) -> list[Mutation]:
    """The mutation in each of the kinases it fits; with several asked for, one fit is enough.

    TRKA has a glycine 623 too, far from the pocket: where one reading is in a pocket, the others are not meant.
    """
    if not asked:
        return [parse_mutation(text)]
    found, errors = [], []
    for kinase in asked:
        try:
            found.append(parse_mutation(text, kinase))
        except MutationError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return [mutation for mutation in found if any(mutation.klifs)] or found


def _read_structure(
    structure: str, mutations: Sequence[str], chain: str | None, ligand_residue: str | None
) -> ChosenParts:
    """The file, with the one protein chain that is asked for or that the mutations name."""
    parts = read_parts(structure, named_chain(mutations, chain, structure), ligand_residue)
    advice = f"a scan writes PDB files, so give {structure} other residue numbers"
    check_prepared_fits_pdb(replace(parts, complex=without_ligand(parts.complex)), advice)  # the ligand is called LIG
    return parts


def _structure_mutations(
    asked: Sequence[Kinase], texts: Sequence[str], parts: ChosenParts
) -> list[tuple[Kinase | None, Mutation]]:
    file, recognised = parts.complex, parts.match
    carried = differences(file, recognised) if recognised else ()
    if carried:
        _log.warning(f"{file.source} carries {', '.join(carried)}: what is there is the wild type of this scan.")
    if len(asked) > 1 or (asked and recognised and asked[0] != recognised.kinase):
        found = recognised.kinase.name if recognised else "no known kinase"
        raise InputError(f"{file.source} holds {found}; --kinase says {', '.join(kinase.name for kinase in asked)}.")
    kinase = recognised.kinase if recognised else (asked[0] if asked else None)
    if not texts and kinase is not None:
        texts = [str(mutation) for mutation in panel_mutations() if mutation.kinase == kinase]
    if not texts:
        raise InputError(f"There is no panel of mutations for {file.source}; name one with --mutation, such as T315I.")
    chosen: list[tuple[Kinase | None, Mutation]] = []
    for text in texts:
        mutation, changes = read_mutation(text, file, recognised, kinase=kinase)
        parse_mutation(str(mutation), kinase, generic=True)  # as the case will read it: the kinase has to have it
        _refuse_bonded(file, changes)
        for change in changes:
            substitute(file, change.residue, change.to)  # raises when the backbone is incomplete or linked
        chosen.append((kinase, mutation))
    return chosen


def _refuse_bonded(file: Complex, changes: Iterable[Change]) -> None:
    """A mutation that takes away the bond to a covalent ligand has an effect that is not computed."""
    bonds = {bond.residue: bond for bond in covalent_bonds(file)}
    for change in changes:
        if change.residue in bonds:
            raise MutationError(
                f"The ligand {file.ligand} of {file.source} is bonded to {bonds[change.residue]}, which the mutation "
                f"to {change.to} replaces. What losing a covalent bond costs is not computed; leave this mutation out."
            )


def _checked_ligands(texts: Sequence[str], ph: float, check: Callable[[Ligand], None]) -> tuple[str, ...]:
    """The ligands, each understood, in its place and with parameters; what is quick is checked first."""
    names = tuple(dict.fromkeys(texts))
    understood = []
    for text in names:
        understood.append(understand_ligand(text, ph=ph))
        check(understood[-1].ligand)
    ligands = [parametrize(each) for each in understood]
    for ligand in ligands:
        _log.info(f"{ligand.name}: charge {ligand.formal_charge:+d}, {ligand.smiles}, {ligand.parameter_source}.")
    for note in dict.fromkeys(note for ligand in ligands for note in ligand.notes):
        _log.warning(note)
    return names


def _different(ligands: Sequence[str], common: CaseSpec) -> tuple[str, ...]:
    """Ligands without those whose content was there before under another name (copies of a file)."""
    first: dict[str, str] = {}
    for each in ligands:
        first.setdefault(common.model_copy(update={"ligand": each}).key(), each)
    return tuple(first.values())


def _check_in_shipped(ligand: Ligand, models: Sequence[Kinase]) -> None:
    """Check a pose of the ligand's own, and warn of a DFG state that it does not bind, in the model of each kinase."""
    for kinase in models:
        protein = load_shipped(kinase.name)
        if ligand.has_pose:
            check_pose(protein, ligand)
        elif ligand.name not in shipped_ligands():
            protein = receptor_for(kinase, ligand)[0]
        _warn_of_state(ligand, protein, clinical_match(protein, kinase))


def _check_in_file(ligand: Ligand, parts: ChosenParts, build_ligand: bool, seed: int) -> None:
    """The same in a user's file; with its pocket, where the ligand has its place already, and what is built of it."""
    if parts.match is None or not needs_search(parts.complex, ligand):
        placed = place_in_file(parts, ligand, build_ligand=build_ligand, seed=seed)
        check_pocket(parts.complex, placed)
        for note in (*placed.notes[len(ligand.notes) :], *bond_notes(parts.complex)):
            _log.warning(note)
    _warn_of_state(ligand, parts.complex, parts.match)


def _warn_of_state(ligand: Ligand, protein: Complex, match: ChainMatch | None) -> None:
    warning = conformation_warning(ligand, conformation_of(protein, match), Path(protein.source).name)
    if warning:
        _log.warning(warning)


def _wild_type_first(chosen: Sequence[tuple[Kinase | None, Mutation]]) -> list[tuple[Kinase | None, Mutation]]:
    """Each kinase's mutations together, its wild type before them, nothing twice."""
    ordered: dict[Kinase | None, dict[str, Mutation]] = {}
    for kinase, mutation in chosen:
        of_kinase = ordered.setdefault(kinase, {WILD_TYPE: Mutation(kinase, (), mutation.chain)})
        of_kinase.setdefault(str(mutation), mutation)
    return [(kinase, mutation) for kinase, mutations in ordered.items() for mutation in mutations.values()]
