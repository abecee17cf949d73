"""Two things of one kind, of a complex and of the free protein, and how both are treated alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
R = TypeVar("R")


@dataclass(frozen=True)
class BoundAndApo(Generic[T_co]):
    """Something of a complex, and the same of the free protein: the same atoms in the same order less the ligand."""

    bound: T_co
    apo: T_co


@overload
def map_states(function: Callable[[A], R], first: BoundAndApo[A], /) -> BoundAndApo[R]: ...


@overload
def map_states(function: Callable[[A, B], R], first: BoundAndApo[A], second: BoundAndApo[B], /) -> BoundAndApo[R]: ...


def map_states(function: Callable[..., R], *both: BoundAndApo[Any]) -> BoundAndApo[R]:
    """The function's result for bound, and for apo: errors that are the same in both cancel in their difference."""
    return BoundAndApo(function(*(each.bound for each in both)), function(*(each.apo for each in both)))
