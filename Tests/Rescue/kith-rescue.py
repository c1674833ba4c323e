#!/usr/bin/env python3
"""Reads Kith's files without Kith: bundles, public bundles, replicas and their backups. Writes CSV, one file a table, and vCards.

Made from Protocol.md and Docs/Community.md alone, so that what a community wrote down outlives the program. What the bytes mean is in kith_format.py,
which lies beside it. It never writes to what it reads.
"""
import argparse, getpass, os, re, shutil, signal, sqlite3, stat, sys, tempfile, textwrap, urllib.parse
from datetime import datetime, timedelta, timezone
sys.dont_write_bytecode = True
from kith_format import (
    COUNTER, EARLIEST, MIB, RANK, SENTENCES, TEXT, Raw, USUAL, Body, Lines, Reader, Refused, Roster, Statement, check, check_bodies, device_of, encode_counted,
    encode_key, encode_number, encode_signed, encode_value, key_file, knowledge_name, magic, name, open_bundle, open_segment, read_deltas, recovery_secret,
    sha, spoken, text_bytes, text_of, unzstd, verify)
from kith_text import OVER, Edit, Text, canonical, prose, read_edit, whole

# Merge
def order_of(value):
    """Of the smallest value: numbers before text, text before blobs, null last."""
    if isinstance(value, (int, float)): return (0, value)
    if isinstance(value, str): return (1, text_bytes(value))
    return (2, value) if isinstance(value, bytes) else (3, 0)

