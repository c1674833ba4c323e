#!/usr/bin/env python3
"""Drives the built program in a real browser, as people use it: two laptops with a folder of sticks between them.

    make test-page          builds, fetches what this needs into .build-page-test/, runs

Journey 1: a contact is looked for, added, and a moment noted. Journey 2: four sticks are taken in, a conflict is chosen, a duplicate
settled, our bundle written back: with script in Dutch, without in English. Then every screen in two languages, light and dark, 320 and
1280 px: no violation that axe finds, no sideways scrolling, no request but to the page itself, no error of a script. Pictures of all of
them lie in .build-page-test/pictures. What journeys cost in clicks and keys is printed.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
PICTURES = pathlib.Path(sys.argv[2]).resolve()
CHROMIUM = next((path for path in map(shutil.which, ["chromium", "chromium-browser"]) if path), None)
faults: list[str] = []


def fault(text: str) -> None:
    print("FAULT", text, flush=True)
    faults.append(text)


class Laptop:
    """One laptop: its own data folder, its own page."""

    def __init__(self, folder: pathlib.Path, sticks: pathlib.Path, language: str):
        folder.mkdir(parents=True)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state"),
            "XDG_RUNTIME_DIR": str(folder), "KITH_LANG": language, "KITH_STICKS": str(sticks), "KITH_NEARBY": "off", "TZ": "Europe/Amsterdam", "LC_ALL": "C.UTF-8",
        }
        self.process: subprocess.Popen | None = None

    def run(self, *words: str) -> str:
        done = subprocess.run([PROGRAM, *words], env=self.environment, capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 2):
            raise RuntimeError(f"kith {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def open(self) -> str:
        """Starts the page. The file that the browser is handed is what it is opened by."""
        self.process = subprocess.Popen([PROGRAM, "open", "--no-browser"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"(/\S+)\s*$", line)
        if not found:
            raise RuntimeError(f"no file is named: {line!r}")
        return found.group(1)

    def end(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Seat:
    """Somebody before a laptop: counts what they do, and looks for what must not happen."""

    def __init__(self, browser, opening: str, **options):
        self.context = browser.new_context(locale="nl-NL", **options)
        self.page = self.context.new_page()
        self.clicks = self.keys = 0
        self.base = re.search(r"http://127\.0\.0\.1:\d+", pathlib.Path(opening).read_text()).group(0)
        self.page.on("request", self.check)
        self.page.on("console", lambda message: message.type == "error" and "404" not in message.text and fault(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: fault(f"script: {error}"))
        self.page.on("response", lambda response: response.status >= 500 and fault(f"{response.status} {response.url}"))
        self.page.goto("file://" + opening)
        self.page.wait_for_url(re.compile(re.escape(self.base) + r"/(?!begin)"), timeout=20_000)

    def check(self, request) -> None:
        if not request.url.startswith((self.base + "/", "file:///", "data:")):
            fault(f"a request to {request.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def click(self, where) -> None:
        self.clicks += 1
        (self.page.locator(where).first if isinstance(where, str) else where).click()
        self.page.wait_for_load_state()

    def tab(self, name: str) -> None:
        """By the rail, as people go there: a click like any other."""
        self.click(f"nav.rail a[href='/{name}']")

    def button(self, name: str, exact: bool = False) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=name, exact=exact).first)

    def type(self, where: str, text: str) -> None:
        self.keys += len(text)
        self.page.locator(where).first.fill(text)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def expect(self, text: str) -> None:
        try:
            self.page.locator("main").get_by_text(text).first.wait_for(state="attached", timeout=20_000)
        except Exception:
            fault(f"{text!r} is not on {self.page.url}: {' '.join(self.page.locator('main').inner_text().split())[:600]}")

    def told(self, what: str) -> None:
        print(f"  {what}: {self.clicks} clicks, {self.keys} keys", flush=True)
        self.clicks = self.keys = 0

    def exchanged(self, words: str) -> None:
        """Waits for the report: with script the page goes on by itself, without by its link."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if words in self.page.locator("main").inner_text():
                return
            time.sleep(0.3)
            self.go("/uitwisselen")
        fault(f"no report of the exchange: {self.page.locator('main').inner_text()[:600]}")


