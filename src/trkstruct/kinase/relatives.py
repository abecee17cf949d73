"""Close relatives of the kinases known here: their sequences alone, so that none of them passes for its cousin.

ABL2 is 93 % ABL1 over the kinase domain, and parts of FYN, FLT4 or FGFR4 agree as well with SRC, KDR or FGFR3. No share
of residues tells a relative from a mutant with as many changes; that another sequence fits better does.
"""

from functools import cache
from itertools import pairwise

from trkstruct.files.shipped import data_path
from trkstruct.kinase.kinases import Kinase


@cache
def relatives() -> tuple[Kinase, ...]:
    """Kinases of which nothing but the domain is known here; they have no pocket, and their numbers count from 1."""
    lines = data_path("relatives.fasta").read_text(encoding="utf-8").splitlines()
    heads = [at for at, line in enumerate(lines) if line.startswith(">")]
    found = []
    for start, stop in pairwise([*heads, len(lines)]):
        name, accession = lines[start].removeprefix(">").split()
        found.append(Kinase(name, name, accession, sequence="".join(lines[start + 1 : stop]), first_number=1))
    return tuple(found)
