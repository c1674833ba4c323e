"""What is large: a change by another program that must be agreed to, the newest for all, and long work that is stopped."""

import shutil

from . import ledger
from .stage import Stage

PEOPLE = 1_200
"""More than the thousand that make a change by another program one that is asked about."""
SHARED = 40
"""People whom both laptops changed."""
STICKS = 25


def crowd(laptop, count: int) -> None:
    laptop.sql(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "
        "insert into contact(given_name, family_name, area) select 'Naam' || i, 'Achternaam' || i, 'Zuid' from n", count)
    laptop.run("status")


def mass(stage: Stage) -> None:
    """Nothing leaves before a person has agreed; it can be taken back; and the newest for all comes after a list, and is one step."""
    first, second, answer, _ = stage.two()
    crowd(first, PEOPLE)
    first.run("bundle", "export", str(stage.folder / "all.kithbundle"))
    second.run("bundle", "import", str(stage.folder / "all.kithbundle"))
    seat = stage.seat(first)
    first.sql("update contact set area = 'Nergens' where given_name like 'Naam%'")
    seat.go("/uitwisselen")
    seat.click("main button[value=alles]")
    seat.expect("Eerst dit")
    seat.expect("1.200")
    seat.picture("mass")
    ledger.check(not list((first.sticks / "KITH").iterdir()), "something was written before a person had agreed")
    seat.click("button[value=terug]")
    seat.expect("Ongedaan gemaakt: 1.200 wijzigingen")
    ledger.check(first.sql("select count(*) from contact where area = 'Nergens'") == [(0,)], "the large change was not taken back")
    # The same number is changed on both: so many differences. The older is shown until somebody has chosen.
    for laptop, area in ((first, "West"), (second, "Oost")):
        laptop.sql("update contact set area = ? where given_name in (select given_name from contact where given_name like 'Naam%' order by given_name limit ?)", area, SHARED)
        laptop.run("bundle", "export", str(laptop.folder / "own.kithbundle"))
    shutil.copy(second.folder / "own.kithbundle", first.sticks / "KITH" / "jan.kithbundle")
    seat.go("/uitwisselen")
    seat.click("main button[value=alles]")
    seat.exchanged("Uitgewisseld")
    ledger.check(seat.page.locator(".figure.wait summary b").inner_text() == str(SHARED), "the report does not say how many differences there are")
    seat.click("button[value=kiezen]")
    seat.click("a[href='/kiezen/alles']")
    ledger.check(seat.page.locator("main tbody tr").count() == SHARED, "the list before the newest for all is not whole")
    promised = seat.page.locator("main tbody tr td:nth-child(3)").all_inner_texts()
    before = areas(first)
    seat.picture("mass-newest")
    seat.click("button[value=alles]")
    seat.expect(f"Overal het nieuwste genomen: {SHARED}")
    ledger.check(seat.page.locator("input[name=keus]").count() == 0, "a difference is left after the newest for all")
    after = areas(first)
    ledger.check(len(set(promised)) == 1 and after == [(promised[0], SHARED), ("Zuid", PEOPLE - SHARED)], f"the list promised {set(promised)}, and it became {after}")
    # What was shown was the newest: there is nothing to put back, and that is what is said. That it is asked again is more than a change
    # can do: whoever writes one has seen all of its own.
    seat.click(".undo button")
    seat.expect("Hier viel niets terug te zetten")
    ledger.check(seat.page.locator(".undo button").count() == 0, "what put nothing back is offered to be done again")
    ledger.check(areas(first) == before, f"it was {before}, and after it was taken back it is {areas(first)}")


def areas(laptop) -> list[tuple]:
    return laptop.sql("select area, count(*) from contact where given_name like 'Naam%' group by 1 order by 1")


def stop(stage: Stage) -> None:
    """Long work goes on while its window is closed, is stopped by its button, says what was not begun, and goes on another time."""
    first, second, answer, _ = stage.two()
    crowd(second, 6_000)
    second.run("bundle", "export", str(first.sticks / "KITH" / "jan.kithbundle"))
    for number in range(STICKS):
        (first.sticks / f"S{number:02}").mkdir()
        shutil.copy(answer, first.sticks / f"S{number:02}" / "oud.kithbundle")
    seat = stage.seat(first)
    seat.go("/uitwisselen")
    seat.click("main button[value=alles]")
    seat.expect("Bezig met uitwisselen")
    seat.picture("stop-busy")
    # The window is closed, and another one opened: it goes on.
    again = seat.window()
    seat.page.close()
    seat.page = again
    seat.go("/uitwisselen")
    if not ledger.check(seat.page.locator("button[value=stop]").count() == 1, f"it is no longer under way: {seat.text()[:300]}"):
        return
    seat.click("button[value=stop]")
    seat.exchanged("Uitgewisseld")
    seat.expect("U stopte het")
    seat.expect("Er is niets verloren")
    skipped = seat.page.locator("main .tag", has_text="Niet begonnen").count()
    ledger.check(skipped > 0, "nothing was left when it was stopped")
    written = [path.name for path in first.sticks.iterdir() if list(path.glob("zuid-laptop-fatima*"))]
    promised = seat.page.locator("main .notice.good").count()
    ledger.check(promised == len(written), f"{promised} sticks may be taken out, {len(written)} were written")
    seat.picture("stop-done")
    seat.click("button[value=terug]")
    seat.click("main button[value=alles]")
    seat.exchanged("Uitgewisseld")
    seat.lacks("U stopte het")
    ledger.check(first.sql("select count(*) from contact where given_name like 'Naam%'") == [(6_000,)], "after it was stopped not all came in the next time")
