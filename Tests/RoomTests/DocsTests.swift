import Foundation
import Testing

/// The pages that people read: short where they arrive, with links that lead somewhere, and true of the tables.
@Suite struct DocsTests {
    /// Every page of the package, by its name from the root; what is built is left out.
    private static func pages() throws -> [String] {
        var names = try FileManager.default.contentsOfDirectory(atPath: Sources.url("").path).filter { $0.hasSuffix(".md") }
        for folder in ["Docs", "Examples", "Fixtures", "Sources", "Tests"] {
            let walk = FileManager.default.enumerator(atPath: Sources.url(folder).path)
            while let name = walk?.nextObject() as? String {
                if name.hasSuffix(".md"), !name.contains(".build"), !name.contains(".docc/") { names.append("\(folder)/\(name)") }
            }
        }
        return names.sorted()
    }

    /// A page without what stands between fences, where brackets and number signs mean other things.
    private static func prose(of page: String) throws -> [Substring] {
        var isCode = false
        return try Sources.text(page).split(separator: "\n").filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode && !line.hasPrefix("```")
        }
    }

    /// The anchors that a page's headings have, as forges make them: small letters, digits, hyphens; blanks become hyphens.
    private static func anchors(of page: String) throws -> Set<String> {
        Set(try prose(of: page).filter { $0.hasPrefix("#") }.map { line in
            let heading = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
            return String(heading.map { $0 == " " ? "-" : $0 }.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        })
    }

    @Test func readmeIsShort() throws {
        #expect(try Sources.text("README.md").utf8.count <= 12_000)
    }

    @Test func linksLeadSomewhere() throws {
        let pages = try DocsTests.pages()
        #expect(pages.count >= 8, "\(pages)")
        var count = 0
        for page in pages {
            for line in try DocsTests.prose(of: page) {
                for match in line.matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains("://") {
                    let pieces = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                    let folder = (page as NSString).deletingLastPathComponent
                    let target = pieces[0].isEmpty ? page : ((folder as NSString).appendingPathComponent(pieces[0]) as NSString).standardizingPath
                    count += 1
                    guard FileManager.default.fileExists(atPath: Sources.url(target).path) else {
                        Issue.record("\(page): no file \(match.1)")
                        continue
                    }
                    if pieces.count > 1 { #expect(try DocsTests.anchors(of: target).contains(pieces[1]), "\(page): no heading \(match.1)") }
                }
            }
        }
        #expect(count >= 60, "\(count)")
    }

    /// The list of contents names each chapter of Protocol.md once.
    @Test func theProtocolHasContents() throws {
        let lines = try DocsTests.prose(of: "Protocol.md")
        let chapters = lines.filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
        let contents = lines.prefix { !$0.hasPrefix("## ") }.joined(separator: "\n").matches(of: /\[([^\]]+)\]\(#/).map { String($0.1) }
        #expect(chapters.count >= 25)
        #expect(contents.sorted() == chapters.sorted())
    }

    /// A comment that points to a chapter of a page points to one that is there: a heading, or words in bold.
    @Test func commentsPointSomewhere() throws {
        var count = 0
        for file in try Sources.files(of: "Sources") + Sources.files(of: "Tests") + Sources.files(of: "Benchmarks") {
            for (offset, line) in file.lines.enumerated() where line.contains(".md, \"") {
                for match in line.matches(of: /((?:Docs\/)?[A-Z]\w+\.md), "([^"]+)"(?:, "([^"]+)")?/) {
                    guard let lines = try? DocsTests.prose(of: String(match.1)) else {
                        Issue.record("\(file.name):\(offset + 1): no page \(match.1)")
                        continue
                    }
                    for name in [match.2, match.3 ?? match.2] {
                        let isThere = lines.contains { $0.hasPrefix("#") && $0.hasSuffix("# \(name)") || $0.contains("**\(name)") }
                        #expect(isThere, "\(file.name):\(offset + 1): no \(name) in \(match.1)")
                    }
                    count += 1
                }
            }
        }
        #expect(count >= 40, "\(count)")
    }

    /// Each test, broken rule, command and model that Proof.md names is there, and each fault that trials found has one.
    @Test func whatProofNamesIsThere() throws {
        let page = try Sources.text("Docs/Proof.md")
        let tests = try Sources.files(of: "Tests")
        let named = page.matches(of: /`(\w+Tests)\.(\w+)`/)
        for match in named {
            let files = tests.filter { $0.name.hasSuffix("/\(match.1).swift") }
            #expect(files.contains { $0.lines.contains { $0.contains("func \(match.2)(") } }, "\(match.0)")
        }
        #expect(named.count >= 80, "\(named.count)")
        let rules = try Sources.text("Sources/Core/CRDT/Mutation.swift")
        for match in page.matches(of: /`KITH_MUTATION=([a-z-]+)`/) { #expect(rules.contains("\"\(match.1)\""), "\(match.0)") }
        let makefile = try Sources.text("Makefile").split(separator: "\n")
        for match in page.matches(of: /`make ([a-z-]+)/) { #expect(makefile.contains { $0.hasPrefix("\(match.1):") }, "\(match.0)") }
        for match in page.matches(of: /`(Tests\/Models\/\w+\.py)`/) {
            #expect(FileManager.default.fileExists(atPath: Sources.url(String(match.1)).path), "\(match.0)")
        }
        let numbers = page.matches(of: /\n\| (\d+) \| [^|]+ \| [^|]*(?:`|none)[^|]* \|/).compactMap { Int($0.1) }
        #expect(numbers == Array(1...27))
    }

    /// Every table and SQL column of the neighbourhood stands in Docs/Community.md.
    @Test func tablesStandInTheDocs() throws {
        let text = try Sources.text("Docs/Community.md")
        var count = 0
        for file in try Sources.files(of: "Sources/Neighbourhood/Community/Tables") {
            let source = file.lines.joined(separator: "\n")
            let names = source.matches(of: /(?:Table|Column|Part)\(\s*"([a-z_]+)"/).map { String($0.1) }
            for name in names {
                #expect(text.contains("`\(name)`"), "\(file.name): \(name)")
                count += 1
            }
        }
        #expect(count >= 100, "\(count)")
    }
}
