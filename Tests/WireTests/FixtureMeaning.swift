import CRDT
import Wire

/// What bytes mean, as JSON that a second implementation can read (Fixtures/wire/README.md).
///
/// Objects keep the order in which they are written, so that a file changes only where its meaning does.
indirect enum Meaning: Hashable {
    case null
    case bool(Bool)
    case number(Int64)
    case text(String)
    case list([Meaning])
    case object([Field])

    struct Field: Hashable {
        let name: String
        let value: Meaning
    }

    static func fields(_ fields: KeyValuePairs<String, Meaning>) -> Meaning {
        .object(fields.map { Field(name: $0.key, value: $0.value) })
    }

    static func count(_ count: some BinaryInteger) -> Meaning {
        guard let number = Int64(exactly: count), number.magnitude <= 1 << 53 else { return .text("\(count)") }
        return .number(number)
    }

    /// Bytes as lower-case hexadecimal digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> Meaning { .text(hexadecimal(bytes)) }
    static func nonce(_ nonce: Nonce) -> Meaning { .text(nonce.description) }

    // MARK: JSON

    private static let lineLength = 118

    /// RFC 8259, two spaces a level, what fits a line on one line.
    func json(indent: Int = 0) -> String {
        let short = line
        guard indent + short.count > Meaning.lineLength else { return short }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .list(let items) where !items.isEmpty:
            return "[\n" + items.map { inner + $0.json(indent: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let fields) where !fields.isEmpty:
            return "{\n" + fields.map { "\(inner)\(Meaning.quoted($0.name)): \($0.value.json(indent: indent + 2))" }
                .joined(separator: ",\n") + "\n\(outer)}"
        default:
            return short
        }
    }

    private var line: String {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): "\(number)"
        case .text(let text): Meaning.quoted(text)
        case .list(let items): "[" + items.map(\.line).joined(separator: ", ") + "]"
        case .object(let fields):
            "{" + fields.map { "\(Meaning.quoted($0.name)): \($0.value.line)" }.joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ", "\u{7F}"...:
                // Beyond ASCII as UTF-16 escapes, so that editors cannot change them.
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

// MARK: The structures of Protocol.md

extension Meaning {
    static func value(_ value: Value) -> Meaning {
        func bytes(_ type: String, _ bytes: [UInt8]) -> Meaning {
            guard type == "text", let text = String(validating: bytes, as: UTF8.self) else {
                return .fields(["type": .text(type), "hex": .hex(bytes)])
            }
            return .fields(["type": .text(type), "utf8": .text(text)])
        }
        return switch value {
        case .null: .fields(["type": .text("null")])
        case .integer(let number): .fields(["type": .text("integer"), "integer": .count(number)])
        case .real(let number):
            .fields(["type": .text("real"), "bits": .text(String(number.bitPattern, radix: 16)), "about": .text("\(number)")])
        case .text(let text): bytes("text", text)
        case .blob(let blob): bytes("blob", blob)
        }
    }

    static func key(_ key: RecordKey) -> Meaning { .list(key.parts.map { value(.text($0)) }) }

    private static func end(_ writer: WriterID, _ end: BatchEnd?) -> Meaning {
        guard let end else { return .fields(["writer": .nonce(writer), "absent": .bool(true)]) }
        return .fields(["writer": .nonce(writer), "last": .count(end.last), "nonce": .nonce(end.nonce)])
    }

    static func knowledge(_ form: KnowledgeForm) -> Meaning {
        switch form {
        case .whole(let knowledge):
            return .fields([
                "form": .text("whole"), "ends": .list(knowledge.ends.sorted { $0.key < $1.key }.map { end($0.key, $0.value) }),
                "name": .nonce(knowledge.name),
            ])
        case .relative(let name, let changed):
            return .fields([
                "form": .text("relative"), "to": .nonce(name),
                "changed": .list(changed.sorted { $0.key < $1.key }.map { end($0.key, $0.value) }),
            ])
        }
    }

    private static func end(_ end: BatchEnd) -> Meaning { .fields(["last": .count(end.last), "nonce": .nonce(end.nonce)]) }

    /// A chain with the first writer of its line, and the batch before it, which only a writer that a cut has made has.
    static func chain(_ writer: WriterID, _ origin: Origin?, _ ends: [BatchEnd]) -> Meaning {
        .fields([
            "writer": .nonce(writer), "root": .nonce(origin?.root ?? writer), "before": origin.map { end($0.before) } ?? .null,
            "ends": .list(ends.map(end)),
        ])
    }

    static func manifest(_ manifest: Manifest) -> Meaning {
        func chains(_ chains: [WriterID: [BatchEnd]]) -> Meaning {
            .list(chains.sorted { $0.key < $1.key }.map { chain($0.key, manifest.origins[$0.key], $0.value) })
        }
        return .fields([
            "critical_features": .count(manifest.criticalFeatures), "optional_features": .count(manifest.optionalFeatures),
            "space": .nonce(manifest.space), "collection": .text(manifest.collection), "packer": .nonce(manifest.packer),
            "packer_replica": .nonce(manifest.packerReplica), "epoch": .nonce(manifest.epoch),
            "packed_milliseconds": .count(manifest.packedMilliseconds), "base": knowledge(manifest.base),
            "chains": chains(manifest.chains), "contents": .hex(manifest.contents?.bytes ?? []),
            "segments": .list(manifest.segments.map {
                .fields([
                    "change_count": .count($0.changeCount), "body_byte_count": .count($0.bodyByteCount),
                    "sealed_byte_count": .count($0.sealedByteCount), "digest": .hex($0.digest),
                ])
            }),
            "delta": .nonce(manifest.id), "signature": .hex(manifest.signature),
        ])
    }

    private static func stated(_ contents: [StatedContents]) -> Meaning {
        .list(contents.map {
            .fields(["living": .hex($0.contents.living), "erased": .hex($0.contents.erased), "held_whole": .bool($0.isHeldWhole)])
        })
    }

    private static func ids(_ ids: [StatementID]) -> Meaning { .list(ids.map { .text($0.description) }) }

    static func message(_ message: Message) -> Meaning {
        switch message {
        case .hello(let hello):
            .fields([
                "type": .text("hello"), "version": .count(hello.version),
                "space": hello.space.map { .nonce($0) } ?? .null, "device": .nonce(hello.device),
                "replica": .nonce(hello.replica), "digest": .nonce(hello.digest), "roster_digest": .nonce(hello.rosterDigest),
                "carries": .count(hello.carries ? 1 : 0), "stays": .count(hello.stays ? 1 : 0),
            ])
        case .request(let request):
            .fields(["type": .text("request"), "request": .hex(request)])
        case .statements(let statements):
            .fields(["type": .text("statements"), "statements": .list(statements.map { .hex($0) })])
        case .heads(let heads):
            .fields(["type": .text("heads"), "heads": ids(heads)])
        case .stated: .fields(["type": .text("stated")])
        case .news: .fields(["type": .text("news")])
        case .anew: .fields(["type": .text("anew")])
        case .snapshotWanted(let collection): .fields(["type": .text("snapshotWanted"), "collection": .text(collection)])
        case .knowledge(let collection, let form, let contents, let partial):
            .fields([
                "type": .text("knowledge"), "collection": .text(collection), "knowledge": knowledge(form), "contents": stated(contents),
                "partial": .list(partial.map {
                    .fields([
                        "delta": .nonce($0.delta), "unreadable": .bool($0.isUnreadable),
                        "merged": .list($0.merged.map { .count($0) }),
                    ])
                }),
            ])
        case .wholeKnowledgeWanted(let collection):
            .fields(["type": .text("wholeKnowledgeWanted"), "collection": .text(collection)])
        case .manifest(let found):
            .fields(["type": .text("manifest"), "manifest": manifest(found)])
        case .segment(let segment):
            .fields([
                "type": .text("segment"), "delta": .nonce(segment.delta), "index": .count(segment.index),
                "sealed": .hex(segment.bytes),
            ])
        case .merged(let delta, let index):
            .fields(["type": .text("merged"), "delta": .nonce(delta), "index": .count(index)])
        case .receipt(let collection, let form, let contents):
            .fields(["type": .text("receipt"), "collection": .text(collection), "knowledge": knowledge(form), "contents": stated(contents)])
        case .chains(let collection, let chains):
            .fields([
                "type": .text("chains"), "collection": .text(collection),
                "chains": .list(chains.sorted { $0.key < $1.key }.map { chain($0.key, $0.value.origin, $0.value.ends) }),
            ])
        case .base(let collection, let form):
            .fields(["type": .text("base"), "collection": .text(collection), "knowledge": knowledge(form)])
        case .done: .fields(["type": .text("done")])
        case .working: .fields(["type": .text("working")])
        case .refusal(let code): .fields(["type": .text("refusal"), "code": .text(code)])
        case .preamble(let preamble):
            .fields([
                "type": .text("preamble"), "space": .nonce(preamble.space), "packer": .nonce(preamble.packer),
                "packer_replica": .nonce(preamble.packerReplica), "packed_milliseconds": .count(preamble.packedMilliseconds),
                "known_heads": ids(preamble.knownHeads), "heads": ids(preamble.heads),
            ])
        case .end(let count, let digest):
            .fields(["type": .text("end"), "frame_count": .count(count), "digest": .hex(digest)])
        }
    }

    /// Reads a body to its end.
    static func body(_ bytes: [UInt8], writerCount: Int) throws -> Meaning {
        try bytes.withUnsafeBytes { raw in
            var reader = try SegmentReader(raw, writerCount: writerCount)
            let tables = reader.tables.map { table in
                Meaning.fields([
                    "name": .text(table.name), "key_part_count": .count(table.keyPartCount),
                    "columns": .list(table.columns.compactMap { $0 }.map { column in
                        .fields([
                            "name": .text(column.name), "parts": .list(column.parts.map { .text($0) }),
                            "kind": .text("\(column.kind)".prefix { $0 != "(" }.description), "order": .list(column.kind.order.map { .text($0) }),
                        ])
                    }),
                ])
            }
            let records = reader.records.map { record -> Meaning in
                switch record.reference {
                case .key(let key): .fields(["table": .count(record.table), "key": Meaning.key(key)])
                case .anchor(let dot): .fields(["table": .count(record.table), "anchor": Meaning.dot(dot)])
                }
            }
            var changes: [Meaning] = []
            while let entry = try reader.next() { changes.append(try change(entry, &reader)) }
            return .fields(["tables": .list(tables), "records": .list(records), "changes": .list(changes)])
        }
    }

    private static func dot(_ dot: Dot) -> Meaning {
        .fields(["writer": .count(dot.writer.number), "sequence": .count(dot.sequence)])
    }

    private static func change(_ entry: SegmentReader.Entry, _ reader: inout SegmentReader) throws -> Meaning {
        let table = reader.tables[reader.records[entry.record].table]
        var names: [Meaning] = []
        var values: [Field] = []
        for number in entry.change.columns.numbers {
            guard number > 0, let column = table.columns[number - 1] else {
                names.append(.text("exists"))
                continue
            }
            names.append(.text(column.name))
            let parts = try column.parts.indices.map { part -> Meaning in
                let found = try reader.value(column: number, part: part)
                return found.type == .edit ? .fields(["edit": .hex(Array(found.bytes))]) : value(found.value)
            }
            values.append(Field(name: column.name, value: .list(parts)))
        }
        return .fields([
            "record": .count(entry.record), "dot": dot(entry.change.dot), "time_milliseconds": .count(entry.change.timeMilliseconds),
            "columns": .list(names),
            "context": .list(entry.change.context.entries.map {
                .fields(["writer": .count($0.writer.number), "last": .count($0.last)])
            }),
            "deletes": .bool(entry.change.deletes), "is_anchor": .bool(entry.change.isAnchor), "values": .object(values),
        ])
    }
}
