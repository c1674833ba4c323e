#!/usr/bin/env python3
"""Claims that can be checked (Protocol.md, "Contents"): laptops that meet, sticks, a relay, and a member who claims what it does
not send. At the end all who are honest hold the same, and every
edit of theirs that nobody has overwritten, newcomers at the relay too.

Run:  python3 claims.py [SEEDS]          (default 400; prints 'ok' or the failing seed)
      python3 claims.py mutants          (breaks each rule in turn; each must be found)

An edit counts as overwritten when a later one of the same column *claims* to have seen it: a laptop that was lied to and then
writes has claimed, in good faith, what it never saw. What it overwrote so is the liar's work; all else must come back.
"""
import hashlib
import random
import sys

RULES = {
    "believes": "equal knowledge is taken for equal contents",
    "skips-known": "of a whole taken again, changes that knowledge covers are skipped",
    "replaces": "what the other sends takes the place of what is here, instead of joining it",
    "sticks-believe": "a stick whose result is known is passed over, whatever its contents",
    "one-word": "a relay drops what a whole delta covers without two others of the same contents",
    "relay-believes": "a relay never asks those who say other contents for all of theirs",
    "relay-serves-one": "of several whole deltas a relay serves the newest alone",
    "blind-to-tombstones": "other tombstones are taken for other contents",
}
BROKEN = None


def broken(rule):
    return BROKEN == rule


# MARK: Changes

class Change:
    def __init__(self, dot, record, columns, context):
        self.dot, self.record, self.columns, self.context = dot, record, frozenset(columns), dict(context)

    def carrying(self, columns):
        return Change(self.dot, self.record, columns, self.context)

    def saw(self, other):
        return self.context.get(other.dot[0], 0) >= other.dot[1] or (
            other.dot[0] == self.dot[0] and self.dot[1] > other.dot[1])


def joined(changes):
    """The living changes of a set of copies: the columns of copies united, then covered."""
    united = {}
    for change in changes:
        known = united.get(change.dot)
        united[change.dot] = change.carrying(change.columns | known.columns) if known else change
    living = {}
    for change in united.values():
        covered = {c for other in united.values() if other.record == change.record and other.saw(change) for c in other.columns}
        if change.columns - covered:
            living[change.dot] = change.carrying(change.columns - covered)
    return living


def digest(living, erased=frozenset()):
    text = sorted((d, c.record, sorted(c.columns), sorted(c.context.items())) for d, c in living.items() if c.record not in erased)
    return hashlib.sha256(repr(text).encode()).hexdigest()


def union(a, b):
    return {w: max(a.get(w, 0), b.get(w, 0)) for w in {*a, *b}}


def includes(a, b):
    return all(a.get(w, 0) >= n for w, n in b.items())


class Delta:
    def __init__(self, packer, base, result, changes, contents):
        self.packer, self.base, self.result, self.changes, self.contents = packer, dict(base), dict(result), list(changes), contents

    @property
    def is_whole(self):
        return not self.base


# MARK: Laptops

class Laptop:
    def __init__(self, name, history, is_honest=True):
        self.name, self.history, self.is_honest = name, history, is_honest
        self.closed, self.living, self.erased, self.said = {}, {}, frozenset(), []

    @property
    def contents(self):
        return (digest(self.living, self.erased), self.erased)

    def write(self, record, columns):
        mine = self.closed.get(self.name, 0) + 1
        seen = {w for c in self.living.values() if c.record == record for w in {c.dot[0], *c.context}} - {self.name}
        change = Change((self.name, mine), record, columns, {w: self.closed.get(w, 0) for w in seen})
        self.closed[self.name] = mine
        self.living = joined([*self.living.values(), change])
        self.history.append(change)

    def pack(self, base):
        base = {w: min(n, self.closed.get(w, 0)) for w, n in base.items() if self.closed.get(w, 0)}
        changes = [c for c in self.living.values() if c.dot[1] > base.get(c.dot[0], 0)]
        return Delta(self.name, base, self.closed, changes, self.contents)

    def merge(self, delta, whole_again=False):
        """Whether it could be merged. `whole_again`: for what is missing or differs among what is known."""
        if not includes(self.closed, delta.base):
            return False
        changes = delta.changes
        if whole_again and broken("skips-known"):
            changes = [c for c in changes if c.dot[1] > self.closed.get(c.dot[0], 0)]
        if whole_again and broken("replaces"):
            self.living = joined(changes)
        else:
            self.living = joined([*self.living.values(), *changes])
        self.closed = union(self.closed, delta.result)
        return True

    def differs(self, knowledge, contents):
        if broken("believes") or knowledge != self.closed:
            return False
        same_tombstones = contents[1] == self.erased or broken("blind-to-tombstones")
        return same_tombstones and contents[0] != self.contents[0]

    def say(self, whom):
        self.said.append(whom)


