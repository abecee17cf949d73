"""The protonation rules, Dimorphite-DL's and ours, against measured pKa values of drugs and groups.

Each row is further than half a unit from pH 7.4, so that one state holds three quarters of the molecules or more.
"""

from dataclasses import dataclass
from typing import Final

import pytest
from rdkit import Chem

from trkstruct.ligand.molecule import canonical_order, canonical_smiles, parse_smiles
from trkstruct.ligand.pka_rules import GAINS, LOSES
from trkstruct.ligand.protonation import protonate

CRC: Final = "CRC Handbook of Chemistry and Physics, 97th ed., Dissociation Constants of Organic Acids and Bases"
PRANKERD: Final = "Prankerd 2007, 10.1016/S0099-5428(07)33001-3"
AVDEEF: Final = "Avdeef 2012, Absorption and Drug Development, 10.1002/9781118286067"
ALBERT_1948: Final = "Albert, Goldacre & Phillips 1948, 10.1039/JR9480002240"
ALBERT_1956: Final = "Albert & Phillips 1956, 10.1039/JR9560001294"
ALBERT_1959: Final = "Albert & Barlin 1959, 10.1039/JR9590002384"
LANGMAIER: Final = "Langmaier 2016, 10.1021/acs.jpca.6b04786"
LINDEGREN: Final = "Lindegren & Niemann 1949, J Am Chem Soc 71, 1504"
CYANOAMINES: Final = "Stevenson & Williamson 1958, J Am Chem Soc 80, 5943"
MERCK: Final = "Merck Index, 14th ed."


@dataclass(frozen=True)
class Measured:
    """A molecule drawn neutral, its pKa values, its main state at pH 7.4, and where the values were published."""

    name: str
    drawn: str
    pka: str
    state: str
    source: str


