"""Texts that several write in: what a change says of one, and what all changes come to (Protocol.md, "Text")."""
import unicodedata
from kith_format import MIB, Refused, Reader, check, encode_counted, encode_number, sha

SCALARS, RUNS, DELETERS, OVER = 10 * MIB, 1 << 20, 64, "over"
BEFORE, IN_PLACE, AFTER = range(3)
CLOSING = set(".,;:!?)]}\u00bb\u201d\u2019'\"\u2026\u061f\u060c")

# A change as it travels
def encode_column(values):
    if not values: return b"\0"
    if len(set(values)) == 1: return encode_number(values[0] << 1 | 1)
    groups = []
    for value in values:
        if groups and groups[-1][0] == value: groups[-1][1] += 1
        else: groups.append([value, 0])
    listed = b"".join(map(encode_number, values))
    grouped = encode_counted(b"".join(encode_number(v) for v, _ in groups)) + b"".join(encode_number(n) for _, n in groups)
    short = len(grouped) < len(listed)
    data = grouped if short else listed
    return encode_number(len(data) << 2 | 2 * short) + data

class Column:
    """A column of numbers, read one by one."""
    def __init__(self, r):
        start = r.at; head = r.number(); self.one, self.values, self.repeats, self.read = None, Reader(b""), Reader(b""), []
        self.grouped, self.last, self.rest = head & 3 == 2, None, 0
        if head & 1: self.one = head >> 1
        else:
            check(head >> 2 <= r.left(), "truncated"); check(head != 2); self.values = Reader(r.take(head >> 2))
            if self.grouped: count = self.values.number(); check(count <= self.values.left(), "truncated"); part = self.values.take(count); self.repeats, self.values = Reader(self.values.rest()), Reader(part)
        self.data = r.data[start:r.at]
    def next(self, limit=None):
        if self.one is not None: value = self.one
        elif self.rest: self.rest -= 1; value = self.last
        else:
            value = self.values.number()
            if self.grouped: check(value != self.last); self.rest = self.repeats.number(1 << 62)
            self.last = value
        self.read.append(value) if self.one is None or not self.read else None
        check(limit is None or value <= limit, "too-large"); return value
    def signed(self, base, limit=(1 << 32) - 1):
        n = self.next(); value = base + (n >> 1 ^ -(n & 1)); check(0 <= value <= limit, "too-large"); return value
    def end(self):
        check(not (self.rest or self.values.left() or self.repeats.left()) and (self.one is None or self.read), "trailing")
        check(self.one is not None or encode_column(self.read) == self.data)

COLUMNS = ("writers sequences kinds generation_writers generation_sequences context_counts context_writers context_lasts passage_counts passage_gaps "
           "passage_lengths slots parent_writers parent_sequences parent_offsets delete_counts delete_writers delete_sequences delete_offsets delete_lengths").split()

class Edit:
    """What is left of a change to a text. Passages: [offset, slot, parent, letters], letters None where they are deleted; parents (writer, sequence, offset)."""
    def __init__(self, dot, passages=(), deletes=(), generation=None, opens=None, null=False, time=0):
        self.dot, self.passages, self.deletes, self.generation, self.opens, self.null, self.time, self.copies = dot, list(passages), list(deletes), generation, opens, null, time, []
    def named(self, dot, context, time):
        """The same under other names."""
        def at(i): return i and (*dot(i[0], i[1]), i[2])
        of = self.generation
        edit = Edit(dot(*self.dot), [(o, slot, at(parent), letters) for o, slot, parent, letters in self.passages],
                    [(*dot(w, s), o, n) for w, s, o, n in self.deletes], dot(*of) if isinstance(of, tuple) else of, self.opens, self.null, time)
        edit.context = context
        return edit
    @property
    def covers(self): return self.opens is not None

