"""The two journeys of every day: with a mouse, without script, by keyboard alone; and the way from laptop to laptop by stick.

Journey 1: somebody is looked for, added, and a moment noted. Journey 2: four sticks are taken in, a difference is chosen, a duplicate
settled, our bundle written back. What they cost in clicks and keys is printed.
"""

import time

from . import ledger
from .looks import EVERY_LANGUAGE, LOOKS, screens, sweep
from .seat import Seat
from .stage import Stage

WORDS = {
    "nl": {
        "add": "Toevoegen", "save": "Bewaren", "about": "Boodschappen geregeld", "exchange": "Alles uitwisselen", "done": "Uitgewisseld", "takeOut": "halen",
        "chooseNow": "Nu kiezen", "choose": "Kiezen", "chosen": "Gekozen:", "asOne": "tellen nu als één", "seen": "Gezien", "end": "Kith afsluiten", "ended": "Kith is afgesloten",
    },
    "en": {
        "add": "Add", "save": "Save", "about": "Groceries arranged", "exchange": "Exchange all", "done": "Exchanged", "takeOut": "out.",
        "chooseNow": "Choose now", "choose": "Choose", "chosen": "Chosen:", "asOne": "count as one", "seen": "Seen", "end": "Stop Kith", "ended": "Kith has stopped",
    },
}
NAME = "Zoë van der Meer"


def journey1(seat: Seat, words: dict) -> None:
    """A contact found or added, and a moment noted."""
    seat.tab("vandaag")
    seat.fill("#find", NAME)
    seat.leave("Enter")
    seat.click("main a[href*='nieuw=1']")
    ledger.check(seat.page.locator("#naam").input_value() == NAME, "what was looked for does not stand in the form")
    seat.fill("#telefoon", "0612345678")
    seat.button(words["add"])
    seat.expect(NAME)
    seat.click("main a[href^='/moment?wie=']")
    seat.tick("main .chip:has(input[value=phone])")
    seat.fill("#over", words["about"])
    seat.button(words["save"], exact=True)
    seat.expect(words["about"])
    seat.told("journey 1")


def journey2(seat: Seat, words: dict, look) -> None:
    """What lies on the sticks taken in, ours written back, a difference chosen, a duplicate settled."""
    seat.tab("uitwisselen")
    seat.button(words["exchange"])
    seat.exchanged(words["done"])
    seat.expect(words["takeOut"])
    # What is there only until somebody has chosen.
    look([("uitgewisseld", "/uitwisselen"), ("kiezen-nu", "/kiezen"), ("kiezen-alles-nu", "/kiezen/alles"), ("dubbelen-nu", "/dubbelen")])
    seat.button(words["chooseNow"])
    seat.tick("main .option >> nth=1")
    seat.button(words["choose"], exact=True)
    seat.expect(words["chosen"])
    seat.tab("dubbelen")
    seat.click("main button[value=z]")
    seat.expect(words["asOne"])
    seat.told("journey 2")


def by_mouse(stage: Stage, language: str, script: bool) -> None:
    words = WORDS[language]
    first, _, person = stage.apart(language)
    seat = stage.seat(first, java_script_enabled=script)
    journey1(seat, words)
    looks = tuple(LOOKS) if language == "nl" else EVERY_LANGUAGE
    journey2(seat, words, lambda some: sweep(stage, seat, language, some, looks))
    names = sorted(path.name for path in (first.sticks / "KITH").iterdir())
    ledger.check("zuid-laptop-fatima.kithbundle" in names, f"ours is not on the stick: {names}")
    gathering = first.insert("gathering", initiative=first.insert("initiative", name="Soep voor elkaar", status="active"), starts_at="2026-12-03T18:00")
    sweep(stage, seat, language, screens(first, person, gathering), looks)
    # The button that ends it, and the page that says so.
    seat.go("/uitleg")
    seat.button(words["end"])
    seat.expect(words["ended"])
    first.ends_itself()


def with_script(stage: Stage) -> None:
    by_mouse(stage, "nl", script=True)


