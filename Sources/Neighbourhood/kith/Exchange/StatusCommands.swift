import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Trust
import Words

struct Status: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zeg hoe het met de lijst op deze laptop staat.", "Say how the list on this laptop stands."),
            discussion: both(
                "De vijf woorden achter 'Inhoud' zijn gelijk op laptops die hetzelfde hebben: lees ze elkaar voor. Een wachtzin is hier niet voor nodig.\nUitkomst 2 zegt dat er iemand nodig is.\nVoorbeeld: kith status",
                "The five words after 'Content' are the same on laptops that hold the same: read them to each other. This needs no passphrase.\nExit code 2 says that something needs a person.\nExample: kith status"))
    }

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        var massChange: MassChange?
        var isDiskFull = replica.isDiskFull
        do {
            // Edits by SQL count as content; where they cannot be taken up now, they are shown as unsent.
            try replica.stamp()
        } catch let change as MassChange {
            massChange = change
        } catch let error as StoreError where error.code == .full {
            isDiskFull = true
        } catch let error as StoreError where error.code == .readOnly || error.code == .busy {}
        let status = try replica.store.status()
        let members = try replica.memberStatus()
        let brokenCount = try replica.store.brokenRules().count
        let left = try LeftText(replica)
        let holders = try replica.scrubHolders()
        let full = isDiskFull ? [diskFull(status.unstampedNotes)] : []
        try say(
            (full + [text(status, members, massChange, replica, brokenCount, left, holders)]).joined(separator: "\n"),
            or: json(status, members, replica) + [
                ("broken_rules", .number(brokenCount)), ("left", left.json), ("held_by", .array(holders.map { .string($0) })),
                ("disk_full", .bool(isDiskFull)),
            ], isJSON: options.json)
        try replica.close()
        if status.conflicts > 0 || brokenCount > 0 || !status.missing.isEmpty || status.waitingBundles > 0 || massChange != nil
            || isDiskFull || members.isRemoved || members.role == nil || members.quarantinedCount + members.unreadableCount > 0
        {
            throw NeedsPerson()
        }
    }

    /// From so many days on people are reminded of what stands on this laptop alone.
    private static let worryingDayCount = 3

    private func aloneDays(_ status: StatusReport) -> Int? {
        status.oldestUnsentMilliseconds.map { Int((App.environment.nowMilliseconds() - $0) / dayMilliseconds) }
    }

    private func diskFull(_ waitingCount: Int) -> String {
        waitingCount == 0
            ? App.language.say(.statusDiskFull) : App.language.say(.statusDiskFullWaiting, App.language.number(waitingCount))
    }

    private func text(_ members: MemberStatus, _ status: StatusReport, _ holders: [String]) -> [String] {
        let language = App.language
        guard let role = members.role else { return [language.say(.statusUnknownDevice)] }
        guard !members.isRemoved else { return [language.say(.statusRemoved)] }
        var lines = [
            language.say(.statusRole, role.text, language.number(members.deviceCount), language.number(members.coordinatorCount))
        ]
        if role == .coordinator, members.coordinatorCount == 1, !members.hasRecoveryKey { lines.append(language.say(.statusFewCoordinators)) }
        if members.quarantinedCount > 0 {
            lines.append(language.count(members.quarantinedCount, .statusQuarantineOne, .statusQuarantineMany))
        }
        if members.unreadableCount > 0 {
            lines.append(language.count(members.unreadableCount, .statusUnreadableOne, .statusUnreadableMany))
        }
        if members.awaitedErasureCount > 0 {
            lines.append(language.count(members.awaitedErasureCount, .statusErasureOne, .statusErasureMany))
        }
        if status.erasure.isScrubOwed { lines.append(scrubText(holders)) }
        if !members.scopesToRotate.isEmpty { lines.append(language.say(.statusRotation)) }
        for device in members.fullSigners { lines.append(language.say(.statusFullSigner, plain(device))) }
        return lines
    }

    private func text(
        _ status: StatusReport, _ members: MemberStatus, _ massChange: MassChange?, _ replica: Replica, _ brokenCount: Int, _ left: LeftText,
        _ holders: [String]
    ) -> String {
        let language = App.language
        var lines = [
            language.say(.statusSpace, plain(status.identity.space.name), plain(status.identity.label)),
            status.digest.map { language.say(.statusDigest, WordCode.of($0)) } ?? language.say(.digestUnknown),
        ] + text(members, status, holders)
        let unsent = status.unsentChanges + status.unstampedNotes
        if unsent > 0 {
            lines.append(language.count(unsent, .statusUnsentOne, .statusUnsentMany))
        } else {
            // By name: one of them may be the stolen laptop.
            let holders = status.peers.filter { $0.device != status.identity.device && (try? replica.store.lackingCount(ofDevice: $0.device)) == 0 }
            let names = holders.prefix(5).map { plain($0.label) } + (holders.count > 5 ? ["…"] : [])
            lines.append(names.isEmpty ? language.say(.statusUnsentNone) : language.say(.statusUnsentNamed, names.joined(separator: ", ")))
        }
        if let days = aloneDays(status), days >= Status.worryingDayCount { lines.append(language.say(.statusUnsentOld, language.number(days))) }
        lines.append(
            status.conflicts == 0 ? language.say(.statusConflictsNone) : language.count(status.conflicts, .conflictsOne, .conflictsMany))
        if brokenCount > 0 { lines.append(language.count(brokenCount, .brokenOne, .brokenMany)) }
        if status.notices > 0 { lines.append(language.count(status.notices, .statusNoticesOne, .statusNoticesMany)) }
        if status.parked > 0 { lines.append(language.count(status.parked, .statusParkedOne, .statusParkedMany)) }
        if !status.tooLarge.isEmpty, let ids = try? ShortIDs(replica.store) {
            lines += status.tooLarge.prefix(5).map { cell in
                language.say(.tooLargeCell, "\(language.kind(of: cell.record.table)) \(ids.text(cell.record)), \(language.column(cell.column, in: cell.record.table))", byteText(cell.byteCount))
            }
        }
        if status.waitingBundles > 0 { lines.append(language.count(status.waitingBundles, .statusWaitingOne, .statusWaitingMany)) }
        lines += status.inParts.map {
            language.say(.statusInParts, language.number($0.heldCount), language.number($0.segmentCount), plain($0.packer))
        }
        lines += kith.text(missing: status.missing) + left.lines
        if let massChange { lines.append(massChange.sentence(in: language)) }
        let others = status.peers.filter { $0.device != status.identity.device }
        lines += others.map {
            language.say(.statusPeer, plain($0.label), when($0.lastMetMilliseconds), age($0.lastMetMilliseconds))
        }
        if others.isEmpty { lines.append(language.say(.statusNoPeer)) }
        if !status.notShared.isEmpty {
            lines.append(language.say(.statusNotShared, status.notShared.map(plain).joined(separator: ", ")))
        }
        let rows = status.counts.filter { $0.rows > 0 }.map { language.rows($0.rows, of: $0.table) }
        lines.append(language.say(.statusRows, rows.isEmpty ? "0" : rows.joined(separator: ", ")))
        lines.append(language.say(.statusFile, replica.path, byteText(status.fileByteCount)))
        return lines.joined(separator: "\n")
    }

    private func json(_ status: StatusReport, _ members: MemberStatus, _ replica: Replica) -> [(String, JSON)] {
        [
            ("space", .string(status.identity.space.name)), ("device", .string(status.identity.device.spoken)),
            ("label", .string(status.identity.label)), ("replica", .string(replica.path)),
            ("role", members.role.map { .string($0.name) } ?? .null), ("removed", .bool(members.isRemoved)),
            ("devices", .number(members.deviceCount)), ("coordinators", .number(members.coordinatorCount)),
            ("recovery_key", .bool(members.hasRecoveryKey)), ("quarantined", .number(members.quarantinedCount)),
            ("unreadable", .number(members.unreadableCount)),
            ("erasures_awaited", .number(members.awaitedErasureCount)), ("scrub_owed", .bool(status.erasure.isScrubOwed)),
            ("full_signers", .array(members.fullSigners.map { .string($0) })),
            ("rotation_owed", .array(members.scopesToRotate.map { .string($0) })),
            ("digest", status.digest.map { .string(WordCode.of($0)) } ?? .null), ("digest_hex", status.digest.map { .string($0.description) } ?? .null),
            ("unsent", .number(status.unsentChanges + status.unstampedNotes)), ("conflicts", .number(status.conflicts)),
            ("notices", .number(status.notices)), ("parked", .number(status.parked)),
            ("too_large", .array(status.tooLarge.map { .string("\($0.record.text) \($0.column)") })),
            ("waiting", .number(status.waitingBundles)), ("partial", .number(status.inParts.count)),
            ("parts", .array(status.inParts.map {
                .object([
                    ("delta", .string($0.delta.description)), ("collection", .string($0.collection)), ("from", .string($0.packer)),
                    ("held", .number($0.heldCount)), ("segments", .number($0.segmentCount)),
                ])
            })),
        ] + kith.json(missing: status.missing) + [
            ("peers", .array(status.peers.map {
                .object([
                    ("device", .string($0.device.spoken)), ("label", .string($0.label)),
                    ("met", .string(universalTime($0.lastMetMilliseconds))),
                ])
            })),
            ("not_shared", .array(status.notShared.map { .string($0) })),
            ("rows", .object(status.counts.map { ($0.table, .number($0.rows)) })), ("bytes", .number(status.fileByteCount)),
        ]
    }
}