class Liar(Laptop):
    """An honest replica with a dishonest packer: it leaves changes or columns out, and may state the true contents."""
    def __init__(self, name, history, rng):
        super().__init__(name, history, is_honest=False)
        self.rng = rng

    def pack(self, base):
        delta = super().pack(base)
        kind = self.rng.choice(["empty", "some", "column", "honest"])
        if kind == "empty":
            delta.changes = []
        elif kind == "some":
            delta.changes = [c for c in delta.changes if self.rng.random() < 0.5]
        elif kind == "column":
            delta.changes = [c.carrying(set(list(c.columns)[1:])) for c in delta.changes]
        if self.rng.random() < 0.5:
            delta.contents = (digest(joined(delta.changes)), self.erased)
        return delta


def session(a, b):
    """Deltas both ways; then, should the two know the same and hold something else, all of both."""
    to_b, to_a = a.pack(b.closed), b.pack(a.closed)
    if to_b.result != to_b.base or not includes(b.closed, to_b.result):
        b.merge(to_b)
    a.merge(to_a)
    if a.differs(b.closed, b.contents):
        a.say(b.name)
        b.say(a.name)
        to_b, to_a = a.pack({}), b.pack({})
        b.merge(to_b, whole_again=True)
        a.merge(to_a, whole_again=True)


def stick(delta, to):
    """A bundle: what is known already is looked at all the same when its contents are not those of here."""
    known = includes(to.closed, delta.result)
    if not to.merge(delta) if not known else False:
        return
    if to.differs(delta.result, delta.contents):
        to.say(delta.packer)
        if known and delta.is_whole and not broken("sticks-believe"):
            to.merge(delta, whole_again=True)


# MARK: A relay

class Relay:
    def __init__(self):
        self.held, self.receipts = [], {}

    @property
    def claims(self):
        claims = {}
        for delta in [d for d in self.held if d.is_whole] + [d for d in self.held if not d.is_whole]:
            if includes(claims, delta.base):
                claims = union(claims, delta.result)
        return claims

    def stated(self, knowledge):
        """All contents that anybody has named for a knowledge."""
        return ({c for k, c in self.receipts.values() if k == knowledge}
                | {d.contents for d in self.held if d.result == knowledge})

    def is_disputed(self, knowledge):
        if broken("relay-believes"):
            return False
        by_tombstones = {}
        for living, erased in self.stated(knowledge):
            by_tombstones.setdefault(erased, set()).add(living)
        return any(len(living) > 1 for living in by_tombstones.values())

    def hear(self, laptop):
        self.receipts[laptop.name] = (dict(laptop.closed), laptop.contents)

    def take(self, delta, wanted=False):
        if includes(self.claims, delta.base) and (wanted or not includes(self.claims, delta.result)):
            self.held.append(delta)

    def meet(self, laptop, wants_snapshot):
        self.hear(laptop)
        start = laptop.closed
        for _ in range(100):                                                    # what the laptop lacks, in order
            lacking = [d for d in self.held if includes(laptop.closed, d.base) and not includes(laptop.closed, d.result)]
            if not lacking:
                break
            delta = next((d for d in lacking if not d.is_whole), lacking[-1])
            laptop.merge(delta)
            if laptop.differs(delta.result, delta.contents):
                laptop.say(delta.packer)
            self.hear(laptop)
        if not includes(self.claims, laptop.closed):
            self.take(laptop.pack(self.claims))
            self.hear(laptop)
        if laptop.closed == self.claims and self.is_disputed(self.claims):
            laptop.say("relay")
            self.settle_dispute(laptop)
        elif wants_snapshot and laptop.closed == self.claims:
            self.take(laptop.pack({}), wanted=True)
        self.drop()
        return start

    def settle_dispute(self, laptop):
        """All of the laptop's, once for each of its contents; and to it all of everybody else's."""
        def has_whole():
            return any(d.packer == laptop.name and d.is_whole and d.result == laptop.closed and d.contents == laptop.contents
                       for d in self.held)
        if not has_whole():
            self.take(laptop.pack({}), wanted=True)
        wholes = [d for d in self.held if d.is_whole and d.result == laptop.closed and d.packer != laptop.name]
        for delta in wholes[-1:] if broken("relay-serves-one") else wholes:
            laptop.merge(delta, whole_again=True)
        self.hear(laptop)

    def drop(self):
        wholes = [d for d in self.held if d.is_whole]
        if not wholes:
            return
        whole = wholes[-1]
        others = [n for n, (k, c) in self.receipts.items() if n != whole.packer and k == whole.result and c == whole.contents]
        if self.is_disputed(whole.result) and not broken("one-word"):
            return
        if len(others) < 2 and not broken("one-word"):
            return
        self.held = [d for d in self.held if d is whole or not includes(whole.result, d.result)]


