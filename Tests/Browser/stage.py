"""What a case works with: a folder of its own, laptops, seats; and what is told of all of them when it goes wrong."""

import contextlib
import os
import pathlib
import shutil
import tempfile

from playwright.sync_api import Error

from . import ledger
from .laptop import Laptop
from .seat import Seat

# Nothing leaves this machine, whatever a page asks for; and memory that is shared lies on the disk, where /dev/shm may be small.
ARGUMENTS = ["--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


class Stage:
    def __init__(self, playwright, program: pathlib.Path, pictures: pathlib.Path, chromium: str):
        self.playwright, self.program, self.pictures, self.chromium = playwright, program, pictures, chromium
        self.browser, self.isClosing = None, False
        # Whether the browser ended in the case that ran last.
        self.wasEnded = False
        self.laptops: list[Laptop] = []
        self.seats: list[Seat] = []
        self.folder = pathlib.Path()

    def start(self) -> None:
        """A browser; another one where the last has ended."""
        if self.browser and self.browser.is_connected():
            return
        self.browser = self.playwright.chromium.launch(
            executable_path=self.chromium, args=ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else []), timeout=180_000)
        self.browser.on("disconnected", lambda _: self.ended())

    def ended(self) -> None:
        self.wasEnded = not self.isClosing

    def close(self) -> None:
        self.isClosing = True
        if self.browser:
            self.browser.close()

    @contextlib.contextmanager
    def case(self, name: str):
        """Runs one case on an empty stage."""
        with ledger.within(name), tempfile.TemporaryDirectory(prefix="kith-page-") as temporary:
            self.start()
            self.wasEnded = False
            self.folder, self.laptops, self.seats = pathlib.Path(temporary), [], []
            try:
                yield
            except Exception:
                self.tell(name)
                raise
            finally:
                for seat in self.seats:
                    with contextlib.suppress(Error):
                        seat.close()
                for laptop in self.laptops:
                    laptop.end()

    def tell(self, name: str) -> None:
        """What was to be seen when it went wrong."""
        for laptop in self.laptops:
            if laptop.process:
                ledger.say(f"  the page of {laptop.folder.name}: {laptop.state()}")
        for number, seat in enumerate(self.seats):
            with contextlib.suppress(Error):
                ledger.say(f"  seat {number} is on {seat.page.url}: {seat.page.locator('body').inner_text(timeout=5_000)[:800]}")
                seat.picture(f"fault-{name}-{number}")

    def laptop(self, name: str, language: str = "nl") -> Laptop:
        sticks = self.folder / "sticks"
        (sticks / "KITH").mkdir(parents=True, exist_ok=True)
        laptop = Laptop(self.program, self.folder / name, sticks, language)
        self.laptops.append(laptop)
        return laptop

    def seat(self, laptop: Laptop, **options) -> Seat:
        seat = Seat(self.browser, laptop, self.pictures, **options)
        self.seats.append(seat)
        return seat

    # Neighbourhoods

    def alone(self, language: str = "nl") -> Laptop:
        """A list of one laptop."""
        laptop = self.laptop("fatima", language)
        laptop.run("init", "--space", "Zuid", "--name", "Laptop Fatima")
        return laptop

    def two(self, language: str = "nl") -> tuple[Laptop, Laptop, pathlib.Path, str]:
        """Two laptops of one list. The answer is the bundle by which the second one joined.

        Returns: both, that bundle, and the id of one person on both."""
        first, second = self.alone(language), self.laptop("jan", language)
        person = first.add("contact", "given_name=Wilhelmina", "infix=van den", "family_name=Berg", "area=Zuid")
        first.add("contact", "given_name=Cor", "family_name=Visser")
        request, answer = self.folder / "jan.kithrequest", self.folder / "answer.kithbundle"
        second.run("join", "--request", str(request), "--name", "Laptop Jan")
        first.run("device", "admit", str(request), "--role", "member", "--yes")
        first.run("bundle", "export", str(answer))
        second.run("join", str(answer))
        return first, second, answer, person

    def apart(self, language: str = "nl") -> tuple[Laptop, Laptop, str]:
        """Both changed the area of one person, and both added another one. Four sticks: the same news twice, older news, a damaged one."""
        first, second, answer, person = self.two(language)
        first.run("edit", person, "area=West")
        second.run("edit", person, "area=Oost")
        for laptop, name in ((first, "Ayşe"), (second, "Ayse")):
            owner = laptop.add("contact", f"given_name={name}", "family_name=Celik")
            laptop.run("add", "contact_point", f"contact={owner}", "type=tel", "value=0612000005")
            laptop.run("add", "contact_point", f"contact={owner}", "type=email", "value=ayse@voorbeeld.nl")
        sticks = first.sticks
        for name in ("JAN", "OUD", "STUK"):
            (sticks / name).mkdir()
        second.run("bundle", "export", str(sticks / "KITH" / "jan.kithbundle"))
        shutil.copy(sticks / "KITH" / "jan.kithbundle", sticks / "JAN" / "nog-eens.kithbundle")
        shutil.copy(answer, sticks / "OUD" / "oud.kithbundle")
        whole = (sticks / "KITH" / "jan.kithbundle").read_bytes()
        (sticks / "STUK" / "half.kithbundle").write_bytes(whole[: len(whole) // 2])
        return first, second, person
