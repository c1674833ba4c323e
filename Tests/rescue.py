#!/usr/bin/env python3
"""The second reader (Tests/Rescue/kith-rescue.py) against every fixture, and against the program where one is given.

usage: rescue.py [KITH [SEED]]    KITH is the program, for a scene in which it founds, edits, meets, forgets and is gone; "" leaves it out.
The rest needs only Fixtures. SEED plays the mutants of a run again.
Messages of sessions, requests and invites are no business of a reader of files: their few fields are read here, with its primitives.
"""
import csv, hashlib, importlib.util, json, os, random, re, shutil, sqlite3, stat, struct, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES, SCRIPT = os.path.join(HERE, "..", "Fixtures"), os.path.join(HERE, "Rescue", "kith-rescue.py")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(SCRIPT))
import kith_format as k
import kith_text as texts
spec = importlib.util.spec_from_file_location("kith_rescue", SCRIPT)
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
counted, wrong, passed_over = {}, [], {}
unhex, load = bytes.fromhex, lambda *path: json.load(open(os.path.join(FIXTURES, *path)))

def same(where, found, expected):
    counted[where.split(":")[0]] = counted.get(where.split(":")[0], 0) + 1
    if found != expected: wrong.append(f"{where}: {str(found)[:300]} is not {str(expected)[:300]}")
def refuses(where, code, work):
    try: found = work()
    except k.Refused as error: found = error.code
    except Exception as error: found = f"{type(error).__name__}: {error}"  # a traceback is never an answer
    else: found = f"taken: {str(found)[:80]}"
    same(where, found, code)
def whole(read):
    """A decoder of bytes that must use all of them."""
    def work(data):
        r = k.Reader(data)
        return r.end(read(r))
    return work

# What the fixtures say, from what the reader found.
def number(n): return n if abs(n) <= 1 << 53 else str(n)
def value(v):
    if v is None: return {"type": "null"}
    if isinstance(v, int): return {"type": "integer", "integer": number(v)}
    if isinstance(v, float): return {"type": "real", "bits": struct.pack(">d", v).hex()}
    if isinstance(v, k.Raw): return {"edit": v.hex()}
    if isinstance(v, bytes): return {"type": "blob", "hex": v.hex()}
    try: return {"type": "text", "utf8": v.encode()}
    except UnicodeEncodeError: return {"type": "text", "hex": k.text_bytes(v).hex()}
def told(v):
    """A value as the fixtures have it, without what is for people."""
    return {**{key: (x.encode() if key == "utf8" else x) for key, x in v.items() if key != "about"}}
def ends(found, writers=None): return [{"writer": w.hex(), "last": e[0], "nonce": e[1].hex()} if e[0] else {"writer": w.hex(), "absent": True} for w, e in sorted(found.items())]
def knowledge(found):
    known, to = found
    return {"form": "relative", "to": to.hex(), "changed": ends(known)} if to else {"form": "whole", "ends": ends(known), "name": k.knowledge_name(known).hex()}
def chains(found):
    return [{"writer": w.hex(), "root": (o[0] if o else w).hex(), "before": {"last": o[1], "nonce": o[2].hex()} if o else None,
             "ends": [{"last": last, "nonce": n.hex()} for last, n in e]} for w, o, e in found]
def manifest(m, base=None):
    return {"critical_features": number(m.critical), "optional_features": number(m.optional), "space": m.space.hex(), "collection": m.collection, "packer": m.packer.hex(),
            "packer_replica": m.replica.hex(), "epoch": m.epoch.hex(), "packed_milliseconds": m.packed, "base": base or knowledge((m.base, m.to)),
            "chains": chains(m.chains), "contents": m.contents.hex(),
            "segments": [dict(zip(("change_count", "body_byte_count", "sealed_byte_count", "digest"), (*s[:3], s[3].hex()))) for s in m.segments],
            "delta": m.name.hex(), "signature": m.signature.hex()}
def body(b):
    changes = [{"record": r, "dot": {"writer": w, "sequence": s}, "time_milliseconds": t, "columns": c, "context": [{"writer": x, "last": y} for x, y in ctx.items()],
                "deletes": bool(f & 1), "is_anchor": bool(f & 2), "values": {n: list(map(value, vs)) for n, vs in v.items()}} for r, w, s, t, c, v, ctx, f in b.changes]
    records = [{"table": t, "anchor": {"writer": key[0], "sequence": key[1]}} if anchor else {"table": t, "key": list(map(value, key))} for t, key, anchor in b.records]
    tables = [{"name": t.name, "key_part_count": t.parts, "columns": [{"name": n, "parts": list(p), "kind": k.MERGES[kind], "order": list(o)} for n, p, kind, o in t.columns]}
              for t in b.tables]
    return {"tables": tables, "records": records, "changes": changes}
def body_told(b):
    for record in b["records"]:
        if "key" in record: record["key"] = list(map(told, record["key"]))
    for change in b["changes"]: change["values"] = {n: list(map(told, vs)) for n, vs in change["values"].items()}
    return b

