import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

/// What two people wrote apart, one choice at a time; what was right apart and cannot be together; what a rule has settled.
enum Choose {
    static let screen = Screen("kiezen", tab: .choose, templates: ["choose": template, "chooseAll": allTemplate], show: { visit in
        if visit.rest == ["alles"] { return .page(try allPage(visit, isStale: false)) }
        guard visit.rest.isEmpty else { return .missing }
        return .page(try page(visit, Refusals()))
    }, act: act)

    private static let nextCount = 5
    private static let brokenCount = 30
    private static let noticeCount = 30
    private static let newestCount = 200
    private static let laterKey = "kiezen-later"

    /// Names a conflict as it was shown, values and all: what a second tab shows is chosen only while it is still so.
    private static func mark(_ conflict: Conflict) -> String {
        var text = conflict.record.table + "\u{1}" + conflict.record.text + "\u{1}" + conflict.column
        if let passage = conflict.passage { text += "\u{1}\(passage.before)\u{2}\(passage.words)\u{2}\(passage.after)" }
        for sibling in conflict.siblings { text += "\u{1}\(sibling.author.device.map { $0.description } ?? "")\u{2}\(sibling.author.timeMilliseconds)\u{2}\(sibling.parts)" }
        return hash(text)
    }

    private static func mark(_ rule: BrokenRule) -> String {
        hash(([rule.kind.rawValue, rule.column ?? ""] + ([rule.row] + rule.others).flatMap { [$0.table] + $0.key } + rule.counts.map(String.init)).joined(separator: "\u{1}"))
    }

    private static func mark(_ conflicts: [Conflict]) -> String { hash(conflicts.map(mark).joined(separator: " ")) }

    private static func hash(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return String(hash, radix: 36)
    }

    private static func later(_ visit: Visit) -> Set<String> { Set((visit.session[laterKey] ?? "").split(separator: " ").map(String.init)) }

    // MARK: The page

    private static func page(_ visit: Visit, _ refusals: Refusals, isStale: Bool = false, asked: Conflict? = nil) throws -> Page {
        let replica = try visit.replica
        let conflicts = try replica.store.conflicts()
        let putOff = later(visit)
        let open = conflicts.filter { !putOff.contains(mark($0)) }
        let wanted = asked.flatMap { asked in open.first { $0.record == asked.record && $0.column == asked.column && $0.passage == asked.passage } }
        let first = wanted ?? open.first
        let rules = try replica.store.brokenRules(), notices = try replica.store.notices()
        let count = open.count == 1 ? visit.say(ChoosePageSentence.chooseLast) : visit.say(ChoosePageSentence.chooseOf, visit.language.number(open.count))
        let isText = first.map { [.text].contains($0.kind) } ?? false
        let lead = first?.passage != nil ? ChoosePageSentence.chooseLeadPassage : isText ? .chooseLeadText : .chooseLead
        var values: Values = [
            "chooseCount": maybe(first == nil ? nil : count), "chooseLead": first == nil ? visit.say(conflicts.isEmpty ? ChoosePageSentence.chooseNone : .chooseLaterOnly) : visit.say(lead),
            "hasLater": open.count < conflicts.count, "isStale": isStale,
            "next": open.filter { $0.record != first?.record || $0.column != first?.column || $0.passage != first?.passage }.prefix(nextCount).map { conflict in
                ["nextTitle": "\(RecordWords.title(conflict.record, visit)): \(ColumnWords.title(conflict.column, in: conflict.record.table, visit))"] as Values
            },
            "hasNext": open.count > 1, "mayNewest": conflicts.count > 0,
            "rules": try rules.prefix(brokenCount).map { try rule($0, visit) }, "hasRules": !rules.isEmpty, "ruleCount": visit.language.number(rules.count),
            "notices": notices.prefix(noticeCount).map { notice($0, visit) }, "hasNotices": !notices.isEmpty,
            "noticeCount": visit.language.number(notices.count), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ]
        if let first { values["conflict"] = try conflict(first, refusals, visit) } else { values["conflict"] = false }
        let title = first.map { RecordWords.title($0.record, visit) + " · " } ?? ""
        return Page(template: "choose", title: title + visit.say(.tabChoose), values: values, status: isStale ? 409 : refusals.isEmpty ? 200 : 422)
    }

