"""The table of a scan: 100 columns on a terminal, symbols explained beneath, one sentence per mutation; or Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from trkstruct.case_parts import CaseError, Clash, PoseAssessment, Severity
from trkstruct.kinase.mutation import WILD_TYPE
from trkstruct.records import POSE_ADVICE, Case, Results
from trkstruct.report.case_rows import worst_clash
from trkstruct.report.console import ABSENT
from trkstruct.report.mutation_sentence import mutation_sentences
from trkstruct.report.published import DISAGREES, agreement, call_mark, count_agreement, published_folds
from trkstruct.settings import RESISTANCE_THRESHOLD_KCAL_MOL

TABLE_COLUMNS: Final = 100  # characters
SEVERITY_MARK: Final[dict[Severity, str]] = {"minor": "", "moderate": "*", "severe": "**"}
_SEVERITY_STYLE: Final[dict[Severity, str]] = {"minor": "", "moderate": "yellow", "severe": "bold red"}
_VERDICT_STYLE: Final = {
    "resistant": "bold red",
    "sensitive": "green",
    "uncertain": "yellow",
    "pose unreliable": "magenta",
}

COLUMNS: Final[dict[str, Literal["left", "right"]]] = {
    "kinase": "left", "mutation": "left", "ligand": "left", "before": "right", "where": "left", "after": "right",
    "occl": "right", "ΔΔG": "right", "verdict": "left", "lit": "left", "fold": "right",
}  # fmt: skip
FOLDED: Final = ("mutation", "ligand", "where")  # columns that may take several lines
WIDE_ONLY: Final = ("where", "occl")  # columns that a narrower table leaves out

LEGEND: Final = (
    "before, after  largest overlap (Å) with the ligand: side chain as without ligand, then relaxed",
    "*, **          moderate, severe clash",
    "occl           share of the side chain's rotamers that the ligand in its pose excludes",
    "ΔΔG            change of binding, kcal/mol, positive = weaker binding; ± its error",
    f"verdict        is the change beyond 10-fold ({RESISTANCE_THRESHOLD_KCAL_MOL} kcal/mol)?",
    f"lit            published call: R resistant, S sensitive, R/S both; {DISAGREES} the verdict is the other",
    "fold           published potency ratio, mutant/wild type",
    f"{ABSENT}              nothing to show",
    "A model's answer, not clinical advice.",
)


_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$&]")


def results_table(cases: Iterable[Case], width: int = TABLE_COLUMNS) -> Table:
    """The rich table, a row per case, a line between kinases; below 100 columns without region and occlusion."""
    shown = [name for name in COLUMNS if width >= TABLE_COLUMNS or name not in WIDE_ONLY]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", collapse_padding=True)
    for name in shown:
        table.add_column(name, justify=COLUMNS[name], overflow="fold", no_wrap=name not in FOLDED)
    previous = None
    for case in cases:
        if previous is not None and case.kinase != previous:
            table.add_section()
        previous = case.kinase
        table.add_row(*(cell for name, cell in zip(COLUMNS, _cells(case), strict=True) if name in shown))
    return table


def results_report(results: Results, width: int = TABLE_COLUMNS) -> RenderableType:
    """Everything that ``trkstruct scan`` prints: table, legend, a sentence per mutation, and what failed."""
    agreed = str(count_agreement(results.cases))
    parts: list[RenderableType] = [Text(agreed, style="bold"), Text("")] if agreed else []
    parts += [results_table(results.cases, width), Text("")]
    parts += [Text(line, style="dim") for line in _legend(results.cases)]
    parts += [Text(line, style="yellow") for line in pose_lines(results.cases)]
    for sentence in mutation_sentences(results.cases):
        head, colon, rest = sentence.partition(": ")
        parts += [Text(""), _entry(f"{head}{colon}", rest)]
    failed = [case for case in results.cases if case.error is not None]
    if failed:
        parts += [Text(""), Text(f"{len(failed)} of {len(results.cases)} cases failed:", style="bold red")]
    parts += [_failure(case, case.error) for case in failed if case.error]
    return Group(*parts)


def structure_lines(cases: Iterable[Case]) -> list[str]:
    """The structures of the cases by the state of their DFG motif, one line for each state."""
    by_state: dict[str, dict[str, None]] = {}
    for case in cases:
        if case.dfg_state:
            state = f"{case.dfg_state} ({case.dfg_cluster})" if case.dfg_cluster else case.dfg_state
            by_state.setdefault(state, {})[case.structure] = None
    return [f"{state}  {', '.join(structures)}" for state, structures in by_state.items()]


def parameter_lines(cases: Iterable[Case]) -> list[str]:
    """The force field and charges that each ligand's numbers stand on, a line for each kind; a mixture is warned of."""
    by_source: dict[str, dict[str, None]] = {}
    for case in cases:
        if case.ligand_parameters:
            by_source.setdefault(case.ligand_parameters, {})[case.ligand] = None
    lines = [f"{source}  {', '.join(ligands)}" for source, ligands in by_source.items()]
    kinds = {source.removesuffix(" (shipped)") for source in by_source}
    if len(kinds) > 1:
        lines.append("Force fields or charges differ between these ligands: compare mutations of one, not ligands.")
    return lines


