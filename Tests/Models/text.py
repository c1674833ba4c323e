#!/usr/bin/env python3
"""Tries the rules of text that merges (`rules/text.py`): laptops that write and meet, an oracle that keeps all, mutants.

Run:  python3 text.py [SEEDS]          (default 500; prints 'ok' or the failing seed)
      python3 text.py mutants          (breaks each rule in turn; each must be found)
      python3 text.py pairs [N]        (N concurrent pairs of edits of one sentence, in six kinds of writing)
      python3 text.py seed K           (one seed, with what each replica shows)
      python3 text.py fixture FILE     (writes Fixtures/text.json: histories of changes, and what they must come to)
"""
import json
import random
import sys

from rules import text as rules
from rules.text import RULES, Change, Run, Text, capture, common, digest, includes, tokens, words


# MARK: Laptops

class Laptop:
    def __init__(self, writer):
        self.writer, self.sequence, self.closed, self.text = writer, 0, {}, Text()
        self.time = 0

    def write(self, new, history):
        dot = (self.writer, self.sequence + 1)
        change = capture(self.text, dot, self.closed, new)
        if change is None:
            return
        history.note(self, dot, change, new)
        self.sequence += 1
        self.closed[self.writer] = self.sequence
        self.text.add(change)
        assert self.text.shown() == new or rules.BROKEN, "what was typed is not what is shown"

    def collapse(self, history):
        """Writes the text as one passage, if nothing of it is unsettled. (Done only when the receipts of all say that nothing
        is under way; here also when something is, which shows what becomes of late changes.)"""
        dot, said = (self.writer, self.sequence + 1), self.text.shown()
        if not said or self.text.strays() or self.text.view().overlaps:
            return
        self.time += 1
        change = Change(dot, self.closed, [Run(0, None, "R", said)], (), dot, digest(said), self.time)
        history.note_generation(self, dot, said)
        self.sequence += 1
        self.closed[self.writer] = self.sequence
        self.text.take([change])
        assert self.text.generation == dot, "who has seen all and writes the text anew does not see it so"

    def receive(self, other):
        base = {w: min(s, other.closed.get(w, 0)) for w, s in self.closed.items()}
        delta = other.text.changes_beyond(base)
        self.text.take(delta)
        self.time = max(self.time, other.time)
        for w, s in other.closed.items():
            self.closed[w] = max(self.closed.get(w, 0), s)


class History:
    """The oracle: everything that was ever written, as its author saw it, and a merge that knows no tree."""

    def __init__(self):
        self.texts, self.changes, self.words, self.generations = [], {}, set(), []

    def note(self, laptop, dot, change, new):
        view = laptop.text.view()
        before = list(view.full)
        standing = [i for i in view.living]
        self.words |= words(new)
        self.changes[dot] = (dict(laptop.closed), standing, change, before)

    def note_generation(self, laptop, dot, said):
        self.generations.append((dot, dict(laptop.closed), said))

    def saw(self, a, b):
        return a == b or includes(self.changes[a][0], b) or (a[0] == b[0] and a[1] > b[1])

    def living(self):
        """Scalars that nobody deleted, as a set."""
        gone = set().union(*(c.deletes for _, _, c, _ in self.changes.values()), set())
        return {(*dot, r.offset + i) for dot, (_, _, c, _) in self.changes.items() for r in c.runs for i in range(len(r.letters))} - gone

    def check(self, laptop):
        """What must hold of a laptop that has taken in everything, while no generation was opened."""
        text, order = laptop.text, laptop.text.order()
        assert {i for i in text.nodes if text.alive(i)} == self.living(), "a scalar was lost, or came back"
        place = {i: k for k, i in enumerate(order)}
        for dot, (_, _, change, before) in self.changes.items():
            seen = [place[i] for i in before]
            assert seen == sorted(seen), f"{dot} had the scalars in another order"
            for run in change.runs:
                for o in range(run.offset, run.offset + len(run.letters) - 1):
                    for i in order[place[(*dot, o)] + 1:place[(*dot, o + 1)]]:
                        assert self.saw(i[:2], dot), f"a passage of {dot} has {i} in it, which had not seen it"
        listed = laptop.text.view().overlaps
        for a, (_, _, x, _) in self.changes.items():
            for b, (_, _, y, _) in self.changes.items():
                if a < b and not self.saw(a, b) and not self.saw(b, a) and x.deletes & y.deletes:
                    later = [d for d in self.changes if d not in (a, b) and (self.saw(d, a) or self.saw(d, b))]
                    said = ["".join(l for r in c.runs for l in r.letters) for c in (x, y)]
                    if not later and bool(said[0]) != bool(said[1]) and not self.elsewhere(x, y):
                        assert any({a, b} <= o for o in listed), f"{a} and {b} deleted the same, and that is not listed"
        for overlap in listed:
            assert len(overlap) > 1 and not any(self.saw(p, q) for p in overlap for q in overlap if p != q), "an invented overlap"

    @staticmethod
    def elsewhere(x, y):
        """Whether a change did more than one thing, or typed in another place than it deleted in."""
        return len(x.runs) > 1 or len(y.runs) > 1 or x.deletes != y.deletes or any(r.slot != "M" for r in x.runs + y.runs)


