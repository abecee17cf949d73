"""``python -m trkstruct`` is the command line."""

from trkstruct.cli import main

if __name__ == "__main__":
    main()
