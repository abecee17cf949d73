"""Parameters of an OpenMM force as arrays.

Asked one by one, OpenMM answers in objects with units, which took a fifth of a case's time; its own serialisation says
the same at once.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

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
    tables = {table.tag: table for table in ElementTree.fromstring(openmm.XmlSerializer.serialize(force))}
    return tuple(_columns(tables[name]) for name in names)


def _columns(table: ElementTree.Element) -> Table:
    rows = [row.attrib for row in table]
    return {key: np.array([float(row[key]) for row in rows]) for key in (rows[0] if rows else ())}
