"""Where data goes: small tables on stdout, structures to a file or to stdout."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.text import Text

from trkstruct.cli.screen.columns import laid_out
from trkstruct.cli.terminal import say, write_data
from trkstruct.report.console import open_console, printable
from trkstruct.report.table import TABLE_COLUMNS

UNFOLDED_COLUMNS: Final = 1000  # characters; what is piped into another program must not be folded

if TYPE_CHECKING:
    from trkstruct.structure.complex import Complex


def print_rich(content: RenderableType) -> None:
    """Print to stdout: at most 100 columns, in colour only on a terminal."""
    console = open_console()
    console.width = terminal_columns()
    console.print(content, crop=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under column names, in a terminal's width without a broken word, one line per row elsewhere."""
    console = open_console()
    width = console.width if console.is_terminal else UNFOLDED_COLUMNS
    cells = [["" if value is None else printable(str(value)) for value in row] for row in rows]
    head, *lines = laid_out(columns, cells, width)
    console.print(Text(head, style="bold"), soft_wrap=True)
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def terminal_columns() -> int:
    """Characters of a line of a table for people: at most 100."""
    console = open_console()
    return min(console.width, TABLE_COLUMNS) if console.is_terminal else TABLE_COLUMNS


def goes_to_pdb(output: Path | None) -> bool:
    """Whether `write_complex` writes PDB, which cannot hold every structure: to stdout, or a file not called mmCIF."""
    from trkstruct.structure.formats.pdb_and_mmcif import is_mmcif_name

    return output is None or not is_mmcif_name(output)


def write_complex(complex_: "Complex", output: Path | None) -> None:
    """Write the complex to a PDB or mmCIF file, or as PDB to stdout when no file is named."""
    from trkstruct.structure.formats.writing import write_pdb

    if output is not None:
        write_pdb(complex_, output)
        say(f"Wrote {output}.", err=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "complex.pdb"
        write_pdb(complex_, path)
        write_data(path.read_text(encoding="utf-8"))
