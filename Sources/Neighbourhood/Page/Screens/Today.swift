import Community
import CRDT
import Engine
import Store

/// What a day begins with: whom to come back to, what is on, whom nobody reached, and what needs looking at.
enum Today {
    static let screen = Screen("vandaag", tab: .today, templates: ["today": template], show: show, act: act)

    private static let quietDays: Int64 = 60
    private static let shortCount = 3
    private static let longCount = 50
    private static let followUpCount = 50

    private static func show(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let showsAll = visit.query["alle"] != nil
        let day = visit.nowMilliseconds
        let overview = try replica.overview(
            day: visit.today, through: ReaderClock.dayText(day, plus: 6), clock: replica.environment.clock,
            quietSince: ReaderClock.dayText(day, plus: -Int(quietDays)), limit: showsAll ? longCount : shortCount)
        let followed = overview.followUps.prefix(followUpCount).compactMap { $0.contacts.first?.id.key[0] }
        let identities = try replica.store.identities(around: followed)
        let reach = try replica.reach(of: followed, identities)
        let followUps = try overview.followUps.prefix(followUpCount).map { try followUp($0, reach, visit) }
        let gatherings = try overview.gatherings.map { try gathering($0, visit) }
        let notices = alerts(overview, visit)
        let ready = try gettingReady(visit)
        let doneCount = (ready ?? []).count { $0["isDone"] as? Bool == true }
        let isEmpty = overview.followUps.isEmpty && overview.gatherings.isEmpty && overview.unreachedCount == 0
        return .page(Page(template: "today", title: visit.say(.tabToday), values: [
            "date": longDay(visit), "lead": isEmpty ? visit.say(.todayNothing) : lead(overview, visit),
            "followUps": followUps, "hasFollowUps": !followUps.isEmpty, "followUpCount": visit.language.number(overview.followUps.count),
            "gatherings": gatherings, "hasGatherings": !gatherings.isEmpty,
            "quiet": try unreached(overview, visit), "hasQuiet": overview.unreachedCount > 0, "quietTitle": visit.say(.quietTitle, String(quietDays)),
            "quietCount": visit.language.number(overview.unreachedCount),
            "quietAll": maybe(overview.unreachedCount > overview.unreached.count && !showsAll ? visit.say(.showAll, visit.language.number(overview.unreachedCount)) : nil),
            "ready": ready ?? [], "isGettingReady": ready != nil, "readyWords": visit.say(CarePageSentence.readyOf, String(doneCount), String(ready?.count ?? 0)),
            "alerts": notices, "hasAlerts": !notices.isEmpty,
        ]))
    }

    private static func lead(_ overview: DayOverview, _ visit: Visit) -> String {
        let people = overview.followUps.count
        let first = people == 0 ? visit.say(.nobodyWaits) : visit.count(people, PageSentence.waitsOne, .waitsMany)
        guard let next = overview.gatherings.first(where: { $0.isToday && !$0.name.isEmpty }) else { return first }
        let time = next.startsAt.dropFirst(11).prefix(5)
        return first + " " + (time.isEmpty ? visit.say(.onToday, next.name) : visit.say(.onTodayAt, next.name, String(time)))
    }

    private static func longDay(_ visit: Visit) -> String {
        guard let day = CalendarDay(visit.today) else { return "" }
        return "\(visit.language.text(CalendarWords.weekdays[day.weekday])) \(day.day) \(visit.language.text(CalendarWords.months[day.month - 1]))"
    }

    private static func followUp(_ followUp: DayOverview.FollowUp, _ reach: [String: [String]], _ visit: Visit) throws -> Values {
        let replica = try visit.replica
        let moment = try replica.store.rows([followUp.moment]).first
        let people = followUp.contacts.prefix(1)
        let phone = people.first.flatMap { reach[$0.id.key[0]] }?.first { SpokenPhone.link($0) != nil }
        let since = moment?.value("occurred_at").map { visit.say(.since, visit.day($0)) }
        let due = visit.say(.promisedFor, visit.day(followUp.on))
        let name = people.first?.name ?? visit.say(.noName)
        let others = followUp.contacts.count - 1
        return visit.gable(people.first?.id ?? followUp.moment, name).merging([
            "name": name, "link": maybe(people.first.map { "/contact/\($0.id.key[0])" }), "others": maybe(others > 0 ? visit.say(.andOthers, String(others)) : nil),
            "phone": maybe(phone.map(SpokenPhone.text)), "phoneLink": maybe(phone.flatMap(SpokenPhone.link)),
            "about": maybe(followUp.summary.isEmpty ? nil : followUp.summary), "when": [since, due].compactMap { $0 }.joined(separator: " · "),
            "moment": followUp.moment.key[0], "logLink": people.first.map { "/moment?wie=\($0.id.key[0])" } ?? "/moment",
        ]) { own, _ in own }
    }