def journey1(seat: Seat, words: dict, name: str) -> None:
    """A contact found or added, and a moment noted."""
    seat.tab("vandaag")
    seat.type("#find", name)
    seat.press("Enter")
    seat.click(f"a[href*='nieuw=1'] >> nth=0") if seat.page.locator("#naam").count() == 0 else None
    if seat.page.locator("#naam").input_value() != name:
        seat.type("#naam", name)
    seat.type("#telefoon", "0612345678")
    seat.button(words["add"])
    seat.expect(name)
    seat.click("main a[href^='/moment?wie=']")
    seat.click("main .chip:has(input[value=phone])")
    seat.type("#over", words["about"])
    seat.button(words["save"], exact=True)
    seat.expect(words["about"])


def journey2(seat: Seat, words: dict, sweep) -> None:
    """What lies on the sticks taken in, ours written back, a conflict chosen, a duplicate settled."""
    seat.tab("uitwisselen")
    seat.button(words["exchange"])
    seat.exchanged(words["done"])
    seat.expect(words["takeOut"])
    # What is there only until somebody has chosen.
    sweep([("uitgewisseld", "/uitwisselen"), ("kiezen-nu", "/kiezen"), ("kiezen-alles-nu", "/kiezen/alles"), ("dubbelen-nu", "/dubbelen")])
    seat.button(words["chooseNow"])
    seat.click("main .option >> nth=1")
    seat.button(words["choose"], exact=True)
    seat.expect(words["chosen"])
    seat.tab("dubbelen")
    seat.click("main button[value=z]")
    seat.expect(words["asOne"])


WORDS = {
    "nl": {
        "add": "Toevoegen", "save": "Bewaren", "about": "Boodschappen geregeld", "exchange": "Alles uitwisselen", "done": "Uitgewisseld", "takeOut": "halen",
        "chooseNow": "Nu kiezen", "choose": "Kiezen", "chosen": "Gekozen:", "asOne": "tellen nu als één", "seen": "Gezien",
    },
    "en": {
        "add": "Add", "save": "Save", "about": "Groceries arranged", "exchange": "Exchange all", "done": "Exchanged", "takeOut": "out.",
        "chooseNow": "Choose now", "choose": "Choose", "chosen": "Chosen:", "asOne": "count as one", "seen": "Seen",
    },
}