def message(kind, payload):
    """Messages of sessions beside those of bundles."""
    r = k.Reader(payload)
    def text(): return r.text()
    def heads(): return [h.hex() for h in k.ascending(r.list(131072, 32, r.hash))]
    def hello():
        k.check(r.left() >= 4 and r.take(4) == b"KITH", "not-kith")
        k.check(r.number() == 1, "newer-format")
        space, device, replica, digest, roster, flags = *(r.nonce().hex() for _ in range(5)), r.byte()
        k.check(flags < 4)
        return {"type": "hello", "version": 1, "space": space if space.strip("0") else None, "device": device, "replica": replica, "digest": digest, "roster_digest": roster,
                "carries": flags & 1, "stays": flags >> 1}
    def held():
        def one():
            delta, unreadable, at, steps = r.nonce().hex(), r.byte(), -1, []
            k.check(unreadable < 2)
            for _ in range(r.count(65536)):
                at += r.number(65535) + 1
                k.check(at < 65536)
                steps.append(at)
            return {"delta": delta, "unreadable": bool(unreadable), "merged": steps}
        return {"type": "knowledge", "collection": text(), "knowledge": knowledge(k.read_knowledge(r)), "contents": contents(), "partial": r.list(64, 18, one)}
    def whole_chains():
        found = {"type": "chains", "collection": text(), "chains": k.read_chains(r)}
        for writer, origin, batches in found["chains"]: k.check(batches[0][1] == writer)
        return {**found, "chains": chains(found["chains"])}
    def contents():
        def one():
            hashes, whole = k.read_contents(r).hex(), r.byte()
            k.check(hashes and whole < 2)
            return {"living": hashes[:64], "erased": hashes[64:], "held_whole": bool(whole)}
        return r.list(64, 34, one)
    def preamble():
        space, packer, replica, packed, known, heads = k.read_preamble(r.rest())
        return {"type": "preamble", "space": space.hex(), "packer": packer.hex(), "packer_replica": replica.hex(), "packed_milliseconds": packed,
                "known_heads": [h.hex() for h in known], "heads": [h.hex() for h in heads]}
    def asked():
        k.check(r.left() <= 1024, "too-large")
        request(k.Reader(payload))
        return {"type": "request", "request": r.rest().hex()}
    def segment(): return {"type": "segment", "delta": r.nonce().hex(), "index": r.number(65535), "sealed": r.rest().hex()}
    readers = {
        1: hello, 2: asked, 3: lambda: {"type": "statements", "statements": [s.hex() for s in k.read_statements(r.rest())]}, 4: held,
        5: lambda: {"type": "wholeKnowledgeWanted", "collection": text()}, 6: lambda: {"type": "manifest", "manifest": manifest(k.Manifest(r.rest()))}, 7: segment,
        8: lambda: {"type": "merged", "delta": r.nonce().hex(), "index": r.number(65535)},
        9: lambda: {"type": "receipt", "collection": text(), "knowledge": knowledge(k.read_knowledge(r)), "contents": contents()},
        10: lambda: {"type": "done"}, 11: lambda: {"type": "working"}, 12: lambda: {"type": "refusal", "code": text()}, 13: preamble,
        14: lambda: {"type": "end", "frame_count": r.number(), "digest": r.hash().hex()}, 15: lambda: {"type": "heads", "heads": heads()}, 16: lambda: {"type": "stated"},
        17: whole_chains, 18: lambda: {"type": "news"}, 19: lambda: {"type": "snapshotWanted", "collection": text()},
        20: lambda: {"type": "base", "collection": text(), "knowledge": knowledge(k.read_knowledge(r))}, 21: lambda: {"type": "anew"}}
    return r.end(readers[kind]())
def frame(data, in_bundle=False):
    for kind, payload, _, _ in k.read_frames(data, in_bundle=in_bundle): return message(kind, payload)
    raise k.Refused("truncated")
def request(r):
    """The fields of a request to join."""
    start, low = r.at, set()
    identity, label = r.take(64), r.text(named=True)
    fields = r.data[start:r.at]
    signature, invited = r.take(64), r.byte()
    k.check(invited < 2)
    invite = (r.take(32), r.take(64)) if invited else None
    r.end()
    k.verify(identity, b"kith request 1", fields, signature)
    if invite: k.verify(invite[0], b"kith invite 1", identity, invite[1])
    try: k.X25519PrivateKey.from_private_bytes(bytes(31) + b"\1").exchange(k.X25519PublicKey.from_public_bytes(identity[32:]))
    except ValueError: raise k.Refused("malformed") from None
    return {"identity": identity.hex(), "label": label, "signature": signature.hex(), **({"invite_key": invite[0].hex(), "invite_signature": invite[1].hex()} if invite else {})}
def request_file(data):
    line = b"KITH REQUEST 1\n"
    k.check(not line.startswith(data), "truncated")
    if not data.startswith(line): raise k.Refused("newer-format" if re.match(rb"KITH REQUEST \d+\n", data) else "not-kith")
    return request(k.Reader(data[len(line):]))

