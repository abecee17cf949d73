"""What the commands exit with when they are not simply done (0); docs/commands.md explains each to users."""

from typing import Final

CLASHES_FOUND: Final = 1
BAD_INPUT: Final = 2  # as click has it for wrong usage
SOME_FAILED: Final = 3
STOPPED: Final = 4
FAULT: Final = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells report it
UNREAD: Final = 141  # 128 + SIGPIPE: whoever read stdout went away
TERMINATED: Final = 143  # 128 + SIGTERM
