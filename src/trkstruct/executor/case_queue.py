"""Which case may start next: plan order, mutants held back while the wild type they start from is under way."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trkstruct.kinase.mutation import WILD_TYPE

if TYPE_CHECKING:
    from trkstruct.cases.spec import CaseSpec

HELD_AT_MOST: Final = 1000  # cases looked ahead past held ones; keeps a plan of a million out of memory


@dataclass(frozen=True)
class Task:
    """A case to run and its content key."""

    key: str
    spec: "CaseSpec"


class CaseQueue:
    """Tasks that have not started."""

    def __init__(self, todo: Iterable[Task]) -> None:
        """Wait with tasks that are read as far as needed and no further: there may be any number of them."""
        self._todo: Iterator[Task] = iter(todo)
        self._ready: deque[Task] = deque()
        self._held: dict[tuple[str | None, ...], list[Task]] = {}

    def take(self) -> Task | None:
        """The next task; None when there is none now, because all are done or wait for a wild type under way."""
        if self._ready:
            return self._ready.popleft()
        while sum(map(len, self._held.values())) < HELD_AT_MOST:
            task = next(self._todo, None)
            if task is None:
                return None
            wild_type = _wild_type_of(task)
            if task.spec.mutation == WILD_TYPE:
                self._held[wild_type] = []
            elif wild_type in self._held:
                self._held[wild_type].append(task)
                continue
            return task
        return None

    def give_back(self, task: Task) -> None:
        """Let a task that was taken start once more, before all others."""
        self._ready.appendleft(task)

    def finish(self, task: Task) -> None:
        """Say that a task is over, well or not: mutants that waited for it may start."""
        if task.spec.mutation == WILD_TYPE:
            self._ready.extend(self._held.pop(_wild_type_of(task), ()))


def _wild_type_of(task: Task) -> tuple[str | None, ...]:
    """What tells the wild type that a task starts from from others."""
    spec = task.spec
    return (spec.kinase, spec.ligand, spec.structure, spec.chain, spec.ligand_residue)