# MARK: Seeds

def check(number):
    rng = random.Random(number)
    history = []
    honest = [Laptop(n, history) for n in ("fatima", "jan", "maria")]
    liar = Liar("m", history, rng)
    everybody, relays, under_way = [*honest, liar], [Relay(), Relay()], []
    for _ in range(rng.randrange(10, 50)):
        laptop = rng.choice(everybody)
        act = rng.random()
        if act < 0.4:
            laptop.write(rng.randrange(4), rng.sample("abcd", rng.randrange(1, 4)))
        elif act < 0.6:
            session(laptop, rng.choice([p for p in everybody if p is not laptop]))
        elif act < 0.75:
            rng.choice(relays).meet(laptop, rng.random() < 0.3)
        elif act < 0.9:
            to = rng.choice([p for p in everybody if p is not laptop])
            under_way.append((laptop.pack({} if rng.random() < 0.5 else to.closed), to))
        elif under_way:
            delta, to = under_way.pop(rng.randrange(len(under_way)))
            stick(delta, to)
    # What the liar wrote itself it may keep to itself.
    expected = {d: c for d, c in joined(history).items() if d[0] != "m"}

    # By relay alone: everybody comes until nothing changes; the liar comes as well.
    relay = rng.choice(relays)
    by_relay = number % 3 == 0
    by_stick = number % 3 == 1
    for _ in range(6):
        rng.shuffle(everybody)
        for laptop in everybody:
            if by_relay:
                relay.meet(laptop, rng.random() < 0.5)
            elif by_stick:
                for other in everybody:
                    if other is not laptop:
                        stick(laptop.pack({}), other)
            else:
                for other in everybody:
                    if other is not laptop:
                        session(laptop, other)
    def expect_all(laptop):
        for dot, change in expected.items():
            assert dot in laptop.living and laptop.living[dot].columns >= change.columns, f"{laptop.name} lacks {dot}"
        assert laptop.closed == honest[0].closed and laptop.contents == honest[0].contents, f"{laptop.name} holds something else"

    for laptop in honest:
        expect_all(laptop)
    if by_relay:
        newcomer = Laptop("newcomer", history)
        for _ in range(3):
            relay.meet(newcomer, False)
            for laptop in honest:
                relay.meet(laptop, False)
        relay.meet(newcomer, False)
        expect_all(newcomer)


def scene_difference_is_said():
    """An empty delta that claims another's edits: whoever meets next says it by name, and both hold all."""
    history = []
    fatima, jan, m = (Laptop(n, history) for n in ("fatima", "jan", "m"))
    fatima.write(1, "ab")
    session(fatima, m)
    jan.merge(Delta("m", {}, m.closed, [], m.contents))
    assert jan.closed == fatima.closed and not jan.living
    session(jan, fatima)
    assert jan.said == ["fatima"] and fatima.said == ["jan"], "nobody said it"
    assert jan.living == fatima.living or digest(jan.living) == digest(fatima.living)


def scene_tombstones():
    """Other tombstones are no fault: nothing is said."""
    history = []
    fatima, jan = Laptop("fatima", history), Laptop("jan", history)
    fatima.write(1, "ab")
    session(fatima, jan)
    fatima.erased = frozenset([1])
    session(fatima, jan)
    assert not jan.said and not fatima.said, "an erasure that has not come yet was taken for a fault"


def run(count):
    for scene in (scene_difference_is_said, scene_tombstones):
        try:
            scene()
        except AssertionError as error:
            return f"{scene.__name__}: {error}"
    for number in range(count):
        try:
            check(number)
        except AssertionError as error:
            return f"seed {number}: {error}"
    return "ok"


def mutants():
    global BROKEN
    survived = 0
    for rule, meaning in RULES.items():
        BROKEN = rule
        found = run(400)
        survived += found == "ok"
        print(f"{'MISSED' if found == 'ok' else 'found '}  {rule} ({meaning}): {found}")
    return survived


if __name__ == "__main__":
    if sys.argv[1:2] == ["mutants"]:
        sys.exit(1 if mutants() else 0)
    result = run(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
    print(result)
    sys.exit(result != "ok")
