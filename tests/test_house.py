"""The order of the house: who may import whom, and habits a machine can watch over."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from suggestbox.rooms import DOORS, OUTER, ROOMS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "suggestbox"
TEMPLATES = ROOT / "templates"
MOST_LINES = 400
TEXT_FILES = (".py", ".html", ".css", ".js", ".toml", ".md", ".txt", ".po", ".mako", ".cfg", ".yml", ".yaml")


def code_files() -> list[Path]:
    """Give the package's own files; migrations are written by a tool and stay as they are."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """Give a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Give the path below the package, as it is written in failures."""
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    """Give the room a file belongs to; "" for files beside the rooms."""
    first = path.relative_to(PACKAGE).parts[0]
    return first if first in ROOMS else ""


def is_outer(stem: str) -> bool:
    """Say whether a file faces the outside; a big one is split by verb, such as sign_in_routes.py."""
    return stem.split("_")[-1] in OUTER


def imports_of(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give (line, parts below the package) of every import of our own, wherever in the file it stands."""
    here = ("suggestbox", *path.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            targets = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            targets = [(*module, alias.name) for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == "suggestbox":
                yield node.lineno, target[1:]


def file_meant(target: tuple[str, ...]) -> str:
    """Give the stem of the file that an import inside a room leads to; "" for the room itself."""
    return target[1] if len(target) > 1 and (PACKAGE / target[0] / f"{target[1]}.py").exists() else ""


def calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """Give (line, what the method is called on, its name) of every method call."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value), node.func.attr


def test_rooms_are_the_folders_of_the_package():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"migrations"}
    assert folders == set(ROOMS)


def test_inner_files_import_only_from_rooms_above():
    wrong = []
    for path in code_files():
        room = room_of(path)
        if not room or is_outer(path.stem):
            continue
        allowed = ROOMS[: ROOMS.index(room) + 1]
        for line, target in imports_of(path):
            if target and (target[0] in DOORS or (target[0] in ROOMS and target[0] not in allowed)):
                wrong.append(f"{name_of(path)}:{line} imports {'.'.join(target)}")
    assert wrong == []


def test_models_import_no_file_of_their_own_room():
    wrong = [
        f"{name_of(path)}:{line} imports {'.'.join(target)}"
        for path in code_files() if path.name == "models.py"
        for line, target in imports_of(path) if target and target[0] == room_of(path)
    ]
    assert wrong == []


def test_outer_files_are_imported_only_by_the_front_doors():
    """A file may import the parts it was split into; nobody else's."""
    wrong = []
    for path in code_files():
        if path.stem in DOORS and path.parent == PACKAGE:
            continue
        for line, target in imports_of(path):
            stem = file_meant(target)
            split = is_outer(path.stem) and target and target[0] == room_of(path)
            if stem and is_outer(stem) and not split:
                wrong.append(f"{name_of(path)}:{line} imports {'.'.join(target)}")
    assert wrong == []


def test_only_work_commits():
    """`app.py` rolls back when it answers an error; a migration that failed is rolled back where it ran."""
    allowed = {"core/database.py": {"commit", "rollback"}, "app.py": {"rollback"}, "migrations/env.py": {"rollback"}}
    wrong = [
        f"{name_of(path)}:{line} {on}.{method}()"
        for path in code_files()
        for line, on, method in calls(path)
        if method in ("commit", "rollback") and method not in allowed.get(name_of(path), ())
    ]
    assert wrong == []


def test_only_the_clock_asks_what_time_it_is():
    wrong = [
        f"{name_of(path)}:{line} {on}.{method}()"
        for path in code_files() if name_of(path) != "core/clock.py"
        for line, on, method in calls(path)
        if method in ("now", "utcnow", "today") and on.split(".")[-1] in ("datetime", "date", "dt")
    ]
    assert wrong == []


def test_inner_files_are_told_the_time():
    """Outer files read the clock and pass it on; the exceptions are called by Flask, or by `work()` as it commits."""
    allowed = {"core/clock.py", "core/language.py", "people/queries.py", "people/sign_in.py", "workflow/operations.py"}
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in code_files()
        if room_of(path) and not is_outer(path.stem) and name_of(path) not in allowed
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "utc_now"
    ]
    assert wrong == []


def test_one_module_chooses_the_sqlite_library():
    wrong = []
    for path in code_files():
        for node in ast.walk(tree_of(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(re.match(r"(_sqlite3|sqlite3|pysqlite3)\b", name) for name in names):
                wrong.append(name_of(path))
    assert sorted(set(wrong)) == ["core/sqlite.py"]


def test_files_are_short_enough_to_read():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in code_files()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def has_a_door(node: ast.AST) -> bool:
    """A view: its address and its permission stand right above it."""
    calls = [d.func for d in getattr(node, "decorator_list", []) if isinstance(d, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "door" for call in calls)


def test_everything_public_says_what_it_gives():
    """A form's name and fields say enough, and so do the address and the door of a view."""
    silent = []
    for path in code_files():
        if not ast.get_docstring(tree_of(path)):
            silent.append(name_of(path))
        for node in tree_of(path).body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"
            named = named and not node.name.endswith("Form") and not has_a_door(node)
            if named and not ast.get_docstring(node):
                silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|breakpoint\(\))\b")
    wrong = [
        f"{name_of(path)}:{number}"
        for path in code_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line) and "except NotImplementedError" not in line
    ]
    assert wrong == []


def tracked_texts() -> list[Path]:
    """Give the project's text files, as far as they are meant to be kept."""
    folders = ("suggestbox", "templates", "static", "tests", "docs", ".ci")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    named = ("Makefile", "run")
    return sorted(p for p in found if p.suffix in TEXT_FILES or p.name in named)


def test_no_file_knows_the_machine_it_was_written_on():
    machine = re.compile(r"(?<![\w.])/(root|work|Users|home/[a-z]+|opt/(pypi|wheels))/|\.pyenv/")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_texts() if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if machine.search(line)
    ]
    assert wrong == []


# -- templates -------------------------------------------------------------------------------------------------------


def templates() -> set[str]:
    """Give the names of all templates."""
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}


def test_templates_lie_in_folders_named_like_rooms():
    assert {name.split("/")[0] for name in templates()} - {"shared"} <= set(ROOMS)


def test_every_template_is_used_and_every_used_one_is_there():
    quoted = re.compile(r"""["']([a-z_]+/[a-z0-9_/]+\.html)["']""")
    sources = [*code_files(), *TEMPLATES.rglob("*.html")]
    used = {name for path in sources for name in quoted.findall(path.read_text(encoding="utf-8"))}
    assert (used - templates(), templates() - used) == (set(), set())


@pytest.mark.parametrize(
    "pattern", [r"\|\s*safe\b", r"\son[a-z]+=", r"\sstyle=", r"<script(?![^>]*\ssrc=)", r"javascript:"]
)
def test_templates_hold_no_inline_script_or_style_and_escape_everything(pattern: str):
    wrong = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert wrong == []
