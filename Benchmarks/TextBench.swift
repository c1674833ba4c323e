import CRDT
import CZstd
import Foundation
import Wire

/// Text that merges, through the pure core: typing, what is kept, what is sent, branches, and the difference of one word.
struct TextBench {
    /// Where traces lie; nil: there are none.
    let traces: URL?

    private static let one = WriterOrdinal(1), two = WriterOrdinal(2)
    private static let names = [one: WriterID(high: 0, low: 1), two: WriterID(high: 0, low: 2)]

    struct Failure: Error, CustomStringConvertible { let description: String }

    func run() throws -> [Figure] {
        var figures: [Figure] = []
        var all = [TextTrace(generated: 200_000, seed: 1)]
        for file in try traces.map({ try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }) ?? []
        where file.lastPathComponent.contains(".json") {
            if let trace = try TextTrace(file: file) { all.append(trace) } else { print("\(file.lastPathComponent): of several people; not replayed") }
        }
        for trace in all { for patchCount in [1, 200] { figures += try typing(trace, patchesPerStamp: patchCount) } }
        figures += try word(kilobytes: 10, promise: 200)
        figures += try word(kilobytes: 100, promise: nil)
        figures += try branches()
        return figures
    }

    // MARK: Typing

    private func typed(_ patches: some Sequence<TextTrace.Patch>, into text: inout Text, by writer: WriterOrdinal, patchesPerStamp: Int, seeing context: Context, from first: UInt32 = 1) throws {
        var dot = Dot(writer, first)
        var left = patchesPerStamp
        var offset: UInt32 = 0
        for patch in patches {
            if left == 0 {
                dot = Dot(writer, dot.sequence + 1)
                left = patchesPerStamp
                offset = 0
            }
            try text.type(patch.typed, over: patch.position..<patch.position + patch.deleted, as: dot, seeing: context, offset: offset)
            offset += UInt32(patch.typed.count)
            left -= 1
        }
    }

    private func typing(_ trace: TextTrace, patchesPerStamp: Int) throws -> [Figure] {
        var times: [Double] = []
        var text = Text(names: TextBench.names)
        for _ in 0..<5 {
            text = Text(names: TextBench.names)
            times.append(try measured { try typed(trace.patches, into: &text, by: TextBench.one, patchesPerStamp: patchesPerStamp, seeing: .empty) })
        }
        let shown = Array(text.shown.utf8)
        if let end = trace.end, Array(string(end).utf8) != shown { throw Failure(description: "\(trace.name) became another text") }
        var blob: [UInt8] = []
        let encoding = measured { blob = TextBlob.encode(text, column: shown) }
        var again = Text(names: TextBench.names)
        let decoding = try measured { again = try TextBlob.decode(blob, column: shown, names: TextBench.names) }
        guard TextBlob.encode(again, column: shown) == blob else { throw Failure(description: "\(trace.name) is not read back") }
        let both = shown + blob
        let name = "\(trace.name), a stamp every \(patchesPerStamp)"
        return [
            Figure(name: "\(name): patches a second", ours: Double(trace.patches.count) / times.median / 1e6, unit: "M/s", note: "\(text.runCount) runs"),
            Figure(name: "\(name): blob written", ours: encoding * 1e3, unit: "ms"),
            Figure(name: "\(name): blob read", ours: decoding * 1e3, unit: "ms"),
            Figure(name: "\(name): text and blob", ours: Double(both.count) / 1e3, unit: "kB", note: "text \(shown.count), blob \(blob.count)"),
            Figure(name: "\(name): zstd -3", ours: Double(compressed(both, 3)) / 1e3, unit: "kB"),
            Figure(
                name: "\(name): zstd -19", ours: Double(compressed(both, 19)) / 1e3, unit: "kB",
                promise: trace.name == "automerge-paper" ? 65 : nil, note: "text alone \(compressed(shown, 19)), blob alone \(compressed(blob, 19))"),
        ]
    }

    private func compressed(_ bytes: [UInt8], _ level: Int32) -> Int {
        var out = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        return ZSTD_compress(&out, out.count, bytes, bytes.count, level)
    }

    // MARK: One word

