"""A kinase of a user's own understood: its pocket taken from a relative where asked, and compared with what ships."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from trkstruct.errors import InputError
from trkstruct.kinase.kept_kinases import kept_kinases
from trkstruct.kinase.kinase_file import conserved_problem, read_kinase_file
from trkstruct.kinase.kinases import knowing
from trkstruct.kinase.own_kinase import OwnKinase, as_kinase
from trkstruct.kinase.recognition import MIN_COMPARED, MIN_IDENTITY, compare_with
from trkstruct.kinase.shipped_kinases import Kinase, name_key, names_of, shipped_kinases

LEAST_POCKET_IDENTITY: Final = 0.65
"""Of a relative that lends its numbers: among the kinases that ship, no pair above 0.63 gave one wrong number."""
SAME_IDENTITY: Final = 0.99  # of two that are as alike, a chain with a mutation could be either

OPEN_GAP, EXTEND_GAP = -11.0, -1.0  # with BLOSUM62: Altschul 1997, 10.1093/nar/25.17.3389


def load_own_kinases(paths: Sequence[Path], kept: Sequence[OwnKinase] = ()) -> tuple[OwnKinase, ...]:
    """The kinases that files describe, then those of the kept ones that have another name.

    Raises
    ------
    InputError
        When a file cannot be used, or two kinases have the same name or nearly the same sequence.
    """
    loaded: dict[str, OwnKinase] = {}
    for path in paths:
        own = load_own_kinase(path)
        if own.name.casefold() in loaded:
            raise InputError(f"{path}: {loaded[own.name.casefold()].file} describes {own.name} too; leave one out.")
        loaded[own.name.casefold()] = own
    for own in kept:
        loaded.setdefault(own.name.casefold(), own)
    every = tuple(loaded.values())
    for at, own in enumerate(every):
        for other in every[:at]:
            _refuse_same(own, as_kinase(other), "leave one of them out")
    return every


@contextmanager
def knowing_files(files: str | Path | Sequence[str | Path]) -> Iterator[None]:
    """Within the block, the kinases of these files are known beside those that are kept; without a file, the kept ones.

    Raises
    ------
    InputError
        When a file cannot be used, or two kinases have the same name or nearly the same sequence.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(each) for each in files]
    with knowing(load_own_kinases(paths, kept_kinases())) if paths else nullcontext():
        yield


def load_own_kinase(path: Path) -> OwnKinase:
    """The kinase that a file describes, with its pocket, compared with those that ship.

    Raises
    ------
    InputError
        When the file cannot be used, its pocket cannot be taken from the relative that it names, it has a name of
        another kinase, or it is one that ships without saying that it replaces that.
    """
    own, like = read_kinase_file(path)
    if like:
        own = _with_pocket_of(own, _shipped(like, own, "like"))
    replaced = _shipped(own.replaces, own, "replaces") if own.replaces else None
    if replaced is not None:
        _check_replacement(own, replaced)
        own = own.model_copy(update={"replaces": replaced.name})
    for kinase in shipped_kinases():
        if kinase == replaced:
            continue
        same = names_of(kinase) & names_of(as_kinase(own))
        if same:
            raise InputError(
                f"{path}: {', '.join(sorted(same))} is {kinase.name}, which ships: {_instead(kinase)}, "
                "or give yours other names."
            )
        _refuse_same(own, kinase, f"{_instead(kinase)}, or use {kinase.name} as it is")
    return own


def pocket_like(own: OwnKinase, relative: Kinase) -> tuple[tuple[int | None, ...], float]:
    """Numbers of the residues that align with the pocket of a relative, None in a gap; the share that agree, 0..1.

    Needleman-Wunsch with BLOSUM62 over both sequences; gaps at their ends cost nothing.
    """
    from Bio.Align import PairwiseAligner, substitution_matrices

    aligner = PairwiseAligner(mode="global", open_gap_score=OPEN_GAP, extend_gap_score=EXTEND_GAP, end_gap_score=0.0)
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    blocks = zip(*aligner.align(relative.sequence, own.sequence)[0].aligned, strict=True)
    number_of = {
        int(relative.first_number + start + step): int(own.first_number + other_start + step)
        for (start, end), (other_start, _) in blocks
        for step in range(end - start)
    }
    numbers = tuple(number_of.get(residue.number) for residue in relative.pocket)
    pairs = zip(numbers, relative.pocket, strict=True)
    agreeing = sum(number is not None and own.letter_at(number) == residue.letter for number, residue in pairs)
    return numbers, agreeing / len(relative.pocket)


