"""Measured pKa values of groups that Dimorphite-DL judges by the mean of a class to which they do not belong.

A rule names the atom that takes up or gives off the proton (the first of its SMARTS), and the pKa between the two
states. To add one: a row in `GAINS` or `LOSES` with its source, and a measured molecule in ``test_pka_table.py``.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from rdkit import Chem

_ACYL: Final = "$([#7]-[#6]=[O,S])"
_WITHDRAWING: Final = (
    "F,Cl,Br,I,$([#6]#[#7]),$([#6]=[O,S,N]),$([#6](F)(F)F),$([#7](~O)~O),$([#16](=O)=O),$([#7]-[#6]=[O,S])"
)
_AMINO: Final = "[NX3;+0;!$(N-[!#1;!#6]);!$(N-[#6;!$([CX4]);!c]);!$(N(-c)-c)]"  # on one arene, else alkyl or hydrogen


@dataclass(frozen=True)
class PkaRule:
    """The atom that changes (first of a SMARTS) and the pKa between its two states."""

    smarts: str
    pka: float

    def first_match(self, molecule: Chem.Mol) -> int | None:
        """Index of an atom that the rule applies to; None when there is none left."""
        matches = molecule.GetSubstructMatches(_pattern(self.smarts), maxMatches=1)
        return matches[0][0] if matches else None


GAINS: Final = (
    # lactams of either tautomer, thiones too; uracil 9.4, 2-pyridone 11.7: Albert & Phillips 1956,
    # 10.1039/JR9560001294; 2-pyridinethione 9.97: Albert & Barlin 1959, 10.1039/JR9590002384
    PkaRule("[$([nX2;-1]:c=[O,S]),$([OX1,SX1;-1]c:[nX2;+0])]", 9.4),
    # phenols without ortho or para nitro or two ortho halogens (4-nitrophenol 7.15, 2,6-dichlorophenol 6.79), which
    # pull the class mean down to 7.1; phenol 9.99: CRC Handbook of Chemistry and Physics, 97th ed.
    PkaRule(
        "[OX1;-1;$(O-c1ccccc1);!$(O-c:c[N+](=O)[O-]);!$(O-c:c:c:c[N+](=O)[O-]);!$(O-c(:c[F,Cl,Br,I]):c[F,Cl,Br,I])]",
        9.99,
    ),
    # 3-hydroxy-4-pyranones; maltol 8.4: Thompson, Barta & Orvig 2006, 10.1039/b416651k
    PkaRule("[OX1;-1;$(O-c1c(=O)ccoc1)]", 8.4),
    # 3-hydroxypyridine 8.72: Albert & Phillips 1956
    PkaRule("[OX1;-1;$(O-c1cccnc1)]", 8.72),
    # hydrazides, acylhydrazones, semicarbazides; isoniazid 10.8: Merck Index, 14th ed., 5186;
    # nitrobenzaldehyde benzoylhydrazones 10.8 to 11.6: 10.2174/1573412916999200502025457
    PkaRule(f"[NX2;-1;{_ACYL};$(N-[#7]);!$(N-S(=O)=O);!$(N(-C=O)-C=O)]", 10.8),
    # O-alkyl hydroxamates; benzohydroxamic acid 8.8: Agrawal 1979, 10.1070/RC1979v048n10ABEH002422
    PkaRule(f"[NX2;-1;{_ACYL};$(N-[OX2])]", 8.8),
    # hydantoins; phenytoin 8.3: Prankerd 2007, 10.1016/S0099-5428(07)33001-3
    PkaRule("[NX2;-1;$(N1C(=[O,S])[NX3][CX4]C1=O)]", 8.3),
    # 5,5-dialkylbarbiturates; barbital 7.98: CRC Handbook
    PkaRule("[NX2;-1;$(N1C(=[O,S])[NX3]C(=O)[CX4]C1=O),$(N1C(=O)[NX3]C(=O)[CX4]C1=O)]", 7.98),
    # pyridines with an amino group in 4, fused benzene rings allowed, no withdrawing group, no other ring nitrogen;
    # 4-aminopyridine 9.17, 4-aminoquinoline 9.17, 9-aminoacridine 9.99: Albert, Goldacre & Phillips 1948,
    # 10.1039/JR9480002240
    PkaRule(
        f"[nX2;+0;r6;$(n1c(*)c(*)c({_AMINO})c(*)c1),$(n1ccc({_AMINO})cc1);"
        "!$(n:[!#6]);!$(n:c:[!#6]);!$(n:c:c:[!#6]);!$(n:[c;r5]);!$(n:c:[c;r5]);!$(n:c:c:[c;r5]);"
        f"!$(n:c-[{_WITHDRAWING}]);!$(n:c:c-[{_WITHDRAWING}])]",
        9.17,
    ),
    # 2-aminoimidazole 8.46: Storey 1964, 10.1021/ja01065a064
    PkaRule("[nX2;+0;$(n1c([NX3H2])[n;H1,$(n-[CX4])][c;!$(c-[F,Cl,Br,I,$([#6]=O),$([#7]~O)]);R1][c;R1]1)]", 8.46),
)
"""Below its pKa the atom takes up a proton."""

LOSES: Final = (
    # amines beside a nitrile's carbon; aminoacetonitrile 5.34: Stevenson & Williamson 1958, J Am Chem Soc 80, 5943
    PkaRule("[NX4;+1;!H0;$(N-[CX4]-C#N)]", 5.34),
    # enamines and vinylogous amides: the lone pair is conjugated, as an amide's
    PkaRule("[NX4;+1;!H0;$(N-[CX3]=[#6])]", 0.0),
    # acylhydrazones and acylamidrazones on the imine nitrogen; 1.4 to 2.9: 10.29356/jmcs.v63i4.794
    PkaRule("[NX3;+1;!H0;$(N(=C)-[NX3]-C=[O,S])]", 2.9),
    # cyanoguanidines; dicyandiamide -0.4: Prankerd 2007
    PkaRule("[NX3;+1;!H0;$(N=C(-[#7])-[#7]-C#N),$(N(=C)-C#N)]", -0.4),
    # guanidines on the 2-position of a heteroarene; famotidine 6.76: Prankerd 2007
    PkaRule("[NX3;+1;!H0;$(N(=C([#7])[#7])-c:[nX2]),$(N=C([#7])-[#7]-c:[nX2])]", 6.76),
    # creatinine 4.84: CRC Handbook
    PkaRule("[NX3;+1;!H0;$(N=C1[#7]CC(=O)[#7]1)]", 4.84),
    # sulfonamides on azoles and diazines; sulfadiazine 6.5, sulfamethoxazole 5.7: Prankerd 2007
    PkaRule(
        "[NX3;+0;H1;$(N-S(=O)(=O)-[#6]);$(N-[c;r5]:[n,o,s]),$(N-[c;r6]:n:n),$(N-c(:n):n),$(N-c:n:c:n),$(N-c:n:c:c:n)]",
        6.5,
    ),
    # triflamides, and sulfonanilides with a nitro group in ortho or para; triflamide 6.3: Trepka 1974,
    # 10.1021/jo00921a012; nimesulide 6.5: Prankerd 2007
    PkaRule(
        "[NX3;+0;!H0;$(N-S(=O)(=O)-C(F)(F)F),$(N(-S(=O)(=O)[#6])-c:c[N+](=O)[O-]),"
        "$(N(-S(=O)(=O)[#6])-c:c:c:c[N+](=O)[O-])]",
        6.5,
    ),
    # sulfonanilides between two arenes with fluorine or chlorine in ortho; dabrafenib 6.6: 10.1002/cpt.1672
    PkaRule("[NX3;+0;H1;$(N(-c:c-[F,Cl])-S(=O)(=O)-c(:c-[F,Cl]):c-[F,Cl])]", 6.6),
    # N-hydroxyimides; N-hydroxysuccinimide 6.0: Ames & Grey 1955, 10.1039/JR9550000631
    PkaRule("[OX2H;$(O-N(-C=O)-C=O)]", 6.0),
    # oxicams; piroxicam 5.46, meloxicam 4.2: Prankerd 2007. Enols of cyanoacetamides; teriflunomide 3.1: its label
    PkaRule("[OX2H;$(O-C=C(-N-S(=O)=O)-C(=O)-[#7]),$(O-C=C(-C#N)-C=O)]", 5.46),
    # hydrazones of malononitrile; FCCP 6.2: Benz & McLaughlin 1983, 10.1016/S0006-3495(83)84449-X
    PkaRule("[NX3;+0;H1;$(N-N=C(C#N)C#N)]", 6.2),
    # maleic hydrazide, one of its two protons; 5.67: CRC Handbook
    PkaRule("[$([nH]1[nH]c(=O)cc1=O),$([nH]1[nH]c(=O)ccc1=O),$([OX2H]-c1n[nH]c(=O)cc1)]", 5.67),
)
"""Above its pKa the atom gives off a proton."""


@cache
def _pattern(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)
