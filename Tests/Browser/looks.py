"""Every screen as people have it: two languages, light, dark and forced colours, 320 and 1280 px, 200 %, large letters, and on paper.

On each: no sideways scrolling, one h1, and a picture; and no violation that axe finds by WCAG 2.2 AA.
"""

import time

from axe_playwright_python.sync_playwright import Axe

from . import ledger
from .laptop import Laptop
from .seat import Seat, again
from .stage import Stage

# What axe judges is the same page in three of them; the others are for the eye, and for what scrolls.
JUDGED = ("light-1280", "dark-1280", "light-320")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOOKS = {
    "light-1280": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "light-320": {"color_scheme": "light", "viewport": {"width": 320, "height": 800}},
    "dark-1280": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "dark-320": {"color_scheme": "dark", "viewport": {"width": 320, "height": 800}},
    # 1280 px at 200 % are 640 of CSS.
    "zoomed-640": {"color_scheme": "light", "viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "forced-1280": {"color_scheme": "dark", "forced_colors": "active", "viewport": {"width": 1280, "height": 800}},
}
# Letters are as long as their language, and colours are of none: each of both is looked at in either width.
EVERY_LANGUAGE = ("light-320", "dark-1280")
AXE = Axe()


def screens(laptop: Laptop, person: str, gathering: str) -> list[tuple[str, str]]:
    """Every screen, and the states that an address asks for."""
    kept = [(f"wijzigen-{table.replace('_', '-')}", f"/wijzigen/{table}/{row[0]}")
            for table in ("help_item", "initiative", "gathering", "place", "organisation") for row in laptop.sql(f"select id from {table} order by id limit 1")]
    return kept + [
        ("vandaag", "/vandaag"), ("zoeken", "/zoeken?vraag=visser"), ("zoeken-niets", "/zoeken?vraag=zzzz"), ("toevoegen", "/zoeken?vraag=Zoe&nieuw=1"), ("contact", f"/contact/{person}"),
        ("bewerken", f"/contact/{person}/bewerken"), ("wissen", f"/persoon/{person}/wissen"), ("moment", f"/moment?wie={person}"), ("tellen", f"/tellen/{gathering}"),
        ("hulp", "/hulp"), ("hulp-nieuw", "/hulp?nieuw=vraag"), ("uitwisselen", "/uitwisselen"), ("kiezen", "/kiezen"), ("kiezen-alles", "/kiezen/alles"), ("dubbelen", "/dubbelen"),
        ("verslagen", "/verslagen"), ("verslag", "/verslagen/channels"), ("apparaten", "/apparaten"), ("initiatieven", "/initiatieven"), ("initiatieven-dreigt", "/initiatieven?dreigt=1"),
        ("partners", "/initiatieven/partners"), ("kaart", "/kaart"), ("instellingen", "/instellingen"), ("bewaren", "/bewaren"), ("terugzetten", "/terugzetten"), ("wachtzin", "/wachtzin"),
        ("bewaartermijnen", "/bewaartermijnen"), ("doorgeefservers", "/doorgeefservers"), ("bellijst", "/bellijst?dagen=0"), ("bellijst-invullen", "/bellijst/invullen?dagen=0"),
        ("etiketten", "/etiketten?begin=3"), ("lijsten", "/lijsten"), ("uitleg", "/uitleg"), ("nergens", "/contact/nergens"),
    ]


def look(seat: Seat, page, name: str, address: str, look: str) -> None:
    """One screen in one look."""
    seat.go(address, page)
    # Reports are made beside; the page is looked at when they are there.
    for _ in range(240):
        if not page.locator("[data-events='/verslagen/stand'], [data-events^='/verslagen/stand?']").count():
            break
        time.sleep(0.25)
        seat.go(address, page)
    ledger.check(page.locator("nav.rail").count() == 1, f"{look} {name} is no page of the list: {page.title()}")
    ledger.check(page.locator("h1").count() == 1, f"{look} {name} has {page.locator('h1').count()} h1")
    wide = again(lambda: page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    ledger.check(wide <= 0, f"{look} {name} scrolls {wide} px sideways")
    if look.endswith(JUDGED):
        found = again(lambda: AXE.run(page, options=RULES)).response["violations"]
        told = "; ".join(f"{each['id']} at {' '.join(map(str, each['nodes'][0]['target']))}" for each in found)
        ledger.check(not found, f"{look} {name}: {told}")
    seat.picture(f"{look}-{name}", page)


def sweep(stage: Stage, seat: Seat, prefix: str, some: list[tuple[str, str]], looks: tuple[str, ...] = tuple(LOOKS)) -> None:
    """Screens in several looks, each in a window of the same session."""
    for name in looks:
        other = seat.looker(stage.browser, **LOOKS[name])
        page = other.new_page()
        for screen, address in some:
            look(seat, page, screen, address, f"{prefix}-{name}")
        other.close()
