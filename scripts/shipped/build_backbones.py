"""Make the backbones that ship for the shipped complexes: short dynamics of each, as a run makes them of a user's.

    python scripts/shipped/build_backbones.py [NAME ...]

Writes structures/backbones/NAME.npz, each when it is done; without names, those of all complexes that lack it. About
ten seconds for each backbone on one core.
"""

import argparse

import numpy as np
from rich.progress import track

from trkstruct.cases.shipped_backbones import backbones_content, backbones_path
from trkstruct.files.outputs import write_atomic
from trkstruct.impact.backbones import move_backbone, moving_pocket
from trkstruct.impact.ddg import relax_end_states
from trkstruct.ligand.shipped_ligands import load_shipped as load_ligand
from trkstruct.settings import PRESETS
from trkstruct.structure.shipped_models import StructureEntry, manifest, read_model

SETTINGS = PRESETS["careful"].model_copy(update={"platform": "CPU"})


def build(entry: StructureEntry, backbones: int) -> bytes:
    """The file of one complex, with so many backbones besides its own."""
    xml = load_ligand(entry.ligand).parameters_xml or ""
    bound = relax_end_states(read_model(entry), xml, SETTINGS).bound
    pocket = moving_pocket(bound)
    moving = pocket.parent_atoms[pocket.mobile]
    numbers = range(1, backbones + 1)
    snapshots = [move_backbone(bound, xml, SETTINGS, number).positions[moving] for number in track(numbers, entry.name)]
    return backbones_content(bound, moving, np.array(snapshots))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="such as trka_4yne_larotrectinib")
    most = SETTINGS.backbones - 1
    parser.add_argument("--backbones", type=int, default=most, help=f"of each, besides its own ({most})")
    options = parser.parse_args()
    for entry in manifest():
        path = backbones_path(entry.name)
        if entry.ligand and (entry.name in options.names or not (options.names or path.exists())):
            path.parent.mkdir(exist_ok=True)
            write_atomic(path, build(entry, options.backbones))


if __name__ == "__main__":
    main()
