import ArgumentParser
import CRDT
import Community
import Device
import Engine
import Foundation
import Store

extension BenchCommand {
    struct Page: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "page", abstract: "Every screen of the page on a neighbourhood at full size, asked of the real server over loopback.",
            discussion: """
                Milliseconds from a question to the last byte of its answer, as the clock has them: the median and the 99th percentile. First as the list \
                stands, then each time after somebody else wrote to it. Figures marked MISSED do not keep what is promised.
                """)

        @Option(help: "Contacts; every fifth is there twice.")
        var contacts = 100_000

        @Option(help: "Visits of each screen.")
        var visits = 100

        @Option(help: "Visits of each screen after a write.")
        var writes = 5

        @Option(help: "The program kith.")
        var kith: String

        @Option(help: "Only screens with this word.")
        var only: String?

        @Option(help: "A folder to keep the space in, and to take it from when it is there.")
        var folder: String?

        @Option(help: "Also write the figures as JSON to this file.")
        var json: String?

        func run() throws {
            let space = PeopleFolder(folder, contactCount: contacts)
            defer { space.removeIfTemporary() }
            let figures = try PageBench(space: space, program: kith, visitCount: visits, writeCount: writes, only: only).run()
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
            }
            if figures.contains(where: { $0.isKept == false }) { throw ExitCode(1) }
        }
    }
}

/// Times the page.
struct PageBench {
    let space: PeopleFolder
    let program: String
    let visitCount: Int
    let writeCount: Int
    let only: String?

    private static let paintPromise = 300.0, screenPromise = 100.0, typingPromise = 20.0, memoryPromise = 150.0
    private static let typed = ["jansen", "fatima v", "de vries", "0612", "lindelaan 4", "zuiderhaven", "zzqqxx", "wandelclub"]

    private var screens: [(name: String, path: String)] {
        let person = PeopleSpace.contactID(0), initiative = PeopleSpace.id(7, 3), gathering = PeopleSpace.id(9, 3)
        return [
            ("Today", "/vandaag"), ("Today, all of those not reached", "/vandaag?alle=1"), ("Find", "/zoeken"), ("Find: a name", "/zoeken?vraag=visser"),
            ("Find: nobody", "/zoeken?vraag=zzqqxx"), ("A person", "/contact/\(person)"), ("A person, to edit", "/contact/\(person)/bewerken"), ("A moment", "/moment"),
            ("Help", "/hulp"), ("Help, all", "/hulp?alle=1"), ("Initiatives", "/initiatieven"), ("Initiatives at risk", "/initiatieven?dreigt=1"),
            ("An initiative", "/initiatieven/\(initiative)"), ("Attendance", "/tellen/\(gathering)"), ("Exchange", "/uitwisselen"), ("Exchange: only here", "/uitwisselen/alleen-hier"),
            ("Reports", "/verslagen"), ("A report", "/verslagen/reach"), ("Choose", "/kiezen"), ("Maybe twice", "/dubbelen"), ("Laptops", "/apparaten"),
            ("Settings", "/instellingen"), ("Keep", "/bewaren"), ("Help, to edit", "/wijzigen/help_item/\(PeopleSpace.id(5, 3))"), ("An initiative, to edit", "/wijzigen/initiative/\(initiative)"),
            ("Retention", "/bewaartermijnen"), ("Relays", "/doorgeefservers"), ("Passphrase", "/wachtzin"), ("Restore", "/terugzetten"), ("A call list", "/bellijst"), ("A call list of an area", "/bellijst?gebied=Wijk+3"),
            ("A call list, to fill in", "/bellijst/invullen"), ("Labels of an area", "/etiketten?gebied=Wijk+3"), ("Guide", "/uitleg"),
        ].filter { only == nil || $0.0.localizedCaseInsensitiveContains(only!) }
    }

