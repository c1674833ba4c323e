import Community
import CRDT
import Engine
import Platform
import Store
import Trust
import Wire
import Words

// What imports of bundles and sessions did, for people and for scripts.

private func counts(_ report: BundleReport) -> String {
    let language = App.language
    return language.say(
        .mergeCounts, language.number(report.merge.newRecordCount), language.number(report.merge.changedRecordCount),
        language.number(report.merge.deletedRecordCount),
        language.number(max(0, report.conflictsAfter - report.conflictsBefore)))
}

func text(missing: [MissingChanges]) -> [String] { App.language.lines(missing: missing, plain: plain) }
func copies(_ found: [FoundCopy]) -> [String] { App.language.lines(copies: found, plain: plain) }

/// What was taken in of edits that no trigger saw.
func text(_ unwatched: [Unwatched]) -> [String] {
    let language = App.language
    return unwatched.flatMap(\.tables).flatMap { table -> [String] in
        var lines: [String] = []
        if table.changed + table.added + table.removed > 0 {
            lines.append(language.say(
                .editedUnseen, table.name, language.number(table.changed), language.number(table.added), language.number(table.removed)))
        }
        if table.removed > 0 { lines.append(language.say(.removedUnseen)) }
        if table.isRemade, table.unknown > 0 { lines.append(language.say(.notCompared, table.name, language.number(table.unknown))) }
        if table.keylessCount > 0 {
            lines.append(language.say(.keylessRows, table.name, language.number(table.keylessCount), plain(table.keylessTable)))
        }
        return lines
    }
}

func json(_ unwatched: [Unwatched]) -> [(String, JSON)] {
    [("unwatched", .array(unwatched.flatMap(\.tables).map { table in
        .object([
            ("table", .string(table.name)), ("changed", .number(table.changed)), ("added", .number(table.added)),
            ("removed", .number(table.removed)), ("not_compared", .number(table.isRemade ? table.unknown : 0)),
            ("keyless", .number(table.keylessCount)),
        ])
    }))]
}

func text(_ report: BundleImportReport) -> String {
    let language = App.language
    let heading = report.preamble.map {
        language.say(
            .cameFrom, report.path, plain(report.packerLabel ?? "?"), when($0.packedMilliseconds), age($0.packedMilliseconds))
    } ?? language.say(.salvagedFrom, report.path)
    // Known deltas may come with news of the roster: then not all of it was here.
    let isOld = report.isKnown && report.newStatementCount == 0
    var lines = isOld ? [language.say(.nothingNew)] : report.isKnown ? [] : [counts(report.report)]
    if report.newStatementCount > 0 { lines.append(language.count(report.newStatementCount, .statementsOne, .statementsMany)) }
    if report.newErasureCount > 0 { lines.append(language.count(report.newErasureCount, .erasuresCameOne, .erasuresCameMany)) }
    if report.lostSegmentCount > 0 { lines.append(language.say(.lostSegments, language.number(report.lostSegmentCount))) }
    if report.notSearchedByteCount > 0 { lines.append(language.say(.notSearched, byteText(report.notSearchedByteCount))) }
    lines += text(report.differences)
    return ([heading] + (lines + rest(report.report)).map { "  " + $0 }).joined(separator: "\n")
}

/// One line on a delta that was left out, and what helps.
private func unreadable(_ delta: BundleReport.DeltaReport, _ code: WireError.Code, _ labels: [DeviceID: String]) -> String {
    let sentence: Sentence =
        switch code {
        case .noKey: .unreadableKey
        case .newerFormat: .unreadableNewer
        default: .unreadableFault
        }
    return App.language.say(
        sentence, App.language.collection(delta.collection), App.language.count(delta.changeCount, .changeOne, .changeMany),
        plain(labels[delta.packer] ?? delta.packer.spoken))
}

/// One line on a delta of a laptop without access.
private func heldBack(_ delta: BundleReport.DeltaReport, _ labels: [DeviceID: String]) -> String {
    App.language.say(
        .quarantined, App.language.collection(delta.collection), App.language.count(delta.changeCount, .changeOne, .changeMany),
        plain(labels[delta.packer] ?? delta.packer.spoken))
}

/// What became of a delta that was in quarantine.
func text(_ report: BundleReport) -> String { ([counts(report)] + rest(report)).joined(separator: "\n") }

