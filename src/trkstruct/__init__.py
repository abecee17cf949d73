"""When a TRK kinase mutates, which inhibitor still fits, and why not? Answers from structure.

>>> import trkstruct
>>> results = trkstruct.scan("TRKA", "G595R", "larotrectinib", preset="fast")  # doctest: +SKIP
>>> print(results)  # doctest: +SKIP

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from trkstruct.versions import VERSION

if TYPE_CHECKING:
    from trkstruct.cases.known import kinases as kinases
    from trkstruct.cases.known import ligands as ligands
    from trkstruct.cases.known import mutations as mutations
    from trkstruct.cases.mutate import mutate as mutate
    from trkstruct.cases.saturation import saturation_mutations as saturation_mutations
    from trkstruct.cases.score import score as score
    from trkstruct.contacts.clashes import find_clashes as find_clashes
    from trkstruct.contacts.interactions import find_interactions as find_interactions
    from trkstruct.energy.relax import relax as relax
    from trkstruct.errors import DownloadError as DownloadError
    from trkstruct.errors import InputError as InputError
    from trkstruct.errors import LigandError as LigandError
    from trkstruct.errors import MutationError as MutationError
    from trkstruct.errors import OffTargetError as OffTargetError
    from trkstruct.errors import RelaxationError as RelaxationError
    from trkstruct.errors import RunError as RunError
    from trkstruct.errors import StructureError as StructureError
    from trkstruct.errors import TrkstructError as TrkstructError
    from trkstruct.executor.scan import scan as scan
    from trkstruct.kinase.mutation import parse_mutation as parse_mutation
    from trkstruct.ligand.library import add_ligand as add_ligand
    from trkstruct.ligand.reading import load_ligand as load_ligand
    from trkstruct.pose.find_poses import find_poses as find_poses
    from trkstruct.preparation.prepared_file import prepare as prepare
    from trkstruct.records import Case as Case
    from trkstruct.report.page.pocket_view import view as view
    from trkstruct.report.ranking import rank_by_resistance as rank_by_resistance
    from trkstruct.report.results import Results as Results
    from trkstruct.report.results import load_results as load_results
    from trkstruct.settings import PRESETS as PRESETS
    from trkstruct.settings import Settings as Settings
    from trkstruct.structure.fetch import fetch as fetch
    from trkstruct.structure.formats.writing import write_pdb as write_pdb
    from trkstruct.structure.reading import load_complex as load_complex
    from trkstruct.structure.shipped_models import load_shipped as load_shipped

__version__: Final = VERSION

_HOMES: Final = {
    "Case": "records",
    "DownloadError": "errors",
    "InputError": "errors",
    "LigandError": "errors",
    "MutationError": "errors",
    "OffTargetError": "errors",
    "PRESETS": "settings",
    "RelaxationError": "errors",
    "Results": "report.results",
    "RunError": "errors",
    "Settings": "settings",
    "StructureError": "errors",
    "TrkstructError": "errors",
    "add_ligand": "ligand.library",
    "fetch": "structure.fetch",
    "find_clashes": "contacts.clashes",
    "find_interactions": "contacts.interactions",
    "find_poses": "pose.find_poses",
    "kinases": "cases.known",
    "ligands": "cases.known",
    "load_complex": "structure.reading",
    "load_ligand": "ligand.reading",
    "load_results": "report.results",
    "load_shipped": "structure.shipped_models",
    "mutate": "cases.mutate",
    "mutations": "cases.known",
    "parse_mutation": "kinase.mutation",
    "prepare": "preparation.prepared_file",
    "rank_by_resistance": "report.ranking",
    "relax": "energy.relax",
    "saturation_mutations": "cases.saturation",
    "scan": "executor.scan",
    "score": "cases.score",
    "view": "report.page.pocket_view",
    "write_pdb": "structure.formats.writing",
}
"""Public name -> module that defines it."""

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
