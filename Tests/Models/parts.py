#!/usr/bin/env python3
"""A small executable model of Kith's merge, to check the *rules* of Protocol.md, "Merge", and not any code.

Run:  python3 parts.py [SEEDS]          (default 3000; seconds; prints 'ok', or fails with the seed)
      python3 parts.py mutants [SEEDS]  breaks each rule in turn; all of them must be found

Replicas edit, meet, meet in part (a connection that breaks, a damaged stick), go on with what was cut, swap old sticks,
and some laptops are lost for ever. A delta is frozen in parts. **Nothing of it is merged before all of it is here**: the
parts lie apart under the delta's name, and go when their result has become known in another way.

Checked at the end of every seed, after the survivors have met:
  convergence      all survivors hold the same siblings for every cell;
  no silent loss   a value that reached the survivors and is not among the siblings was overwritten by someone who had it;
  no invention     a value that somebody overwrote who had it is no sibling;
  no blank         a cell whose write arrived is never empty;
  no remains       nobody keeps parts of a delta whose result is known.
and all the time: what a replica claims it holds with nothing missing before it, and a context claims no more than its author held.

Each of MUTANTS breaks one rule. The model must find every one of them, or it proves nothing.
"""
import random
import sys

MUTANTS = {
    "merges-parts": "a part is merged as it comes, before its delta is whole",
    "claims-parts": "knowledge advances with the first part",
    "ignores-base": "a delta is merged whose base is not covered",
    "mixes-deltas": "parts are kept by sender and place, not by the delta's name",
    "keeps-parts": "parts stay when their result became known in another way",
    "context-forgets": "a context names only the writers whose changes still live",
    "covers-everything": "a change covers the columns it does not carry",
    "ignores-context": "a change covers what its author had not seen",
    "claims-packed": "a delta claims what was written after it was frozen",
}
MUTANT = None


class Change:
    def __init__(self, dot, record, columns, context):
        self.dot, self.record, self.columns, self.context = dot, record, frozenset(columns), context

    def carrying(self, columns):
        return Change(self.dot, self.record, columns, self.context)

    def saw(self, other):
        return (MUTANT == "ignores-context" and self.dot > other.dot) or includes(self.context, other.dot) or (
            self.dot[0] == other.dot[0] and self.dot[1] > other.dot[1])


class Delta:
    """Frozen: what the packer held closed beyond the base, cut into parts."""

    def __init__(self, name, sender, base, result, parts):
        self.name, self.sender, self.base, self.result, self.parts = name, sender, base, result, parts


def includes(vector, dot):
    return vector.get(dot[0], 0) >= dot[1]


def covers(vector, other):
    return all(vector.get(w, 0) >= s for w, s in other.items())


def union(a, b):
    return {w: max(a.get(w, 0), b.get(w, 0)) for w in a.keys() | b.keys()}


class Replica:
    def __init__(self, writer):
        self.writer = writer
        self.living, self.closed = {}, {}          # dot -> Change; version vector
        self.parts = {}                            # name of a delta -> (delta, {place: changes})
        self.held = set()                          # ground truth for the checker only: what arrived with a whole delta

    def edit(self, record, columns):
        sequence = self.closed.get(self.writer, 0) + 1
        here = [c for c in self.living.values() if c.record == record]
        touched = {c.dot[0] for c in here}
        if MUTANT != "context-forgets":
            touched |= {w for c in here for w in c.context}
        context = {w: self.closed[w] for w in touched - {self.writer} if self.closed.get(w, 0)}
        change = Change((self.writer, sequence), record, columns, context)
        self.closed[self.writer] = sequence
        had = frozenset(self.held)
        self.held.add(change.dot)
        self.merge(change)
        return change, had

    def merge(self, change):
        columns = set(change.columns)
        if change.dot in self.living:
            columns |= self.living.pop(change.dot).columns
        for other in [c for c in self.living.values() if c.record == change.record]:
            if other.saw(change):
                columns -= other.columns
            elif change.saw(other):
                rest = set() if MUTANT == "covers-everything" else other.columns - columns
                if rest:
                    self.living[other.dot] = other.carrying(rest)
                else:
                    del self.living[other.dot]
        if columns:
            self.living[change.dot] = change.carrying(columns)

    def freeze(self, base, random_, name):
        base = {w: min(s, self.closed.get(w, 0)) for w, s in base.items() if self.closed.get(w, 0)}
        content = [c for d, c in sorted(self.living.items()) if not includes(base, d) and includes(self.closed, d)]
        size = random_.randint(1, 3)
        parts = [content[i:i + size] for i in range(0, len(content), size)]
        return Delta(name, self.writer, base, dict(self.closed), parts)

    def receive(self, delta, places):
        """Takes some parts of a delta. One whose base is not covered waits elsewhere, and is none of this model's business."""
        result = delta.result
        if not covers(self.closed, delta.base) and MUTANT != "ignores-base":
            return
        if covers(self.closed, result):
            self.drop_known()
            return
        name = (delta.sender, len(delta.parts)) if MUTANT == "mixes-deltas" else delta.name
        _, here = self.parts.setdefault(name, (delta, {}))
        for place in places:
            here[place] = delta.parts[place]
            if MUTANT == "merges-parts":
                for change in delta.parts[place]:
                    self.merge(change)
        if MUTANT == "claims-parts" and here:
            self.close(delta)
        if len(here) < len(delta.parts):
            return
        del self.parts[name]
        for place in sorted(here):
            for change in here[place]:
                self.merge(change)
        self.close(delta)

    def close(self, delta):
        self.closed = union(self.closed, delta.result)
        self.drop_known()

    def drop_known(self):
        if MUTANT != "keeps-parts":
            self.parts = {n: (d, p) for n, (d, p) in self.parts.items() if not covers(self.closed, d.result)}

    def siblings(self):
        cells = {}
        for c in self.living.values():
            for column in c.columns:
                cells.setdefault((c.record, column), set()).add(c.dot)
        return cells


