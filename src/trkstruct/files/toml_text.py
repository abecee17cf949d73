"""Names and values as TOML, which Python reads and does not write."""

import json
from collections.abc import Mapping, Sequence

TomlValue = str | int | float | bool | Sequence[str] | Sequence[int]


def toml_text(values: Mapping[str, TomlValue], comment: str = "") -> str:
    """One ``name = value`` a line under a comment; ``tomllib`` reads the same values back."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    return "\n".join([*lines, *(f"{name} = {_value(value)}" for name, value in values.items())]) + "\n"


def _value(value: TomlValue) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's too, but for DEL, which JSON leaves as it is; a lone surrogate is in no text
        text = value.encode("utf-8", errors="replace").decode()
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    return f"[{', '.join(_value(each) for each in value)}]"
