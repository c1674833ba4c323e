import ArgumentParser
import Community
import Engine
import Store
import Words

struct Publish: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Maak initiatieven openbaar, voor een partnerstad.", "Make initiatives public, for a partner city."),
            discussion: both(
                """
                Schrijft een openbaar bestand: organisaties, plekken, initiatieven, bijeenkomsten, termen, notities en peilingen zoals ze \
                nu zijn, zonder de contacten en zonder wie wat wanneer schreef. Iedereen kan het bestand lezen. Een partner neemt er met \
                'kith adopt' initiatieven uit over.

                Vooraf worden de teksten nagelezen op namen, telefoonnummers en e-mailadressen van contacten. Wordt er een gevonden, dan \
                wordt er niets geschreven (uitkomst 2) tot u de tekst bewerkt of --despite-mentions geeft. Antwoorden in eigen woorden \
                gaan alleen mee met --with-answers, aantallen onder de 5 nooit. Alleen een coördinator maakt openbaar: niemand kan het \
                terugnemen.

                Voorbeelden: kith publish zuid.kithpublic --as 'Zuid, Apeldoorn'
                             kith publish koken.kithpublic --initiative 'Samen eten'
                             kith publish oost.kithpublic --area Oost
                """,
                """
                Writes a public file: organisations, places, initiatives, gatherings, terms, notes and polls as they are now, \
                without the contacts and without who wrote what when. Everybody can read the file. A partner takes initiatives over from it \
                with 'kith adopt'.

                First the texts are looked through for names, telephone numbers and e-mail addresses of contacts. When one is found, \
                nothing is written (exit code 2) until you edit the text or give --despite-mentions. Answers in people's own words go \
                only --with-answers, counts below 5 never. Only a coordinator publishes: nobody can take it back.

                Examples: kith publish south.kithpublic --as 'South, Apeldoorn'
                          kith publish cooking.kithpublic --initiative 'Samen eten'
                          kith publish east.kithpublic --area East
                """))
    }

    @Argument(help: ArgumentHelp(both("Het nieuwe bestand.", "The new file."), valueName: both("bestand", "file")))
    var file: String

    @Option(help: ArgumentHelp(
        both("Alleen dit gebied (id, code of naam) en wat erin ligt; mag vaker.", "Only this area (id, code or name) and what lies in it; may be repeated."),
        valueName: both("gebied", "area")))
    var area: [String] = []

    @Option(help: ArgumentHelp(both("Alleen dit initiatief; mag vaker.", "Only this initiative; may be repeated."), valueName: "id"))
    var initiative: [String] = []

    @Option(name: .customLong("as"), help: ArgumentHelp(
        both("Hoe uw stad of buurt heet (anders geen naam).", "What your city or neighbourhood is called (no name otherwise)."),
        valueName: both("naam", "name")))
    var name = ""

    @Flag(help: ArgumentHelp(both("Ook antwoorden in eigen woorden.", "Answers in people's own words as well."))) var withAnswers = false
    @Flag(help: ArgumentHelp(both("Ook als teksten iemand lijken te noemen.", "Even if texts seem to name somebody."))) var despiteMentions = false
    @Flag(help: ArgumentHelp(both("Vervang het bestand als het er is.", "Replace the file if it is there."))) var replace = false
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        var selection = PublicSelection()
        selection.areas = area
        selection.initiatives = try initiative.map { try options.record($0, in: ["initiative"], replica) }
        selection.withAnswers = withAnswers
        let report = try about(file) {
            try replica.publish(to: file, selection, as: name, despiteMentions: despiteMentions, replacing: replace)
        }
        try say(
            (report.isWritten ? written(report) : heldUp(report, ShortIDs(replica.store))).joined(separator: "\n"), or: json(report),
            isJSON: options.json)
        try replica.close()
        if !report.isWritten { throw NeedsPerson() }
    }

    private func written(_ report: PublicationReport) -> [String] {
        let language = App.language
        var lines = [language.say(PublicSentence.published, file, rowText(report.counts), byteText(report.byteCount))]
        lines.append(language.say(PublicSentence.publishedReadable))
        if !report.mentions.isEmpty { lines.append(language.say(PublicSentence.mentionsAccepted, language.number(report.mentions.count))) }
        if name.isEmpty { lines.append(language.say(PublicSentence.publishedNameless)) }
        lines.append(language.say(PublicSentence.publishedWords, report.publisher.spoken, WordCode.of(report.digest)))
        return lines
    }

    private func heldUp(_ report: PublicationReport, _ ids: ShortIDs) -> [String] {
        let language = App.language
        guard report.isChecked else { return [language.say(PublicSentence.mentionsUnchecked)] }
        return [language.count(report.mentions.count, PublicSentence.mentionsOne, .mentionsMany)]
            + report.mentions.map {
                language.say(
                    PublicSentence.mentionFound, App.language.kind(of: $0.record.table), ids.text($0.record), App.language.column($0.column, in: $0.record.table), $0.found.map(plain).joined(separator: ", "))
            } + [language.say(PublicSentence.mentionsRemedy)]
    }

    private func json(_ report: PublicationReport) -> [(String, JSON)] {
        [
            ("file", .string(file)), ("written", .bool(report.isWritten)), ("bytes", .number(report.byteCount)),
            ("rows", .object(report.counts.map { ($0.table, .number($0.rows)) })), ("device", .string(report.publisher.spoken)),
            ("space_id", .string(report.space.description)),
            ("words", report.isWritten ? .string(WordCode.of(report.digest)) : .null), ("checked", .bool(report.isChecked)),
            ("mentions", .array(report.mentions.map { mention in
                .object(kith.json(mention.record) + [
                    ("column", .string(mention.column)), ("found", .array(mention.found.map { .string($0) })),
                ])
            })),
        ]
    }
}

/// "3 initiative, 12 note".
func rowText(_ counts: [(table: String, rows: Int)]) -> String {
    counts.map { App.language.rows($0.rows, of: $0.table) }.joined(separator: ", ")
}