    /// - Parameter promise: of what an UPDATE costs to capture, in microseconds.
    private func word(kilobytes: Int, promise: Double?) throws -> [Figure] {
        let old = TextTrace.prose(byteCount: kilobytes * 1_000, seed: 7)
        // A text with a past: typed in passages of 40 patches, with corrections.
        var text = Text(names: TextBench.names)
        _ = try text.write(old, as: Dot(TextBench.one, 1), seeing: .empty)
        var sequence: UInt32 = 1
        var random = TextTrace.Drawing(state: 3)
        for _ in 0..<kilobytes * 5 {
            sequence += 1
            let position = Int(random.next() % UInt64(text.livingCount - 8))
            try text.type(Array(" nieuw".unicodeScalars), over: position..<position + 4, as: Dot(TextBench.one, sequence), seeing: .empty, offset: 0)
        }
        let before = Array(text.shown.unicodeScalars)
        let place = before.count / 2
        var new = before
        let start = before[place...].firstIndex(of: " ") ?? place
        new.replaceSubrange(start..<start, with: Array(" vrijdag".unicodeScalars))
        let column = Array(string(before).utf8)
        let changed = Array(string(new).utf8)
        let blob = TextBlob.encode(text, column: column)

        let diffs = (0..<25).map { _ in measured { _ = TextDiff.hunks(from: before, to: new) } }
        var captures: [Double] = []
        var delta: [UInt8] = []
        for _ in 0..<25 {
            captures.append(try measured {
                var read = try TextBlob.decode(blob, column: column, names: TextBench.names)
                let change = try read.write(Value.text(changed).prose ?? [], as: Dot(TextBench.one, sequence + 1), seeing: .empty)
                _ = TextBlob.encode(read, column: changed)
                var out = ByteWriter()
                out.textChanges(change.map { [$0] } ?? [])
                delta = out.bytes
            })
        }
        return [
            Figure(name: "one word in \(kilobytes) kB: difference", ours: diffs.median * 1e6, unit: "us"),
            Figure(name: "one word in \(kilobytes) kB: read, captured, written", ours: captures.median * 1e6, unit: "us", promise: promise, note: "\(text.runCount) runs, blob \(blob.count) B"),
            Figure(name: "one word in \(kilobytes) kB: the change", ours: Double(delta.count), unit: "B", promise: 100),
        ]
    }

    // MARK: Branches

    /// Two people at one text of 100 kB, apart for 20,000 patches each.
    private func branches() throws -> [Figure] {
        var start = Text(names: TextBench.names)
        _ = try start.write(TextTrace.prose(byteCount: 100_000, seed: 9), as: Dot(TextBench.one, 1), seeing: .empty)
        var (mine, theirs) = (start, start)
        let seen = Context([.init(TextBench.one, 1)])
        try typed(TextTrace(generated: 20_000, seed: 11).patches, into: &mine, by: TextBench.one, patchesPerStamp: 20, seeing: seen, from: 2)
        try typed(TextTrace(generated: 20_000, seed: 12).patches, into: &theirs, by: TextBench.two, patchesPerStamp: 20, seeing: seen)
        var base = VersionVector()
        base[TextBench.one] = 1
        var delta: [TextChange] = []
        let packing = measured { delta = theirs.changes(beyond: base) }
        var out = ByteWriter()
        out.textChanges(delta)
        var merged = mine
        let merging = try measured { try merged.take(delta) }
        var view = merged.view
        let viewing = measured { view = merged.view }
        try theirs.take(mine.changes(beyond: base))
        guard theirs == merged else { throw Failure(description: "the branches differ") }
        return [
            Figure(name: "branches of 20,000 patches: packed", ours: packing * 1e3, unit: "ms", note: "\(delta.count) changes, \(out.bytes.count) B, zstd -3 \(compressed(out.bytes, 3))"),
            Figure(name: "branches of 20,000 patches: merged", ours: merging * 1e3, unit: "ms"),
            Figure(name: "branches of 20,000 patches: shown", ours: viewing * 1e3, unit: "ms", note: "\(view.overlaps.count) overlaps"),
        ]
    }
}
