#!/usr/bin/env python3
"""The section "Roster" of Protocol.md as a slow, plain program that shares no code with Kith: which statements count, and what follows.

Usage: roster_model.py statements.json     compares the outcome of every history in the file; checks no signatures of statements.
"""
import hashlib, json, sys
KINDS = "genesis admit revoke rotate box label invite withdraw writer cut erase confirm".split()
COORDINATOR, MEMBER, READER, RELAY, RECOVERY = 1, 2, 3, 4, 5

class Reader:
    def __init__(self, data): self.data, self.at = data, 0
    def raw(self, n): self.at += n; return self.data[self.at - n:self.at]
    def number(self):
        value = shift = 0
        while True:
            byte = self.raw(1)[0]; value |= (byte & 127) << shift; shift += 7
            if byte < 128: return value
    def list(self, read): return [read() for _ in range(self.number())]
    def nonce(self): return self.raw(16).hex()
    def hash(self): return self.raw(32).hex()
    def text(self): return self.raw(self.number()).decode()
    def keys(self): return dict(self.list(lambda: (self.text(), self.list(self.nonce))))

class Statement:
    def __init__(self, data):
        if data[0] == 0: r = Reader(data); r.raw(1); data = r.raw(r.number())      # what follows are the boxes
        self.id = hashlib.sha256(data).hexdigest(); r = Reader(data[:-64])
        assert r.number() == 1
        self.space, self.signer, _ = r.nonce(), r.nonce(), r.number()
        self.parents = r.list(r.hash); self.kind = kind = KINDS[r.raw(1)[0] - 1]
        self.keys, self.older, self.recipients = {}, {}, []  # epochs by scope, those sealed under an epoch, who is given them by name
        if kind in ("genesis", "admit"):
            keys = r.raw(64); self.device = hashlib.sha256(b"kith device 1\0" + keys).digest()[:16].hex()
            self.role, self.collections, self.use = COORDINATOR, [], None
            if kind == "admit": self.role, self.collections = r.raw(1)[0], r.list(r.text)
            r.nonce(); r.raw(r.number())
            if kind == "genesis": r.raw(r.number())
            elif r.raw(1)[0]: self.use = (r.hash(), r.raw(64))
            self.keys, self.recipients = r.keys(), [self.device]
            if kind == "genesis": self.collections = [s for s in self.keys if s != "members"]
        elif kind in ("revoke", "label"): self.device = r.nonce()
        elif kind == "rotate":
            for _ in range(r.number()):
                scope, epoch, older = r.text(), r.nonce(), r.list(r.nonce)
                self.keys[scope], self.older[epoch] = [epoch], older; r.raw(len(older) and 32 * len(older) + 16)
        elif kind == "box":
            scope = r.text(); self.keys = {scope: r.list(r.nonce)}; self.recipients = r.list(r.nonce)
        elif kind == "invite": _, self.role, self.collections, self.most = r.raw(32), r.raw(1)[0], r.list(r.text), r.number()
        elif kind == "withdraw": self.invite = r.hash()
        elif kind == "writer": self.names = [n for n, _ in r.list(lambda: (r.text(), r.nonce()))]
        elif kind in ("cut", "erase"): self.names = [r.text()]

def holds(g, scope): return g.role != RELAY and (scope == "members" or scope in g.collections)
def permits(g, s):
    boss, writes = g.role == COORDINATOR, g.role in (COORDINATOR, MEMBER)
    if s.kind == "admit": return boss or (g.role == RECOVERY and s.role == COORDINATOR)
    if s.kind in ("revoke", "label"): return boss or s.device == s.signer
    if s.kind == "rotate": return boss and all(holds(g, scope) for scope in s.keys)
    if s.kind == "box": return writes and all(holds(g, scope) for scope in s.keys)
    if s.kind in ("invite", "withdraw"): return boss
    if s.kind in ("writer", "cut"): return writes and all(n in g.collections for n in s.names)
    if s.kind == "erase": return boss and s.names[0] in g.collections
    return s.kind == "confirm" and g.role != RECOVERY

