"""The minima of one amino-acid sequence in one state, bound or apo."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from trkstruct.energy.minimizer import Minimum
from trkstruct.units import BOLTZMANN_KCAL_MOL_KELVIN

HOPELESS_KCAL_MOL: Final = 6.0  # above the best: 10 RT, a share of 5e-5
SAME_MINIMUM_KCAL_MOL: Final = 0.05  # what minimisations that stop at an RMS gradient of 0.03 leave open


@dataclass(frozen=True)
class Conformer:
    """One minimised start: the rotamer it came from and where it ended."""

    name: str
    minimum: Minimum


@dataclass(frozen=True)
class Ensemble:
    """The minima of one sequence in one state, best first, one per rotamer."""

    conformers: tuple[Conformer, ...] = ()

    @property
    def best(self) -> Conformer:
        """The conformer of lowest energy."""
        return self.conformers[0]

    @property
    def hopeless_kcal_mol(self) -> float:
        """The energy above which a conformer does not count; infinite when there is none yet."""
        return self.best.minimum.energy_kcal_mol + HOPELESS_KCAL_MOL if self.conformers else np.inf

    def rotamer_gain_kcal_mol(self, temperature_kelvin: float) -> float:
        """-RT ln Σ exp(-(E - E_best)/RT) over the distinct minima: 0 for one, lower for more."""
        rt = BOLTZMANN_KCAL_MOL_KELVIN * temperature_kelvin
        energies = np.array([conformer.minimum.energy_kcal_mol for conformer in self.distinct()])
        return -rt * float(np.log(np.sum(np.exp(-(energies - energies.min()) / rt))))

    def distinct(self) -> tuple[Conformer, ...]:
        """The conformers whose energies are further apart than `SAME_MINIMUM_KCAL_MOL`.

        Starts from different rotamers often end in one minimum, up to the names of equivalent atoms.
        """
        energies = np.array([conformer.minimum.energy_kcal_mol for conformer in self.conformers])
        new = np.diff(energies, prepend=-np.inf) > SAME_MINIMUM_KCAL_MOL
        return tuple(conformer for conformer, is_new in zip(self.conformers, new, strict=True) if is_new)

    def with_more(self, conformers: Iterable[Conformer]) -> "Ensemble":
        """The ensemble with further conformers; of each rotamer the lowest stays."""
        lowest: dict[str, Conformer] = {}
        for conformer in (*self.conformers, *conformers):
            held = lowest.get(conformer.name)
            if held is None or conformer.minimum.energy_kcal_mol < held.minimum.energy_kcal_mol:
                lowest[conformer.name] = conformer
        return Ensemble(tuple(sorted(lowest.values(), key=lambda c: c.minimum.energy_kcal_mol)))
