"""Text that merges (column kind `text`): the rules, executable. `../text.py` tries them.

What is promised: whatever two people write at the same time, nobody ever reads a word that nobody wrote; every overlap is
listed, none is invented; all orders of delivery end equal; deleted words are kept nowhere.

The sequence. Every scalar has an identity (writer, sequence, offset). It hangs on a parent in one of three slots: before it
(L), in its place (M), after it (R). Reading a node is: what hangs before it, itself, what stands in its place, what hangs
after it; within a slot by identity. Without M this is the tree of Fugue (Weidner, Kleppmann: The Art of the Fugue,
arXiv 2305.00583, algorithm 1), whose two rules are kept:
  F1. A passage typed after `a` hangs after `a` (R) if nothing follows `a` in its subtree, else before (L) its successor.
  F2. Each further scalar of the passage hangs after (R) the one before it: passages of two people do not interleave.
Not kept: FugueMax's order of right children by right origin (it needs the origin for ever; plain Fugue interleaves only
passages typed backwards, and a stamping types forwards).

Our own rules, each with the mutant that shows why:
  1. WORDS. Old and new are compared by tokens: a word with the space before it, marks around it on their own, line ends on
     their own. A change inserts and deletes whole tokens only.
  2. PLACE. What replaces words stands in the place (M) of the first scalar that it replaces, so it lies neither in the gap
     before nor in the gap after them, and a neighbour's insertion there is no overlap.
  3. SEPARATOR. Two scalars stand side by side without a space only if somebody wrote them so: one of the changes that made
     them neighbours (their authors, the deleters of what lay between) had seen all of it. Else a space is shown between
     them, which is in no change.
  4. DELETERS. Of a deleted scalar every change that deleted it is kept (they are concurrent by nature, so mostly one): one
     is enough to converge, but not to see that a second person changed the same word.
  5. TWINS. Equal wordings of one passage, written apart, are shown once, as long as nobody has written in the text who had
     seen both; the next change of the text deletes the others.
  6. OVERLAPS are a function of the state: (a) a scalar that two changes deleted, whose passages end differently; (b) two
     passages typed in one gap; (c) words that stand inside a passage that somebody deleted without having seen them. One is
     settled by writing the passage anew, having seen both.
  7. FORGETTING. Deleted scalars keep identity and deleters, not the letter. A delta sends of each change beyond the base
     what is left of it: that is enough.
  8. RENAMING. When copies of a replica are told apart, dots are renamed in identities, deleters and contexts alike.
  9. GENERATIONS. A change that has seen everything, with nothing unsettled, may write the text as one passage; all that it
     has seen is then dropped, with its contexts. A late change of the generation before hangs on nothing any more: its words are kept as a stray, and
     listed. Of two concurrent generations the one of the greater (time, dot) is shown, the other's text is a stray if it differs;
     the time of one is beyond that of all that it has seen, so what once gave way never comes back.
 10. REWRITING. An overlap of which one side deleted more than half of what stood before its author is one of the whole text,
     not of a passage: it is listed as such.
"""
import hashlib
import unicodedata

RULES = {  # mutants: name -> what is broken
    "letters": "1: compares letter by letter",
    "no-place": "2: a replacement is typed after what it replaces",
    "no-separator": "3: nothing is shown between neighbours that nobody wrote so",
    "one-deleter": "4: of two deleters the greater alone is kept",
    "no-twins": "5: equal wordings are shown twice",
    "no-inside": "6c: words inside a deleted passage are not listed",
    "no-gap": "6b: passages in one gap are not listed",
    "keeps-letters": "7: deleted letters stay",
    "renames-half": "8: contexts keep the old names",
    "by-name": "9: of two generations the one of the greater dot is shown, also when the other had seen it",
    "drops-late": "9: late changes of an older generation are dropped",
    "never-whole": "10: one who rewrites a text disputes a passage of it",
    "by-arrival": "F: siblings by arrival",
}
BROKEN = None


def broken(rule):
    return BROKEN == rule


