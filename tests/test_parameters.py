"""No function asks for more than one can keep in mind: eight parameters.

Excepted are the public `scan` and `score`, whose arguments are promised and stay, and the functions that click calls
with one argument for each option of a command.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "trkstruct"
MOST = 8
PUBLIC_EXCEPTIONS = {"executor.scan.scan", "cases.score.score"}
"""The main job in one call, with the arguments of the command, and one case of it with the same."""


def parameters(function: ast.FunctionDef) -> list[str]:
    """Names of what a caller gives; of a method without the object itself."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def is_command(function: ast.FunctionDef) -> bool:
    """Whether click calls it: its parameters are then the options that the help lists one by one."""
    return any("click.command" in ast.unparse(decorator) for decorator in function.decorator_list)


def long_lists(source: str, module: str) -> Iterator[str]:
    """Functions and methods of a module that have too many parameters."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and not is_command(node) and len(parameters(node)) > MOST:
            yield f"{module}.{node.name}"


def test_a_long_list_is_found_wherever_it_stands() -> None:
    nine = ", ".join(f"a{number}" for number in range(9))
    assert [*long_lists(f"def f({nine}): ...", "m")] == ["m.f"]
    assert [*long_lists(f"class C:\n    def f(self, *, {nine}): ...", "m")] == ["m.f"]
    assert [*long_lists(f"@click.command('x')\ndef f({nine}): ...", "m")] == []
    assert [*long_lists(f"def f({nine.removesuffix(', a8')}): ...", "m")] == []


def test_no_function_has_more_than_eight_parameters() -> None:
    found = {
        name
        for path in SOURCE.rglob("*.py")
        for name in long_lists(
            path.read_text(encoding="utf-8"), ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        )
    }
    assert found == PUBLIC_EXCEPTIONS