def wire():
    for v in load("wire", "primitives.json"):
        data = unhex(v["bytes"])
        if "number" in v: same("primitives.json: number", [whole(k.Reader.number)(data), k.encode_number(int(v["number"]))], [int(v["number"]), data])
        elif "signed" in v: same("primitives.json: signed", [whole(k.Reader.signed)(data), k.encode_signed(int(v["signed"]))], [int(v["signed"]), data])
        elif "key" in v:
            key = k.read_key(data, len(v["key"]))
            same("primitives.json: key", [list(map(value, key)), k.encode_key(key)], [list(map(told, v["key"])), data])
        else:
            t = told(v["value"])
            found = {"null": lambda: None, "integer": lambda: int(t["integer"]), "real": lambda: struct.unpack(">d", unhex(t["bits"]))[0], "blob": lambda: unhex(t["hex"]),
                     "text": lambda: k.text_of(t["utf8"] if "utf8" in t else unhex(t["hex"]))}[t["type"]]()
            same("primitives.json: value", k.encode_value(found), data)
    for v in load("wire", "knowledge.json"):
        if "knowledge" in v: same("knowledge.json: " + v["bytes"][:12], knowledge(whole(k.read_knowledge)(unhex(v["bytes"]))), v["knowledge"])
        else:
            digest = b"".join(k.encode_counted(c["collection"].encode()) + unhex(c["name"]) for c in v["digest_of"])
            same("knowledge.json: digest", k.name(k.encode_number(len(v["digest_of"])) + digest).hex(), v["digest"])
    for file in ("frames.json", "bundle.json", "session.json", "session-equal.json", "session-join.json"):
        for v in load("wire", file): same(f"{file}: {v['message']['type']}", frame(unhex(v["bytes"]), file == "bundle.json"), v["message"])
    for v in load("wire", "bodies.json"): same("bodies.json: " + v["name"], body(k.Body(unhex(v["bytes"]), v["writer_count"])), body_told(v["body"]))
    named = {x["knowledge"]["name"]: {unhex(e["writer"]): (e["last"], unhex(e["nonce"])) for e in x["knowledge"]["ends"]}
             for x in load("wire", "knowledge.json") if x.get("knowledge", {}).get("form") == "whole"}
    devices = {unhex(v["id"]): v for v in load("wire", "keys.json") if "device" in v}
    for v in load("wire", "manifests.json"):
        m = k.Manifest(unhex(v["bytes"]))
        base = knowledge((m.base, m.to))
        m.settle(named[m.to.hex()] if m.to else {})
        same("manifests.json: " + m.name.hex()[:8], {"bytes": v["bytes"], "manifest": manifest(m, base), "result": knowledge((m.result, None)), "writers": [w.hex() for w in m.writers]}, v)
        k.verify(unhex(devices[m.packer]["identity"]), b"kith manifest 1", m.bytes, m.signature)
    keys = {unhex(v["epoch"]): unhex(v["epoch_key"]) for v in load("wire", "keys.json") if v.get("is_held")}
    for v in load("wire", "keys.json"):
        if "device" in v: same("keys.json: " + v["device"], [k.identity_of(unhex(v["secret"])).hex(), k.device_of(unhex(v["identity"])).hex()], [v["identity"], v["id"]])
        else: same("keys.json: " + v["scope"], k.epoch_of(unhex(v["epoch_key"])).hex(), v["epoch"])
    for v in load("wire", "contents.json"):
        data = unhex(v["bytes"])
        if "block" in v:
            r = k.Reader(data)
            hashed = b""
            for shape in map(unhex, v["shapes"]):
                of = k.Reader(shape)
                table, parts = of.text(), of.list(99, 2, lambda: (of.text(), of.number()))
                same("contents.json: shape", k.sha(shape).hex(), r.hash().hex())
                sequence, time, flags = r.sequence(), r.time(), r.byte()
                seen = dict(r.list(99, 17, lambda: (r.nonce(), r.sequence())))
                key = k.read_key(r.counted(4096), 1)
                columns = {"exists": (not flags & 1,)} if flags & 4 else {}
                columns |= {column: tuple(alone(r) for _ in range(count)) for column, count in parts}
                hashed += program.Merged.hashed((None, sequence), table, key, (time, columns, seen, flags & 2), {})
            same("contents.json: block", [hashed.hex(), k.sha(hashed).hex()], [v["bytes"], v["block"]])
        else: same("contents.json: hash", k.sha(data).hex(), v.get("living") or v.get("erased"))
    members = [key for key in keys.values() if k.epoch_of(key).hex() == "0a18e3a97d44aa1f09fd8886f1a65569"]
    small = open(os.path.join(FIXTURES, "wire", "small.kithbundle"), "rb").read()
    preamble, statements, deltas = k.open_bundle(small, members, [])
    frames = [v["message"] for v in load("wire", "bundle.json")]
    same("small.kithbundle", [[s.hex() for s in statements], [manifest(d) for d in deltas], preamble[0].hex()],
         [frames[1]["statements"], [f["manifest"] for f in frames if f["type"] == "manifest"], frames[0]["space"]])
    for d in deltas:
        d.settle()
        k.check_bodies(d, [k.Body(k.open_segment(s, x[1:], keys[d.epoch], d.space, d.collection, d.epoch), len(d.writers)) for s, x in zip(d.sealed, d.segments)])
    public = open(os.path.join(FIXTURES, "wire", "public.kithpublic"), "rb").read()
    _, m, bodies = program.read_public(public)
    same("public.kithpublic", [m.packer, m.space.hex(), sum(len(b.changes) for b in bodies)], [k.device_of(k.identity_of(bytes(range(64)))), "00000000000000070000000000000007", 2])
    for at in range(len(public)):  # every byte of it counts
        refused_somehow("public.kithpublic", lambda: program.read_public(public[:at] + bytes([public[at] ^ 1]) + public[at + 1:]))
    for at in range(len(small)): refused_somehow("small.kithbundle", lambda: k.open_bundle(small[:at] + bytes([small[at] ^ 1]) + small[at + 1:], members, []))
    for at in range(len(small)): refused_somehow("small.kithbundle", lambda: k.open_bundle(small[:at], members, []))
    def manifest_scoped(data):
        m = k.Manifest(data)
        m.settle()
    def delta(v):
        m, r, bodies = k.Manifest(unhex(v["manifest"])), k.Reader(unhex(v["bytes"])), []
        m.settle()
        while r.left(): bodies.append(k.Body(r.counted(1 << 25), len(m.writers)))
        return k.check_bodies(m, bodies)
    def packer(data):
        m = k.Manifest(data)
        known = devices.get(m.packer, {"right": "none"})
        k.check(known["right"] != "none", "unknown-packer")
        k.verify(unhex(known["identity"]), b"kith manifest 1", m.bytes, m.signature)
        k.check(known["right"] == "member", "not-permitted")
    decoders = {
        "number": lambda v: whole(k.Reader.number)(unhex(v["bytes"])), "counted": lambda v: whole(lambda r: r.counted(v["limit"]))(unhex(v["bytes"])),
        "key": lambda v: k.read_key(unhex(v["bytes"]), v["part_count"]), "knowledge": lambda v: whole(k.read_knowledge)(unhex(v["bytes"])),
        "manifest": lambda v: manifest_scoped(unhex(v["bytes"])), "frame": lambda v: frame(unhex(v["bytes"])), "body": lambda v: k.Body(unhex(v["bytes"]), v["writer_count"]),
        "packer": lambda v: packer(unhex(v["bytes"])), "delta": delta, "bundle": lambda v: k.open_bundle(unhex(v["bytes"]), members, []),
        "segment": lambda v: k.open_segment(unhex(v["bytes"]), (v["body_byte_count"], len(unhex(v["bytes"])), unhex(v["digest"])), keys.get(unhex(v["epoch"])), unhex("55" * 16), "people", unhex(v["epoch"]))}
    for v in load("wire", "invalid.json"): refuses(f"invalid.json: {v['decoder']}, {v['name']}", v["error"], lambda: decoders[v["decoder"]](v))
    histories()
