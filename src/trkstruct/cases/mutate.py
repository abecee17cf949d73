"""A mutation built into a complex or a file, in the chain that is meant, under the numbers that its kinase has."""

from dataclasses import replace
from pathlib import Path

from trkstruct.errors import MutationError
from trkstruct.sidechain.build import build_mutation
from trkstruct.structure.chain_choice import choose_chain_at, most_complete_kinase, named_chain, nearest_chain
from trkstruct.structure.complex import Complex, ligand_atoms, protein_sequence, residue_id
from trkstruct.structure.formats.pdb_and_mmcif import load_structure_file
from trkstruct.structure.formats.writing import check_fits_pdb
from trkstruct.structure.mutated_residues import place_notes, read_mutation
from trkstruct.structure.numbering import ChainMatch, recognise_kinase
from trkstruct.structure.reading import assemble_everything, find_assembly_ligand


def mutate(complex_: Complex, mutation: str, *, chain: str | None = None, platform: str = "auto") -> Complex:
    """Build a mutation into a complex: ideal geometry, the rotamer that fits its surroundings, side chains giving way.

    Parameters
    ----------
    complex_ : Complex
        With or without hydrogens; of ``load_complex`` or ``load_shipped``. It stays as it is.
    mutation : str
        ``G595R``, ``A:G595R`` or ``A:F589L+G595R``. Numbers are clinical ones where the kinase is recognised, however
        the complex counts; its own where it is not, and where only they lead to the wild type's amino acid.
    chain : str, optional
        Protein chain for a mutation that names none; by default the one nearest the ligand, without a ligand the one
        with the most complete kinase.
    platform : str
        OpenMM platform.

    Returns
    -------
    Complex
        See ``build_mutation``; its notes say what was understood, what was chosen and what still overlaps.

    Raises
    ------
    MutationError
        When the mutation cannot be read, does not fit the complex or cannot be built.
    StructureError
        When the chain or the residue cannot be used.
    InputError
        When the mutation names another chain than ``chain``.
    """
    where = named_chain((mutation,), chain, complex_.source) or _meant(complex_)
    return _built(complex_, mutation, where, recognise_kinase(complex_, where), platform)


def mutate_file(
    path: str | Path,
    mutation: str,
    *,
    ligand_residue: str | None = None,
    chain: str | None = None,
    platform: str = "auto",
    for_pdb: bool = False,
) -> Complex:
    """Read a PDB or mmCIF file and build a mutation into it; everything that the file holds stays.

    Parameters
    ----------
    path : str or Path
        The file, prepared or as deposited.
    mutation : str
        ``A:G595R``, ``G595R`` or ``A:F589L+G595R``; numbers as in `mutate`.
    ligand_residue : str, optional
        Which residue is the ligand; it is an obstacle either way.
    chain : str, optional
        Protein chain for a mutation that names none; by default as in
        `trkstruct.structure.chain_choice.choose_chain_at`: the one nearest the ligand asked for, else the most
        complete kinase.
    platform : str
        OpenMM platform.
    for_pdb : bool
        Whether the result goes to a PDB file: what that cannot hold is refused before anything is built.

    Raises
    ------
    MutationError
        When the mutation cannot be read, does not fit the file or cannot be built.
    StructureError
        When the file, the chain or the residue cannot be used.
    InputError
        When the mutation names another chain than ``chain``.
    """
    path = Path(path)
    named = named_chain((mutation,), chain, path)
    file = load_structure_file(path)
    chosen = choose_chain_at(file, path, named, ligand_residue)
    ligand = chosen.ligand or find_assembly_ligand(file, None, named, path)
    complex_ = assemble_everything(path, file, ligand)
    if for_pdb:
        check_fits_pdb(complex_.topology, complex_.positions)
    built = _built(complex_, mutation, chosen.chain.id, chosen.match, platform)
    return replace(built, notes=(*chosen.notes, *built.notes))


def _built(complex_: Complex, mutation: str, chain: str | None, match: ChainMatch | None, platform: str) -> Complex:
    """The complex with a mutation, its notes first what was understood."""
    understood, changes = read_mutation(mutation, complex_, match, chain=chain)
    if understood.is_wild_type:
        raise MutationError(f"{mutation!r} changes nothing; write the change to build, for example A:G595R.")
    built = build_mutation(complex_, {change.residue: change.to for change in changes}, platform=platform)
    places = place_notes(complex_, understood, match, changes)
    return replace(built, notes=(*understood.notes, *places, *built.notes))


def _meant(complex_: Complex) -> str | None:
    """The chain of a complex that is meant where none is named; None where there is no protein."""
    sequence = protein_sequence(complex_)
    chains = tuple(dict.fromkeys(identity.chain for identity in sequence))
    if len(chains) < 2:
        return next(iter(chains), None)
    if complex_.ligand is not None:
        atoms: dict[str, list[int]] = {chain: [] for chain in chains}
        for residue in complex_.topology.residues():
            if residue_id(residue) in sequence:
                atoms[residue.chain.id] += [atom.index for atom in residue.atoms()]
        positions = {chain: complex_.positions[indices] for chain, indices in atoms.items()}
        return nearest_chain(positions, complex_.positions[ligand_atoms(complex_)])
    matches = {chain: recognise_kinase(complex_, chain) for chain in chains}
    lengths = {chain: sum(identity.chain == chain for identity in sequence) for chain in chains}
    return most_complete_kinase(matches, lengths)
