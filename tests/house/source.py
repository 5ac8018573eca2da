"""Reading the source of the house: which files there are, and what the checks of tests/house ask of a syntax tree."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "manyplaces"


def modules() -> list[Path]:
    """Every Python file of the package but migrations, relative to the checkout."""
    found = (file for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts)
    return sorted(file.relative_to(ROOT) for file in found)


def tracked() -> list[Path]:
    """Every file under version control, relative to the checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def tree(file: Path) -> ast.Module:
    """The syntax tree of a file given relative to the checkout."""
    return ast.parse((ROOT / file).read_text("utf-8"))


def functions(within: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a tree, methods and inner ones too."""
    for node in ast.walk(within):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(within: ast.AST) -> Iterator[ast.Call]:
    """Every call in a tree."""
    for node in ast.walk(within):
        if isinstance(node, ast.Call):
            yield node


def called_name(call: ast.Call) -> str:
    """The name of what is called: `keep` for keep(...), `save` for row.save(...)."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def decorators(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The decorators of a function, as written."""
    return [ast.unparse(decorator) for decorator in function.decorator_list]