def histories():
    """What all changes of a text come to, as the executable model has it (Tests/Models/text.py)."""
    slots = {"L": texts.BEFORE, "M": texts.IN_PLACE, "R": texts.AFTER}
    def dot(d): return d[0].encode(), d[1]
    for number, history in enumerate(load("text.json")):
        edits = []
        for c in history["changes"]:
            words = texts.named("".join(run[3] for run in c["runs"]))
            edit = texts.Edit(dot(c["dot"]), [(o, slots[slot], (*dot(p), p[2]) if p else None, list(said)) for o, slot, p, said in c["runs"]],
                              [(*dot(d), d[2], d[3]) for d in c["deletes"]], dot(c["generation"]) if c["generation"] else None, words if c["opens"] else None, False, c["time"])
            edit.context = {w.encode(): last for w, last in c["context"]}
            edits.append(edit)
        def seen(a, b): return a is not b and (a.context.get(b.dot[0], 0) >= b.dot[1] or a.dot[0] == b.dot[0] and a.dot[1] > b.dot[1])
        for state in history["states"]:
            known = edits[:state["count"]]
            text = texts.Text([e for e in known if not any(w.covers and seen(w, e) for w in known)])
            strays = sorted([w.decode(), s, said] for (w, s), said in text.strays().items())
            same(f"text.json: history {number}", [text.shown() or "", strays], [state["shown"], state["strays"]])
def alone(r):
    kind = r.byte()
    return [lambda: None, r.signed, lambda: struct.unpack("<d", r.take(8))[0], lambda: k.text_of(r.counted(1 << 24)), lambda: r.counted(1 << 24)][kind]()
def refused_somehow(where, work):
    try: work()
    except k.Refused as error: return same(where + " changed", error.code in k.SENTENCES, True)
    except Exception as error: return same(where + " changed", f"{type(error).__name__}: {error}", "a code")
    same(where + " changed", "taken", "a code")

def trust():
    for v in load("trust", "keys.json"):
        if v["kind"] == "device":
            identity = k.identity_of(unhex(v["secret"]))
            same("keys.json: device", [identity.hex(), k.device_of(identity).hex(), k.spoken(k.device_of(identity))], [v["identity"], v["id"], v["spoken"]])
            k.verify(identity, b"kith statement 1", unhex(v["statement"]), unhex(v["signature"]))
        elif v["kind"] == "epoch": same("keys.json: epoch", k.epoch_of(unhex(v["key"])).hex(), v["id"])
        else:
            plain = k.open_field(unhex(v["key"]), unhex(v["sealed"]), v["context"].encode())
            same("keys.json: field", plain.hex() if plain is not None else None, None if "error" in v else v["plaintext"])
    for v in load("trust", "streams.json"):
        key, info, plain = unhex(v["key"]), unhex(v["info"]), bytes(i % 251 for i in range(v.get("plaintext_byte_count", 0)))
        if "error" in v: refuses("streams.json: " + v["name"], v["error"], lambda: k.open_stream(unhex(v["sealed"]), key, info))
        else:
            sealed = seal(key, unhex(v["salt"]), info, plain)
            same("streams.json", [hashlib.sha256(sealed).hexdigest(), len(sealed), k.open_stream(sealed, key, info)], [v["sealed_sha256"], v["sealed_byte_count"], plain])
            if "sealed" in v: same("streams.json", sealed.hex(), v["sealed"])
    for v in load("trust", "segments.json"):
        info = b"kith segment 1\0" + unhex(v["space"]) + k.encode_counted(v["collection"].encode()) + unhex(v["epoch"])
        same("segments.json", k.open_stream(unhex(v["sealed"]), unhex(v["key"]), info).hex(), v["compressed"])
    for v in load("trust", "boxes.json"): same("boxes.json", k.open_box(unhex(v["secret"]), unhex(v["box"]), unhex(v["info"])).hex(), v["plaintext"])
    for v in load("trust", "envelopes.json"):
        head, boxes, size = k.read_envelope(unhex(v["envelope"]))
        for keys, secrets in [([unhex(v["epoch_key"])], [])] + [([], [unhex(s)]) for s in v["newcomers"]]:
            same("envelopes.json", k.bundle_key(head, boxes, keys, secrets).hex(), v["bundle_key"])
        line = b"KITH BUNDLE 1\n" + unhex(v["envelope"])
        same("envelopes.json", k.open_stream(unhex(v["stream"]), unhex(v["bundle_key"]), b"kith bundle 1\0" + k.sha(line)).hex(), v["payload"])
    for v in load("trust", "envelopes-invalid.json"): refuses("envelopes-invalid.json: " + v["name"], v["error"], lambda: k.read_envelope(unhex(v["envelope"])))
    codes = {"wrong passphrase": "passphrase", "needs a passphrase": "locked", "newer": "newer-format", "not a key file": "not-kith", "too costly": "too-large"}
    for v in load("trust", "keyfiles.json"):
        work = lambda: k.key_file(unhex(v["file"]), lambda: v.get("passphrase")).hex()
        if "error" in v: refuses("keyfiles.json: " + v["error"], codes.get(v["error"], v["error"]), work)
        else: same("keyfiles.json", work(), v["secret"])
    for v in load("trust", "recovery.json"):
        if "error" in v:
            try: k.recovery_secret(v["words"])
            except k.Refused as error: same("recovery.json: " + v["error"], [error.code, error.detail], ["words", v["error"]])
            else: same("recovery.json: " + v["error"], "taken", v["error"])
        else:
            same("recovery.json", k.recovery_secret(v["words"]).hex(), v["secret"])
            same("recovery.json: four letters", k.recovery_secret(" ".join(w[:4] for w in v["words"].split())).hex(), v["secret"])
    for v in load("trust", "requests.json"):
        if "error" in v: refuses("requests.json: " + v["name"], v["error"], lambda: request_file(unhex(v["file"])))
        else: same("requests.json", request_file(unhex(v["file"])), {key: x for key, x in v.items() if key != "file"})
    for v in load("trust", "texts.json"):
        if v["kind"] == "device" and "error" not in v: same("texts.json", k.spoken(unhex(v["bytes"])), v["text"])
        else: passed_over["texts.json: typed ids and invites, which the reader takes none of"] = passed_over.get("texts.json: typed ids and invites, which the reader takes none of", 0) + 1
    statements = load("trust", "statements.json")
    for n, history in enumerate(statements["histories"] + [statements["roster"]]):
        refused = []
        roster = k.Roster([k.Statement(unhex(s)) for s in history["statements"]], lambda s, code: refused.append(code))
        counting, told = {s.id for s in roster.counting}, history["outcome"]
        same(f"statements.json: history {n}", {
            "space": roster.space.hex(), "heads": [h.hex() for h in roster.heads], "void": sorted(s.id.hex() for s in roster.order if s.id not in counting),
            "removed": sorted(d.hex() for d in roster.removed), "digest": k.name(b"".join(roster.heads)).hex(), "roles": {d.hex(): s.role for d, s in roster.members.items()}, "refused": refused},
            {**{key: told[key] for key in ("space", "heads", "void", "removed", "digest", "roles")}, "refused": []})
        passed_over["statements.json: which key is current, who lacks it: for who seals, not for who reads"] = 3 * (n + 1)
    told = statements["roster"]
    keys = roster.open_keys([unhex(told["founderSecret"])])
    same("statements.json: keys", {scope: sorted(key.hex() for key in found.values()) for scope, found in keys.items()}, {scope: sorted(found) for scope, found in told["keys"].items()})
    same("statements.json: labels", {d.hex(): label for d, label in roster.labels(keys).items()}, told["labels"])
    same("statements.json: erasures", roster.erasures(keys, lambda s, code: None), {("people", table, k.read_key(unhex(key), None)) for table, key in told["erased"]})
    first = [k.Statement(unhex(s)) for s in statements["histories"][0]["statements"]]
    def added(data):
        refused = []
        statement = k.Statement(data)
        k.Roster(first + [statement], lambda s, code: refused.append(code))
        if refused: raise k.Refused(refused[0])
    for v in statements["invalid"]: refuses("statements.json: " + v["name"], v["code"], lambda: added(unhex(v["statement"])))
