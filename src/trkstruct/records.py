"""What comes out of a run: frozen records that read from and write to JSON without loss."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from trkstruct.settings import Settings

SCHEMA_VERSION: Final = "1.0"

Severity = Literal["minor", "moderate", "severe"]
Verdict = Literal["resistant", "sensitive", "uncertain"]


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
    fold_change: float | None = None
    apparent_ddg_kcal_mol: float | None = None
    call: str | None = Field(None, description="resistant or sensitive, for clinical calls")
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
    ddg_kcal_mol: float | None = Field(
        None, description="change of the binding free energy, calibrated; positive binds more weakly; 0 for WT"
    )
    ddg_error_kcal_mol: float | None = Field(None, description="one standard deviation")
    ddg_raw_kcal_mol: float | None = Field(None, description="before calibration: the total of ddg_terms")
    ddg_terms: EnergyTerms | None = Field(None, description="parts of the change, before calibration")
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
        None, description="on which side of 1.36 kcal/mol (10-fold) ddG is likely; None: WT"
    )
    summary: str = Field("", description="one sentence made from the numbers")
    evidence: tuple[Evidence, ...] = Field((), description="what was published of this variant and ligand")
    ligand_parameters: str = Field("", description="force field and charges of the ligand")
    notes: tuple[str, ...] = Field((), description="how the input was understood")
    files: CaseFiles = CaseFiles()
    wall_seconds: float = 0.0

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
