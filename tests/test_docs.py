"""What exists is written down: commands, sources, configuration and links."""

import importlib
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
DEFAULTS = ROOT / "exowatch" / "exowatch.toml"


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in commands() if not re.search(rf"\bexowatch {re.escape(name)}\b", README)]

    assert missing == []


def test_every_source_is_in_the_readme() -> None:
    missing = [name for name in sources() if name not in README]

    assert missing == []


def test_every_configuration_key_is_in_the_readme() -> None:
    missing = [key for key in configuration_keys() if not re.search(rf"\b{re.escape(key)}\b", README)]

    assert missing == []


def test_every_make_target_named_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    named = {
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }

    assert {(page, target) for page, target in named if target not in targets} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    missing = [target for target in links(page) if not (page.parent / target).exists()]

    assert missing == []


def commands() -> list[str]:
    """The commands as typed, groups included: `crawl`, `import warc`."""
    if importlib.util.find_spec("exowatch.cli") is None:
        return []
    typer = importlib.import_module("typer.main")
    return list(leaves(typer.get_command(importlib.import_module("exowatch.cli").app)))


def leaves(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if not command.hidden and hasattr(command, "commands"):
            yield from leaves(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}"


def sources() -> list[str]:
    return sorted(path.stem for path in (ROOT / "crawler" / "spiders").glob("[a-z]*.py"))


def configuration_keys() -> set[str]:
    """The keys of the defaults and of the tables in them. What a topic or a source is called is the user's affair."""
    if not DEFAULTS.exists():
        return set()
    defaults = tomllib.loads(DEFAULTS.read_text("utf-8"))
    named = {key for topic in defaults.get("topics", {}).values() for key in topic}
    inner = {key for name, table in defaults.items() if name not in {"topics", "sources"} for key in keys(table)}
    return set(defaults) | named | inner


def keys(value: Any) -> set[str]:
    tables = value if isinstance(value, list) else [value]
    return {key for table in tables if isinstance(table, dict) for key in table}


def links(page: Path) -> list[str]:
    """Where the links of a Markdown file lead inside the checkout; code blocks left out."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\[[^\]]*\]\(([^)#\s]+)", text)
    return [target for target in targets if not re.match(r"[a-z]+:", target)]