def seal(key, salt, info, plain):
    keys, out = k.hkdf(key, salt, info, 64), [salt]
    out.append(keys[32:])
    chunks = [plain[i:i + 65536] for i in range(0, len(plain), 65536)] or [b""]
    for i, chunk in enumerate(chunks): out.append(k.ChaCha20Poly1305(keys[:32]).encrypt(i.to_bytes(11, "big") + bytes([i == len(chunks) - 1]), chunk, None))
    return b"".join(out)

def mutants(count):
    """Bytes that are wrong anyhow, behind good checksums: a code, never a traceback. The seed is said, so that it can be had again."""
    seed = int.from_bytes(os.urandom(4), "big") if len(sys.argv) < 3 else int(sys.argv[2])
    chance = random.Random(seed)
    bodies = [(unhex(v["bytes"]), lambda data, n=v["writer_count"]: k.Body(data, n)) for v in load("wire", "bodies.json")]
    manifests = [(unhex(v["bytes"]), lambda data: k.Manifest(data).settle()) for v in load("wire", "manifests.json")]
    statements = [(unhex(s), k.Statement) for s in load("trust", "statements.json")["histories"][0]["statements"]]
    frames = [unhex(v["bytes"]) for v in load("wire", "bundle.json")]
    def bundle(payload, place):
        head = frames[place][:1] + len(payload).to_bytes(4, "little")
        hashed = payload[:payload.find(b"\1") + 1] if head[0] == 7 else payload
        k.read_deltas(b"".join(frames[:place]) + head + k.sha(head + hashed)[:8] + payload + b"".join(frames[place + 1:]))
    framed = [(f[13:], lambda data, place=n: bundle(data, place)) for n, f in enumerate(frames)]
    for n in range(count):
        data, read = chance.choice(chance.choice((bodies, manifests, statements, framed)))
        data = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            at, kind = chance.randrange(len(data) + 1), chance.randrange(4)
            if kind == 0: data[at:at + 1] = bytes([chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))])
            elif kind == 1: del data[at:at + chance.randrange(1, 9)]
            elif kind == 2: data[at:at] = chance.randbytes(chance.randrange(1, 9))
            else: data[at:at + 9] = b"\xff" * 8 + b"\1"
        try: read(bytes(data))
        except k.Refused: pass
        except Exception as error: wrong.append(f"mutants, seed {seed}, {n}: {type(error).__name__}: {error}: {bytes(data).hex()[:200]}")
    counted[f"mutants (seed {seed})"] = count