def check(seed, replica_count=4, steps=70, record_count=2, column_count=3):
    random_ = random.Random(seed)
    replicas = [Replica(w) for w in range(replica_count)]
    written, promised, sticks, count = {}, {}, [], 0

    def whole(delta, receiver, before):
        if before != receiver.closed and covers(receiver.closed, delta.result):
            receiver.held |= promised[delta.name]

    def pack(sender, base):
        nonlocal count
        count += 1
        delta = sender.freeze(base, random_, count)
        promised[count] = frozenset(sender.held)
        return delta

    for _ in range(steps):
        dice = random_.random()
        if dice < 0.42:
            r = random_.choice(replicas)
            columns = random_.sample(range(column_count), random_.randint(1, column_count))
            change, had = r.edit(random_.randrange(record_count), columns)
            written[change.dot] = (change, had)
        else:
            sender, receiver = random_.sample(replicas, 2)
            if dice < 0.80 or not sticks:
                delta = pack(sender, receiver.closed if random_.random() < 0.7 else random_.choice(replicas).closed)
                sticks.append(delta)
                if MUTANT == "claims-packed" and random_.random() < 0.3:
                    change, had = sender.edit(0, [0])
                    written[change.dot] = (change, had)
                    delta.result = dict(sender.closed)
                    promised[delta.name] = frozenset(sender.held)
            else:
                delta = random_.choice(sticks)
            places = [p for p in range(len(delta.parts)) if random_.random() < 0.6]
            if random_.random() < 0.5:
                places = list(range(len(delta.parts)))
            before = dict(receiver.closed)
            receiver.receive(delta, places)
            whole(delta, receiver, before)
        for r in replicas:
            claimed = {d for d in written if includes(r.closed, d)}
            assert claimed == r.held, f"seed {seed}: claims {claimed - r.held} that never came whole"
            for c in r.living.values():
                assert includes(r.closed, c.dot), f"seed {seed}: {c.dot} is shown and not claimed"
        if random_.random() < 0.01 and len(replicas) > 2:
            replicas.remove(random_.choice(replicas))
    for _ in range(3):
        for sender in replicas:
            for receiver in replicas:
                if sender is not receiver:
                    delta = pack(sender, receiver.closed)
                    before = dict(receiver.closed)
                    receiver.receive(delta, range(len(delta.parts)))
                    whole(delta, receiver, before)
    final = replicas[0].siblings()
    for r in replicas:
        assert r.siblings() == final, f"seed {seed}: diverged"
        stale = [d.name for d, _ in r.parts.values() if covers(r.closed, d.result)]
        assert not stale, f"seed {seed}: parts stayed"
    for dot, (change, _) in written.items():
        if not includes(replicas[0].closed, dot):
            continue
        for column in change.columns:
            over = any(column in c.columns and c.record == change.record and dot in had and includes(replicas[0].closed, d)
                       for d, (c, had) in written.items() if d != dot)
            shown = dot in final.get((change.record, column), ())
            assert shown != over, f"seed {seed}: {'invented' if over else 'lost'} {dot} {column}"
            assert final.get((change.record, column)), f"seed {seed}: {change.record} {column} is blank"


def main():
    global MUTANT
    arguments = sys.argv[1:]
    mutants = arguments[:1] == ["mutants"]
    seeds = int(arguments[-1]) if arguments and arguments[-1].isdigit() else 3000
    for MUTANT in MUTANTS if mutants else [None]:
        fault = None
        for seed in range(seeds):
            try:
                check(seed)
            except (AssertionError, KeyError) as found:
                fault = found
                break
        if not mutants:
            if fault is not None:
                sys.exit(str(fault))
            print(f"ok: {seeds} seeds")
        elif fault is None:
            sys.exit(f"missed {MUTANT}: {MUTANTS[MUTANT]}, in {seeds} seeds")
        else:
            print(f"found {MUTANT}: {fault}")


if __name__ == "__main__":
    main()
