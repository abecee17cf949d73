"""What is known beside what is computed: the published call and ratios of a case, and how often the verdict agrees."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from trkstruct.case_parts import Evidence
from trkstruct.records import Case

Agreement = Literal["agrees", "disagrees", ""]

CALL_MARKS: Final = {"resistant": "R", "sensitive": "S", "mixed": "R/S"}
DISAGREES: Final = "≠"


@dataclass(frozen=True)
class AgreementCount:
    """Of the mutants with a published call on which its sources agree: in how many the verdict agrees, or not.

    Attributes
    ----------
    called : int
        How many there are; a failed case is none, and one whose sources differ is counted by ``mixed`` only.
    agree, disagree : int
        Where the verdict is resistant or sensitive; the others have no such verdict.
    mixed : int
    """

    called: int
    agree: int
    disagree: int
    mixed: int

    def __str__(self) -> str:
        """``Agrees with the published call in 5 of 8 cases (2 the other way, 1 without a clear verdict).``."""
        if not self.called:
            return ""
        open_ = self.called - self.agree - self.disagree
        rest = [f"{self.disagree} the other way"] if self.disagree else []
        rest += [f"{open_} without a clear verdict"] if open_ else []
        more = f" ({', '.join(rest)})" if rest else ""
        mixed = f" Of {self.mixed} more the sources differ." if self.mixed else ""
        return f"Agrees with the published call in {self.agree} of {self.called}{more}.{mixed}"


def count_agreement(cases: Iterable[Case]) -> AgreementCount:
    """How often the verdicts of a scan agree with the published calls."""
    finished = [case for case in cases if case.error is None and case.verdict is not None]
    called = [case for case in finished if case.published_call in ("resistant", "sensitive")]
    found = [agreement(case) for case in called]
    mixed = sum(case.published_call == "mixed" for case in finished)
    return AgreementCount(len(called), found.count("agrees"), found.count("disagrees"), mixed)


def agreement(case: Case) -> Agreement:
    """Whether the verdict is the published call; empty where one of both is missing, uncertain or mixed."""
    clear = ("resistant", "sensitive")
    if case.verdict not in clear or case.published_call not in clear:
        return ""
    return "agrees" if case.verdict == case.published_call else "disagrees"


def call_mark(case: Case) -> str:
    """``R``, ``S`` or ``R/S``, and ``≠`` behind it where the verdict is the other one; empty without a call."""
    mark = CALL_MARKS.get(case.published_call, "")
    return f"{mark}{DISAGREES}" if agreement(case) == "disagrees" else mark


def call_sources(case: Case) -> tuple[str, ...]:
    """Who called it what: ``OncoKB R1``, ``Drilon 2016 Ann Oncol``; of sources that differ with the call of each."""
    calls = [each for each in case.evidence if each.call]
    differ = case.published_call == "mixed"
    return tuple(dict.fromkeys(f"{_source(each)}: {each.call}" if differ else _source(each) for each in calls))


def published_folds(case: Case) -> tuple[float, ...]:
    """The published mutant/wild-type ratios of this very case, in ascending order."""
    return tuple(sorted(each.fold_change for each in case.evidence if each.fold_change is not None))


def published_fold_text(case: Case) -> str:
    """``77×``; of several reports ``17–254×``; empty where no ratio was published."""
    folds = published_folds(case)
    if not folds:
        return ""
    low, high = (fold_text(fold) for fold in (folds[0], folds[-1]))
    return high if low == high else f"{low.removesuffix('×')}–{high}"


def fold_text(fold_change: float) -> str:
    """A fold change with two or three figures: ``77×``, ``3.3×``."""
    return f"{fold_change:.0f}×" if fold_change >= 10 else f"{fold_change:.2g}×"


def _source(evidence: Evidence) -> str:
    return f"{evidence.citation} {evidence.level}" if evidence.level else evidence.citation


def published_words(case: Case) -> str:
    """What a cell of the heat map says: ``published R≠, 17–254×``; empty where nothing was published."""
    said = ", ".join(filter(None, (call_mark(case), published_fold_text(case))))
    return f"published {said}" if said else ""