def prepare(folder: pathlib.Path, language: str) -> tuple[Laptop, Laptop, pathlib.Path, str]:
    """Two laptops of one list that were apart: both changed the area of one person, and both added another one."""
    sticks = folder / "sticks"
    (sticks / "KITH").mkdir(parents=True)
    first, second = Laptop(folder / "fatima", sticks, language), Laptop(folder / "jan", sticks, language)
    first.run("init", "--space", "Zuid", "--name", "Laptop Fatima")
    person = first.run("add", "contact", "given_name=Wilhelmina", "infix=van den", "family_name=Berg", "area=Zuid", "--json")
    first.run("add", "contact", "given_name=Cor", "family_name=Visser")
    request = folder / "jan.kithrequest"
    second.run("join", "--request", str(request), "--name", "Laptop Jan")
    first.run("device", "admit", str(request), "--role", "member", "--yes")
    answer = folder / "answer.kithbundle"
    first.run("bundle", "export", str(answer))
    second.run("join", str(answer))
    identity = re.search(r"[0-9a-f]{32}", person).group(0)
    first.run("edit", identity, "area=West")
    second.run("edit", identity, "area=Oost")
    for laptop, name in ((first, "Ayşe"), (second, "Ayse")):
        added = laptop.run("add", "contact", f"given_name={name}", "family_name=Celik", "--json")
        owner = re.search(r"[0-9a-f]{32}", added).group(0)
        laptop.run("add", "contact_point", f"contact={owner}", "type=tel", "value=0612000005")
        laptop.run("add", "contact_point", f"contact={owner}", "type=email", "value=ayse@voorbeeld.nl")
    # Four sticks: the same news twice, older news, a damaged one.
    for name in ("JAN", "OUD", "STUK"):
        (sticks / name).mkdir()
    second.run("bundle", "export", str(sticks / "KITH" / "jan.kithbundle"))
    shutil.copy(sticks / "KITH" / "jan.kithbundle", sticks / "JAN" / "nog-eens.kithbundle")
    shutil.copy(answer, sticks / "OUD" / "oud.kithbundle")
    whole = (sticks / "KITH" / "jan.kithbundle").read_bytes()
    (sticks / "STUK" / "half.kithbundle").write_bytes(whole[: len(whole) // 2])
    return first, second, sticks, identity


SCREENS = [
    ("vandaag", "/vandaag"), ("zoeken", "/zoeken?vraag=visser"), ("zoeken-niets", "/zoeken?vraag=zzzz"), ("toevoegen", "/zoeken?vraag=Zoe&nieuw=1"), ("contact", "/contact/{person}"),
    ("bewerken", "/contact/{person}/bewerken"), ("moment", "/moment?wie={person}"), ("hulp", "/hulp"), ("hulp-nieuw", "/hulp?nieuw=vraag"), ("uitwisselen", "/uitwisselen"),
    ("kiezen", "/kiezen"), ("kiezen-alles", "/kiezen/alles"), ("dubbelen", "/dubbelen"), ("verslagen", "/verslagen"), ("verslag", "/verslagen/channels"), ("apparaten", "/apparaten"),
    ("initiatieven", "/initiatieven"), ("initiatieven-dreigt", "/initiatieven?dreigt=1"), ("partners", "/initiatieven/partners"),
    ("instellingen", "/instellingen"), ("uitleg", "/uitleg"),
]


def look(seat: Seat, name: str, address: str, prefix: str) -> None:
    seat.go(address)
    for _ in range(40):
        if not seat.page.locator("[data-events='/verslagen/stand']").count():
            break
        time.sleep(0.25)
        seat.go(address)
    if not seat.page.locator("nav.rail").count():
        fault(f"{prefix} {name} is no page of the list: {seat.page.title()}")
    wide = seat.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        fault(f"{prefix} {name} scrolls {wide} px sideways")
    results = Axe().run(seat.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    for violation in results.response["violations"]:
        where = "; ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
        fault(f"{prefix} {name}: {violation['id']} at {where}")
    seat.page.screenshot(path=PICTURES / f"{prefix}-{name}.png", full_page=True)


def main() -> int:
    if not CHROMIUM:
        print("no chromium is installed", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        for language in ("nl", "en"):
            words = WORDS[language]
            first, second, sticks, person = prepare(pathlib.Path(temporary) / language, language)
            try:
                opening = first.open()
                # Dutch with script, English without: forms must work both ways.
                seat = Seat(browser, opening, java_script_enabled=language == "nl", viewport={"width": 1280, "height": 900})
                cookies = seat.context.cookies()

                def sweep(screens) -> None:
                    for scheme in ("light", "dark"):
                        for width in (320, 1280):
                            other = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
                            other.add_cookies(cookies)
                            looker = Seat.__new__(Seat)
                            looker.context, looker.page, looker.base = other, other.new_page(), seat.base
                            looker.page.on("request", looker.check)
                            looker.page.on("pageerror", lambda error: fault(f"script: {error}"))
                            for name, address in screens:
                                look(looker, name, address.format(person=person), f"{language}-{scheme}-{width}")
                            other.close()

                print(f"{language}, {'with' if language == 'nl' else 'without'} script", flush=True)
                journey1(seat, words, "Zoë van der Meer")
                seat.told("journey 1")
                journey2(seat, words, sweep)
                seat.told("journey 2")
                names = sorted(path.name for path in (sticks / "KITH").iterdir())
                if "zuid-laptop-fatima.kithbundle" not in names:
                    fault(f"ours is not on the stick: {names}")
                sweep(SCREENS)
                seat.context.close()
            finally:
                first.end()
                second.end()
        browser.close()
    print(f"{len(faults)} faults, {int(time.monotonic() - began)} s, pictures in {PICTURES}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