struct Conflicts: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon wat er te kiezen en na te kijken is, en berichten.", "Show what there is to choose and to check, and notices."),
            discussion: both(
                "Een verschil is wat twee mensen tegelijk anders schreven. Beide waarden zijn bewaard; te zien is de nieuwste. In een lopende tekst is het een passage, met beide bewoordingen naast elkaar.\nKies met 'kith settle'. Daarna volgt wat los van elkaar goed was en samen niet kan: een overboekte bijeenkomst, hulp of een apparaat twee keer afgesproken, een gesprek na ingetrokken toestemming, een plek die er niet meer is, een gebied dat onder zichzelf valt, mensen die zowel dezelfde als verschillend heten, een naam van iemand die er niet is; elk met de opdracht die het rechtzet. Uitkomst 2 zegt dat er iets te kiezen is.",
                "A difference is what two people wrote otherwise at the same time. Both values are kept; the newest is shown. In a running text it is a passage, with both wordings side by side.\nChoose with 'kith settle'. Then follows what was right apart and cannot be together: an overbooked gathering, help or a device agreed twice, a moment after consent was withdrawn, a place that is gone, an area within itself, people called both the same and different, a name of somebody who is not there; each with the command that puts it right. Exit code 2 says that there is something to choose."))
    }

    @Flag(help: ArgumentHelp(both("Ook wat zo gelaten is met 'kith dismiss'.", "Also what was left as it is with 'kith dismiss'."))) var dismissed = false
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        let conflicts = try replica.store.conflicts()
        let rules = try replica.store.brokenRules()
        let ids = try ShortIDs(replica.store)
        let past = dismissed ? try replica.store.dismissedRules() : []
        let ruleText = try BrokenRuleText(rules + past.map(\.rule), replica, ids)
        if options.json {
            let cells = conflicts.map { json($0.record, $0.column, $0.kind.name, $0.siblings, $0.passage) }
            let broken = rules.map { JSON.object(ruleText.json($0)) }
            let letBe = past.map { JSON.object(ruleText.json($0.rule) + [("dismissal", .string($0.dismissal.text))]) }
            try Output.json([("conflicts", .array(cells + broken + letBe))])
        } else {
            let notices = try replica.store.notices()
            var handles = Handles(replica, ids)
            for (index, conflict) in conflicts.enumerated() { try tell(conflict, Settle.number(of: index, in: conflicts), ids, &handles, replica) }
            for line in rules.flatMap({ ruleText.lines($0) }) { try Output.line(line) }
            for notice in notices { try Output.line(kith.text(notice, ids, replica)) }
            if !past.isEmpty { try Output.line(App.language.say(DismissalSentence.dismissedHeading, App.language.number(past.count))) }
            for line in past.flatMap({ ruleText.lines($0.rule, dismissedBy: $0.dismissal) }) { try Output.line(line) }
            if conflicts.isEmpty && rules.isEmpty && notices.isEmpty && past.isEmpty { try Output.line(App.language.say(.noConflicts)) }
        }
        try replica.close()
        if !conflicts.isEmpty || !rules.isEmpty { throw NeedsPerson() }
    }

    /// - Parameter number: of several passages of one text.
    private func tell(_ conflict: Conflict, _ number: Int?, _ ids: ShortIDs, _ handles: inout Handles, _ replica: Replica) throws {
        let id = ids.text(conflict.record)
        try Output.line(plain("\(try replica.title(of: conflict.record, App.language)) (\(App.language.kind(of: conflict.record.table)) \(id)): \(App.language.column(conflict.column, in: conflict.record.table))"), .heading)
        // Of values that one laptop put beside one another again, none is mine and none theirs.
        let sides = Set(conflict.siblings.map(\.author.isOwn))
        var remedy = sides.count == 2 ? Sentence.conflictRemedy : .conflictRemedyValue
        if let passage = conflict.passage {
            try Output.line("    " + line(passage))
            for wording in conflict.siblings { try Output.line("    " + line(wording: wording)) }
            remedy = .passageRemedy
        } else {
            for sibling in conflict.siblings { try Output.line(try "    " + line(sibling, of: conflict.column, in: Schema.community[conflict.record.table], replica)) }
        }
        let subject = "\(try handles.text(conflict.record)) --column \(conflict.column)" + (number.map { " --passage \($0)" } ?? "")
        try Output.line("  " + App.language.say(remedy, subject))
    }
}

