"""What a case is made of: frozen records, each of one finding, that read from and write to JSON without loss."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["minor", "moderate", "severe"]
PoseClass = Literal["reliable", "plausible", "doubtful"]
InteractionKind = Literal[
    "hydrogen bond", "salt bridge", "halogen bond", "pi stacking", "cation-pi", "hydrophobic contact"
]


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


class Interaction(Record):
    """One interaction of the ligand with a residue, as ProLIF defines it, and between which atoms."""

    kind: InteractionKind
    residue: str = Field(description="chain:residue name and number, e.g. A:THR315")
    protein_atoms: tuple[str, ...] = Field(
        description="names: donor, acceptor or charge; the ring's atoms of a ring; the nearest of a hydrophobic contact"
    )
    ligand_atoms: tuple[str, ...] = Field(description="names, likewise")
    donated_by: Literal["protein", "ligand"] | None = Field(None, description="the hydrogen of a hydrogen bond")
    distance_angstrom: float = Field(
        description="between the named atoms; of a ring from its centre. Hydrogen bonds: donor to acceptor"
    )
    ligand_part: str = Field(
        "", description="what the ligand's first atom belongs to, e.g. hydroxypyrrolidine; empty: unknown"
    )


class PoseAssessment(Record):
    """How far a pose that was sought can be believed, and why; docs/how-to/poses.md has the rules."""

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
    backbone_error_kcal_mol: float | None = Field(
        None, description="standard error of the energies' mean over backbones; none for one"
    )


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
    diagram: FileName | None = Field(
        None, description="2D drawing of the ligand with the interactions that changed; with all of them for a WT"
    )
