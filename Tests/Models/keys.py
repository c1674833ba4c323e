#!/usr/bin/env python3
"""Keys of one scope as Protocol.md has them ("Roster", "What follows"): boxes beside statements, the chain of older keys, which boxes are
spent, and who is owed a key. Random histories: halves that rotate and remove at once, laptops that are away for long, coordinators that are
removed while they rotate.

Usage: keys.py [SEEDS]       every holder opens what anybody sealed; nobody removed opens a key made after that was known
       keys.py mutants       each rule broken in turn: each must be found

What of the roster decides who is in is simpler here than in Fixtures/trust/roster_model.py: a removal holds, and what the removed signs
beside it does not count.
"""
import random, sys

MUTANTS = {
    "drops boxes of rotations that the newest has not seen": "spent-concurrent",
    "drops boxes whose keys the chain does not reach": "spent-unchained",
    "seals the current key alone, and not all tips": "seals-current",
    "gives a newcomer the current key alone": "admits-with-current",
    "gives those who lack keys nothing but the current one": "tends-current",
    "takes who is in now for who was boxed a key": "receivers-now",
    "forgets that an admission gives keys": "no-gifts",
    "never gives to those who lack": "no-tend",
}
broken = set()

class Statement:
    def __init__(self, id, kind, signer, parents, world, device=None, epoch=None, older=(), gives=()):
        self.id, self.kind, self.signer, self.device, self.epoch = id, kind, signer, device, epoch
        self.older, self.gives = frozenset(older), frozenset(gives)
        self.past = frozenset(parents).union(*(world[p].past for p in parents)) if parents else frozenset()
        self.depth = 1 + max((world[p].depth for p in parents), default=-1)
        self.boxes = {}                                  # recipient: epochs

class World(dict):
    """Every statement that was ever signed, by id."""
    def sign(self, kind, signer, heads, **fields):
        s = Statement(len(self), kind, signer, heads, self, **fields); self[s.id] = s; return s
    def heads(self, known): return sorted(known - set().union(*(self[i].past for i in known)))
    def removals(self, known): return [self[i] for i in known if self[i].kind == "revoke"]
    def counts(self, s, known): return not any(r.device == s.signer and s.id not in r.past and r is not s for r in self.removals(known))
    def holders(self, known):
        gone = {r.device for r in self.removals(known)}
        return {self[i].device for i in known if self[i].kind == "admit" and (self.counts(self[i], known) or self[i].signer is None)} - gone
    def receivers(self, rotation, known):
        past = known if "receivers-now" in broken else rotation.past
        return self.holders(past) | {rotation.signer}
    def rotations(self, known): return [self[i] for i in known if self[i].kind == "rotate"]
    def closure(self, epoch, known, counting):
        found, rest = {epoch}, [epoch]
        while rest:
            e = rest.pop()
            for r in counting:
                if e in r.older and r.epoch not in found: found.add(r.epoch); rest.append(r.epoch)
        return found
    def knowers(self, epoch, known, void):
        counting = [r for r in self.rotations(known) if self.counts(r, known)]
        holders, found = self.holders(known), set()
        for e in self.closure(epoch, known, counting):
            for r in self.rotations(known):
                if r.epoch == e and (void or r in counting): found |= self.receivers(r, known)
            for s in (self[i] for i in known):
                if s.kind in ("admit", "box") and e in s.gives and (self.counts(s, known) or s.signer in holders):
                    if "no-gifts" not in broken: found |= set(s.device if s.kind == "box" else [s.device])
        return found
    def current(self, known):
        """The newest untainted rotation that counts, else the newest; and whether it is tainted."""
        counting = sorted((r for r in self.rotations(known) if self.counts(r, known)), key=lambda r: (-r.depth, -r.id))
        holders = self.holders(known)
        for r in counting:
            if self.knowers(r.epoch, known, False) <= holders: return r, False
        return counting[0], True
    def lacking(self, known):
        current, _ = self.current(known); counting = [r for r in self.rotations(known) if self.counts(r, known)]
        sealed = set().union(*(r.older for r in counting)); holders = self.holders(known); found = {}
        for r in self.rotations(known):
            if r is current or (r.epoch not in sealed and "tends-current" not in broken):
                if missing := holders - self.knowers(r.epoch, known, True): found[r.epoch] = missing
        return found

