"""A neighbourhood with something of everything, for whoever looks at the pictures; and the picture of README."""

import datetime

from . import ledger
from .journeys import words_at_the_top
from .laptop import Laptop
from .looks import look, screens, sweep
from .stage import Stage

PEOPLE = [
    ("Fatima", "el", "Amrani", "Zuid", "0612345601"), ("Wilhelmina", "van den", "Berg", "Zuid", "0101234567"), ("Cor", None, "Visser", "Oost", "0612345603"),
    ("Ayşe", None, "Yılmaz", "Zuid", "0612345604"), ("Jan", "de", "Wit", "West", "0612345605"), ("Priya", None, "Sharma", "Oost", "0612345606"),
    ("Zoë", "van der", "Meer", "Zuid", "0612345607"), ("Henk", None, "Bakker", "Noord", "0612345608"), ("Olena", None, "Kovalenko", "Noord", "0612345609"),
]
STREETS = ["Lindelaan 12", "Kerkstraat 4", "Havenweg 31", "Merelhof 7", "Dijk 110", "Molenpad 2", "Plein 18", "Beukenlaan 5", "Oostkade 63"]


def street(laptop: Laptop) -> tuple[str, str]:
    """Made-up people, what was spoken of, help, initiatives and gatherings.

    Returns: the ids of a person and of today's gathering."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=1)))

    def day(plus: int) -> str:
        return (now + datetime.timedelta(days=plus)).date().isoformat()

    people = []
    for (given, infix, family, area, phone), line in zip(PEOPLE, STREETS):
        name, number = line.rsplit(" ", 1)
        person = laptop.insert("contact", given_name=given, infix=infix, family_name=family, area=area)
        laptop.insert("contact_point", contact=person, type="tel", value=phone)
        laptop.insert("address", contact=person, street=name, number=number, postal_code="1234 AB", city="Zuiderhaven")
        people.append(person)

    def moment(person: str, days: int, channel: str, summary: str, again: int | None = None) -> None:
        made = laptop.insert("contact_moment", worker=people[0], occurred_at=day(-days) + "T10:30", channel=channel, duration_minutes=15, summary=summary,
                             follow_up_on=None if again is None else day(again))
        laptop.insert("contact_moment_contact", contact_moment=made, contact=person)

    moment(people[1], 6, "phone", "Boodschappen geregeld; vraagt of iemand de lamp kan maken.", 0)
    moment(people[2], 9, "doorstep", "Wil graag mee wandelen zodra zijn knie beter is.", 0)
    moment(people[3], 3, "chat", "Zoekt een fiets voor haar dochter.", -1)
    moment(people[4], 80, "phone", "Alles goed.")
    moment(people[5], 95, "video", "Taalles begint in januari.")
    laptop.sql("update contact set extra_vcard = 'NOTE:Hard van horen. Liever aanbellen dan bellen.' where id = ?", people[1])
    hall = laptop.insert("place", name="Buurthuis De Linde", kind="community_centre", location_type="physical", status="open", capacity=40)
    soup = laptop.insert("initiative", name="Soep voor elkaar", activity_type="cook", status="active", area="Zuid", place=hall,
                         description="Elke week koken en eten wij samen. Wie niet kan komen, krijgt een pannetje aan de deur.", funded_until=day(40))
    walk = laptop.insert("initiative", name="Rondje haven", activity_type="walk", status="active", area="Oost", description="Een uur wandelen, koffie na.")
    laptop.insert("initiative", name="Balkonbingo", activity_type="balcony_bingo", status="paused", area="West")
    for person in people[:2]:
        laptop.insert("involvement", contact=person, subject=soup, code="organiser")
    laptop.insert("involvement", contact=people[2], subject=walk, code="volunteer")
    today = laptop.insert("gathering", initiative=soup, place=hall, starts_at=day(0) + "T18:00", ends_at=day(0) + "T20:00", max_participants=20, status="planned")
    laptop.insert("gathering", initiative=walk, starts_at=day(2) + "T10:00", status="planned")
    for person in people[1:7]:
        laptop.insert("attendance", gathering=today, contact=person)
    laptop.insert("help_item", direction="request", contact=people[1], category="other", urgency="this_week", area="Zuid", description="Lamp in de gang is stuk.")
    laptop.insert("help_item", direction="request", contact=people[3], category="device", urgency="can_wait", area="Zuid", description="Kinderfiets, 20 inch.")
    laptop.insert("help_item", direction="offer", contact=people[6], category="other", area="Zuid", description="Kleine klussen, op zaterdag.", capacity_per_week=2)
    laptop.insert("consent", contact=people[1], purpose="contact", state="given", how="spoken")
    return people[1], today


def views(stage: Stage) -> None:
    first, second, _, _ = stage.two()
    first.sql("delete from contact")
    with first.together():
        person, gathering = street(first)
    seat = stage.seat(first)
    for _ in range(14):
        seat.go("/vandaag")
        seat.click("button.big[name=tel]")
    seat.go(f"/tellen/{gathering}")
    ledger.check(seat.page.locator("#samen").inner_text() == "14", "fourteen times one is not fourteen")
    # The space bar counts too, without a new page.
    seat.press("Space")
    ledger.check(seat.until(lambda: seat.page.locator("#samen").inner_text() == "15"), "the space bar does not count")
    sweep(stage, seat, "nl-vol", screens(first, person, gathering), ("light-1280", "light-320"))
    # The code of an invitation, with its picture.
    seat.go("/apparaten")
    seat.click("button[value=uitnodigen]")
    ledger.check(seat.page.locator(".qr svg").count() == 1, "an invitation has no picture of its code")
    look(seat, seat.page, "uitnodigen", "/apparaten", "nl-vol-light-1280")
    seat.click("button[value=intrekken]")
    # An initiative is begun on its list.
    seat.go("/initiatieven")
    seat.fill("#naam", "Repareren op zaterdag")
    seat.click("main form.form button")
    seat.expect("Repareren op zaterdag is bewaard.")
    # README's picture: a member's day, with all of it by stick.
    first.run("bundle", "export", str(stage.folder / "all.kithbundle"))
    second.run("bundle", "import", str(stage.folder / "all.kithbundle"))
    member = stage.seat(second, viewport={"width": 1010, "height": 600}, color_scheme="light")
    words_at_the_top(member)
    member.page.screenshot(path=stage.pictures / "page.png")
    size = (stage.pictures / "page.png").stat().st_size
    ledger.check(size <= 120_000, f"the picture for README has {size} bytes")
