"""The TOML file that describes a kinase of a user's own: read and checked by itself, and written."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from trkstruct.errors import InputError
from trkstruct.files.regular_file import read_regular
from trkstruct.files.toml_text import toml_text
from trkstruct.kinase.own_kinase import OwnKinase
from trkstruct.residues import ONE_TO_THREE, THREE_TO_ONE

POCKET_SIZE: Final = 85  # KLIFS: van Linden 2014, 10.1021/jm400378w
CONSERVED: Final = {17: "K", 24: "E", 70: "D", 75: "N", 81: "D", 83: "G"}
"""Nearly invariant, by KLIFS number: VAIK, aC helix, HRD, its Asn, DFG (Hanks 1988, 10.1126/science.3291115)."""
LEAST_CONSERVED: Final = 4  # of the six; pseudokinases lack one or two, numbers that are off by one hit none or one

LARGEST_BYTES: Final = 1_000_000
LONGEST_SEQUENCE: Final = 10_000  # residues; the kinase domain with its flanks has some 300 and is enough
LARGEST_NUMBER: Final = 99_999

_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "name": (str, "a text"),
    "gene": (str, "a text"),
    "sequence": (str, "a text"),
    "uniprot": (str, "a text"),
    "aliases": (list, "a list of texts"),
    "first_number": (int, "a whole number"),
    "pocket": (list, "a list of 85 numbers"),
    "pocket_source": (str, "a text"),
    "like": (str, "the name of a kinase that ships"),
    "activation_loop_end": (int, "a whole number"),
    "replaces": (str, "the name of a kinase that ships"),
}
_NEEDED: Final = ("name", "gene", "sequence")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2,31}")
_GENE = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,31}")
_RESIDUE = re.compile(r"(?P<letter>[A-Z])(?P<number>[0-9]{1,5})")
_LIKE_A_CHANGE = re.compile(r"(?P<first>[A-Z]|[A-Z]{3})[0-9]+(?P<second>[A-Z]|[A-Z]{3})?")


class DescribedKinase(NamedTuple):
    """What a file says: a definition, without pocket where that is to be taken from the kinase it is ``like``."""

    own: OwnKinase
    like: str


def read_kinase_file(path: Path) -> DescribedKinase:
    """What a TOML file says of a kinase.

    Raises
    ------
    InputError
        When it cannot be read, or with everything in it that is wrong.
    """
    try:
        values = tomllib.loads(read_regular(path, LARGEST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is no TOML in UTF-8: {error}.") from error
    problems = list(_problems_of_keys(values))
    if not problems:
        problems = [*_problems_of_names(values), *_problems_of_sequence(values)]
    if not problems:
        problems = list(_problems_of_pocket(values))
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise InputError(f"{path} does not describe a kinase:\n{listed}")
    return DescribedKinase(_definition(values, path), values.get("like", ""))


def conserved_problem(own: OwnKinase) -> str:
    """What is wrong with pocket numbers that miss the residues which nearly every kinase has; empty when nothing is."""
    found = {klifs: own.letter_at(own.pocket[klifs - 1]) for klifs in CONSERVED}
    wrong = [klifs for klifs, letter in CONSERVED.items() if found[klifs] != letter]
    if len(CONSERVED) - len(wrong) >= LEAST_CONSERVED:
        return ""
    said = ", ".join(f"{found[at]}{own.pocket[at - 1]} for {CONSERVED[at]} (KLIFS {at})" for at in wrong)
    return (
        f"pocket: these are not the pocket residues of a kinase; there is {said}. Are the numbers of another isoform, "
        "or first_number of another residue?"
    )


def kinase_text(own: OwnKinase) -> str:
    """A definition as a TOML file that says the same."""
    values = {name: value for name, value in own.content.items() if value or name in _NEEDED}
    return toml_text(values, f"{own.name} for trkstruct: trkstruct kinase add FILE, or --kinase-file FILE")


def _problems_of_keys(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if key not in _KINDS:
            like = get_close_matches(key, _KINDS, n=1)
            yield f"{key}: no such key{f'; did you mean {like[0]}?' if like else '.'} Known are {', '.join(_KINDS)}."
            continue
        kind, words = _KINDS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            yield f"{key}: takes {words}, not {value!r:.60}."
        elif value in ("", []):
            yield f"{key}: is empty; leave it out or fill it in."
    yield from (f"{key}: is missing." for key in _NEEDED if key not in values)
    if ("pocket" in values) == ("like" in values):
        yield 'pocket: give either the numbers of the 85 KLIFS residues, or like = "ALK" to take them from a relative.'
    aliases = values.get("aliases", [])
    if isinstance(aliases, list) and not all(isinstance(each, str) and each for each in aliases):
        yield "aliases: takes a list of texts."


def _problems_of_names(values: Mapping[str, Any]) -> Iterator[str]:
    called = [("name", values["name"], _NAME), ("gene", values["gene"], _GENE)]
    called += [("aliases", alias, _GENE) for alias in values.get("aliases", ())]
    for key, text, form in called:
        if not form.fullmatch(text):
            dash = ", digits and dashes" if form is _GENE else " and digits"
            yield f"{key}: {text!r:.60} cannot name a kinase; use letters{dash}, a letter first, such as CSF1R."
        elif _reads_as_change(text):
            yield f"{key}: {text!r} reads as a residue or a mutation; use another name (of p38, its gene MAPK14)."
    if values["gene"].upper().startswith("NTRK"):
        yield f"gene: {values['gene']} is a TRK kinase; those ship, with their models, and cannot be replaced."


def _reads_as_change(text: str) -> bool:
    match = _LIKE_A_CHANGE.fullmatch(text.upper())
    return match is not None and all(
        (len(part) == 1 and part in ONE_TO_THREE) or part in THREE_TO_ONE for part in match.groups() if part
    )


def _problems_of_sequence(values: Mapping[str, Any]) -> Iterator[str]:
    sequence, first = _letters(values["sequence"]), values.get("first_number", 1)
    if ">" in sequence:
        yield "sequence: holds a FASTA header; leave out the line that begins with >."
        return
    wrong = [(at, letter) for at, letter in enumerate(sequence, start=1) if letter not in ONE_TO_THREE]
    if wrong:
        said = ", ".join(f"{letter!r} at {at}" for at, letter in wrong[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        yield f"sequence: {said}{more}; it takes one-letter codes of the twenty amino acids only."
    if not POCKET_SIZE <= len(sequence) <= LONGEST_SEQUENCE:
        yield (
            f"sequence: has {len(sequence)} residues; give the kinase domain with its flanks, "
            f"{POCKET_SIZE} to {LONGEST_SEQUENCE}."
        )
    if not 1 <= first <= LARGEST_NUMBER - len(sequence):
        yield f"first_number: {first} is no number of a residue; it is 1 for a whole UniProt sequence."


def _problems_of_pocket(values: Mapping[str, Any]) -> Iterator[str]:
    sequence, first = _letters(values["sequence"]), values.get("first_number", 1)
    last = first + len(sequence) - 1
    pocket = values.get("pocket", [])
    unread = [each for each in pocket if _number(each) is None]
    if unread:
        yield f'pocket: {unread[0]!r:.40} is no residue; write 663 or "T663".'
        return
    numbers = [_number(each) or 0 for each in pocket]
    if pocket and len(pocket) != POCKET_SIZE:
        yield f"pocket: holds {len(pocket)} numbers, and a pocket has {POCKET_SIZE} (KLIFS 1 to 85)."
    for before, after in pairwise(numbers):
        if after <= before:
            yield f"pocket: {after} comes after {before}; KLIFS numbers follow the sequence, so they ascend."
            break
    outside = [number for number in numbers if not first <= number <= last]
    if outside:
        yield f"pocket: {outside[0]} lies outside the sequence, {first} to {last}; is first_number right?"
        return
    for each, number in zip(pocket, numbers, strict=True):
        if isinstance(each, str) and each[0] != sequence[number - first]:
            yield f"pocket: {each} is {sequence[number - first]}{number} in the sequence; is first_number right?"
            break
    end = values.get("activation_loop_end")
    if end is not None and not max([first, *numbers]) < end <= last:
        yield f"activation_loop_end: {end} lies not behind the pocket and in the sequence, which ends at {last}."


def _definition(values: Mapping[str, Any], path: Path) -> OwnKinase:
    texts = {name: values.get(name, "") for name in ("uniprot", "replaces", "pocket_source")}
    own = OwnKinase(
        name=values["name"],
        gene=values["gene"],
        aliases=tuple(values.get("aliases", ())),
        sequence=_letters(values["sequence"]),
        first_number=values.get("first_number", 1),
        pocket=tuple(_number(each) or 0 for each in values.get("pocket", ())),
        activation_loop_end=values.get("activation_loop_end", 0),
        file=str(path),
        **texts,
    )
    if own.pocket and (problem := conserved_problem(own)):
        raise InputError(f"{path} does not describe a kinase:\n  {problem}")
    return own.model_copy(update={"pocket_source": own.pocket_source or "as given"}) if own.pocket else own


def _letters(text: str) -> str:
    return "".join(text.split()).upper()


def _number(residue: object) -> int | None:
    """The number of ``663`` or ``"T663"``; None for anything else."""
    if isinstance(residue, str):
        match = _RESIDUE.fullmatch(residue)
        return int(match["number"]) if match else None
    return residue if isinstance(residue, int) and not isinstance(residue, bool) else None