def pose_lines(cases: Iterable[Case]) -> list[str]:
    """Why each pose that was sought is not reliable, what it adds to the error, and what to do about doubtful ones."""
    said: dict[str, None] = {}
    for case in cases:
        if case.pose is not None and case.pose.pose_class != "reliable":
            where = case.kinase or case.structure
            text = "; ".join(case.pose.reasons)
            said[f"{case.pose.pose_class} pose  {case.ligand} in {where}: {text}"] = None
            if case.pose.error_kcal_mol is not None:
                which = f"{where} {case.mutation}" if case.pose.rival_ddg_kcal_mol else where
                said[f"wider error  {case.ligand} in {which}: by the pose, {_pose_error(case.pose)}"] = None
    doubtful = any(case.verdict == "pose unreliable" for case in cases)
    return [*said, POSE_ADVICE] if doubtful else list(said)


def _pose_error(pose: PoseAssessment) -> str:
    error = f"± {pose.error_kcal_mol:.1f} kcal/mol"
    if not pose.rival_ddg_kcal_mol:
        return error
    others = ", ".join(f"{value:+z.1f}" for value in pose.rival_ddg_kcal_mol)
    return f"{error}; in the other poses that were run the ΔΔG is {others}"


def results_text(results: Results) -> str:
    """The same as plain text, for ``print(results)``."""
    console = Console(width=TABLE_COLUMNS, color_system=None, force_terminal=False, force_jupyter=False, record=False)
    with console.capture() as capture:
        console.print(results_report(results), crop=False)
    return capture.get()


def results_markdown(results: Results) -> str:
    """The table, its legend and the sentences as GitHub-flavoured Markdown; names are text and never markup."""
    rows = [[_escaped(cell.plain) for cell in _cells(case)] for case in results.cases]
    rule = ["--:" if justify == "right" else "---" for justify in COLUMNS.values()]
    agreed = str(count_agreement(results.cases))
    lines = [agreed, ""] if agreed else []
    lines += [f"| {' | '.join(row)} |" for row in [list(COLUMNS), rule, *rows]]
    legend = (*_legend(results.cases), *pose_lines(results.cases))
    lines += ["", *(f"- {_escaped(re.sub(' {2,}', ': ', line, count=1))}" for line in legend)]
    lines += [line for sentence in mutation_sentences(results.cases) for line in ("", _escaped(sentence))]
    failed = [f"- {_escaped(str(case))}" for case in results.cases if case.error is not None]
    return "\n".join([*lines, *([""] if failed else []), *failed]) + "\n"


def clash_table(clashes: Sequence[Clash]) -> Table:
    """Clashes as a rich table, the largest overlap first."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in ("protein atom", "ligand atom", "of its", "region", "severity"):
        table.add_column(name)
    for name in ("distance Å", "overlap Å"):
        table.add_column(name, justify="right")
    for clash in sorted(clashes, key=lambda clash: -clash.overlap_angstrom):
        table.add_row(
            Text(clash.protein_atom),  # not markup: an atom may be called C[1]
            Text(clash.ligand_atom),
            Text(clash.ligand_part or ABSENT),
            Text(clash.region),
            Text(clash.severity, style=_SEVERITY_STYLE[clash.severity]),
            f"{clash.distance_angstrom:.2f}",
            f"{clash.overlap_angstrom:.2f}",
        )
    return table


def _legend(cases: Sequence[Case]) -> tuple[str, ...]:
    return (*LEGEND, *structure_lines(cases), *parameter_lines(cases))


def _cells(case: Case) -> list[Text]:
    name = [Text(case.kinase), Text(case.mutation), Text(case.ligand)]
    if case.status == "failed":
        return [*name, Text("failed", style="bold red"), *(Text(ABSENT) for _ in range(len(COLUMNS) - 4))]
    before, after = worst_clash(case.clashes_before, case.regions), worst_clash(case.clashes_after, case.regions)
    region = before.region if before else case.regions[0] if case.regions else ABSENT
    return [
        *name,
        _overlap(before),
        Text(region),
        _overlap(after),
        Text(ABSENT if case.occlusion is None else f"{case.occlusion:.0%}"),
        Text(_ddg(case)),
        Text(case.verdict or ABSENT, style=_VERDICT_STYLE.get(case.verdict or "", "")),
        Text(call_mark(case) or ABSENT, style="bold yellow" if agreement(case) == "disagrees" else ""),
        Text(_ratios(case) or ABSENT),
    ]


def _overlap(clash: Clash | None) -> Text:
    if clash is None:
        return Text(ABSENT)
    mark = SEVERITY_MARK[clash.severity]
    return Text(f"{clash.overlap_angstrom:.2f}{mark:<2}", style=_SEVERITY_STYLE[clash.severity])


def _ddg(case: Case) -> str:
    if case.mutation == WILD_TYPE or case.ddg_kcal_mol is None:
        return ABSENT
    error = "" if case.ddg_error_kcal_mol is None else f" ± {case.ddg_error_kcal_mol:.1f}"
    return f"{case.ddg_kcal_mol:+z.1f}{error}"


def _ratios(case: Case) -> str:
    """``76.7x``; of several reports ``17-254x``."""
    folds = published_folds(case)
    return "-".join(dict.fromkeys(f"{fold:.3g}" for fold in (folds[0], folds[-1]))) + "x" if folds else ""


def _escaped(text: str) -> str:
    """Text for Markdown, on one line."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _entry(head: str, text: str) -> Text:
    return Text.assemble((head, "bold"), text)


def _failure(case: Case, error: CaseError) -> RenderableType:
    return Group(
        _entry(f"{case.kinase} {case.mutation}, {case.ligand}: ", f"{error.stage}: {error.message}"),
        Text(f"  repeat with: {error.repeat_command}", no_wrap=True, overflow="ignore"),
    )