# MARK: Tokens

CLOSING = set(".,;:!?)]}\u00bb\u201d\u2019'\"\u2026\u061f\u060c")
OPENING = set("([{\u00ab\u201c\u2018'\"\u00bf\u00a1")


def tokens(text):
    """Text as tokens that join to it again: line ends, and chunks of no white space with the blanks before them, of which
    leading and trailing marks are tokens of their own. What is inside a chunk (12.30, zo'n, a@b.nl) stays one word."""
    out, i, n = [], 0, len(text)
    while i < n:
        if text[i] == "\n":
            out.append("\n")
            i += 1
            continue
        j = i
        while j < n and text[j] != "\n" and text[j].isspace():
            j += 1
        k = j
        while k < n and not text[k].isspace():
            k += 1
        if k == j:                      # blanks at the end of a line
            out.append(text[i:j])
            i = j
            continue
        first, last = j, k
        while first < last and text[first] in OPENING:
            first += 1
        while last > first and text[last - 1] in CLOSING:
            last -= 1
        start = i
        for cut in list(range(j + 1, first + 1)) + ([last] if last > first else []) + list(range(last + 1, k + 1)):
            if cut > start:
                out.append(text[start:cut])
                start = cut
        i = k
    return out


def words(text):
    """The words of a text, as a reader sees them: its chunks without the marks around them."""
    found = set()
    for chunk in text.split():
        core = chunk.strip("".join(CLOSING | OPENING))
        if core:
            found.add(core)
    return found


# MARK: Changes

class Run:
    """A passage that a change inserted: offset of its first scalar, parent and slot of that, letters (None: deleted since)."""
    def __init__(self, offset, parent, slot, letters):
        self.offset, self.parent, self.slot, self.letters = offset, parent, slot, list(letters)


OLDER = ("", 0)     # the generation of changes of which only words are left


class Change:
    def __init__(self, dot, context, runs, deletes, generation=None, opens=None, time=0):
        self.time = time                                    # of one that begins a generation
        self.dot, self.context, self.runs, self.deletes = dot, dict(context), runs, set(deletes)
        self.generation, self.opens = generation, opens     # the generation it is of; digest of the text if it begins one


class Node:
    __slots__ = ("parent", "slot", "letter", "deleters", "arrival")

    def __init__(self, parent, slot, letter, arrival):
        self.parent, self.slot, self.letter, self.deleters, self.arrival = parent, slot, letter, set(), arrival


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def includes(vector, dot):
    return vector.get(dot[0], 0) >= dot[1]