class Roster:
    def __init__(self, statements):
        self.all = {s.id: s for s in map(Statement, statements)}
        for s in self.all.values(): self.find_past(s)
        self.order = sorted(self.all.values(), key=lambda s: (s.depth, s.id))
        self.rank = {s.id: n for n, s in enumerate(self.order)}
        # What no grant in its past permits stands nowhere.
        assert all(s.kind == "genesis" or any(permits(g, s) for g in self.grants(s, set(self.all))) for s in self.order)
    def find_past(self, s):
        if hasattr(s, "past"): return
        s.past, s.depth = set(), 0
        for p in s.parents:
            parent = self.all[p]; self.find_past(parent)
            s.past |= parent.past | {p}; s.depth = max(s.depth, parent.depth + 1)
    def grants(self, s, among):  # highest rank first
        return [a for a in reversed(self.order) if a.kind in ("genesis", "admit") and a.device == s.signer and a.id in s.past & among]
    def removers(self, s, among):
        return [r for r in self.order if r.kind == "revoke" and r.device == s.signer and r.id in among and r is not s and s.id not in r.past]
    def earlier(self, s, among): # lower admissions of others by the same invite; the histories' uses are all signed by its key
        return [a for a in self.order[:self.rank[s.id]] if a.kind == "admit" and a.use and a.use[0] == s.use[0] and a.id in among
                and a.device != s.device and s.use[0] in a.past]
    def withdrawals(self, s, among): return [w for w in self.order if w.kind == "withdraw" and w.invite == s.use[0] and w.id in s.past & among]
    def granted(self, s, yes, no):
        for a in self.grants(s, yes | no):
            if permits(a, s):
                if a.id in yes: return True
            elif a.id in no: return False
        return False
    def follows(self, s, yes, no):
        if s.kind == "genesis": return True
        if self.removers(s, no) or not self.granted(s, yes, no): return False
        if s.kind != "admit" or not s.use: return True
        i = self.all.get(s.use[0])
        return (i is not None and i.kind == "invite" and i.id in s.past and i.id in yes and (i.role, i.collections) == (s.role, s.collections)
                and not self.withdrawals(s, no) and len({a.device for a in self.earlier(s, no)}) < i.most)
    def model(self, universe):
        universe = [s for s in self.order if s.id in universe and s.kind in ("genesis", "admit", "revoke", "invite", "withdraw")]
        held = set()
        def gamma(no):
            yes = set()
            for s in universe:
                if s.id in held or self.follows(s, yes, no): yes.add(s.id)
            return yes
        while True:
            certain = set()
            while (more := gamma(gamma(certain))) != certain: certain = more
            still_open = gamma(certain) - certain
            if not still_open: return certain
            reach = {i: self.depends(self.all[i], certain, still_open) for i in still_open}
            for _ in still_open:
                for i in still_open: reach[i] = reach[i].union(*(reach[j] for j in reach[i]))
            held |= {i for i in still_open if self.all[i].kind == "revoke" and all(i in reach[j] for j in reach[i])}
    def depends(self, s, certain, still_open):
        found = {r.id for r in self.removers(s, still_open)}
        for a in self.grants(s, certain | still_open):
            if a.id in certain: break
            found.add(a.id)
        if s.kind == "admit" and s.use:
            found |= {s.use[0]} & still_open | {w.id for w in self.withdrawals(s, still_open)} | {a.id for a in self.earlier(s, still_open)}
        return found
    def members(self, counts):
        removed = {s.device for s in self.order if s.kind == "revoke" and s.id in counts}
        return removed, {s.device: s for s in self.order if s.kind in ("genesis", "admit") and s.id in counts}
    def receivers(self, s, scope):     # whom a rotation is boxed to: the holders by its own past
        removed, newest = self.members(self.model(s.past))
        return {d for d, a in newest.items() if d not in removed and holds(a, scope)}
    def outcome(self, scope="people"):
        counts = self.model(set(self.all))
        for s in self.order:
            if s.kind in ("genesis", "admit", "revoke", "invite", "withdraw"): continue
            if s.kind in ("erase", "cut"):
                own = self.model(s.past); ok = self.granted(s, own, own) and not self.removers(s, own)
            else: ok = self.granted(s, counts, counts) and not self.removers(s, counts)
            if ok: counts = counts | {s.id}
        removed, newest = self.members(counts)
        holders = {d for d, a in newest.items() if d not in removed and holds(a, scope)}
        # Who brought an epoch, and whom it was given to by that; who was given it by name; which epochs open it.
        known, gifts, opened_by, place = {}, {}, {}, {}
        for s in self.order:
            for e in s.keys.get(scope, []) if s.kind in ("genesis", "rotate") else []:
                known.setdefault(e, []).append((s.id in counts, {s.signer} if s.kind == "genesis" else {s.signer} | self.receivers(s, scope)))
                if s.id in counts:
                    place[e] = self.rank[s.id]
                    for o in s.older.get(e, []): opened_by.setdefault(o, set()).add(e)
            if s.kind in ("admit", "box") and (s.id in counts or s.signer in holders):
                for e in s.keys.get(scope, []): gifts.setdefault(e, set()).update(s.recipients)
        def closure(e):
            found = {e}
            while (more := found.union(*(opened_by.get(o, set()) for o in found))) != found: found = more
            return found
        def knowers(e, void): return set().union(*(gifts.get(o, set()).union(*(d for c, d in known.get(o, []) if c or void)) for o in closure(e)))
        newest_first = sorted(place, key=lambda e: -place[e])
        current = next((e for e in newest_first if knowers(e, False) <= holders), newest_first[0])
        heads = sorted(set(self.all) - {p for s in self.order for p in s.parents})
        return {"space": self.order[0].id[:32], "heads": heads, "void": sorted(set(self.all) - counts), "removed": sorted(removed),
                "digest": hashlib.sha256(bytes.fromhex("".join(heads))).hexdigest()[:32],
                "roles": {d: a.role for d, a in newest.items()}, "currentEpoch": current,
                "needsRotation": not knowers(current, False) <= holders, "missingBoxes": sorted(holders - knowers(current, True))}

if __name__ == "__main__":
    file = json.load(open(sys.argv[1])); wrong = 0
    histories = file["histories"] + ([file["roster"]] if "roster" in file else [])
    for number, history in enumerate(histories):
        found = Roster(map(bytes.fromhex, history["statements"])).outcome()
        for field in found:
            if found[field] != history["outcome"][field]: wrong += 1; print(number, field, found[field], history["outcome"][field])
    print(len(histories), "histories,", wrong, "differences"); sys.exit(wrong > 0)
