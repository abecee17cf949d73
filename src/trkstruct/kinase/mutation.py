"""Mutations: what people write, checked against the kinase it belongs to, as a value.

Understood are ``G595R``, ``p.Gly595Arg``, ``NTRK1:G595R``, ``TRKA G595R``, ``NTRK1 p.G595R``, ``A:G595R`` (chain A),
``F589L+G595R`` or ``F589L/G595R`` (one protein carrying both) and ``WT``. Numbers are clinical ones.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from trkstruct.errors import InputError, MutationError, OffTargetError
from trkstruct.kinase.kinases import Kinase, kinase_named, klifs_number, region_of
from trkstruct.kinase.substitution import Substitution, find_kinase, in_clinical_numbering
from trkstruct.residues import ONE_TO_THREE, THREE_TO_ONE, ResidueId

BYPASS_GENES: Final = frozenset({
    "KRAS", "NRAS", "HRAS", "BRAF", "MET", "MAP2K1",  # MAPK convergence: Cocco 2019, 10.1038/s41591-019-0542-z
    "IGF1R",  # Fuse 2017, 10.1158/1535-7163.MCT-16-0909
    "ARAF", "RAF1", "MAP2K2", "MEK1", "MEK2", "NF1", "EGFR", "ERBB2", "ERBB3", "HER2", "HER3", "FGFR1", "FGFR2",
    "FGFR3", "PIK3CA", "PTEN", "AKT1", "AXL", "KIT", "SRC",  # further nodes of the same pathways, and synonyms
})  # fmt: skip
"""Genes whose alteration lets a tumour bypass TRK."""

_T = TypeVar("_T")

WILD_TYPE: Final = "WT"

FORMS: Final = "G595R, p.Gly595Arg, NTRK1:G595R, A:G595R, F589L+G595R or WT"

_GENE_AND_REST = re.compile(r"(?P<word>(?:c-)?[a-z0-9]+)(?:\s*:\s*|\s+|[-_])(?P<rest>.+)", re.ASCII | re.IGNORECASE)
_CHAIN_AND_REST = re.compile(r"(?P<chain>[a-z0-9]{1,3})\s*:\s*(?P<rest>.+)", re.ASCII | re.IGNORECASE)
_CHANGE = re.compile(
    r"(?:p\.)?(?P<bracket>\()?(?P<wild_type>[a-z]{3}|[a-z])(?P<number>-?[0-9]{1,5})(?P<mutant>[a-z]{3}|[a-z])(?(bracket)\))",
    re.ASCII | re.IGNORECASE,
)
_OTHER_CHANGES: Final = (
    (r"^[cgn]\.|>", "a change of the DNA"),
    (r"fs", "a frameshift"),
    (r"delins", "a deletion with an insertion"),
    (r"del", "a deletion"),
    (r"ins", "an insertion"),
    (r"dup", "a duplication"),
    (r"\*|\dter|\dx$|stop", "a stop codon"),
    (r"ampl|fusion|rearrange|splice|skipping|exon|overexpr", "no change of one amino acid"),
)


@dataclass(frozen=True)
class Mutation:
    """What a protein carries: no substitution (wild type), one, or several; ``str()`` gives ``F589L+G595R`` or ``WT``.

    Attributes
    ----------
    kinase : Kinase or None
        None for a protein that is not known here, or a wild type of no particular kinase.
    substitutions : tuple of Substitution
        In clinical numbering, by ascending number.
    chain : str
        Chain it was given for; empty when none was.
    notes : tuple of str
        What was read in another numbering scheme, could mean something else or was not checked.
    """

    kinase: Kinase | None
    substitutions: tuple[Substitution, ...] = ()
    chain: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """``F589L+G595R`` or ``WT``."""
        return "+".join(str(each) for each in self.substitutions) or WILD_TYPE

    @property
    def is_wild_type(self) -> bool:
        """True when nothing is substituted."""
        return not self.substitutions

    @property
    def regions(self) -> tuple[str, ...]:
        """Pocket region of each substitution; empty for an unknown kinase."""
        return tuple(region_of(self.kinase, each.number) for each in self.substitutions) if self.kinase else ()

    @property
    def klifs(self) -> tuple[int | None, ...]:
        """KLIFS number of each substitution; empty for an unknown kinase."""
        return tuple(klifs_number(self.kinase, each.number) for each in self.substitutions) if self.kinase else ()

    def residues(self, chain: str) -> tuple[ResidueId, ...]:
        """The substituted residues in ``chain``, or in the mutation's own chain where it names one."""
        return tuple(ResidueId(self.chain or chain, each.number) for each in self.substitutions)