class Replica:
    def __init__(self, device, world): self.device, self.world, self.known, self.boxed = device, world, set(), set()
    def ring(self):
        """Epochs this device opens, and of these the ones that another opens."""
        found = set().union(*(self.world[i].boxes.get(self.device, ()) for i in self.boxed), set())
        rotations, chained = self.world.rotations(self.known), set()
        while True:
            more = set().union(*(r.older for r in rotations if r.epoch in found), set())
            if more <= found: return found, found & more
            found |= more
    def tips(self):
        found, chained = self.ring(); current, _ = self.world.current(self.known)
        return (found - chained) | ({current.epoch} & found)
    def take(self, id, boxes=True):
        self.known.add(id)
        if boxes and self.world[id].boxes: self.boxed.add(id)
    def meet(self, other):
        mine, theirs = set(self.known), set(other.known)
        for i in theirs - mine: self.take(i, i in other.boxed)
        for i in mine - theirs: other.take(i, i in self.boxed)
    def sign(self, kind, **fields):
        s = self.world.sign(kind, self.device, self.world.heads(self.known), **fields); return s
    def is_in(self): return self.device in self.world.holders(self.known)
    def admit(self, device):
        current, _ = self.world.current(self.known)
        gives = {current.epoch} & self.ring()[0] if "admits-with-current" in broken else self.tips()
        s = self.sign("admit", device=device, gives=gives); s.boxes = {device: gives}; self.take(s.id)
    def rotate(self):
        current, _ = self.world.current(self.known); epoch = f"k{len(self.world)}"
        older = {current.epoch} & self.ring()[0] if "seals-current" in broken else self.tips()
        s = self.sign("rotate", epoch=epoch, older=older)
        s.boxes = {d: {epoch} for d in self.world.holders(self.known)}; self.take(s.id)
    def revoke(self, device): self.take(self.sign("revoke", device=device).id); self.rotate()
    def tend(self):
        if self.world.current(self.known)[1]: self.rotate()
        owed = {e: d for e, d in self.world.lacking(self.known).items() if e in self.ring()[0]}
        if owed and "no-tend" not in broken:
            devices = set().union(*owed.values()) - {self.device}
            if devices:
                s = self.sign("box", device=devices, gives=owed); s.boxes = {d: set(owed) for d in devices}; self.take(s.id)
    def drop(self):
        current, _ = self.world.current(self.known)
        reached, rest, rotations = set(), [current.epoch], self.world.rotations(self.known)
        while rest:
            e = rest.pop()
            for r in rotations:
                if r.epoch == e: rest += r.older - reached; reached |= r.older
        def names(s): return {s.epoch} if s.kind == "rotate" else s.gives
        spent = {i for i in self.boxed if i != current.id and (i in current.past or "spent-concurrent" in broken)
                 and (names(self.world[i]) <= reached or "spent-unchained" in broken)}
        self.boxed -= spent; return len(spent)

def history(seed):
    """What went wrong, or None."""
    random.seed(seed); world = World(); jan = Replica("jan", world)
    first = world.sign("admit", None, [], device="jan", gives=()); jan.take(first.id)
    s = world.sign("rotate", "jan", [first.id], epoch="k0", older=()); s.boxes = {"jan": {"k0"}}; jan.take(s.id)
    replicas, bosses, used = [jan], {"jan", "bea", "els"}, set()
    def join(by, name): by.admit(name); r = Replica(name, world); replicas.append(r); r.meet(by)
    for name in ("bea", "els"): join(jan, name)
    def false_knower(r):
        """Whoever the statements say has a key must be able to open it from the boxes that are left."""
        for e in {rotation.epoch for rotation in world.rotations(r.known)}:
            for d in world.knowers(e, r.known, True) & world.holders(r.known):
                reader = Replica(d, world); reader.known, reader.boxed = r.known, r.boxed
                if e not in reader.ring()[0]: return f"{d} should have {e}, and cannot open it from the boxes of {r.device}"
    def meet(a, b):
        gone = {r.device for x in (a, b) for r in world.removals(x.known)}
        if a is not b and not {a.device, b.device} & gone: a.meet(b)
    for step in range(60):
        r = random.choice(replicas); boss = r.device in bosses and r.is_in(); n = random.randrange(12)
        if n < 4: meet(r, random.choice(replicas))
        elif n < 6 and boss and len(replicas) < 12: join(r, f"d{step}")
        elif n == 6 and boss: r.rotate()
        elif n == 7 and boss:
            other = random.choice(replicas)
            if other.device in world.holders(r.known) and other is not r and other is not jan: r.revoke(other.device)
        elif n == 8 and boss: r.tend()
        elif n == 9: r.drop()
        elif n == 10 and r.is_in() and r.device not in bosses and random.random() < 0.2:
            r.take(r.sign("revoke", device=r.device).id); jan.meet(r)                # who leaves says so
        elif r.is_in() and world.current(r.known)[0].epoch in r.ring()[0]: used.add(world.current(r.known)[0].epoch)
        if fault := false_knower(random.choice(replicas)): return fault
    for _ in range(3):
        for r in replicas: meet(jan, r)
        jan.tend(); jan.drop()
    for r in replicas: meet(jan, r)
    # Not what somebody sealed whom nobody met again.
    used &= {r.epoch for r in world.rotations(jan.known)}
    holders, (current, tainted) = world.holders(jan.known), world.current(jan.known)
    if tainted: return "the current key is tainted"
    for r in replicas:
        ring = r.ring()[0]
        if r.device in holders:
            if current.epoch not in ring: return f"{r.device} lacks the current key"
            if used - ring: return f"{r.device} cannot open what was sealed"
        else:
            # Whatever boxes it gets to see.
            thief = Replica(r.device, world)
            for i in world: thief.take(i)
            if current.epoch in thief.ring()[0]: return f"{r.device} is removed and opens the current key"
    for name in ("late", "later"):
        newcomer = Replica(name, world); jan.admit(name); newcomer.meet(jan)
        if used - newcomer.ring()[0]: return "a newcomer cannot open what was sealed"
        jan.rotate(); jan.drop()
        if len(jan.boxed) != 1: return "boxes are kept for ever"
    return None

def run(seeds):
    for seed in range(1, seeds + 1):
        if fault := history(seed): return seed, fault
    return None

if __name__ == "__main__":
    if sys.argv[1:] == ["mutants"]:
        missed = 0
        for what, name in MUTANTS.items():
            broken = {name}; found = run(600)
            print(f"{what}: " + (f"seed {found[0]}: {found[1]}" if found else "NOT FOUND")); missed += found is None
        sys.exit(missed > 0)
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    found = run(seeds)
    print(f"{seeds} histories: " + (f"seed {found[0]}: {found[1]}" if found else "every holder opens all, nobody removed anything new"))
    sys.exit(found is not None)