class Text:
    """The state of one text: a function of the set of changes taken in."""

    def __init__(self):
        self.nodes = {}             # identity -> Node
        self.contexts = {}          # dot -> context of a change that something here is of
        self.generation = None      # the dot of the change that wrote the text as one passage
        self.opened = None          # the digest of what it wrote
        self.time = 0               # and when
        self.late = {}              # identity -> Node, of changes of older generations that nobody took over
        self.lost = {}              # dot -> (context, digest) of generations that gave way unseen; they stand for what they saw
        self.arrivals = 0
        self.seen = None            # the view of this state; made anew when anything is taken in

    # Taking in

    def take(self, changes):
        """All changes of one delta, in any order: generations first, then passages, then what is deleted."""
        for change in sorted((c for c in changes if c.opens), key=self.order_of):
            self.open(change)
        rest = [c for c in changes if not c.opens]
        for change in rest:
            self.insert(change)
        for change in rest:
            self.delete(change)

    def insert(self, change):
        self.seen = None
        nodes = self.nodes if change.generation == self.generation else self.late
        if nodes is self.nodes:
            self.contexts[change.dot] = change.context
        elif self.taken_over(change.dot) or broken("drops-late"):
            return
        for run in change.runs:
            parent, slot = run.parent, run.slot
            for i, letter in enumerate(run.letters):
                identity = (*change.dot, run.offset + i)
                if identity not in nodes:
                    self.arrivals += 1
                    nodes[identity] = Node(parent, slot, letter, self.arrivals)
                elif letter is None and not broken("keeps-letters"):
                    nodes[identity].letter = None
                parent, slot = identity, "R"

    def delete(self, change):
        self.seen = None
        for identity in change.deletes:
            node = self.nodes.get(identity) or self.late.get(identity)
            if node is None:
                continue            # of a generation that is gone
            node.deleters.add(change.dot)
            if broken("one-deleter"):
                node.deleters = {max(node.deleters)}
            if not broken("keeps-letters"):
                node.letter = None

    def add(self, change):
        self.insert(change)
        self.delete(change)

    # Generations

    @staticmethod
    def order_of(change):
        return (0 if broken("by-name") else change.time, change.dot)

    def open(self, change):
        if self.generation is not None and self.order_of(change) <= (0 if broken("by-name") else self.time, self.generation):
            if change.dot != self.generation:
                self.outlive([change])
            return
        before = self.changes_beyond({})
        self.nodes, self.contexts, self.late, self.lost, self.seen = {}, {}, {}, {}, None
        self.generation, self.opened, self.time = change.dot, change.opens, change.time
        self.insert(Change(change.dot, change.context, change.runs, (), change.dot))
        self.outlive(before)

    def outlive(self, changes):
        """What is left of changes of older generations once a newer one is there: what its writer had not seen."""
        for old in changes:
            if old.opens and not self.taken_over(old.dot):
                self.lost[old.dot] = (old.context, old.opens, old.time)
        for dot in [d for d in self.lost if self.taken_over(d)]:
            del self.lost[dot]
        for identity in [i for i in self.late if self.taken_over(i[:2])]:
            del self.late[identity]
        for old in changes:
            self.insert(Change(old.dot, {}, old.runs, (), OLDER))
        for old in changes:
            self.delete(Change(old.dot, {}, (), old.deletes, OLDER))

    def taken_over(self, dot):
        """Whether a generation that is here was written by one who had seen the change."""
        return any(includes(c, dot) for c in [self.contexts[self.generation]] + [c for c, _, _ in self.lost.values()])

    def strays(self):
        """Words of late changes, to be listed: dot -> what is left of them."""
        found = {}
        for identity, node in sorted(self.late.items()):
            if not node.deleters:
                found[identity[:2]] = found.get(identity[:2], "") + node.letter
        return {dot: said for dot, said in found.items() if said.strip() and digest(said) != self.opened}

    # Deltas

    def changes_beyond(self, base):
        """What is left of each change beyond the base: its passages, of deleted scalars the identity alone, and what it
        deleted. Nobody keeps what a change was when it was written."""
        found = {}
        for dot, context in self.contexts.items():
            if not includes(base, dot):
                found[dot] = Change(dot, context, [], (), self.generation,
                                    self.opened if dot == self.generation else None, self.time)
        for dot, (context, opens, time) in self.lost.items():
            if not includes(base, dot):
                found[dot] = Change(dot, context, [], (), OLDER, opens, time)
        for nodes in (self.nodes, self.late):
            for identity in sorted(nodes):
                node, dot = nodes[identity], identity[:2]
                if not includes(base, dot):
                    runs = found.setdefault(dot, Change(dot, {}, [], (), OLDER)).runs
                    follows = node.slot == "R" and node.parent == (*dot, identity[2] - 1)
                    if runs and follows and runs[-1].offset + len(runs[-1].letters) == identity[2]:
                        runs[-1].letters.append(node.letter)
                    else:
                        runs.append(Run(identity[2], node.parent, node.slot, [node.letter]))
                for deleter in node.deleters:
                    if not includes(base, deleter):
                        found.setdefault(deleter, Change(deleter, {}, [], (), OLDER)).deletes.add(identity)
        return list(found.values())

    # Reading

    def order(self):
        children = {}
        for identity, node in self.nodes.items():
            children.setdefault((node.parent, node.slot), []).append(identity)
        for siblings in children.values():
            siblings.sort(key=(lambda i: self.nodes[i].arrival) if broken("by-arrival") else None)
        out, stack = [], [(None, False)]
        while stack:
            identity, itself = stack.pop()
            if itself:
                out.append(identity)
                continue
            parts = [(c, False) for c in children.get((identity, "L"), [])]
            if identity is not None:
                parts.append((identity, True))
            parts += [(c, False) for c in children.get((identity, "M"), [])]
            parts += [(c, False) for c in children.get((identity, "R"), [])]
            stack.extend(reversed(parts))
        return out

    def alive(self, identity):
        return not self.nodes[identity].deleters

    def saw(self, a, b):
        return a == b or includes(self.contexts[a], b) or (a[0] == b[0] and a[1] > b[1])

    def concurrent(self, a, b):
        return not self.saw(a, b) and not self.saw(b, a)

    def stood_before(self, dot, identity):
        """Whether the author of `dot` saw this scalar alive before writing."""
        return identity[:2] != dot and self.saw(dot, identity[:2]) and not any(
            d != dot and self.saw(dot, d) for d in self.nodes[identity].deleters)

    def view(self):
        if self.seen is None:
            self.seen = View(self)
        return self.seen

    def shown(self):
        return self.view().text

    def dump(self):
        """The canonical state, to compare replicas by."""
        return (sorted((i, n.parent, n.slot, n.letter, sorted(n.deleters)) for i, n in self.nodes.items()),
                sorted((d, sorted(c.items())) for d, c in self.contexts.items()), self.generation,
                sorted((i, n.letter, sorted(n.deleters)) for i, n in self.late.items()),
                sorted((d, sorted(c.items()), o, t) for d, (c, o, t) in self.lost.items()), self.time)

    def rename(self, new_dot, new_context):
        """Copies are told apart: `new_dot` names a dot, `new_context` the context of a change (new dot, old dot, context)."""
        def name(identity):
            return None if identity is None else (*new_dot(identity[:2]), identity[2])
        for nodes in (self.nodes, self.late):
            renamed = {}
            for identity, node in nodes.items():
                node.parent = name(node.parent)
                node.deleters = {new_dot(d) for d in node.deleters}
                renamed[name(identity)] = node
            nodes.clear()
            nodes.update(renamed)
        self.contexts = {new_dot(d): c if broken("renames-half") else new_context(d, c) for d, c in self.contexts.items()}
        self.lost = {new_dot(d): (new_context(d, c), o, t) for d, (c, o, t) in self.lost.items()}
        self.generation = new_dot(self.generation) if self.generation else None
        self.seen = None


