"""What comes out of a run: frozen records that read from and write to JSON without loss."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from trkstruct.settings import Settings

if TYPE_CHECKING:
    import mdtraj

SCHEMA_VERSION: Final = "1.0"

Severity = Literal["minor", "moderate", "severe"]
Verdict = Literal["resistant", "sensitive", "uncertain", "pose unreliable"]
PoseClass = Literal["reliable", "plausible", "doubtful"]
Moment = Literal["after", "before", "apo"]
POSE_ADVICE: Final = (
    "To get an answer: give a structure of this kinase with this ligand or a close analogue (--structure, "
    "--ligand-residue), or an SDF file with the pose you believe; trkstruct pose shows all that were found."
)


class Record(BaseModel):
    """Base of every record: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Clash(Record):
    """One pair of atoms closer than their van der Waals radii and hydrogen-bond allowance permit."""

    protein_atom: str = Field(description="chain:residue name and number:atom, e.g. A:ARG595:CZ")
    ligand_atom: str = Field(description="name, e.g. C21")
    distance_angstrom: float
    overlap_angstrom: float = Field(description="radii minus distance minus the allowance for hydrogen bonds")
    severity: Severity = Field(description="minor from 0.25 Å, moderate from 0.4 Å, severe from 0.9 Å")
    region: str
    ligand_part: str = Field(
        "", description="what the ligand's atom belongs to, e.g. hydroxypyrrolidine; empty: unknown"
    )


class EnergyTerms(Record):
    """Parts of a binding energy or of a ddG in kcal/mol; ``total`` is their sum."""

    van_der_waals: float
    electrostatics: float
    solvation: float
    protein_strain: float
    ligand_strain: float
    lost_rotamers: float
    total: float


class RotamerEnergy(Record):
    """One rotamer that was minimised: its name, library frequency and relative energy in each state (kcal/mol)."""

    name: str
    frequency_percent: float
    bound_kcal_mol: float | None = None
    apo_kcal_mol: float | None = None


class Evidence(Record):
    """A published measurement or clinical call, with its citation."""

    kind: Literal["potency", "fold_change", "clinical"]
    gene: str
    mutation: str
    ligand: str
    text: str = Field(description="one readable sentence, e.g. 'IC50 0.9 -> 69 nM (77-fold)'")
    wild_type_nm: float | None = None
    mutant_nm: float | None = None
    low_nm: float | None = Field(None, description="a range that a source gives, instead of one value")
    high_nm: float | None = None
    fold_change: float | None = None
    apparent_ddg_kcal_mol: float | None = None
    call: str | None = Field(None, description="resistant or sensitive, for clinical calls")
    level: str = Field("", description="OncoKB level of the call, e.g. R1; empty: it is from an article")
    assay: str | None = None
    citation: str
    doi: str | None = None
    pmid: str | None = None


class Relaxation(Record):
    """How one state was minimised."""

    state: Literal["bound", "apo"]
    energy_before_kcal_mol: float
    energy_after_kcal_mol: float
    rms_gradient_kcal_mol_angstrom: float
    converged: bool
    displacement_angstrom: float = Field(description="heavy-atom RMSD of the mobile atoms from the start")
    softened: bool = Field(False, description="True when overlaps were eased first: by intent or after an explosion")


class HydrogenBond(Record):
    """One hydrogen bond; what concerns the hydrogen is None where the structure has none."""

    donor: str = Field(description="chain:residue name and number:atom, e.g. A:MET592:N or L:LIG1:N3")
    hydrogen: str | None
    acceptor: str
    donor_acceptor_angstrom: float
    hydrogen_acceptor_angstrom: float | None
    angle_degrees: float | None = Field(description="donor-hydrogen-acceptor")


class PoseAssessment(Record):
    """How far a pose that was sought can be believed, and why; docs/poses.md has the rules."""

    pose_class: PoseClass = Field(description="doubtful: no verdict and no ddG are given")
    reasons: tuple[str, ...] = Field(description="what speaks for the pose, or against it")
    origin: str = Field("", description="how the pose was found")
    hinge_bonds: int = Field(0, description="hydrogen bonds to the hinge, in the pose as it was found")
    error_kcal_mol: float | None = Field(
        None, description="what the pose adds to the ddG's error, as a standard deviation; within ddg_error_kcal_mol"
    )
    rival_ddg_kcal_mol: tuple[float, ...] = Field(
        (), description="the ddG in each different pose within 2 kcal/mol of this one"
    )


class DdgParts(Record):
    """What the reported ddG was made from: two answers, each with its standard deviation, kcal/mol."""

    geometry_kcal_mol: float = Field(description="what the side chain's contacts with the ligand lead one to expect")
    geometry_error_kcal_mol: float
    energies_kcal_mol: float = Field(description="what the energies say by themselves: damped, and as a rule too much")
    energies_error_kcal_mol: float
    energy_weight: float = Field(description="share of the energies in the answer; the rest is geometry's")
    contacts: int = Field(description="heavy-atom pairs within 5 Å, of wild type or mutant, whichever has more")
    backbones: int = Field(1, description="on how many the energies were computed")


class CaseError(Record):
    """Why a case failed: the stage it was in, the error, and the command that repeats only this case."""

    stage: str
    error_type: str
    message: str
    repeat_command: str


_PART = "[A-Za-z0-9+_][A-Za-z0-9.+_-]*"  # of a path: as ``outputs.safe_label`` makes them, so never hidden or ``..``
FileName = Annotated[str, Field(pattern=f"^{_PART}(/{_PART})*$")]
"""A file below the folder it is joined to, whatever is done with its name: results may come from anybody."""


class CaseFiles(Record):
    """Names of the files of a case, relative to the output folder."""

    complex: FileName | None = Field(None, description="relaxed, with the ligand")
    apo: FileName | None = Field(None, description="relaxed without the ligand")
    before: FileName | None = Field(
        None, description="before relaxation: ligand in its wild-type pose, new side chain as it is without the ligand"
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
