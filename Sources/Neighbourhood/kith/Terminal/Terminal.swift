import BundleFile
import Community
import Engine
@preconcurrency import Glibc
import Platform
import Schema
import Store
import Words

/// Standard error and, for questions, the keyboard.
enum Terminal {
    static let showsProgress = isatty(STDERR_FILENO) != 0
    static var canAsk: Bool { isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0 }

    /// Nobody may be there to read it; then there is nobody to tell.
    static func write(_ text: String) { _ = Output.putLines(text, STDERR_FILENO) }

    static func write(_ json: [(String, JSON)]) { _ = Output.put(json, STDERR_FILENO) }

    static func report(_ error: any Error, about subject: String, over medium: Explanation.Medium = .file, isJSON: Bool) {
        let explanation = Explanation(error, about: subject, over: medium, in: App.language)
        if let choice = error as? NameChoice {
            guard isJSON else { return write(lines(choice, .short).joined(separator: "\n") + "\n") }
            return write([
                ("error", .string(explanation.code)), ("message", .string(explanation.message)),
                ("candidates", .array(choice.candidates.map { found in
                    .object(json(found.id) + [("name", .string(found.name)), ("details", .array(found.details.map { .string($0) }))])
                })),
            ])
        }
        if isJSON {
            write([("error", .string(explanation.code)), ("message", .string(explanation.message))])
        } else {
            Output.put("kith: \(plain(explanation.message))", .failure, STDERR_FILENO)
        }
    }

    static func ask(_ question: String) -> String {
        write(question)
        return (readLine() ?? "").lowercased()
    }

    /// One of several rows that a name fits, by its number; nil where nobody can be asked.
    ///
    /// - Throws: `NeedsPerson` when none was chosen: nothing is done.
    static func choose(_ choice: NameChoice, _ replica: Replica, isJSON: Bool) throws -> RecordID? {
        guard canAsk, !isJSON else { return nil }
        write(try lines(choice, ShortIDs(replica.store)).joined(separator: "\n") + "\n")
        let answer = ask(App.language.say(EntrySentence.choiceQuestion, String(choice.candidates.count)))
        guard let number = Int(answer.trimmingSpaces()), choice.candidates.indices.contains(number - 1) else {
            write(App.language.say(.stopped) + "\n")
            throw NeedsPerson()
        }
        return choice.candidates[number - 1].id
    }

    private static func lines(_ choice: NameChoice, _ ids: ShortIDs) -> [String] {
        [App.language.say(choice.isNear ? EntrySentence.nearlyCalled : .severalCalled, choice.name)] + choice.candidates.enumerated().map { index, found in
            let told = found.values.map { App.language.shown($0.value, of: $0.name, in: Schema.community[found.id.table], today: ReaderClock.day(App.environment.nowMilliseconds())) }
            let words = ([plain(found.name)] + (told.isEmpty ? [PersonText.reach(found.details)] : told.map { plain(String($0.prefix(60))) }))
                .filter { !$0.isEmpty }.joined(separator: " · ")
            return App.language.say(EntrySentence.choiceLine, App.language.say(EntrySentence.choiceNumber, String(index + 1)), "\(App.language.kind(of: found.id.table)) \(ids.text(found.id))  \(words)")
        }
    }

    /// Says what was taken in of edits that no trigger saw.
    static func tellUnwatched(_ replica: Replica, isJSON: Bool) {
        let found = replica.store.takeUnwatched()
        guard !found.isEmpty else { return }
        if isJSON { write(json(found)) } else { write(text(found).joined(separator: "\n") + "\n") }
    }

    /// Stamps what SQL clients wrote; a mass change is asked about where somebody can answer.
    static func prepare(_ replica: Replica, accepting: Bool, isJSON: Bool) throws {
        defer { tellUnwatched(replica, isJSON: isJSON) }
        do {
            try replica.stamp(acceptingMassChange: accepting)
        } catch let change as MassChange {
            guard canAsk, !isJSON else { throw change }
            write(change.sentence(in: App.language) + "\n")
            // A key counts in its own language alone: in Dutch "s" is of "stoppen".
            switch (App.language, ask(App.language.say(.massChangeQuestion)).first) {
            case (.en, "s"), (.nl, "v"):
                try replica.stamp(acceptingMassChange: true)
            case (.en, "u"), (.nl, "o"):
                let count = try replica.store.revertNotes()
                write(App.language.say(.massChangeUndone, App.language.number(count)) + "\n")
            default:
                write(App.language.say(.stopped) + "\n")
                throw NeedsPerson()
            }
        }
    }
}

/// One line on standard error that says how far long work has come: on a terminal only, and not before half a second.
final class Meter {
    private static let period: Duration = .milliseconds(200)
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var next: ContinuousClock.Instant
    private var hasShown = false

    init() {
        start = clock.now
        next = start + .milliseconds(500)
    }

    deinit { clear() }

    func clear() {
        if hasShown { Output.put(.clearLine, STDERR_FILENO) }
        hasShown = false
    }

    func show(_ progress: Progress) {
        guard Terminal.showsProgress else { return }
        let now = clock.now
        guard now >= next else { return }
        next = now + Meter.period
        hasShown = true
        Output.put(.clearLine, STDERR_FILENO)
        // One line: what clears it knows of no second.
        let room = (Output.columnCount(STDERR_FILENO) ?? 80) - 1
        _ = Output.put(String(line(progress, after: start.duration(to: now)).prefix(room)), STDERR_FILENO)
    }

    private func line(_ progress: Progress, after elapsed: Duration) -> String {
        let language = App.language
        let name: Sentence = switch progress.activity {
        case .readingFile: .progressReading
        case .packing: .progressPacking
        case .checking: .progressChecking
        case .merging: .progressMerging
        case .receiving: .progressReceiving
        case .settling: .progressSettling
        }
        var parts = [language.say(name)]
        if progress.itemCount > 0 { parts.append(language.number(progress.itemCount)) }
        guard let total = progress.totalByteCount, total > 0, progress.doneByteCount > 0 else {
            return (parts + [byteText(progress.doneByteCount)]).joined(separator: "  ")
        }
        let share = min(1, Double(progress.doneByteCount) / Double(total))
        let left = elapsed / .seconds(1) * (1 - share) / share
        let isCounted = progress.activity == .settling
        parts.append(isCounted
            ? "\(language.number(progress.doneByteCount)) / \(language.number(total)) (\(Int(share * 100)) %)"
            : "\(byteText(progress.doneByteCount)) / \(byteText(total)) (\(Int(share * 100)) %)")
        parts.append(language.say(.progressLeft, left < 90 ? "\(Int(left)) s" : "\(Int(left / 60)) min"))
        return parts.joined(separator: "  ")
    }
}