def community():
    """The tables' keys and owners that the reader knows are those of Docs/Community.md, and of the sources."""
    text = open(os.path.join(HERE, "..", "Docs", "Community.md"), encoding="utf-8").read()
    rows = {name: (re.findall(r"`(\w+)`", keys), re.findall(r"`(\w+)` \((\w+)\)", owners)) for name, keys, owners in re.findall(r"^\| `(\w+)` \| (`[^|]*) \| ([^|]*) \| [^|]+ \| `", text, re.M)}
    found = {name: (list(program.key_columns(name, len(keys))), list(program.OWNERS.get(name, ()))) for name, (keys, _) in rows.items()}
    same("Docs/Community.md: keys and owners", [len(rows) >= 29, found, sorted({*program.KEYS, *program.OWNERS} - set(rows))], [True, rows, []])
    folder, told = os.path.join(HERE, "..", "Sources", "Neighbourhood", "Community", "Tables"), {}
    for file in os.listdir(folder):
        for name, block in re.findall(r'Table\(\s*"(\w+)"(.*?)(?=\n    (?:private )?static let |\Z)', open(os.path.join(folder, file), encoding="utf-8").read(), re.S):
            pair, owners = re.search(r'\.pair\("(\w+)", "(\w+)"\)', block), re.search(r"ownedBy: \[(.*?)\]", block)
            told[name] = (list(pair.groups()) if pair else ["id"],
                          [(a or c, b or "contact") for a, b, c in re.findall(r'Owner\("(\w+)", of: "(\w+)"\)|\.(\w+)', owners[1])] if owners else [])
    same("Docs/Community.md: as the sources", told, rows)

def rescue(*arguments, code=0, words=None):
    """The reader as a person runs it: (standard output, standard error)."""
    done = subprocess.run([sys.executable, SCRIPT, *arguments], input=words or "", capture_output=True, text=True, env={**os.environ, "KITH_LANG": "en"})
    same("the command: " + " ".join(map(os.path.basename, arguments)), [done.returncode if done.returncode == code else f"{done.returncode}: {done.stdout}{done.stderr}", "Traceback" in done.stderr], [code, False])
    return done.stdout, done.stderr
def table(path): return sorted(json.dumps(row, sort_keys=True) for row in csv.DictReader(open(path, newline="")))

def replicas(work):
    path = os.path.join(FIXTURES, "replicas", "version1.kith")
    before = open(path, "rb").read()
    out = os.path.join(work, "version1")
    rescue("--to", out, "--deleted", path, code=2)
    source = sqlite3.connect("file:" + os.path.abspath(path) + "?immutable=1", uri=True)
    for (name,) in source.execute("select name from sqlite_master where type = 'table' and name not like 'kith%'"):
        found = list(csv.reader(open(os.path.join(out, name + ".csv"), newline="")))
        same("version1.kith: " + name, sorted(found[1:]), sorted([["" if v is None else str(v) for v in row] for row in source.execute(f'select * from "{name}"')]))
    same("version1.kith: the trash", len(table(os.path.join(out, "contact.deleted.csv"))), source.execute("select count(*) from kith_trash_contact").fetchone()[0])
    same("version1.kith: as it was", open(path, "rb").read() == before and not os.path.exists(path + "-wal"), True)
    rescue("--to", out, path, code=1)  # never over what is there
    # Tables of somebody's own, with names that are no file names; a row that only the WAL has; a virtual table; control characters.
    odd = os.path.join(work, "odd.kith")
    shutil.copyfile(path, odd)
    writer = sqlite3.connect(odd)
    writer.execute("pragma journal_mode = wal")
    for name in ("../x", 'a"b/c', ".", "report", "contact.deleted", "\x1b[31m"):
        writer.execute('create table "{}" (id text, "x,y" blob)'.format(name.replace('"', '""')))
        writer.execute('insert into "{}" values (?, ?)'.format(name.replace('"', '""')), ("=1+1", b"\0\xff"))
    writer.execute("create virtual table words using fts5(text)")
    writer.execute("insert into contact (id, given_name) values ('in-the-wal', cast(x'ff00' as text))")
    writer.commit()
    sizes = {end: os.path.getsize(odd + end) for end in ("", "-wal")}
    out = os.path.join(work, "odd")
    said, err = rescue("--to", out, "--deleted", odd, code=2)
    same("odd.kith: its WAL", any("in-the-wal" in row for row in table(os.path.join(out, "contact.csv"))), True)
    same("odd.kith: as it was", {end: os.path.getsize(odd + end) for end in ("", "-wal")}, sizes)
    same("odd.kith: files stay in their folder", [sorted(set(os.listdir(work)) & {"x.csv", "x"}), "\x1b" in said + err, "words" in said, all(f.endswith((".csv", ".vcf", ".txt")) for f in os.listdir(out))],
         [[], False, True, True])
    same("odd.kith: each table", sorted(f for f in os.listdir(out) if "'=1+1,x:00ff" in open(os.path.join(out, f), newline="").read()),
         sorted(["..%2Fx.csv", "a%22b%2Fc.csv", "..csv", "report.csv", "contact.deleted.csv", "%1B%5B31m.csv"]))
    writer.close()
    for cut in (0, 15, 16, 100, 4096, 100000):
        broken = os.path.join(work, f"broken-{cut}.kith")
        open(broken, "wb").write(before[:cut])
        out, err = run_any(broken)
        same("version1.kith cut: a code", bool(re.search(r"\[[a-z-]+\]", err)), True)
def run_any(*arguments, words=""):
    done = subprocess.run([sys.executable, SCRIPT, *arguments], input=words, capture_output=True, text=True, env={**os.environ, "KITH_LANG": "en"})
    same("the command: no traceback", ["Traceback" in done.stderr, done.returncode in (0, 1, 2)], [False, True])
    return done.stdout, done.stderr

