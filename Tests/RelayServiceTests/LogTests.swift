import Foundation
import Logging
import RelayService
import Synchronization
import Testing

/// Lines of the log: one for each event, whatever stands in it.
struct LogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func logger(_ format: RelaySettings.LogFormat, isJournal: Bool = false) -> (Logger, Lines, RelayLog.Level) {
        let lines = Lines()
        let level = RelayLog.Level(.info)
        let logger = Logger(label: "kith-relay") { label in
            RelayLog(
                label: label, level: level, format: format, isJournal: isJournal, now: { 1_772_323_200_000 },
                write: { line in lines.all.withLock { $0.append(line) } })
        }
        return (logger, lines, level)
    }

    @Test("Text: a word and its fields, quoted where they could be taken for more")
    func text() {
        let (logger, lines, _) = logger(.text)
        logger.info("session-ended", metadata: ["device": "ABC", "sent": "120", "note": "two words\nand a line"])
        #expect(lines.all.withLock { $0 } == [
            "2026-03-01T00:00:00.000Z info kith-relay: session-ended device=ABC note=\"two words and a line\" sent=120\n",
        ])
    }

    @Test("JSON: one object on each line")
    func json() throws {
        let (logger, lines, _) = logger(.json)
        logger.warning("refused", metadata: ["code": "a\"b\n"])
        let line = try #require(lines.all.withLock { $0 }.first)
        #expect(line.count { $0 == "\n" } == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object == [
            "time": "2026-03-01T00:00:00.000Z", "level": "warning", "from": "kith-relay", "event": "refused", "code": "a\"b\n",
        ])
    }

    @Test("In the journal a line begins with its priority")
    func journal() {
        let (logger, lines, _) = logger(.text, isJournal: true)
        logger.error("store")
        #expect(lines.all.withLock { $0 } == ["<3>error kith-relay: store\n"])
    }

    @Test("A level that is changed counts for loggers that were made before")
    func level() {
        let (logger, lines, level) = logger(.text)
        logger.debug("one")
        level.set(.debug)
        logger.debug("two")
        #expect(lines.all.withLock { $0.count } == 1)
    }
}
