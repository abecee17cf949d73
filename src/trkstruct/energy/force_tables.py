"""Parameters of an OpenMM force as arrays.

Asked one by one, OpenMM answers in objects with units, which took a fifth of a case's time; its own serialisation says
the same at once. That text is OpenMM's, never a file's, so patterns read it safely, at half the cost of an XML parser.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import openmm

from trkstruct.units import FloatArray

Table = Mapping[str, FloatArray]


def read_tables(force: Any, *names: str) -> tuple[Table, ...]:
    """Tables of a force, column by column, in OpenMM's units (nm, kJ/mol, e, rad).

    Parameters
    ----------
    force : openmm.Force
    *names : str
        As in OpenMM's XML: ``Particles``, ``Exceptions``, ``Bonds``, ``Angles``, ``Torsions``.

    Returns
    -------
    tuple of mappings of str to numpy.ndarray, shape (n_rows,)
        By OpenMM's name of the parameter: ``q``, ``sig``, ``eps``, ``p1``, ``k``, ...; empty for an empty table.

    Raises
    ------
    KeyError
        When the force has no such table.
    """
    text = openmm.XmlSerializer.serialize(force)
    return tuple(_columns(text, name) for name in names)


def _columns(text: str, name: str) -> Table:
    table = re.search(rf"<{name}(?:/>|>(.*?)</{name}>)", text, re.DOTALL)
    if table is None:
        raise KeyError(name)
    rows = table[1] or ""
    keys = re.findall(r'(\w+)="', rows.partition("/>")[0])
    values = np.array(re.findall(r'"([^"]*)"', rows), dtype=np.float64)
    return {key: values[place :: len(keys)].copy() for place, key in enumerate(keys)}
