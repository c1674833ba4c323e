import Community
import Interchange
import Store
import Words

extension Language {
    /// For reports.
    package var forReports: ReportLanguage { ReportLanguage(isDutch: self == .nl) }
}

extension Replica {
    /// Reports on the replica as it is now, edits by other programs included.
    ///
    /// - Parameters:
    ///   - day: today; it stands in the report.
    ///   - made: told of each that is made, with the report where it is what is given in the end; says whether to go on.
    package func reports(
        _ names: [ReportName], today day: String, from: String? = nil, until: String? = nil, area: String? = nil, isShared: Bool = false,
        fundingDays: Int = ContinuityRule.fundingDayCount, made: (ReportName, Report?) -> Bool = { _, _ in true }
    ) throws -> [Report] {
        try store.reports(
            names,
            ReportFrame(
                space: identity.space.name, today: day, from: from, until: until, area: area, isShared: isShared, fundingDays: fundingDays), made: made)
    }

    /// Writes a finished page or picture to a new file, whole or not at all. Whoever has it can read it.
    ///
    /// - Throws: `exportExists`, `unwritable`.
    package func write(_ text: String, to path: String, replaces: Bool) throws {
        let file = try ExportFile(path, replaces: replaces, environment)
        try file.write(Array(text.utf8))
        try file.finish()
    }
}
