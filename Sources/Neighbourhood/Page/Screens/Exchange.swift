import Community
import CRDT
import Engine
import Foundation
import Store
import Words

/// Sticks, laptops near and relays: what is here now, one button for all of it, and what came of it.
enum Exchange {
    static let screen = Screen(
        "uitwisselen", tab: .exchange,
        templates: [
            "exchange": template, "exchangeRecords": recordsTemplate, "exchangeWays": ways, "exchangeBusy": busy, "exchangeLines": lines, "exchangeDone": done, "exchangeMass": mass, "changedRow": changedRow,
        ], show: show, act: act)

    private static let shortCount = 8
    private static let longCount = 100
    /// Of the conflicts so many are named in a report; all of them stand on the page to choose on.
    private static let namedCount = 200

    private static func show(_ visit: Visit) throws -> Answer {
        let work = visit.desk.exchanging
        switch visit.rest.first {
        case "wegen": return .event(template: "exchangeWays", values: try wayValues(visit), isLast: work.isRunning)
        case "alleen-hier": return .page(try onlyHerePage(visit))
        case "gekomen": return .page(try arrivedPage(visit))
        case "stand": return .event(template: "exchangeLines", values: lineValues(work.standing, visit), isLast: !work.isRunning)
        case nil: break
        default: return .missing
        }
        if let change = work.massChange { return .page(massPage(change, visit)) }
        if work.isRunning {
            return .page(Page(template: "exchangeBusy", title: visit.say(ExchangePageSentence.busyTitle), values: lineValues(work.standing, visit).merging(["refreshes": true]) { own, _ in own }))
        }
        if let report = work.report { return .page(try donePage(report, visit)) }
        return .page(try page(visit))
    }

    private static func page(_ visit: Visit) throws -> Page {
        let found = try visit.replica.store.onlyHere(limit: shortCount)
        return Page(template: "exchange", title: visit.say(.tabExchange), values: try wayValues(visit).merging([
            "onlyHere": found.records.map { RecordWords.values($0, visit) }, "hasOnlyHere": found.changeCount > 0, "onlyHereCount": visit.language.number(found.changeCount),
            "onlyHereAll": maybe(found.next == nil ? nil : visit.say(.showAll, visit.count(found.changeCount, ExchangePageSentence.changeOne, .changeMany))),
        ]) { own, _ in own })
    }

    // MARK: Long lists, part after part

    /// All that stands here alone.
    private static func onlyHerePage(_ visit: Visit) throws -> Page {
        let found = try visit.replica.store.onlyHere(after: visit.query["na"].flatMap { Int64($0) }, limit: longCount)
        return recordsPage(found, visit.say(ExchangePageSentence.onlyHereTitle), "/uitwisselen/alleen-hier", visit)
    }

    /// All that came in the exchange of which the report stands there.
    private static func arrivedPage(_ visit: Visit) throws -> Page {
        guard let report = visit.desk.exchanging.report else { throw StoreError(.notFound) }
        var found = try visit.replica.store.arrivedRecords(since: report.knownBefore, after: visit.query["na"].flatMap { Int64($0) }, limit: longCount)
        found.changeCount = report.arrived.changeCount
        return recordsPage(found, visit.say(ExchangePageSentence.arrivedTitle), "/uitwisselen/gekomen", visit)
    }

    private static func recordsPage(_ found: ChangedRecords, _ title: String, _ address: String, _ visit: Visit) -> Page {
        Page(template: "exchangeRecords", title: title, values: [
            "recordsTitle": title, "recordsCount": visit.count(found.changeCount, ExchangePageSentence.changeOne, .changeMany), "records": found.records.map { RecordWords.values($0, visit) },
            "nextLink": maybe(found.next.map { "\(address)?na=\($0)" }),
        ])
    }

    // MARK: What is here now

