"""Errors a user can act on. Each says what, where, what was found and what to do."""


class TrkstructError(Exception):
    """Root of every error that trkstruct raises on purpose; the command line prints it and exits with code 2."""


class InputError(TrkstructError, ValueError):
    """A value given by the user (SMILES, option, settings, table) cannot be used."""


class StructureError(InputError):
    """A structure file, chain, residue or atom is missing, broken or ambiguous."""


class MutationError(InputError):
    """A mutation cannot be parsed, does not fit the sequence or cannot be built."""


class OffTargetError(MutationError):
    """The alteration is a bypass mechanism outside the TRK kinase domain: not a matter of pocket fit."""


class LigandError(InputError):
    """A ligand is unknown, chemically invalid or has no parameters."""


class DownloadError(InputError):
    """A file cannot be fetched, or what came is not what it should be."""


class RelaxationError(TrkstructError, RuntimeError):
    """A minimisation exploded, gave NaN or did not finish."""


class RunError(TrkstructError, RuntimeError):
    """A run cannot go on (the disk is full, the scheduler is gone); finished cases are kept and it can be continued."""
