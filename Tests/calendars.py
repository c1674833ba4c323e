"""Random calendars into Kith and out again: what is written must be held on the same dates, at the same places, for as long.

    python3 Tests/calendars.py .build/debug/kith 10000 1                   # program, count, seed
    python3 Tests/calendars.py - 150 3 > Fixtures/calendars.jsonl          # with what is held, for CalendarFixtureTests

Each calendar is a series or an event with dates taken away, added, moved, cancelled or changed from one on, in any zone. Both
sides are expanded by recurring-ical-events; needs that and icalendar of PyPI. Differences are printed, and are failure.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import warnings
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

warnings.simplefilter("ignore")
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = ["Europe/Amsterdam", "Europe/London", "America/New_York", "Europe/Istanbul", "Asia/Kolkata", "Australia/Sydney"]
BATCH = 250
FIRST, LAST = datetime(2026, 1, 1), datetime(2028, 1, 1)


def some(r, values, most=3):
    return sorted(r.sample(list(values), r.randint(1, most)))


def rule(r, start, is_day, is_zoned):
    freq = r.choices(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"], [2, 5, 8, 4])[0]
    parts = ["FREQ=" + freq]
    if r.random() < 0.4:
        parts.append(f"INTERVAL={r.randint(2, 4)}")
    if r.random() < 0.2:
        parts.append(f"WKST={r.choice(DAYS)}")
    if freq == "WEEKLY" and r.random() < 0.6:
        parts.append("BYDAY=" + ",".join(DAYS[d] for d in sorted(set(some(r, range(7), 2)) | {start.weekday()})))
    if freq == "MONTHLY":
        k = r.random()
        if k < 0.3:
            parts.append("BYMONTHDAY=" + ",".join(map(str, some(r, [start.day, -1, 1, 15], 2))))
        elif k < 0.6:
            parts.append("BYDAY=" + ",".join(f"{r.choice([1, 2, 3, -1])}{d}" for d in r.sample(DAYS, r.randint(1, 2))))
        elif k < 0.7:
            parts.append("BYDAY=MO,TU,WE,TH,FR;BYSETPOS=" + r.choice(["-1", "1", "2,-2"]))
    if freq == "YEARLY" and r.random() < 0.5:
        parts.append(f"BYMONTH={','.join(map(str, some(r, range(1, 13))))}")
        if r.random() < 0.5:
            parts.append(f"BYDAY={r.choice([1, 2, -1])}{r.choice(DAYS)}")
    k = r.random()
    if k < 0.5:
        parts.append(f"COUNT={r.randint(2, 20)}")
    elif k < 0.85:
        end = start + timedelta(days=r.randint(10, 500), hours=0 if is_day else r.choice([0, 0, 3, -3]))
        if is_day:
            parts.append(f"UNTIL={end:%Y%m%d}")
        elif is_zoned:
            parts.append(f"UNTIL={end.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}")
        else:
            parts.append(f"UNTIL={end:%Y%m%dT%H%M%S}")
    return ";".join(parts)


def written(r, name, time, zone, elsewhere=True):
    """A property of a time, in its own zone or another's."""
    if not isinstance(time, datetime):
        return f"{name};VALUE=DATE:{time:%Y%m%d}"
    if zone is None:
        return f"{name}:{time:%Y%m%dT%H%M%S}"
    if zone == "UTC":
        return f"{name}:{time:%Y%m%dT%H%M%SZ}"
    k = r.random()
    if elsewhere and k < 0.2:
        return f"{name}:{time.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"
    if elsewhere and k < 0.3:
        other = r.choice(ZONES)
        return f"{name};TZID={other}:{time.astimezone(ZoneInfo(other)):%Y%m%dT%H%M%S}"
    return f"{name};TZID={zone}:{time:%Y%m%dT%H%M%S}"


def dates_of(text, start):
    if not isinstance(start, datetime):
        found = rrulestr(text, dtstart=datetime(start.year, start.month, start.day), ignoretz=True)
        return [d.date() for d, _ in zip(found, range(30))]
    return [d for d, _ in zip(rrulestr(text, dtstart=start), range(30))]


def sure(time):
    """Whether a clock shows the time once: what programs make of the hour that comes twice or never is their own."""
    if not isinstance(time, datetime) or time.tzinfo is None:
        return True
    return all((time + timedelta(hours=h)).utcoffset() == time.utcoffset() for h in (-4, 4))


