"""A list behind a passphrase: nothing of it is seen before, after, or by the button back."""

from . import ledger
from .stage import Stage

PASSPHRASE = "vier paarden onder de brug"


def lock(stage: Stage) -> None:
    laptop = stage.alone()
    person = laptop.insert("contact", given_name="Wilhelmina", infix="van den", family_name="Berg", area="Geheimstraat")
    laptop.run("status")
    file = stage.folder / "passphrase"
    file.touch(0o600)
    file.write_text(PASSPHRASE + "\n")
    laptop.run("device", "passphrase", more={"KITH_PASSPHRASE_FILE": str(file)})
    seat = stage.seat(laptop)

    def is_shut(what: str) -> None:
        ledger.check(seat.page.locator("#wachtzin").count() == 1 and "Wilhelmina" not in seat.page.content(), f"{what}: {seat.text()[:200]}")

    is_shut("it opens without the passphrase")
    for address in (f"/contact/{person}", "/zoeken?vraag=wil", "/zoeken/deel?vraag=wil", "/uitwisselen", f"/persoon/{person}/alles", "/verslagen", "/instellingen"):
        seat.go(address)
        is_shut(f"{address} while it is locked")
    seat.fill("#wachtzin", "vier paarden")
    seat.click("main button.primary")
    ledger.check(seat.page.locator("#wachtzin-fout").count() == 1, "a wrong passphrase is not refused beside its field")
    ledger.check(seat.page.locator("#wachtzin").input_value() == "", "the passphrase that was typed stands on the page")
    seat.picture("lock")
    # What was asked for comes after it.
    seat.go(f"/contact/{person}")
    seat.fill("#wachtzin", PASSPHRASE)
    seat.leave("Enter") if seat.page.evaluate("document.activeElement?.id") == "wachtzin" else seat.click("main button.primary")
    seat.expect("Wilhelmina")
    seat.go("/instellingen")
    seat.click("form[action='/slot'] button")
    is_shut("the button does not lock it")
    seat.page.go_back()
    is_shut("the browser shows by its button back what was there")
    seat.page.go_back()
    is_shut("the browser shows by its button back what was there before")
    # A window that stays open hears of it within a minute by itself, and shows nothing any more.
    seat.page.clock.install()
    seat.go("/slot")
    seat.fill("#wachtzin", PASSPHRASE)
    seat.click("main button.primary")
    seat.go(f"/contact/{person}")
    other = seat.window()
    seat.go("/instellingen", other)
    seat.click("form[action='/slot'] button", other)
    other.close()
    with seat.page.expect_navigation():
        seat.page.clock.run_for(61_000)
    seat.page.locator("#wachtzin").wait_for()
    is_shut("a window that was open goes on to show what is locked")
    # A form that was open is not written while it is locked.
    seat.go("/slot")
    seat.fill("#wachtzin", PASSPHRASE)
    seat.click("main button.primary")
    seat.go(f"/contact/{person}/bewerken")
    other = seat.window()
    seat.go("/instellingen", other)
    seat.click("form[action='/slot'] button", other)
    seat.fill("#roepnaam", "Mien")
    seat.click("main form.form button.primary")
    is_shut("a form is taken while it is locked")
    ledger.check(laptop.sql("select count(*) from contact where nickname = 'Mien'") == [(0,)], "a form was written while it was locked")