    private static func gathering(_ gathering: DayOverview.Gathering, _ visit: Visit) throws -> Values {
        let replica = try visit.replica
        let day = CalendarDay(gathering.startsAt.prefix(10))
        let row = gathering.id.table == "gathering" ? try replica.store.rows([gathering.id]).first : nil
        let room = row?.integer("max_participants")
        var signedUp = 0
        if row != nil, replica.store.schema["attendance"] != nil {
            try replica.store.list("attendance", where: Store.condition("gathering", isOneOf: [gathering.id.key[0]]) + " and coalesce(status, 'signed_up') in ('signed_up', 'attended')") { _ in
                signedUp += 1
            }
        }
        let time = String(gathering.startsAt.dropFirst(11).prefix(5))
        let signedUpWords = row == nil || (signedUp == 0 && room == nil) ? nil
            : room.map { visit.say(.signedUpOf, visit.language.number(signedUp), visit.language.number(Int($0))) } ?? visit.count(signedUp, PageSentence.signedUpOne, .signedUpMany)
        return [
            "isToday": gathering.isToday, "weekday": day.map { visit.language.text(CalendarWords.shortWeekdays[$0.weekday]) } ?? "",
            "dayNumber": day.map { String($0.day) } ?? "", "month": day.map { String(visit.language.text(CalendarWords.months[$0.month - 1]).prefix(3)) } ?? "",
            "name": gathering.name.isEmpty ? visit.say(.gathering) : gathering.name, "link": maybe(row == nil ? nil : "/tellen/\(gathering.id.key[0])"),
            "where": [time, gathering.place].filter { !$0.isEmpty }.joined(separator: " · "),
            "signedUp": maybe(signedUpWords),
            "gathering": maybe(gathering.isToday && row != nil ? gathering.id.key[0] : nil), "counted": visit.language.number(Int(row?.integer("headcount") ?? 0)),
        ]
    }

    private static func unreached(_ overview: DayOverview, _ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        let details = try replica.store.reach(of: Set(overview.unreached.map { $0.id.key[0] }))
        return overview.unreached.map { person in
            let address = (details[person.id.key[0]] ?? []).first { SpokenPhone.link($0) == nil && !$0.contains("@") }
            let last = person.lastMoment.map { visit.say(.lastOn, visit.day($0)) } ?? visit.say(.neverSpoken)
            let name = person.name.isEmpty ? visit.say(.noName) : person.name
            return visit.gable(person.id, name).merging([
                "name": name, "link": "/contact/\(person.id.key[0])", "what": [address, last].compactMap { $0 }.joined(separator: " · "), "logLink": "/moment?wie=\(person.id.key[0])",
            ]) { own, _ in own }
        }
    }

    /// What a new list still needs to stand firm, for its coordinator; nil once all of it is done.
    private static func gettingReady(_ visit: Visit) throws -> [Values]? {
        let replica = try visit.replica
        let members = try replica.memberStatus()
        guard members.role == .coordinator else { return nil }
        let steps: [(isDone: Bool, title: CarePageSentence, what: CarePageSentence, link: String, word: String)] = [
            (try !replica.store.rows(of: "contact", where: "1", limit: 1).isEmpty, .readyPeople, .readyPeopleWhat, "/zoeken?nieuw=1", visit.say(.add)),
            (members.coordinatorCount > 1, .readySecond, .readySecondWhat, "/apparaten", visit.say(CarePageSentence.invite)),
            (visit.desk.settings.copyMilliseconds != nil, .copyTitle, .readyCopyWhat, "/bewaren", visit.say(CarePageSentence.makeCopy)),
            (members.hasRecoveryKey, .paperTitle, .readyPaperWhat, "/bewaren", visit.say(CarePageSentence.print)),
        ]
        guard steps.contains(where: { !$0.isDone }) else { return nil }
        return steps.map { ["isDone": $0.isDone, "title": visit.say($0.title), "what": visit.say($0.what), "link": $0.link, "word": $0.word] }
    }