def series(r, number):
    kind = r.choices(["day", "float", "UTC", "zone"], [2, 1, 2, 8])[0]
    zone = {"UTC": "UTC", "zone": r.choice(ZONES)}.get(kind)
    day = date(2026, 1, 1) + timedelta(days=r.randint(0, 400))
    start = day if kind == "day" else datetime(day.year, day.month, day.day, r.randint(4, 22), r.choice([0, 15, 30]), tzinfo=ZoneInfo(zone) if zone else None)
    length = timedelta(days=r.randint(1, 4)) if kind == "day" else timedelta(minutes=r.choice([15, 60, 90, 120, 300]))
    names = ["UID:u%d@x" % number, f"SUMMARY:S{number}"]
    text = rule(r, start, kind == "day", zone is not None)
    dates = dates_of(text, start)
    if len(dates) < 2:
        return None
    # The first date is one of the rule's: what is not is another test's.
    start = dates[0]
    dates = dates_of(text, start)
    if len(dates) < 2 or not all(map(sure, dates)):
        return None

    def ending(start, length):
        if r.random() < 0.4:
            minutes = int(length.total_seconds() // 60)
            return f"DURATION:P{length.days}D" if kind == "day" else f"DURATION:PT{minutes}M"
        return written(r, "DTEND", start + length, zone)

    base = [*names, written(r, "DTSTART", start, zone, False), ending(start, length), f"LOCATION:L{number}"]
    if r.random() < 0.1:
        return [base]
    base.append("RRULE:" + text)
    events = [base]
    left = dates[1:]
    r.shuffle(left)
    if r.random() < 0.5:
        gone = [left.pop() for _ in range(min(len(left), r.randint(1, 3)))]
        if kind == "zone" and r.random() < 0.15:
            base += [f"EXDATE;VALUE=DATE:{d:%Y%m%d}" for d in gone]
        else:
            base += [written(r, "EXDATE", d, zone) for d in gone]
    if r.random() < 0.25:
        more = start + timedelta(days=r.randint(1, 200), hours=0 if kind == "day" else 1)
        if sure(more) and more not in dates:
            base.append(written(r, "RDATE", more, zone))
    # From a date on everything is at another time, lasts as long as that event says, and is elsewhere.
    if r.random() < 0.2 and left:
        d = left.pop()
        moved = d if kind == "day" else d + timedelta(hours=r.choice([-1, 1, 2]))
        if sure(moved) and all(map(sure, (m + (moved - d) for m in dates))):
            length = timedelta(days=r.randint(1, 3)) if kind == "day" else timedelta(minutes=r.choice([30, 60, 120]))
            range_id = written(r, "RECURRENCE-ID", d, zone, False).replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE")
            return [base, [*names, range_id, written(r, "DTSTART", moved, zone, False), ending(moved, length), f"LOCATION:L{number}c", "SEQUENCE:1"]]
    for _ in range(r.choices([0, 1, 2], [5, 3, 2])[0]):
        if not left:
            break
        d = left.pop()
        moved = d + timedelta(days=r.randint(-2, 2), hours=0 if kind == "day" else r.randint(-2, 2))
        # Where it goes nothing else is.
        if not sure(moved) or (moved != d and moved in dates):
            continue
        one = [*names, written(r, "RECURRENCE-ID", d, zone), written(r, "DTSTART", moved, zone, False), ending(moved, length), f"LOCATION:L{number}{r.choice(['', 'b'])}", "SEQUENCE:1"]
        if r.random() < 0.25:
            one.append("STATUS:CANCELLED")
        events.append(one)
    return events


def held(text):
    calendar = icalendar.Calendar.from_ical(text)
    found = {}
    for event in recurring_ical_events.of(calendar).between(FIRST, LAST):
        if str(event.get("STATUS", "")) == "CANCELLED":
            continue
        start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
        def plain(time):
            return time.astimezone(timezone.utc).isoformat() if isinstance(time, datetime) and time.tzinfo else str(time)
        found.setdefault(str(event["SUMMARY"]), []).append((plain(start), plain(end), str(event.get("LOCATION", ""))))
    return {name: sorted(dates) for name, dates in found.items()}


def calendar(events):
    body = "".join("BEGIN:VEVENT\n" + "\n".join(e) + "\nEND:VEVENT\n" for e in events)
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n" + body + "END:VCALENDAR\n"


def fixture(count, seed):
    r = random.Random(seed)
    done = 0
    while done < count:
        events = series(r, done)
        dates = events and held(calendar(events)).get(f"S{done}", [])
        # A file to read, not to weigh.
        if not dates or len(dates) > 60:
            continue
        print(json.dumps({"calendar": calendar(events), "held": [" ".join(d) for d in dates]}))
        done += 1


def main(program, count, seed):
    r = random.Random(seed)
    done, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KITH_LANG": "en", "KITH_REPLICA": os.path.join(folder, "x.kith"), "XDG_DATA_HOME": folder}
        def kith(*words):
            got = subprocess.run([program, *words], capture_output=True, text=True, env=environment)
            if got.returncode not in (0, 2):
                sys.exit(f"{words}: {got.stderr}")
            return got.stdout
        batch = 0
        while done < count:
            events, sources = [], {}
            while len(sources) < min(BATCH, count - done):
                one = series(r, done + len(sources))
                if one:
                    sources[f"S{done + len(sources)}"] = one
                    events += one
            batch += 1
            text = calendar(events)
            path, out = os.path.join(folder, f"in{batch}.ics"), os.path.join(folder, f"out{batch}.ics")
            with open(path, "w", newline="") as file:
                file.write(text.replace("\n", "\r\n"))
            environment["KITH_REPLICA"] = os.path.join(folder, f"{batch}.kith")
            kith("init", "--space", "Zuid", "--name", "L")
            kith("import", path)
            kith("export", out)
            with open(out, newline="") as file:
                ours = held(file.read())
            theirs = held(text)
            for name, lines in sources.items():
                if theirs.get(name, []) != ours.get(name, []):
                    wrong += 1
                    if wrong <= 10:
                        a, b = set(theirs.get(name, [])), set(ours.get(name, []))
                        print(f"{name}:", *("\n   ".join(e) for e in lines), f"missing {sorted(a - b)[:4]}", f"more {sorted(b - a)[:4]}", sep="\n   ")
            done += len(sources)
    print(f"{done} calendars, {wrong} wrong")
    sys.exit(wrong > 0)


if sys.argv[1] == "-":
    fixture(int(sys.argv[2]), int(sys.argv[3]))
else:
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