def read_edit(data, dot, writers):
    """An edit of the change `dot`, by numbers of writers; checked by itself but for what its author had seen."""
    r = Reader(data); check(r.number(65536) == 1)
    c = {name: Column(r) for name in COLUMNS}
    def writer(name): value = c[name].next((1 << 32) - 1); check(value < writers); return value
    def at(writers_of, sequence): check(sequence > 0); return writer(writers_of), sequence
    sequence = c["sequences"].signed(0); own = at("writers", sequence); kind = c["kinds"].next()
    check(kind & 3 != 3 and kind < 16 and kind & 7 != 4)
    generation = OVER if kind & 3 == 2 else None
    if kind & 3 == 1: of = c["generation_sequences"].next((1 << 32) - 1); generation = at("generation_writers", of)
    check(c["context_counts"].next(65536) == 0)
    passages, deletes, end, letters_of = [], [], 0, []
    count, gone = c["passage_counts"].next(RUNS), c["delete_counts"].next(RUNS)
    for _ in range(count):
        offset = end + c["passage_gaps"].next(SCALARS); length = c["passage_lengths"].next(SCALARS << 1 | 1); end = offset + (length >> 1)
        check(end <= SCALARS, "too-large"); check(length > 1); code = c["slots"].next()
        if code == 0: slot, parent = AFTER, None
        elif code == 4: check(offset > 0); slot, parent = AFTER, (*own, offset - 1)
        else:
            check(code < 4); above = c["parent_sequences"].signed(own[1]); parent = (*at("parent_writers", above), c["parent_offsets"].next(SCALARS))
            slot = (AFTER, IN_PLACE, BEFORE)[code - 1]; check(slot != AFTER or parent != (*own, offset - 1))
        passages.append([offset, slot, parent, length >> 1]); letters_of.append(length & 1)
    last = (*own, 0, 0)
    for _ in range(gone):
        sequence = c["delete_sequences"].signed(last[1]); of = at("delete_writers", sequence)
        offset = c["delete_offsets"].signed(last[2] + last[3] if last[:2] == of else 0, SCALARS); length = c["delete_lengths"].next(SCALARS - offset)
        check(length > 0); last = (*of, offset, length); deletes.append(last)
    for column in c.values(): column.end()
    opens = r.nonce() if kind & 4 else None
    try: letters = r.counted(32 * MIB).decode()
    except UnicodeDecodeError: raise Refused("malformed") from None
    check("\0" not in letters); place = 0
    for passage, has in zip(passages, letters_of):
        count = passage[3]; passage[3] = [None] * count
        if has: check(place + count <= len(letters)); passage[3] = list(letters[place:place + count]); place += count
    check(place == len(letters)); r.end(); check(own == dot)
    return Edit(own, map(tuple, passages), deletes, generation, opens, bool(kind & 8))

def check_edit(edit, saw):
    """What can be judged of a change without the text; `saw(writer, sequence)`: whether its author had seen that."""
    own = edit.dot
    def seen(i): return i[1] <= own[1] if i[0] == own[0] else saw(i[0], i[1])
    for offset, slot, parent, _ in edit.passages:
        check(parent or slot == AFTER)
        if parent: check(parent[:2] != own or parent[2] < offset); check(edit.generation == OVER or seen(parent))
    reached = None
    for w, s, offset, count in sorted(edit.deletes):
        check(not (reached and reached[0] == (w, s) and reached[1] > offset)); check(edit.generation == OVER or seen((w, s))); reached = (w, s), offset + count
    if edit.opens is not None:
        end = 0; check(not edit.deletes and edit.generation in (own, OVER))
        for offset, slot, parent, letters in edit.passages if edit.generation == own else ():
            check(offset == end and slot == AFTER and parent == ((*own, end - 1) if end else None)); end += len(letters)

# What changes come to
def prose(value): return isinstance(value, str) and "\0" not in value and value.isprintable() is not None and len(value.encode("utf-8", "surrogateescape")) <= SCALARS and not any(0xd800 <= ord(c) < 0xe000 for c in value)
def named(text): return sha(text.encode())[:16]
def whole(dot, context, time, value):
    """The writing of a whole text."""
    letters = list(value) if prose(value) else []
    edit = Edit(dot, [(0, AFTER, None, letters)] if letters else [], (), dot, named("".join(letters)), value is None, time); edit.context = context
    return edit

class Node:
    __slots__ = ("parent", "slot", "letter", "deleters")
    def __init__(self, parent, slot, letter): self.parent, self.slot, self.letter, self.deleters = parent, slot, letter, set()

def includes(vector, dot): return vector.get(dot[0], 0) >= dot[1]

