"""Names and notes come from anybody: on no screen does any of it become more than text, take a page apart, or turn it around."""

import urllib.parse

from . import ledger
from .looks import screens
from .seat import again
from .stage import Stage

TEXTS = [
    "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "\"><svg onload=window.hit=1>", "' autofocus onfocus='window.hit=1", "</textarea><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>", "<iframe src=http://127.0.0.1:9/></iframe>", "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>", "<base href=http://127.0.0.1:9/>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>", "<form action=http://127.0.0.1:9/><button>Bewaren</button>", "javascript:window.hit=1", "data:text/html,<script>window.hit=1</script>",
    "{{w.save}}{{{content}}}", "%1 %2 %99", "<!-- ", "]]>", "&lt;b&gt;&#0;", "achter\u202estevoren", "\u2066\u2067\u202b\u202dopen", "\u200f\u200e\u061cmarks", "nul\x00nul", "\x1b[31mred\x07",
    "\u0301\u0301\u0301\u0301" * 30 + "zalgo", "\U0001f469\u200d\U0001f469\u200d\U0001f466" * 20, "w" * 3_000, "السلام عليكم " * 20, "\ufeff\u2028\u2029\u00a0", "", " ",
]
INJECTED = "main script, main iframe, main img, main meta, main base, main link, main object, main embed, [onerror], [onload], [onfocus], [onclick], [srcdoc], a[href^='javascript' i], a[href^='data' i]"


TAKEN_APART = r"""(injected) => ({
  hit: window.hit, count: document.querySelectorAll(injected).length, scripts: document.scripts.length,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  rail: document.querySelectorAll("nav.rail").length, mains: document.querySelectorAll("main").length,
  turned: /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/.test(document.documentElement.outerHTML) })"""


def fill(laptop) -> tuple[str, str]:
    """Every text column of every table that a page shows.

    Returns: the ids of one person and one gathering."""
    ids: list[str] = []
    gathering = ""
    for number, text in enumerate(TEXTS):
        def columns(*names: str) -> dict:
            return {name: text for name in names}

        person = laptop.insert("contact", **columns("given_name", "infix", "nickname", "organisation", "area", "language", "preferred_channel"), family_name=f"{text} {number}", extra_vcard=f"NOTE:{text}")
        ids.append(person)
        for kind in ("tel", "email", "url", "impp", text):
            laptop.insert("contact_point", contact=person, type=kind, value=text, label=text)
        laptop.insert("address", contact=person, **columns("street", "number", "addition", "postal_code", "city"))
        moment = laptop.insert("contact_moment", worker=person, occurred_at=text if number % 3 == 0 else f"2026-11-{number % 28 + 1:02}T10:00", **columns("channel", "purpose", "summary", "concern"),
                               follow_up_on=text if number % 5 == 0 else "2026-11-01")
        laptop.insert("contact_moment_contact", contact_moment=moment, contact=person)
        laptop.insert("consent", contact=person, purpose=(text or "leeg")[:200], state="withdrawn", how=text, valid_until=text)
        laptop.insert("relation", contact=person, other=ids[0], code=text)
        place = laptop.insert("place", **columns("name", "kind", "status", "url", "street", "city", "description"))
        laptop.insert("organisation", **columns("name", "type", "url", "phone", "email", "area", "description"))
        initiative = laptop.insert("initiative", **columns("name", "activity_type", "status", "area", "description", "lessons", "recurrence_rule", "funded_until"), place=place)
        laptop.insert("involvement", contact=person, subject=initiative, code=text)
        gathering = laptop.insert("gathering", initiative=initiative, place=place, starts_at=text if number % 4 == 0 else "2026-11-30T23:30", channel=text, status=text, max_participants=3)
        laptop.insert("attendance", gathering=gathering, contact=person, status=text)
        laptop.insert("note", subject=initiative, **columns("kind", "title", "body"))
        laptop.insert("area", **columns("code", "kind", "name"))
        item = laptop.insert("item", **columns("label", "kind", "serial"))
        laptop.insert("loan", item=item, holder=person, lent_on=text, due_on=text)
        for direction in ("request", "offer"):
            laptop.insert("help_item", contact=person, direction=direction, **columns("category", "urgency", "setting", "area", "description"), until=text)
    return ids[0], gathering


