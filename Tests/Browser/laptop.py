"""A laptop: its own data folder, the built program, and its page."""

import contextlib
import glob
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time

from . import ledger

PATIENCE = 120
"""Seconds for what takes one on an idle machine: another build may have both cores."""


class Laptop:
    def __init__(self, program: pathlib.Path, folder: pathlib.Path, sticks: pathlib.Path, language: str = "nl"):
        folder.mkdir(parents=True)
        self.program, self.folder, self.sticks = program, folder, sticks
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state"),
            "XDG_RUNTIME_DIR": str(folder), "KITH_LANG": language, "KITH_STICKS": str(sticks), "KITH_NEARBY": "off", "TZ": "Europe/Amsterdam", "LC_ALL": "C.UTF-8",
        }
        self.process: subprocess.Popen | None = None
        self.log = folder / "page.log"
        self.database: sqlite3.Connection | None = None
        self.keys: dict[str, str] = {}

    def run(self, *words: str, more: dict[str, str] | None = None) -> str:
        """One command. 2 says that something waits for a person."""
        done = subprocess.run([self.program, *words], env=self.environment | (more or {}), capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode not in (0, 2):
            raise RuntimeError(f"kith {' '.join(words)} ended by {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def add(self, *words: str) -> str:
        """Adds a row by the command line.

        Returns: its id."""
        return re.search(r"[0-9a-f]{32}", self.run("add", *words, "--json")).group(0)

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """As any program of SQLite writes; the page stamps it like its own."""
        if not self.database:
            self.database = sqlite3.connect(glob.glob(str(self.folder / "data/kith/*.kith"))[0], timeout=PATIENCE, isolation_level=None)
        return self.database.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def together(self):
        """Many rows in one transaction."""
        self.sql("begin immediate")
        yield
        self.sql("commit")

    def insert(self, table: str, **fields: object) -> str:
        """A row by SQL.

        Returns: its id, or that of its first column."""
        names = ", ".join(f'"{name}"' for name in fields)
        if table not in self.keys:
            self.keys[table] = "id" if "id" in [row[1] for row in self.sql(f"pragma table_info({table})")] else next(iter(fields))
        first = self.keys[table]
        return self.sql(f'insert into {table}({names}) values({", ".join("?" * len(fields))}) returning "{first}"', *fields.values())[0][0]

    def open(self, *words: str) -> str:
        """Starts the page.

        Returns: the file that the browser is handed."""
        with self.log.open("w") as log:
            self.process = subprocess.Popen([self.program, "open", "--no-browser", *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(r"(/\S+\.html)\s*$", self.log.read_text()):
                return found.group(1)
            time.sleep(0.05)
        raise RuntimeError(f"the page of {self.folder.name} named no file to open; {self.state()}")

    def state(self) -> str:
        """How the program stands, and what it said last."""
        code = self.process.poll() if self.process else None
        told = self.log.read_text()[-2_000:] if self.log.exists() else ""
        return f"it {'runs' if self.process and code is None else f'ended by {code}'}, and said: {told}"

    def end(self) -> None:
        """Ends the page; one that is gone already was not to be."""
        if self.database:
            self.database.close()
            self.database = None
        if not self.process:
            return
        if self.process.poll() is not None:
            ledger.fault(f"the page of {self.folder.name} ended by itself: {self.state()}")
        else:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                ledger.fault(f"the page of {self.folder.name} does not end when it is asked to")
                self.process.kill()
                self.process.wait()
        self.process = None

    def ends_itself(self) -> None:
        """Waits for a program that was asked to stop by its own button."""
        code = self.process.wait(PATIENCE)
        ledger.check(code == 0, f"the page ended by {code}: {self.state()}")
        self.process = None
