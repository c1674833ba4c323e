"""Somebody before a laptop: counts what they do, and looks for what must not happen."""

import pathlib
import re
import time

from playwright.sync_api import Error, Page, TimeoutError

from . import ledger
from .laptop import PATIENCE, Laptop

MILLISECONDS = PATIENCE * 1_000
# The page goes somewhere by itself (long work is done) just while somebody goes elsewhere, or while it is looked at.
RACES = ("interrupted by another navigation", "net::ERR_ABORTED", "Execution context was destroyed", "frame was detached", "Cannot find context", "because of a navigation")
REFUSED = re.compile(r"the server responded with a status of (404|409|413|422|423) ")

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const visible = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1;
  const shown = [e, e.closest("label, .chip, .option, .card"), e.parentElement].filter(Boolean);
  const seen = shown.some((x) => visible(getComputedStyle(x)) || visible(getComputedStyle(x, "::after")) || getComputedStyle(x).boxShadow !== "none");
  const box = e.getBoundingClientRect(), top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const inside = box.width === 0 || !top || e.contains(top) || top.contains(e) || e.labels?.[0]?.contains(top);
  return { name: e.outerHTML.slice(0, 120), seen, inside };
}"""


def again(deed):
    """Does it once more where the page went on by itself meanwhile."""
    for _ in range(5):
        try:
            return deed()
        except Error as error:
            if isinstance(error, TimeoutError) or not any(race in str(error) for race in RACES):
                raise
            last = error
            time.sleep(0.2)
    raise last


class Seat:
    """One browser of its own, with as many windows as somebody opens."""

    def __init__(self, browser, laptop: Laptop, pictures: pathlib.Path, opening: str | None = None, **options):
        self.laptop, self.pictures = laptop, pictures
        opening = opening or laptop.open()
        self.base = re.search(r"http://127\.0\.0\.1:\d+", pathlib.Path(opening).read_text()).group(0)
        self.context = browser.new_context(locale="nl-NL", **({"viewport": {"width": 1280, "height": 900}} | options))
        self.opening = "file://" + opening
        self.guard(self.context)
        self.clicks = self.keys = 0
        self.page = self.context.new_page()
        self.page.goto(self.opening)
        self.page.wait_for_url(re.compile(re.escape(self.base) + r"/(?!begin)"))

    def guard(self, context) -> None:
        """Nothing but the page itself is asked for, and nothing runs that is not its own."""
        context.set_default_timeout(MILLISECONDS)
        context.on("request", lambda request: request.url.startswith(self.base + "/") or request.url == self.opening or ledger.fault(f"a request to {request.url}"))
        context.on("response", lambda response: response.status >= 500 and ledger.fault(f"{response.status} {response.url}"))
        context.on("requestfailed", lambda request: request.url.startswith(self.base) or ledger.fault(f"a request that failed, to {request.url}"))
        context.on("weberror", lambda error: ledger.fault(f"script: {error.error}"))
        context.on("console", lambda message: message.type in ("error", "warning") and not REFUSED.search(message.text) and ledger.fault(f"console: {message.text}"))
        context.on("serviceworker", lambda worker: ledger.fault(f"a service worker: {worker.url}"))

        def dialog(box) -> None:
            ledger.fault(f"a dialog: {box.message}")
            box.dismiss()

        context.on("dialog", dialog)
        context.on("page", lambda page: page.on("crash", lambda: ledger.fault(f"the browser's page crashed: {page.url}")))

    def looker(self, browser, **options):
        """Another window of the same person, that looks otherwise (narrow, dark, forced colours) and shares the session."""
        other = browser.new_context(locale="nl-NL", **options)
        self.guard(other)
        other.add_cookies(self.context.cookies())
        return other

    def window(self) -> Page:
        """A second tab."""
        return self.context.new_page()

    # Going, clicking, typing

    def go(self, path: str, page: Page | None = None) -> None:
        again(lambda: (page or self.page).goto(self.base + path))

    def click(self, where, page: Page | None = None) -> None:
        """What leads to another page: a link, a button of a form."""
        page = page or self.page
        self.clicks += 1
        target = page.locator(where).first if isinstance(where, str) else where
        with page.expect_navigation(timeout=MILLISECONDS):
            target.click()

    def tick(self, where, page: Page | None = None) -> None:
        """What stays on this page: a choice, a fold."""
        self.clicks += 1
        ((page or self.page).locator(where).first if isinstance(where, str) else where).click()

    def tab(self, name: str) -> None:
        """By the rail, as people go there: a click like any other."""
        self.click(f"nav.rail a[href='/{name}']")

    def button(self, name: str, exact: bool = False, page: Page | None = None) -> None:
        self.click((page or self.page).locator("main").get_by_role("button", name=name, exact=exact).first, page)

    def fill(self, where: str, text: str, page: Page | None = None) -> None:
        self.keys += len(text)
        (page or self.page).locator(where).first.fill(text)

    # By keyboard alone

    def press(self, key: str) -> None:
        """A key that stays on this page."""
        self.keys += 1
        self.page.keyboard.press(key)

    def leave(self, *keys: str) -> None:
        """Keys of which the last one leads to another page."""
        self.keys += len(keys)
        for key in keys[:-1]:
            self.page.keyboard.press(key)
        with self.page.expect_navigation(timeout=MILLISECONDS):
            self.page.keyboard.press(keys[-1])

    def write(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def reach(self, selector: str, limit: int = 120) -> None:
        """By Tab until it has the focus; on the way each focus is seen, and nothing lies over it."""
        for _ in range(limit):
            if self.page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector):
                return
            self.press("Tab")
            if at := self.page.evaluate(FOCUSED):
                ledger.check(at["seen"], f"the focus is not seen on {self.page.url}: {at['name']}")
                ledger.check(at["inside"], f"something lies over the focus on {self.page.url}: {at['name']}")
        raise RuntimeError(f"by Tab nobody gets to {selector} on {self.page.url}")

    # What must be so

    def text(self, page: Page | None = None) -> str:
        return " ".join(again(lambda: (page or self.page).locator("main").inner_text()).split())

    def expect(self, text: str, page: Page | None = None) -> None:
        try:
            (page or self.page).locator("main").get_by_text(text).first.wait_for(state="attached", timeout=30_000)
            ledger.check(True, "")
        except TimeoutError:
            ledger.check(False, f"{text!r} is not on {(page or self.page).url}: {self.text(page)[:600]}")

    def until(self, holds, page: Page | None = None) -> bool:
        """Waits for what the browser does in its own time, such as giving the focus."""
        end = time.monotonic() + 30
        while not (held := again(holds)) and time.monotonic() < end:
            (page or self.page).wait_for_timeout(50)
        return bool(held)

    def lacks(self, text: str, page: Page | None = None) -> None:
        ledger.check(text not in self.text(page), f"{text!r} is on {(page or self.page).url}")

    def exchanged(self, words: str) -> None:
        """Waits for the report: with script the page goes on by itself, without by its link."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if words in again(lambda: self.page.locator("h1").first.inner_text()):
                return
            time.sleep(0.3)
            self.go("/uitwisselen")
        ledger.fault(f"no report of the exchange: {self.text()[:600]}")

    def told(self, what: str) -> None:
        ledger.say(f"  {what}: {self.clicks} clicks, {self.keys} keys")
        self.clicks = self.keys = 0

    def picture(self, name: str, page: Page | None = None) -> None:
        again(lambda: (page or self.page).screenshot(path=self.pictures / f"{name}.png", full_page=True))

    def close(self) -> None:
        """Nothing stays in the browser."""
        if self.page.url.startswith(self.base):
            kept = again(lambda: self.page.evaluate("async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length + (await caches.keys()).length"))
            ledger.check(kept == 0, "the page keeps something in the browser")
        self.context.close()