    private static func conflict(_ conflict: Conflict, _ refusals: Refusals, _ visit: Visit) throws -> Values {
        let replica = try visit.replica
        let name = RecordWords.title(conflict.record, visit)
        let seen = try replica.store.seen(conflict.record, column: conflict.column)
        func before(_ sibling: SiblingDetail) -> [Value]? { seen.first { $0.parts == sibling.parts && $0.author == sibling.author }?.seen ?? seen.first { $0.parts == sibling.parts }?.seen }
        let befores = conflict.siblings.map(before)
        let isPassage = conflict.passage != nil
        let isOneBefore = !isPassage && befores.allSatisfy { $0 != nil && $0 == befores.first }
        func say(_ parts: [Value]) -> String {
            let said = ColumnWords.value(parts, of: conflict.column, in: conflict.record, visit).trimmingSpaces()
            return isPassage && said.isEmpty ? visit.say(ChoosePageSentence.tookWords) : said
        }
        let reach = conflict.record.table == "contact" ? try replica.reach(of: [conflict.record.key[0]], replica.store.identities(around: [conflict.record.key[0]]))[conflict.record.key[0]] ?? [] : []
        let isProse = conflict.siblings.contains { say($0.parts).count > 40 }
        let parts = Schema.community[conflict.record.table]?[column: conflict.column]?.parts
        return visit.gable(conflict.record, name).merging([
            "name": name, "link": maybe(RecordWords.link(conflict.record, visit)), "reach": reach.prefix(2).map(SpokenPhone.text).joined(separator: " · "),
            "field": ColumnWords.title(conflict.column, in: conflict.record.table, visit), "bothSaw": maybe(isOneBefore ? befores.first.flatMap { $0 }.map(say) : nil),
            "options": conflict.siblings.enumerated().map { index, sibling in
                [
                    "option": String(index + 1), "isFirst": index == 0 && visit.form["keus"] == nil || visit.form["keus"] == String(index + 1), "value": say(sibling.parts), "isProse": isProse,
                    "who": sibling.author.isOwn ? visit.say(ChoosePageSentence.ownName) : sibling.author.label ?? visit.say(ExchangePageSentence.unknownWriter),
                    "where": maybe(sibling.author.isOwn ? visit.say(ChoosePageSentence.ownUser) : nil), "when": visit.time(sibling.author.timeMilliseconds),
                    "saw": maybe(isOneBefore || isPassage ? nil : before(sibling).map { visit.say(ChoosePageSentence.thisSaw, say($0)) } ?? visit.say(ChoosePageSentence.notSeenHere)),
                ] as Values
            },
            "passage": conflict.passage.map { ["before": $0.before, "words": $0.words, "after": $0.after] as Values } as Any? ?? false,
            "bothOption": maybe(isPassage ? visit.say(ChoosePageSentence.keepBoth) : nil), "isBoth": visit.form["keus"] == "beide",
            "mayElse": conflict.kind != .once && parts?.count == 1, "isElse": visit.form["keus"] == "anders", "elseOption": String(conflict.siblings.count + 1),
            "elseField": refusals.field("anders", visit.form.sent("anders")), "isProse": isProse, "pickFault": maybe(refusals["keus"]),
            "mark": mark(conflict), "table": conflict.record.table, "record": conflict.record.text, "column": conflict.column,
        ]) { own, _ in own }
    }

    // MARK: What is no longer right

    private static func name(_ row: BrokenRule.Row, _ visit: Visit) -> String { RecordWords.title(RecordID(table: row.table, key: row.key), visit) }

