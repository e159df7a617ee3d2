"""Takes the checks out of a source, one at a time: statements that raise or check, conditions, their parts.

`removals` finds them, `remove` makes a running module one without this check, in the place of itself:
functions keep their identity and get other code, so whoever imported them by name has the changed ones.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any


@dataclass(frozen=True)
class Removal:
    """One check of a module. `how` names what becomes of it, `text` is its source on one line."""

    module: str
    line: int
    path: tuple[tuple[str, int], ...]
    how: str
    text: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.how}: {self.text}"


def removals(module: str, source: str) -> list[Removal]:
    """Every check in the functions of a source."""
    found = []
    for node, path in _walk(ast.parse(source), ()):
        for how in _ways(node):
            text = " ".join(ast.unparse(_decides(node)).split())[:160]
            line = _decides(node).lineno
            found.append(Removal(module, line, path, how, text))
    return found


def _walk(node: ast.AST, path: tuple[tuple[str, int], ...]) -> Iterator[tuple[Any, Any]]:
    for name, value in ast.iter_fields(node):
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            # What stands in a message is words and no check.
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                here = (*path, (name, at if isinstance(value, list) else -1))
                yield child, here
                yield from _walk(child, here)


def _decides(node: Any) -> Any:
    """Of a long statement the part that decides: where a test comes by, and what is shown."""
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        return node.test
    if isinstance(node, ast.comprehension):
        return node.ifs[0]
    return node


def _ways(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield "no raise"
    elif isinstance(node, ast.If | ast.IfExp):
        yield "never"
        yield "always"
    elif isinstance(node, ast.BoolOp):
        yield from (f"without part {at + 1}" for at in range(len(node.values)))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "no call"
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "no condition"
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield from (f"without part {at + 1}" for at in range(len(node.ops)))


def _replaced(node: Any, how: str) -> Any:
    """The node with the check removed."""
    match how:
        case "no raise" | "no call":
            return ast.Pass()
        case "never" | "always":
            node.test = ast.Constant(how == "always")
        case "no condition":
            node.ifs = []
        case _:
            at = int(how.rpartition(" ")[2]) - 1
            if isinstance(node, ast.BoolOp):
                rest = [value for place, value in enumerate(node.values) if place != at]
                return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            terms = [node.left, *node.comparators]
            pairs = list(zip(terms, node.ops, terms[1:], strict=False))
            del pairs[at]
            kept: list[ast.expr] = [ast.Compare(left, [op], [right]) for left, op, right in pairs]
            return kept[0] if len(kept) == 1 else ast.BoolOp(ast.And(), kept)
    return node


def without(source: str, removal: Removal) -> ast.Module:
    """The source without this check, as it can be compiled."""
    tree = ast.parse(source)
    *steps, (name, at) = removal.path
    parent: Any = tree
    for step, place in steps:
        parent = getattr(parent, step) if place < 0 else getattr(parent, step)[place]
    node = getattr(parent, name) if at < 0 else getattr(parent, name)[at]
    new = ast.copy_location(_replaced(node, removal.how), node)
    if at < 0:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[at] = new
    return ast.fix_missing_locations(tree)


def remove(module: ModuleType, removal: Removal) -> int:
    """Take the check out of a module that runs already; how many functions became others."""
    source = inspect.getsource(module)
    fresh = compile(without(source, removal), module.__file__ or "", "exec")
    new = {code.co_qualname: code for code in _codes(fresh)}
    changed = 0
    for function in _functions(module):
        code = new.get(function.__qualname__)
        if code is not None and code != function.__code__:
            function.__code__ = code
            changed += 1
    return changed


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods of a module, of properties and decorated ones what is inside."""
    waiting = list(vars(module).values())
    seen = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one = getattr(one, "__wrapped__", one)
        if isinstance(one, staticmethod | classmethod):
            waiting.append(one.__func__)
        elif isinstance(one, property):
            waiting += [part for part in (one.fget, one.fset) if part is not None]
        elif isinstance(one, type) and one.__module__ == module.__name__:
            waiting += list(vars(one).values())
        elif isinstance(one, FunctionType) and one.__module__ == module.__name__:
            yield one
