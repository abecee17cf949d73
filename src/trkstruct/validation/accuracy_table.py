"""The accuracy of a benchmark on a terminal: measures with intervals and p-values, then what stands behind them."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from trkstruct.report.console import ABSENT
from trkstruct.validation.accuracy import Accuracy, Group
from trkstruct.validation.scoring import INTERVAL_LEVEL, ErrorBars, Scores
from trkstruct.validation.statistics import METRICS, Difference, Interval

SIGNIFICANT: Final = 0.05
SMALLEST_P_SHOWN: Final = 0.001
LEGEND: Final = (
    "RMSE, MUE: kcal/mol; second line: 95 % bootstrap interval over rows, from ten rows on",
    "p: paired bootstrap over rows, two-sided, + trkstruct is better, - it is worse; not corrected for their number",
)


def accuracy_report(accuracy: Accuracy, failed: Sequence[Mapping[str, str]]) -> RenderableType:
    """Everything that ``trkstruct validate`` prints."""
    parts: list[RenderableType] = [Text(_headline(accuracy), style="bold"), Text(""), scores_table(accuracy.scores)]
    parts += [Text(""), *(Text(line, style="dim") for line in (*LEGEND, _positives(accuracy)))]
    parts += [Text(""), Text(_error_bar_line(accuracy.error_bars)), _verdicts_table(accuracy.verdicts)]
    parts += [Text(""), _groups_table(accuracy.groups)] if accuracy.groups else []
    if failed:
        parts += [Text(""), Text(f"{len(failed)} of {accuracy.n_rows} rows failed:", style="bold red")]
    for failure in failed:
        parts.append(Text(f"{failure['row']} ({failure['source']}), {failure['stage']}: {failure['message']}"))
        parts.append(Text(f"  {failure['repeat_command']}", style="dim"))
    return Lines(*parts)


def scores_table(scores: Sequence[Scores]) -> Table:
    """A row per predictor: value, interval and p-value in each cell."""
    table = _table("", "n", *(metric.title for metric in METRICS))
    for each in scores:
        cells = [_score_cell(each.measures.get(m.name), each.versus.get(m.name)) for m in METRICS]
        table.add_row(Text(each.name), Text(str(each.n)), *cells)
    return table


def _headline(accuracy: Accuracy) -> str:
    own = accuracy.scores[0]
    speed = "" if accuracy.seconds_per_case is None else f", {accuracy.seconds_per_case:.0f} s per case"
    return (
        f"{accuracy.title}: {accuracy.n_rows} rows, {own.n} predicted, {accuracy.n_failed} failed, "
        f"{own.n_resistant} of the predicted measured as resistant{speed}"
    )


def _positives(accuracy: Accuracy) -> str:
    scale = accuracy.scale
    return f"AUROC, AUPRC: of {scale.title} above {scale.resistant_above:g}; {ABSENT} not defined"


def _score_cell(score: Interval | None, versus: Difference | None) -> Text:
    if score is None or score.value is None:
        return Text(ABSENT)
    text = Text(f"{score.value:.2f}")
    if score.low is not None and score.high is not None:
        text.append(f"\n{score.low:.2f} {score.high:.2f}", style="dim")
    if versus is not None and versus.p_value is not None and versus.advantage.value is not None:
        sign = "+" if versus.advantage.value >= 0 else "-"
        style = "" if versus.p_value > SIGNIFICANT else "green" if sign == "+" else "red"
        text.append(f"\n{sign} {_p_value(versus.p_value)}", style=style)
    return text


def _p_value(value: float) -> str:
    return f"p<{SMALLEST_P_SHOWN}" if value < SMALLEST_P_SHOWN else f"p {value:.3f}"


def _error_bar_line(bars: ErrorBars | None) -> str:
    if bars is None:
        return "No error bars to check."
    return (
        f"Error bars, mean {bars.mean_kcal_mol:.2f} kcal/mol: the {INTERVAL_LEVEL:.0%} interval holds "
        f"{_percent(bars.coverage)} of the measured values; rank correlation with the error made "
        f"{_with_interval(bars.size_correlation)}."
    )


def _verdicts_table(verdicts: Mapping[str, Mapping[str, int]]) -> Table:
    known = ["resistant", "sensitive", "uncertain", "failed"]
    names = known + sorted({name for row in verdicts.values() for name in row} - set(known))
    table = _table("measured as", *(f"called {name}" if name != "failed" else name for name in names))
    for measured, row in verdicts.items():
        table.add_row(Text(measured), *(Text(str(row.get(name, 0))) for name in names))
    return table


def _groups_table(groups: Sequence[Group]) -> Table:
    table = _table("part", "n", "failed", "RMSE", "MUE", "mean |predicted|", "mean |measured|")
    for group in groups:
        values = (
            group.rmse_kcal_mol,
            group.mue_kcal_mol,
            group.mean_absolute_predicted_kcal_mol,
            group.mean_absolute_measured_kcal_mol,
        )
        cells = (Text(ABSENT if value is None else f"{value:.2f}") for value in values)
        table.add_row(Text(group.name), Text(str(group.n)), Text(str(group.n_failed)), *cells)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _percent(estimate: Interval) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ABSENT
    return f"{estimate.value:.0%} ({estimate.low:.0%} to {estimate.high:.0%})"


def _with_interval(estimate: Interval) -> str:
    if estimate.value is None:
        return "not defined"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