    func run() throws -> [Figure] {
        try space.make()
        var figures: [Figure] = []
        func add(_ figure: Figure) {
            print(figure.line + (figure.note.map { "  " + $0 } ?? ""))
            figures.append(figure)
        }
        let start = ContinuousClock.now
        let page = try PageClient(program, space.environment.variables)
        _ = try page.get("/vandaag")
        let paint = ContinuousClock.now - start
        add(Figure(name: "First page after kith open", ours: Double(paint.components.seconds) * 1e3 + Double(paint.components.attoseconds) / 1e15, unit: "ms", promise: PageBench.paintPromise))
        // What takes long is made beside, once; meanwhile the page says so.
        try waitUntilMade(page)
        for screen in screens {
            try visit(screen.name, screen.path, visitCount, PageBench.screenPromise, page).forEach(add)
        }
        if only == nil {
            var times: [Double] = []
            for text in PageBench.typed {
                for count in 1...text.count {
                    let asked = String(text.prefix(count)).replacing(" ", with: "+")
                    times.append(try page.get("/zoeken/deel?vraag=\(asked)").milliseconds)
                }
            }
            add(figure("Find as you type, a letter", times, 0.5, nil))
            add(figure("Find as you type, a letter: p99", times, 0.99, PageBench.typingPromise))
        }
        for screen in screens where writeCount > 0 {
            var times: [Double] = []
            for _ in 0..<writeCount {
                try space.write()
                times.append(try page.get(screen.path).milliseconds)
            }
            add(figure("\(screen.name), after a write: the slowest", times, 1, PageBench.screenPromise))
        }
        add(Figure(
            name: "Memory, the most", ours: Double(peakMemoryByteCount(of: String(page.process.processIdentifier))) / 1e6, unit: "MB", promise: PageBench.memoryPromise,
            note: String(format: "%.1f CPU s in all", page.cpuSeconds)))
        return figures
    }

    private func visit(_ name: String, _ path: String, _ count: Int, _ promise: Double, _ page: PageClient) throws -> [Figure] {
        var times: [Double] = []
        var byteCount = 0
        let before = page.cpuSeconds
        for _ in 0..<count {
            let answer = try page.get(path)
            guard answer.status == 200 else { throw BenchFailure(what: "\(path) answers \(answer.status)") }
            times.append(answer.milliseconds)
            byteCount = answer.body.count
        }
        let cpu = (page.cpuSeconds - before) * 1e3 / Double(count)
        return [figure(name, times, 0.5, nil, String(format: "%d kB, CPU %.1f ms", byteCount / 1_000, cpu)), figure(name + ": p99", times, 0.99, promise)]
    }

    private func figure(_ name: String, _ times: [Double], _ part: Double, _ promise: Double?, _ note: String? = nil) -> Figure {
        let sorted = times.sorted()
        return Figure(name: name, ours: sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))], unit: "ms", promise: promise, note: note)
    }

    /// Until no screen says that something is being made.
    private func waitUntilMade(_ page: PageClient) throws {
        for path in ["/zoeken?vraag=visser", "/verslagen", "/dubbelen"] {
            let start = ContinuousClock.now
            while String(decoding: try page.get(path).body, as: UTF8.self).contains("http-equiv=\"refresh\"") {
                guard ContinuousClock.now - start < .seconds(300) else { throw BenchFailure(what: "\(path) is not made in five minutes") }
                usleep(100_000)
            }
        }
        // Counted beside: what stands at the top.
        _ = try page.get("/kiezen")
        sleep(2)
    }
}

/// The folder that holds a space at full size, made when it is not there.
struct PeopleFolder {
    let url: URL
    let contactCount: Int
    private let isTemporary: Bool

    init(_ path: String?, contactCount: Int) {
        isTemporary = path == nil
        url = path.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("kith-people-\(ProcessInfo.processInfo.processIdentifier)")
        self.contactCount = contactCount
    }

    var path: String { url.appendingPathComponent("people.kith").path }

    var environment: EngineEnvironment {
        let system = EngineEnvironment.system()
        return EngineEnvironment(
            variables: system.variables.merging(
                ["HOME": url.path, "XDG_DATA_HOME": url.path + "/data", "XDG_CONFIG_HOME": url.path + "/config", "XDG_STATE_HOME": url.path + "/state",
                 "XDG_RUNTIME_DIR": "", "KITH_REPLICA": path, "KITH_LANG": "en", "KITH_NEARBY": "off"]) { $1 },
            nowMilliseconds: system.nowMilliseconds, nonce: system.nonce)
    }

    func make() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let environment = environment
        let replica = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: path, environment)
        try replica.unlock()
        let seconds = try measured { try PeopleSpace(contactCount: contactCount).fill(replica, nowMilliseconds: environment.nowMilliseconds()) }
        // As every import does.
        let following = try measured { try replica.followRows() }
        try replica.close()
        print(String(format: "made in %.0f CPU seconds, and %.1f for what is found by words; %d MB", seconds, following, fileByteCount(path) >> 20))
    }

    /// What somebody else writes beside the page.
    func write() throws {
        let replica = try Replica.open(for: .community, path, environment)
        try replica.edit(RecordID(table: "contact", key: [PeopleSpace.contactID(41)]), [("nickname", .text(Array(String(UInt64.random(in: 0...999_999)).utf8)))])
        try replica.stamp()
        try replica.close()
    }

    func removeIfTemporary() { if isTemporary { try? FileManager.default.removeItem(at: url) } }
}
