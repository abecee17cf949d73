"""``--config FILE``: the options of a command from a TOML file, and the file a run leaves to be repeated from."""

import sys
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from shlex import join
from typing import Any, Final

import click

from trkstruct.files.toml_text import TomlValue, toml_text
from trkstruct.report.console import printable
from trkstruct.versions import VERSION

UNRECORDED: Final = frozenset({"config", "dry_run", "format_", "as_json", "output"})
"""Parameters that are about one call, not about the run; the folder of a repetition is another one."""

FILE_LISTS: Final = ("ligands", "kinase_files")
"""Parameters whose texts may be files."""


def read_config(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    """Make the values of a settings file the defaults of the other options; what the command line says still counts.

    Paths in the file are relative to it.

    Raises
    ------
    click.BadParameter
        When the file cannot be read, or has a key that is no option, which is named, or a value of another kind.
    """
    if path is None:
        return None
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.BadParameter(f"Cannot read {path}: {error}. It must be TOML in UTF-8.", ctx, param) from error
    options = config_options(ctx.command)
    unknown = [key for key in values if _option_name(key) not in options]
    if unknown:
        said = "; ".join(f"{key!r}{_meant(key, options)}" for key in unknown)
        known = ", ".join(sorted(options))
        raise click.BadParameter(f"{path}: no option is called {said}. Options are {known}.", ctx, param)
    defaults: dict[str, Any] = {}
    for key, value in values.items():
        option = options[_option_name(key)]
        defaults[option.name or ""] = _converted(option, key, value, path, ctx, param)
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    return path


def config_options(command: click.Command) -> dict[str, click.Option]:
    """The options that a settings file may have, by their name without dashes: ``ligand-residue``."""
    return {
        _key_of(each): each
        for each in command.params
        if isinstance(each, click.Option) and each.expose_value and each.name != "config"
    }


def settings_text(ctx: click.Context) -> str:
    """The settings file of the command that runs: every option that has a value, files by their absolute path."""
    values: dict[str, TomlValue] = {}
    for key, option in config_options(ctx.command).items():
        value = ctx.params.get(option.name or "")
        if option.name not in UNRECORDED and value not in (None, ()):
            values[key] = _recorded(option, value)
    words = " ".join(join(sys.argv[1:]).split())
    made, repeat = f"trkstruct {VERSION}: trkstruct {words}", f"trkstruct {ctx.info_name} --config run.toml -o FOLDER"
    return toml_text(values, f"{printable(made)}\nRepeat with: {repeat}")  # TOML takes no control character


def _key_of(option: click.Option) -> str:
    return max(option.opts, key=len).lstrip("-")


def _option_name(key: str) -> str:
    return key.replace("_", "-")


def _meant(key: str, options: Mapping[str, click.Option]) -> str:
    like = get_close_matches(_option_name(key), options, n=1)
    return f" (did you mean {like[0]}?)" if like else ""


def _converted(
    option: click.Option, key: str, value: Any, path: Path, ctx: click.Context, param: click.Parameter
) -> Any:
    """The value as the command line would give it.

    Raises
    ------
    click.BadParameter
        When it is of another kind than the option's.
    """
    if option.is_flag:
        kind, fits = "true or false", isinstance(value, bool)
    elif option.multiple:
        value = [value] if isinstance(value, str) else value
        kind, fits = "a list of texts", isinstance(value, list) and all(isinstance(each, str) for each in value)
    elif option.type.name in ("integer", "integer range", "float", "float range"):
        kind, fits = "a number", isinstance(value, int | float) and not isinstance(value, bool)
    else:
        kind, fits = "a text", isinstance(value, str)
    if not fits:
        raise click.BadParameter(f"{path}: {key} is {value!r}; it takes {kind}.", ctx, param)
    if isinstance(option.type, click.Path) and not option.multiple:
        return _beside(path, value, always=not _is_shipped(value))
    return [_beside(path, each) for each in value] if option.name in FILE_LISTS else value


def _beside(path: Path, text: str, *, always: bool = False) -> str:
    """A path relative to the file it stands in; another text as it is."""
    there = path.parent / text
    return str(there) if always or ("=" not in text and there.is_file()) else text


def _is_shipped(text: str) -> bool:
    from trkstruct.structure.shipped_models import structure_path

    return structure_path(text) != Path(text)


def _recorded(option: click.Option, value: Any) -> TomlValue:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, tuple):
        texts = tuple(str(each) for each in value)
        if option.name not in FILE_LISTS:
            return texts
        return tuple(str(Path(each).absolute()) if "=" not in each and Path(each).is_file() else each for each in texts)
    return value if isinstance(value, bool | int | float) else str(value)