    private static func sentence(_ rule: BrokenRule, _ visit: Visit) -> String {
        let language = visit.language
        func other(_ index: Int) -> String { rule.others.indices.contains(index) ? name(rule.others[index], visit) : "?" }
        func count(_ index: Int) -> String { rule.counts.indices.contains(index) ? language.number(rule.counts[index]) : "?" }
        let field = rule.column.map { ColumnWords.title($0, in: rule.row.table, visit).lowercasedFirst } ?? ""
        func value() -> String {
            guard let column = rule.column, let row = try? visit.replica.store.rows([RecordID(table: rule.row.table, key: rule.row.key)]).first else { return "?" }
            return ColumnWords.value([row[column]], of: column, in: row.id, visit)
        }
        let own = name(rule.row, visit)
        return switch rule.kind {
        case .overbooked: language.say(.overbooked, other(0), count(0), count(1), own)
        case .matchedTwice: language.say(.matchedTwice, other(0), count(0), own)
        case .lentTwice: language.say(.lentTwice, other(0), count(0), own, other(1))
        case .loggedAfterWithdrawal: language.say(.loggedAfterWithdrawal, other(1), other(0))
        case .placeRemoved: language.say(.placeRemoved, own, other(0))
        case .parentLoop: language.say(.parentLoop, own, rule.others.isEmpty ? own : rule.others.map { name($0, visit) }.joined(separator: ", "), field)
        case .contradictoryIdentity: language.say(.contradictoryIdentity, own, rule.others.map { name($0, visit) }.joined(separator: ", "))
        case .wrongValue: language.say(EntrySentence.wrongValue, own, field, value())
        case .danglingReference:
            rule.counts.first ?? 1 > 1
                ? language.say(.danglingReferences, own, field, rule.others.isEmpty ? value() : other(0), language.number(max(0, rule.counts.first ?? 1) - 1))
                : language.say(.danglingReference, own, field, rule.others.isEmpty ? value() : other(0))
        }
    }

    private static func words(_ fix: BrokenRule.Fix, _ visit: Visit) -> String {
        switch fix {
        case .edit(let row, "status", "waiting_list"):
            let person = row.table == "attendance" && row.key.count > 1 ? RecordWords.title(RecordID(table: "contact", key: [row.key[1]]), visit) : name(row, visit)
            return visit.say(ChoosePageSentence.fixWaiting, person)
        case .edit(_, "max_participants", let value): return visit.say(ChoosePageSentence.fixRoom, value)
        case .edit(let row, let column, let value):
            return visit.say(ChoosePageSentence.fixSet, ColumnWords.title(column, in: row.table, visit), ColumnWords.value([.text(Array(value.utf8))], of: column, in: RecordID(table: row.table, key: row.key), visit))
        case .fill(let row, _): return visit.say(ChoosePageSentence.fixOpen, name(row, visit))
        case .delete(let row): return visit.say(ChoosePageSentence.fixDelete, name(row, visit))
        case .undelete(let row): return visit.say(ChoosePageSentence.fixBack, name(row, visit))
        case .decline(let match): return visit.say(ChoosePageSentence.fixDecline, name(BrokenRule.Row("match", match), visit))
        }
    }

    private static func rule(_ rule: BrokenRule, _ visit: Visit) throws -> Values {
        [
            "sentence": sentence(rule, visit), "mark": mark(rule),
            "fixes": rule.fixes.enumerated().map { index, fix -> Values in
                if case .fill(let row, _) = fix {
                    return ["fixLink": maybe(RecordWords.link(RecordID(table: row.table, key: row.key), visit)), "fixWords": words(fix, visit), "isButton": false, "fix": ""]
                }
                return ["fixLink": false, "fixWords": words(fix, visit), "isButton": true, "fix": String(index)]
            },
        ]
    }