class Merged:
    """All changes of a space that were read, and what they show."""
    def __init__(self):
        self.tables, self.records, self.anchors, self.dots, self.erased, self.skipped = {}, {}, {}, {}, set(), {}
    def skip(self, why, count=1): self.skipped[why] = self.skipped.get(why, 0) + count
    def know(self, collection, bodies):
        """The schema travels: what merges otherwise than what was met first is of a newer format."""
        for body in bodies:
            for table in body.tables:
                known, parts, columns = self.tables.setdefault(table.name, (collection, table.parts, {}))
                check(known == collection); check(parts == table.parts, "newer-format", table.name)
                for column in table.columns: check(columns.setdefault(column[0], column) == column, "newer-format", f"{table.name}.{column[0]}")
    def take(self, manifest, bodies, lines):
        """The changes of a delta, under the names that the cuts give."""
        ways = [lines.pieces(writer, manifest.result[writer]) for writer in manifest.writers]
        def dot(writer, sequence):
            return next(((piece, sequence) for before, last, piece in ways[writer] if before < sequence <= last), (manifest.writers[writer], sequence))
        for body in bodies:
            contexts = {}
            for record, writer, sequence, time, columns, values, context, flags in body.changes:
                table, key, is_anchor = body.records[record]
                table, me = body.tables[table].name, dot(writer, sequence)
                if is_anchor:
                    of = self.anchors.get((manifest.collection, dot(*key)))
                    if of is None or of[0] != table: self.skip("anchor"); continue
                    key = of[1]
                if self.dots.setdefault((manifest.collection, me), (table, key)) != (table, key):
                    self.skip("dot"); continue
                if flags & 2: self.anchors[manifest.collection, me] = (table, key)
                if id(context) not in contexts:
                    seen = contexts[id(context)] = {}
                    for w, last in context.items():
                        for before, end, piece in ways[w]:
                            if before < last: seen[piece] = max(seen.get(piece, 0), min(last, end))
                seen = contexts[id(context)]
                if len(ways[writer]) > 1:
                    seen = {**{piece: end for _, end, piece in ways[writer] if end < sequence}, **seen}
                    if writer in context: seen[me[0]] = max(context[writer], next((before for before, _, piece in ways[writer] if piece == me[0]), 0))
                carried = {c: (read_edit(v[0], (writer, sequence), len(ways)).named(lambda w, s: dot(w, s), seen, time),) if isinstance(v[0], Raw) else v for c, v in values.items()}
                if "exists" in columns: carried["exists"] = (not flags & 1,)
                held = self.records.setdefault((table, key), {}).setdefault(me, (time, carried, seen, flags))
                for column, value in carried.items():
                    mine = held[1].setdefault(column, value)
                    if isinstance(mine[0], Edit) or isinstance(value[0], Edit):
                        if mine is value: continue
                        if not isinstance(mine[0], Edit): held[1][column], value = value, (whole(me, seen, time, mine[0]),)
                        elif not isinstance(value[0], Edit): value = (whole(me, seen, time, value[0]),)
                        held[1][column][0].copies.append(value[0])
                    elif mine is not value: held[1][column] = max(mine, value, key=lambda v: b"".join(map(encode_value, v)) if self.kind(table, column) != COUNTER else v)
    def kind(self, table, column): return self.tables[table][2][column][2] if column != "exists" else None
    def settle(self):
        """Takes from each change the columns that a later one has taken over, and forgets what is left without any."""
        for (table, key), changes in self.records.items():
            if len(changes) == 1: continue
            lost = []
            for a, (_, columns, _, _) in changes.items():
                later = [columns_b for b, (_, columns_b, seen, _) in changes.items() if b != a and (a[1] < b[1] and a[1] <= seen.get(a[0], a[1]) if b[0] == a[0] else seen.get(a[0], 0) >= a[1])]
                def covers(value): return not isinstance(value[0], Edit) or value[0].covers
                lost += [(a, c) for c in columns if any(c in other and covers(other[c]) for other in later) and self.kind(table, c) != COUNTER]
            for a, column in lost: del changes[a][1][column]
            for a in [a for a, change in changes.items() if not change[1] and not change[3] & 2]: del changes[a]
    def edited(self, record, column):
        """The text of a column that somebody has edited."""
        found = {dot: (change, change[1][column][0]) for dot, change in self.records[record].items() if column in change[1]}
        if not any(isinstance(v, Edit) for _, v in found.values()): return None
        return Text([v if isinstance(v, Edit) else whole(dot, change[2], change[0], v) for dot, (change, v) in found.items()])
    def siblings(self, record, column): return [(change[0], dot, change[1][column]) for dot, change in self.records[record].items() if column in change[1]]
    def exists(self, record): return any(value[0] for _, _, value in self.siblings(record, "exists")) or not self.siblings(record, "exists")
    def shown(self, record, column):
        """(what a column shows, the other values of a conflict)."""
        found = sorted(self.siblings(record, column[0]), key=lambda s: s[:2], reverse=True)
        if not found: return (None,) * len(column[1]), []
        if column[2] == TEXT and (text := self.edited(record, column[0])):
            other = [v[0] for _, dot, v in found if dot == text.generation and not isinstance(v[0], Edit) and v[0] is not None and not prose(v[0])]
            shown = text.shown(); times = {dot: time for time, dot, _ in found}
            return (other[0] if other and not shown else shown,), [(times[dot], dot, (said,)) for dot, said in text.strays().items()]
        if column[2] == COUNTER:
            total = sum(value[0] for _, _, value in found) + (1 << 63)
            return (total % (1 << 64) - (1 << 63),), []
        if column[2] == EARLIEST: return min((value for _, _, value in found), key=lambda v: list(map(order_of, v))), []
        if column[2] == RANK: return min((value for _, _, value in found), key=lambda v: column[3].index(v[0]) if v[0] in column[3] else 64), []
        others, told = [], {b"".join(map(encode_value, found[0][2]))}
        for time, dot, value in found[1:]:
            if (encoded := b"".join(map(encode_value, value))) not in told: others.append((time, dot, value))
            told.add(encoded)
        return found[0][2], others
    def erase(self, erased):
        """Erasure: drops what is erased, what belongs to it, and a log row whose last person went. Returns how many records went."""
        self.erased, count, moved = set(erased), len(self.records), True; links = {}
        for (table, key) in self.records:
            if table in TELLING and self.exists((table, key)): links.setdefault((TELLING[table], key[:1]), set()).add(key)
        while moved:
            moved = False
            for (table, key) in list(self.records):
                gone = (table, key) in self.erased
                for part, owner in OWNERS.get(table, ()): gone = gone or any((owner, (value,)) in self.erased for value in self.named(table, key, part))
                if not gone: continue
                if table in TELLING:
                    left = links.get((TELLING[table], key[:1]), set()); left.discard(key)
                    if not left: self.erased.add((TELLING[table], key[:1]))
                self.erased.add((table, key)); del self.records[table, key]; moved = True
        return count - len(self.records)
    def named(self, table, key, part):
        if part in key_columns(table, len(key)): return [key[key_columns(table, len(key)).index(part)]]
        return [value[0] for _, _, value in self.siblings((table, key), part) if isinstance(value[0], str)]
    def living(self, collection):
        """Contents: the hash of all that lives."""
        writers, out = {}, b""
        for (table, key), changes in self.records.items():
            if self.tables[table][0] != collection: continue
            texts = {c: self.edited((table, key), c) for c in {c for change in changes.values() for c in change[1]} if c != "exists" and self.kind(table, c) == TEXT}
            left = {c: text.left() for c, text in texts.items() if text}
            for (writer, sequence), change in changes.items(): writers.setdefault(writer, {})[sequence] = (table, key, change, {c: of.get((writer, sequence)) for c, of in left.items()})
        for writer, changes in sorted(writers.items()):
            blocks = []
            for sequence, (table, key, change, left) in sorted(changes.items()):
                if not blocks or sequence % 256 == 0: blocks.append(b"")
                blocks[-1] += self.hashed((writer, sequence), table, key, change, left)
            out += writer + encode_number(len(blocks)) + b"".join(map(sha, blocks))
        return sha(out)
    @staticmethod
    def hashed(dot, table, key, change, left):
        """What a block hashes of a change; left: of texts that somebody has edited, what is left of it."""
        time, columns, seen, flags = change
        exists, others = columns.get("exists"), sorted((c.encode(), values) for c, values in columns.items() if c != "exists")
        shape = encode_counted(table.encode()) + encode_number(len(others)) + b"".join(encode_counted(c) + encode_number(len(values)) for c, values in others)
        out = sha(shape) + encode_number(dot[1]) + encode_signed(time) + bytes([(exists == (False,)) | flags & 2 | 4 * (exists is not None)])
        out += encode_number(len(seen)) + b"".join(w + encode_number(seen[w]) for w in sorted(seen)) + encode_counted(encode_key(key))
        for column, values in others:
            if column.decode() in left and (isinstance(values[0], Edit) or values[0] is None or prose(values[0])):
                out += b"\6" + encode_counted(canonical(left[column.decode()] or Edit(dot, (), (), OVER)))
            else: out += b"".join(map(encode_value, values))
        return out

