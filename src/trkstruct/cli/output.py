"""Where data goes: small tables on stdout, structures to a file or to stdout."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from trkstruct.cli.terminal import say, write_data
from trkstruct.report.console import open_console
from trkstruct.report.table import TABLE_COLUMNS

UNFOLDED_COLUMNS: Final = 1000  # characters; what is piped into another program must not be folded

if TYPE_CHECKING:
    from trkstruct.structure.complex import Complex


def print_rich(content: RenderableType) -> None:
    """Print to stdout: at most 100 columns, in colour only on a terminal."""
    console = open_console()
    console.width = min(console.width, TABLE_COLUMNS) if console.is_terminal else TABLE_COLUMNS
    console.print(content, crop=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under column names, folded to a terminal's width, one line per row elsewhere."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console = open_console()
    console.width = console.width if console.is_terminal else UNFOLDED_COLUMNS
    console.print(table)


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
