"""What comes out of a run: frozen records that read from and write to JSON without loss."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import Field, PrivateAttr, field_validator

from trkstruct.case_parts import (
    CaseError,
    CaseFiles,
    Clash,
    DdgParts,
    EnergyTerms,
    Evidence,
    HydrogenBond,
    Interaction,
    PoseAssessment,
    Record,
    Relaxation,
    RotamerEnergy,
)
from trkstruct.settings import Settings

if TYPE_CHECKING:
    import mdtraj

SCHEMA_VERSION: Final = "1.0"

Verdict = Literal["resistant", "sensitive", "uncertain", "pose unreliable"]
Moment = Literal["after", "before", "apo"]
POSE_ADVICE: Final = (
    "To get an answer: give a structure of this kinase with this ligand or a close analogue (--structure, "
    "--ligand-residue), or an SDF file with the pose you believe; trkstruct pose shows all that were found."
)


@dataclass(frozen=True)
class Whereabouts:
    """The folder that a case was read from; where two equal cases lie does not make them different."""

    folder: Path | None = field(default=None, compare=False)


class Case(Record):
    """One row of a scan: a kinase, a mutation (or WT) and a ligand, with everything that was found."""

    kinase: str = Field(description="TRKA, TRKB, ...; empty for a protein that is not known here")
    gene: str = Field(description="NTRK1, NTRK2, ...")
    mutation: str = Field(description="WT, G595R or F589L+G595R, in clinical numbering")
    ligand: str
    structure: str = Field(description="the shipped model, or the name of the user's file")
    status: Literal["ok", "failed"]
    error: CaseError | None = Field(None, description="of a failed case")
    dfg_state: str = Field("", description="DFG-in, DFG-out, DFG-inter or unassigned; empty where it is not known")
    dfg_cluster: str = Field("", description="cluster of the DFG motif's dihedrals, such as BLAminus; empty for none")
    regions: tuple[str, ...] = Field((), description="pocket region of each substitution")
    klifs: tuple[int | None, ...] = Field((), description="KLIFS pocket number of each substitution")
    sites: tuple[str, ...] = Field((), description="mutated residues of the complex, chain:number, e.g. A:595")
    occlusion: float | None = Field(
        None, ge=0, le=1, description="share of the side chain's rotamers that the ligand in its pose excludes"
    )
    clashes_before: tuple[Clash, ...] = Field(
        (), description="ligand in its wild-type pose, new side chain as without the ligand; the worst first"
    )
    clashes_after: tuple[Clash, ...] = Field((), description="of the relaxed complex; the worst first")
    ddg_kcal_mol: float | None = Field(None, description="change of binding; positive binds more weakly; 0 for WT")
    ddg_error_kcal_mol: float | None = Field(None, description="one standard deviation")
    ddg_parts: DdgParts | None = Field(None, description="what geometry and energies say, each alone; None for WT")
    ddg_raw_kcal_mol: float | None = Field(None, description="double difference of energies: the total of ddg_terms")
    ddg_terms: EnergyTerms | None = Field(None, description="parts of the double difference")
    binding_terms: EnergyTerms | None = Field(
        None, description="interaction terms of this complex itself, not a difference"
    )
    rotamers: tuple[RotamerEnergy, ...] = Field((), description="those that were minimised")
    relaxations: tuple[Relaxation, ...] = Field((), description="bound and apo")
    pose_rmsd_angstrom: float | None = Field(None, description="ligand heavy-atom RMSD from the wild-type pose")
    hinge_hydrogen_bond: bool | None = Field(None, description="whether the relaxed complex has one")
    hinge_hydrogen_bonds: tuple[HydrogenBond, ...] = Field((), description="of the relaxed complex, shortest first")
    contacts_lost: int | None = Field(
        None, description="ligand heavy-atom contacts within 5 Å of the side chain, WT minus mutant"
    )
    interactions: tuple[Interaction, ...] = Field((), description="of the relaxed complex, by kind and residue")
    interactions_lost: tuple[Interaction, ...] = Field(
        (), description="those of the relaxed wild type that the relaxed mutant has not, nor nearly; as they were"
    )
    interactions_gained: tuple[Interaction, ...] = Field(
        (), description="those of the relaxed mutant that the relaxed wild type has not, nor nearly"
    )
    verdict: Verdict | None = Field(
        None,
        description="on which side of 1.36 kcal/mol (10-fold) ddG is likely; 'pose unreliable': not judged; None: WT",
    )
    pose: PoseAssessment | None = Field(
        None, description="of a pose that was sought; None where a model or the user's file gives the ligand's place"
    )
    summary: str = Field("", description="one sentence made from the numbers")
    evidence: tuple[Evidence, ...] = Field((), description="what was published of this variant and ligand")
    ligand_parameters: str = Field("", description="force field and charges of the ligand")
    notes: tuple[str, ...] = Field((), description="how the input was understood")
    files: CaseFiles = CaseFiles()
    wall_seconds: float = 0.0
    _whereabouts: Whereabouts = PrivateAttr(default_factory=Whereabouts)

    @property
    def published_call(self) -> str:
        """``resistant`` or ``sensitive``; ``mixed`` where sources differ; empty where nothing was called."""
        calls = {each.call for each in self.evidence if each.call}
        return "mixed" if len(calls) > 1 else "".join(calls)

    @property
    def folder(self) -> Path | None:
        """The output folder that it was read from, which holds its ``files``; None for a case that was not read."""
        return self._whereabouts.folder

    def lying_in(self, folder: Path) -> Self:
        """The same case, with the folder that its files are in."""
        case = self.model_copy()
        case._whereabouts = Whereabouts(folder.absolute())
        return case

    def pdb_text(self, moment: Moment = "after") -> str:
        """The complex of the case as PDB text, such as MDAnalysis reads from an ``io.StringIO``.

        Parameters
        ----------
        moment : {"after", "before", "apo"}
            Relaxed with the ligand; before relaxation; relaxed without the ligand.

        Raises
        ------
        InputError
            When the case has no such complex, does not know its folder, or the file is missing.
        """
        from trkstruct.files.complex_file import read_complex

        return read_complex(*self._file_of(moment))

    def to_mdtraj(self, moment: Moment = "after") -> "mdtraj.Trajectory":
        """The complex of the case as a trajectory of one frame; MDTraj has nm where everything here has Å.

        Raises
        ------
        InputError
            As `pdb_text`.
        """
        from trkstruct.files.complex_file import load_trajectory

        return load_trajectory(*self._file_of(moment))

    def _file_of(self, moment: Moment) -> tuple[Path, str]:
        from trkstruct.files.complex_file import chosen_file

        names = {"after": self.files.complex, "before": self.files.before, "apo": self.files.apo}
        return chosen_file(f"{self.kinase} {self.mutation} with {self.ligand}".strip(), self.folder, names, moment)

    def __repr__(self) -> str:
        """``<Case TRKA G595R larotrectinib: resistant, ΔΔG +3.1 ± 1.2 kcal/mol>``; ``print`` shows the sentence."""
        name = " ".join(filter(None, (self.kinase, self.mutation, self.ligand)))
        if self.error is not None:
            return f"<Case {name}: failed while {self.error.stage}>"
        error = "" if self.ddg_error_kcal_mol is None else f" ± {self.ddg_error_kcal_mol:.1f}"
        ddg = "" if self.ddg_kcal_mol is None else f"ΔΔG {self.ddg_kcal_mol:+z.1f}{error} kcal/mol"
        return f"<Case {name}: {', '.join(filter(None, (self.verdict, ddg))) or self.status}>"

    def __str__(self) -> str:
        """The sentence that says what was found, or why the case failed."""
        if self.error is not None:
            what = f"{self.kinase} {self.mutation} with {self.ligand}"
            return f"{what} failed while {self.error.stage}: {self.error.message}"
        return f"{self.kinase} {self.summary or f'{self.mutation} with {self.ligand}'}".strip()


class Results(Record):
    """A finished scan: what was run, with what, and its cases."""

    schema_version: str = SCHEMA_VERSION
    trkstruct_version: str
    settings: Settings
    versions: dict[str, str] = Field(description="of Python and the libraries that decide the numbers")
    platform: str = Field(description="OpenMM platform that was used")
    cases: tuple[Case, ...] = Field(description="each wild type before its mutants")

    @field_validator("settings", mode="before")
    @classmethod
    def _of_one_backbone(cls, given: object) -> object:
        """Results from before there were backbones say ``replicates``: starts on one, the crystal's."""
        if not isinstance(given, dict) or "replicates" not in given:
            return given
        return {"backbones": 1} | {name: value for name, value in given.items() if name != "replicates"}
