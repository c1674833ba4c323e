"""Random rules of RFC 5545 with their first dates as python-dateutil finds them: a line each, `rule|start|dates`.

    python3 Tests/recurrences.py 10000 7 > /tmp/rules.txt     # count, seed
    KITH_RECURRENCES=/tmp/rules.txt swift test --filter RecurrenceTests

Fixtures/recurrences.txt is 250 of these, of seed 1. Needs python-dateutil.
"""
import random
import sys
import warnings
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr

warnings.simplefilter("ignore")
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def some(r, values, most=3):
    return sorted(r.sample(list(values), r.randint(1, most)))


def text(values):
    return ",".join(map(str, values))


def rule(r, start):
    freq = r.choices(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"], [4, 6, 8, 5, 1, 1])[0]
    parts = ["FREQ=" + freq]
    if r.random() < 0.4:
        parts.append(f"INTERVAL={r.randint(2, 5)}")
    if r.random() < 0.25:
        parts.append(f"WKST={r.choice(DAYS)}")
    if r.random() < 0.3:
        parts.append("BYMONTH=" + text(some(r, range(1, 13))))
    chosen = False
    if freq in ("MONTHLY", "YEARLY", "DAILY") and r.random() < 0.35:
        chosen = True
        parts.append("BYMONTHDAY=" + text(some(r, [d for d in range(-31, 32) if d])))
    if r.random() < (0.5 if freq == "WEEKLY" else 0.35):
        chosen = True
        days = some(r, DAYS)
        if freq in ("MONTHLY", "YEARLY") and r.random() < 0.6:
            days = [f"{r.choice([1, 2, 3, 4, 5, -1, -2])}{d}" for d in days]
        parts.append("BYDAY=" + text(days))
    if freq == "YEARLY" and r.random() < 0.15:
        chosen = True
        parts.append("BYYEARDAY=" + text(some(r, [d for d in range(-366, 367) if d])))
    if freq == "YEARLY" and r.random() < 0.15:
        chosen = True
        parts.append("BYWEEKNO=" + text(some(r, [d for d in range(-53, 54) if d])))
    if freq not in ("HOURLY", "MINUTELY") and r.random() < 0.15:
        parts.append("BYHOUR=" + text(some(r, range(24))))
    if r.random() < 0.1:
        parts.append("BYMINUTE=" + text(some(r, range(60))))
    # Not of weeks: dateutil counts positions in the first week from its beginning date on, RFC 5545 in the whole week.
    if chosen and freq in ("MONTHLY", "YEARLY") and r.random() < 0.3:
        parts.append("BYSETPOS=" + text(some(r, [1, 2, 3, -1, -2], 2)))
    end = r.random()
    if end < 0.35:
        parts.append(f"COUNT={r.randint(1, 12)}")
    elif end < 0.6:
        parts.append("UNTIL=" + (start + timedelta(days=r.randint(0, 900), hours=r.randint(0, 23))).strftime("%Y%m%dT%H%M%S"))
    r.shuffle(parts[1:])
    return ";".join(parts)


def main(count, seed):
    r = random.Random(seed)
    while count:
        start = datetime(r.randint(1965, 2040), r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.choice([0, 15, 30, 59]))
        if r.random() < 0.1:
            start = start.replace(day=1) + timedelta(days=r.choice([28, 29, 30]))
        one = rule(r, start)
        dates = []
        try:
            dates_of = rrulestr(one, dtstart=start)
        except ValueError:
            # Hours or minutes that the interval never meets.
            continue
        for date in dates_of:
            # Rules without a date in sight are another test's.
            if date.year > start.year + 40 or len(dates) == 12:
                break
            dates.append(date.strftime("%Y%m%dT%H%M%S"))
        print(f"{one}|{start:%Y%m%dT%H%M%S}|{','.join(dates)}")
        count -= 1


main(int(sys.argv[1]), int(sys.argv[2]))
