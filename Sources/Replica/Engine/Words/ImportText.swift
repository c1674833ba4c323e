import Community
import Words

extension ListImportReport {
    /// Rejected lines and remarks that are told one by one; beyond them they are counted.
    private static let toldCount = 20

    /// What came of the list, as a command and the page tell it: first the lines and columns that were not taken as they stood, then the sums.
    ///
    /// - Parameters:
    ///   - isDryRun: says that nothing was written.
    ///   - withCommands: says which option of the command helps.
    package func lines(in language: Language, isDryRun: Bool, withCommands: Bool) -> [String] {
        var lines: [String] = []
        func add(_ sentence: Sentence, _ blank: String, _ remedy: Sentence? = nil) {
            lines.append(([language.say(sentence, blank)] + (withCommands ? [remedy].compactMap { $0 }.map { language.say($0) } : [])).joined(separator: " "))
        }
        func counted(_ counts: [(name: String, count: Int)]) -> String {
            counts.map { "\(plain($0.name)) (\(language.number($0.count)))" }.joined(separator: ", ")
        }
        for line in rejected.prefix(ListImportReport.toldCount) { lines.append(language.say(.rejectedLine, String(line.line), language.text(line.phrase))) }
        if rejectedCount > lines.count { add(.moreRejected, language.number(rejectedCount - lines.count)) }
        let told = remarks.prefix(ListImportReport.toldCount)
        for remark in told { lines.append(language.say(.importRemark, String(remark.line), plain(language.text(remark.phrase)))) }
        if remarkCount > told.count { add(.moreRemarks, language.number(remarkCount - told.count), .moreRemarksRemedy) }
        // A column without a value leaves nothing out.
        let columns = unmappedHeaders.compactMap { name in values.leftOut[name].map { (name: name, count: $0) } }
        let others = values.leftOut.filter { !unmappedHeaders.contains($0.key) }.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
        if !columns.isEmpty { add(.unmapped, counted(columns), .unmappedRemedy) }
        if !others.isEmpty { add(.importLeftOut, counted(others)) }
        if !wordAreas.isEmpty {
            let areas = wordAreas.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (name: $0.key, count: $0.value) }
            add(.importAreas, counted(Array(areas.prefix(ListImportReport.toldCount))) + (areas.count > ListImportReport.toldCount ? ", …" : ""), .importAreasRemedy)
        }
        if !markedHeaders.isEmpty { add(.importMarked, markedHeaders.map(plain).joined(separator: ", ")) }
        if isEncodingDoubtful {
            add(.importEncodingAssumed, encoding, .importEncodingRemedy)
        } else if encoding != "UTF-8" {
            add(.importEncoding, encoding)
        }
        if !monthFirst.isEmpty { add(.importMonthFirst, monthFirst.map(plain).joined(separator: ", ")) }
        if !doubtfulDates.isEmpty { add(.importDatesAssumed, doubtfulDates.map(plain).joined(separator: ", ")) }
        lines.append(language.say(
            .importCounts, language.count(lineCount, .lineOne, .lineMany), language.number(rows.new), language.number(rows.filled),
            language.number(rows.unchanged), language.number(rejectedCount)))
        if values.takenCount != values.valueCount {
            lines.append(language.say(
                .importValues, language.number(values.valueCount), language.number(values.takenCount), language.number(values.markedCount),
                language.number(values.leftOutCount), language.number(values.rejectedCount)))
        }
        let sums: [(count: Int, sentence: Sentence, remedy: Sentence?)] = [
            (rows.differing, .importDiffering, .importDifferingRemedy), (rows.overwritten, .importOverwritten, nil), (rows.refused, .importRefused, nil),
            (rows.deletedHere, .importDeleted, .importDeletedRemedy), (rows.broughtBack, .importBroughtBack, nil),
        ]
        for sum in sums where sum.count > 0 { add(sum.sentence, language.number(sum.count), sum.remedy) }
        if isDryRun { lines.append(language.say(.dryRun)) }
        return lines
    }
}