    private static func alerts(_ overview: DayOverview, _ visit: Visit) -> [Values] {
        var alerts: [Values] = []
        func add(_ icon: String, _ link: String, _ text: String) {
            guard Screens.byName[String(link.dropFirst().prefix { $0 != "?" })] != nil else { return }
            alerts.append(["isFork": icon == "fork", "isSwap": icon == "swap", "isSprout": icon == "sprout", "isClock": icon == "clock", "link": link, "text": text])
        }
        if let standing = visit.desk.standing {
            if standing.choices > 0 { add("fork", "/kiezen", visit.count(standing.choices, PageSentence.choicesOne, .choicesMany)) }
            if let met = standing.lastMet, case let days = (visit.nowMilliseconds - met.milliseconds) / 86_400_000, days >= 7 {
                add("swap", "/uitwisselen", visit.say(.notExchanged, visit.language.number(Int(days))))
            }
            if standing.risks > 0 { add("sprout", "/initiatieven?dreigt=1", visit.count(standing.risks, KeepPageSentence.risksOne, .risksMany)) }
            if standing.past > 0 { add("clock", "/bewaartermijnen", visit.count(standing.past, KeepPageSentence.pastOne, .pastMany)) }
        }
        for series in overview.unfollowed { add("sprout", "/initiatieven", visit.say(.unfollowed, series.name)) }
        return alerts
    }

    // MARK: Its forms

    /// A follow-up that is done, or is for another day; one more that came in.
    private static func act(_ visit: Visit) throws -> Answer {
        if let id = visit.form["tel"] {
            let row = try visit.record(id, in: "gathering")
            let (_, step) = try visit.write { replica in try replica.edit { try $0.increment(row.id, "headcount", by: 1) } }
            let name = try visit.replica.title(of: row.id, visit.language)
            return .go("/vandaag", visit.told(PageSentence.countedOne, name, step: step))
        }
        let row = try visit.record(visit.form["moment"], in: "contact_moment")
        let name = try visit.replica.people(of: row.id).first?.name ?? visit.say(.noName)
        let typed: (name: String, text: String, told: PageSentence) = switch visit.form["stap"] {
        case "morgen": ("follow_up_on", "+1", .followUpTomorrow)
        case "week": ("follow_up_on", "+7", .followUpWeek)
        default: ("follow_up_done", "1", .followUpDone)
        }
        let (_, step) = try visit.write { replica in
            try replica.edit(row.id, replica.entered([(name: typed.name, text: typed.text)], in: row.id))
        }
        return .go("/vandaag", visit.told(typed.told, name, step: step))
    }

    private static let template = #"""
        <header class="head">
          <h1>{{w.tabToday}} <small>{{date}}</small></h1>
          <p class="lead">{{lead}}</p>
          <p class="acts"><a class="button primary" href="/moment" aria-keyshortcuts="m">{{>i-note}}{{w.logMoment}}</a> <a class="button" href="/zoeken?nieuw=1" aria-keyshortcuts="n">{{>i-plus}}{{w.newContact}}</a></p>
        </header>

