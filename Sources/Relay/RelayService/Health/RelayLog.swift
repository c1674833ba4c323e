import Foundation
import Logging
import Platform
import Synchronization
import Words

/// The relay's log: one line for each event on standard error, as text or as JSON, at a level that can change while it runs.
///
/// What is logged is a word for what happened, codes, ids, numbers: no name (a relay knows none), no key, no byte of a segment. An
/// address of a peer stands only with refusals before a device is known, since nothing else says where a flood comes from.
///
/// Under systemd's journal a line begins with its priority (sd-daemon(3)) and has no time, which the journal adds.
package struct RelayLog: LogHandler {
    /// The level of all loggers, shared so that a reload reaches them.
    package final class Level: Sendable {
        private let value: Mutex<Logger.Level>

        package init(_ level: Logger.Level) { value = Mutex(level) }

        package var current: Logger.Level { value.withLock { $0 } }
        package func set(_ level: Logger.Level) { value.withLock { $0 = level } }
    }

    private let label: String
    private let level: Level
    private let format: RelaySettings.LogFormat
    private let isJournal: Bool
    private let now: @Sendable () -> Int64
    private let write: @Sendable (String) -> Void
    private var own: Logger.Level?

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(
        label: String, level: Level, format: RelaySettings.LogFormat, isJournal: Bool = false, now: @escaping @Sendable () -> Int64,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.level = level
        self.format = format
        self.isJournal = isJournal
        self.now = now
        self.write = write
    }

    package var logLevel: Logger.Level {
        get { own ?? level.current }
        set { own = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let given = event.metadata { fields.merge(given) { $1 } }
        let sorted = fields.sorted { $0.key < $1.key }
        switch format {
        case .json:
            var members: [(String, JSON)] = [
                ("time", .string(universalTime(now()))), ("level", .string(event.level.rawValue)), ("from", .string(label)),
                ("event", .string("\(event.message)")),
            ]
            members += sorted.map { ($0.key, .string("\($0.value)")) }
            write(JSON.object(members).text + "\n")
        case .text:
            let start = isJournal ? "<\(event.level.priority)>" : universalTime(now()) + " "
            let tail = sorted.map { " \($0.key)=\(RelayLog.quoted("\($0.value)"))" }.joined()
            write("\(start)\(event.level.rawValue) \(label): \(plain("\(event.message)"))\(tail)\n")
        }
    }

    /// As it is when nothing in it could be taken for a field's end.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        return isPlain ? value : JSON.string(plain(value)).text
    }
}

extension Logger.Level {
    /// syslog(3).
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
