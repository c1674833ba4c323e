import Foundation
import Testing

/// `Docs/JSON.md` as tests read it: for each command the paths of its answer, with their types.
struct JSONPage {
    struct Place {
        /// "rows[].also_as[]" in pieces; `*` stands for any name.
        let pieces: [String]
        let type: String
        let isNullable: Bool
    }

    static let page = Result { try JSONPage(String(contentsOfFile: file, encoding: .utf8)) }
    static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Docs/JSON.md").standardizedFileURL.path

    /// Commands that are meant when none of theirs is named.
    private static let standard = ["kith add": "row", "kith match": "list", "kith invite": "new", "kith export": "list"]

    let sections: [String: [Place]]

    init(_ text: String) throws {
        var rows: [String: [(key: String, type: String)]] = [:]
        var included: [String: [String]] = [:]
        var name = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("### ") {
                name = String(line.dropFirst(4))
                rows[name] = []
            } else if let match = line.wholeMatch(of: /\| `([^`]+)` \| (?:\[([a-z]+)\]\(#[a-z]+\)(\?)?|([a-z]+\??)) \|.*\|/) {
                rows[name]?.append((String(match.1), match.2.map { String($0) + (match.3 ?? "") } ?? String(match.4!)))
            } else if line.hasPrefix("| `") {
                throw CocoaError(.formatting, userInfo: [NSLocalizedDescriptionKey: "\(line)"])
            } else if line.hasPrefix("And all of ") {
                included[name] = line.matches(of: /\[([a-z]+)\]/).map { String($0.1) }
            }
        }
        func places(of name: String) throws -> [Place] {
            let own = try rows[name, default: []].flatMap { key, type -> [Place] in
                let pieces = key.split(separator: ".").map(String.init)
                let isNullable = type.hasSuffix("?")
                let plain = isNullable ? String(type.dropLast()) : type
                guard rows[plain] != nil else { return [Place(pieces: pieces, type: plain, isNullable: isNullable)] }
                return [Place(pieces: pieces, type: "object", isNullable: isNullable)]
                    + (try places(of: plain).map { Place(pieces: pieces + $0.pieces, type: $0.type, isNullable: $0.isNullable) })
            }
            return own + (try included[name, default: []].flatMap { part in
                guard rows[part] != nil else { throw CocoaError(.formatting, userInfo: [NSLocalizedDescriptionKey: "no part \(part)"]) }
                return try places(of: part)
            })
        }
        sections = try Dictionary(uniqueKeysWithValues: rows.keys.map { ($0, try places(of: $0)) })
    }

    /// The section of a command line.
    func section(_ program: String, _ arguments: [String]) -> String? {
        let words = [program] + arguments.prefix { !$0.hasPrefix("-") }
        let one = words.prefix(2).joined(separator: " ")
        return [words.prefix(3).joined(separator: " "), one, one + " " + (JSONPage.standard[one] ?? "")].first { sections[$0] != nil }
    }

    /// What an answer has that the page does not say, or says otherwise.
    ///
    /// - Parameter section: of the page.
    func faults(of answer: String, in section: String) -> [String] {
        guard answer.hasPrefix("{\"format\": 1") else { return ["no format: \(answer.prefix(40))"] }
        guard let value = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any] else { return ["not an object: \(answer.prefix(40))"] }
        var found: [String] = []
        for (key, member) in value where key != "format" { look(member, [key], sections[section] ?? [], &found) }
        return found.map { "\(section): \($0)" }
    }

    private func look(_ value: Any, _ path: [String], _ places: [Place], _ found: inout [String]) {
        func fits(_ place: Place, _ path: [String]) -> Bool {
            place.pieces.count == path.count && zip(place.pieces, path).allSatisfy { $0 == $1 || ($0.hasPrefix("*") && ($0 == "*" ? !$1.hasSuffix("[]") : $1.hasSuffix("[]"))) }
        }
        let here = places.filter { fits($0, path) }
        let isInside = places.contains { $0.pieces.count > path.count && fits(Place(pieces: Array($0.pieces.prefix(path.count)), type: "", isNullable: false), path) }
        let isAny = here.contains { $0.type == "value" }
        let name = path.joined(separator: ".")
        switch value {
        case let members as [String: Any]:
            if isAny, Set(members.keys) == ["hex"] { return }
            if !isInside, !members.isEmpty || here.isEmpty { found.append("\(name) is not told") }
            for (key, member) in members where isInside { look(member, path + [key], places, &found) }
        case let members as [Any]:
            let inner = Array(path.dropLast()) + [path.last! + "[]"]
            let isTold = places.contains { $0.pieces.count >= inner.count && (fits(Place(pieces: Array($0.pieces.prefix(inner.count)), type: "", isNullable: false), inner) || fits(Place(pieces: Array($0.pieces.prefix(inner.count)), type: "", isNullable: false), Array(path.dropLast()) + [path.last! + "[][]"])) }
            if !isTold { found.append("\(name)[] is not told") }
            for member in members where isTold { look(member, inner, places, &found) }
        default:
            guard !here.isEmpty else { return found.append("\(name) is not told") }
            if !here.contains(where: { JSONPage.fits(value, $0) }) { found.append("\(name): \(value) is no \(here.map(\.type).joined(separator: " or "))") }
        }
    }

    private static func fits(_ value: Any, _ place: Place) -> Bool {
        if value is NSNull { return place.isNullable || place.type == "value" }
        if let text = value as? String {
            return switch place.type {
            case "string", "value": true
            case "time": text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z/) != nil
            case "day": text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil
            default: false
            }
        }
        guard let number = value as? NSNumber else { return false }
        // Foundation's booleans are numbers too.
        return place.type == "value" || place.type == (String(cString: number.objCType) == "c" ? "boolean" : "number")
    }
}

extension Command.Outcome {
    /// Holds what a program answered with `--json` against the page.
    func checkJSON(_ program: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        guard arguments.contains("--json"), ["kith", "kith-relay"].contains(program), !arguments.contains("--help") else { return }
        let page = try JSONPage.page.get()
        guard code != 64 else { return }
        let section = page.section(program, arguments)
        var faults = section == nil && !out.isEmpty ? ["no section for \(program) \(arguments.prefix(3))"] : []
        for line in out.split(separator: "\n") where section != nil && arguments.first != "open" { faults += page.faults(of: String(line), in: section!) }
        for line in err.split(separator: "\n") where line.hasPrefix("{") { faults += page.faults(of: String(line), in: "error") }
        #expect(faults.isEmpty, "\(arguments): \(faults.prefix(8))", sourceLocation: sourceLocation)
    }
}