private func json(
    _ record: RecordID, _ column: String?, _ kind: String, _ siblings: [SiblingDetail], _ passage: Conflict.Passage? = nil
) -> JSON {
    let names = column.flatMap { name in
        Schema.community[record.table]?[column: name]?.parts.map(\.name)
    } ?? []
    return .object(json(record) + [
        ("column", column.map { .string($0) } ?? .null), ("kind", .string(kind)),
        ("values", .array(siblings.map { json($0, of: names) })),
    ] + (passage.map { [("passage", json($0))] } ?? []))
}

struct Notices: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon de berichten: wat vanzelf gekozen is.", "Show the notices: what was chosen by itself."),
            discussion: both("Gezien: 'kith dismiss'.", "Seen: 'kith dismiss'."))
    }

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        let notices = try replica.store.notices()
        if options.json {
            try Output.json([("notices", .array(notices.map { json($0.record, $0.column, $0.kind.rawValue, $0.siblings) }))])
        } else {
            let ids = try ShortIDs(replica.store)
            for notice in notices { try Output.line(kith.text(notice, ids, replica)) }
            if notices.isEmpty { try Output.line(App.language.say(.noNotices)) }
        }
        try replica.close()
    }
}

func text(_ notice: Notice, _ ids: ShortIDs, _ replica: Replica) throws -> String {
    let subject = "\(try replica.title(of: notice.record, App.language)) (\(App.language.kind(of: notice.record.table)) \(ids.text(notice.record)))"
        + (notice.column.map { ", \(App.language.column($0, in: notice.record.table))" } ?? "")
    switch notice.kind {
    case .editBeatDelete: return App.language.say(.noticeEditBeatDelete, subject)
    case .rankChose:
        func said(_ sibling: SiblingDetail) throws -> String { try text(sibling.parts, of: notice.column ?? "", in: Schema.community[notice.record.table], replica) }
        let others = try notice.siblings.filter { !$0.isShown }.map { "\(name($0.author)): \(try said($0))" }
        return App.language.say(
            .noticeRankChose, subject, try notice.siblings.first(where: \.isShown).map(said) ?? "?", plain(others.joined(separator: ", ")))
    case .editsMet:
        return App.language.say(.noticeEditsMet, subject, plain(notice.siblings.map { "\(name($0.author)): \(words($0))" }.joined(separator: "; ")))
    case .parked where notice.isOwnRule: return App.language.say(.noticeKeyUnfit, subject)
    case .parked: return App.language.say(.noticeParked, subject, plain(notice.detail))
    case .tooLarge: return App.language.say(.tooLargeCell, subject, byteText(Int(notice.detail) ?? 0))
    }
}

