"""What a structure file says of itself: how it was determined, how well, and which residues the chains should have."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PREDICTED: Final = "predicted model"
_PREDICTOR_WORDS: Final = ("ALPHAFOLD", "ESMFOLD", "COLABFOLD", "BOLTZ", "CHAI-1", "PLDDT", "ROSETTAFOLD", "OPENFOLD")
_FORMULA_PART: Final = re.compile(r"\b([A-Za-z]{1,2})(\d*)\b")
_UNKNOWN: Final = ("?", ".", "")


@dataclass(frozen=True)
class StructureHeader:
    """Method, resolution and sequences of a file.

    Attributes
    ----------
    method : str
        ``"X-ray diffraction"``, ``"electron microscopy"``, ``"predicted model"``; empty when the file does not say.
    resolution_angstrom : float or None
    sequences : mapping of str to tuple of str
        Three-letter names of all residues of a chain in the experiment, modelled or not (SEQRES).
    heavy_atoms : mapping of str to int
        Heavy atoms in the formula of each small molecule, by its residue name (FORMUL, chem_comp).
    """

    method: str = ""
    resolution_angstrom: float | None = None
    sequences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heavy_atoms: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_predicted(self) -> bool:
        """Whether the B-factor column holds a predictor's confidence (pLDDT) instead of a B factor."""
        return self.method == PREDICTED


def read_pdb_header(lines: Sequence[str]) -> StructureHeader:
    """EXPDTA, REMARK 2, SEQRES and FORMUL records; a file that names a structure predictor is a predicted model."""
    methods = [line[10:79].strip() for line in lines if line.startswith("EXPDTA")]
    sequences: dict[str, tuple[str, ...]] = {}
    resolution = None
    for line in lines:
        if line.startswith("SEQRES"):
            chain = line[11:12].strip()
            sequences[chain] = (*sequences.get(chain, ()), *line[19:70].split())
        elif line.startswith("REMARK   2 RESOLUTION."):
            resolution = _number(line[23:30])
    titles = " ".join(line for line in lines if line.startswith(("HEADER", "TITLE", "REMARK", "COMPND"))).upper()
    predicted = any(word in titles for word in _PREDICTOR_WORDS)
    method = PREDICTED if predicted else _readable(methods[0]) if methods else ""
    return StructureHeader(method, resolution, sequences, _heavy_atoms(_formulas(lines).items()))


def read_mmcif_header(table: Mapping[str, Sequence[str]]) -> StructureHeader:
    """What an mmCIF file says in exptl, refine, em_3d_reconstruction, ma_qa_metric, pdbx_poly_seq_scheme, chem_comp."""
    sequences: dict[str, tuple[str, ...]] = {}
    seen: set[tuple[str, str]] = set()
    columns = [
        table.get(f"_pdbx_poly_seq_scheme.{name}", ()) for name in ("pdb_strand_id", "seq_id", "mon_id", "asym_id")
    ]
    for chain, number, name, part in zip(*columns, strict=False):
        if (part, number) not in seen:  # two residues at one place (microheterogeneity): the first counts
            seen.add((part, number))
            sequences[chain] = (*sequences.get(chain, ()), name)
    resolutions = [
        number
        for key in ("_refine.ls_d_res_high", "_em_3d_reconstruction.resolution", "_reflns.d_resolution_high")
        for number in map(_number, table.get(key, ()))
        if number is not None
    ]
    methods = [text for text in table.get("_exptl.method", ()) if text not in _UNKNOWN]
    software = " ".join([*table.get("_software.name", ()), *table.get("_struct.title", ())]).upper()
    named = not methods and any(word in software for word in _PREDICTOR_WORDS)
    predicted = named or any(key.startswith("_ma_qa_metric") for key in table)
    method = PREDICTED if predicted else _readable(methods[0]) if methods else ""
    formulas = zip(table.get("_chem_comp.id", ()), table.get("_chem_comp.formula", ()), strict=False)
    return StructureHeader(method, resolutions[0] if resolutions else None, sequences, _heavy_atoms(formulas))


def _formulas(lines: Sequence[str]) -> dict[str, str]:
    """FORMUL records, continuation lines joined: ``2(C2 H6 O S)`` of two copies becomes what is in brackets."""
    joined: dict[str, str] = {}
    for line in lines:
        if line.startswith("FORMUL"):
            name = line[12:15].strip()
            joined[name] = f"{joined.get(name, '')} {line[19:70].strip()}"
    return {name: text.partition("(")[2].rpartition(")")[0] or text for name, text in joined.items()}


def _heavy_atoms(formulas: Iterable[tuple[str, str]]) -> dict[str, int]:
    counted = {name: _FORMULA_PART.findall(text) for name, text in formulas}
    return {
        name: sum(int(count or 1) for symbol, count in parts if symbol.upper() not in ("H", "D"))
        for name, parts in counted.items()
        if parts
    }


def _readable(method: str) -> str:
    return method.split(";")[0].strip().lower().replace("x-ray", "X-ray").replace("nmr", "NMR")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