class View:
    """A text as it is read: what is shown, scalar by scalar (None: a space that is in no change), and what overlaps."""

    def __init__(self, state):
        self.state, self.nodes = state, state.nodes
        self.full = state.order()
        self.index = {identity: i for i, identity in enumerate(self.full)}
        self.living = [i for i in self.full if state.alive(i)]
        self.overlaps, self.hidden, self.agreed = set(), set(), set()
        self.both_deleted()
        self.one_gap()
        self.inside()
        self.whole = {o for o in self.overlaps if not broken("never-whole") and any(self.rewrites(d) for d in o)}
        self.visible = [i for i in self.living if i not in self.hidden]
        self.cells = []
        for i, identity in enumerate(self.visible):
            if i and not broken("no-separator") and self.needs_space(self.visible[i - 1], identity):
                self.cells.append((None, " "))
            self.cells.append((identity, self.nodes[identity].letter))
        self.text = "".join(letter for _, letter in self.cells)

    # Rule 3

    def needs_space(self, x, y):
        a, b = self.nodes[x].letter, self.nodes[y].letter
        if a.isspace() or b.isspace() or (b in CLOSING and not unicodedata.combining(b)):
            return False
        between = self.full[self.index[x] + 1:self.index[y]]
        if x[:2] == y[:2] and not between:
            return False
        makers = {x[:2], y[:2]} | {d for m in between for d in self.nodes[m].deleters}
        return not any(self.wrote_so(d, x, y, between) for d in makers)

    def wrote_so(self, d, x, y, between):
        saw = self.state.saw
        return saw(d, x[:2]) and saw(d, y[:2]) and all(
            m in self.hidden or not saw(d, m[:2]) or any(saw(d, e) for e in self.nodes[m].deleters) for m in between)

    # Rules 5 and 6

    def blocks(self):
        """Living scalars of one change that follow one another in what is shown."""
        out = []
        for identity in self.living:
            if out and out[-1][-1][:2] == identity[:2]:
                out[-1].append(identity)
            else:
                out.append([identity])
        return out

    def said(self, block):
        return "".join(self.nodes[i].letter for i in block)

    def both_deleted(self):
        """6a. A scalar that several deleted; its passage reaches to the nearest living scalars that all of them knew."""
        saw, done = self.state.saw, set()
        for at, n in enumerate(self.full):
            deleters = self.nodes[n].deleters
            if len(deleters) < 2:
                continue

            def known(m):
                return self.state.alive(m) and all(saw(d, m[:2]) for d in deleters)
            first, last = at, at
            while first > 0 and not known(self.full[first - 1]):
                first -= 1
            while last + 1 < len(self.full) and not known(self.full[last + 1]):
                last += 1
            key = (first, last, frozenset(deleters))
            if key in done:
                continue
            done.add(key)
            ends = {d: [] for d in deleters}
            for m in self.full[first:last + 1]:
                if self.state.alive(m):
                    line = {d for d in deleters if saw(m[:2], d)}
                    if line != deleters:
                        for d in line:
                            ends[d].append(m)
            said = {d: self.said(ends[d]) for d in deleters}
            if len(set(said.values())) > 1:
                self.overlaps.add(frozenset(deleters))
                continue
            if broken("no-twins"):
                continue
            self.agreed.update(m for d in deleters for m in ends[d])
            if not self.read_together(deleters):
                keep = min(sorted(deleters), key=lambda d: self.index[ends[d][0]] if ends[d] else 0)
                shown = set(ends[keep])
                for d in deleters:
                    self.hidden.update(m for m in ends[d] if m not in shown)

    def read_together(self, dots):
        """Whether the author of a later change had all of these before his eyes: what he left standing he meant."""
        return any(d not in dots and all(self.state.saw(d, e) for e in dots) for d in self.state.contexts)

    def anchor(self, x, other):
        """Where x hangs for one who does not know it: the first node above it that `other` saw, and the slot there."""
        node = self.nodes[x]
        while node.parent is not None and not self.state.saw(other, node.parent[:2]):
            node = self.nodes[node.parent]
        return node.parent, node.slot

    def one_gap(self):
        """6b. Neighbouring passages of two who did not see each other, with nothing between them that either saw standing
        and both knew, and neither in the place of something that both knew."""
        state, blocks = self.state, self.blocks()
        for i, block in enumerate(blocks):
            for other in blocks[i + 1:]:
                x, y = block[-1], other[0]
                a, b = x[:2], y[:2]
                if state.saw(a, b) or state.saw(b, a):
                    break
                between = self.full[self.index[x] + 1:self.index[y]]
                if any(state.saw(a, m[:2]) and state.saw(b, m[:2]) and (state.stood_before(a, m) or state.stood_before(b, m))
                       for m in between):
                    break
                if self.anchor(x, b)[1] == "M" or self.anchor(y, a)[1] == "M":
                    continue
                if self.said(block) == self.said(other):
                    if not broken("no-twins") and not self.read_together({a, b}):
                        self.hidden.update(other)
                elif not broken("no-gap"):
                    self.overlaps.add(frozenset((a, b)))

    def inside(self):
        """6c. Living words inside a passage that one who had not seen them deleted as a whole."""
        if broken("no-inside"):
            return
        for d in self.state.contexts:
            stood = [m for m in self.full if self.state.stood_before(d, m)]
            start = None
            for m in stood + [None]:
                if m is not None and d in self.nodes[m].deleters:
                    start = start if start is not None else m
                    last = m
                    continue
                if start is not None:
                    for x in self.full[self.index[start] + 1:self.index[last]]:
                        if self.state.alive(x) and x not in self.agreed and not self.state.saw(x[:2], d):
                            self.overlaps.add(frozenset((d, x[:2])))
                start = None

    # Rule 10

    def rewrites(self, dot):
        stood = [m for m in self.full if self.state.stood_before(dot, m)]
        return 2 * sum(dot in self.nodes[m].deleters for m in stood) > len(stood)


