"""A molecule is what its InChIKey says, whatever it is called; inhibitors are found by every name they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from trkstruct.errors import LigandError
from trkstruct.kinase.evidence import evidence_for
from trkstruct.ligand.ligand import Ligand
from trkstruct.ligand.molecule import read_smiles
from trkstruct.ligand.naming.inhibitors import find_inhibitor, known_inhibitors, published_name, recognise
from trkstruct.ligand.protonation import protonate
from trkstruct.ligand.reading import build_ligand, load_ligand, parametrize, understand_ligand
from trkstruct.ligand.shipped_ligands import load_shipped, shipped_ligands

LAROTRECTINIB = "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@H](O)C1"
EPIMER = "O=C(Nc1cnn2ccc(N3CCC[C@@H]3c3cc(F)ccc3F)nc12)N1CC[C@@H](O)C1"
DEUTERATED = LAROTRECTINIB.replace("[C@H](O)C1", "[C@]([2H])(O)C1")


def understood(text: str) -> Ligand:
    return understand_ligand(text).ligand


def test_twenty_are_known_and_each_is_the_molecule_of_its_key() -> None:
    assert len(known_inhibitors()) == 20
    for each in known_inhibitors():
        neutral = build_ligand(each.smiles, "x", ph=None, parameters=None)
        molecule = Chem.MolFromSmiles(neutral.smiles)
        assert Chem.MolToInchiKey(molecule)[:25] == each.inchikey[:25], each.name
        assert recognise(molecule) == each
        at_ph, _ = protonate(read_smiles(each.smiles)[0], 7.4)
        assert Chem.GetFormalCharge(at_ph) == each.formal_charge, each.name
        assert recognise(at_ph) == each
        assert "10." in each.source or each.source.startswith("CHEMBL"), each.name


def test_no_name_means_two_molecules_or_is_a_smiles() -> None:
    names = [name.casefold() for each in known_inhibitors() for name in (each.name, *each.synonyms)]
    assert len(names) == len(set(names))
    for name in names:
        with pytest.raises(LigandError):
            read_smiles(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LOXO-101", "larotrectinib"),
        ("loxo 101", "larotrectinib"),
        ("RXDX-101", "entrectinib"),
        ("LOXO195", "selitrectinib"),
        ("tpx-0005", "repotrectinib"),
        ("PF-02341066", "crizotinib"),
        ("PF-06463922", "lorlatinib"),
        ("XL184", "cabozantinib"),
        ("MGCD516", "sitravatinib"),
        ("BIBF 1120", "nintedanib"),
        ("CEP-701", "lestaurtinib"),
        ("az23", "AZ-23"),
    ],
)
def test_names_and_code_names_whatever_their_case_and_hyphens(text: str, name: str) -> None:
    found = find_inhibitor(text)
    assert found is not None and found.name == name
    assert understood(text).name == name


@given(st.sampled_from(known_inhibitors()), st.sampled_from([str.upper, str.lower, str.title]), st.booleans())
def test_a_name_in_any_case_with_or_without_hyphens(inhibitor, change, hyphens) -> None:  # type: ignore[no-untyped-def]
    for name in (inhibitor.name, *inhibitor.synonyms):
        assert find_inhibitor(change(name if hyphens else name.replace("-", ""))) == inhibitor


def test_a_close_name_is_suggested() -> None:
    with pytest.raises(LigandError, match="Did you mean crizotinib"):
        load_ligand("crizotinb")


@pytest.mark.parametrize("name", [None, "mine"])
def test_a_smiles_that_ships_brings_its_parameters_and_what_was_published(name: str | None) -> None:
    ligand = parametrize(understand_ligand(LAROTRECTINIB if name is None else f"{name}={LAROTRECTINIB}"))
    shipped = load_shipped("larotrectinib")
    assert ligand.name == (name or "larotrectinib")
    assert (ligand.parameters_xml, ligand.molblock) == (shipped.parameters_xml, shipped.molblock)
    assert published_name(ligand) == "larotrectinib"
    fold = [each for each in evidence_for("NTRK1", "G595R", published_name(ligand)) if each.kind == "fold_change"]
    assert fold and fold[0].fold_change == pytest.approx(69 / 0.9)
    assert any("mine is larotrectinib by its InChIKey" in note for note in ligand.notes) is (name is not None)


@pytest.mark.parametrize("smiles", [EPIMER, DEUTERATED, "CCO"])
def test_another_stereoisomer_or_isotope_is_not_the_drug_even_under_its_name(smiles: str) -> None:
    ligand = understood(f"larotrectinib={smiles}")
    assert published_name(ligand) == "" and evidence_for("NTRK1", "G595R", published_name(ligand)) == ()
    assert any("is not the larotrectinib of the literature" in note for note in ligand.notes)
    assert published_name(understood(f"mine={smiles}")) == "mine"


def test_a_salt_and_another_protonation_state_are_the_same_drug() -> None:
    assert published_name(understood(f"salt={LAROTRECTINIB}.OS(O)(=O)=O")) == "larotrectinib"
    neutral = build_ligand("CN1CCN(c2ccc(C(=O)Nc3n[nH]c4ccc(Cc5cc(F)cc(F)c5)cc34)c(NC3CCOCC3)c2)CC1", ph=None,
                           parameters=None)  # fmt: skip
    assert neutral.formal_charge == 0 and published_name(neutral) == "entrectinib" == neutral.name


def test_a_known_name_without_parameters_goes_the_way_of_its_smiles() -> None:
    by_name, by_smiles = understood("PF-02341066"), understood(find_inhibitor("crizotinib").smiles)  # type: ignore[union-attr]
    assert by_name == by_smiles
    assert (by_name.name, by_name.formal_charge, by_name.parameters_xml) == ("crizotinib", 1, None)


def test_what_is_doubtful_about_a_structure_is_said() -> None:
    assert any("pifusertib" in note for note in understood("paltimatrectinib").notes)


def test_parameters_asked_for_by_method_are_not_those_that_ship() -> None:
    ligand = build_ligand(LAROTRECTINIB, "mine", parameters="openff")
    assert "Sage" in ligand.parameter_source and ligand.parameters_xml != load_shipped("larotrectinib").parameters_xml


def test_ships_are_the_ligands_of_the_table() -> None:
    assert tuple(each.name for each in known_inhibitors() if each.ships) == shipped_ligands()