# The community's tables (Docs/Community.md): key columns, where there are two; columns that name an owner, with its table; links of log rows
KEYS = {"help_item_skill": ("help_item", "skill"), "contact_moment_contact": ("contact_moment", "contact"), "consent": ("contact", "purpose"),
        "attendance": ("gathering", "contact"), "identity_link": ("contact", "other"), "initiative_term": ("initiative", "term"),
        "place_term": ("place", "term")}
OF_CONTACT = (("contact", "contact"),)
OWNERS = {**dict.fromkeys(("contact_point", "address", "involvement", "help_item", "contact_moment_contact", "consent", "consent_event", "attendance"), OF_CONTACT),
          **dict.fromkeys(("relation", "identity_link"), OF_CONTACT + (("other", "contact"),)), "help_item_skill": (("help_item", "help_item"),),
          "match": (("request", "help_item"), ("offer", "help_item"), ("helper", "contact")), "loan": (("holder", "contact"),)}
TELLING = {"contact_moment_contact": "contact_moment"}
def key_columns(table, count):
    known = KEYS.get(table, ("id",))
    return known if len(known) == count else tuple(f"key_{i + 1}" for i in range(count))

class Group:
    """What is written into one folder: tables are name: (columns, rows), rows lists of values."""
    def __init__(self, name): self.name, self.tables, self.deleted, self.conflicts = name, {}, {}, []

# Public bundle
def read_public(data):
    """(what the publisher calls itself, manifest, bodies)."""
    line = b"KITH PUBLIC 1\n"; check(len(data) <= 64 * MIB, "too-large"); r = Reader(magic(data, line))
    identity, label = r.take(64), r.text(named=True)
    check(sha(b"kith public head 1\0" + r.data[:r.at])[:8] == r.take(8), "damaged")
    head = sha(data[:len(line) + r.at]); preamble, statements, deltas = read_deltas(r.rest())
    check(not (statements or preamble[4] or preamble[5]) and len(deltas) == 1); m = deltas[0]
    check(m.packer == device_of(identity), "unknown-packer")
    verify(identity, b"kith public 1", head + m.bytes, m.signature)
    check(m.collection == "directory" and m.epoch == bytes(16) and (m.space, m.packer, m.replica, m.packed) == preamble[:4] and m.to is None)
    rows = sum(segment[0] for segment in m.segments); m.settle()
    check(not m.base and len(m.chains) == 1 and [last for last, _ in m.chains[0][2]] == [rows])
    check(rows <= 65536 and sum(segment[1] for segment in m.segments) <= 64 * MIB, "too-large")
    bodies = check_bodies(m, [Body(unzstd(sealed, declared[1]), 1) for sealed, declared in zip(m.sealed, m.segments)])
    told = set()
    for body in bodies:
        for record, _, _, _, columns, values, context, flags in body.changes:
            table, key, is_anchor = body.records[record]
            check(flags == 2 and not is_anchor and not context and "exists" in columns and (body.tables[table].name, key) not in told)
            told.add((body.tables[table].name, key))
            for value in [*key, *(v for parts in values.values() for v in parts)]:
                check(not isinstance(value, bytes))
                if isinstance(value, str):
                    check(len(text_bytes(value)) <= MIB, "too-large")
                    check(not any(0xdc80 <= ord(c) < 0xdd00 for c in value))
    return label, m, bodies
def group_of(merged, name, whose=lambda collection, dot: ""):
    """What is shown of all that was merged."""
    group = Group(name)
    for table, (collection, parts, columns) in sorted(merged.tables.items()):
        head = list(key_columns(table, parts)) + [part for column in columns.values() for part in column[1]]
        living, deleted = [], []
        for t, key in sorted(record for record in merged.records if record[0] == table):
            row = list(key)
            for column in columns.values():
                value, others = merged.shown((t, key), column); row += value
                for time, dot, other in others:
                    group.conflicts += [[table, " ".join(key), part, shown, v, moment(time), whose(collection, dot)]
                                        for part, shown, v in zip(column[1], value, other) if encode_value(shown) != encode_value(v)]
            (living if merged.exists((t, key)) else deleted).append(row)
        group.tables[table], group.deleted[table] = (head, living), (head, deleted)
    return group