    private static func wayValues(_ visit: Visit) throws -> Values {
        let desk = visit.desk
        let replica = try visit.replica
        let sticks = desk.sticks.mounted(desk)
        let laptops = desk.nearby.laptops(desk)
        let relays = try replica.relayEntries().filter { !$0.isRemoved }
        let file = desk.bundle.flatMap { desk.sticks.file($0, desk) }
        let count = sticks.count + laptops.count + relays.count + (file == nil ? 0 : 1)
        return [
            "isAny": count > 0, "exchangeLead": visit.say(count == 0 ? ExchangePageSentence.exchangeLeadNone : sticks.isEmpty || laptops.isEmpty || relays.isEmpty ? .exchangeLeadSome : .exchangeLeadAll),
            "sticks": sticks.map { stick($0, visit) }, "hasSticks": !sticks.isEmpty, "mayRelease": !sticks.isEmpty,
            "laptops": laptops.map { ["laptopWhat": visit.say(ExchangePageSentence.laptopNearWhat, $0.host), "address": $0.text] as Values }, "hasLaptops": !laptops.isEmpty,
            "isSearching": desk.nearby.isSearching, "isFindable": desk.nearby.isFindable,
            "relays": relays.map { relay in
                [
                    "relayName": relay.label, "relayID": relay.device.description,
                    "relayWhat": [
                        relay.metMilliseconds.map { visit.say(ExchangePageSentence.relayLast, visit.time($0)) } ?? visit.say(ExchangePageSentence.relayNever),
                        relay.lackingCount > 0 ? visit.say(ExchangePageSentence.relayLacks, visit.count(relay.lackingCount, ExchangePageSentence.changeOne, .changeMany)) : nil,
                    ].compactMap { $0 }.joined(separator: " "),
                ] as Values
            }, "hasRelays": !relays.isEmpty, "staysConnected": desk.nearby.staysConnected,
            "file": file.map { ["fileTitle": visit.say(ExchangePageSentence.fileOpened, $0.name), "fileLines": [line($0, visit)], "filePath": $0.path, "mayReadFile": $0.isForUs] as Values } ?? false as Any,
        ]
    }

    private static func stick(_ stick: Stick, _ visit: Visit) -> Values {
        let forUs = stick.files.filter(\.isForUs), others = stick.files.filter { !$0.isForUs }
        return [
            "stickTitle": visit.say(ExchangePageSentence.stickFound, stick.name), "stickPath": stick.path,
            "forUs": forUs.map { line($0, visit) }, "isForUs": !forUs.isEmpty, "isEmptyStick": stick.files.isEmpty, "others": others.map { line($0, visit) }, "hasOthers": !others.isEmpty,
        ]
    }

    private static func line(_ file: StickFile, _ visit: Visit) -> Values {
        func line(_ name: String, _ what: String? = nil, isGood: Bool = false, isWrong: Bool = false) -> Values {
            ["fileName": name, "fileWhat": maybe(what), "isGood": isGood, "isWrong": isWrong]
        }
        return switch file.state {
        case .looking: line(visit.say(ExchangePageSentence.stickLooking, file.name))
        case .forUs(let packer, let packed): line(packer, visit.time(packed), isGood: true)
        case .own(let packed): line(file.name, visit.say(ExchangePageSentence.stickOwn, visit.time(packed)))
        case .otherList(let space): line(visit.say(ExchangePageSentence.stickOther, file.name, space))
        case .closed: line(visit.say(ExchangePageSentence.stickClosed, file.name))
        case .published: line(visit.say(ExchangePageSentence.stickPublished, file.name))
        case .wrong(let code, let message): line(visit.say(ExchangePageSentence.stickDamaged, file.name, StickWords.wrong(code: code, message, visit.language)), isWrong: true)
        }
    }

    // MARK: While it goes on

    private static func lineValues(_ standing: Exchanging.Standing, _ visit: Visit) -> Values {
        let now = standing.lines.first { $0.state == .busy }
        return [
            "busyNow": now.map { visit.say(ExchangePageSentence.busyNow, [$0.name, visit.say($0.place)].joined(separator: ", ")) } ?? visit.say(ExchangePageSentence.busyTitle),
            "hasTotal": standing.totalByteCount > 0 && standing.doneByteCount < standing.totalByteCount, "doneBytes": String(standing.doneByteCount), "totalBytes": String(max(1, standing.totalByteCount)),
            "secondsLeft": maybe(standing.isStopping ? visit.say(ExchangePageSentence.isStopping) : standing.secondsLeft.map { visit.say(ExchangePageSentence.secondsLeft, String($0)) }),
            "lines": standing.lines.map { line($0, visit) },
        ]
    }