struct Settle: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Kies bij verschillen.", "Choose where there are differences."),
            discussion: both(
                "mine: wat op deze laptop is geschreven; theirs: het nieuwste van een ander; newest: het nieuwste; both: van een tekst alle bewoordingen, zoals ze er staan; iets anders is de waarde zelf. Van een tekst gaat het om een passage: wat u kiest komt tussen de haken die 'kith conflicts' toont.\nVoorbeelden: kith settle 'Jan de Vries' --take mine\n             kith settle 'Jan de Vries' --column language --take nl\n             kith settle --all --take newest",
                "mine: what was written on this laptop; theirs: the newest of somebody else; newest: the newest; both: of a text all wordings, as they stand; anything else is the value itself. Of a text it is about a passage: what you choose comes between the brackets that 'kith conflicts' shows.\nExamples: kith settle 'Jan de Vries' --take mine\n          kith settle 'Jan de Vries' --column language --take nl\n          kith settle --all --take newest"))
    }

    @Argument(help: idHelp) var id: String?
    @Flag(help: ArgumentHelp(both("Alle verschillen.", "All differences."))) var all = false
    @Option(help: ArgumentHelp(both("Alleen dit, zoals voornaam.", "Only this, such as 'given name'."), valueName: both("kolom", "column"))) var column: String?
    @Option(help: ArgumentHelp(both("mine, theirs, newest, both of een waarde.", "mine, theirs, newest, both or a value."), valueName: both("keuze", "choice")))
    var take: String
    @Option(help: ArgumentHelp(both("Van een tekst alleen deze plek: het nummer dat 'kith conflicts' noemt.", "Of a text only this place: the number that 'kith conflicts' says."), valueName: both("nummer", "number")))
    var passage: Int?
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (id != nil) != all else { throw ValidationError(both("Geef een naam, of --all.", "Give a name, or --all.")) }
        if passage != nil && column == nil { throw ValidationError(both("--passage hoort bij --column.", "--passage goes with --column.")) }
        if all && column != nil { throw ValidationError(both("--column hoort bij een naam.", "--column goes with a name.")) }
        if all && !["mine", "theirs", "newest", "both"].contains(take) {
            throw ValidationError(both("Met --all: mine, theirs, newest of both.", "With --all: mine, theirs, newest or both."))
        }
    }

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let record = try id.map { try options.record($0, among: Set(replica.store.conflicts().map(\.record)), replica) }
        let pieces = Pieces()
        let count = try replica.store.settle(
            record, column: named(column, in: record), passage: try record.flatMap { try place($0, replica) }, try choice(for: record, replica), goOn: pieces.goOn)
        if pieces.isStopped { return try pieces.stop(replica, count, "settled", isJSON: options.json) }
        let isOpen = try count == 0 && replica.store.conflicts().contains { record == nil || $0.record == record }
        let text = isOpen
            ? both("Geen van de waarden is van die kant. Kies met --take WAARDE, of newest (het nieuwste).", "None of the values is of that side. Choose with --take VALUE, or newest (the newest).")
            : count == 0 ? App.language.say(.settledNothing) : App.language.count(count, .settledOne, .settledMany)
        try say(text, or: [("settled", .number(count))], isJSON: options.json)
        try replica.close()
    }

    private func named(_ column: String?, in record: RecordID?) -> String? {
        column.map { name in record.flatMap { Schema.community[$0.table]?.columnCalled(name) } ?? name }
    }

    /// Which of several passages of one text a conflict is about, from 1; nil when there are not several.
    static func number(of index: Int, in conflicts: [Conflict]) -> Int? {
        let of = conflicts[index]
        guard of.passage != nil else { return nil }
        let same = conflicts.indices.filter { conflicts[$0].passage != nil && conflicts[$0].record == of.record && conflicts[$0].column == of.column }
        return same.count > 1 ? same.firstIndex(of: index).map { $0 + 1 } : nil
    }

    /// The passage that `--passage` says.
    private func place(_ record: RecordID, _ replica: Replica) throws -> Conflict.Passage? {
        guard let passage else { return nil }
        let open = try replica.store.conflicts().filter { $0.record == record && $0.column == named(column, in: record) }.compactMap(\.passage)
        guard open.indices.contains(passage - 1) else {
            throw ValidationError(both("Zo'n plek is er niet; zie 'kith conflicts'.", "There is no such place; see 'kith conflicts'."))
        }
        return open[passage - 1]
    }

    private func choice(for record: RecordID?, _ replica: Replica) throws -> Store.Choice {
        switch take {
        case "mine": return .mine
        case "theirs": return .theirs
        case "newest": return .newest
        case "both": return .both
        default:
            var open = try replica.store.conflicts().filter { $0.record == record && (column == nil || $0.column == named(column, in: record)) }
            if let passage = try record.flatMap({ try place($0, replica) }) { open = open.filter { $0.passage == passage } }
            guard open.count <= 1 || open.allSatisfy({ $0.passage != nil && $0.column == open[0].column }) else {
                throw ValidationError(both(
                    "Hier zijn meer verschillen; zeg met --column welk.", "There are several differences here; say which with --column."))
            }
            guard let conflict = open.first else { return .newest }
            // The words of a passage may be none.
            if conflict.passage != nil { return .value(.text(Array(take.utf8))) }
            let part = Schema.community[conflict.record.table]?[column: conflict.column]?.parts.first?.name ?? conflict.column
            return .value(try options.entered([Assignment(part, take)], replica) { try replica.entered($0[0].text, for: part, in: conflict.record) })
        }
    }
}