# Replica
def read_replica(path, group, problem):
    """Tables of a replica or a backup, into the group; its statements, as they travel. The file is opened as one that never changes."""
    with tempfile.TemporaryDirectory() as scratch:
        beside = [end for end in ("-wal", "-journal") if os.path.exists(path + end) and os.path.getsize(path + end)]
        if beside:  # the newest changes are in there: SQLite must bring them in, which it does to a copy
            for end in ("", *beside): shutil.copyfile(path + end, os.path.join(scratch, "replica" + end))
            path = os.path.join(scratch, "replica")
        source = sqlite3.connect("file:" + urllib.parse.quote(os.path.abspath(path)) + ("" if beside else "?mode=ro&immutable=1"), uri=True)
        source.text_factory = text_of
        try:
            source.execute("pragma trusted_schema = off")
            check(source.execute("pragma application_id").fetchone()[0] == 0x4B495448, "not-kith")
            sound = source.execute("pragma quick_check(1)").fetchone()[0]
            if sound != "ok": problem("damaged", sound.splitlines()[-1])
            tables = [row[0] for row in source.execute("select name from sqlite_master where type = 'table' and sql not like 'create virtual%' order by name")]
            shared = [t for t in tables if "kith_note_" + t in tables]
            for table in (t for t in tables if not t.startswith(("kith_", "sqlite_"))):
                for of, kept in (("", group.tables), ("kith_trash_", group.deleted)):
                    if of and table not in shared: continue
                    try: cursor = source.execute('select * from "' + (of + table).replace('"', '""') + '"')
                    except sqlite3.Error as error: problem("damaged", f"{of}{table}: {error}"); continue
                    kept[table] = [column[0] for column in cursor.description], []
                    try:
                        for row in cursor: kept[table][1].append(list(row))
                    except sqlite3.Error as error: problem("damaged", f"{of}{table}, {len(kept[table][1])} rows: {error}")
            def column(sql):
                try: return [row[0] for row in source.execute(sql)]
                except sqlite3.Error: return []
            virtual = column("select name from sqlite_master where sql like 'create virtual%' and name not like 'kith~_%' escape '~'")
            private = {t: sum(column("select count(*) from " + t)) for t in ("kith_parked", "kith_quarantine")}
            private["kith_incoming"] = sum(column("select count(*) from kith_incoming where manifest is not null"))
            if sum(private.values()): problem("aside", " ".join(f"{t} {n}" for t, n in private.items() if n))
            return shared, virtual, column("select bytes from kith_statement"), (column("select space from kith_replica") or [None])[0]
        except sqlite3.Error as error: raise Refused("damaged", str(error)) from None
        finally: source.close()

# What is written
def moment(milliseconds):
    try: return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError: return str(milliseconds)
def cell(value):
    """A cell that a spreadsheet shows and never calculates, as Kith's own."""
    if value is None: return ""
    if isinstance(value, bytes): return "x:" + value.hex()
    if not isinstance(value, str): return repr(value)
    value = text_bytes(value).decode("utf-8", "replace")
    if value.lstrip("'")[:1] in ("", *"=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"): value = "'" + value
    return '"' + value.replace('"', '""') + '"' if re.search('[,"\r\n]|^ | $', value) else value
def csv_of(head, rows):
    return "".join(",".join(map(cell, row)) + "\r\n" if len(row) > 1 or row[0] is not None else '""\r\n' for row in [head, *rows]).encode()