    private static func line(_ line: Exchanging.Line, _ visit: Visit) -> Values {
        let (state, tone): (ExchangePageSentence, String) = switch line.state {
        case .waits: (.stateWaits, "")
        case .busy: (.stateBusy, "")
        case .done: (.stateDone, "good")
        case .failed: (.stateFailed, "wait")
        case .skipped: (.stateSkipped, "")
        }
        return [
            "lineName": line.name, "linePlace": visit.say(line.place), "lineWhat": maybe(line.what), "lineState": visit.say(state), "lineTone": tone,
            "isDone": line.state == .done, "isBusy": line.state == .busy, "isFailed": line.state == .failed, "isWaiting": line.state == .waits || line.state == .skipped,
        ]
    }

    // MARK: What came of it

    private static func donePage(_ report: Exchanging.Report, _ visit: Visit) throws -> Page {
        let sent = report.sent.reduce(0) { $0 + $1.count }, received = report.arrived.changeCount
        let lead = visit.say(ExchangePageSentence.doneLead, visit.language.number(sent), visit.language.number(received), visit.language.number(report.conflicts.count))
        func group(_ title: ExchangePageSentence, _ kind: Arrived.Kind) -> Values? {
            guard kind.count > 0 else { return nil }
            return [
                "groupTitle": visit.say(title), "groupCount": visit.language.number(kind.count), "groupRows": kind.records.map { RecordWords.values($0, visit) },
                "groupMore": maybe(kind.count > kind.records.count ? visit.say(ExchangePageSentence.andMore, visit.language.number(kind.count - kind.records.count)) : nil),
            ]
        }
        return Page(template: "exchangeDone", title: lead, values: [
            "doneLead": lead, "wasStopped": report.wasStopped,
            "released": report.sticks.map { stick -> Values in
                switch stick.release {
                case .released, .nothingToDo:
                    ["mayGo": true, "stickWords": report.sticks.count == 1 ? visit.say(ExchangePageSentence.mayTakeOut) : visit.say(ExchangePageSentence.mayTakeOutName, stick.name)]
                case .refused: ["mayGo": false, "stickWords": visit.say(ExchangePageSentence.notUnmounted, stick.name)]
                }
            },
            "sentCount": visit.language.number(sent), "nothingSent": sent == 0,
            "sentRows": report.sent.map { ["sentName": $0.name, "sentWhat": visit.count($0.count, ExchangePageSentence.changeOne, .changeMany), "isWhole": $0.isWhole] as Values },
            "receivedCount": visit.language.number(received), "nothingReceived": received == 0, "isReceived": received > 0,
            "writers": report.arrived.writers.map { writer in
                ["writer": visit.say(ExchangePageSentence.fromWhom, writer.label ?? visit.say(ExchangePageSentence.unknownWriter), visit.count(writer.changeCount, ExchangePageSentence.changeOne, .changeMany))] as Values
            },
            "groups": [group(.newRecords, report.arrived.new), group(.changedRecords, report.arrived.changed), group(.binnedRecords, report.arrived.deleted)].compactMap { $0 },
            "conflictCount": visit.language.number(report.conflicts.count), "hasConflicts": !report.conflicts.isEmpty,
            "conflictRows": report.conflicts.prefix(namedCount).map { ["conflictTitle": "\(RecordWords.title($0.record, visit)): \(ColumnWords.title($0.column, in: $0.record.table, visit))"] as Values },
            "failureCount": visit.language.number(report.failures.count), "hasFailures": !report.failures.isEmpty,
            "failureRows": report.failures.map { ["failureName": $0.name, "failureText": $0.text] as Values }, "remarks": report.remarks.map { ["remark": $0] as Values },
            "lines": report.lines.map { line($0, visit) }, "others": try others(report, visit), "five": maybe(visit.desk.standing?.five),
        ])
    }

    private static func others(_ report: Exchanging.Report, _ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        return try replica.deviceEntries().filter { !$0.isOwn && !$0.isRemoved && $0.role != .recovery }.map { entry in
            guard entry.metMilliseconds != nil else { return ["isSame": false, "otherWords": visit.say(ExchangePageSentence.neverHeardOf, entry.label), "otherWhat": maybe(report.wroteStick ? visit.say(ExchangePageSentence.lacksOnStick) : nil)] }
            let lacks = try replica.store.lackingCount(ofDevice: entry.id)
            return [
                "isSame": lacks == 0,
                "otherWords": lacks == 0 ? visit.say(ExchangePageSentence.nowSame, entry.label) : visit.say(ExchangePageSentence.lacksChanges, entry.label, visit.count(lacks, ExchangePageSentence.changeOne, .changeMany)),
                "otherWhat": maybe(lacks > 0 && report.wroteStick ? visit.say(ExchangePageSentence.lacksOnStick) : nil),
            ]
        }
    }

