"""Parameters read at once are those that OpenMM gives one by one."""

import openmm
import pytest
from openmm import unit

from trkstruct.energy.force_tables import read_tables


def test_columns_hold_what_was_added() -> None:
    force = openmm.NonbondedForce()
    added = [(0.25, 0.31, 0.4), (-0.125, 0.29, 0.0)]
    for parameters in added:
        force.addParticle(*parameters)
    force.addException(0, 1, 0.5, 0.3, 0.1)
    particles, exceptions = read_tables(force, "Particles", "Exceptions")
    for index, column in enumerate(("q", "sig", "eps")):
        assert particles[column] == pytest.approx([parameters[index] for parameters in added])
    charge, sigma, _ = force.getParticleParameters(1)
    assert (particles["q"][1], particles["sig"][1]) == pytest.approx(
        (charge.value_in_unit(unit.elementary_charge), sigma.value_in_unit(unit.nanometer))
    )
    assert (exceptions["p1"][0], exceptions["p2"][0], exceptions["q"][0]) == (0, 1, 0.5)


def test_values_survive_to_the_last_bit() -> None:
    force = openmm.HarmonicBondForce()
    added = [(0, 3, 0.1 + 0.2, 1e-17), (1, 2, -1 / 3, 6.02e23)]
    for parameters in added:
        force.addBond(*parameters)
    (bonds,) = read_tables(force, "Bonds")
    assert [tuple(row) for row in zip(*(bonds[key] for key in ("p1", "p2", "d", "k")), strict=True)] == added


def test_a_table_is_not_taken_for_another_whose_name_begins_alike() -> None:
    force = openmm.NonbondedForce()
    force.addGlobalParameter("soft", 0.0)
    force.addParticle(1.0, 0.3, 0.4)
    force.addParticleParameterOffset("soft", 0, 0.5, 0.6, 0.7)
    (particles,) = read_tables(force, "Particles")
    assert {key: column.tolist() for key, column in particles.items()} == {"q": [1.0], "sig": [0.3], "eps": [0.4]}


def test_an_empty_table_has_no_columns_and_an_unknown_one_is_an_error() -> None:
    assert read_tables(openmm.HarmonicBondForce(), "Bonds") == ({},)
    with pytest.raises(KeyError, match="Angles"):
        read_tables(openmm.HarmonicBondForce(), "Angles")
