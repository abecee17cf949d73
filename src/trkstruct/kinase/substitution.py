"""One amino acid replaced by another, and whether it fits a kinase's sequence in one of its numbering schemes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trkstruct.errors import InputError, MutationError
from trkstruct.kinase.kinases import Kinase, Numbering, equivalents, klifs_number, region_of, residue_at, trk_kinases
from trkstruct.residues import ONE_TO_THREE

CLINICAL: Final = Numbering("clinical", 0)


@dataclass(frozen=True)
class Substitution:
    """One amino acid replaced by another, one-letter codes; ``str()`` gives ``G595R``."""

    wild_type: str
    number: int
    mutant: str

    def __str__(self) -> str:
        """``G595R``."""
        return f"{self.wild_type}{self.number}{self.mutant}"

    @property
    def wild_type_name(self) -> str:
        """Three-letter name, ``GLY``."""
        return ONE_TO_THREE[self.wild_type]

    @property
    def mutant_name(self) -> str:
        """Three-letter name, ``ARG``."""
        return ONE_TO_THREE[self.mutant]

    def shifted(self, shift: int) -> "Substitution":
        """The same substitution with ``shift`` added to its number."""
        return Substitution(self.wild_type, self.number + shift, self.mutant)


def in_clinical_numbering(
    kinase: Kinase, substitutions: Sequence[Substitution]
) -> tuple[tuple[Substitution, ...], tuple[str, ...]]:
    """The substitutions in clinical numbering, and notes on what had to be read in another scheme or left unchecked.

    Raises
    ------
    MutationError
        When a wild-type residue is not at its number in any numbering scheme of this kinase. Outside what is known of a
        kinase other than TRK nothing is checked, and a note says so.
    """
    others = [numbering for numbering in kinase.numberings if _all_fit(kinase, substitutions, numbering)]
    if _all_fit(kinase, substitutions, CLINICAL):
        return tuple(substitutions), tuple(
            f"{_join(substitutions)} is read in clinical numbering; in {numbering.name} numbering "
            f"it would be {_join(_shift_all(substitutions, numbering))} of {kinase.gene}."
            for numbering in others
            if _all_in_pocket(kinase, _shift_all(substitutions, numbering))
        )
    for numbering in others:
        clinical = _shift_all(substitutions, numbering)
        note = (
            f"{kinase.gene} {_join(substitutions)} is {numbering.name} numbering; "
            f"in clinical numbering it is {_join(clinical)}."
        )
        return clinical, (note,)
    unchecked = [each for each in substitutions if not kinase.is_trk and not _is_known(kinase, each.number)]
    wrong = [each for each in substitutions if each not in unchecked and not _fits(kinase, each)]
    if wrong:
        raise MutationError(" ".join(_misfit(kinase, each) for each in wrong))
    return tuple(substitutions), tuple(_unchecked(kinase, each) for each in unchecked)


def find_kinase(substitutions: Sequence[Substitution]) -> tuple[Kinase, tuple[str, ...]]:
    """The TRK kinase that has these wild-type residues in clinical numbering, and notes on other readings.

    Where several have them, the one that has them in its pocket: G623 is TRKC's solvent front, and lies far from the
    ligand in TRKA.

    Raises
    ------
    MutationError
        When none or more than one has them.
    """
    label = _join(substitutions)
    fitting = [kinase for kinase in trk_kinases() if _all_fit(kinase, substitutions, CLINICAL)]
    in_pocket = [kinase for kinase in fitting if _all_in_pocket(kinase, substitutions)]
    readings = _other_readings(substitutions)
    if len(fitting) == 1 or len(in_pocket) == 1:
        chosen = (in_pocket or fitting)[0]
        return chosen, _other_meanings(label, chosen, [kinase for kinase in fitting if kinase != chosen], readings)
    if fitting:
        genes = " and ".join(kinase.gene for kinase in fitting)
        raise MutationError(f"{label} fits {genes}: name the kinase, for example {fitting[0].gene}:{label}.")
    found = "; ".join(f"at {each.number}: {_residues_at(each.number)}" for each in substitutions)
    meant = f"It could mean {' or '.join(readings)}: name the kinase." if readings else "Check the number."
    raise MutationError(f"{label} fits no TRK kinase in clinical numbering ({found}). {meant}")


def _other_readings(substitutions: Sequence[Substitution]) -> list[str]:
    """What the substitutions mean in the other numbering schemes, where that is in the pocket."""
    return [
        f"{kinase.gene} {_join(clinical)} ({numbering.name} numbering)"
        for kinase in trk_kinases()
        for numbering in kinase.numberings
        if _all_fit(kinase, substitutions, numbering)
        and _all_in_pocket(kinase, clinical := _shift_all(substitutions, numbering))
    ]


def _other_meanings(label: str, chosen: Kinase, others: Sequence[Kinase], readings: Sequence[str]) -> tuple[str, ...]:
    meanings = [f"{kinase.gene} {label} (outside its pocket)" for kinase in others] + list(readings)
    return (
        (f"{label} is read as {chosen.gene} {label}; it could also mean {' or '.join(meanings)}.",) if meanings else ()
    )


def _all_in_pocket(kinase: Kinase, substitutions: Sequence[Substitution]) -> bool:
    return all(klifs_number(kinase, each.number) is not None for each in substitutions)


def _is_known(kinase: Kinase, number: int) -> bool:
    try:
        residue_at(kinase, number)
    except InputError:
        return False
    return True


def _fits(kinase: Kinase, substitution: Substitution) -> bool:
    try:
        return residue_at(kinase, substitution.number) == substitution.wild_type
    except InputError:
        return False


def _all_fit(kinase: Kinase, substitutions: Sequence[Substitution], numbering: Numbering) -> bool:
    return all(_fits(kinase, each) for each in _shift_all(substitutions, numbering))


def _shift_all(substitutions: Sequence[Substitution], numbering: Numbering) -> tuple[Substitution, ...]:
    return tuple(each.shifted(numbering.shift) for each in substitutions)


def _join(substitutions: Sequence[Substitution]) -> str:
    return "+".join(str(each) for each in substitutions)


def _residues_at(number: int) -> str:
    """``TRKA F, TRKB A, TRKC A``."""
    found = []
    for kinase in trk_kinases():
        try:
            found.append(f"{kinase.name} {residue_at(kinase, number)}")
        except InputError:
            found.append(f"{kinase.name} outside the kinase domain")
    return ", ".join(found)


def _misfit(kinase: Kinase, substitution: Substitution) -> str:
    """Why a substitution does not fit a kinase, and for a TRK kinase in which of them its wild-type residue is."""
    if not kinase.is_trk:
        return _other_misfit(kinase, substitution)
    try:
        found = residue_at(kinase, substitution.number)
    except InputError:
        span = f"{kinase.first_number}-{kinase.last_number}"
        why = f"Residue {substitution.number} ({substitution}) is outside the kinase domain of {kinase.gene}, {span}."
    else:
        why = (
            f"{kinase.gene} has {found} ({ONE_TO_THREE[found]}) at {substitution.number}, "
            f"not {substitution.wild_type} ({substitution})."
        )
    elsewhere = [_belongs_to(other, substitution) for other in trk_kinases() if other != kinase]
    return " ".join([why, *filter(None, elsewhere)])


def _other_misfit(kinase: Kinase, substitution: Substitution) -> str:
    """``ABL1 has E316 (hinge, KLIFS 46), not T316 (T316I).``"""
    number = substitution.number
    klifs = klifs_number(kinase, number)
    where = "" if klifs is None else f" ({region_of(kinase, number)}, KLIFS {klifs})"
    found = f"{residue_at(kinase, number)}{number}{where}"
    return f"{kinase.name} has {found}, not {substitution.wild_type}{number} ({substitution})."


def _belongs_to(other: Kinase, substitution: Substitution) -> str:
    """``G595 is the solvent front of NTRK1 (KLIFS 51); G595R there is G639R in NTRK2 and G623R in NTRK3.``"""
    for numbering in (CLINICAL, *other.numberings):
        clinical = substitution.shifted(numbering.shift)
        if not _fits(other, clinical):
            continue
        scheme = "" if numbering == CLINICAL else f" in {numbering.name} numbering (clinical {clinical})"
        klifs = klifs_number(other, clinical.number)
        if klifs is None:
            return f"{other.gene} has {substitution.wild_type} there{scheme}, outside the pocket."
        same = [
            f"{residue}{substitution.mutant if residue.letter != substitution.mutant else ''} in {kinase.gene}"
            for kinase, residue in equivalents(other, clinical.number).items()
            if kinase.is_trk
        ]
        region = region_of(other, clinical.number)
        return (
            f"{substitution.wild_type}{substitution.number} is in {other.gene}{scheme} ({region}, KLIFS {klifs}); "
            f"the equivalents are {' and '.join(same)}."
        )
    return ""


def _unchecked(kinase: Kinase, substitution: Substitution) -> str:
    span = f"residues {kinase.first_number}-{kinase.last_number}"
    checked = "its wild type is checked against the structure only"
    return f"{substitution} lies outside {span} known of {kinase.name}: {checked}."