        {{#isGettingReady}}<section class="card" aria-labelledby="stevig">
          <h2 id="stevig">{{w.getReady}} <span class="count">{{readyWords}}</span></h2>
          <ol class="rows">{{#ready}}<li class="end">{{#isDone}}{{>i-check}}{{/isDone}}{{^isDone}}{{>i-clock}}{{/isDone}}<p><b>{{title}}</b>{{#isDone}}<span class="unseen"> {{w.isDone}}</span>{{/isDone}}<br><span class="what">{{what}}</span></p>{{^isDone}}<a class="button" href="{{link}}">{{word}}<span class="unseen">: {{title}}</span></a>{{/isDone}}</li>{{/ready}}</ol>
        </section>{{/isGettingReady}}
        <div class="split">
        <div class="stack">
        <section aria-labelledby="terug">
          <h2 id="terug">{{w.followUps}}{{#hasFollowUps}} <span class="count wait">{{followUpCount}}</span>{{/hasFollowUps}}</h2>
          {{^hasFollowUps}}<p class="text soft">{{w.followUpsNone}}</p>{{/hasFollowUps}}
          {{#hasFollowUps}}<ul class="rows">
            {{#followUps}}<li>{{>gable}}
              <div>
                <p class="first">{{#link}}<a class="name" href="{{link}}"><bdi>{{name}}</bdi></a>{{/link}}{{^link}}<span class="name"><bdi>{{name}}</bdi></span>{{/link}}{{#others}} <span class="what">{{others}}</span>{{/others}}{{#phone}} <a class="tel" href="tel:{{phoneLink}}">{{phone}}</a>{{/phone}}</p>
                {{#about}}<p><bdi>{{about}}</bdi></p>{{/about}}
                <p class="what">{{when}}</p>
                <form class="acts near" method="post" action="/vandaag">
                  <input type="hidden" name="moment" value="{{moment}}">
                  <a class="button" href="{{logLink}}">{{>i-note}}{{w.note}}<span class="unseen">: {{name}}</span></a>
                  <button name="stap" value="gedaan">{{>i-check}}{{w.done}}<span class="unseen">: {{name}}</span></button>
                  <button class="quiet" name="stap" value="morgen">{{w.tomorrow}}<span class="unseen">: {{name}}</span></button>
                  <button class="quiet" name="stap" value="week">{{w.nextWeek}}<span class="unseen">: {{name}}</span></button>
                </form>
              </div></li>
            {{/followUps}}
          </ul>{{/hasFollowUps}}
        </section>

        {{#hasQuiet}}<section aria-labelledby="stil">
          <h2 id="stil">{{quietTitle}} <span class="count">{{quietCount}}</span></h2>
          <ul class="rows">
            {{#quiet}}<li class="end">{{>gable}}<p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a><br><span class="what"><bdi>{{what}}</bdi></span></p><a class="button quiet" href="{{logLink}}">{{w.logMoment}}<span class="unseen">: {{name}}</span></a></li>
            {{/quiet}}
          </ul>
          <p>{{#quietAll}}<a class="button quiet" href="/vandaag?alle=1#stil">{{quietAll}}</a> {{/quietAll}}<a class="button quiet" href="/bellijst">{{>i-print}}{{w.callListTitle}}</a></p>
        </section>{{/hasQuiet}}
        </div>

        <div class="stack">
        <section aria-labelledby="week">
          <h2 id="week">{{w.thisWeek}}</h2>
          {{^hasGatherings}}<p class="text soft">{{w.thisWeekNone}}</p>{{/hasGatherings}}
          {{#gatherings}}{{#gathering}}<div class="card">
            <div class="face"><p class="day"><small>{{weekday}}</small><b>{{dayNumber}}</b><small>{{month}}</small></p>
              <p>{{#link}}<a href="{{link}}"><b><bdi>{{name}}</bdi></b></a>{{/link}}<br><bdi>{{where}}</bdi>{{#signedUp}}<br><span class="soft">{{signedUp}}</span>{{/signedUp}}</p></div>
            <form class="acts" method="post" action="/vandaag"><button class="big" name="tel" value="{{gathering}}">+1<span class="unseen">: {{name}}</span></button><p class="soft"><b>{{counted}}</b> {{w.counted}}</p></form>
          </div>{{/gathering}}{{/gatherings}}
          {{#hasGatherings}}<ul class="rows">
            {{#gatherings}}{{^gathering}}<li><p class="day"><small>{{weekday}}</small><b>{{dayNumber}}</b><small>{{month}}</small></p><p>{{#link}}<a href="{{link}}"><b><bdi>{{name}}</bdi></b></a>{{/link}}{{^link}}<b><bdi>{{name}}</bdi></b>{{/link}}<br><bdi>{{where}}</bdi>{{#signedUp}}<br><span class="what">{{signedUp}}</span>{{/signedUp}}</p></li>
            {{/gathering}}{{/gatherings}}
          </ul>{{/hasGatherings}}
        </section>

        {{#hasAlerts}}<section aria-labelledby="op">
          <h2 id="op">{{w.mind}}</h2>
          <ul class="rows">
            {{#alerts}}<li>{{#isFork}}{{>i-fork}}{{/isFork}}{{#isSwap}}{{>i-swap}}{{/isSwap}}{{#isSprout}}{{>i-sprout}}{{/isSprout}}{{#isClock}}{{>i-clock}}{{/isClock}}<p><a href="{{link}}"><bdi>{{text}}</bdi></a></p></li>
            {{/alerts}}
          </ul>
        </section>{{/hasAlerts}}
        </div>
        </div>
        """#
}

extension RecordRow {
    /// A text that is there and not empty.
    func value(_ column: String) -> String? {
        guard case .text(let bytes)? = values.first(where: { $0.name == column })?.value, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    func integer(_ column: String) -> Int64? {
        if case .integer(let number)? = values.first(where: { $0.name == column })?.value { number } else { nil }
    }
}

extension Store {
    /// Rows as a list: what is looked up for each of them is looked up after, since a reading cannot read within itself.
    func rows(of table: String, where condition: String, limit: Int) throws -> [RecordRow] {
        var rows: [RecordRow] = []
        guard schema[table] != nil else { return [] }
        try list(table, where: condition, limit: limit) { rows.append($0) }
        return rows
    }
}

extension Replica {
    /// Whom a contact moment was with.
    func people(of moment: RecordID) throws -> [(id: RecordID, name: String)] {
        var ids: [RecordID] = []
        try store.list("contact_moment_contact", where: Store.condition("contact_moment", isOneOf: [moment.key[0]])) {
            ids.append(RecordID(table: "contact", key: [$0.id.key[1]]))
        }
        return try store.rows(ids).map { ($0.id, displayName(of: $0)) }
    }
}
