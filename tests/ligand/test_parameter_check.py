"""Parameters of a ligand apply to its own atoms only."""

from dataclasses import replace
from pathlib import Path

import pytest

from trkstruct.errors import LigandError
from trkstruct.ligand.ambertools import rename_atoms
from trkstruct.ligand.parameter_check import check_forcefield_xml
from trkstruct.ligand.reading import load_ligand
from trkstruct.ligand.shipped_ligands import shipped_ligands
from trkstruct.ligand.stored_ligands import stored_text

XML = load_ligand("larotrectinib").parameters_xml or ""


@pytest.mark.parametrize("name", shipped_ligands())
def test_shipped_parameters_are_confined(name: str) -> None:
    ligand = load_ligand(name)
    check_forcefield_xml(ligand.parameters_xml or "", name)
    check_forcefield_xml(
        rename_atoms(ligand.parameters_xml or "", dict(zip(ligand.atom_names, ligand.atom_names, strict=True))), name
    )


ADDED = {
    "HarmonicBondForce": [
        '<Bond type1="" type2="" length="0.3" k="1e6"/>',
        '<Bond class1="" class2="" length="0.3" k="1e6"/>',
        '<Bond length="0.3" k="1e6"/>',
        '<Bond type1="gaff2-c3" length="0.3" k="1e6"/>',
        '<Bond class1="protein-C" class2="protein-N" length="0.3" k="1e6"/>',
        '<Bond type1="gaff2-c3" type2="gaff2-c3" length="nan" k="1e6"/>',
        "<Script>1</Script>",
    ],
    "HarmonicAngleForce": ['<Angle type1="gaff2-c3" type2="" type3="gaff2-c3" angle="1" k="1"/>'],
    "PeriodicTorsionForce": [
        '<Proper type1="" type2="protein-C" type3="protein-N" type4="" periodicity1="2" phase1="0" k1="100"/>',
        '<Improper class1="protein-C" class2="" class3="" class4="" periodicity1="2" phase1="0" k1="100"/>',
    ],
    "NonbondedForce": ['<Atom class="protein-C" sigma="1" epsilon="1"/>', '<Atom type="" sigma="1" epsilon="1"/>'],
    "AtomTypes": [
        '<Type name="mine" class="protein-C" element="C" mass="12"/>',
        '<Type name="protein-X" class="protein-X" element="C" mass="12"/>',
    ],
    "Residues": [
        '<Residue name="ALA" override="9"><Atom name="N" type="gaff2-c3" charge="0"/></Residue>',
        '<Patch name="x"/>',
    ],
}


@pytest.mark.parametrize(("section", "entry"), [(s, entry) for s, entries in ADDED.items() for entry in entries])
def test_an_entry_that_reaches_the_protein_is_refused(section: str, entry: str, tmp_path: Path) -> None:
    xml = XML.replace(f"</{section}>", f"{entry}</{section}>")
    assert xml != XML
    with pytest.raises(LigandError, match="reach beyond the ligand"):
        check_forcefield_xml(xml, "mine.json")
    mine = replace(load_ligand("larotrectinib"), name="mine", parameters_xml=xml)
    path = tmp_path / "mine.json"
    path.write_text(stored_text({field: getattr(mine, field) for field in mine.__dataclass_fields__}), encoding="utf-8")
    with pytest.raises(LigandError, match="reach beyond the ligand"):
        load_ligand(str(path))


def test_other_scales_than_the_proteins_are_refused() -> None:
    with pytest.raises(LigandError, match="lj14scale is 1"):
        check_forcefield_xml(XML.replace('lj14scale="0.5"', 'lj14scale="1"'), "mine.json")