    private static func massPage(_ change: MassChange, _ visit: Visit) -> Page {
        Page(template: "exchangeMass", title: visit.say(ExchangePageSentence.massTitle), values: [
            "massRows": change.entries.map { entry in
                let rows = visit.language.rows(entry.count, of: entry.table)
                return ["massRow": [rows, entry.column.map { ColumnWords.title($0, in: entry.table, visit) } ?? visit.say(ExchangePageSentence.wasDeleted)].joined(separator: ": ")] as Values
            },
        ])
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let desk = visit.desk, work = desk.exchanging
        func begin(_ ways: [Exchanging.Way], accepts: Bool = false) throws -> Answer {
            guard !work.isRunning else { return .go("/uitwisselen", visit.told(ExchangePageSentence.stickBusy, "")) }
            // What was to be done when it was asked about is what is done then.
            desk.noteWrite()
            try work.start(ways, desk, releases: visit.form["los"] != nil, acceptsMassChange: accepts, visit.language)
            return .go("/uitwisselen")
        }
        switch visit.form["doe"] {
        case "alles": return try begin(all(visit))
        case "stick":
            guard let stick = desk.sticks.mounted(desk).first(where: { $0.path == visit.form["pad"] }) else { return .go("/uitwisselen") }
            return try begin([.stick(name: stick.name, path: stick.path)])
        case "bestand":
            guard let path = desk.bundle else { return .go("/uitwisselen") }
            return try begin([.file(path)])
        case "laptop":
            guard let address = desk.nearby.laptops(desk).first(where: { $0.text == visit.form["adres"] }) else { return .go("/uitwisselen") }
            return try begin([.laptop(address)])
        case "relay": return try begin([.relay(visit.form["welke"] ?? "")])
        case "stop": work.stop()
        case "gezien":
            work.markSeen()
            return .go(visit.form["naar"] == "kiezen" ? "/kiezen" : "/uitwisselen")
        case "vindbaar": try desk.nearby.letFind(desk, visit.language)
        case "onvindbaar": desk.nearby.hide(desk)
        case "blijf": try desk.nearby.stay(desk)
        case "weg": desk.nearby.leave()
        case "versturen":
            work.forgetMassChange()
            return try begin(all(visit), accepts: true)
        case "terug":
            work.forgetMassChange()
            let count = try visit.replica.store.revertNotes()
            desk.noteWrite()
            return .go("/uitwisselen", visit.told(ExchangePageSentence.massUndone, visit.count(count, ExchangePageSentence.changeOne, .changeMany)))
        default: return .missing
        }
        return .go("/uitwisselen")
    }

    private static func all(_ visit: Visit) throws -> [Exchanging.Way] {
        let desk = visit.desk
        return desk.sticks.mounted(desk).map { .stick(name: $0.name, path: $0.path) } + (desk.bundle.map { [.file($0)] } ?? [])
            + desk.nearby.laptops(desk).map { .laptop($0) } + (try visit.replica.relayEntries().filter { !$0.isRemoved }.map { .relay($0.device.description) })
    }

    // MARK: Templates