class PanelEntry(NamedTuple):
    """A mutation of the standard panel and where it was reported."""

    gene: str
    mutation: str
    citation: str


PANEL: Final = (
    PanelEntry("NTRK1", "G595R", "Drilon 2017, 10.1158/2159-8290.CD-17-0507"),
    PanelEntry("NTRK1", "F589L", "Drilon 2018, 10.1056/NEJMoa1714448"),
    PanelEntry("NTRK1", "G667C", "Drilon 2017, 10.1158/2159-8290.CD-17-0507"),
    PanelEntry("NTRK1", "G667S", "Drilon 2018, 10.1056/NEJMoa1714448"),
    PanelEntry("NTRK2", "G639R", "Drilon 2018, 10.1158/2159-8290.CD-18-0484"),
    PanelEntry("NTRK2", "F633L", "homologue of NTRK1 F589L: Cocco 2018, 10.1038/s41571-018-0113-0"),
    PanelEntry("NTRK3", "G623R", "Drilon 2016, 10.1093/annonc/mdw042"),
    PanelEntry("NTRK3", "F617L", "larotrectinib prescribing information (FDA NDA 211710, 2018)"),
    PanelEntry("NTRK3", "F617I", "other gatekeeper variant of F617L's residue; no measurement known here"),
    PanelEntry("NTRK3", "G696A", "Drilon 2017, 10.1158/2159-8290.CD-17-0507"),
)
"""What a scan without arguments runs: solvent front, gatekeeper and xDFG of the three TRK kinases."""


def panel_mutations() -> tuple[Mutation, ...]:
    """The mutations of ``PANEL``."""
    return tuple(parse_mutation(entry.mutation, kinase_named(entry.gene)) for entry in PANEL)


def parse_mutation(text: str, kinase: Kinase | None = None, *, generic: bool = False) -> Mutation:
    """Read a mutation and check its wild-type residues against the sequence of its kinase.

    Parameters
    ----------
    text : str
        See the module's first lines for the forms.
    kinase : Kinase, optional
        The kinase it is for; without it, the one the text names, else the TRK kinase that has the wild-type residue.
    generic : bool
        For a structure of any protein: a change without a kinase is taken as it stands (the structure is the check).

    Raises
    ------
    MutationError
        When the text is not a substitution or does not fit the sequence; the message names what is there instead.
    OffTargetError
        When it alters another gene than the kinase asked for: a bypass mechanism.
    """
    normal = re.sub(r"wild[\s-]?type", WILD_TYPE, text.strip(), flags=re.IGNORECASE)
    parts = [_read_part(part, text, kinase, generic) for part in re.split(r"\s*[+/]\s*", normal)]
    named = _only_one({part.kinase for part in parts if part.kinase}, "kinase", text)
    chain = _only_one({part.chain for part in parts if part.chain}, "chain", text) or ""
    if named and kinase and named != kinase:
        raise MutationError(f"{text!r} is a mutation of {named.gene}, but {kinase.name} ({kinase.gene}) was asked for.")
    target = named or kinase
    if [part.change.upper() for part in parts] == [WILD_TYPE]:
        return Mutation(target, (), chain)
    substitutions = tuple(sorted((_read_change(part.change, text) for part in parts), key=lambda each: each.number))
    numbers = [each.number for each in substitutions]
    if len(set(numbers)) < len(numbers):
        raise MutationError(f"{text!r} replaces the same residue twice; one protein can carry one of them.")
    notes: tuple[str, ...] = ()
    if target is not None:
        substitutions, notes = in_clinical_numbering(target, substitutions)
    elif not generic:
        target, notes = find_kinase(substitutions)
    return Mutation(target, substitutions, chain, notes)


def split_kinase(text: str) -> tuple[Kinase | None, str]:
    """The kinase known here that a text starts with (None when it starts with none), and what follows it."""
    gene, rest = _split_gene(text.strip())
    kinase = _kinase_or_none(gene)
    return (kinase, rest) if kinase else (None, text.strip())


def kinase_meant(text: str) -> Kinase | None:
    """The kinase known here that a text names with a change, as EGFR in ``EGFR:T790M``; None without one of both."""
    kinase, rest = split_kinase(text)
    return kinase if _CHANGE.fullmatch(re.split(r"\s*[+/]\s*", rest)[0]) or rest.upper() == WILD_TYPE else None