class Text:
    """All changes of one text, whatever their order."""
    def __init__(self, edits):
        self.nodes, self.late, self.contexts, self.lost, self.nulls, self.generation, self.opened = {}, {}, {}, {}, set(), None, None
        first = max((e for e in edits if e.covers and e.generation != OVER), key=lambda e: (e.time, e.dot), default=None)
        if first: self.generation, self.opened = first.dot, first.opens
        self.current = [e for e in edits if e.generation == self.generation]
        for e in edits:
            if e.covers and e is not first: self.lost[e.dot] = (e.context, e.opens, e.null)
        for e in self.current:
            self.contexts[e.dot] = e.context
            if e.null: self.nulls.add(e.dot)
        for e in edits:
            nodes = self.nodes if e.generation == self.generation else self.late
            for copy in [e] + e.copies:
                for offset, slot, parent, letters in copy.passages:
                    for i, letter in enumerate(letters):
                        identity = (*e.dot, offset + i)
                        if identity not in nodes: nodes[identity] = Node(parent, slot, letter)
                        elif letter is None: nodes[identity].letter = None
                        parent, slot = identity, AFTER
        for e in edits:
            for w, s, offset, count in {r for copy in [e] + e.copies for r in copy.deletes}:
                for o in range(offset, offset + count):
                    node = self.nodes.get((w, s, o)) or self.late.get((w, s, o))
                    if node: node.deleters = set(sorted(node.deleters | {e.dot})[:DELETERS]); node.letter = None
    def saw(self, a, b): return a == b or includes(self.contexts.get(a, {}), b) or a[0] == b[0] and a[1] > b[1]
    def left(self):
        """What is left of each change, by dot, as it is hashed."""
        found = {}
        for dot in self.contexts: found[dot] = Edit(dot, (), (), self.generation, self.opened if dot == self.generation else None, dot in self.nulls)
        for dot, (_, opens, null) in self.lost.items(): found[dot] = Edit(dot, (), (), OVER, opens, null)
        for nodes in (self.nodes, self.late):
            for identity in sorted(nodes):
                node, dot, offset = nodes[identity], identity[:2], identity[2]
                passages = found.setdefault(dot, Edit(dot, (), (), OVER)).passages
                follows = nodes is self.late and offset > 0 or node.slot == AFTER and node.parent == (*dot, offset - 1)
                if passages and follows and passages[-1][0] + len(passages[-1][3]) == offset and (passages[-1][3][0] is None) == (node.letter is None): passages[-1][3].append(node.letter)
                else: passages.append((offset, AFTER if nodes is self.late else node.slot, ((*dot, offset - 1) if offset else None) if nodes is self.late else node.parent, [node.letter]))
                for deleter in node.deleters:
                    deletes = found.setdefault(deleter, Edit(deleter, (), (), OVER)).deletes
                    if deletes and deletes[-1][:2] == dot and deletes[-1][2] + deletes[-1][3] == offset: deletes[-1] = (*dot, deletes[-1][2], deletes[-1][3] + 1)
                    else: deletes.append((*dot, offset, 1))
        return found
    def order(self):
        children = {}
        for identity, node in self.nodes.items(): children.setdefault((node.parent, node.slot), []).append(identity)
        out, stack = [], [(None, False)]
        while stack:
            identity, itself = stack.pop()
            if itself: out.append(identity); continue
            parts = [(c, False) for c in sorted(children.get((identity, BEFORE), []))]
            if identity is not None: parts.append((identity, True))
            parts += [(c, False) for slot in (IN_PLACE, AFTER) for c in sorted(children.get((identity, slot), []))]
            stack.extend(reversed(parts))
        return out
    def strays(self):
        """Words that stand nowhere in what is shown, by the change that wrote them."""
        found = {}
        for identity, node in sorted(self.late.items()):
            if not node.deleters: found[identity[:2]] = found.get(identity[:2], "") + node.letter
        return {dot: said for dot, said in found.items() if said.strip() and named(said) != self.opened}
    def shown(self):
        """What stands in the column; None is NULL."""
        full = self.order(); living = [i for i in full if not self.nodes[i].deleters]
        if not living and any(not any(d != n and self.saw(d, n) for d in self.contexts) for n in self.nulls): return None
        index, hidden = {i: at for at, i in enumerate(full)}, self.hidden(full, living)
        out, before = "", None
        for i in living:
            if i in hidden: continue
            if before is not None and self.apart(before, i, full, index, hidden): out += " "
            out += self.nodes[i].letter; before = i
        return out
    def apart(self, x, y, full, index, hidden):
        """Whether nobody wrote two neighbours side by side."""
        a, b = self.nodes[x].letter, self.nodes[y].letter
        if a.isspace() or b.isspace() or b in CLOSING and not unicodedata.combining(b): return False
        between = full[index[x] + 1:index[y]]
        if x[:2] == y[:2] and not between: return False
        def wrote(d): return self.saw(d, x[:2]) and self.saw(d, y[:2]) and all(m in hidden or not self.saw(d, m[:2]) or any(self.saw(d, e) for e in self.nodes[m].deleters) for m in between)
        return not any(map(wrote, {x[:2], y[:2]} | {d for m in between for d in self.nodes[m].deleters}))
    def read_together(self, dots): return any(d not in dots and all(self.saw(d, e) for e in dots) for d in self.contexts)
    def hidden(self, full, living):
        """Equal words that two wrote who did not see each other stand once."""
        hidden, done, saw, nodes = set(), set(), self.saw, self.nodes
        for at, n in enumerate(full):
            deleters = nodes[n].deleters
            if len(deleters) < 2: continue
            def known(m): return not nodes[m].deleters and all(saw(d, m[:2]) for d in deleters)
            first, last = at, at
            while first > 0 and not known(full[first - 1]): first -= 1
            while last + 1 < len(full) and not known(full[last + 1]): last += 1
            if (key := (first, last, frozenset(deleters))) in done: continue
            done.add(key); ends = {d: [] for d in deleters}
            for m in full[first:last + 1]:
                if not nodes[m].deleters:
                    line = {d for d in deleters if saw(m[:2], d)}
                    if line != deleters:
                        for d in line: ends[d].append(m)
            if len({"".join(nodes[m].letter for m in ends[d]) for d in deleters}) > 1 or self.read_together(deleters): continue
            keep = min(sorted(deleters), key=lambda d: full.index(ends[d][0]) if ends[d] else 0); shown = set(ends[keep])
            for d in deleters: hidden.update(m for m in ends[d] if m not in shown)
        blocks, index = [], {i: at for at, i in enumerate(full)}
        for i in living:
            if blocks and blocks[-1][-1][:2] == i[:2]: blocks[-1].append(i)
            else: blocks.append([i])
        def stood(d, m): return m[:2] != d and saw(d, m[:2]) and not any(e != d and saw(d, e) for e in nodes[m].deleters)
        def slot(x, other):
            node = nodes[x]
            while node.parent is not None and not saw(other, node.parent[:2]): node = nodes[node.parent]
            return node.slot
        for at, block in enumerate(blocks):
            for other in blocks[at + 1:]:
                x, y = block[-1], other[0]; a, b = x[:2], y[:2]
                if saw(a, b) or saw(b, a): break
                if any(saw(a, m[:2]) and saw(b, m[:2]) and (stood(a, m) or stood(b, m)) for m in full[index[x] + 1:index[y]]): break
                if slot(x, b) == IN_PLACE or slot(y, a) == IN_PLACE: continue
                if [nodes[i].letter for i in block] == [nodes[i].letter for i in other] and not self.read_together({a, b}): hidden.update(other)
        return hidden

def canonical(edit):
    """The bytes of a change that are hashed."""
    def dot(d): return d[0] + encode_number(d[1])
    kind = 0 if edit.generation is None else 2 if edit.generation == OVER else 1
    out = bytes([kind | 4 * (edit.opens is not None) | 8 * edit.null])
    if kind == 1: out += dot(edit.generation)
    if edit.opens is not None: out += edit.opens
    out += encode_number(len(edit.passages))
    for offset, slot, parent, letters in edit.passages:
        out += encode_number(offset) + encode_number(len(letters)) + bytes([slot | 4 * (parent is not None)])
        if parent is not None: out += dot(parent) + encode_number(parent[2])
        has = letters[0] is not None
        out += bytes([has]) + (encode_counted("".join(letters).encode()) if has else b"")
    out += encode_number(len(edit.deletes))
    for w, s, offset, count in sorted(edit.deletes): out += dot((w, s)) + encode_number(offset) + encode_number(count)
    return out