    private static func notice(_ notice: Notice, _ visit: Visit) -> Values {
        let name = RecordWords.title(notice.record, visit)
        let field = notice.column.map { ColumnWords.title($0, in: notice.record.table, visit).lowercasedFirst } ?? ""
        let text = switch notice.kind {
        case .editBeatDelete: visit.say(ChoosePageSentence.noticeEdit, name)
        case .rankChose:
            visit.say(ChoosePageSentence.noticeRank, name, field, notice.siblings.map { ColumnWords.value($0.parts, of: notice.column ?? "", in: notice.record, visit) }.joined(separator: " / "))
        case .editsMet:
            visit.say(ChoosePageSentence.noticeMet, name, field, notice.siblings.map { sibling in
                let words = ColumnWords.value(sibling.parts, of: notice.column ?? "", in: notice.record, visit).trimmingSpaces()
                let who = sibling.author.isOwn ? visit.say(ChoosePageSentence.ownName) : sibling.author.label ?? visit.say(ExchangePageSentence.unknownWriter)
                return "\(who): \(words.isEmpty ? visit.say(ChoosePageSentence.tookWords) : words)"
            }.joined(separator: "; "))
        case .parked: visit.say(ChoosePageSentence.noticeParkedHere, name)
        case .tooLarge: visit.say(ChoosePageSentence.noticeLarge, name, field)
        }
        return [
            "noticeText": text, "noticeLink": maybe(RecordWords.link(notice.record, visit)), "noticeName": name, "mayGo": [.editBeatDelete, .rankChose, .editsMet].contains(notice.kind),
            "noticeTable": notice.record.table, "noticeRecord": notice.record.text,
        ]
    }

    // MARK: The newest for all

    private static func allPage(_ visit: Visit, isStale: Bool) throws -> Page {
        let conflicts = try visit.replica.store.conflicts()
        return Page(template: "chooseAll", title: visit.say(ChoosePageSentence.newestTitle), values: [
            "isStale": isStale, "hasAny": !conflicts.isEmpty, "mark": mark(conflicts),
            "newest": conflicts.prefix(newestCount).map { conflict in
                let newest = conflict.siblings.max { $0.author.timeMilliseconds < $1.author.timeMilliseconds } ?? conflict.siblings[0]
                func say(_ parts: [Value]) -> String { ColumnWords.value(parts, of: conflict.column, in: conflict.record, visit) }
                return [
                    "name": RecordWords.title(conflict.record, visit), "link": maybe(RecordWords.link(conflict.record, visit)), "field": ColumnWords.title(conflict.column, in: conflict.record.table, visit),
                    "newValue": say(newest.parts), "oldValues": conflict.siblings.filter { $0.parts != newest.parts }.map { say($0.parts) }.joined(separator: " / "),
                ] as Values
            },
            "newestMore": maybe(conflicts.count > newestCount ? visit.say(ExchangePageSentence.andMore, visit.language.number(conflicts.count - newestCount)) : nil),
        ], status: isStale ? 409 : 200)
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        func goBack(_ told: Told? = nil) -> Answer {
            // What is counted at the top of each page has changed with it.
            visit.desk.countNow(replica)
            return .go("/kiezen", told)
        }
        switch visit.form["doe"] {
        case "weer":
            visit.session[laterKey] = nil
            return .go("/kiezen")
        case "alles":
            let conflicts = try replica.store.conflicts()
            guard visit.form["stand"] == mark(conflicts) else { return .page(try allPage(visit, isStale: true)) }
            let (count, step) = try visit.write { try $0.store.settle(nil, .newest) }
            return goBack(visit.told(ChoosePageSentence.newestDone, visit.language.number(count), step: step))
        case "laat-zo", "zet-recht":
            guard let rule = try replica.store.brokenRules().first(where: { mark($0) == visit.form["regel"] }) else { return goBack(visit.told(ChoosePageSentence.fixStale, "")) }
            let words = sentence(rule, visit)
            if visit.form["doe"] == "laat-zo" {
                let (_, step) = try visit.write { try $0.store.dismissBrokenRules(RecordID(table: rule.row.table, key: rule.row.key)) }
                return goBack(visit.told(ChoosePageSentence.letBeDone, words, step: step))
            }
            return .missing
        case "gezien":
            let record = try noticed(visit, replica)
            let name = RecordWords.title(record, visit)
            let (_, step) = try visit.write { try $0.store.dismiss(record) }
            return goBack(visit.told(ChoosePageSentence.noticeGone, name, step: step))
        default: break
        }
        if let number = visit.form["hulp"].flatMap({ Int($0) }) {
            guard let rule = try replica.store.brokenRules().first(where: { mark($0) == visit.form["regel"] }), rule.fixes.indices.contains(number) else {
                return goBack(visit.told(ChoosePageSentence.fixStale, ""))
            }
            let words = words(rule.fixes[number], visit)
            let (_, step) = try visit.write { try put(rule.fixes[number], $0) }
            return goBack(visit.told(ChoosePageSentence.fixDone, words, step: step))
        }
        return try choose(visit, goBack)
    }