def hostile(stage: Stage) -> None:
    laptop = stage.laptop("fatima")
    laptop.run("init", "--space", "Zuid <b>&\"'", "--name", "<img src=x onerror=window.hit=1>")
    laptop.sql("select 1")
    with laptop.together():
        person, gathering = fill(laptop)
    laptop.run("status")
    # Files and folders have names too.
    for name in ("<img src=x onerror=window.hit=1>", "achter\u202estevoren", "' onfocus='window.hit=1"):
        folder = laptop.sticks / name
        folder.mkdir()
        (folder / (name + ".kithbundle")).write_bytes(b"no bundle")
        (folder / (name + ".kithpublic")).write_bytes(b"no list")
    seat = stage.seat(laptop)
    # The watch itself is awake: what a page must not do is seen when it is done, and comes to nothing.
    with ledger.expecting("violates the following Content Security Policy") as refusals, ledger.expecting("a request") as requests:
        seat.page.evaluate("new Image().src = 'http://127.0.0.1:9/pixel.png'; const s = document.createElement('script'); s.textContent = 'window.hit=1'; document.body.append(s)")
        seat.until(lambda: len(refusals) >= 2 and requests)
    ledger.check(len(refusals) >= 2 and requests and seat.page.evaluate("window.hit") is None, f"a script or a picture of a stranger is let in: {refusals}")
    addresses = screens(laptop, person, gathering) + [("vandaag-alle", "/vandaag?alle=1"), ("initiatieven-alle", "/initiatieven?alle=1")]
    addresses += [(f"zoeken-{number}", "/zoeken?vraag=" + urllib.parse.quote(text[:400], safe="")) for number, text in enumerate(TEXTS)]
    addresses += [(f"contact-{row[0][-4:]}", f"/contact/{row[0]}{more}") for row in laptop.sql("select id from contact") for more in ("", "/bewerken")]
    addresses += [(f"initiatief-{row[0][-4:]}", f"/initiatieven/{row[0]}") for row in laptop.sql("select id from initiative")]
    for table in ("organisation", "place", "note", "item", "area"):
        addresses += [(table, f"/bekijken/{table}/{row[0]}") for row in laptop.sql(f"select id from {table} limit 12")]
    for table in ("help_item", "initiative", "gathering", "place", "organisation", "area", "item", "note"):
        addresses += [(f"wijzigen-{table}", f"/wijzigen/{table}/{row[0]}") for row in laptop.sql(f"select id from {table} limit 8")]
    for width in (1280, 320):
        window = seat.looker(stage.browser, viewport={"width": width, "height": 800})
        page = window.new_page()
        for name, address in addresses if width == 320 else addresses[:42]:
            seat.go(address, page)
            found = again(lambda: page.evaluate(TAKEN_APART, INJECTED))
            ledger.check(found["hit"] is None and found["count"] == 0 and found["scripts"] == 1, f"{address}: text has become more than text: {found}")
            ledger.check(found["rail"] == 1 and found["mains"] == 1, f"{address}: the page is taken apart: {found}")
            ledger.check(found["wide"] <= 0, f"{address} scrolls {found['wide']} px sideways at {width} px")
            ledger.check(not found["turned"], f"{address}: a control of direction or a NUL is on the page")
        seat.go("/vandaag?alle=1", page)
        seat.picture(f"hostile-{width}", page)
        window.close()
    forms(seat)


def forms(seat) -> None:
    """Typed by hand, with what a keyboard cannot type too: each form answers with a page, and what it saved is what it shows."""
    for number, text in enumerate(TEXTS[:28:3] + ["x" * 40_000]):
        seat.go("/zoeken?nieuw=1")
        seat.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        for where in ("#naam", "#straat", "#plaats", "#briefje", "#gebied"):
            # A field of one line has no line ends, whatever is put into it.
            seat.fill(where, f"{text} {number}")
        seat.click("main form.form button.primary")
        ledger.check(seat.page.locator("nav.rail").count() == 1 and seat.page.evaluate("window.hit") is None, f"adding {text[:40]!r} leads to {seat.page.title()}")
    seat.go("/zoeken?nieuw=1")
    seat.fill("#naam", "Te Groot")
    seat.fill("#briefje", "x" * 300_000)
    seat.click("main form.form button.primary")
    ledger.check("te lang" in seat.page.locator("body").inner_text(), f"what is too large is not said so: {seat.page.locator('body').inner_text()[:200]}")
