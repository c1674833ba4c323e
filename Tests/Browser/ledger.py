"""What a run of the browser test found, and that it never ends without saying why.

Whatever ends it, the last line says so: the count of checks and faults, or by which signal, in which case, after how many seconds.
"""

import contextlib
import faulthandler
import os
import re
import signal
import time
import traceback

checks = 0
faults: list[str] = []
began = time.monotonic()
case = "the beginning"
_awaited: list[tuple[re.Pattern, list[str]]] = []


def seconds() -> int:
    return int(time.monotonic() - began)


def say(text: str) -> None:
    print(text, flush=True)


def fault(text: str) -> None:
    """Notes what is wrong; within `expecting` what was expected is none."""
    for pattern, seen in _awaited:
        if pattern.search(text):
            seen.append(text)
            return
    say(f"FAULT [{case}] {text}")
    faults.append(text)


def check(holds: object, text: str) -> bool:
    """One thing that must be so."""
    global checks
    checks += 1
    if not holds:
        fault(text)
    return bool(holds)


@contextlib.contextmanager
def expecting(pattern: str):
    """A fault that must be found here: that the watch is awake."""
    seen: list[str] = []
    entry = (re.compile(pattern), seen)
    _awaited.append(entry)
    try:
        yield seen
    finally:
        _awaited.remove(entry)
    check(seen, f"nothing was found that is like {pattern!r}")


@contextlib.contextmanager
def within(name: str):
    """One case: what it throws is a fault of its own, and the others go on."""
    global case
    case, start = name, time.monotonic()
    say(f"{name} …")
    try:
        yield
    except Exception:
        fault(f"ended early: {traceback.format_exc()}")
    say(f"{name}: {int(time.monotonic() - start)} s")


def watch(limit_seconds: int) -> None:
    """A signal and a run that hangs are told like anything else."""

    def told(number: int, _frame: object) -> None:
        say(f"ended by {signal.Signals(number).name} in {case!r} after {seconds()} s: {checks} checks, {len(faults)} faults until then")
        os._exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, told)
    # Where every thread stands, then the end: nothing waits for ever.
    faulthandler.dump_traceback_later(limit_seconds, exit=True)


def close(pictures: object) -> int:
    faulthandler.cancel_dump_traceback_later()
    for text in faults:
        say(f"- {text.splitlines()[0]}")
    say(f"{checks} checks, {len(faults)} faults, {seconds()} s, pictures in {pictures}")
    return 1 if faults else 0
