import Foundation

/// What somebody typed, patch by patch: real ones by the authors of josephg/editing-traces, or generated.
struct TextTrace {
    struct Patch {
        let position: Int
        let deleted: Int
        let typed: [Unicode.Scalar]
    }

    let name: String
    let patches: [Patch]
    /// nil where nobody says what must come of it.
    let end: [Unicode.Scalar]?

    private struct Stored: Decodable {
        struct Transaction: Decodable { let patches: [StoredPatch] }
        struct StoredPatch: Decodable {
            let patch: Patch
            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                patch = Patch(
                    position: try list.decode(Int.self), deleted: try list.decode(Int.self),
                    typed: Array(try list.decode(String.self).unicodeScalars))
            }
        }
        let startContent: String?
        let endContent: String
        let txns: [Transaction]
        let numAgents: Int?
    }

    /// - Parameter file: `NAME.json` or `NAME.json.gz`; one person's, without branches.
    /// - Returns: nil for a trace of several people.
    init?(file: URL) throws {
        var data = try Data(contentsOf: file)
        if file.pathExtension == "gz" {
            let unpack = Process()
            unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            unpack.arguments = ["gzip", "-dc", file.path]
            let pipe = Pipe()
            unpack.standardOutput = pipe
            try unpack.run()
            data = pipe.fileHandleForReading.readDataToEndOfFile()
            unpack.waitUntilExit()
        }
        let stored = try JSONDecoder().decode(Stored.self, from: data)
        guard stored.numAgents ?? 1 == 1 else { return nil }
        name = file.lastPathComponent.split(separator: ".").first.map(String.init) ?? file.lastPathComponent
        let start = Array((stored.startContent ?? "").unicodeScalars)
        patches = (start.isEmpty ? [] : [Patch(position: 0, deleted: 0, typed: start)]) + stored.txns.flatMap { $0.patches.map(\.patch) }
        end = Array(stored.endContent.unicodeScalars)
    }

    /// Prose as somebody types it: word by word, some of it taken back, now and then elsewhere in the text.
    init(generated count: Int, seed: UInt64) {
        var random = Drawing(state: seed)
        let words = ["de", "buurt", "komt", "samen", "in", "het", "plein,", "en", "morgen", "brengen", "wij", "soep.", "Anna", "heeft", "sleutels", "café", "ontmoeting"]
        var patches: [Patch] = []
        var length = 0
        var cursor = 0
        while patches.count < count {
            if random.next() % 40 == 0 { cursor = length == 0 ? 0 : Int(random.next() % UInt64(length + 1)) }
            for scalar in (words[Int(random.next() % UInt64(words.count))] + " ").unicodeScalars {
                patches.append(Patch(position: cursor, deleted: 0, typed: [scalar]))
                cursor += 1
                length += 1
                if random.next() % 6 == 0 {
                    patches.append(Patch(position: cursor - 1, deleted: 1, typed: []))
                    patches.append(Patch(position: cursor - 1, deleted: 0, typed: [scalar]))
                }
            }
        }
        name = "generated"
        self.patches = patches
        end = nil
    }

    /// A text that is drawn, of about so many bytes.
    static func prose(byteCount: Int, seed: UInt64) -> [Unicode.Scalar] {
        var random = Drawing(state: seed)
        let words = ["de", "buurt", "komt", "samen", "in", "het", "plein", "en", "morgen", "brengen", "wij", "soep", "Anna", "heeft", "sleutels", "mee"]
        var text = ""
        while text.utf8.count < byteCount {
            text += words[Int(random.next() % UInt64(words.count))]
            text += random.next() % 12 == 0 ? ".\n" : " "
        }
        return Array(text.unicodeScalars)
    }

    struct Drawing {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
