"""A second tab is normal: what an old form carries never takes the place of what came after it. And what is refused is said beside the field."""

from . import ledger
from .seat import Seat
from .stage import Stage


def tabs(stage: Stage) -> None:
    first, _, person = stage.apart()
    other = first.insert("contact", given_name="Els", family_name="Bakker", area="Zuid")
    seat = stage.seat(first)
    old = seat.window()
    edit(seat, old, other)
    choices(seat, old, person)
    judgements(seat, old)
    steps(seat, old, other)


def edit(seat: Seat, old, person: str) -> None:
    """Only what was changed is written; where both changed the same, both stand and nothing is written."""
    address = f"/contact/{person}/bewerken"
    seat.go(address, old)
    seat.go(address)
    seat.fill("#gebied", "Noord")
    seat.click("button.primary")
    # The old tab changes something else: the new area stays.
    seat.fill("#roepnaam", "Elsje", old)
    seat.click("button.primary", old)
    seat.expect("Noord", old)
    seat.go(address, old)
    ledger.check(old.locator("#roepnaam").input_value() == "Elsje" and old.locator("#gebied").input_value() == "Noord", "two tabs that changed two fields lost one of them")
    # Both change the same one.
    seat.go(address)
    seat.fill("#gebied", "Oost")
    seat.click("button.primary")
    seat.fill("#gebied", "West", old)
    seat.click("button.primary", old)
    seat.expect("Intussen gewijzigd", old)
    for words in ("Oost", "West", "U zag: Noord"):
        seat.expect(words, old)
    seat.picture("tabs-edit", old)
    seat.go(f"/contact/{person}")
    seat.expect("Oost")
    seat.lacks("West")
    seat.tick("input[name=keus-gebied][value=mijn]", old)
    seat.click("button.primary", old)
    seat.expect("West", old)
    # A note is text: both additions stay.
    seat.go(address)
    seat.go(address, old)
    seat.fill("#briefje", "Twee keer bellen.")
    seat.click("button.primary")
    seat.fill("#briefje", "Hond is lief.", old)
    seat.click("button.primary", old)
    seat.expect("Hond is lief.", old)
    seat.expect("Twee keer bellen.", old)


def choices(seat: Seat, old, person: str) -> None:
    """A difference that was chosen, or has grown, is not chosen again by a form that showed something else."""
    seat.go("/uitwisselen")
    seat.click("main button[value=alles]")
    seat.exchanged("Uitgewisseld")
    seat.click("button[value=terug]")
    seat.go("/kiezen")
    seat.go("/kiezen", old)
    newest = seat.window()
    seat.go("/kiezen/alles", newest)
    seat.tick("main .option >> nth=1")
    chosen = seat.page.locator("main .option .value").nth(1).inner_text()
    other = seat.page.locator("main .option .value").nth(0).inner_text()
    seat.button("Kiezen", exact=True)
    seat.expect("Gekozen:")
    seat.tick("main .option >> nth=0", old)
    seat.button("Kiezen", exact=True, page=old)
    seat.click("button[value=alles]", newest)
    seat.expect("Er is intussen iets veranderd", newest)
    newest.close()
    seat.go(f"/contact/{person}")
    seat.expect(chosen)
    seat.lacks(f"{other} ·")


def judgements(seat: Seat, old) -> None:
    """Two people who were told apart in one tab are not made one by a form that showed them unjudged; and the word is one step."""
    seat.go("/dubbelen")
    seat.go("/dubbelen", old)
    names = seat.page.locator("table.pair thead a").all_inner_texts()
    seat.click("main button[value=v]")
    seat.expect("zijn verschillende mensen")
    seat.click("main button[value=z]", old)
    seat.expect("intussen al iets over gezegd", old)
    seat.go(f"/zoeken?vraag={names[0]}", old)
    seat.lacks("staat er 2 keer in", old)
    seat.go("/dubbelen", old)
    ledger.check(old.locator("main button[value=z]").count() == 0, "a pair that was judged is asked again in another tab")
    seat.click(".undo button")
    seat.go("/dubbelen", old)
    ledger.check(old.locator("main button[value=z]").count() == 1, "a word that was taken back is not asked again")


