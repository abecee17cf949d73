#!/usr/bin/env python3
"""Write the weights of OpenFF NAGL's AM1-BCC network, published as a PyTorch file, as the NumPy file that ships.

    pip download --no-deps openff-nagl-models==2025.9.0 && unzip openff_nagl_models-2025.9.0-py3-none-any.whl
    python scripts/shipped/convert_charge_model.py openff/nagl_models/models/am1bcc/openff-gnn-am1bcc-1.0.0.pt

A ``.pt`` file is a ZIP archive of a pickle and of one file for each array. The pickle is not run: a pickle can do
anything. Its arrays lie in the archive by number, in the order of the network's layers, and are recognised by size.
"""

import argparse
import hashlib
import sys
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

SHA256: Final = "7981e7f5b0b1e424c9e10a40d9e7606d96dcd3dd2b095cb4eeff6829f92238ee"
"""Of the file, as openff_unconstrained-2.3.0.offxml names it for its charges."""
FEATURES, WIDTH, LAYERS, READOUT, VALUES = 22, 512, 6, 128, 3
TARGET: Final = Path(__file__).parents[2] / "src" / "trkstruct" / "data" / "openff-gnn-am1bcc-1.0.0.npz"


def main() -> None:
    """Read the command line and convert."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="openff-gnn-am1bcc-1.0.0.pt")
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    arguments = parser.parse_args()
    found = hashlib.sha256(arguments.model.read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{arguments.model} has the SHA-256 {found}; openff-gnn-am1bcc-1.0.0.pt has {SHA256}.")
    np.savez_compressed(arguments.output, **read_weights(arguments.model))


def read_weights(model: Path) -> dict[str, np.ndarray]:
    """The arrays of the network by name, float32, as (output, input)."""
    shapes = expected_shapes()
    with zipfile.ZipFile(model) as archive:
        folder = archive.namelist()[0].partition("/")[0]
        arrays = [np.frombuffer(archive.read(f"{folder}/data/{number}"), dtype="<f4") for number in range(len(shapes))]
    return {name: array.reshape(shape) for (name, shape), array in zip(shapes.items(), arrays, strict=True)}


def expected_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of the arrays in the order of the archive."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(LAYERS):
        width = FEATURES if layer == 0 else WIDTH
        shapes[f"layer{layer}_near"] = (WIDTH, width)
        shapes[f"layer{layer}_self"] = (WIDTH, width)
        shapes[f"layer{layer}_bias"] = (WIDTH,)
    return {
        **shapes,
        "readout0": (READOUT, WIDTH),
        "readout0_bias": (READOUT,),
        "readout1": (VALUES, READOUT),
        "readout1_bias": (VALUES,),
    }


if __name__ == "__main__":
    main()
