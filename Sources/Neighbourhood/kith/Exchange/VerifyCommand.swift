import ArgumentParser
import Community
import Engine
import Store
import Wire
import Words

struct VerifyReplica: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: both("Tel alles na, en zeg wat niet klopt.", "Count everything anew, and say what is wrong."),
            discussion: both(
                "Telt alles en vergelijkt met wat bij de laatste telling is bewaard: zo komt aan het licht wat een ander programma veranderde zonder dat Kith het zag. Schrijft niets.\nUitkomst 2 zegt dat er iets niet klopt.\nVoorbeeld: kith verify",
                "Counts everything and compares with what was kept when it was counted last: so what another program changed without Kith's seeing comes to light. Writes nothing.\nExit code 2 says that something is wrong.\nExample: kith verify"))
    }

    private static let listedCount = 20

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let language = App.language
        let replica = try options.open(forReading: true)
        let found = try replica.store.verify()
        let words = WordCode.of(Digest.ofHoldings(found.holdings))
        var lines = [language.say(.verified, words)]
        if !found.altered.isEmpty {
            lines.append(language.say(.verifiedAltered, language.number(found.altered.count)))
            lines += found.altered.prefix(VerifyReplica.listedCount).map { "  \($0.table) \(plain($0.text))" }
            let rest = found.altered.count - VerifyReplica.listedCount
            if rest > 0 { lines.append("  " + language.say(.alteredMore, language.number(rest))) }
        }
        try say(
            lines.joined(separator: "\n"),
            or: [
                ("digest", .string(words)), ("digest_hex", .string(Digest.ofHoldings(found.holdings).description)),
                ("altered", .array(found.altered.map { .object([("table", .string($0.table)), ("id", .string($0.text))]) })),
                ("uncounted_blocks", .number(found.staleBlockCount)),
            ], isJSON: options.json)
        try replica.close()
        if !found.altered.isEmpty { throw NeedsPerson() }
    }
}

/// Who knew the same as this laptop and held something else.
func text(_ differences: [ContentsRemark]) -> [String] {
    let language = App.language
    return differences.map { remark in
        let records = remark.changedRecords.map { label, count in
            let name = label.map(plain) ?? language.say(.differingUnknown)
            return language.say(count == 1 ? .differingOne : .differingMany, language.number(count), name)
        }.sorted().joined(separator: ", ")
        return language.say(remark.sentence, plain(remark.label), language.collection(remark.collection), records.isEmpty ? "" : ": " + records)
    }
}