    private static func noticed(_ visit: Visit, _ replica: Replica) throws -> RecordID {
        guard let notice = try replica.store.notices().first(where: { $0.record.table == visit.form["tabel"] && $0.record.text == visit.form["rij"] }) else { throw StoreError(.notFound, "notice") }
        return notice.record
    }

    /// What helps against a broken rule, by the same ways as any edit.
    private static func put(_ fix: BrokenRule.Fix, _ replica: Replica) throws {
        func id(_ row: BrokenRule.Row) -> RecordID { RecordID(table: row.table, key: row.key) }
        switch fix {
        case .edit(let row, let column, let value): try replica.edit(id(row), replica.entered([(name: column, text: value)], in: id(row)))
        case .fill: throw StoreError(.notFound)
        case .delete(let row): try replica.edit { try $0.delete(id(row)) }
        case .undelete(let row): try replica.edit { try $0.undelete(id(row)) }
        case .decline(let match):
            let at = localTime(replica.environment.nowMilliseconds())
            try replica.edit { try $0.take(.declined, RecordID(table: "match", key: [match]), at: at) }
        }
    }

    private static func choose(_ visit: Visit, _ goBack: (Told?) -> Answer) throws -> Answer {
        let replica = try visit.replica
        let conflicts = try replica.store.conflicts()
        let there = conflicts.filter { $0.record.table == visit.form["tabel"] && $0.record.text == visit.form["rij"] && $0.column == visit.form["veld"] }
        // Of several passages of one text the one that was shown.
        guard let conflict = there.first(where: { mark($0) == visit.form["stand"] }) ?? there.first else {
            return goBack(visit.told(ChoosePageSentence.choseNothing, ""))
        }
        let name = RecordWords.title(conflict.record, visit)
        if visit.form["later"] != nil {
            visit.session[laterKey] = ((visit.session[laterKey] ?? "") + " " + mark(conflict)).trimmingSpaces()
            return .go("/kiezen", visit.told(ChoosePageSentence.comesLater, name))
        }
        guard mark(conflict) == visit.form["stand"] else { return .page(try page(visit, Refusals(), isStale: true, asked: conflict)) }
        var refusals = Refusals()
        let choice: Store.Choice
        var chosen: [Value] = []
        if visit.form["keus"] == "anders", let part = Schema.community[conflict.record.table]?[column: conflict.column]?.parts.first?.name {
            let typed = visit.form.sent("anders") ?? ""
            if let passage = conflict.passage {
                let words = Value.text(Array(typed.utf8))
                let (_, step) = try visit.write { try $0.store.settle(conflict.record, column: conflict.column, passage: passage, .value(words)) }
                return goBack(visit.told(ChoosePageSentence.passageChosen, name, step: step))
            }
            guard let value = try refusals.reading("anders", visit, { try replica.entered(typed, for: part, in: conflict.record) }) else {
                return .page(try page(visit, refusals, asked: conflict))
            }
            (choice, chosen) = (.value(value), [value])
        } else if visit.form["keus"] == "beide", conflict.passage != nil {
            choice = .both
        } else if let number = visit.form["keus"].flatMap({ Int($0) }), conflict.siblings.indices.contains(number - 1) {
            chosen = conflict.siblings[number - 1].parts
            choice = .sibling(chosen)
        } else {
            refusals.add("keus", visit.say(ChoosePageSentence.pickOne))
            return .page(try page(visit, refusals, asked: conflict))
        }
        let (_, step) = try visit.write { try $0.store.settle(conflict.record, column: conflict.column, passage: conflict.passage, choice) }
        if conflict.passage != nil { return goBack(visit.told(ChoosePageSentence.passageChosen, name, step: step)) }
        let field = ColumnWords.title(conflict.column, in: conflict.record.table, visit).lowercasedFirst
        let value = ColumnWords.value(chosen, of: conflict.column, in: conflict.record, visit)
        return goBack(visit.told(ChoosePageSentence.chosen, name, step: step, field, value))
    }

