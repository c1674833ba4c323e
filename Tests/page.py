#!/usr/bin/env python3
"""Drives the built program in a real browser, as people use it: two laptops with a folder of sticks between them.

    make test-page                     builds, fetches what this needs into .build-page-test/, runs all of it
    make test-page CASES='lock tabs'   some of it

Each case has an empty folder, laptops and browsers of its own; one that ends early is a fault, told with what was to be seen, and the
others go on. A page that asks anything of anybody but itself, a script that fails or is not ours, a dialog, a word of the browser's own
console, an answer of 500 or a program that ends by itself fails the case wherever it happens. Pictures of all screens lie in
.build-page-test/pictures. Nothing is timed: limits are those of a run that hangs.
"""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from Browser import ledger  # noqa: E402
from Browser.hostile import hostile  # noqa: E402
from Browser.journeys import by_keyboard, with_script, without_script  # noqa: E402
from Browser.locked import lock  # noqa: E402
from Browser.long import mass, stop  # noqa: E402
from Browser.stage import Stage  # noqa: E402
from Browser.tabs import refused, tabs  # noqa: E402
from Browser.views import views  # noqa: E402

CASES = {
    "script": with_script, "noscript": without_script, "keyboard": by_keyboard, "tabs": tabs, "refused": refused, "mass": mass, "stop": stop, "lock": lock, "hostile": hostile,
    "views": views,
}


def main(program: str, pictures: str, *chosen: str) -> int:
    chromium = next((path for path in map(shutil.which, ["chromium", "chromium-browser"]) if path), None)
    if not chromium:
        print("no chromium is installed: make test-page installs it from Debian's packages", file=sys.stderr)
        return 1
    if unknown := set(chosen) - set(CASES):
        print(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}", file=sys.stderr)
        return 64
    folder = pathlib.Path(pictures).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ledger.watch(limit_seconds=45 * 60)
    with sync_playwright() as playwright:
        stage = Stage(playwright, pathlib.Path(program).resolve(), folder, chromium)
        for name in chosen or CASES:
            # A browser that ends, or is ended, by itself says nothing of the page: once more with another one, and aloud.
            for isLast in (False, True):
                before = len(ledger.faults)
                with stage.case(name):
                    CASES[name](stage)
                if not stage.wasEnded or isLast:
                    break
                ledger.say(f"the browser itself ended in {name}: once more, and then it counts. Not counted: {len(ledger.faults) - before} faults")
                del ledger.faults[before:]
        stage.close()
    return ledger.close(folder)


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    # Threads of a browser that has crashed may not end by themselves.
    os._exit(code)