def scene(kith, work):
    """A community that writes, forgets, removes and copies; then the program is gone, and all is read as it last showed it."""
    words, folder = "", os.path.join(work, "stick")
    os.mkdir(folder)
    stick = lambda file: os.path.join(folder, file)
    def run(who, *arguments, passphrase=None):
        home = os.path.join(work, who)
        os.makedirs(home, exist_ok=True)
        env = {key: x for key, x in os.environ.items() if not key.startswith(("KITH_", "XDG_"))}
        env.update(HOME=home, XDG_DATA_HOME=os.path.join(home, "data"), KITH_LANG="en", **({"KITH_PASSPHRASE_FILE": passphrase} if passphrase else {}))
        done = subprocess.run([kith, *arguments], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 2): raise SystemExit(f"the scene: {who}: kith {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
    def file(who): return os.path.join(work, who, "data", "kith", "zuid.kith")
    def device(who): return os.path.join(work, who, "data", "kith", "device")
    def sql(who, text):
        with sqlite3.connect(file(who)) as c: c.execute(text)
    def one(who, condition): return json.loads(run(who, "list", "contact", "--where", condition, "--json"))["rows"][0]["id"]
    def compare(who, out, what):
        """Every table as the program exports it, and as the reader wrote it."""
        for name in tables:
            path, ours = os.path.join(work, "expected.csv"), os.path.join(out, name + ".csv")
            with sqlite3.connect(file(who)) as c: has_rows = c.execute(f'select count(*) from "{name}"').fetchone()[0]
            if has_rows: run(who, "export", "list", path, "--table", name, "--replace")
            same(f"the scene: {what}, {name}", table(ours) if os.path.exists(ours) else [], table(path) if has_rows else [])
    run("fatima", "init", "--space", "Zuid", "--name", "Laptop Fatima")
    run("fatima", "import", os.path.join(FIXTURES, "people", "fatima.csv"))
    tables = [t["table"] for t in json.loads(run("fatima", "tables", "--json"))["tables"]]
    run("jan", "join", "--request", stick("jan.kithrequest"), "--name", "Laptop Jan")
    run("fatima", "device", "admit", stick("jan.kithrequest"), "--yes")
    words = " ".join(w for _, w in sorted((int(n), w) for n, w in re.findall(r"(\d+)\. ([a-z]+)", run("fatima", "recovery", "print", "--no-qr", "--yes"))))
    run("fatima", "bundle", "export", stick("1.kithbundle"))
    run("jan", "join", stick("1.kithbundle"))
    run("jan", "import", os.path.join(FIXTURES, "people", "jan.csv"))
    # Both write: a conflict, a counter, a rank, a pair of ids, a delete, a text that a spreadsheet would calculate, bytes that are no text.
    noor, muller = one("fatima", "given_name = 'Rosa'"), one("fatima", "family_name like 'M%ller'")
    run("fatima", "edit", muller, "language=en")
    sql("jan", f"update contact set language = 'tr', nickname = '=1+1' where id = '{muller}'")
    for who in ("fatima", "jan"):
        sql(who, f"insert into consent (contact, purpose, state) values ('{muller}', 'contact', '{'given' if who == 'jan' else 'withdrawn'}')")
        sql(who, "insert into gathering (id, headcount) values ('g1', 0)")
        sql(who, f"update gathering set headcount = {7 if who == 'jan' else 5} where id = 'g1'")
        sql(who, f"insert into contact_moment (id, occurred_at, channel, summary) values ('m-{who}', '2026-03-01T10:00:00+01:00', 'phone', 'words of {who}')")
        sql(who, f"insert into contact_moment_contact (contact_moment, contact) values ('m-{who}', '{noor}')")
    sql("jan", "insert into contact (id, given_name, family_name, extra_vcard) values ('odd', cast(x'00ff41' as text), x'0102', 'NOTE:a line' || char(10) || 'X-ODD:b')")
    run("jan", "delete", one("jan", "given_name = 'Petra'"))
    run("jan", "bundle", "export", stick("2.kithbundle"))
    run("fatima", "bundle", "import", stick("2.kithbundle"))
    sql("fatima", "update gathering set headcount = headcount + 1 where id = 'g1'")
    sql("fatima", f"update contact set area = 'Oost' where id = '{muller}'")
    run("fatima", "bundle", "export", stick("3.kithbundle"), "--for", "Laptop Jan")
    run("jan", "bundle", "import", stick("3.kithbundle"))
    old = os.path.join(work, "old")
    rescue("--words", "--to", old, "--deleted", stick("1.kithbundle"), stick("2.kithbundle"), stick("3.kithbundle"), words=words)
    compare("fatima", old, "three bundles by the words")
    said, _ = rescue("--words", stick("3.kithbundle"), stick("1.kithbundle"), stick("2.kithbundle"), words=words)
    same("the scene: contents", said.count("to the byte"), 2)
    found = json.loads(run("fatima", "conflicts", "--json"))["conflicts"]
    others = list(csv.DictReader(open(os.path.join(old, "conflicts.csv"), newline="")))
    same("the scene: conflicts", [(row["table"], row["column"], row["device"]) for row in others], [("contact", "language", "Laptop Jan" if cell_of(old, muller)["language"] == "en" else "Laptop Fatima")])
    same("the scene: conflicts of the program", len(found), 1)
    same("the scene: the trash", len(table(os.path.join(old, "contact.deleted.csv"))), 1)
    same("the scene: cards", open(os.path.join(old, "contacts.vcf"), encoding="utf-8", newline="").read().count("BEGIN:VCARD\r\n"), len(table(os.path.join(old, "contact.csv"))))
    same("the scene: rights of files", {stat.S_IMODE(os.stat(os.path.join(old, f)).st_mode) for f in os.listdir(old)} | {stat.S_IMODE(os.stat(old).st_mode)}, {0o600, 0o700})
    # What is missing is named.
    _, err = rescue("--words", stick("3.kithbundle"), code=1, words=words)
    same("the scene: no key for a stick that was not for the words", "[no-key]" in err, True)
    _, err = rescue("--key", device("jan"), stick("3.kithbundle"), stick("1.kithbundle"), code=2)
    same("the scene: what it builds on is missing", err.count("[unknown-receipt]") > 0, True)
    rescue(stick("1.kithbundle"), code=1)
    # A replica, with what no stick has; and as what holds the keys of a bundle.
    backup, out = stick("jan.kith"), os.path.join(work, "replica")
    run("jan", "backup", backup)
    rescue("--to", out, backup)
    compare("jan", out, "a backup")
    out = os.path.join(work, "keys")
    rescue("--key", device("fatima"), "--to", out, file("fatima"), stick("1.kithbundle"), stick("2.kithbundle"), stick("3.kithbundle"))
    compare("fatima", os.path.join(out, "bundles"), "bundles by a key and a replica")
    compare("fatima", os.path.join(out, "replica-zuid"), "that replica")
    # A copy of Jan's replica goes its own way: both have his writer, and neither knows.
    shutil.copytree(os.path.join(work, "jan"), os.path.join(work, "copy"))
    for who in ("jan", "copy"):
        sql(who, f"update contact set area = 'area of {who}' where id = 'odd'")
        sql(who, f"insert into contact (id, given_name) values ('only-{who}', 'Only {who}')")
        run(who, "bundle", "export", stick(who + ".kithbundle"))
    sql("jan", "update contact set nickname = 'later' where id = 'only-jan'")
    run("jan", "bundle", "export", stick("jan2.kithbundle"))
    for n in ("copy", "jan", "jan2"): run("fatima", "bundle", "import", stick(n + ".kithbundle"))
    out = os.path.join(work, "copies")
    rescue("--words", "--to", out, *(stick(n + ".kithbundle") for n in ("1", "2", "3", "jan2", "copy", "jan")), words=words)
    compare("fatima", out, "copies of a replica")
    # A person is erased: with an old stick beside the new one, nothing of her is read.
    run("fatima", "erase", noor, "--yes")
    run("fatima", "bundle", "export", stick("4.kithbundle"))
    out = os.path.join(work, "erased")
    rescue("--words", "--to", out, *(stick(n + ".kithbundle") for n in ("1", "2", "3", "4")), words=words)
    compare("fatima", out, "an erasure")
    said = " ".join(open(os.path.join(out, f), encoding="utf-8").read() for f in os.listdir(out))
    same("the scene: nothing of her is read", [w for w in ("dos Santos", "words of", noor) if w in said], [])
    # A device that was removed: what it packed afterwards is named, and read when asked.
    run("fatima", "device", "revoke", "Laptop Jan", "--yes")
    run("jan", "add", "contact", "given_name=Forged")
    run("jan", "bundle", "export", stick("jan3.kithbundle"))
    run("fatima", "bundle", "export", stick("5.kithbundle"))
    _, err = rescue("--words", stick("5.kithbundle"), stick("jan3.kithbundle"), code=2, words=words)
    same("the scene: packed by the removed", [err.count("[not-permitted]"), "Laptop Jan" in err], [2, True])  # a delta of each collection
    rescue("--words", "--removed", stick("5.kithbundle"), stick("jan3.kithbundle"), words=words)
    _, err = rescue("--key", device("jan"), file("jan"), stick("5.kithbundle"), code=2)
    same("the scene: new keys are not his", "[no-key]" in err, True)
    # What anybody may read.
    run("fatima", "add", "initiative", "name=Balcony bingo", "area=Zuid")
    run("fatima", "publish", stick("zuid.kithpublic"), "--as", "Zuid")
    out = os.path.join(work, "public")
    rescue("--to", out, stick("zuid.kithpublic"))
    same("the scene: a public bundle", [[row["name"] for row in csv.DictReader(open(os.path.join(out, "initiative.csv"), newline=""))], os.path.exists(os.path.join(out, "contact.csv"))],
         [["Balcony bingo"], False])
    # A key behind a passphrase, from a descriptor.
    secret = os.path.join(work, "passphrase")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f: f.write("fietsbel\n")
    run("fatima", "device", "passphrase", passphrase=secret)
    _, err = rescue("--key", device("fatima"), file("fatima"), stick("5.kithbundle"), code=1)
    same("the scene: a locked key", "[locked]" in err, True)
    for n, word in ((2, "fietsbel"), (1, "fietsbellen")):
        with open(secret, "w") as f: f.write(word + "\n")
        done = subprocess.run(["sh", "-c", '"$@" 3< "$0"', secret, sys.executable, SCRIPT, "--passphrase-fd", "3", "--key", device("fatima"), file("fatima"), stick("5.kithbundle")],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        same("the scene: a passphrase", done.returncode, 0 if n == 2 else 1)
    # Damage in any file is one line with a code.
    for n in ("1.kithbundle", "jan.kith"):
        data = open(stick(n), "rb").read()
        for at in (0, 5, 20, 100, len(data) // 2, len(data) - 1):
            open(stick("broken"), "wb").write(data[:at] + bytes([data[at] ^ 255]) + data[at + 1:])
            run_any("--words", stick("broken"), words=words)
    for wrong_words in ("", words + " word", words.replace(words.split()[0], "fiets", 1)): rescue("--words", stick("1.kithbundle"), code=1, words=wrong_words)
    rescue(stick("nothing-here"), code=1)
    rescue(folder, code=1)
    rescue(code=64)
    done = subprocess.run([sys.executable, SCRIPT, "--lang", "nl", stick("1.kithbundle")], capture_output=True, text=True)
    same("the scene: Dutch", "geen gegeven sleutel opent het" in done.stderr, True)
def cell_of(out, key): return next(row for row in csv.DictReader(open(os.path.join(out, "contact.csv"), newline="")) if row["id"] == key)

def report():
    for line in wrong: print("WRONG", line)
    print(f"{sum(counted.values())} checks: " + ", ".join(f"{name} {count}" for name, count in counted.items()))
    for why, count in passed_over.items(): print(f"passed over: {count} of {why}")
    return 1 if wrong else 0

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        wire()
        trust()
        replicas(work)
        community()
        mutants(20000)
        if len(sys.argv) > 1 and sys.argv[1]: scene(os.path.abspath(sys.argv[1]), work)
        sys.exit(report())