# MARK: Writing

SENTENCES = [
    "Anna komt morgen om tien uur langs met de boodschappen.",
    "De sleutel ligt bij mevrouw El Amrani, zij is 's ochtends thuis.\nBel eerst even (06-12345678).",
    "The garden opens at 9.30, bring gloves; tea is on us!",
    "Yar\u0131n saat onda \u00e7ay i\u00e7meye gelecek misiniz?",
    "\u0633\u062a\u0623\u062a\u064a \u0641\u0627\u0637\u0645\u0629 \u063a\u062f\u0627 \u0635\u0628\u0627\u062d\u0627\u060c \u0645\u0639 \u0627\u0644\u0623\u0637\u0641\u0627\u0644.",
    "Feest \U0001f468\u200d\U0001f469\u200d\U0001f467 op 5 mei \U0001f389\U0001f3fd in het cafe\u0301 van Zoe\u0308",
]
NEW = ["vrijdag", "pas", "twaalf", "niet", "late", "yar\u0131m", "\u0627\u0644\u064a\u0648\u0645", "\U0001f38a", "cafe\u0301s", "12.30", "zo'n", "A"]


def edited(text, rng):
    """A text as somebody leaves it who changed a few things: words, marks, line ends, the first word, everything."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        parts = text.split(" ")
        k = rng.randrange(len(parts))
        deed = rng.randrange(10)
        if deed < 3:
            parts[k] = rng.choice(NEW)
        elif deed < 6:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(NEW))
        elif deed < 8:
            del parts[k:k + rng.choice((1, 1, 2, 4))]
        elif deed == 8:
            parts[k] = parts[k].rstrip(".,!?") + rng.choice((".", ",", "!", " (" + rng.choice(NEW) + ")", "\n"))
        else:
            parts[0] = rng.choice(NEW)
        text = " ".join(parts)
    return text


def seed(number, show=False):
    rng = random.Random(number)
    laptops = [Laptop(w) for w in ("a", "b", "c")[:rng.choice((2, 3, 3))]]
    history = History()
    laptops[0].write(rng.choice(SENTENCES), history)
    for other in laptops[1:]:
        other.receive(laptops[0])
    generations = rng.random() < 0.3
    said = {}
    for _ in range(rng.randrange(3, 14)):
        who = rng.choice(laptops)
        deed = rng.random()
        if deed < 0.6:
            shown = who.text.shown()
            new = edited(shown, rng)
            who.write(new, history)
        elif deed < (0.75 if generations else 0.9):
            who.receive(rng.choice(laptops))
        elif generations:
            who.collapse(history)
        if show:
            for laptop in laptops:
                print(laptop.writer, repr(laptop.text.shown()), sorted(map(sorted, laptop.text.view().overlaps)), laptop.text.strays())
        for laptop in laptops:
            unknown = words(laptop.text.shown()) - history.words
            assert not unknown, f"nobody wrote {unknown}"
            for dot, left in laptop.text.strays().items():
                said.setdefault(dot, left)
    for order in range(2):
        for laptop in rng.sample(laptops, len(laptops)):
            for other in rng.sample(laptops, len(laptops)):
                laptop.receive(other)
    for laptop in laptops[1:]:
        assert laptop.text.dump() == laptops[0].text.dump(), f"{laptop.writer} and a differ"
        assert laptop.text.shown() == laptops[0].text.shown(), f"{laptop.writer} and a show different texts"
        assert laptop.text.view().overlaps == laptops[0].text.view().overlaps
    unknown = words(laptops[0].text.shown()) - history.words
    assert not unknown, f"nobody wrote {unknown}"
    for laptop in laptops:
        for nodes in (laptop.text.nodes, laptop.text.late):
            assert all(n.letter is None for n in nodes.values() if n.deleters), "a deleted letter is kept"
    if not history.generations:
        history.check(laptops[0])
    else:
        late(laptops[0].text, history)


def late(text, history):
    """Of what no generation that is here had seen, every word that nobody deleted is in the text or among the strays."""
    written = {i[:2] for i in text.late} | {text.generation}
    seen = [context for dot, context, _ in history.generations if dot in written]
    gone = set().union(*(c.deletes for _, _, c, _ in history.changes.values()), set())
    here = {i for i in text.nodes} | {i for i in text.late}
    for dot, (_, _, change, _) in history.changes.items():
        if not any(includes(context, dot) for context in seen):
            for run in change.runs:
                for o in range(run.offset, run.offset + len(run.letters)):
                    assert (*dot, o) in gone or (*dot, o) in here, f"{dot} came late, and its words are gone"


def orders(number):
    """Every order of delivery of the changes of a few laptops, as far as causes come before effects, ends equal; and copies
    of one laptop that are told apart after, before or between."""
    rng = random.Random(number)
    history = History()
    first = Laptop("a")
    first.write(rng.choice(SENTENCES), history)
    branches = []
    for name in ("x", "y"):                                  # the same file on two machines, both still calling themselves a
        copy = Laptop("a")
        copy.receive(first)
        copy.sequence = first.sequence
        copy.name = name
        branches.append(copy)
    third = Laptop("c")
    third.receive(first)
    for laptop in branches + [third]:
        for _ in range(rng.randrange(1, 3)):
            before = laptop.text.shown()
            laptop.write(edited(before, rng), history if laptop is not branches[1] else History())

    def cut(name):
        """Dots of the copy called `name` beyond the first change, under their new name (Protocol.md, Copies, Renaming)."""
        def dot(d):
            return (name, d[1]) if d[0] == "a" and d[1] > 1 else d

        def context(d, c):
            out = {w: s for w, s in c.items() if w != "a"}
            if "a" in c:
                out["a"] = min(c["a"], 1)
                if c["a"] > 1:
                    out[name] = c["a"]
            if d[0] == "a" and d[1] > 1:
                out["a"] = 1
            return out
        return dot, context

    def closed(laptop, name):
        return cut(name)[1](("", 0), laptop.closed)

    x, y = branches
    # x tells itself apart, then takes y's; z had taken x's under the old name, and renames them; then takes y's.
    z = Laptop("z")
    z.receive(x)
    z.write(edited(z.text.shown(), rng), history)
    for laptop, name in ((x, "x"), (y, "y"), (z, "x")):
        overlaps = len(laptop.text.view().overlaps)
        laptop.text.rename(*cut(name))
        assert len(laptop.text.view().overlaps) == overlaps, "names decide what overlaps"
        laptop.closed = closed(laptop, name)
    ends = [x, y, z]
    for _ in range(2):
        for laptop in rng.sample(ends, 3):
            for other in rng.sample(ends + [third], 4):
                laptop.receive(other)
    for end in ends[1:]:
        assert end.text.dump() == ends[0].text.dump(), "copies told apart differ"
        assert end.text.shown() == ends[0].text.shown()


def turns(number):
    """Laptops that in turn write a text anew, each having seen the one before, while another may write in the older one."""
    rng = random.Random(number)
    history = History()
    laptops = [Laptop(w) for w in rng.sample(("a", "b", "c"), 3)]
    laptops[0].write(rng.choice(SENTENCES), history)
    for laptop in laptops[1:]:
        laptop.receive(laptops[0])
    for _ in range(rng.randrange(2, 5)):
        who, other = rng.sample(laptops, 2)
        if rng.random() < 0.5:
            other.write(edited(other.text.shown(), rng), history)
        who.receive(rng.choice(laptops))
        who.collapse(history)
    for _ in range(2):
        for laptop in laptops:
            for other in laptops:
                laptop.receive(other)
    for laptop in laptops[1:]:
        assert laptop.text.dump() == laptops[0].text.dump(), f"{laptop.writer} and {laptops[0].writer} differ after generations"


# MARK: Fixture

def ranges(identities):
    """Identities as [writer, sequence, offset, count], ascending."""
    out = []
    for w, s, o in sorted(identities):
        if out and out[-1][:2] == [w, s] and out[-1][2] + out[-1][3] == o:
            out[-1][3] += 1
        else:
            out.append([w, s, o, 1])
    return out


def written(change):
    runs = [[r.offset, r.slot, list(r.parent) if r.parent else None, "".join(r.letters)] for r in change.runs]
    return {"dot": list(change.dot), "context": sorted(map(list, change.context.items())), "runs": runs,
            "deletes": ranges(change.deletes), "generation": list(change.generation) if change.generation else None,
            "opens": change.opens is not None, "time": change.time if change.opens else 0}


def expected(text):
    view = text.view()
    return {"shown": view.text, "overlaps": sorted(sorted(map(list, o)) for o in view.overlaps),
            "whole": sorted(sorted(map(list, o)) for o in view.whole),
            "strays": [[*d, left] for d, left in sorted(text.strays().items())]}


def fixture(count):
    """Histories of changes in the order in which they were made, and what the first half of them and all come to."""
    out = []
    for number in range(count):
        rng = random.Random(f"fixture {number}")
        laptops = [Laptop(w) for w in ("a", "b", "c")[:rng.choice((2, 3, 3))]]
        history, made = History(), []
        laptops[0].write(rng.choice(SENTENCES)[:40], history)
        for other in laptops[1:]:
            other.receive(laptops[0])
        made.append(history.changes[("a", 1)][2])
        for _ in range(rng.randrange(3, 10)):
            who = rng.choice(laptops)
            deed = rng.random()
            if deed < 0.65:
                who.write(edited(who.text.shown(), rng), history)
            elif deed < 0.9 or number % 4:
                who.receive(rng.choice(laptops))
            else:
                said, before = who.text.shown(), who.sequence
                who.collapse(history)
                if who.sequence > before:
                    dot = (who.writer, who.sequence)
                    context = dict(who.closed, **{who.writer: before})
                    made.append(Change(dot, context, [Run(0, None, "R", said)], (), dot, digest(said), who.time))
            made += [c for d, (_, _, c, _) in sorted(history.changes.items()) if all(c.dot != m.dot for m in made)]
        states = []
        for end in (max(1, len(made) // 2), len(made)):
            text = Text()
            text.take(made[:end])
            states.append({"count": end, **expected(text)})
        out.append({"changes": [written(c) for c in made], "states": states})
    return out


# MARK: Pairs, judged by the texts alone

def hunks(old, new):
    """What was changed, as (first old token, end, new words)."""
    out, i, j = [], 0, 0
    for stay, same in common(old, new) + [(len(old), len(new))]:
        if stay > i or same > j:
            out.append((i, stay, "".join(new[j:same])))
        i, j = stay + 1, same + 1
    return out


def meet(old, one, two):
    """Whether two edits of a text overlap: from the three texts alone, as a three-way merge by lines would see it."""
    a, b = hunks(tokens(old), tokens(one)), hunks(tokens(old), tokens(two))
    parts, touched = [], sorted([(h, 0) for h in a] + [(h, 1) for h in b])
    for h, side in touched:                                     # parts of the text that hang together by common gaps
        if parts and h[0] <= parts[-1][1]:
            parts[-1][1] = max(parts[-1][1], h[1])
            parts[-1][2].append((h, side))
        else:
            parts.append([h[0], h[1], [(h, side)]])
    for _, _, inside in parts:
        mine, theirs = ([h for h, side in inside if side == s] for s in (0, 1))
        if any(p[0] < q[1] and q[0] < p[1] and p[0] < p[1] and q[0] < q[1] for p in mine for q in theirs):
            if "".join(h[2] for h in mine) != "".join(h[2] for h in theirs):
                return True
            continue
        for p in mine:
            for q in theirs:
                if p[0] == p[1] and q[0] == q[1] and p[0] == q[0] and p[2] != q[2]:
                    return True
                if p[0] == p[1] and q[0] < p[0] < q[1] or q[0] == q[1] and p[0] < q[0] < p[1]:
                    return True
    return False


def rewritten(old, new):
    """Whether more than half of the letters of a text are gone."""
    parts = tokens(old)
    return 2 * sum(len("".join(parts[i:j])) for i, j, _ in hunks(parts, tokens(new))) > len(old)


def pairs(count, first=0):
    """(pairs, pairs with a word that nobody wrote, overlaps missed or listed as of another size, overlaps invented, pairs that
    overlap)."""
    invented_words = missed = invented = overlapping = 0
    for number in range(first, first + count):
        rng = random.Random(f"pair {number}")
        history = History()
        a, b = Laptop("a"), Laptop("b")
        old = SENTENCES[number % len(SENTENCES)]
        a.write(old, history)
        b.receive(a)
        one, two = edited(old, rng), edited(old, rng)
        if rng.random() < 0.5:                                  # half of all change the same word
            k = rng.randrange(len(old.split(" ")))
            one, two = (" ".join(p[:k] + [rng.choice(NEW)] + p[k + 1:]) for p in (old.split(" "), old.split(" ")))
        a.write(one, history)
        b.write(two, history)
        a.receive(b)
        b.receive(a)
        assert a.text.shown() == b.text.shown()
        invented_words += bool(words(a.text.shown()) - history.words)
        said, is_one = bool(a.text.view().overlaps), meet(old, one, two)
        missed += is_one and not said
        missed += is_one and said and bool(a.text.view().whole) != (rewritten(old, one) or rewritten(old, two))
        invented += said and not is_one
        overlapping += is_one
        if (is_one != said) and "-v" in sys.argv:
            print(number, repr(old), repr(one), repr(two), repr(a.text.shown()), is_one, said, sep="\n  ")
    return count, invented_words, missed, invented, overlapping


def run(count):
    _, invented_words, missed, invented, _ = pairs(max(count // 2, 100))
    if invented_words or missed or invented:
        return f"pairs: {invented_words} with a word that nobody wrote, {missed} overlaps missed, {invented} invented"
    for number in range(count):
        try:
            seed(number)
            orders(number)
            turns(number)
        except AssertionError as error:
            return f"seed {number}: {error}"
    return "ok"


def mutants():
    survived = 0
    for rule, meaning in RULES.items():
        rules.BROKEN = rule
        try:
            found = run(400)
        except (AssertionError, KeyError, RecursionError, TypeError) as error:
            found = f"{type(error).__name__}: {error}"
        survived += found == "ok"
        print(f"{'MISSED' if found == 'ok' else 'found '}  {rule} ({meaning}): {found}")
    return survived


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    if arguments[:1] == ["mutants"]:
        sys.exit(1 if mutants() else 0)
    elif arguments[:1] == ["pairs"]:
        n, w, missed, invented, overlapping = pairs(int(arguments[1]) if len(arguments) > 1 else 10_000)
        print(f"{n} pairs, {overlapping} overlap: {w} with a word that nobody wrote, {missed} overlaps missed, {invented} invented")
        sys.exit(1 if w or missed or invented else 0)
    elif arguments[:1] == ["fixture"]:
        with open(arguments[1], "w") as file:
            file.write("[" + ",\n".join(json.dumps(h, ensure_ascii=False, separators=(",", ":")) for h in fixture(240)) + "]\n")
    elif arguments[:1] == ["seed"]:
        seed(int(arguments[1]), show=True)
        orders(int(arguments[1]))
        turns(int(arguments[1]))
    else:
        result = run(int(arguments[0]) if arguments else 500)
        print(result)
        sys.exit(result != "ok")