struct Dismiss: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zeg dat u een bericht zag, of laat zo wat niet klopt; voor iedereen.", "Say that you saw a notice, or leave as it is what is not right; for everyone."),
            discussion: both(
                "Wat na te kijken is (zie 'kith conflicts') blijft dan zoals het is, en komt terug zodra er iets aan verandert: nog een aanmelding, een andere plek. 'kith conflicts --dismissed' toont ze nog.\nVoorbeelden: kith dismiss 'Samen eten'\n             kith dismiss --all",
                "What is to be checked (see 'kith conflicts') then stays as it is, and comes back as soon as something about it changes: one more sign-up, another place. 'kith conflicts --dismissed' still shows them.\nExamples: kith dismiss 'Samen eten'\n          kith dismiss --all"))
    }

    @Argument(help: idHelp) var id: String?
    @Flag(help: ArgumentHelp(both("Alle berichten, en alles wat na te kijken is.", "All notices, and all that is to be checked."))) var all = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (id != nil) != all else { throw ValidationError(both("Geef een naam, of --all.", "Give a name, or --all.")) }
    }

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let record = try id.map { name in
            try options.record(name, among: Set(replica.store.notices().map(\.record) + replica.store.brokenRules().map { RecordID($0.row) }), replica)
        }
        let pieces = Pieces()
        var count = try replica.store.dismiss(record, goOn: pieces.goOn)
        if !pieces.isStopped { count += try replica.store.dismissBrokenRules(record, goOn: pieces.goOn) }
        if pieces.isStopped { return try pieces.stop(replica, count, "dismissed", isJSON: options.json) }
        count += try replica.store.letBe(leftContact: record)
        try say(
            count == 0 ? App.language.say(.settledNothing) : App.language.count(count, .dismissedOne, .dismissedMany), or: [("dismissed", .number(count))], isJSON: options.json)
        try replica.close()
    }
}
