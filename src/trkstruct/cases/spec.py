"""A case as it travels: plain text and numbers."""

import hashlib
import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, overload

from pydantic import BaseModel, ConfigDict

from trkstruct.case_parts import CaseError
from trkstruct.kinase.kinases import kinase_named
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.ligand.stored_ligands import stored_path
from trkstruct.records import Case
from trkstruct.settings import Settings
from trkstruct.versions import installed_versions

FILE_SUFFIXES: Final = (".sdf", ".mol", ".mol2", ".json", ".pdb", ".cif", ".ent", ".gz")
KEY_CHARACTERS: Final = 16  # of the sha256 in a file name; the whole key is inside the file and compared


class CaseSpec(BaseModel):
    """One case as it travels to a worker: strings, numbers and settings.

    ``kinase`` is a name such as ``TRKA``, or None when the structure decides. ``structure`` is the path of a user's
    file; None means the shipped complex. ``ligand`` is what the user wrote. ``build_ligand`` says whether heavy
    atoms of it that the file lacks are built. ``own_kinases`` are the user's own kinases that decide what the structure
    holds, with their definitions: no other is known where the case runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinase: str | None
    mutation: str
    ligand: str
    structure: str | None = None
    chain: str | None = None
    ligand_residue: str | None = None
    build_ligand: bool = True
    own_kinases: tuple[OwnKinase, ...] = ()
    settings: Settings = Settings()

    def key(self) -> str:
        """SHA-256 of everything that decides the result: the case, the contents of its files, the versions.

        Files count by what is in them, so the same run continues after its inputs were moved.
        """
        described = self.model_dump(mode="json")
        described["own_kinases"] = [each.content for each in self.own_kinases]
        if self.structure is not None and Path(self.structure).is_file():
            described["structure"] = _digest(self.structure)
        if _is_file(self.ligand):
            described["ligand"] = _digest(self.ligand)
        stored = stored_path(self.ligand)
        if stored is not None:
            described["ligand"] = hashlib.sha256(stored.read_bytes()).hexdigest()
        text = json.dumps([described, sorted(installed_versions().items())], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def wild_type_key(self) -> str:
        """Key of the wild type that this case starts from."""
        return self.model_copy(update={"mutation": WILD_TYPE}).key()

    @property
    def gene(self) -> str:
        """Gene of the kinase; empty where the structure decides."""
        own = {each.name: each.gene for each in self.own_kinases}
        return own.get(self.kinase) or kinase_named(self.kinase).gene if self.kinase else ""

    @property
    def label(self) -> str:
        """Readable name, such as ``TRKA G595R larotrectinib``."""
        protein = self.kinase or Path(self.structure or "").name
        named, _, rest = self.ligand.partition("=")
        ligand = (
            Path(self.ligand).stem if _is_file(self.ligand) else named if rest and named.isidentifier() else self.ligand
        )
        return f"{protein} {self.mutation} {ligand}"


@dataclass(frozen=True)
class CasePlan(Sequence[CaseSpec]):
    """The cases of a scan, each made when it is asked for: a plan of a million takes no more memory than its lists.

    Attributes
    ----------
    mutations : tuple
        Kinase, mutation and chain of each; every wild type before its mutants.
    ligands : tuple of str
        All different; each meets every mutation.
    common : CaseSpec
        What the cases share.
    """

    mutations: tuple[tuple[str | None, str, str | None], ...]
    ligands: tuple[str, ...]
    common: CaseSpec

    def __len__(self) -> int:
        """Mutations times ligands."""
        return len(self.mutations) * len(self.ligands)

    @overload
    def __getitem__(self, index: int) -> CaseSpec: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[CaseSpec, ...]: ...
    def __getitem__(self, index: int | slice) -> CaseSpec | tuple[CaseSpec, ...]:
        """Mutation by mutation, and for each the ligands: the order of the results."""
        if isinstance(index, slice):
            return tuple(self[each] for each in range(len(self))[index])
        mutation, ligand = divmod(range(len(self))[index], len(self.ligands))
        return self._case(self.mutations[mutation], self.ligands[ligand])

    def by_ligand(self) -> Iterator[CaseSpec]:
        """The same cases ligand by ligand: the order to run in, since what belongs to a ligand is then loaded once."""
        return (self._case(mutation, ligand) for ligand in self.ligands for mutation in self.mutations)

    def _case(self, of: tuple[str | None, str, str | None], ligand: str) -> CaseSpec:
        kinase, mutation, chain = of
        return self.common.model_copy(update={"kinase": kinase, "mutation": mutation, "chain": chain, "ligand": ligand})


def failed_case(spec: CaseSpec, *, stage: str, error_type: str, message: str, wall_seconds: float = 0.0) -> Case:
    """The record of a case that did not finish: where it stopped, why, and how to repeat just it."""
    return Case(
        kinase=spec.kinase or "",
        gene=spec.gene,
        mutation=spec.mutation,
        ligand=spec.ligand,
        structure=spec.structure or "",
        status="failed",
        error=CaseError(stage=stage, error_type=error_type, message=message, repeat_command=repeat_command(spec)),
        wall_seconds=wall_seconds,
    )


def repeat_command(spec: CaseSpec) -> str:
    """The command line that runs only this case."""
    options = {
        "--kinase": spec.kinase,
        "--mutation": spec.mutation,
        "--ligand": spec.ligand,
        "--structure": spec.structure,
        "--chain": spec.chain,
        "--ligand-residue": spec.ligand_residue,
        "--preset": spec.settings.preset,
        "--platform": spec.settings.platform,
        "--seed": str(spec.settings.seed),
    }
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    words += [word for each in spec.own_kinases if each.file for word in ("--kinase-file", each.file)]
    return shlex.join(["trkstruct", "scan", *words, *([] if spec.build_ligand else ["--no-build-ligand"])])


@cache
def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _is_file(text: str) -> bool:
    return text.lower().endswith(FILE_SUFFIXES) and Path(text).is_file()
