"""Chromium as a reader of our pages: offline, with what a page asks for and what it pops up written down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

NO_CHROMIUM = "no Chromium on this machine; Debian has it: apt-get install chromium"


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as it stands in the browser; what it asked for and what it popped up are added as they happen."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def ask(self, script: str, value: Any = None) -> Any:
        """What a function of ours answers within the page."""
        return self.page.evaluate(script, value)

    def show(self, html: str) -> None:
        """Put another page in the same window."""
        self.page.set_content(html)

    def unfold(self) -> None:
        """Open every fold."""
        self.ask("() => document.querySelectorAll('details').forEach(fold => fold.open = true)")


@dataclass(frozen=True, slots=True)
class Browser:
    """One Chromium for the tests of a module."""

    chromium: Chromium

    @contextmanager
    def open(self, html: str, *, width: int = 1200, **wishes: Any) -> Iterator[Opened]:
        """The page in a window of its own; `wishes` are a reader's, in Playwright's words (`color_scheme`)."""
        context = self.chromium.new_context(viewport={"width": width, "height": 900}, offline=True, **wishes)
        opened = Opened(context.new_page())
        context.on("request", lambda request: opened.requests.append(request.url))
        context.on("page", lambda page: opened.requests.append(f"a new window: {page.url}"))
        opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
        try:
            opened.show(html)
            yield opened
        finally:
            context.close()


@pytest.fixture(name="browser", scope="module")
def the_browser() -> Iterator[Browser]:
    """Debian's Chromium, never one that is downloaded; skipped where there is none.

    One for each module and no longer: while it lives, nothing else in the process can start an event loop.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip(NO_CHROMIUM)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses to start for root
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=program, args=as_root)
        yield Browser(chromium)
        chromium.close()
