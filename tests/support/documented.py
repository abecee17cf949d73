"""The examples of the documentation: every fenced block of a page, and the commands in it."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line it starts on, its language (may be empty), its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """``docs/how-to/batch.md:5``."""
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """The fenced blocks of a page, from top to bottom."""
    text = path.read_text(encoding="utf-8")
    page = path.relative_to(ROOT).as_posix()
    return [Block(page, text[: match.start()].count("\n") + 1, match[1], match[2]) for match in FENCE.finditer(text)]


def commands_of(block: Block) -> list[str]:
    """The lines of a block that are commands, without prompt and comment; none of what a program printed."""
    lines = [re.sub(r"\s+#( .*)?$", "", line).strip() for line in block.text.splitlines()]
    if block.language == "console":
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [line for line in lines if line] if block.language == "" else []
