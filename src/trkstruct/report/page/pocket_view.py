"""A case in a notebook: its pocket in 3D, drawn by the Mol* that the report carries too, without a network."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from trkstruct.errors import InputError
from trkstruct.files.outputs import safe_label, write_atomic
from trkstruct.files.run_folder import JSON_NAME
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import Case
from trkstruct.report.page.case_3d import VIEWS, build_model
from trkstruct.report.page.embed import molstar_script, molstar_style, page_file
from trkstruct.report.results import load_results
from trkstruct.report.scene.colours import LIGAND_COLOUR, SURFACE_COLOUR
from trkstruct.report.scene.snapshots import pair_of, wild_types


@dataclass(frozen=True, repr=False)
class PocketView:
    """A page of its own that shows a pocket; a notebook draws it in a frame and keeps it when it is saved or exported.

    Attributes
    ----------
    title : str
    html : str
        The whole page, about 2 MB: Mol* and the case are in it.
    width, height : int
        Pixels.
    """

    title: str
    html: str
    width: int
    height: int

    def write_html(self, path: str | Path) -> Path:
        """Save the page, which opens from disk without a network.

        Raises
        ------
        InputError
            When it cannot be written.
        """
        write_atomic(Path(path), self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        size = f'width="{self.width}" height="{self.height}"'
        style = "border:1px solid #dfe4ea;max-width:100%"
        return f'<iframe title="{escape(self.title)}" {size} style="{style}" srcdoc="{escape(self.html)}"></iframe>'

    def __repr__(self) -> str:
        """Its title, and what to do with it where no notebook draws it."""
        return f"<PocketView: {self.title}; the last line of a cell draws it, write_html(path) saves it>"


def view(
    case: Case,
    out_dir: str | Path | None = None,
    *,
    moment: Literal["before", "after"] | None = None,
    width: int = 800,
    height: int = 560,
) -> PocketView:
    """Show the pocket of a case with its clashes; in a notebook the last line of a cell draws it.

    It is the 3D view of the report: discs coloured by severity mark clashes, the worst with their overlap in Å;
    hydrogen bonds to the hinge are blue dashes; the wild-type residue stands translucent on the mutant's, where the
    folder holds its case too. Nothing is fetched from a network, and an exported notebook keeps it.

    Parameters
    ----------
    case : Case
        Of ``results.cases`` or ``results.find_case``.
    out_dir : str or Path, optional
        The folder of the scan, which holds the complexes; by default the one that the case was read from.
    moment : {"before", "after"}, optional
        What is shown first: before relaxation (ligand as in the wild type, new side chain as without the ligand) or
        after; by default before, where there is one.
    width, height : int
        Pixels.

    Returns
    -------
    PocketView
        ``write_html(path)`` of it saves a page of its own.

    Raises
    ------
    InputError
        When the case has no complex at that moment, or a file is missing.
    """
    title = f"{case.kinase} {case.mutation} with {case.ligand}".strip()
    folder = _folder(case, out_dir)
    model = build_model(case, _wild_type_of(case, folder), folder, "")
    first = moment or ("before" if model is not None and "before" in model.views else "after")
    if model is None or first not in model.views:
        raise InputError(f"{title} has no complex {first} relaxation.")
    environment = Environment(autoescape=True, loader=FunctionLoader(page_file), undefined=StrictUndefined)
    html = environment.get_template("pocket.html").render(
        title=title,
        anchor=safe_label(title),
        ligand=case.ligand,
        model=model,
        names=VIEWS,
        first=first,
        ligand_colour=LIGAND_COLOUR,
        surface_colour=SURFACE_COLOUR,
        style=Markup(page_file("page.css")),  # our own files and the viewer's: not text of a user
        viewer_style=Markup(molstar_style()),
        script=Markup(page_file("unpack.js") + page_file("viewer.js")),
        molstar=Markup(molstar_script()),
    )
    return PocketView(title, html, width, height)


def _wild_type_of(case: Case, folder: Path) -> Case | None:
    """The wild type that the case is compared with, where the folder's results and complexes hold it."""
    if case.mutation == WILD_TYPE or not (folder / JSON_NAME).is_file():
        return None
    wild = wild_types(load_results(folder).cases).get(pair_of(case))
    there = wild is not None and wild.files.complex is not None and (folder / wild.files.complex).is_file()
    return wild if there else None


def _folder(case: Case, out_dir: str | Path | None) -> Path:
    return Path(out_dir) if out_dir is not None else case.folder or Path("trkstruct-out")