private func rest(_ report: BundleReport) -> [String] {
    let language = App.language
    var lines: [String] = []
    for delta in report.deltas {
        switch delta.state {
        case .waits(let missingCount):
            lines.append(language.say(.waits, language.collection(delta.collection), language.count(missingCount, .changeOne, .changeMany)))
        case .partly(let held, let count, let salvage):
            lines.append(language.say(
                .partly, language.collection(delta.collection), language.number(held), language.number(count), plain(report.packerLabels[delta.packer] ?? delta.packer.spoken)))
            lines += text(salvage)
        case .waitsForChain:
            lines.append(language.say(.waitsForChain, language.collection(delta.collection)))
        case .quarantined:
            lines.append(heldBack(delta, report.packerLabels))
        case .unreadable(let code):
            lines.append(unreadable(delta, code, report.packerLabels))
        case .passedOver:
            lines.append(language.say(.passedOver, language.collection(delta.collection)))
        case .merged, .known:
            break
        }
    }
    if report.merge.contradictedChangeCount > 0 { lines.append(language.say(.contradicted, language.number(report.merge.contradictedChangeCount))) }
    lines += copies(report.copies)
    if report.waitingMerged > 0 { lines.append(language.say(.waitingMerged, language.number(report.waitingMerged))) }
    lines += text(missing: report.missing)
    if report.conflictsAfter > 0 { lines.append(language.count(report.conflictsAfter, .conflictsOne, .conflictsMany)) }
    return lines
}

private func text(_ salvage: SalvageReport) -> [String] {
    let language = App.language
    func names(_ items: [SalvageReport.Item], of count: Int) -> String {
        let named = items.map { item in
            language.kind(of: item.record.table) + " " + plain(item.record.text) + (item.column.map { " (\(language.column($0, in: item.record.table)))" } ?? "")
        }
        return named.joined(separator: ", ") + (items.count < count ? ", …" : "")
    }
    var lines: [String] = []
    if salvage.takenCount > 0 {
        lines.append(language.say(.salvageTaken, language.number(salvage.takenCount), names(salvage.taken, of: salvage.takenCount)))
    }
    for (reason, sentence) in [
        (SalvageReport.Reason.differs, Sentence.salvageDiffers), (.counter, .salvageCounters), (.deleted, .salvageDeleted),
        (.refused, .salvageRefused), (.unknown, .salvageUnknown),
    ] {
        guard let count = salvage.leftCounts[reason] else { continue }
        lines.append(language.say(sentence, language.number(count), names(salvage.left.filter { $0.reason == reason }, of: count)))
    }
    return lines
}

private func json(_ item: SalvageReport.Item) -> JSON {
    .object([
        ("table", .string(item.record.table)), ("id", .string(item.record.text)), ("column", item.column.map { .string($0) } ?? .null),
        ("reason", item.reason.map { .string($0.rawValue) } ?? .null),
    ])
}

func json(_ report: BundleReport) -> [(String, JSON)] {
    [
        ("changes", .number(report.merge.changeCount)), ("new", .number(report.merge.newRecordCount)),
        ("changed", .number(report.merge.changedRecordCount)), ("deleted", .number(report.merge.deletedRecordCount)),
        ("conflicts", .number(report.conflictsAfter)), ("contradicted", .number(report.merge.contradictedChangeCount)),
    ] + json(missing: report.missing)
}

func json(missing: [MissingChanges]) -> [(String, JSON)] {
    [
        ("missing", .number(missing.reduce(0) { $0 + $1.count })),
        ("missing_from", .array(missing.map { .object([("device", .string($0.device)), ("count", .number($0.count))]) })),
    ]
}

private func json(_ delta: BundleReport.DeltaReport) -> JSON {
    var members: [(String, JSON)] = [("collection", .string(delta.collection)), ("changes", .number(delta.changeCount))]
    switch delta.state {
    case .merged: members.append(("state", .string("merged")))
    case .known: members.append(("state", .string("known")))
    case .waitsForChain: members.append(("state", .string("waits-for-chain")))
    case .quarantined: members.append(("state", .string("quarantined")))
    case .unreadable(let code): members += [("state", .string("unreadable")), ("reason", .string(code.rawValue))]
    case .passedOver: members.append(("state", .string("passed-over")))
    case .waits(let missing): members += [("state", .string("waits")), ("missing", .number(missing))]
    case .partly(let held, let count, let salvage):
        members += [
            ("state", .string("partly")), ("held_segments", .number(held)), ("segments", .number(count)),
            ("taken", .number(salvage.takenCount)), ("left", .number(salvage.leftCount)),
            ("taken_rows", .array(salvage.taken.map(json))), ("left_rows", .array(salvage.left.map(json))),
        ]
    }
    return .object(members)
}

private func json(_ report: BundleImportReport) -> JSON {
    .object([
        ("file", .string(report.path)), ("from", report.packerLabel.map { .string($0) } ?? .null),
        ("device", report.preamble.map { .string($0.packer.spoken) } ?? .null),
        ("made", report.preamble.map { .string(universalTime($0.packedMilliseconds)) } ?? .null),
        ("changes", .number(report.report.merge.changeCount)), ("new", .number(report.report.merge.newRecordCount)),
        ("changed", .number(report.report.merge.changedRecordCount)),
        ("deleted", .number(report.report.merge.deletedRecordCount)),
        ("known", .bool(report.isKnown)), ("waiting", .number(report.waitingCount)),
        ("quarantined", .number(report.quarantinedCount)), ("unreadable", .number(report.unreadableCount)), ("statements", .number(report.newStatementCount)),
        ("erasures", .number(report.newErasureCount)),
        ("waiting_merged", .number(report.report.waitingMerged)), ("lost_segments", .number(report.lostSegmentCount)),
        ("not_searched", .number(report.notSearchedByteCount)),
        ("copies", .array(report.report.copies.map { .string($0.label ?? "") })),
        ("deltas", .array(report.report.deltas.map(json))), ("differences", json(report.differences)),
    ])
}