    private static let changedRow = #"""
        <li class="plain end"><p>{{#changedLink}}<a href="{{changedLink}}"><bdi>{{changedTitle}}</bdi></a>{{/changedLink}}{{^changedLink}}<bdi>{{changedTitle}}</bdi>{{/changedLink}}{{#isDeleted}} <span class="what">{{w.wasDeleted}}</span>{{/isDeleted}}</p><span class="what">{{changedCount}}, {{changedWhen}}</span></li>
        """#

    private static let template = #"""
        <header class="head"><h1>{{w.tabExchange}}</h1></header>
        <section aria-labelledby="wegen">
          <h2 id="wegen" class="unseen">{{w.whatIsThere}}</h2>
          <div class="stack" data-events="/uitwisselen/wegen">{{>exchangeWays}}</div>
        </section>

        <section id="alleen-hier" aria-labelledby="hier">
          <h2 id="hier">{{w.onlyHereTitle}}{{#hasOnlyHere}} <span class="count wait">{{onlyHereCount}}</span>{{/hasOnlyHere}}</h2>
          {{^hasOnlyHere}}<p class="what">{{w.onlyHereNone}}</p>{{/hasOnlyHere}}
          {{#hasOnlyHere}}<p class="what">{{w.onlyHereWhat}}</p>
          <ul class="rows">
            {{#onlyHere}}{{>changedRow}}
            {{/onlyHere}}
          </ul>
          {{#onlyHereAll}}<p><a class="button quiet" href="/uitwisselen/alleen-hier">{{onlyHereAll}}</a></p>{{/onlyHereAll}}{{/hasOnlyHere}}
        </section>
        """#

    private static let recordsTemplate = #"""
        <header class="head">
          <p><a class="back" href="/uitwisselen">{{>i-left}}{{w.tabExchange}}</a></p>
          <h1>{{recordsTitle}} <small>{{recordsCount}}</small></h1>
        </header>
        <ul class="rows">
          {{#records}}{{>changedRow}}
          {{/records}}
        </ul>
        {{#nextLink}}<p><a class="button" href="{{nextLink}}">{{w.olderOnes}}</a></p>{{/nextLink}}
        """#

    private static let fileLine = #"""
        <li{{#isWrong}} class="stop"{{/isWrong}}>{{#isGood}}{{>i-check}}{{/isGood}}{{#isWrong}}{{>i-alert}}{{/isWrong}}{{^isGood}}{{^isWrong}}{{>i-stick}}{{/isWrong}}{{/isGood}}<span><bdi>{{fileName}}</bdi>{{#fileWhat}}<br><span class="what">{{fileWhat}}</span>{{/fileWhat}}</span></li>
        """#

    private static let ways = #"""
        <p class="lead">{{exchangeLead}}</p>
        {{#isAny}}<form class="acts" method="post" action="/uitwisselen"><button class="primary big" name="doe" value="alles">{{>i-swap}}{{w.exchangeAll}}</button> {{#mayRelease}}<label class="check"><input type="checkbox" name="los" value="1" checked> <span>{{w.releaseAfter}}</span></label>{{/mayRelease}} <span class="what">{{w.mayGoOn}}</span></form>{{/isAny}}
        <div class="ways">
          {{#file}}<div class="card way">{{>i-stick}}
            <h3 class="h2"><bdi>{{fileTitle}}</bdi></h3>
            <ul class="why">{{#fileLines}}
        """# + fileLine + #"""
        {{/fileLines}}</ul>
            {{#mayReadFile}}<form method="post" action="/uitwisselen"><button name="doe" value="bestand">{{w.readThisFile}}</button></form>{{/mayReadFile}}</div>{{/file}}
          {{#sticks}}<div class="card way">{{>i-stick}}
            <h3 class="h2"><bdi>{{stickTitle}}</bdi></h3>
            {{#isForUs}}<p>{{w.forYouFrom}}</p>
            <ul class="why">{{#forUs}}
        """# + fileLine + #"""
        {{/forUs}}</ul>{{/isForUs}}
            {{^isForUs}}<p>{{#isEmptyStick}}{{w.emptyStick}}{{/isEmptyStick}}{{^isEmptyStick}}{{w.nothingForYou}}{{/isEmptyStick}}</p>{{/isForUs}}
            {{#hasOthers}}<ul class="why">{{#others}}
        """# + fileLine + #"""
        {{/others}}</ul>{{/hasOthers}}
            <form method="post" action="/uitwisselen"><input type="hidden" name="pad" value="{{stickPath}}"><input type="hidden" name="los" value="1"><button name="doe" value="stick">{{w.onlyTheStick}}<span class="unseen">: {{stickTitle}}</span></button></form></div>{{/sticks}}
          {{^hasSticks}}<div class="card way off">{{>i-stick}}
            <h3 class="h2">{{w.noStick}}</h3>
            <p>{{w.noStickWhat}}</p></div>{{/hasSticks}}
          {{#laptops}}<div class="card way">{{>i-laptop}}
            <h3 class="h2">{{w.laptopNear}}</h3>
            <p>{{laptopWhat}}</p>
            <form method="post" action="/uitwisselen"><input type="hidden" name="adres" value="{{address}}"><button name="doe" value="laptop">{{w.onlyThisLaptop}}<span class="unseen">: {{address}}</span></button></form></div>{{/laptops}}
          {{^hasLaptops}}<div class="card way off">{{>i-laptop}}
            <h3 class="h2">{{w.noLaptop}}</h3>
            <p>{{w.noLaptopWhat}}{{#isSearching}} {{w.searchesNow}}{{/isSearching}}</p>
            <form method="post" action="/uitwisselen">{{#isFindable}}<p class="soft">{{w.findable}}</p><button name="doe" value="onvindbaar">{{w.stopFinding}}</button>{{/isFindable}}{{^isFindable}}<button name="doe" value="vindbaar">{{w.letFind}}</button>{{/isFindable}}</form></div>{{/hasLaptops}}
          {{#relays}}<div class="card way">{{>i-relay}}
            <h3 class="h2"><bdi>{{relayName}}</bdi></h3>
            <p>{{relayWhat}}</p>
            {{#staysConnected}}<p class="soft">{{w.staysConnected}}</p>{{/staysConnected}}
            <form class="acts near" method="post" action="/uitwisselen"><input type="hidden" name="welke" value="{{relayID}}"><button name="doe" value="relay">{{w.onlyThisRelay}}<span class="unseen">: {{relayName}}</span></button> {{#staysConnected}}<button class="quiet" name="doe" value="weg">{{w.leaveRelay}}</button>{{/staysConnected}}{{^staysConnected}}<button class="quiet" name="doe" value="blijf">{{w.stayConnected}}</button>{{/staysConnected}}</form></div>{{/relays}}
          {{^hasRelays}}<div class="card way off">{{>i-relay}}
            <h3 class="h2">{{w.noRelay}}</h3>
            <p>{{w.noRelayWhat}}</p>
            <p><a href="/doorgeefservers">{{w.addRelay}}</a></p></div>{{/hasRelays}}
        </div>
        """#

    private static let rows = #"""
        <ol class="rows">
          {{#lines}}<li class="plain end"><p><b><bdi>{{lineName}}</bdi></b>, {{linePlace}}{{#lineWhat}}<br><span class="what"><bdi>{{lineWhat}}</bdi></span>{{/lineWhat}}</p><span class="tag {{lineTone}}">{{#isDone}}{{>i-check}}{{/isDone}}{{#isBusy}}{{>i-swap}}{{/isBusy}}{{#isFailed}}{{>i-alert}}{{/isFailed}}{{#isWaiting}}{{>i-clock}}{{/isWaiting}}{{lineState}}</span></li>
          {{/lines}}
        </ol>
        """#

    private static let lines = #"""
        <p class="h2"><b><bdi>{{busyNow}}</bdi></b></p>
        {{#hasTotal}}<progress aria-label="{{w.busyTitle}}" max="{{totalBytes}}" value="{{doneBytes}}"></progress>{{/hasTotal}}{{^hasTotal}}<progress aria-label="{{w.busyTitle}}"></progress>{{/hasTotal}}
        <p role="status">{{#secondsLeft}}{{secondsLeft}}{{/secondsLeft}}</p>
        <h2>{{w.whatHappens}}</h2>
        """# + rows

    private static let busy = #"""
        <header class="head"><h1>{{w.tabExchange}}</h1></header>
        <section class="card" aria-labelledby="bezig">
          <h2 id="bezig">{{w.busyTitle}}</h2>
          <form class="acts" method="post" action="/uitwisselen"><button name="doe" value="stop">{{w.stopExchange}}</button> <span class="what">{{w.stopMeans}}</span></form>
          <div data-events="/uitwisselen/stand">{{>exchangeLines}}</div>
        </section>
        <p class="what">{{w.mayClose}} <a href="/uitwisselen">{{w.refreshPage}}</a></p>
        """#

    private static let done = #"""
        <header class="head">
          <h1>{{w.doneTitle}}</h1>
          <p class="lead"><b>{{doneLead}} {{w.nothingLost}}</b></p>
          {{#wasStopped}}<p class="what">{{w.doneStopped}}</p>{{/wasStopped}}
        </header>
        {{#released}}<p class="notice {{#mayGo}}good{{/mayGo}}{{^mayGo}}wait{{/mayGo}}" role="status">{{>i-stick}}<span><b><bdi>{{stickWords}}</bdi></b> {{w.readBack}}</span></p>{{/released}}
        <section aria-labelledby="cijfers">
          <h2 id="cijfers" class="unseen">{{w.whatChanged}}</h2>
          <div class="figures">
            <details class="figure"><summary><b>{{sentCount}}</b> {{w.sentWords}}</summary>{{#nothingSent}}<p>{{w.nothingSent}}</p>{{/nothingSent}}<ul class="rows">{{#sentRows}}<li class="plain end"><p><bdi>{{sentName}}</bdi>{{#isWhole}}: {{w.wholeList}}{{/isWhole}}</p><span class="what">{{sentWhat}}</span></li>{{/sentRows}}</ul></details>
            <details class="figure"{{#isReceived}} open{{/isReceived}}><summary><b>{{receivedCount}}</b> {{w.receivedWords}}</summary>{{#nothingReceived}}<p>{{w.nothingReceived}}</p>{{/nothingReceived}}
              {{#isReceived}}<p>{{#writers}}<bdi>{{writer}}</bdi><br>{{/writers}}</p>{{/isReceived}}
              {{#groups}}<p><b>{{groupTitle}}</b> <span class="count">{{groupCount}}</span></p><ul class="rows">{{#groupRows}}{{>changedRow}}{{/groupRows}}</ul>{{#groupMore}}<p><a class="button quiet" href="/uitwisselen/gekomen">{{groupMore}}</a></p>{{/groupMore}}{{/groups}}</details>
            <details class="figure{{#hasConflicts}} wait{{/hasConflicts}}"><summary><b>{{conflictCount}}</b> {{w.toChooseWords}}</summary><ul class="rows">{{#conflictRows}}<li class="plain"><p><a href="/kiezen"><bdi>{{conflictTitle}}</bdi></a></p></li>{{/conflictRows}}</ul></details>
            {{#hasFailures}}<details class="figure" open><summary><b>{{failureCount}}</b> {{w.notReadWords}}</summary><ul class="rows">{{#failureRows}}<li class="plain"><p><b><bdi>{{failureName}}</bdi></b>: <bdi>{{failureText}}</bdi></p></li>{{/failureRows}}</ul></details>{{/hasFailures}}
          </div>
          {{#remarks}}<p class="notice wait">{{>i-clock}}<span><bdi>{{remark}}</bdi></span></p>{{/remarks}}
          <form class="acts" method="post" action="/uitwisselen"><input type="hidden" name="doe" value="gezien">{{#hasConflicts}}<button class="primary" name="naar" value="kiezen">{{w.chooseNow}}</button> <button name="naar" value="terug">{{w.seenReport}}</button>{{/hasConflicts}}{{^hasConflicts}}<button class="primary" name="naar" value="terug">{{>i-check}}{{w.seenReport}}</button>{{/hasConflicts}}</form>
        </section>
        <section aria-labelledby="gelijk">
          <h2 id="gelijk">{{w.whoHasWhat}}</h2>
          {{#five}}<p class="five">{{five}}</p>{{/five}}
          <ul class="rows">
            {{#others}}<li>{{#isSame}}{{>i-same}}{{/isSame}}{{^isSame}}{{>i-only}}{{/isSame}}<p><bdi>{{otherWords}}</bdi>{{#otherWhat}}<br><span class="what">{{otherWhat}}</span>{{/otherWhat}}</p></li>{{/others}}
          </ul>
          <details><summary>{{w.whatHappens}}</summary>
        """# + rows + #"""
        </details>
        </section>
        """#

    private static let mass = #"""
        <header class="head"><h1>{{w.massTitle}}</h1><p class="lead">{{w.massLead}}</p></header>
        <ul class="rows">{{#massRows}}<li>{{>i-alert}}<p><bdi>{{massRow}}</bdi></p></li>{{/massRows}}</ul>
        <form class="acts" method="post" action="/uitwisselen"><button class="primary" name="doe" value="versturen">{{w.massSend}}</button> <button name="doe" value="terug">{{w.massUndo}}</button></form>
        """#
}
