import Community
import CRDT
import Schema
import Store
import Wire

/// The rows that every measurement uses: W1 and W2 of the promises, the same on every machine and every run.
struct Workload {
    static let table = "contact"
    static let parts = [
        "kind", "given_name", "family_name", "phone", "email", "street", "postal_code", "city", "language", "notes",
        "neighbourhood",
    ]
    static let schema = Schema(tables: [
        Table(
            table, in: .people,
            columns: parts.map { Column($0, $0 == "notes" ? .text : .register) },
            purpose: "W1: a contact of twelve columns.")
    ])
    /// The same table as plain SQLite has it.
    static let plainTable =
        "create table contact (id text not null primary key, " + parts.map { "\($0) text" }.joined(separator: ", ") + ")"

    /// Parameters: the key, the eleven values.
    static let insert =
        "insert into contact (id, \(parts.joined(separator: ", "))) values (?\(String(repeating: ", ?", count: parts.count)))"

    /// splitmix64 (https://prng.di.unimi.it/splitmix64.c): small, and the same everywhere.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        mutating func pick(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    }

    /// A row as the C API takes it: the key and eleven values, UTF-8.
    struct Row {
        let id: [UInt8]
        let values: [[UInt8]]

        /// As an import takes it.
        var draft: ImportTableRow {
            ImportTableRow(
                table: Workload.table, key: [String(decoding: id, as: UTF8.self)],
                values: zip(Workload.parts, values).map { ($0, .text($1)) })
        }
    }

    static let given = "Fatima Jan Maria Ahmed Anna Piet Zoë Mohamed Sophie Kees Aïsha Willem Lotte Youssef Emma Bram Noor Daan Sanne Mehmet Eva Lars Julia Omar Tess Ruben Iris Hassan Femke Thijs".split(separator: " ").map(String.init)
    static let family = "de Vries|Jansen|van den Berg|Bakker|el Amrani|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Yılmaz|Çelik|Müller|Nowak|Ivanova|Okafor|da Silva|Rossi|Kovač|Nguyen".split(separator: "|").map(String.init)
    static let streets = "Dorpsstraat Kerkweg Molenlaan Schoolstraat Lindelaan Parkweg Stationsstraat Beukenhof Wilgenpad Marktplein Havenkade Vlietsingel Rozengracht Tulpstraat Zonneweg".split(separator: " ").map(String.init)
    static let words = "helpt graag met boodschappen koken wandelen voorlezen op dinsdag ochtend middag avond liever bellen dan mailen trap lift hond tuin fiets auto Engels spreekt ook buurvrouw vraagt koffie samen eten lezen muziek".split(separator: " ").map(String.init)

    private static let syllables = "ba be bo da de do fa ga ha hu ja jo ka ke ko la le lo ma mo na ne no pa ra ro sa so ta te to va ve wi zo".split(separator: " ").map(String.init)

    /// Names and words that are not all from a short list: made up, so that they compress no better than real ones.
    static func familyName(_ g: inout Generator) -> String {
        g.pick(3) == 0 ? family[g.pick(30)] : (0..<3).map { _ in syllables[g.pick(35)] }.joined().capitalized
    }
    static func street(_ g: inout Generator) -> String {
        "\(syllables[g.pick(35)].capitalized)\(syllables[g.pick(35)])\(streets[g.pick(15)].lowercased()) \(1 + g.pick(300))"
    }
    static func word(_ g: inout Generator) -> String {
        g.pick(4) == 0 ? words[g.pick(words.count)] : syllables[g.pick(35)] + syllables[g.pick(35)] + (g.pick(2) == 0 ? syllables[g.pick(35)] : "")
    }

    /// Rows one by one: nothing of a million is kept in memory.
    struct Rows: Sequence, IteratorProtocol {
        private var generator = Workload.Generator(state: 1)
        private var index = 0
        private let count: Int
        init(count: Int) { self.count = count }

        mutating func next() -> Row? {
            guard index < count else { return nil }
            defer { index += 1 }
            var g = generator
            defer { generator = g }
            let given = Workload.given[g.pick(30)], family = Workload.familyName(&g)
            let note = (0..<11).map { _ in Workload.word(&g) }.joined(separator: " ")
            let letters = "ABCDEGHJKLMNPRSTVWXZ".map(String.init)
            let values = [
                "individual", given, family, "+316\(10_000_000 + g.pick(89_999_999))",
                "\(given.lowercased()).\(g.pick(1_000_000))@example.org",
                Workload.street(&g), "\(3000 + g.pick(99)) \(letters[g.pick(20)])\(letters[g.pick(20)])",
                "Rotterdam", ["nl", "nl", "nl", "en", "ar", "tr"][g.pick(6)], note, "Wijk \(1 + g.pick(40))",
            ]
            return Row(id: Workload.id(index, &g), values: values.map { Array($0.utf8) })
        }
    }

    /// Time-ordered, as by default: 12 digits of milliseconds, 20 random ones.
    private static func id(_ index: Int, _ generator: inout Workload.Generator) -> [UInt8] {
        var writer = Nonce(high: generator.next(), low: generator.next()).bytes
        let milliseconds = UInt64(1_700_000_000_000 + 37 * index)
        for byte in 0..<6 { writer[byte] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(byte))) }
        return writer.withUnsafeBytes { unpackedID($0) }
    }

    /// One side's churn: distinct rows with one to three single-column edits each; 1 % of them deleted as well.
    struct Churn {
        var edits: [(row: Int, part: Int, value: [UInt8])] = []
        var deletes: [Int] = []
    }

    /// W2: 5.95 % of the rows on each side; every twentieth edit is on the same cell on both sides.
    static func churn(rowCount: Int) -> (Churn, Churn) {
        var generator = Generator(state: 2)
        let touched = rowCount * 595 / 10_000
        func side(_ seed: UInt64) -> Churn {
            var g = Generator(state: seed)
            var rows = Set<Int>()
            while rows.count < touched { rows.insert(g.pick(rowCount)) }
            var churn = Churn()
            for row in rows.sorted() {
                let editCount = [1, 2, 2, 2, 2][g.pick(5)] + (g.pick(50) == 0 ? 1 : 0)
                var parts = Set<Int>()
                while parts.count < editCount { parts.insert(1 + g.pick(10)) }
                for part in parts.sorted() { churn.edits.append((row, part, value(part, &g))) }
                if g.pick(100) == 0 { churn.deletes.append(row) }
            }
            return churn
        }
        var (left, right) = (side(3), side(4))
        for index in left.edits.indices where generator.pick(20) == 0 && index < right.edits.count {
            right.edits[index] = (left.edits[index].row, left.edits[index].part, right.edits[index].value)
        }
        left.edits.shuffle(using: &generator)
        right.edits.shuffle(using: &generator)
        return (left, right)
    }

    private static func value(_ part: Int, _ g: inout Generator) -> [UInt8] {
        let text: String = switch part {
        case 1: given[g.pick(30)]
        case 2: familyName(&g)
        case 3: "+316\(10_000_000 + g.pick(89_999_999))"
        case 4: "\(given[g.pick(30)].lowercased()).\(g.pick(1_000_000))@example.org"
        case 5: street(&g)
        case 6: "\(3000 + g.pick(99)) AB"
        case 9: (0..<3).map { _ in word(&g) }.joined(separator: " ")
        default: "Wijk \(1 + g.pick(40))"
        }
        return Array(text.utf8)
    }
}
