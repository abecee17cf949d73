"""Colours of what is drawn in 3D, the same in the report, in notebooks and in PyMOL and ChimeraX."""

from collections.abc import Mapping
from typing import Final

from trkstruct.case_parts import Severity

# Okabe and Ito; Wong 2011, 10.1038/nmeth.1618
LIGAND_COLOUR: Final = "#E69F00"
SITE_COLOURS: Final[Mapping[str, str]] = {"wild": "#56B4E9", "before": "#CC79A7", "after": "#009E73"}
SITE_LABEL_COLOURS: Final[Mapping[str, str]] = {"wild": "#1B6FA0", "before": "#8E2F65", "after": "#00684C"}
LABEL_COLOUR: Final = "#7A1200"
LANDMARK_COLOUR: Final = "#3A4450"
SURFACE_COLOUR: Final = "#9DB7C9"
NEIGHBOUR_COLOUR: Final = "#A9A9A9"
BACKBONE_COLOUR: Final = "#C8CCD2"
BOND_COLOUR: Final = "#0072B2"
SEVERITY_COLOURS: Final[Mapping[Severity, str]] = {"minor": "#FEE090", "moderate": "#F46D43", "severe": "#A50026"}
ELEMENT_COLOURS: Final[Mapping[str, str]] = {
    "N": "#3050F8", "O": "#E8231A", "S": "#C8B400", "H": "#C4CCD6", "F": "#6FBF3F", "Cl": "#1FB01F", "Br": "#8A3A2A",
}  # fmt: skip