# MARK: Capture

def common(a, b):
    """The longest common subsequence of two lists of tokens, as pairs of indices; the earliest of several."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    x, y = a[head:len(a) - tail], b[head:len(b) - tail]
    best = [[0] * (len(y) + 1) for _ in range(len(x) + 1)]
    for i in range(len(x) - 1, -1, -1):
        for j in range(len(y) - 1, -1, -1):
            best[i][j] = best[i + 1][j + 1] + 1 if x[i] == y[j] else max(best[i + 1][j], best[i][j + 1])
    pairs, i, j = [(k, k) for k in range(head)], 0, 0
    while i < len(x) and j < len(y):
        if x[i] == y[j]:
            pairs.append((head + i, head + j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs + [(len(a) - tail + k, len(b) - tail + k) for k in range(tail)]


def capture(state, dot, context, new):
    """The change that makes the text shown here into `new`: whole tokens deleted and inserted."""
    view = state.view()
    if new == view.text:
        return None
    split = list if broken("letters") else tokens
    old, cells, at = [], [], 0
    for token in split(view.text):
        cells.append([i for i, _ in view.cells[at:at + len(token)]])
        at += len(token)
        old.append(token)
    for real in (False, True):
        # A token with a space that is in no change cannot stay when its neighbours change: then it is written anew.
        compared = [(t, k) if real and None in c else t for k, (t, c) in enumerate(zip(old, cells))]
        change = written(state, view, dot, context, compared, cells, split(new))
        trial = Text()
        trial.generation = state.generation
        trial.contexts = {d: c for d, c in state.contexts.items()}
        for identity, node in state.nodes.items():
            twin = Node(node.parent, node.slot, node.letter, node.arrival)
            twin.deleters = set(node.deleters)
            trial.nodes[identity] = twin
        trial.arrivals = state.arrivals
        trial.add(change)
        if trial.shown() == new or broken("no-separator") or BROKEN in ("letters", "keeps-letters", "by-arrival"):
            return change
    assert False, f"what was written is not what is shown: {new!r}, {trial.shown()!r}"


def written(state, view, dot, context, old, cells, new):
    runs, deletes, offset = [], set(view.hidden), 0
    pairs = common(old, new) + [(len(old), len(new))]
    i = j = 0
    previous = None                        # the last scalar that stays
    for stay, same in pairs:
        gone = [c for k in range(i, stay) for c in cells[k] if c is not None]
        said = "".join(new[j:same])
        deletes.update(gone)
        if said:
            if gone and not broken("no-place"):
                parent, slot = gone[0], "M"
            else:
                parent, slot = place(state, view, gone[-1] if gone else previous)
            runs.append(Run(offset, parent, slot, said))
            offset += len(said)
        if stay < len(old):
            previous = [c for c in cells[stay] if c is not None][-1]
        i, j = stay + 1, same + 1
    return Change(dot, context, runs, deletes, state.generation)


def place(state, view, left):
    """F1: where a passage typed after `left` hangs."""
    at = -1 if left is None else view.index[left]
    if at + 1 < len(view.full) and descends(state, view.full[at + 1], left):
        return view.full[at + 1], "L"
    return left, "R"


def descends(state, identity, above):
    while identity is not None:
        if state.nodes[identity].slot != "L" and state.nodes[identity].parent == above:
            return True
        identity = state.nodes[identity].parent
    return False

