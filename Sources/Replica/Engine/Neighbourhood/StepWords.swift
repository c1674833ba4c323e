import Community
import Schema
import Store
import Words

extension Replica {
    /// A step in words: "new: 1 contact, 1 number (Zoë van der Meer)".
    package func words(of step: Step, _ language: Language) throws -> String {
        func counts(_ counts: [String: Int]) -> String {
            Schema.community.tables.compactMap { table in counts[table.name].map { language.rows($0, of: table.name) } }.joined(separator: ", ")
        }
        let names = try step.records.map { plain(try title(of: $0, language)) }.filter { !$0.isEmpty }
        let made = counts(step.made), changed = counts(step.changed)
        var parts: [String] = []
        if !made.isEmpty { parts.append(language.say(step.kind == .import ? StepSentence.imported : .made, made)) }
        if !changed.isEmpty { parts.append(language.say(StepSentence.changed, changed)) }
        let more = step.rowCount > names.count ? "…" : ""
        return parts.joined(separator: ", ") + (names.isEmpty ? "" : " (\(([names.joined(separator: "; ")] + [more]).filter { !$0.isEmpty }.joined(separator: "; ")))")
    }
}