def without_script(stage: Stage) -> None:
    by_mouse(stage, "en", script=False)


def by_keyboard(stage: Stage) -> None:
    """Both journeys without a mouse; and then the other laptop, with a stick between."""
    words = WORDS["nl"]
    first, second, _ = stage.apart()
    seat = stage.seat(first)
    seat.press("/")
    seat.write(NAME)
    seat.leave("Enter")
    seat.reach("main a[href*='nieuw=1']")
    seat.leave("Enter")
    seat.reach("#telefoon")
    seat.write("0612345678")
    seat.leave("Control+Enter")
    seat.expect(NAME)
    seat.leave("m")
    seat.reach("input[name=hoe]")
    for _ in range(20):
        seat.press("Space" if seat.page.evaluate("document.activeElement.value") == "phone" else "ArrowDown")
        if seat.page.locator("input[value=phone]").is_checked():
            break
    seat.reach("#over")
    seat.write(words["about"])
    seat.leave("Control+Enter")
    seat.expect(words["about"])
    seat.told("journey 1 by keyboard")
    seat.leave("g", "u")
    seat.reach("button[value=alles]")
    seat.leave("Enter")
    seat.exchanged(words["done"])
    seat.reach("button[value=kiezen]")
    seat.leave("Enter")
    seat.press("2")
    seat.leave("Control+Enter")
    seat.expect(words["chosen"])
    seat.leave("g", "d")
    seat.leave("z")
    seat.expect(words["asOne"])
    seat.told("journey 2 by keyboard")
    # The arrows in what was found, and Escape back.
    seat.leave("g", "z")
    # While somebody types, what stands around the results is of what was typed: the heading, and the way to add.
    seat.write("Ali Kaya")
    seat.page.locator("#gevonden h2", has_text="Niets gevonden").wait_for()
    ledger.check("Ali%20Kaya" in seat.page.locator("#gevonden a[href*='nieuw=1']").get_attribute("href"), "what was typed does not go along to who is added")
    seat.page.locator("#find").fill("")
    seat.write("van")
    seat.page.locator("#gevonden .name").nth(1).wait_for()
    seat.press("ArrowDown")
    seat.press("ArrowDown")
    ledger.check(seat.page.evaluate("document.querySelectorAll('#gevonden .name')[1] === document.activeElement"), "arrows do not go through what was found")
    seat.leave("Enter")
    seat.leave("Escape")
    ledger.check("/zoeken" in seat.page.url, f"Escape goes to {seat.page.url}")
    back_and_forth(stage, seat, stage.seat(second), words)


def words_at_the_top(seat: Seat) -> str:
    """The five words at the top: they are counted beside, and the next page has them."""
    for _ in range(240):
        seat.go("/vandaag")
        if seat.page.locator("header .five").count():
            return seat.page.locator("header .five").inner_text()
        time.sleep(0.5)
    return ""


def back_and_forth(stage: Stage, fatima: Seat, jan: Seat, words: dict) -> None:
    """The stick goes to the other laptop and back: both end with the same list, and with the same words for it."""

    def exchange(seat: Seat) -> None:
        seat.go("/uitwisselen")
        if seat.page.locator("button[value=terug]").count():
            seat.click("button[value=terug]")
        seat.click("main button[value=alles]")
        seat.exchanged(words["done"])

    exchange(fatima)
    exchange(jan)
    jan.expect(NAME)
    jan.go("/kiezen")
    ledger.check(jan.page.locator("input[name=keus]").count() == 0, "what was chosen on one laptop is asked on the other")
    jan.go(f"/zoeken?vraag={NAME}")
    jan.click("#gevonden .name")
    jan.expect(words["about"])
    jan.go("/zoeken?nieuw=1")
    jan.fill("#naam", "Bram Bos")
    jan.button(words["add"])
    jan.expect("Bram Bos")
    exchange(jan)
    exchange(fatima)
    fatima.expect("Bram Bos")
    five = [words_at_the_top(seat) for seat in (fatima, jan)]
    ledger.check(len(five[0].split()) == 5 and five[0] == five[1], f"two laptops with the same list say {five}")
