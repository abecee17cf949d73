"""Results that the schema allows and that no scan has ever written, for what shows them."""

import types
import typing
from pathlib import Path

from hypothesis import strategies as st
from pydantic import BaseModel

from trkstruct.case_parts import CaseFiles
from trkstruct.records import Case, Results
from trkstruct.settings import Settings

WORDS = st.sampled_from(
    ["", " ", "\n", "a|b", "$x_{$", "<b>", "ΔΔG", "{{7}}", "G595R", "\x1b[2J", "x" * 300, "gatekeeper"]
)
TEXT = WORDS | st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -9.0, 1e-300, 1e30, -1e30, 1e12, 0.04]) | st.floats(-1e30, 1e30)
ATOMS = st.sampled_from(["A:ARG595:CZ", ":MET592:N", "AAA:GLY-3B:CA", "L:LIG1:N3"])
NAMED = {
    "mutation": st.sampled_from(["WT", "G595R", "F589L+G595R", "", "wt", "G595", "X1X", "A:G595R", "no mutation"]),
    "sites": st.lists(st.sampled_from(["A:595", ":1", "A:-3B"]), max_size=2).map(tuple),
    "protein_atom": ATOMS,
    "donor": ATOMS,
    "acceptor": ATOMS,
    "ddg_error_kcal_mol": st.none() | st.floats(0, 1e30),
    "occlusion": st.none() | st.floats(0, 1),
    "kinase": st.sampled_from(["TRKA", "", "no kinase"]),
    "files": st.just(CaseFiles()),
    "cases": st.deferred(lambda: st.lists(CASES, max_size=4).map(tuple)),
    "settings": st.just(Settings()),
    "versions": st.dictionaries(TEXT, TEXT, max_size=2),
}


def _values(annotation: object) -> st.SearchStrategy[object]:
    """Anything that a field's type allows."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([_values(each) for each in arguments])
    if origin is tuple:
        return st.lists(_values(arguments[0]), max_size=3).map(tuple)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return records(annotation)
    plain = {str: TEXT, float: NUMBERS, int: st.integers(-(10**30), 10**30), bool: st.booleans(), type(None): st.none()}
    return plain[annotation]  # type: ignore[index]


def records(model: type[BaseModel]) -> st.SearchStrategy[typing.Any]:
    """Records of a kind: fields that may be left out sometimes are."""
    fields = {
        name: NAMED[name] if name in NAMED else _values(field.annotation) for name, field in model.model_fields.items()
    }
    needed = {name: values for name, values in fields.items() if model.model_fields[name].is_required()}
    optional = {name: values for name, values in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional).map(model.model_validate)


CASES = records(Case)
RESULTS = records(Results)


def with_complex(case: Case, folder: Path) -> Case:
    """A case whose complex is there: an atom of the protein and a ligand of two."""
    line = (
        "{kind}{serial:5d} {atom:<4} {name} A{number:4d}    {x:8.3f}   0.000   0.000  1.00  0.00           {element}\n"
    )
    rows = (("ATOM  ", " CZ", "ARG", 595, "C"), ("HETATM", " C1", "LIG", 1, "C"), ("HETATM", " N3", "LIG", 1, "N"))
    path = folder / "complexes" / "x.pdb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "".join(
            line.format(kind=kind, serial=number, atom=atom, name=name, number=residue, x=2.0 * number, element=element)
            for number, (kind, atom, name, residue, element) in enumerate(rows, start=1)
        )
    )
    return case.model_copy(update={"files": CaseFiles(complex="complexes/x.pdb", before="complexes/x.pdb")})