def _with_pocket_of(own: OwnKinase, relative: Kinase) -> OwnKinase:
    numbers, identity = pocket_like(own, relative)
    placed = tuple(number for number in numbers if number is not None)
    if identity <= LEAST_POCKET_IDENTITY or len(placed) < len(numbers):
        gaps = f", and {len(numbers) - len(placed)} of them have none beside them" if len(placed) < len(numbers) else ""
        raise InputError(
            f"{own.file}: {identity:.0%} of the pocket residues of {relative.name} are the same in {own.name}{gaps}. "
            f"Numbers are taken from a relative only above {LEAST_POCKET_IDENTITY:.0%}. Name a nearer one"
            f"{_nearest(own)}, or give the 85 numbers as pocket = [...]; KLIFS (https://klifs.net) lists them."
        )
    source = f"aligned with {relative.name}, of whose pocket {identity:.0%} is the same"
    found = own.model_copy(update={"pocket": placed, "pocket_source": source})
    if problem := conserved_problem(found):
        raise InputError(f"{own.file}: {problem}")
    if own.activation_loop_end and own.activation_loop_end <= placed[-1]:
        raise InputError(f"{own.file}: activation_loop_end {own.activation_loop_end} lies not behind the pocket.")
    return found


def _nearest(own: OwnKinase) -> str:
    """The kinases that ship from which the numbers could be taken, the nearest first."""
    found = [(*pocket_like(own, kinase), kinase.name) for kinase in shipped_kinases() if kinase.sequence]
    whole = sorted(((identity, name) for numbers, identity, name in found if None not in numbers), reverse=True)
    near = [f"{name} ({identity:.0%})" for identity, name in whole if identity > LEAST_POCKET_IDENTITY]
    return f" ({', '.join(near[:3])})" if near else " (none that ships is near enough)"


def _shipped(name: str, own: OwnKinase, key: str) -> Kinase:
    known = {each: kinase for kinase in shipped_kinases() for each in names_of(kinase)}
    kinase = known.get(name_key(name))
    if kinase is None:
        ships = ", ".join(each.name for each in shipped_kinases())
        raise InputError(f"{own.file}: {key}: {name!r:.60} is no kinase that ships; those are {ships}.")
    return kinase


def _check_replacement(own: OwnKinase, replaced: Kinase) -> None:
    """A kinase stands in the place of one that ships: the same protein under the numbers that reports name.

    Raises
    ------
    InputError
        When it is a TRK kinase, another protein, another gene or numbered otherwise.
    """
    if replaced.is_trk:
        raise InputError(f"{own.file}: {replaced.name} cannot be replaced; its models and its panel are made for it.")
    if own.gene.upper() != replaced.gene.upper():
        raise InputError(f"{own.file}: the gene of {replaced.name} is {replaced.gene}, not {own.gene}.")
    differing = [
        f"{own.letter_at(number)}{number} for {residue}"
        for number, residue in zip(own.pocket, replaced.pocket, strict=True)
        if number != residue.number
    ]
    if differing:
        raise InputError(
            f"{own.file}: {len(differing)} pocket residues are not those of {replaced.name} ({differing[0]}). "
            "Reports of its variants are found by its numbers, so what replaces it has the same."
        )
    match = compare_with(replaced, own.sequence)
    if match.identity < MIN_IDENTITY:
        raise InputError(f"{own.file}: only {match.identity:.0%} of it is as in {replaced.name}: another protein.")


def _refuse_same(own: OwnKinase, kinase: Kinase, what_to_do: str) -> None:
    match = compare_with(kinase, own.sequence)
    if match.compared >= MIN_COMPARED and match.identity >= SAME_IDENTITY:
        raise InputError(f"{own.where}: {own.name} is {match.identity:.0%} the same as {kinase.name}; {what_to_do}.")


def _instead(kinase: Kinase) -> str:
    return "TRK kinases cannot be replaced" if kinase.is_trk else f'say replaces = "{kinase.name}"'