def cards_of(tables):
    """The contacts as vCard 4.0 (RFC 6350)."""
    def rows(table): return [{k: cell_text(v) for k, v in zip(tables[table][0], row) if v not in (None, "")} for row in tables.get(table, ((), ()))[1]]
    def cell_text(value): return value.hex() if isinstance(value, bytes) else text_bytes(str(value)).decode("utf-8", "replace")
    def escaped(*parts): return ";".join(re.sub(r"([\\,;])", r"\\\1", p).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n") for p in parts)
    points, addresses, out = {}, {}, []
    for row in rows("contact_point"): points.setdefault(row.get("contact"), []).append(row)
    for row in rows("address"): addresses.setdefault(row.get("contact"), []).append(row)
    for c in rows("contact"):
        get = lambda column: c.get(column, "")
        family, full = [" ".join(filter(None, parts)) for parts in ((get("infix"), get("family_name")), (get("given_name"), get("infix"), get("family_name")))]
        lines = ["BEGIN:VCARD", "VERSION:4.0", "FN:" + escaped(full or get("nickname") or get("organisation") or get("id")),
                 "N:" + escaped(family, get("given_name"), "", "", "")]
        kind = {"organisation": "org"}.get(get("kind"), get("kind"))
        lines += [f"{prop}:{escaped(value)}" for prop, value in (("KIND", kind if kind != "individual" else ""), ("NICKNAME", get("nickname")),
                  ("ORG", get("organisation")), ("LANG", get("language")), ("X-KITH-AREA", get("area")), ("X-KITH-SOURCE", get("source"))) if value]
        for point in points.get(get("id"), []):
            prop = {"tel": "TEL", "email": "EMAIL", "url": "URL", "impp": "IMPP"}.get(point.get("type"), "X-KITH-REACH")
            label = {"mobile": "cell", "home": "home", "work": "work", "fax": "fax"}.get(point.get("label"))
            is_value = prop in ("URL", "IMPP"); value = point.get("value", "")
            lines.append(prop + (f";TYPE={label}" if label else "") + ":" + (re.sub(r"[\r\n]", " ", value) if is_value else escaped(value)))
        for a in addresses.get(get("id"), []):
            street = " ".join(filter(None, (a.get("street"), a.get("number"), a.get("addition"))))
            lines.append("ADR:" + escaped("", "", street, *(a.get(part, "") for part in ("city", "province", "postal_code", "country"))))
        ours = {re.split("[;:]", line)[0] for line in lines} | {"UID", "END", "PRODID", "REV"}
        lines += [line for line in re.split(r"[\r\n]+", get("extra_vcard"))
                  if re.match(r"[A-Za-z0-9.-]+[;:]", line) and re.split("[;:]", line)[0].upper().split(".")[-1] not in ours]
        uid = get("id") if not USUAL.match(get("id")) else "urn:uuid:" + re.sub("(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", get("id"))
        lines += ["UID:" + escaped(get("source_uid") or uid), "X-KITH-ID:" + escaped(get("id")), "END:VCARD"]
        for line in lines:
            data, width = line.encode(), 75
            while len(data) > width:
                cut = width
                while data[cut] & 0xc0 == 0x80: cut -= 1
                out, data, width = out + [data[:cut] + b"\r\n "], data[cut:], 74
            out.append(data + b"\r\n")
    return b"".join(out)
def write(path, data):
    """A file of its own, readable by its owner alone, under its name only when it is whole, and never over another."""
    part = f"{path}.part-{os.getpid()}"
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(file, "wb") as out: out.write(data); out.flush(); os.fsync(out.fileno())
            try: os.link(part, path)
            except FileExistsError: raise Refused("exists", path) from None
            except OSError:  # a stick without hard links
                check(not os.path.lexists(path), "exists", path); os.rename(part, path)
        finally:
            if os.path.lexists(part): os.unlink(part)
    except OSError as error: raise Refused("system", f"{path}: {error.strerror}") from None
LANGUAGE = 0
def say(english, dutch): return (english, dutch)[LANGUAGE]
def plain(text): return "".join(c if c.isprintable() else "?" for c in str(text))
def read_file(path, limit):
    try:
        with open(path, "rb") as file:
            check(stat.S_ISREG(os.fstat(file.fileno()).st_mode), "not-kith")
            check(os.fstat(file.fileno()).st_size <= limit, "too-large"); return file.read()
    except OSError as error: raise Refused("system", error.strerror) from None

class Rescue:
    """One run: what was read, and what was not."""
    def __init__(self, args, secrets):
        self.args, self.secrets, self.groups, self.problems, self.lines = args, secrets, [], [], []
    def tell(self, english, dutch): self.lines.append(plain(say(english, dutch))); print(self.lines[-1])
    def problem(self, where, code, detail="", whose=""):
        line = f"{where}{f' ({whose})' if whose else ''}: {SENTENCES[code][LANGUAGE]}{f' ({detail})' if detail else ''} [{code}]"
        self.problems.append(plain(line))
    def read(self, paths):
        bundles, replicas, seen = [], [], set()
        for path in paths:
            try:
                with open(path, "rb") as file: head = file.read(16)
                if head == b"SQLite format 3\0": replicas.append(path)
                elif head.startswith(b"KITH PUBLIC"): self.take_public(path, read_file(path, 64 * MIB))
                else:
                    data = read_file(path, 2048 * MIB); magic(data, b"KITH BUNDLE 1\n")
                    if name(data) not in seen: bundles.append((path, data))
                    seen.add(name(data))
            except Refused as error: self.problem(path, error.code, error.detail)
            except OSError as error: self.problem(path, "system", error.strerror)
        statements, space = {}, None
        for path in replicas:
            try:
                group = Group("replica-" + os.path.splitext(os.path.basename(path))[0])
                shared, virtual, told, of = read_replica(path, group, lambda code, detail: self.problem(path, code, detail))
                self.groups.append(group); local = [t for t in group.tables if t not in shared]
                self.tell(f"{path}: a replica, {len(shared)} shared tables", f"{path}: een replica, {len(shared)} gedeelde tabellen")
                if virtual: self.tell(f"{path}: not read, because programs make them: {', '.join(virtual)}",
                                      f"{path}: niet gelezen, omdat programma's ze maken: {', '.join(virtual)}")
                if local: self.tell(f"{path}: tables of this file alone: {', '.join(local)}", f"{path}: tabellen van dit bestand alleen: {', '.join(local)}")
                if bundles: space = self.add(path, told, statements, of, space)
            except (Refused, OSError) as error: self.problem(path, getattr(error, "code", "system"), getattr(error, "detail", None) or getattr(error, "strerror", ""))
        if bundles: self.take_bundles(bundles, statements, space)
    def add(self, path, data, statements, of, space):
        """Statements of a file, once it is of the space."""
        check(space in (None, of), "other-space")
        for one in data:
            try:
                statement = Statement(one); kept = statements.setdefault(statement.id, statement)
                kept.boxes = kept.boxes or statement.boxes
            except Refused as error: self.problem(path, error.code, say("a statement of the roster", "een verklaring van de ledenlijst"))
        return of
    def take_public(self, path, data):
        label, manifest, bodies = read_public(data); merged = Merged()
        merged.know(manifest.collection, bodies); lines = Lines(); lines.learn(manifest); lines.settle(())
        merged.take(manifest, bodies, lines)
        self.groups.append(group_of(merged, "public-" + os.path.splitext(os.path.basename(path))[0]))
        self.tell(f"{path}: a public bundle of device {spoken(manifest.packer)}, which calls itself '{label}', of {moment(manifest.packed)}",
                  f"{path}: een openbare bundel van apparaat {spoken(manifest.packer)}, dat zich '{label}' noemt, van {moment(manifest.packed)}")
    def roster(self, statements, space, told=None):
        def refuse(statement, code):
            if told is not None: self.problem(say("the roster", "de ledenlijst"), code, f"{statement.kind} {statement.id.hex()[:8]}", spoken(statement.signer))
        return Roster(statements.values(), refuse, space)
    def take_bundles(self, pending, statements, space):
        opened, moved = [], True
        while pending and moved:  # what one bundle tells may open the next
            moved, later = False, []
            try: keys = self.roster(statements, space).open_keys(self.secrets)
            except Refused: keys = {}
            for path, data in pending:
                try:
                    preamble, told, deltas = open_bundle(data, keys.get("members", {}).values(), self.secrets)
                    space = self.add(path, told, statements, preamble[0], space)
                    opened.append((path, preamble, deltas)); moved = True
                except Refused as error:
                    if error.code == "no-key": later.append((path, data))
                    else: self.problem(path, error.code, error.detail)
            pending = later
        for path, _ in pending: self.problem(path, "no-key")
        if not opened: return
        try: roster = self.roster(statements, space, told=True)
        except Refused as error:
            for path, _, _ in opened: self.problem(path, error.code, say("the roster", "de ledenlijst"))
            return
        if roster.waiting: self.problem(say("the roster", "de ledenlijst"), "unknown-receipt", say(f"{len(roster.waiting)} statements", f"{len(roster.waiting)} verklaringen"))
        keys = roster.open_keys(self.secrets); labels = roster.labels(keys)
        def whose(device): return labels.get(device) or (spoken(device) if device else "?")
        for path, preamble, deltas in opened:
            self.tell(f"{path}: a bundle packed by {whose(preamble[1])} on {moment(preamble[3])}, {len(deltas)} deltas",
                      f"{path}: een bundel ingepakt door {whose(preamble[1])} op {moment(preamble[3])}, {len(deltas)} delta's")
        merged, taken, lines = self.merge([(path, delta) for path, _, deltas in opened for delta in deltas], roster, keys, whose)
        merged.settle()
        def refuse(statement, code):
            self.problem(say(f"an erasure in '{statement.collection}'", f"een wissing in '{statement.collection}'"), code, statement.id.hex()[:8], whose(statement.signer))
        erased = roster.erasures(keys, refuse); gone = merged.erase((table, key) for _, table, key in erased)
        if gone: self.tell(f"erased, and left out: {gone} rows", f"gewist, en weggelaten: {gone} rijen")
        for why, count in merged.skipped.items(): self.problem(f"{count}", why)
        self.compare(merged, taken, lines, erased)
        self.groups.append(group_of(merged, "bundles", lambda collection, dot: whose(roster.writers.get((collection, dot[0])))))
    def merge(self, found, roster, keys, whose):
        """Admission: each delta once, those it builds on before it."""
        waiting, lines, merged, taken, known, named = {}, {}, Merged(), [], {}, {}
        def refused(path, delta, error):
            self.problem(path, error.code, f"{delta.collection}, delta {delta.name.hex()[:8]}{', ' + error.detail if error.detail else ''}", whose(delta.packer))
        for path, delta in found:
            try:
                identity = roster.identities.get(delta.packer); check(identity, "unknown-packer")
                verify(identity, b"kith manifest 1", delta.bytes, delta.signature)
                try: roster.right(delta.packer, delta.collection)
                except Refused: check(self.args.removed, "not-permitted")
                waiting.setdefault(delta.name, (path, delta))
            except Refused as error: refused(path, delta, error)
        moved = True
        while moved:  # knowledge told relative to other knowledge
            moved = False
            for key, (path, delta) in list(waiting.items()):
                if delta.result is not None or delta.to is not None and delta.to not in named: continue
                try:
                    delta.settle(named.get(delta.to, {}))
                    for ends in (delta.base, delta.result): named.setdefault(knowledge_name(ends), ends)
                    lines.setdefault(delta.collection, Lines()).learn(delta); moved = True
                except Refused as error: refused(path, delta, error); del waiting[key]
        for collection in lines: lines[collection].settle([(s.root, s.last) for s in roster.counting if s.kind == "cut" and s.collection == collection])
        moved = True
        while moved:
            moved = False
            for key, (path, delta) in sorted(waiting.items(), key=lambda item: item[1][1].packed):
                here = known.setdefault(delta.collection, set())
                if delta.result is None or not all(end[1] in here for end in delta.base.values()): continue
                del waiting[key]; moved = True
                try:
                    key, line = keys.get(delta.collection, {}).get(delta.epoch), lines[delta.collection]
                    bodies = [Body(open_segment(sealed, declared[1:], key, delta.space, delta.collection, delta.epoch), len(delta.writers))
                              for sealed, declared in zip(delta.sealed, delta.segments)]
                    check_bodies(delta, bodies, lambda writer: line.root(delta.result[writer][1]))
                    merged.know(delta.collection, bodies); merged.take(delta, bodies, line)
                    here |= {nonce for _, _, ends in delta.chains for _, nonce in ends}; taken.append(delta)
                except Refused as error: refused(path, delta, error)
        for path, delta in waiting.values(): refused(path, delta, Refused("unknown-receipt"))
        return merged, taken, lines
    def compare(self, merged, taken, lines, erased):
        """Contents: whether what was read is what a packer signed for, where one knew just that."""
        for collection in lines:
            ends = {}
            for delta in (d for d in taken if d.collection == collection):
                for writer, end in delta.result.items(): ends[writer] = max(end, ends.get(writer, end))
            tombs = sha(b"".join(encode_counted(t.encode()) + encode_counted(k) for t, k in sorted((t, encode_key(k)) for c, t, k in erased if c == collection)))
            whole = [d for d in taken if d.collection == collection and d.result == ends and d.contents[32:] == tombs]
            if not whole or lines[collection].cuts:
                self.tell(f"'{collection}': nobody's word to compare with what was read", f"'{collection}': niemands woord om het gelezene mee te vergelijken")
            elif any(d.contents[:32] == merged.living(collection) for d in whole):
                self.tell(f"'{collection}': all that its packer held was read, to the byte", f"'{collection}': alles wat de inpakker had is gelezen, tot op de byte")
            else: self.problem(f"'{collection}'", "contents")
    def write(self, folder):
        """All files into a folder that is made when it is not there."""
        files, names = {}, {}
        for group in self.groups:
            inside = ""
            if len(self.groups) > 1:
                inside = urllib.parse.quote(group.name, safe="")[:100]
                names[inside] = names.get(inside, 0) + 1
                inside += f"-{names[inside]}" if names[inside] > 1 else ""
            def add(file, data):
                stem, end = os.path.splitext(urllib.parse.quote(file, safe=" "))
                path, number = os.path.join(folder, inside, stem[:100] + end), 1
                while path.lower() in map(str.lower, files): path, number = os.path.join(folder, inside, f"{stem[:100]}-{number + 1}{end}"), number + 1
                files[path] = data
            for table, (head, rows) in group.tables.items():
                if head: add(table + ".csv", csv_of(head, rows))
            for table, (head, rows) in group.deleted.items():
                if rows and self.args.deleted: add(table + ".deleted.csv", csv_of(head, rows))
            if group.conflicts: add("conflicts.csv", csv_of(("table", "key", "column", "shown", "other", "time", "device"), group.conflicts))
            if "contact" in group.tables: add("contacts.vcf", cards_of(group.tables))
        for path in files: check(not os.path.lexists(path), "exists", path)
        try:
            for inside in {os.path.dirname(path) for path in files}: os.makedirs(inside, mode=0o700, exist_ok=True)
        except OSError as error: raise Refused("system", f"{folder}: {error.strerror}") from None
        for path, data in files.items(): write(path, data)
        write(os.path.join(folder, f"report-{os.getpid()}.txt" if os.path.exists(os.path.join(folder, "report.txt")) else "report.txt"),
              "".join(line + "\n" for line in self.lines + self.problems).encode())
        return len(files)
HELP = (  # paragraphs (English, Dutch), and between them options (name, English, Dutch)
    ("usage: kith-rescue [--key FILE]... [--words] [--to FOLDER] FILE...", "gebruik: kith-rescue [--key BESTAND]... [--words] [--to MAP] BESTAND..."),
    ("Reads Kith's files without Kith. FILE is a bundle (.kithbundle), several of them together, a public bundle (.kithpublic), a replica or its backup "
     "(.kith). Nothing is ever written to these files. Without --to it says what is there; with it, each table becomes a CSV file there, and the contacts "
     "contacts.vcf, readable by you alone. Whoever has these files can read them.",
     "Leest de bestanden van Kith zonder Kith. BESTAND is een bundel (.kithbundle), meerdere samen, een openbare bundel (.kithpublic), een replica of een "
     "reservekopie ervan (.kith). In deze bestanden wordt nooit geschreven. Zonder --to ziet u wat er is; met --to wordt daar elke tabel een CSV-bestand, en "
     "worden de contacten contacts.vcf, alleen leesbaar voor uzelf. Wie die bestanden heeft, kan ze lezen."),
    ("--key FILE", "a device's key file, to open bundles (on that laptop ~/.local/share/kith/device); a locked one asks for its passphrase",
     "het sleutelbestand van een apparaat, om bundels te openen (op die laptop ~/.local/share/kith/device); is het op slot, dan wordt om de wachtzin gevraagd"),
    ("--passphrase-fd N", "reads the passphrase from file descriptor N, to the end of the line", "leest de wachtzin uit bestandsdescriptor N, tot het einde van de regel"),
    ("--words", "asks for the 24 words of the recovery paper; without a terminal they are read from standard input",
     "vraagt om de 24 woorden van het herstelpapier; zonder terminal worden ze van de standaardinvoer gelezen"),
    ("--to FOLDER", "writes there; a file that is there already is never written over", "schrijft daarheen; een bestand dat er al is wordt nooit overschreven"),
    ("--deleted", "also writes what lies in the trash, as TABLE.deleted.csv", "schrijft ook wat in de prullenbak ligt, als TABEL.deleted.csv"),
    ("--removed", "also reads what was packed by devices that were removed, or may not write", "leest ook wat is ingepakt door apparaten die verwijderd zijn, of niet "
     "mogen schrijven"),
    ("--lang en|nl", "the language; else that of KITH_LANG or LANG", "de taal; anders die van KITH_LANG of LANG"),
    ("A bundle opens for a device that was new when it was made, and by the words of a recovery paper that was printed before; for others with --key and the device's "
     "replica as one more FILE.",
     "Een bundel gaat open voor een apparaat dat nieuw was toen hij werd gemaakt, en met de woorden van een herstelpapier dat daarvoor is geprint; voor andere met --key "
     "en de replica van dat apparaat als extra BESTAND."),
    ("Exit codes: 0 all was read; 2 some was not, and is named; 1 nothing could be read or written; 64 wrong usage.",
     "Afsluitcodes: 0 alles is gelezen; 2 iets niet, en dat wordt genoemd; 1 niets kon worden gelezen of geschreven; 64 verkeerd gebruik."))
def help_text():
    width, out = min(shutil.get_terminal_size().columns, 100) - 1, []
    for row in HELP:
        if len(row) == 2: out += ["", *textwrap.wrap(row[LANGUAGE], width, break_on_hyphens=False), ""]
        else: out += textwrap.wrap(f"  {say(row[0], row[0].replace('FILE', 'BESTAND').replace('FOLDER', 'MAP')):<18}{row[1 + LANGUAGE]}", width, subsequent_indent=" " * 20, break_on_hyphens=False)
    return re.sub("\n\n+", "\n\n", "\n".join(out)).strip("\n")

class Arguments(argparse.ArgumentParser):
    def error(self, message):
        print("kith-rescue: " + message + say("; see --help", "; zie --help"), file=sys.stderr); sys.exit(64)
def passphrase(args, path):
    if args.passphrase_fd is not None:
        with os.fdopen(os.dup(args.passphrase_fd), "rb", 0) as file: data = file.read(4096)
        return data.split(b"\n")[0].decode()
    return getpass.getpass(say(f"Passphrase of {path}: ", f"Wachtzin van {path}: ")) if sys.stdin.isatty() else None
def main(argv):
    global LANGUAGE; wanted = re.search(r"(?:^|\s)--lang[= ](\S+)", " ".join(argv))
    LANGUAGE = int((wanted[1] if wanted else os.environ.get("KITH_LANG") or os.environ.get("LANG", "")).startswith("nl"))
    parser = Arguments(prog="kith-rescue", add_help=False, allow_abbrev=False)
    for option in ("--words", "--deleted", "--removed", "--help"): parser.add_argument(option, action="store_true")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--passphrase-fd", type=int); parser.add_argument("--to")
    parser.add_argument("--lang", choices=("en", "nl")); parser.add_argument("files", nargs="*")
    args = parser.parse_args(argv)
    if args.help: print(help_text()); return 0
    if not args.files: parser.error(say("no FILE given", "geen BESTAND gegeven"))
    os.umask(0o077); secrets, where = [], ""
    try:
        for where in args.key: secrets.append(key_file(read_file(where, 4096), lambda: passphrase(args, where)))
        if args.words:
            where = say("the words", "de woorden")
            secrets.append(recovery_secret(input(say("The 24 words: ", "De 24 woorden: ")) if sys.stdin.isatty() else sys.stdin.read(4096)))
        rescue = Rescue(args, secrets); rescue.read(args.files); rows = 0
        for group in rescue.groups:
            for table, (_, found) in sorted(group.tables.items()):
                lost = len(group.deleted.get(table, ((), ()))[1]); rows += len(found)
                if found or lost:
                    rescue.tell(f"  {table}: {len(found)} rows" + f", {lost} in the trash" * bool(lost), f"  {table}: {len(found)} rijen" + f", {lost} in de prullenbak" * bool(lost))
            if group.conflicts: rescue.tell(f"  {len(group.conflicts)} other values that nobody has chosen between: conflicts.csv",
                                            f"  {len(group.conflicts)} andere waarden waartussen niemand heeft gekozen: conflicts.csv")
        for line in rescue.problems: print("kith-rescue: " + line, file=sys.stderr)
        if not rescue.groups: return 1
        if args.to:
            where = args.to; count = rescue.write(args.to)
            rescue.tell(f"{count} files are in {args.to}; whoever has them can read them", f"{count} bestanden staan in {args.to}; wie ze heeft kan ze lezen")
        return 2 if rescue.problems else 0
    except Refused as error:
        print(plain(f"kith-rescue: {where}: {SENTENCES[error.code][LANGUAGE]}{f' ({error.detail})' if error.detail else ''} [{error.code}]"), file=sys.stderr)
        return 1
    except (OSError, EOFError, UnicodeError, MemoryError, KeyboardInterrupt) as error:
        print(plain(f"kith-rescue: {where}: {SENTENCES['system'][LANGUAGE]} ({type(error).__name__}: {error})"), file=sys.stderr)
        return 1
if __name__ == "__main__":
    # Who reads what it says may stop before the end (`| head`), which is no fault.
    if hasattr(signal, "SIGPIPE"): signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