class _Part(NamedTuple):
    kinase: Kinase | None
    chain: str
    change: str


def _read_part(part: str, text: str, asked: Kinase | None, generic: bool) -> _Part:
    gene, rest = _split_gene(part)
    kinase = _kinase_or_none(gene)
    if gene and (kinase is None or not (kinase.is_trk or kinase == asked or generic)):
        raise OffTargetError(_bypass(gene, rest, kinase))
    with_chain = _CHAIN_AND_REST.fullmatch(rest)
    chain, change = (with_chain["chain"], with_chain["rest"]) if with_chain else ("", rest)
    if kinase and not change:
        raise MutationError(f"{text!r} names a kinase but no mutation; write {FORMS}.")
    return _Part(kinase, chain, change)


def _split_gene(part: str) -> tuple[str, str]:
    """The kinase or bypass gene that the text starts with (empty when it starts with none), and what follows."""
    if _is_gene(part):
        return part, ""
    match = _GENE_AND_REST.fullmatch(part)
    return (match["word"], match["rest"]) if match and _is_gene(match["word"]) else ("", part)


def _is_gene(word: str) -> bool:
    return _bypass_name(word) in BYPASS_GENES or _kinase_or_none(word) is not None


def _bypass_name(word: str) -> str:
    return word.upper().removeprefix("C-")


def _kinase_or_none(name: str) -> Kinase | None:
    try:
        return kinase_named(name)
    except InputError:
        return None


def _bypass(gene: str, rest: str, kinase: Kinase | None) -> str:
    own = f"name {kinase.name} as the kinase" if kinase else "give the change alone, without the gene"
    return (
        f"{f'{gene} {rest}'.strip()}: an alteration outside the TRK kinase domain is a bypass mechanism, "
        "not a matter of pocket fit, so there is nothing to score here. "
        f"(For a structure of {_bypass_name(gene)} itself, {own}.)"
    )


def _only_one(found: set[_T], what: str, text: str) -> _T | None:
    if len(found) > 1:
        raise MutationError(f"{text!r} names more than one {what}; give one mutation for each.")
    return next(iter(found), None)


def _read_change(change: str, text: str) -> Substitution:
    match = _CHANGE.fullmatch(change)
    if match is None or match["mutant"].upper() in ("X", "TER", "DEL", "INS", "DUP"):
        raise MutationError(_why_unreadable(change, text))
    number = int(match["number"])
    wild_type, mutant = (amino_acid(match[group], text) for group in ("wild_type", "mutant"))
    if wild_type == mutant:
        raise MutationError(
            f"{text!r} replaces {ONE_TO_THREE[wild_type]} {number} by itself; for the unchanged kinase write WT."
        )
    return Substitution(wild_type, number, mutant)


def amino_acid(code: str, text: str) -> str:
    """One-letter code of an amino acid written with one letter or three.

    Raises
    ------
    MutationError
        When it is none of the twenty; the message quotes the text that it stands in.
    """
    letter = THREE_TO_ONE.get(code.upper(), code.upper())
    if letter not in ONE_TO_THREE:
        raise MutationError(f"{code!r} in {text!r} is not one of the twenty amino acids; write {FORMS}.")
    return letter


def _why_unreadable(change: str, text: str) -> str:
    for pattern, meaning in _OTHER_CHANGES:
        if re.search(pattern, change, re.IGNORECASE):
            return f"{text!r} is {meaning}; only replacing one amino acid by another can be built. Write {FORMS}."
    if change.upper() == WILD_TYPE:
        return f"{text!r} joins WT to something else; write WT alone, or only the substitutions."
    pieces = [piece for piece in re.split(r"[\s,;&:]+", change) if piece]
    if len(pieces) > 1 and all(_CHANGE.fullmatch(piece) for piece in pieces):
        joined = "+".join(pieces)
        ways = f"write {joined} for one protein that carries them, or give each on its own"
        return f"{text!r} holds {len(pieces)} changes: {ways}."
    if len(pieces) > 1 and _CHANGE.fullmatch(pieces[-1]):
        return f"{pieces[0]!r} in {text!r} is no kinase known here; the TRK kinases are NTRK1, NTRK2 and NTRK3."
    return f"{text!r} is not a mutation that trkstruct understands; write {FORMS}."
