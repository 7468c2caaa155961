"""Who may know whom: ARCHITECTURE.md's table, walked in the source."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "store", "reports", "schedules", "exowatch")

MAY_IMPORT_OURS = {
    "store": set(),
    "crawler": {"store"},
    "reports": {"store"},
    "schedules": set(),
    "exowatch": {"store", "crawler", "reports", "schedules"},
}
MAY_IMPORT_OTHERS = {
    "store": {"sqlite_utils", "diff_match_patch", "zstandard", "filelock"},
    "crawler": {
        "scrapy",
        "twisted",
        "parsel",
        "selectolax",
        "protego",
        "w3lib",
        "warcio",
        "pypdfium2",
        "wayback",
        "itemadapter",
        "filelock",
    },
    "reports": {"jinja2", "markupsafe", "selectolax", "w3lib", "css_inline", "datasette", "weasyprint"},
    "schedules": {"apscheduler"},
    "exowatch": {"typer", "rich", "platformdirs", "cryptography", "jinja2", "markupsafe", "scrapy"},
}
ENGINE = {"scrapy", "twisted"}
NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "asyncio"} | {
    "requests",
    "urllib3",
    "aiohttp",
    "httpx",
    "wayback",
}
DATABASE = {"sqlite3", "sqlite_utils"}
OUTSIDE_WORLD = {
    "os",
    "io",
    "pathlib",
    "shutil",
    "tempfile",
    "glob",
    "subprocess",
    "time",
    "random",
    "secrets",
    "uuid",
    "logging",
    "filelock",
}
UNTRUSTED_BYTES_RUN_CODE = {"pickle", "shelve", "marshal", "dill"}  # no pickle: loading one runs what it says

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
SQL = re.compile(
    r"\s*(select\b.+\bfrom\b|insert\s+(or\s+\w+\s+)?into\b|update\s+\w+\s+set\b|delete\s+from\b"
    r"|create\s+(temp\s+|unique\s+|virtual\s+)?(table|view|index|trigger)\b|drop\s+(table|view|index|trigger)\b"
    r"|alter\s+table\b|pragma\s+\w+|begin\s+immediate\b|with\s+\w+\s+as\s*\()",
    re.DOTALL,
)
CONCLUSIONS = (
    *("timeline", "changes", "comparing", "ignored", "findings", "severity", "lint"),
    *("diff", "matching", "row_matching", "structure", "alignment", "likeness", "words", "cells", "normal"),
    *("tokens", "vocabulary", "numerals", "datings", "exchange", "meaning", "sentences", "quotations"),
    *("events", "signs", "stepfacts", "closeouts", "contacts", "course", "declarations", "products"),
    *("mentions", "ledger", "roles", "phrases"),
    *("citations", "laws", "codes", "sections", "publications", "addresses", "bilingual"),
    *("position", "position_context", "position_rules", "position_status", "position_topics", "position_voice"),
    *("letter", "letter_basis", "letter_contacts", "letter_dates", "letter_products", "letter_response"),
)
"""What compares, recognises and concludes, in `store`: from values to values."""
MAY_ASK_THE_MACHINE = {
    Path("store/clock.py"),  # the one clock
    Path("exowatch/demo/certificates.py"),  # TLS compares a certificate with the machine's own time
}


def test_packages_of_ours_know_only_those_below() -> None:
    offences = [
        f"{path} imports {name}"
        for path in modules()
        for name in imports(path)
        if top(name) in PACKAGES and top(name) not in MAY_IMPORT_OURS[path.parts[0]] | {path.parts[0]}
    ]

    assert offences == []


def test_each_package_imports_its_own_libraries_only() -> None:
    offences = [
        f"{path} imports {name}"
        for path in modules()
        for name in imports(path)
        if top(name) not in sys.stdlib_module_names
        and top(name) not in PACKAGES
        and top(name) not in MAY_IMPORT_OTHERS[path.parts[0]]
    ]

    assert offences == []


def test_the_edge_loads_scrapy_only_to_crawl() -> None:
    offences = [
        f"{path} imports {name} when it is loaded"
        for path in modules("exowatch")
        if path != Path("exowatch/crawling.py")
        for name in imports(path, when_loaded=True)
        if top(name) in ENGINE
    ]

    assert offences == []


def test_the_database_is_opened_in_store_only() -> None:
    offences = [
        f"{path} imports {name}"
        for path in modules()
        if path.parts[0] != "store"
        for name in imports(path)
        if top(name) in DATABASE
    ]

    assert offences == []


def test_sql_stands_in_store_only() -> None:
    offences = [
        f"{path}:{line}: {text[:60]}"
        for path in modules()
        if path.parts[0] != "store" and path.parts[:2] != ("reports", "browse")
        for line, text in strings(path)
        if SQL.match(text) or SQL.match(text.lower() if text.isupper() else "")
    ]

    assert offences == []


def test_readers_of_pages_neither_fetch_nor_know_the_engine() -> None:
    offences = [
        f"{path} imports {name}" for path in readers() for name in imports(path) if within(name, ENGINE | NETWORK)
    ]

    assert offences == []


def test_conclusions_are_drawn_without_the_outside_world() -> None:
    conclusions = [Path("store") / f"{name}.py" for name in CONCLUSIONS]

    offences = [
        f"{path} imports {name}"
        for path in closure(conclusions)
        for name in imports(path)
        if within(name, OUTSIDE_WORLD | NETWORK | DATABASE)
    ]
    offences += [
        f"{path} calls {call}"
        for path in conclusions
        for call in calls(path)
        if call in {"open", "print", "input"} or asks_the_clock(call)
    ]

    assert offences == []


def test_one_clock_tells_the_time() -> None:
    offences = [
        f"{path} calls {call}"
        for path in modules()
        if path not in MAY_ASK_THE_MACHINE
        for call in calls(path)
        if asks_the_clock(call) or call == "time.time"
    ]

    assert offences == []


def test_nothing_that_is_read_back_can_run_code() -> None:
    offences = [
        f"{path} imports {name}"
        for path in [*modules(), *modules("tests")]
        for name in imports(path)
        if top(name) in UNTRUSTED_BYTES_RUN_CODE
    ]

    assert offences == []


def test_a_module_is_named_for_what_it_is() -> None:
    offences = [
        str(path) for path in [*modules(), *modules("tests")] if NAMES_THAT_SAY_NOTHING & set(path.stem.split("_"))
    ]

    assert offences == []


def test_a_module_says_its_idea_in_one_sentence() -> None:
    offences = [
        f"{path}: {first!r}"
        for path in [*modules(), *modules("tests")]
        for first in [(ast.get_docstring(tree(path)) or "").partition("\n")[0]]
        if not first.endswith(".") or re.search(r"[.!?] +[A-Z]", first)
    ]

    assert offences == []


def test_reading_commands_never_load_scrapy() -> None:
    light = [path for path in [*readers(), Path("exowatch/cli.py")] if (ROOT / path).exists()]
    names = [".".join(path.with_suffix("").parts) for path in light]
    script = f"import importlib, sys; [importlib.import_module(n) for n in {names!r}]; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert ENGINE & set(done.stdout.split()) == set()


def modules(*folders: str) -> list[Path]:
    """Every Python file below the folders, or below our packages; relative to the checkout."""
    return sorted(path.relative_to(ROOT) for folder in folders or PACKAGES for path in (ROOT / folder).rglob("*.py"))


def readers() -> list[Path]:
    """The files that read pages already in memory."""
    names = ("fda_article", "likely", "pages", "raised", "source", "text")
    files = {Path("crawler") / f"{name}.py" for name in names}
    return [path for path in modules("crawler") if path in files or path.parts[:2] == ("crawler", "spiders")]


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"), str(path))


def imports(path: Path, *, when_loaded: bool = False) -> set[str]:
    """The dotted names that a file imports: everywhere, or only those that loading it brings in."""
    found: set[str] = set()
    for node in at_load(tree(path)) if when_loaded else ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.parts[: len(path.parts) - node.level]) if node.level else ""
            module = ".".join(part for part in (package, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def at_load(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that run when the module is loaded: no function bodies, nothing for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from at_load(child)


def closure(paths: Iterable[Path]) -> list[Path]:
    """The files, and every file of ours that they import, however far."""
    waiting, seen = list(paths), set[Path]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += [file for name in imports(path) if top(name) in PACKAGES for file in files_of(name)]
    return sorted(seen)


def files_of(name: str) -> list[Path]:
    """The file of ours that a dotted name stands for; none where it names something inside a module."""
    path = Path(*name.split("."))
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if (ROOT / file).exists()]


def calls(path: Path) -> set[str]:
    """What a file calls, as written: `datetime.now`, `open`."""
    return {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}


def asks_the_clock(call: str) -> bool:
    return re.search(r"\b(datetime\.(now|utcnow|today)|date\.today)$", call) is not None


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a file with their lines; docstrings left out, the values in an f-string shown as `?`."""
    whole = tree(path)
    told = {id(node.value) for node in ast.walk(whole) if isinstance(node, ast.Expr)}
    for node in ast.walk(whole):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "?" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def within(name: str, named: set[str]) -> bool:
    """Whether a dotted name is one of those named, or inside one."""
    return any(name == outer or name.startswith(f"{outer}.") for outer in named)


def top(name: str) -> str:
    return name.partition(".")[0]
