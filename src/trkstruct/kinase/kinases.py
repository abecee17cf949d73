"""Kinases: names, kinase-domain sequences, pocket (KLIFS) numbers, regions and equivalent residues across the family.

Residue numbers are clinical ones: TRKA as in UniProt P04629-1, TRKB as in the 838-aa isoform (G639; UniProt's canonical
Q16620-1 calls it 623), TRKC as in Q16288-1. KLIFS numbers 1-85 name the pocket positions of every kinase
(van Linden 2014, 10.1021/jm400378w).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from trkstruct.errors import InputError
from trkstruct.kinase.kept_kinases import kept_kinases
from trkstruct.kinase.own_kinase import OwnKinase, as_kinase
from trkstruct.kinase.shipped_kinases import Kinase as Kinase
from trkstruct.kinase.shipped_kinases import Numbering as Numbering
from trkstruct.kinase.shipped_kinases import PocketResidue as PocketResidue
from trkstruct.kinase.shipped_kinases import name_key, names_of, shipped_kinases

OUTSIDE_POCKET: Final = "outside pocket"
ACTIVATION_LOOP: Final = "activation loop"

REGIONS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({
    "beta1 strand": (1, 2),
    "P-loop": tuple(range(3, 12)),  # GxGxxG (4-9) and its flanks 3 and 11, which lie on the adenine (TRKA L516, V524)
    "beta2 strand": (12, 13),
    "beta3 strand": tuple(range(14, 20)),  # 17 is the catalytic lysine (TRKA K544)
    "aC helix": tuple(range(20, 31)),  # 24 is its glutamate (TRKA E560)
    "aC-b4 loop": (31, 32, 33, 34, 35, 37),
    "back pocket": (36, 38, 43),  # shell Sh1, spine RS4, shell Sh2: Meharena 2013, 10.1371/journal.pbio.1001680
    "beta4 strand": (39, 40, 41),
    "beta5 strand": (42, 44),
    "gatekeeper": (45,),
    "hinge": (46, 47, 48),
    "solvent front": (49, 50, 51, 52),  # KLIFS "linker"; 51 is TRKA G595, ALK G1202, ROS1 G2032
    "aD helix": tuple(range(53, 60)),
    "aE helix": tuple(range(60, 65)),
    "beta6 strand": (65, 66, 67),
    "catalytic loop": tuple(range(68, 76)),
    "beta7 strand": (76, 77, 78),  # 77 is the floor of the adenine site (TRKA L657)
    "beta8 strand": (79,),
    "xDFG": (80,),
    "DFG": (81, 82, 83),
    ACTIVATION_LOOP: (84, 85),  # and on to the Glu of the APE motif
})  # fmt: skip
"""Names of the pocket regions and the KLIFS numbers of each; strands, helices and loops as in KLIFS."""

_own: Final[ContextVar[tuple[OwnKinase, ...] | None]] = ContextVar("own kinases", default=None)  # None: those kept

_REGION_OF_KLIFS: Final = {klifs: name for name, numbers in REGIONS.items() for klifs in numbers}


def kinases() -> tuple[Kinase, ...]:
    """Every kinase with a pocket map: TRKA, TRKB, TRKC, the others that ship, then a user's own.

    A user's own are those that a block of `knowing` names, else those kept with ``trkstruct kinase add``.

    Raises
    ------
    InputError
        When one that is kept cannot be used.
    """
    return _with_own(own_kinases())


def own_kinases() -> tuple[OwnKinase, ...]:
    """The user's own kinases among `kinases`, by their definitions."""
    own = _own.get()
    return kept_kinases() if own is None else own


@contextmanager
def knowing(own: Iterable[OwnKinase]) -> Iterator[None]:
    """Within the block, a user's own kinases are these and no others, whatever is kept."""
    token = _own.set(tuple(own))
    try:
        yield
    finally:
        _own.reset(token)


@lru_cache(maxsize=16)
def _with_own(own: tuple[OwnKinase, ...]) -> tuple[Kinase, ...]:
    """What ships, those that are replaced in their places, and the user's own behind."""
    known = {kinase.name: kinase for kinase in shipped_kinases()}
    for each in own:
        replaced = known.get(each.replaces)
        for kinase in known.values():
            if kinase != replaced and (same := names_of(kinase) & names_of(as_kinase(each))):
                raise InputError(
                    f"{each.where}: {kinase.name} is called {', '.join(sorted(same))} too. Rename {each.name}, or "
                    "leave one of them out (trkstruct kinase list; trkstruct kinase remove)."
                )
        known[replaced.name if replaced else each.name] = as_kinase(each, replaced)
    return tuple(known.values())


def trk_kinases() -> tuple[Kinase, ...]:
    """TRKA, TRKB and TRKC."""
    return tuple(kinase for kinase in kinases() if kinase.is_trk)


def kinase_named(text: str) -> Kinase:
    """Kinase of a name, gene or UniProt accession, whatever the case: ``TrkA``, ``ntrk1``, ``P04629``, ``ABL1``.

    Raises
    ------
    InputError
        When no kinase has that name.
    """
    key = name_key(text)
    for kinase in kinases():
        if key in names_of(kinase):
            return kinase
    known = ", ".join(
        kinase.name if kinase.name == kinase.gene else f"{kinase.name} ({kinase.gene})" for kinase in kinases()
    )
    raise InputError(f"{text!r} is not a kinase known here; known are {known}.")


def residue_at(kinase: Kinase, number: int) -> str:
    """One-letter code of a residue.

    Raises
    ------
    InputError
        When the number is outside the known sequence.
    """
    if kinase.first_number <= number <= kinase.last_number:
        return kinase.sequence[number - kinase.first_number]
    span = f"residues {kinase.first_number}-{kinase.last_number}"
    raise InputError(f"Residue {number} of {kinase.name} is not known here: only {span} are (clinical numbering).")


def klifs_number(kinase: Kinase, number: int) -> int | None:
    """KLIFS number (1-85) of a residue; None outside the pocket."""
    return _klifs_numbers(kinase).get(number)


@cache
def _klifs_numbers(kinase: Kinase) -> dict[int, int]:
    return {residue.number: klifs for klifs, residue in enumerate(kinase.pocket, start=1)}


def region_of(kinase: Kinase, number: int) -> str:
    """Name of the pocket region a residue belongs to (a key of ``REGIONS``), else ``outside pocket``."""
    klifs = klifs_number(kinase, number)
    if klifs is not None:
        return _REGION_OF_KLIFS[klifs]
    last_of_pocket = kinase.pocket[-1].number
    return ACTIVATION_LOOP if last_of_pocket < number <= kinase.activation_loop_end else OUTSIDE_POCKET


def equivalents(kinase: Kinase, number: int) -> dict[Kinase, PocketResidue]:
    """The residue at the same pocket position in every other kinase, e.g. TRKB -> G639 for TRKA 595.

    Empty outside the pocket: there the kinases are not aligned.
    """
    klifs = klifs_number(kinase, number)
    if klifs is None:
        return {}
    return {other: other.pocket[klifs - 1] for other in kinases() if other != kinase}
