import Foundation

/// The package as text.
enum Sources {
    struct File {
        /// From the package's root.
        let name: String
        let lines: [String]

        /// The modules that it imports.
        var imports: [String] {
            lines.lazy.filter { $0.contains("import ") }.compactMap { line in
                line.firstMatch(of: /^(?:@\w+ )?(?:package |internal |private |public )?import (?:struct |class |enum |func )?(\w+)/)
                    .map { String($0.1) }
            }
        }

        /// Where one of these words stands outside comments and texts, with line numbers from 1.
        func code(with words: [String]) -> [(number: Int, word: String)] {
            lines.enumerated().flatMap { offset, line -> [(number: Int, word: String)] in
                let present = words.filter { line.contains($0) }
                guard !present.isEmpty else { return [] }
                let withoutTexts = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
                let code = withoutTexts.prefix(upTo: withoutTexts.firstRange(of: "//")?.lowerBound ?? withoutTexts.endIndex)
                return present.filter { code.contains($0) }.map { (offset + 1, $0) }
            }
        }
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    static func url(_ name: String) -> URL { root.appendingPathComponent(name) }

    static func text(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

    /// The folder of a room, within its wing.
    static func room(_ name: String) throws -> String {
        for wing in try folders(of: "Sources").sorted() where try folders(of: "Sources/\(wing)").contains(name) { return "Sources/\(wing)/\(name)" }
        throw CocoaError(.fileNoSuchFile)
    }

    static func folders(of folder: String) throws -> Set<String> {
        let found = try FileManager.default.contentsOfDirectory(at: url(folder), includingPropertiesForKeys: [.isDirectoryKey])
        return Set(found.filter { $0.hasDirectoryPath }.map(\.lastPathComponent))
    }

    /// The Swift files under a folder, by name.
    static func files(of folder: String) throws -> [File] {
        guard let walk = FileManager.default.enumerator(atPath: url(folder).path) else { throw CocoaError(.fileNoSuchFile) }
        var names: [String] = []
        while let name = walk.nextObject() as? String {
            if name.hasSuffix(".swift") { names.append("\(folder)/\(name)") }
        }
        return try names.sorted().map { name in
            File(name: name, lines: try text(name).split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// 1048576 as 1,048,576.
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }
}
