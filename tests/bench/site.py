"""A process that serves made-up letters and the list of them over TLS, as the FDA's site does, until its input ends.

It serves Health Canada's two files of recalls too, as long as the real ones, and no page behind them.
`python -m tests.bench.site LETTERS` prints, as JSON, the address of its proxy and the file with its certificate.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo.answer import WorldAnswer
from exowatch.demo.proxy import Proxy
from store.records import sha256
from tests.bench import letters
from tests.world.canada import COLUMNS, FILES
from tests.world.fda import DATA_PATH, ROBOTS, rows_answer

HOSTS = ("www.fda.gov", "recalls-rappels.canada.ca")
RECALLS = 24_000
RECALL_LENGTH = 675
UNITS = ("CFIA", "TC", "ACIA", "Drugs and health products", "Medical devices")
"""The units in whose name notices come out, in equal shares: of the first three none is kept."""
_HTML = {"Content-Type": "text/html; charset=UTF-8", "Cache-Control": "max-age=300, public"}
_SERVED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "Vary": "Accept-Encoding",
    "Content-Language": "en",
}
"""Headers that sites send with every page, and that a crawl has to keep."""


class Site:
    """The first so many letters."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._numbers: dict[str, int] = {}
        self._rows: list[list[str]] = []
        for n in range(number):
            one = letters.letter(n, words=1)
            path = urlsplit(one.url).path
            self._numbers[path] = n
            time = f'<time datetime="{one.issued.isoformat()}T04:00:00Z">{one.issued:%m/%d/%Y}</time>\n'
            link = f'<a href="{path}">{one.company}</a>'
            self._rows.append([time, time, link, "Center for Sample Review", "Sample subject<br />\n", "", "", ""])
        self._page = lru_cache(maxsize=1200)(self._made)

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> WorldAnswer:
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            return WorldAnswer(200, {"Content-Type": "text/plain; charset=UTF-8"}, ROBOTS.encode())
        if parts.path == DATA_PATH:
            return rows_answer(self._rows, dict(parse_qsl(parts.query)))
        if parts.path in FILES:
            return WorldAnswer(200, {"Content-Type": "application/json"}, recalls(FILES[parts.path], self.number))
        if parts.path not in self._numbers:
            return WorldAnswer(404, _HTML)
        page, tag = self._page(self._numbers[parts.path])
        if headers.get("if-none-match") == tag:
            return WorldAnswer(304, {"ETag": tag, "Cache-Control": "max-age=300, public"})
        return WorldAnswer(200, {**_HTML, **_SERVED, "ETag": tag}, page)

    def _made(self, number: int) -> tuple[bytes, str]:
        page = letters.page(letters.letter(number, topical=number % 40 == 0))
        return page, f'"{sha256(page)[:32]}"'


@lru_cache(maxsize=2)
def recalls(language: str, edition: int) -> bytes:
    """The file of one language; each `edition` names one recall more."""
    title, product, issue, advice, *others = COLUMNS[language]
    kind = "avis-rappel" if language == "fr" else "alert-recall"
    rows = []
    for number in range(RECALLS + edition):
        chance = random.Random(f"{language} {number}")
        names = [letters._invented(chance) for _ in range(20)]
        row = {
            "NID": str(50_000 + number),
            title: f"{names[0]} {names[1]} recalls {names[2]} for {' '.join(names[3:6]).lower()}",
            "URL": f"https://{HOSTS[1]}/{language}/{kind}/{'-'.join(names[:4]).lower()}-{number}",
            "Organization": UNITS[number % len(UNITS)],
            product: " ".join(names[6:12]),
            issue: f"Microbial contamination with {names[12]}",
            **dict(zip(others, ("Drugs", "Type II", f"20{number % 24:02}-05-1{number % 10}", "0"), strict=True)),
        }
        rest = RECALL_LENGTH - len(json.dumps(row))
        rows.append({**row, advice: " ".join(chance.choices(names, k=rest // 7))})
    return json.dumps(rows).encode()


def main() -> None:
    site = Site(int(sys.argv[1]))
    with Proxy(site.answer, hosts=HOSTS) as proxy:
        print(json.dumps({"proxy": proxy.url, "certificate": proxy.ca_file}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
