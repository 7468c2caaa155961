"""What every source does alike: reading what is stored as it reads what is answered, and each page once."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.pages import DocumentPage
from crawler.source import Found, classes
from store.archive import Answer
from store.records import Material, Part
from tests.test_pages import CASES


@pytest.mark.parametrize("part", [Part.PAGE, Part.FILE])
def test_an_answer_is_read_at_the_address_that_was_asked_for(part: Part) -> None:
    source = classes()["fda_guidance"]()
    headers = (("content-TYPE", "text/html; charset=utf-8"),)
    answer = Answer("https://a/asked", "https://a/led-to", 200, headers, b"<html>", datetime(2026, 1, 1, tzinfo=UTC))

    material = source.material(answer, part)

    assert material == Material("fda_guidance", part, "https://a/asked", b"<html>", "text/html; charset=utf-8")


def page_of(name: str) -> Material:
    """A page of a source, from disk."""
    folder = next(folder for folder in CASES if folder.parent.name == name and (folder / "page.html").exists())
    said = json.loads((folder / "page.json").read_text("utf-8"))
    return Material(name, Part.PAGE, said["address"], (folder / "page.html").read_bytes(), said["content_type"])


@pytest.mark.parametrize("name", sorted(classes()))
def test_a_page_is_taken_apart_once_for_its_key_its_reading_and_its_children(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, taken_apart = classes()[name](), []
    real = DocumentPage.__init__
    monkeypatch.setattr(DocumentPage, "__init__", lambda page, m: taken_apart.append(m.body) or real(page, m))
    first = page_of(name)
    second = replace(first, body=first.body + b"<!-- later -->")

    for material in (first, second):
        source.key_of(replace(material))
        reading = source.read(replace(material))
        source.children(Found("a", material.url, rank=0), reading, material)

    assert taken_apart == [first.body, second.body]