TABLE: Final = (
    # hydrazides, acylhydrazones, semicarbazides: neither acid nor base at pH 7.4
    Measured("isoniazid", "NNC(=O)c1ccncc1", "2.0, 3.6, 10.8", "NNC(=O)c1ccncc1", f"{MERCK}, 5186"),
    Measured("benzohydrazide", "NNC(=O)c1ccccc1", "3.0, 12.5", "NNC(=O)c1ccccc1", LINDEGREN),
    Measured("acetohydrazide", "CC(=O)NN", "3.2, 13", "CC(=O)NN", LINDEGREN),
    Measured("semicarbazide", "NNC(N)=O", "3.7", "NNC(N)=O", CRC),
    Measured(
        "4-nitrobenzaldehyde benzoylhydrazone", "O=C(N/N=C/c1ccc([N+](=O)[O-])cc1)c1ccccc1", "11",
        "O=C(N/N=C/c1ccc([N+](=O)[O-])cc1)c1ccccc1", "10.2174/1573412916999200502025457",
    ),
    Measured(
        "nitrofurazone", "NC(=O)N/N=C/c1ccc([N+](=O)[O-])o1", "9.3", "NC(=O)N/N=C/c1ccc([N+](=O)[O-])o1", PRANKERD
    ),
    Measured("maleic hydrazide", "O=c1ccc(=O)[nH][nH]1", "5.7", "O=c1ccc(=O)[nH][n-]1", CRC),
    Measured(
        "FCCP", "N#CC(C#N)=NNc1ccc(OC(F)(F)F)cc1", "6.2", "N#CC(C#N)=N[N-]c1ccc(OC(F)(F)F)cc1",
        "Benz & McLaughlin 1983, 10.1016/S0006-3495(83)84449-X",
    ),
    # biguanides and guanidines
    Measured("metformin", "CN(C)C(=N)NC(=N)N", "2.8, 12.4", "CN(C)C(=[NH2+])NC(=N)N", LANGMAIER),
    Measured("phenformin", "NC(=N)NC(=N)NCCc1ccccc1", "2.7, 11.8", "N=C(N)NC(=[NH2+])NCCc1ccccc1", LANGMAIER),
    Measured(
        "proguanil", "CC(C)NC(=N)NC(=N)Nc1ccc(Cl)cc1", "2.3, 10.4", "CC(C)NC(=[NH2+])NC(=N)Nc1ccc(Cl)cc1", PRANKERD
    ),
    Measured(
        "chlorhexidine", "N=C(NCCCCCCNC(=N)NC(=N)Nc1ccc(Cl)cc1)NC(=N)Nc1ccc(Cl)cc1", "2.2, 10.8 (two each)",
        "N=C(NC(=[NH2+])NCCCCCCNC(=[NH2+])NC(=N)Nc1ccc(Cl)cc1)Nc1ccc(Cl)cc1", PRANKERD,
    ),
    Measured("guanidine", "NC(=N)N", "13.6", "NC(N)=[NH2+]", CRC),
    Measured("dicyandiamide", "N#CNC(=N)N", "-0.4", "N#CNC(=N)N", PRANKERD),
    Measured(
        "famotidine", "NC(N)=Nc1nc(CSCC/C(N)=N/S(N)(=O)=O)cs1", "6.8", "NC(N)=Nc1nc(CSCC/C(N)=N/S(N)(=O)=O)cs1",
        PRANKERD,
    ),
    Measured("clonidine", "Clc1cccc(Cl)c1NC1=NCCN1", "8.1", "Clc1cccc(Cl)c1NC1=[NH+]CCN1", AVDEEF),
    Measured("amiloride", "NC(N)=NC(=O)c1nc(Cl)c(N)nc1N", "8.7", "NC(N)=[NH+]C(=O)c1nc(Cl)c(N)nc1N", PRANKERD),
    Measured("creatinine", "CN1CC(=O)NC1=N", "4.8", "CN1CC(=O)NC1=N", CRC),
    Measured("benzamidine", "N=C(N)c1ccccc1", "11.6", "NC(=[NH2+])c1ccccc1", CRC),
    # aminopyridines and their relatives
    Measured("4-aminopyridine", "Nc1ccncc1", "9.2", "Nc1cc[nH+]cc1", ALBERT_1948),
    Measured("DMAP", "CN(C)c1ccncc1", "9.7", "CN(C)c1cc[nH+]cc1", "Essery & Schofield 1961, 10.1039/JR9610003939"),
    Measured("3,4-diaminopyridine", "Nc1ccncc1N", "9.1", "Nc1cc[nH+]cc1N", PRANKERD),
    Measured("4-aminoquinoline", "Nc1ccnc2ccccc12", "9.2", "Nc1cc[nH+]c2ccccc12", ALBERT_1948),
    Measured("9-aminoacridine", "Nc1c2ccccc2nc2ccccc12", "10.0", "Nc1c2ccccc2[nH+]c2ccccc12", ALBERT_1948),
    Measured("tacrine", "Nc1c2c(nc3ccccc13)CCCC2", "9.8", "Nc1c2c([nH+]c3ccccc13)CCCC2", PRANKERD),
    Measured(
        "chloroquine", "CCN(CC)CCC[C@@H](C)Nc1ccnc2cc(Cl)ccc12", "8.1, 10.2",
        "CC[NH+](CC)CCC[C@@H](C)Nc1cc[nH+]c2cc(Cl)ccc12", PRANKERD,
    ),
    Measured("2-aminopyridine", "Nc1ccccn1", "6.9", "Nc1ccccn1", ALBERT_1948),
    Measured("3-aminopyridine", "Nc1cccnc1", "6.0", "Nc1cccnc1", ALBERT_1948),
    Measured("4-aminopyrimidine", "Nc1ccncn1", "5.7", "Nc1ccncn1", ALBERT_1948),
    Measured("adenine", "Nc1ncnc2[nH]cnc12", "4.2, 9.8", "Nc1ncnc2[nH]cnc12", CRC),
    Measured("2-aminoimidazole", "Nc1ncc[nH]1", "8.5", "Nc1[nH]cc[nH+]1", "Storey 1964, 10.1021/ja01065a064"),
    Measured("2-aminothiazole", "Nc1nccs1", "5.4", "Nc1nccs1", CRC),
    # acids on nitrogen and oxygen
    Measured(
        "phenytoin", "O=C1NC(=O)C(c2ccccc2)(c2ccccc2)N1", "8.3", "O=C1NC(=O)C(c2ccccc2)(c2ccccc2)N1", PRANKERD
    ),
    Measured("barbital", "CCC1(CC)C(=O)NC(=O)NC1=O", "8.0", "CCC1(CC)C(=O)NC(=O)NC1=O", CRC),
    Measured(
        "sulfamethoxazole", "Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1", "1.8, 5.7", "Cc1cc([N-]S(=O)(=O)c2ccc(N)cc2)no1",
        PRANKERD,
    ),
    Measured(
        "sulfadiazine", "Nc1ccc(S(=O)(=O)Nc2ncccn2)cc1", "2.0, 6.5", "Nc1ccc(S(=O)(=O)[N-]c2ncccn2)cc1", PRANKERD
    ),
    Measured(
        "sulfapyridine", "Nc1ccc(S(=O)(=O)Nc2ccccn2)cc1", "2.6, 8.4", "Nc1ccc(S(=O)(=O)Nc2ccccn2)cc1", PRANKERD
    ),
    Measured(
        "nimesulide", "CS(=O)(=O)Nc1ccc([N+](=O)[O-])cc1Oc1ccccc1", "6.5",
        "CS(=O)(=O)[N-]c1ccc([N+](=O)[O-])cc1Oc1ccccc1", PRANKERD,
    ),
    Measured("saccharin", "O=C1NS(=O)(=O)c2ccccc12", "1.6", "O=C1[N-]S(=O)(=O)c2ccccc12", CRC),
    Measured("N-hydroxysuccinimide", "O=C1CCC(=O)N1O", "6.0", "O=C1CCC(=O)N1[O-]", "10.1039/JR9550000631"),
    Measured(
        "piroxicam", "CN1C(C(=O)Nc2ccccn2)=C(O)c2ccccc2S1(=O)=O", "1.9, 5.5",
        "CN1C(C(=O)Nc2ccccn2)=C([O-])c2ccccc2S1(=O)=O", PRANKERD,
    ),
    Measured("3-hydroxypyridine", "Oc1cccnc1", "4.9, 8.7", "Oc1cccnc1", ALBERT_1956),
    Measured("2-pyridinethione", "S=c1cccc[nH]1", "10.0", "S=c1cccc[nH]1", ALBERT_1959),
    Measured("paracetamol", "CC(=O)Nc1ccc(O)cc1", "9.6", "CC(=O)Nc1ccc(O)cc1", AVDEEF),
    Measured("maltol", "Cc1occc(=O)c1O", "8.4", "Cc1occc(=O)c1O", "Thompson 2006, 10.1039/b416651k"),
    Measured(
        "dabrafenib", "CC(C)(C)c1nc(-c2cccc(NS(=O)(=O)c3c(F)cccc3F)c2F)c(-c2ccnc(N)n2)s1", "1.5, 2.2, 6.6",
        "CC(C)(C)c1nc(-c2cccc([N-]S(=O)(=O)c3c(F)cccc3F)c2F)c(-c2ccnc(N)n2)s1", "10.1002/cpt.1672",
    ),
    Measured(
        "vemurafenib", "CCCS(=O)(=O)Nc1ccc(F)c(C(=O)c2c[nH]c3ncc(-c4ccc(Cl)cc4)cc23)c1F", "7.9, 11.1",
        "CCCS(=O)(=O)Nc1ccc(F)c(C(=O)c2c[nH]c3ncc(-c4ccc(Cl)cc4)cc23)c1F", "10.1002/cpt.1672",
    ),
    # amines that a nitrile makes weak
    Measured("aminoacetonitrile", "NCC#N", "5.3", "NCC#N", CYANOAMINES),
    Measured("dimethylaminoacetonitrile", "CN(C)CC#N", "4.2", "CN(C)CC#N", CYANOAMINES),
    # drugs whose groups are as in textbooks
    Measured("ibuprofen", "C[C@H](C(=O)O)c1ccc(CC(C)C)cc1", "4.5", "C[C@H](C(=O)[O-])c1ccc(CC(C)C)cc1", AVDEEF),
    Measured(
        "warfarin", "CC(=O)C[C@@H](c1ccccc1)c1c(O)c2ccccc2oc1=O", "5.0",
        "CC(=O)C[C@@H](c1ccccc1)c1c([O-])c2ccccc2oc1=O", AVDEEF,
    ),
    Measured(
        "propranolol", "CC(C)NC[C@H](O)COc1cccc2ccccc12", "9.5", "CC(C)[NH2+]C[C@H](O)COc1cccc2ccccc12", AVDEEF
    ),
    Measured("lidocaine", "CCN(CC)CC(=O)Nc1c(C)cccc1C", "8.0", "CC[NH+](CC)CC(=O)Nc1c(C)cccc1C", AVDEEF),
    Measured(
        "ciprofloxacin", "O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O", "6.2, 8.6",
        "O=C([O-])c1cn(C2CC2)c2cc(N3CC[NH2+]CC3)c(F)cc2c1=O", AVDEEF,
    ),
    Measured("celecoxib", "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1", "11.1",
             "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1", PRANKERD),
    Measured(
        "imatinib", "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1", "1.5, 2.6, 3.7, 8.1",
        "Cc1ccc(NC(=O)c2ccc(CN3CC[NH+](C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1", "Szakács 2005, 10.1021/jm049546c",
    ),
    Measured(
        "erlotinib", "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1", "5.4",
        "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1", "its label",
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_main_state_at_physiological_ph(row: Measured) -> None:
    state, _ = protonate(canonical_order(parse_smiles(row.drawn)), 7.4)
    assert canonical_smiles(state) == canonical_smiles(Chem.MolFromSmiles(row.state)), f"{row.pka}; {row.source}"


@pytest.mark.parametrize(
    "smiles",
    [
        "Nc1ccncc1[N+](=O)[O-]",  # 5.0: ALBERT_1948's relatives with a withdrawing group lose their basicity
        "Nc1ccnc(Cl)c1",
        "CC(=O)Nc1ccncc1",  # 5.9
        "c1ccc(Nc2ncnc3ccccc23)cc1",
        "COc1cc2ncc(C#N)c(Nc3ccccc3)c2cc1OC",  # the core of bosutinib, 4.8
    ],
)
def test_what_resembles_aminopyridine_and_is_no_base_stays_neutral(smiles: str) -> None:
    state, _ = protonate(canonical_order(parse_smiles(smiles)), 7.4)
    assert Chem.GetFormalCharge(state) == 0


def test_a_piperazine_on_pyridine_bears_one_charge_and_on_the_pyridine() -> None:
    state, _ = protonate(canonical_order(parse_smiles("C1CN(CCN1)c1ccncc1")), 7.4)
    assert canonical_smiles(state) == canonical_smiles(Chem.MolFromSmiles("C1CN(CCN1)c1cc[nH+]cc1"))


@pytest.mark.parametrize("rule", [*GAINS, *LOSES], ids=lambda rule: f"pKa {rule.pka}")
def test_each_pattern_can_be_read(rule: object) -> None:
    assert rule.first_match(Chem.MolFromSmiles("C")) is None  # type: ignore[attr-defined]


def test_the_ph_decides() -> None:
    states = {ph: Chem.GetFormalCharge(protonate(canonical_order(parse_smiles("Nc1ccncc1")), ph)[0]) for ph in (7, 11)}
    assert states == {7: 1, 11: 0}