/// The files of one call, added up; conflicts and what is missing are as they stand after the last one.
func json(_ results: [Result<BundleImportReport, Failure>]) -> [(String, JSON)] {
    let reports = results.compactMap { try? $0.get() }
    func sum(_ count: (BundleImportReport) -> Int) -> JSON { .number(reports.reduce(0) { $0 + count($1) }) }
    return [
        ("new", sum(\.report.merge.newRecordCount)), ("changed", sum(\.report.merge.changedRecordCount)),
        ("deleted", sum(\.report.merge.deletedRecordCount)),
        ("new_conflicts", sum { max(0, $0.report.conflictsAfter - $0.report.conflictsBefore) }),
        ("conflicts", .number(reports.last?.report.conflictsAfter ?? 0)), ("waiting", sum(\.waitingCount)),
        ("waiting_merged", sum(\.report.waitingMerged)),
    ] + json(missing: reports.last?.report.missing ?? []) + [
        ("bundles", .array(results.map { result in
            switch result {
            case .success(let report): return json(report)
            case .failure(let failure):
                let explanation = Explanation(failure.underlying, about: failure.subject, in: App.language)
                return .object([
                    ("file", .string(failure.subject)), ("error", .string(explanation.code)),
                    ("message", .string(explanation.message)),
                ])
            }
        }))
    ]
}

private func json(_ differences: [ContentsRemark]) -> JSON {
    .array(differences.map { remark in
        .object([
            ("device", .string(remark.label)), ("collection", .string(remark.collection)), ("settled", .bool(remark.isSettled)),
            ("records", .number(remark.changedRecords.values.reduce(0, +))),
        ])
    })
}

func text(_ report: MeetingReport) -> String {
    let language = App.language
    let outcome = report.outcome
    if outcome.admittedNewcomer { return report.peerLabel.isEmpty ? language.say(.newcomer) : language.say(.newcomerNamed, plain(report.peerLabel)) }
    var lines = [language.say(.met, plain(report.peerLabel))]
    if outcome.wasEqual {
        lines.append("  " + language.say(.metEqual))
    } else {
        lines.append("  " + language.say(
            .exchanged, language.number(outcome.receivedChangeCount), language.number(outcome.sentChangeCount),
            byteText(report.receivedByteCount + report.sentByteCount)))
    }
    lines += remarks(report).map { "  " + $0 }
    return lines.joined(separator: "\n")
}

/// What somebody should know of a session beside its counts.
func remarks(_ report: MeetingReport) -> [String] {
    let language = App.language
    var lines = copies(report.copies) + text(report.differences)
    for delta in report.quarantined {
        if case .unreadable(let code) = delta.state {
            lines.append(unreadable(delta, code, report.packerLabels))
        } else {
            lines.append(heldBack(delta, report.packerLabels))
        }
    }
    if report.waitingBundles > 0 { lines.append(language.count(report.waitingBundles, .waitsOne, .waitsMany)) }
    lines += text(missing: report.missing)
    if report.conflictsAfter > 0 { lines.append(language.count(report.conflictsAfter, .conflictsOne, .conflictsMany)) }
    return lines
}

func json(_ report: MeetingReport) -> [(String, JSON)] {
    let outcome = report.outcome
    return [
        ("peer", outcome.peer.map { .string($0.device.spoken) } ?? .null),
        ("peer_label", outcome.peer == nil ? .null : .string(report.peerLabel)),
        ("newcomer", .bool(outcome.admittedNewcomer)), ("equal", .bool(outcome.wasEqual)),
        ("received_changes", .number(outcome.receivedChangeCount)), ("sent_changes", .number(outcome.sentChangeCount)),
        ("received_bytes", .number(report.receivedByteCount)), ("sent_bytes", .number(report.sentByteCount)),
        ("new_conflicts", .number(max(0, report.conflictsAfter - report.conflictsBefore))),
        ("conflicts", .number(report.conflictsAfter)), ("waiting", .number(report.waitingBundles)),
        ("quarantined", .number(report.quarantined.count { $0.state == .quarantined })),
        ("unreadable", .number(report.quarantined.count { $0.state != .quarantined })),
        ("copies", .array(report.copies.map { .string($0.label ?? "") })), ("differences", json(report.differences)),
    ] + json(missing: report.missing)
}