    // MARK: Templates

    private static let stale = #"""
        {{#isStale}}<div class="notice stop" role="alert" tabindex="-1" autofocus>{{>i-alert}}<div><h2>{{w.chooseStale}}</h2><p>{{w.chooseStaleLead}}</p></div></div>{{/isStale}}
        """#

    private static let template = stale + #"""

        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <h1>{{w.tabChoose}}{{#chooseCount}} <small>{{chooseCount}}</small>{{/chooseCount}}</h1>
          <p class="lead">{{chooseLead}}</p>
          {{#hasLater}}<form class="acts" method="post" action="/kiezen"><button class="quiet" name="doe" value="weer">{{w.lookAtLater}}</button></form>{{/hasLater}}
        </header>
        {{#conflict}}<form class="form" method="post" action="/kiezen">
          <input type="hidden" name="tabel" value="{{table}}"><input type="hidden" name="rij" value="{{record}}"><input type="hidden" name="veld" value="{{column}}"><input type="hidden" name="stand" value="{{mark}}">
          <div class="face">{{>gable}}<p>{{#link}}<a class="name" href="{{link}}"><b><bdi>{{name}}</bdi></b></a>{{/link}}{{^link}}<b><bdi>{{name}}</bdi></b>{{/link}}<br><span class="what"><bdi>{{reach}}</bdi></span></p></div>
          <fieldset class="field{{#pickFault}} wrong{{/pickFault}}" id="keus">
            <legend class="h2">{{field}}</legend>
            {{#pickFault}}<p class="fault">{{>i-alert}}<span>{{pickFault}}</span></p>{{/pickFault}}
            {{#bothSaw}}<p class="hint">{{w.bothSaw}} <b><bdi>{{bothSaw}}</bdi></b></p>{{/bothSaw}}
            {{#passage}}<p class="text"><bdi>{{before}}<mark>{{words}}</mark>{{after}}</bdi></p>{{/passage}}
            <div class="versus">
              {{#options}}<label class="option"><input type="radio" name="keus" value="{{option}}"{{#isFirst}} checked{{/isFirst}}><span class="value{{#isProse}} prose{{/isProse}}"><bdi>{{value}}</bdi></span><span><bdi>{{who}}</bdi>{{#where}} <span class="soft">{{where}}</span>{{/where}}</span><span class="what">{{when}}{{#saw}}<br><bdi>{{saw}}</bdi>{{/saw}}</span></label>
              {{/options}}
              {{#bothOption}}<label class="option wide"><input type="radio" name="keus" value="beide"{{#isBoth}} checked{{/isBoth}}><span>{{bothOption}}</span></label>
              {{/bothOption}}
              {{#mayElse}}<div class="option wide"><input type="radio" name="keus" value="anders" id="anders-keus"{{#isElse}} checked{{/isElse}}>{{#elseField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="anders-keus">{{w.somethingElse}}</label>{{#fault}}{{>fault}}{{/fault}}{{#isProse}}<textarea id="anders" name="anders" aria-label="{{w.otherValue}}">{{value}}</textarea>{{/isProse}}{{^isProse}}<input id="anders" name="anders" value="{{value}}" aria-label="{{w.otherValue}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="anders-fout"{{/fault}}>{{/isProse}}</div>{{/elseField}}</div>{{/mayElse}}
            </div>
          </fieldset>
          <p class="acts"><button class="primary big" name="kies" value="1">{{w.choose}}</button> <button class="quiet" name="later" value="1">{{w.chooseLater}}</button> <span class="what keys"><kbd>1</kbd> <kbd>2</kbd>, <kbd>Ctrl</kbd> <kbd>Enter</kbd></span></p>
        </form>{{/conflict}}

        {{#mayNewest}}<section aria-labelledby="straks">
          <h2 id="straks">{{w.afterThis}}</h2>
          <ul class="rows">
            {{#next}}<li>{{>i-fork}}<p><bdi>{{nextTitle}}</bdi></p></li>
            {{/next}}
          </ul>
          <p><a class="button quiet" href="/kiezen/alles">{{w.allNewest}}</a> <span class="what">{{w.allNewestHint}}</span></p>
        </section>{{/mayNewest}}

        {{#hasRules}}<section aria-labelledby="regels">
          <h2 id="regels">{{w.brokenTitle}} <span class="count wait">{{ruleCount}}</span></h2>
          <ul class="rows">
            {{#rules}}<li>{{>i-alert}}<div><p><bdi>{{sentence}}</bdi></p>
              <form class="acts" method="post" action="/kiezen"><input type="hidden" name="regel" value="{{mark}}">{{#fixes}}{{#isButton}}<button name="hulp" value="{{fix}}"><bdi>{{fixWords}}</bdi></button> {{/isButton}}{{#fixLink}}<a class="button" href="{{fixLink}}"><bdi>{{fixWords}}</bdi></a> {{/fixLink}}{{/fixes}}<button class="quiet" name="doe" value="laat-zo">{{w.letBe}}<span class="unseen">: {{sentence}}</span></button></form></div></li>
            {{/rules}}
          </ul>
        </section>{{/hasRules}}

        {{#hasNotices}}<section aria-labelledby="kennis">
          <h2 id="kennis">{{w.noticesTitle}} <span class="count">{{noticeCount}}</span></h2>
          <p class="what">{{w.noticesHint}}</p>
          <ul class="rows">
            {{#notices}}<li>{{>i-note}}<div><p>{{#noticeLink}}<a href="{{noticeLink}}"><bdi>{{noticeText}}</bdi></a>{{/noticeLink}}{{^noticeLink}}<bdi>{{noticeText}}</bdi>{{/noticeLink}}</p>
              {{#mayGo}}<form class="acts near" method="post" action="/kiezen"><input type="hidden" name="tabel" value="{{noticeTable}}"><input type="hidden" name="rij" value="{{noticeRecord}}"><button class="quiet" name="doe" value="gezien">{{w.seenNotice}}<span class="unseen">: {{noticeName}}</span></button></form>{{/mayGo}}</div></li>
            {{/notices}}
          </ul>
        </section>{{/hasNotices}}
        """#

    private static let allTemplate = #"""
        {{#isStale}}<div class="notice stop" role="alert" tabindex="-1" autofocus>{{>i-alert}}<div><h2>{{w.chooseStale}}</h2><p>{{w.newestStale}}</p></div></div>{{/isStale}}
        <header class="head">
          <p><a class="back" href="/kiezen">{{>i-left}}{{w.tabChoose}}</a></p>
          <h1>{{w.newestTitle}}</h1>
          <p class="lead">{{#hasAny}}{{w.newestLead}}{{/hasAny}}{{^hasAny}}{{w.newestNone}}{{/hasAny}}</p>
        </header>
        {{#hasAny}}<div class="scroll" tabindex="0" role="region" aria-label="{{w.newestTitle}}"><table>
          <thead><tr><th scope="col">{{w.whoseRecord}}</th><th scope="col">{{w.keepsKey}}</th><th scope="col">{{w.becomes}}</th><th scope="col">{{w.insteadOf}}</th></tr></thead>
          <tbody>{{#newest}}<tr><th scope="row">{{#link}}<a href="{{link}}"><bdi>{{name}}</bdi></a>{{/link}}{{^link}}<bdi>{{name}}</bdi>{{/link}}</th><td>{{field}}</td><td><b><bdi>{{newValue}}</bdi></b></td><td><bdi>{{oldValues}}</bdi></td></tr>
          {{/newest}}</tbody>
        </table></div>
        {{#newestMore}}<p class="what">{{newestMore}}</p>{{/newestMore}}
        <form class="acts" method="post" action="/kiezen"><input type="hidden" name="stand" value="{{mark}}"><button class="primary big" name="doe" value="alles">{{w.newestDo}}</button> <a class="button quiet" href="/kiezen">{{w.cancel}}</a></form>{{/hasAny}}
        """#
}
