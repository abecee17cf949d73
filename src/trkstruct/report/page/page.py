"""Put a finished scan into the page."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from trkstruct.case_parts import Clash, EnergyTerms, Evidence
from trkstruct.files.outputs import safe_label, write_atomic
from trkstruct.files.regular_file import read_regular
from trkstruct.files.run_folder import LARGEST_COMPLEX_BYTES, refuse_links_out
from trkstruct.records import POSE_ADVICE, Case, Results
from trkstruct.report.case_rows import csv_text, measured_fold, worst_clash
from trkstruct.report.case_sentence import TERM_WORDS
from trkstruct.report.console import ABSENT
from trkstruct.report.heat_map import (
    COLOUR_MAP,
    VERDICT_MARKS,
    colour_limit,
    ddg_text,
    heat_colours,
    heat_maps,
    pieces_of,
    signed,
)
from trkstruct.report.interaction_words import atoms_text
from trkstruct.report.mutation_sentence import mutation_sentences
from trkstruct.report.page.case_3d import VIEWS, Model, build_model
from trkstruct.report.page.embed import drawing_address, molstar_script, molstar_style, packed, page_file, plotly_script
from trkstruct.report.published import (
    agreement,
    call_mark,
    call_sources,
    count_agreement,
    fold_text,
    published_fold_text,
)
from trkstruct.report.scene.colours import LIGAND_COLOUR, SURFACE_COLOUR
from trkstruct.report.scene.snapshots import pair_of, wild_types
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

REPORT_NAME: Final = "report.html"
Progress = Callable[[int, int], None]
LEGEND_STEPS: Final = 13
NAMES_OF_A_LINE: Final = 8
COLUMNS_WITH_WORDS: Final = 8  # printed: a landscape page has no room for the words of more ligands
COLUMNS_OF_A_PAGE: Final = 20  # nor for more ligands than these; the others follow in a table of their own
DOI_URL: Final = "https://doi.org/"
PUBMED_URL: Final = "https://pubmed.ncbi.nlm.nih.gov/"


@dataclass(frozen=True)
class RegionClashes:
    """Clashes of one region: how many and the worst, before and after relaxation."""

    region: str
    before: int
    after: int
    worst_before: Clash | None
    worst_after: Clash | None


@dataclass(frozen=True)
class CaseView:
    """A case and what the page says of it."""

    anchor: str
    case: Case
    region: str
    ddg: str
    fold: Evidence | None
    before: Clash | None
    after: Clash | None
    regions: tuple[RegionClashes, ...]
    terms: tuple[tuple[str, float], ...]
    model: Model | None
    diagram: str

    @property
    def title(self) -> str:
        """``TRKA G595R with larotrectinib``."""
        return f"{self.case.kinase} {self.case.mutation} with {self.case.ligand}".strip()

    @property
    def standing(self) -> str:
        """What filters and tables call its outcome."""
        if self.case.status == "failed":
            return "failed"
        return self.case.verdict or "reference"


def write_report(results: Results, folder: Path, output: Path | None = None, progress: Progress | None = None) -> Path:
    """Write the report of the results whose complexes lie in ``folder``, by default as ``report.html`` there.

    ``progress`` is told how many cases are drawn, and of how many.

    Raises
    ------
    InputError
        When a complex is missing or the report cannot be written; nothing is written then.
    """
    refuse_links_out(folder)
    path = output or folder / REPORT_NAME
    write_atomic(path, report_html(results, folder, progress))
    return path


def report_html(results: Results, folder: Path, progress: Progress | None = None) -> str:
    """The report as one HTML text; everything that comes from the user is escaped.

    Raises
    ------
    InputError
        When a complex that the results name is not there.
    """
    views = case_views(results.cases, folder, progress)
    by_case = {id(view.case): view for view in views}
    limit = colour_limit(results.cases)
    json_text = results.model_dump_json(indent=1) + "\n"
    template = _environment().get_template("page.html")
    return template.render(
        results=results,
        views=views,
        view_of=lambda case: by_case[id(case)],
        heat_maps=[part for each in heat_maps(results.cases) for part in pieces_of(each, COLUMNS_OF_A_PAGE)],
        colours=lambda case: heat_colours(case.ddg_kcal_mol or 0.0, limit),
        legend=_legend(limit),
        limit=limit,
        agreed=str(count_agreement(results.cases)),
        sentences=mutation_sentences(results.cases),
        counts=Counter(view.standing for view in views),
        options=_options(views),
        threshold=RESISTANCE_THRESHOLD_KCAL_MOL,
        sha256=hashlib.sha256(json_text.encode()).hexdigest(),
        file_hashes=_file_hashes(results.cases, folder),
        json_data=packed(json_text),
        csv_data=packed(csv_text(results.cases)),
    )


def case_views(cases: tuple[Case, ...], folder: Path, progress: Progress | None = None) -> tuple[CaseView, ...]:
    """Every case with its anchor, its tables and its 3D part, in the order of the scan.

    Raises
    ------
    InputError
        When a complex that the results name is not there.
    """
    anchors = case_anchors(cases)
    wild = wild_types(cases)
    anchor_of = {id(case): anchor for case, anchor in zip(cases, anchors, strict=True)}
    views = []
    for case, anchor in zip(cases, anchors, strict=True):
        reference = wild.get(pair_of(case))
        model = build_model(case, reference, folder, anchor_of.get(id(reference), ""))
        views.append(_case_view(case, anchor, model, drawing_address(folder, case.files.diagram)))
        if progress is not None:
            progress(len(views), len(cases))
    return tuple(views)


def case_anchors(cases: Iterable[Case]) -> list[str]:
    """URL fragments such as ``TRKA-G595R-larotrectinib``, each once."""
    taken: Counter[str] = Counter()
    anchors = []
    for case in cases:
        anchor = safe_label(f"{case.kinase} {case.mutation} {case.ligand}")
        taken[anchor] += 1
        anchors.append(anchor if taken[anchor] == 1 else f"{anchor}~{taken[anchor]}")
    return anchors


def clashes_by_region(case: Case) -> tuple[RegionClashes, ...]:
    """The clash table: regions of the mutation first, then by the worst overlap."""
    found = {clash.region for clash in (*case.clashes_before, *case.clashes_after)}
    rows = [_region_clashes(region, case) for region in found]

    def worst(row: RegionClashes) -> float:
        return max((each.overlap_angstrom for each in (row.worst_before, row.worst_after) if each), default=0.0)

    return tuple(sorted(rows, key=lambda row: (row.region not in case.regions, -worst(row), row.region)))


def _region_clashes(region: str, case: Case) -> RegionClashes:
    before = [clash for clash in case.clashes_before if clash.region == region]
    after = [clash for clash in case.clashes_after if clash.region == region]
    return RegionClashes(region, len(before), len(after), worst_clash(before), worst_clash(after))


def _case_view(case: Case, anchor: str, model: Model | None, diagram: str) -> CaseView:
    return CaseView(
        anchor=anchor,
        case=case,
        region=", ".join(dict.fromkeys(case.regions)),
        ddg=ddg_text(case),
        fold=measured_fold(case),
        before=worst_clash(case.clashes_before, case.regions),
        after=worst_clash(case.clashes_after, case.regions),
        regions=clashes_by_region(case),
        terms=_terms(case.ddg_terms),
        model=model,
        diagram=diagram,
    )


def _terms(terms: EnergyTerms | None) -> tuple[tuple[str, float], ...]:
    return () if terms is None else tuple((words, getattr(terms, name)) for name, words in TERM_WORDS.items())


def _legend(limit: float) -> list[tuple[float, str]]:
    values = [limit * (2 * step / (LEGEND_STEPS - 1) - 1) for step in range(LEGEND_STEPS)]
    return [(value, heat_colours(value, limit)[0]) for value in values]


def _options(views: Sequence[CaseView]) -> dict[str, list[str]]:
    """What can be chosen in each filter, in the order of the scan."""
    named: dict[str, Iterable[str]] = {
        "kinase": (view.case.kinase for view in views),
        "region": (region for view in views for region in view.case.regions),
        "ligand": (view.case.ligand for view in views),
        "verdict": (view.standing for view in views),
    }
    return {name: [each for each in dict.fromkeys(values) if each] for name, values in named.items()}


def _file_hashes(cases: Iterable[Case], folder: Path) -> dict[str, str]:
    names = [name for case in cases for _, name in case.files if name is not None]
    there = [name for name in names if (folder / name).is_file()]
    contents = ((name, read_regular(folder / name, LARGEST_COMPLEX_BYTES)) for name in there)
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents}


def _overlap(clash: Clash | None) -> Markup:
    """Overlap and severity; ``Markup.format`` escapes what it is given."""
    if clash is None:
        return Markup("")
    value = f"{clash.overlap_angstrom:.2f}"
    return Markup('<span class="severity {0}" title="{0}">{1}</span>').format(clash.severity, value)


def _few(names: Sequence[str], noun: str) -> str:
    """The names, or how many there are when a line does not hold them."""
    return ", ".join(names) if len(names) <= NAMES_OF_A_LINE else f"{len(names)} {noun}"


def _relative(energy_kcal_mol: float | None) -> str:
    return ABSENT if energy_kcal_mol is None else f"{energy_kcal_mol:.1f}"


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(page_file),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"fold": fold_text, "signed": signed, "few": _few})
    environment.globals.update(
        {
            "views_of_a_model": VIEWS,
            "verdict_marks": VERDICT_MARKS,
            "columns_with_words": COLUMNS_WITH_WORDS,
            "wbr": Markup("<wbr>"),
            "pose_advice": POSE_ADVICE,
            "surface_colour": SURFACE_COLOUR,
            "ligand_colour": LIGAND_COLOUR,
            "colour_map": COLOUR_MAP,
            "overlap": _overlap,
            "atoms_text": atoms_text,
            "agreement": agreement,
            "call_mark": call_mark,
            "call_sources": call_sources,
            "published_folds": published_fold_text,
            "relative": _relative,
            "doi_url": DOI_URL,
            "pubmed_url": PUBMED_URL,
            "style": Markup(page_file("page.css")),  # our own file, and the viewer's below: not text of a user
            "viewer_style": Markup(molstar_style()),
            "script": Markup("".join(page_file(f"{name}.js") for name in ("unpack", "page", "viewer", "charts"))),
            "molstar": Markup(molstar_script()),
            "plotly": Markup(plotly_script()),
        }
    )
    return environment