def steps(seat: Seat, old, person: str) -> None:
    """A step that was taken back is not taken back again, and each bar takes back its own step."""
    seat.go(f"/contact/{person}/bewerken")
    seat.fill("#roepnaam", "Eerst")
    seat.click("button.primary")
    seat.go(f"/contact/{person}/bewerken", old)
    seat.fill("#gebied", "Zuid", old)
    seat.click("button.primary", old)
    # The bar of the first tab: its own step, though another one came after it.
    copy = seat.page.url
    seat.click(".undo button")
    seat.expect("Ongedaan gemaakt")
    seat.go(f"/contact/{person}/bewerken", old)
    ledger.check(old.locator("#roepnaam").input_value() != "Eerst" and old.locator("#gebied").input_value() == "Zuid", "undo took back something else")
    seat.page.goto(copy)
    seat.click(".undo button")
    seat.expect("al ongedaan gemaakt")
    seat.page.go_back()
    # Again, and it stands.
    seat.go("/instellingen")
    seat.click("#stappen ~ ul button[value=opnieuw]")
    seat.expect("Opnieuw gedaan")
    seat.go(f"/contact/{person}/bewerken")
    ledger.check(seat.page.locator("#roepnaam").input_value() == "Eerst", "what was done again does not stand")


def refused(stage: Stage) -> None:
    """Wrong input: nothing is saved, it is said at the top with focus and beside the field, and what was typed stays. With and without script."""
    laptop = stage.alone()
    laptop.insert("contact", given_name="Els", family_name="Bakker")
    seat = stage.seat(laptop)
    opening = laptop.sql("select count(*) from contact")
    forms = [
        ("/zoeken?nieuw=1", {"#naam": "Anna Wit", "#telefoon": "bel maar", "#postcode": "12 AB"}, ["telefoon", "postcode"]),
        ("/zoeken?nieuw=1", {"#naam": " "}, ["naam"]),
        ("/moment", {"#erbij": "Els Bakker", "#over": "Iets"}, ["hoe"]),
        ("/moment", {"#erbij": "Nergens Niemand"}, ["erbij"]),
        ("/hulp?nieuw=vraag", {"#naam": "Els Bakker", "#tot": "ooit"}, ["wat", "tot"]),
        ("/instellingen", {"#mij": "Nergens Niemand"}, ["mij"]),
        ("/bewaren", {"#map": "/nergens/hier"}, ["map"]),
    ]
    for script in (True, False):
        window = seat.looker(stage.browser, java_script_enabled=script, viewport={"width": 1280, "height": 800})
        page = window.new_page()
        for address, typed, faults in forms:
            seat.go(address, page)
            for where, text in typed.items():
                seat.fill(where, text, page)
            seat.click("main form.form button.primary", page)
            told = f"{address} {'with' if script else 'without'} script"
            ledger.check(page.locator("#fouten").count() == 1, f"{told}: nothing is summed up")
            ledger.check(seat.until(lambda: page.evaluate("document.activeElement?.id") == "fouten", page), f"{told}: the summary has no focus")
            for fault in faults:
                ledger.check(page.locator(f"#fouten a[href='#{fault}']").count() == 1, f"{told}: {fault} is not summed up")
                # Beside the field: a sentence in the same group, which the field names.
                beside = page.locator(f".wrong:has(#{fault}) .fault, #{fault}.wrong .fault, label:has(#{fault}) .fault")
                ledger.check(beside.count() >= 1, f"{told}: nothing is said beside {fault}")
            for where, text in typed.items():
                # A name that was found stands there as somebody who was picked.
                stays = page.locator(where).input_value().strip() == text.strip() or page.locator(".picked", has_text=text).count() == 1
                ledger.check(stays, f"{told}: what was typed in {where} is gone")
        window.close()
    ledger.check(laptop.sql("select count(*) from contact") == opening, "what was refused is stored")
