import ArgumentParser
import Device
import Engine
import Foundation

extension BenchCommand {
    struct People: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "people", abstract: "Every command of the day on a neighbourhood at full size, each a whole process.",
            discussion: "CPU seconds of the process and the most memory it has had; the median of the rounds. Figures marked MISSED do not keep what is promised.")

        @Option(help: "Contacts; every fifth is there twice.")
        var contacts = 100_000

        @Option(help: "Rounds of each command that can be repeated.")
        var rounds = 3

        @Option(help: "The program kith.")
        var kith: String

        @Option(help: "Only commands with this word.")
        var only: String?

        @Option(help: "A folder to keep the space in, and to take it from when it is there.")
        var folder: String?

        @Option(help: "Also write the figures as JSON to this file.")
        var json: String?

        func run() throws {
            let space = PeopleFolder(folder, contactCount: contacts)
            defer { space.removeIfTemporary() }
            let figures = try PeopleBench(space: space, program: kith, roundCount: rounds, only: only).run()
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
            }
            if figures.contains(where: { $0.isKept == false }) { throw ExitCode(1) }
        }
    }
}

/// Times the commands of the day.
struct PeopleBench {
    let space: PeopleFolder
    let program: String
    let roundCount: Int
    let only: String?

    private struct Deed {
        let name: String
        let arguments: [String]
        /// CPU seconds.
        let promise: Double
        /// What it does cannot be done twice, or is something else the second time.
        var isOnce = false
        /// Exit codes that are right.
        var codes: Set<Int32> = [0, 2]
    }

    private static let memoryPromise = 150.0

    func run() throws -> [Figure] {
        try space.make()
        let environment = space.environment
        var figures: [Figure] = []
        for deed in deeds where only.map({ deed.name.contains($0) }) ?? true {
            var seconds: [Double] = []
            var memory = 0.0
            for _ in 0..<(deed.isOnce ? 1 : roundCount) {
                let run = try ProcessRun(program, deed.arguments, environment.variables)
                guard deed.codes.contains(run.status) else { throw BenchFailure(what: "kith \(deed.arguments.joined(separator: " ")) ended with \(run.status)") }
                seconds.append(run.cpuSeconds)
                memory = max(memory, Double(run.peakByteCount) / 1e6)
            }
            let isSmall = memory <= PeopleBench.memoryPromise
            let figure = Figure(
                name: deed.name, ours: seconds.median, unit: "s", promise: deed.promise,
                note: String(format: "%.0f MB", memory) + (isSmall ? "" : " MISSED"))
            print(figure.line + "  " + (figure.note ?? ""))
            figures.append(figure)
        }
        return figures
    }

    private var deeds: [Deed] {
        let someone = PeopleSpace.contactID(41), twice = PeopleSpace.contactID(0)
        func out(_ name: String) -> String {
            let path = space.url.appendingPathComponent(name).path
            try? FileManager.default.removeItem(atPath: path)
            return path
        }
        let reports = ["channels", "reach", "encounters", "demand", "continuity", "coverage", "bridging", "starts", "polls", "retention", "all"]
        return [
            Deed(name: "find, the first", arguments: ["find", "Fatima", "Visser"], promise: 0.1, isOnce: true),
            Deed(name: "find", arguments: ["find", "Fatima", "Visser"], promise: 0.1),
            Deed(name: "add contact", arguments: ["add", "contact", "given_name=Zebedeus", "family_name=Nieuw"], promise: 0.1),
            Deed(name: "find, after an edit", arguments: ["find", "Zebedeus"], promise: 0.1),
            Deed(name: "edit contact", arguments: ["edit", someone, "nickname=Fatje"], promise: 0.1),
            Deed(name: "log", arguments: ["log", someone, "gebeld", "--channel", "phone", "--minutes", "10", "--worker", twice], promise: 0.1),
            Deed(name: "undo", arguments: ["undo"], promise: 0.1, isOnce: true),
            Deed(name: "show contact", arguments: ["show", someone], promise: 0.1),
            Deed(name: "show contact --who", arguments: ["show", twice, "--who"], promise: 0.1),
            Deed(name: "today", arguments: ["today"], promise: 0.3),
            Deed(name: "list contact --limit 20", arguments: ["list", "contact", "--limit", "20"], promise: 0.3),
            Deed(name: "status", arguments: ["status"], promise: 0.3),
            Deed(name: "conflicts", arguments: ["conflicts"], promise: 0.3),
            Deed(name: "match list", arguments: ["match", "list"], promise: 0.3),
            Deed(name: "continuity", arguments: ["continuity"], promise: 1),
            Deed(name: "list contact, whole", arguments: ["list", "contact"], promise: 3),
            Deed(name: "list contact_moment, whole", arguments: ["list", "contact_moment"], promise: 3),
            Deed(name: "export people.csv", arguments: ["export", out("people.csv")], promise: 3, isOnce: true),
            Deed(name: "export people.vcf", arguments: ["export", out("people.vcf")], promise: 3, isOnce: true),
            Deed(name: "export person", arguments: ["export", "person", twice, out("person.json")], promise: 0.3, isOnce: true),
            Deed(name: "retention", arguments: ["retention"], promise: 3),
            Deed(name: "duplicates, the first", arguments: ["duplicates", "--limit", "20"], promise: 6, isOnce: true),
            Deed(name: "duplicates", arguments: ["duplicates", "--limit", "20"], promise: 0.3),
        ] + reports.map { Deed(name: "report \($0)", arguments: ["report", $0], promise: $0 == "all" ? 4 : 1) } + [
            Deed(name: "verify", arguments: ["verify"], promise: 30, isOnce: true),
        ]
    }
}

/// One run of a program to its end.
struct ProcessRun {
    let status: Int32
    let cpuSeconds: Double
    /// As it was seen last before the end.
    let peakByteCount: Int

    init(_ program: String, _ arguments: [String], _ environment: [String: String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO] { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var child: pid_t = 0
        guard posix_spawn(&child, program, &actions, nil, &words, &variables) == 0 else { throw BenchFailure(what: "\(program) does not start") }
        var ended: Int32 = 0
        var usage = rusage()
        var peak = 0
        // ru_maxrss of getrusage(2) begins with what the parent had, so the process is asked itself, as long as it runs.
        while true {
            let found = wait4(child, &ended, WNOHANG, &usage)
            guard found == 0 else {
                guard found == child else { throw BenchFailure(what: "wait4: \(errno)") }
                break
            }
            peak = max(peak, peakMemoryByteCount(of: String(child)))
            usleep(2_000)
        }
        status = (ended >> 8) & 0xFF
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        peakByteCount = peak
    }
}
