"""The rotamer library, central values of the Top8000 set (Hintze 2016, 10.1002/prot.25039; CC BY 4.0), and samples."""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Final

import numpy as np

from trkstruct.errors import InputError
from trkstruct.files.shipped import data_path
from trkstruct.residues import THREE_TO_ONE, parent_name
from trkstruct.structure.geometry import difference_degrees

NO_ROTAMERS: Final = frozenset({"GLY", "ALA"})
"""Amino acids whose side chain can be placed in one way only."""

MIN_FREQUENCY_PERCENT: Final = 0.5  # rarer ones are often mis-fitted density; Hintze 2016, 10.1002/prot.25039

CHI_PERIODS_DEGREES: Final = {("ASP", 2): 180.0, ("GLU", 3): 180.0, ("PHE", 2): 180.0, ("TYR", 2): 180.0}
"""Torsions whose two ends differ only in atom names (IUPAC 1970, 10.1021/bi00820a001); all others repeat after 360°."""

SAMPLED_STEPS: Final = (0.0, -1.0, 1.0)  # standard deviations around a rotamer's mean, as in SCWRL4, 10.1002/prot.22488

_FIRST_ANGLE_COLUMN: Final = "N_CA_CB"


@dataclass(frozen=True)
class Rotamer:
    """One side-chain conformation.

    Attributes
    ----------
    residue : str
        Amino acid, three letters.
    name : str
        MolProbity name such as ``mtt180``; ``-`` for glycine and alanine, which have none.
    frequency_percent : float
        Share of the residues of this type.
    chis_degrees, sds_degrees : tuple of float
        Means and standard deviations of chi1, chi2, ...
    angles_degrees : tuple of (str, float)
        Mean bond angles that depend on the rotamer, named ``CA_CB_CG`` with the placed atom last.
    """

    residue: str
    name: str
    frequency_percent: float
    chis_degrees: tuple[float, ...]
    sds_degrees: tuple[float, ...]
    angles_degrees: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        """``ARG mtt180 (9.9 %, chi -67/180/-179/177)``."""
        chis = "/".join(f"{chi:.0f}" for chi in self.chis_degrees)
        return f"{self.residue} {self.name} ({self.frequency_percent:.1f} %{', chi ' + chis if chis else ''})"


def rotamers_of(residue: str, min_frequency_percent: float = MIN_FREQUENCY_PERCENT) -> tuple[Rotamer, ...]:
    """Rotamers of an amino acid, the most frequent first; one trivial rotamer for glycine and alanine.

    Parameters
    ----------
    residue : str
        Three-letter name; a protonation state (``HID``) has the rotamers of its amino acid.
    min_frequency_percent : float
        Rotamers rarer than this are left out.

    Raises
    ------
    InputError
        When the residue is not one of the twenty amino acids, or no rotamer is that frequent.
    """
    name = parent_name(residue)
    if name not in THREE_TO_ONE:
        raise InputError(f"{residue!r} has no rotamers: not one of the twenty amino acids ({', '.join(THREE_TO_ONE)}).")
    every = _load_rotamers()[name]
    frequent = tuple(rotamer for rotamer in every if rotamer.frequency_percent >= min_frequency_percent)
    if not frequent:
        raise InputError(
            f"No rotamer of {name} has a frequency of {min_frequency_percent:g} % or more;"
            f" the most frequent has {every[0].frequency_percent:g} %."
        )
    return frequent


def chi_periods(residue: str) -> tuple[float, ...]:
    """Period in degrees of each chi of an amino acid: 180 where its two ends are alike, otherwise 360."""
    name = parent_name(residue)
    n_chis = len(rotamers_of(name)[0].chis_degrees)
    return tuple(CHI_PERIODS_DEGREES.get((name, k), 360.0) for k in range(1, n_chis + 1))


def sample_rotamer(
    rotamer: Rotamer, chis: Collection[int] | None = None, steps: Sequence[float] = SAMPLED_STEPS
) -> tuple[Rotamer, ...]:
    """A rotamer in every combination of steps away from its means; one sample per combination.

    A sample keeps the rotamer's name; its frequency is the rotamer's, shared out by the normal density.

    Parameters
    ----------
    rotamer : Rotamer
    chis : collection of int, optional
        Which torsions take the steps, 1 for chi1; the others stay at their means. All do by default.
    steps : sequence of float
        In standard deviations of the torsion.
    """
    torsions = range(1, len(rotamer.chis_degrees) + 1)
    varied = [steps if chis is None or chi in chis else (0.0,) for chi in torsions]
    grid = list(product(*varied))
    densities = np.array([np.exp(-0.5 * sum(step**2 for step in taken)) for taken in grid])
    samples = []
    for taken, share in zip(grid, densities / densities.sum(), strict=True):
        columns = zip(rotamer.chis_degrees, rotamer.sds_degrees, taken, strict=True)
        moved = tuple(chi + step * sd for chi, sd, step in columns)
        frequency = rotamer.frequency_percent * float(share)
        samples.append(replace(rotamer, chis_degrees=moved, frequency_percent=frequency))
    return tuple(samples)


def find_nearest(residue: str, chis_degrees: Sequence[float]) -> Rotamer:
    """The rotamer, rare ones included, whose chis lie nearest in units of its standard deviations.

    Raises
    ------
    InputError
        When the number of torsions is not that of the amino acid.
    """
    library = rotamers_of(residue, min_frequency_percent=0.0)
    periods = chi_periods(residue)
    if len(chis_degrees) != len(periods):
        raise InputError(f"{residue} has {len(periods)} chi torsions, {len(chis_degrees)} were given.")
    if not periods:
        return library[0]
    means = np.array([rotamer.chis_degrees for rotamer in library])
    sds = np.array([rotamer.sds_degrees for rotamer in library])
    deviations = difference_degrees(np.asarray(chis_degrees), means, periods) / sds
    return library[int(np.argmin((deviations**2).sum(axis=1)))]


@cache
def _load_rotamers() -> dict[str, tuple[Rotamer, ...]]:
    library: dict[str, tuple[Rotamer, ...]] = {name: (Rotamer(name, "-", 100.0, (), ()),) for name in NO_ROTAMERS}
    with data_path("rotamers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            library[row["residue"]] = (*library.get(row["residue"], ()), _rotamer(row))
    return library


def _rotamer(row: dict[str, str]) -> Rotamer:
    columns = list(row)
    angle_columns = columns[columns.index(_FIRST_ANGLE_COLUMN) :]
    n_chis = sum(bool(row[f"chi{k}_degrees"]) for k in (1, 2, 3, 4))
    return Rotamer(
        residue=row["residue"],
        name=row["rotamer"],
        frequency_percent=float(row["frequency_percent"]),
        chis_degrees=tuple(float(row[f"chi{k}_degrees"]) for k in range(1, n_chis + 1)),
        sds_degrees=tuple(float(row[f"chi{k}_sd"]) for k in range(1, n_chis + 1)),
        angles_degrees=tuple((column, float(row[column])) for column in angle_columns if row[column]),
    )
