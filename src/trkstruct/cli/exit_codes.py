"""What the commands exit with when they are not simply done (0); docs/commands.md explains each to users."""

from typing import Final

CLASHES_FOUND: Final = 1
BAD_INPUT: Final = 2  # as click has it for wrong usage
SOME_FAILED: Final = 3
STOPPED: Final = 4
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells report it
