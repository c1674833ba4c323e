import Community
import CRDT
import Engine
import Interchange
import Platform
import Store

/// Two people who may be one, side by side: a person says so, or not, or later.
enum Duplicates {
    static let screen = Screen("dubbelen", tab: .duplicates, templates: ["duplicates": template, "comparing": comparing, "comparingWords": comparingWords], show: show, act: act)

    /// So many pairs are looked through for one that was not put off.
    private static let lookedCount = 100

    private static func show(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let isCompared = try visit.desk.isCompared(replica)
        if visit.rest == ["stand"] { return .event(template: "comparingWords", values: [:], isLast: isCompared) }
        guard visit.rest.isEmpty else { return .missing }
        guard isCompared else { return .page(Page(template: "comparing", title: visit.say(.tabDuplicates), values: ["refreshes": true])) }
        let later = Set((visit.session["dubbelen-later"] ?? "").split(separator: "\n").map(String.init))
        let pairs = try replica.openDuplicates(limit: lookedCount)
        let open = pairs.filter { !later.contains(key($0.first, $0.second)) }
        guard let pair = try replica.described(Array(open.prefix(1))).first else {
            return .page(Page(template: "duplicates", title: visit.say(.tabDuplicates), values: [
                "isPair": false, "lead": visit.say(pairs.isEmpty ? HelpPageSentence.duplicatesNone : .duplicatesLaterOnly), "mayAgain": !pairs.isEmpty, "left": false,
            ]))
        }
        let isLikely = pair.likeness.level == .veryLikely
        let why = pair.likeness.reasons.filter { $0.points > 0 }.map { visit.language.text($0.reason.phrase) }.joined(separator: ", ")
        return .page(Page(template: "duplicates", title: [pair.first.name, visit.say(.tabDuplicates)].joined(separator: " · "), values: [
            "isPair": true, "left": open.count >= lookedCount ? visit.say(HelpPageSentence.leftMany, String(lookedCount)) : visit.say(HelpPageSentence.left, visit.language.number(open.count)),
            "lead": visit.say(isLikely ? HelpPageSentence.veryLikely : .possibly, why), "isLikely": isLikely, "mayAgain": false,
            "firstSide": side(pair.first, visit), "secondSide": side(pair.second, visit), "first": pair.first.id.key[0], "second": pair.second.id.key[0],
            "lines": try lines(pair, visit),
        ]))
    }

    private static func side(_ side: PossibleDuplicate.Side, _ visit: Visit) -> Values {
        visit.gable(side.id, side.name).merging(["name": side.name.isEmpty ? visit.say(.noName) : side.name, "link": "/contact/\(side.id.key[0])"]) { own, _ in own }
    }

    private static func lines(_ pair: PossibleDuplicate, _ visit: Visit) throws -> [Values] {
        let store = try visit.replica.store
        let ids = [pair.first.id, pair.second.id]
        let found = Dictionary(try store.rows(ids).map { ($0.id, $0) }) { first, _ in first }
        let rows = ids.map { found[$0] }
        func texts(_ table: String, _ condition: String, _ text: (RecordRow) -> String) throws -> [String] {
            try ids.map { id in
                var all: [String] = []
                try store.list(table, where: Store.condition("contact", isOneOf: [id.key[0]]) + condition, limit: 20) { all.append(text($0)) }
                return all.sorted().joined(separator: ", ")
            }
        }
        func each(_ text: (RecordRow) -> String?) -> [String] { rows.map { $0.flatMap(text) ?? "" } }
        let spoken = try store.lastMoments(of: Set(ids.map { $0.key[0] }))
        let authors = try ids.map { try store.show($0).columns.flatMap(\.authors).min { $0.timeMilliseconds < $1.timeMilliseconds } }
        let all: [(title: PersonPageSentence, values: [String])] = [
            (.phone, try texts("contact_point", " and type = 'tel'") { SpokenPhone.text($0.value("value") ?? "") }),
            (.mail, try texts("contact_point", " and type = 'email'") { $0.value("value") ?? "" }),
            (.address, try texts("address", "") { row in
                ["street", "number", "addition", "postal_code", "city"].compactMap { row.value($0) }.joined(separator: " ")
            }),
            (.nameLabel, each(displayName)), (.fieldNickname, each { $0.value("nickname") }), (.area, each { $0.value("area") }),
            (.language, each { $0.value("language").map { visit.label($0, of: "language") } }), (.slip, each { CardNote.text($0.value("extra_vcard")) }),
            (.kindMoments, ids.map { spoken[$0.key[0]].map { visit.say(.lastOn, visit.day($0.occurredAt)) } ?? "" }),
            (.whoWrote, authors.map { $0.map { [$0.label ?? visit.say(PersonPageSentence.unknownLaptop), visit.day(localTime($0.timeMilliseconds))].joined(separator: ", ") } ?? "" }),
        ]
        return all.filter { !$0.values.allSatisfy(\.isEmpty) }.map { line in
            let isEqual = line.values[0].lowercased() == line.values[1].lowercased()
            return [
                "title": visit.say(line.title), "firstValue": line.values[0], "secondValue": line.values[1], "isEqual": isEqual,
                "equality": visit.say(isEqual ? HelpPageSentence.equal : line.values.contains("") ? .oneSide : .differs),
            ]
        }
    }

