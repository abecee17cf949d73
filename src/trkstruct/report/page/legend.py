"""What the legend beneath a 3D view lists: what is drawn there, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trkstruct.report.scene.colours import BOND_COLOUR, NEIGHBOUR_COLOUR, SEVERITY_COLOURS, SITE_COLOURS
from trkstruct.report.scene.snapshots import Snapshot, worst_first

SITE_WORDS = {"wild": "wild-type residue", "before": "new side chain before", "after": "new side chain after"}


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: the views it belongs to (none: to all), colours, shape of the mark and text."""

    views: tuple[str, ...]
    colours: tuple[str, ...]
    shape: str
    text: str


def legend_of(
    snapshots: Mapping[str, Snapshot], ghosts: Mapping[str, Sequence[str]], mutated: bool
) -> tuple[LegendEntry, ...]:
    """The legend of a case.

    Parameters
    ----------
    snapshots : mapping of str to Snapshot
        What each view shows, by the view's name.
    ghosts : mapping of str to sequence of str
        The snapshots whose side chains a view shows translucent.
    mutated : bool
        Whether there is a mutated residue.
    """
    entries = []
    if mutated:
        for name, words in SITE_WORDS.items():
            solid = tuple(view for view, each in snapshots.items() if each.name == name)
            faint = tuple(view for view in snapshots if name in ghosts.get(view, ()))
            entries += [LegendEntry(solid, (SITE_COLOURS[name],), "site", words)] if solid else []
            entries += [LegendEntry(faint, (SITE_COLOURS[name],), "ghost", f"{words}, translucent")] if faint else []
    entries.append(LegendEntry((), (NEIGHBOUR_COLOUR,), "site", "residues within 4.5 Å"))
    for severity in ("severe", "moderate", "minor"):
        views = tuple(v for v, each in snapshots.items() if severity in {c.severity for c in worst_first(each.clashes)})
        entries += [LegendEntry(views, (SEVERITY_COLOURS[severity],), "disc", f"{severity} clash")] if views else []
    bonded = tuple(view for view, each in snapshots.items() if each.bonds)
    entries += [LegendEntry(bonded, (BOND_COLOUR,), "dash", "hydrogen bond to the hinge")] if bonded else []
    return tuple(entries)
