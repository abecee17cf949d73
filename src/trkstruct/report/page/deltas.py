"""One PDB file told by another: the mutant's complex repeats most lines of its wild type's."""

from typing import Final

SERIAL: Final = slice(6, 11)  # columns 7-11 of ATOM, HETATM and TER lines; wwPDB format 3.3
NUMBERED: Final = ("ATOM", "HETATM", "TER")

Step = str | tuple[int, int, int]
"""A line of its own, or (first line, number of lines, what to add to their serial numbers) of the base."""


def encode_lines(text: str, base: str) -> list[Step]:
    """The steps that make ``text`` from ``base``; ``decode_lines`` is the way back, here and in the page's script."""
    known = {_without_serial(line): index for index, line in enumerate(base.split("\n"))}
    lines = base.split("\n")
    steps: list[Step] = []
    for line in text.split("\n"):
        index = known.get(_without_serial(line), -1)
        shift = 0 if index < 0 else _serial(line) - _serial(lines[index])
        if index < 0 or _shifted(lines[index], shift) != line:
            steps.append(line)
        elif steps and not isinstance(steps[-1], str) and _continues(steps[-1], index, shift):
            first, count, _ = steps[-1]
            steps[-1] = (first, count + 1, shift)
        else:
            steps.append((index, 1, shift))
    return steps


def decode_lines(steps: list[Step], base: str) -> str:
    """The text that ``encode_lines`` was given."""
    lines, out = base.split("\n"), list[str]()
    for step in steps:
        if isinstance(step, str):
            out.append(step)
        else:
            first, count, shift = step
            out += [_shifted(line, shift) for line in lines[first : first + count]]
    return "\n".join(out)


def _continues(step: tuple[int, int, int], index: int, shift: int) -> bool:
    first, count, before = step
    return index == first + count and shift == before


def _without_serial(line: str) -> str:
    return line[: SERIAL.start] + line[SERIAL.stop :] if line.startswith(NUMBERED) else line


def _serial(line: str) -> int:
    number = line[SERIAL].strip()
    return int(number) if line.startswith(NUMBERED) and number.isascii() and number.isdigit() else 0


def _shifted(line: str, shift: int) -> str:
    if not shift:
        return line
    return f"{line[: SERIAL.start]}{_serial(line) + shift:5d}{line[SERIAL.stop :]}"