    private static func key(_ first: String, _ second: String) -> String { [first, second].sorted().joined(separator: ":") }

    private static func isJudged(_ first: RecordID, _ second: RecordID, _ visit: Visit) throws -> Bool {
        let pair = second.key[0].precedes(first.key[0]) ? [second.key[0], first.key[0]] : [first.key[0], second.key[0]]
        let verdict = try visit.replica.store.rows([RecordID(table: "identity_link", key: pair)]).first?.value("verdict")
        return verdict == "same" || verdict == "different"
    }

    private static func act(_ visit: Visit) throws -> Answer {
        if visit.form["doe"] == "weer" {
            visit.session["dubbelen-later"] = nil
            return .go("/dubbelen")
        }
        let first = try visit.record(visit.form["een"], in: "contact"), second = try visit.record(visit.form["ander"], in: "contact")
        let (a, b) = (displayName(of: first), displayName(of: second))
        // Judged meanwhile, in another tab or by another laptop: that word is not taken back by a form that did not show it.
        if visit.form["oordeel"] != "l", try isJudged(first.id, second.id, visit) { return .go("/dubbelen", visit.told(HelpPageSentence.judgedMeanwhile, a, b)) }
        switch visit.form["oordeel"] {
        case "l":
            visit.session["dubbelen-later"] = ((visit.session["dubbelen-later"] ?? "") + "\n" + key(first.id.key[0], second.id.key[0])).trimmingSpaces()
            return .go("/dubbelen", visit.told(HelpPageSentence.putOff, a, b))
        case "v":
            let (_, step) = try visit.write { try $0.link(first.id, second.id, .different) }
            return .go("/dubbelen", visit.told(HelpPageSentence.areDifferent, a, step: step, b))
        case "z":
            let (_, step) = try visit.write { try $0.link(first.id, second.id, .same) }
            return .go("/dubbelen", visit.told(HelpPageSentence.areSame, a, step: step, b))
        default: return .missing
        }
    }

    private static let comparing = #"""
        <header class="head"><h1>{{w.tabDuplicates}}</h1></header>
        <div data-events="/dubbelen/stand">{{>comparingWords}}</div>
        <p class="what">{{w.mayClose}} <a href="/dubbelen">{{w.refreshPage}}</a></p>
        """#

    private static let comparingWords = #"""
        <section class="card" aria-labelledby="vergelijken"><h2 id="vergelijken">{{w.comparing}}</h2><progress aria-labelledby="vergelijken"></progress><p role="status">{{w.comparingWhat}}</p></section>
        """#

    private static let template = #"""
        <header class="head">
          <h1>{{w.tabDuplicates}}{{#left}} <small>{{left}}</small>{{/left}}</h1>
          <p class="lead">{{lead}}</p>
          {{#mayAgain}}<form class="acts" method="post" action="/dubbelen"><button name="doe" value="weer">{{w.lookAgain}}</button></form>{{/mayAgain}}
        </header>
        {{#isPair}}
        <table class="pair" role="table">
          <caption class="unseen">{{w.sideBySide}}</caption>
          <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col"><span class="unseen">{{w.what}}</span></th>{{#firstSide}}<th role="columnheader" scope="col"><span class="face">{{>gable}} <a href="{{link}}"><bdi>{{name}}</bdi></a></span></th>{{/firstSide}}{{#secondSide}}<th role="columnheader" scope="col"><span class="face">{{>gable}} <a href="{{link}}"><bdi>{{name}}</bdi></a></span></th>{{/secondSide}}<th role="columnheader" scope="col"><span class="unseen">{{w.equalOrNot}}</span></th></tr></thead>
          <tbody role="rowgroup">
            {{#lines}}<tr role="row"{{#isEqual}} class="eq"{{/isEqual}}><th role="rowheader" scope="row">{{title}}</th><td role="cell">{{#isEqual}}<bdi>{{firstValue}}</bdi>{{/isEqual}}{{^isEqual}}<b><bdi>{{firstValue}}</bdi></b>{{/isEqual}}</td><td role="cell">{{#isEqual}}<bdi>{{secondValue}}</bdi>{{/isEqual}}{{^isEqual}}<b><bdi>{{secondValue}}</bdi></b>{{/isEqual}}</td><td role="cell"{{^isEqual}} class="soft"{{/isEqual}}>{{#isEqual}}{{>i-check}} {{/isEqual}}{{equality}}</td></tr>
            {{/lines}}
          </tbody>
        </table>

        <form class="tight" method="post" action="/dubbelen">
          <input type="hidden" name="een" value="{{first}}"><input type="hidden" name="ander" value="{{second}}">
          <p class="acts"><button class="big{{#isLikely}} primary{{/isLikely}}" name="oordeel" value="z" aria-keyshortcuts="z">{{w.same}}</button> <button class="big" name="oordeel" value="v" aria-keyshortcuts="v">{{w.different}}</button> <button class="big quiet" name="oordeel" value="l" aria-keyshortcuts="l">{{w.later}}</button> <span class="what keys">{{w.or}} <kbd>z</kbd> <kbd>v</kbd> <kbd>l</kbd></span></p>
          <p class="soft text"><b>{{w.same}}:</b> {{w.sameMeans}}</p>
        </form>
        {{/isPair}}
        """#
}
