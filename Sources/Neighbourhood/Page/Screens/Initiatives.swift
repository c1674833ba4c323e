import Community
import CRDT
import Engine
import Foundation
import Schema
import Store
import Words

/// What people do together: the list, what may not last and what helps, one of them whole, and sharing them with other cities.
enum Initiatives {
    static let screen = Screen(
        "initiatieven", tab: .initiatives, templates: ["initiatives": list, "initiative": one, "initiativeShare": share], show: { visit in
            switch visit.rest.first {
            case nil: .page(try listPage(visit, Refusals()))
            case "partners"?: .page(try sharePage(visit, Refusals()))
            default: .page(try page(try visit.record(visit.rest.first, in: "initiative"), visit, Refusals()))
            }
        }, act: act)

    private static let shortCount = 50
    /// To choose a successor from.
    private static let longCount = 1_000

    // MARK: The list

    private static func listPage(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let replica = try visit.replica
        let isRisk = visit.query["dreigt"] != nil
        let part = Part(visit, few: shortCount)
        let risks = try replica.store.initiativesAtRisk(today: visit.today)
        var rows: [RecordRow] = []
        if replica.store.schema["initiative"] != nil { try replica.store.list("initiative") { rows.append($0) } }
        rows.sort { (displayName(of: $0).lowercased(), $0.id.text) < (displayName(of: $1).lowercased(), $1.id.text) }
        return Page(template: "initiatives", title: visit.say(isRisk ? InitiativePageSentence.atRisk : .initiativesLead), values: [
            "isRisk": isRisk, "newField": refusals.field("naam", visit.form.sent("naam")), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
            "count": visit.language.number(rows.count), "riskCount": visit.language.number(risks.count), "hasRisks": !risks.isEmpty, "isEmpty": rows.isEmpty,
            "rows": isRisk ? [] : part.of(rows).map { row(of: $0, visit) },
            "more": part.next(of: isRisk ? risks.count : rows.count, isRisk ? "/initiatieven?dreigt=1&" : "/initiatieven?", visit) ?? false as Any,
            "risks": !isRisk ? [] : part.of(risks).map { risk in
                visit.gable(RecordID(table: "initiative", key: [risk.id]), risk.name).merging([
                    "name": risk.name.isEmpty ? visit.say(.noName) : risk.name, "link": "/initiatieven/\(risk.id)", "area": maybe(risk.area),
                    "reasons": risk.reasons.map { ["reason": words($0, visit), "help": help($0, visit), "helpLink": "/initiatieven/\(risk.id)#\(anchor($0))"] as Values },
                ]) { own, _ in own }
            },
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static func row(of row: RecordRow, _ visit: Visit) -> Values {
        let name = displayName(of: row)
        let what = [row.value("activity_type").map { visit.label($0, of: "activity_type") }, row.value("area")].compactMap { $0 }.joined(separator: " · ")
        let status = row.value("status")
        return visit.gable(row.id, name).merging([
            "name": name.isEmpty ? visit.say(.noName) : name, "link": "/initiatieven/\(row.id.key[0])", "what": what,
            "status": maybe(status.map { visit.label($0, of: "initiative_status") }), "isGoing": status == "active",
        ]) { own, _ in own }
    }

    private static func words(_ reason: ContinuityReason, _ visit: Visit) -> String {
        let language = visit.language
        return switch reason {
        case .noNextGathering(let last?): language.say(PublicSentence.riskNoGathering, visit.day(last))
        case .noNextGathering(nil): language.say(PublicSentence.riskNeverGathered)
        case .noOrganiser: language.say(PublicSentence.riskNoOrganiser)
        case .oneOrganiser: language.say(PublicSentence.riskOneOrganiser)
        case .fundingEnds(let day): language.say(PublicSentence.riskFunding, visit.day(day))
        case .openNeeds(let terms): language.say(PublicSentence.riskNeeds, terms.map { language.text($0.name) }.joined(separator: ", "))
        case .noSuccessor(let day?): language.say(PublicSentence.riskNoSuccessor, visit.day(day))
        case .noSuccessor(nil): language.say(PublicSentence.riskNoSuccessorEver)
        }
    }

    private static func help(_ reason: ContinuityReason, _ visit: Visit) -> String {
        switch reason {
        case .noNextGathering: visit.say(InitiativePageSentence.riskPlan)
        case .noOrganiser, .oneOrganiser: visit.say(InitiativePageSentence.riskOrganiser)
        case .fundingEnds: visit.say(InitiativePageSentence.riskFunded)
        case .openNeeds: visit.say(InitiativePageSentence.riskNeedMet)
        case .noSuccessor: visit.say(InitiativePageSentence.riskSuccessorDo)
        }
    }

    /// Where on its page the help stands.
    private static func anchor(_ reason: ContinuityReason) -> String {
        switch reason {
        case .noNextGathering: "plannen"
        case .noOrganiser, .oneOrganiser: "organisator"
        case .fundingEnds: "geld"
        case .openNeeds: "nodig"
        case .noSuccessor: "opvolger"
        }
    }

    // MARK: One of them

    private static func page(_ row: RecordRow, _ visit: Visit, _ refusals: Refusals) throws -> Page {
        let replica = try visit.replica
        let id = row.id.key[0]
        let name = displayName(of: row).isEmpty ? visit.say(.noName) : displayName(of: row)
        var gatherings: [RecordRow] = []
        try replica.store.list("gathering", where: Store.condition("initiative", isOneOf: [id])) { gatherings.append($0) }
        gatherings.sort { ($0.value("starts_at") ?? "", $0.id.text) > ($1.value("starts_at") ?? "", $1.id.text) }
        var people: [Values] = []
        if replica.store.schema["involvement"] != nil {
            for involved in try replica.store.rows(of: "involvement", where: Store.condition("subject", isOneOf: [id]), limit: 200) {
                guard let contact = involved.value("contact"), let found = try replica.store.rows([RecordID(table: "contact", key: [contact])]).first else { continue }
                people.append(["personName": displayName(of: found), "personLink": "/contact/\(contact)", "personWhat": visit.label(involved.value("code"), of: "involvement").lowercasedFirst])
            }
        }
        let chain = try replica.chain(of: row.id).links
        let risk = try replica.store.initiativesAtRisk(today: visit.today).first { $0.id == id }
        var needs: [Values] = []
        for reason in risk?.reasons ?? [] {
            guard case .openNeeds(let terms) = reason else { continue }
            needs += terms.map { ["needID": $0.id, "needName": visit.language.text($0.name)] as Values }
        }
        var others: [Values] = []
        try replica.store.list("initiative", limit: longCount) { other in
            guard other.id != row.id else { return }
            others.append(["otherID": other.id.key[0], "otherName": displayName(of: other), "isChosen": other.id.key[0] == row.value("successor")])
        }
        let facts = [
            row.value("activity_type").map { visit.label($0, of: "activity_type") }, row.value("status").map { visit.label($0, of: "initiative_status") }, row.value("area"),
            row.value("place").flatMap { try? replica.store.rows([RecordID(table: "place", key: [$0])]).first.map(displayName) },
        ].compactMap { $0 }.joined(separator: " · ")
        return Page(template: "initiative", title: name, values: visit.gable(row.id, name).merging([
            "name": name, "facts": facts, "address": "/initiatieven/\(id)", "editLink": RecordEdit.link(row.id) ?? "", "description": maybe(row.value("description")), "lessons": maybe(row.value("lessons")),
            "reasons": risk?.reasons.map { ["reason": words($0, visit), "help": help($0, visit), "helpLink": "#\(anchor($0))"] as Values } ?? [], "isAtRisk": risk != nil,
            "gatherings": gatherings.prefix(20).map { gathering in
                ["gatheringWhen": gathering.value("starts_at").map(visit.time) ?? "", "gatheringLink": "/tellen/\(gathering.id.key[0])", "gatheringWhat": [visit.label(gathering.value("status"), of: "gathering_status").lowercasedFirst, (gathering.integer("headcount") ?? 0) > 0 ? visit.language.number(Int(gathering.integer("headcount") ?? 0)) + " " + visit.say(.counted) : ""].filter { !$0.isEmpty }.joined(separator: ", ")] as Values
            }, "hasGatherings": !gatherings.isEmpty, "people": people, "hasPeople": !people.isEmpty, "needs": needs, "hasNeeds": !needs.isEmpty,
            "chain": chain.map { link in
                [
                    "chainName": link.name.isEmpty ? visit.say(InitiativePageSentence.notHere) : link.name, "chainLink": maybe(link.isHere && link.relation != .this ? "/initiatieven/\(link.record.key[0])" : nil), "chainWords": visit.say(relation(link.relation)),
                    "chainStatus": maybe(link.status.isEmpty ? nil : visit.label(link.status, of: "initiative_status").lowercasedFirst),
                ] as Values
            }, "hasChain": chain.count > 1, "others": others, "hasOthers": !others.isEmpty,
            "whenField": refusals.field("wanneer", visit.form.sent("wanneer")), "nameField": refusals.field("naam", visit.form.sent("naam")),
            "moneyField": refusals.field("geld-tot", visit.form.sent("geld-tot") ?? row.value("funded_until").map(visit.day)), "successorFault": maybe(refusals["opvolger-keus"]),
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ]) { own, _ in own }, status: refusals.isEmpty ? 200 : 422)
    }

    private static func relation(_ relation: InitiativeChain.Relation) -> InitiativePageSentence {
        switch relation {
        case .adaptedFrom: .chainCame
        case .predecessor: .chainWas
        case .this: .chainNow
        case .successor: .chainNext
        case .adaptation: .chainMade
        }
    }

    // MARK: Other cities

    /// Public files on sticks, each with what it holds.
    private static func publications(_ visit: Visit) -> [(path: String, publication: Publication)] {
        visit.desk.sticks.mounted(visit.desk).flatMap { Volumes.files(in: $0.path, ending: ".kithpublic") }.prefix(20).compactMap { path in
            (try? Publication.read(path)).map { (path, $0) }
        }
    }

    private static func sharePage(_ visit: Visit, _ refusals: Refusals, held: PublicationReport? = nil) throws -> Page {
        let replica = try visit.replica
        let isCoordinator = (try? replica.checkCoordinator()) != nil
        let folder = visit.form.sent("map") ?? visit.desk.sticks.mounted(visit.desk).first?.path ?? ""
        let partners: [Values] = publications(visit).map { path, publication in
            let plan = try? replica.adopt(publication.rows(of: "initiative"), of: publication, dryRun: true)
            return [
                "from": visit.say(InitiativePageSentence.adoptFrom, publication.name.isEmpty ? visit.say(.noName) : publication.name, WordCode.of(publication.digest).replacing("-", with: " ")),
                "path": path, "isOurs": plan == nil,
                "initiatives": (plan ?? []).map { adoption -> Values in
                    let state: InitiativePageSentence = switch adoption.state {
                    case .new: .adoptNew
                    case .known: .adoptKnown
                    case .returned: .adoptReturned
                    case .deleted: .adoptDeleted
                    }
                    let differing = Set(adoption.differences.map { ColumnWords.title($0.column, in: $0.record.table, visit).lowercasedFirst }).sorted().joined(separator: ", ")
                    return [
                        "adoptName": adoption.name.isEmpty ? visit.say(.noName) : adoption.name, "adoptState": visit.say(state), "origin": adoption.origin, "mayAdopt": adoption.state != .deleted && adoption.addedCount > 0,
                        "differs": maybe(differing.isEmpty ? nil : visit.say(InitiativePageSentence.keepsOurs, differing)),
                    ]
                },
            ]
        }
        return Page(template: "initiativeShare", title: visit.say(InitiativePageSentence.sharing), values: [
            "isCoordinator": isCoordinator, "asField": refusals.field("als", visit.form.sent("als") ?? replica.identity.space.name), "folderField": refusals.field("map", folder),
            "partners": partners, "hasPartners": !partners.isEmpty, "isHeld": held != nil, "isUnchecked": held?.isChecked == false,
            "mentions": (held?.mentions ?? []).map { mention in
                ["mention": visit.say(InitiativePageSentence.publishMention, RecordWords.title(mention.record, visit), ColumnWords.title(mention.column, in: mention.record.table, visit).lowercasedFirst, mention.found.joined(separator: ", "))] as Values
            },
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty && held == nil ? 200 : 422)
    }

    private static func publish(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        var refusals = Refusals()
        guard let folder = visit.form["map"], Volumes.isFolder(folder) else {
            refusals.add("map", visit.say(CarePageSentence.noSuchFolder))
            return .page(try sharePage(visit, refusals))
        }
        let name = visit.form["als"] ?? ""
        let plain = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }).split(separator: "-").joined(separator: "-")
        let path = "\(folder)/\(plain.isEmpty ? "kith" : String(plain.prefix(40))).kithpublic"
        do {
            let report = try replica.publish(to: path, PublicSelection(), as: name, despiteMentions: visit.form["toch"] != nil)
            guard report.isWritten else { return .page(try sharePage(visit, refusals, held: report)) }
            return .go("/initiatieven/partners", visit.told(InitiativePageSentence.publishedWords, (path as NSString).lastPathComponent, WordCode.of(report.digest).replacing("-", with: " ")))
        } catch let error as EngineError where error.code == .nothingToPublish {
            refusals.add("", visit.say(InitiativePageSentence.publishNothing))
        } catch {
            let explanation = Explanation(error, about: path, in: visit.language)
            refusals.add("map", explanation.code == "already-exists" ? visit.say(InitiativePageSentence.publishExists) : explanation.message)
        }
        return .page(try sharePage(visit, refusals))
    }

    private static func adopt(_ visit: Visit) throws -> Answer {
        // What a form names is taken from what lies on the sticks now, and from nowhere else.
        guard let (_, publication) = publications(visit).first(where: { $0.path == visit.form["bestand"] }),
            let row = publication.rows(of: "initiative").first(where: { $0.key.first == visit.form["welke"] })
        else { return .go("/initiatieven/partners") }
        let (adoptions, step) = try visit.write { try $0.adopt([row], of: publication) }
        guard let adoption = adoptions.first else { return .go("/initiatieven/partners") }
        return .go("/initiatieven/\(adoption.record.key[0])", visit.told(adoption.addedCount > 0 ? InitiativePageSentence.adopted : .adoptedNothing, adoption.name, step: step))
    }

    // MARK: Its forms

    /// A new one: its name is enough, the rest is said on its own page.
    private static func begin(_ visit: Visit) throws -> Answer {
        var refusals = Refusals()
        guard let typed = visit.form["naam"] else {
            refusals.add("naam", visit.say(PersonPageSentence.fillThis))
            return .page(try listPage(visit, refusals))
        }
        let replica = try visit.replica
        let entered = try refusals.reading("naam", visit) { try replica.entered([("name", typed), ("status", "active")], newIn: replica.sharedTable("initiative")) }
        guard let entered else { return .page(try listPage(visit, refusals)) }
        let (record, step) = try visit.write { replica in try replica.edit { try $0.add("initiative", entered) } }
        return .go("/initiatieven/\(record.key[0])", visit.told(PersonPageSentence.personSaved, typed, step: step))
    }

    private static func act(_ visit: Visit) throws -> Answer {
        if visit.rest.first == "partners" { return visit.form["doe"] == "overnemen" ? try adopt(visit) : try publish(visit) }
        if visit.rest.isEmpty { return try begin(visit) }
        let row = try visit.record(visit.rest.first, in: "initiative")
        let replica = try visit.replica
        let name = displayName(of: row), address = "/initiatieven/\(row.id.key[0])"
        let own = Value.text(Array(row.id.key[0].utf8))
        var refusals = Refusals()
        switch visit.form["doe"] {
        case "plan":
            guard let typed = visit.form["wanneer"], let table = Schema.community["gathering"] else {
                refusals.add("wanneer", visit.say(PersonPageSentence.fillThis))
                break
            }
            guard let values = try refusals.reading("wanneer", visit, { try replica.entered([(name: "starts_at", text: typed)], newIn: table) }) else { break }
            let (_, step) = try visit.write { replica in try replica.edit { _ = try $0.add("gathering", [(name: "initiative", value: own)] + values) } }
            return .go(address, visit.told(InitiativePageSentence.gatheringPlanned, name, step: step))
        case "organisator":
            guard let typed = visit.form["naam"] else {
                refusals.add("naam", visit.say(PersonPageSentence.fillThis))
                break
            }
            do {
                let person = try replica.record(named: typed, in: ["contact"])
                let (_, step) = try visit.write { replica in
                    try replica.edit { _ = try $0.add("involvement", [("contact", .text(Array(person.key[0].utf8))), ("subject", own), ("code", .text("organiser"))]) }
                }
                let title = try replica.title(of: person, visit.language)
                return .go(address, visit.told(InitiativePageSentence.organiserAdded, title, step: step))
            } catch let choice as NameChoice {
                refusals.add("naam", Explanation(choice, about: "", in: visit.language).message)
            } catch let error as StoreError where error.code == .notFound {
                refusals.add("naam", visit.say(PersonPageSentence.nobodyCalledSo, typed))
            }
        case "geld":
            guard let values = try refusals.reading("geld-tot", visit, { try replica.entered([(name: "funded_until", text: visit.form["geld-tot"] ?? "")], in: row.id) }) else { break }
            let (_, step) = try visit.write { try $0.edit(row.id, values) }
            return .go(address, visit.told(InitiativePageSentence.fundingSet, name, step: step))
        case "nodig":
            let record = RecordID(table: "initiative_term", key: [row.id.key[0], visit.form["wat"] ?? ""])
            let (_, step) = try visit.write { replica in try replica.edit { try $0.delete(record) } }
            return .go(address, visit.told(InitiativePageSentence.needMet, name, step: step))
        case "opvolger":
            let next = try visit.form["opvolger-keus"].map { try visit.record($0, in: "initiative").id }
            do {
                let (_, step) = try visit.write { try $0.succeed(row.id, by: next) }
                return .go(address, visit.told(next == nil ? InitiativePageSentence.successorNone : .successorSet, name, step: step))
            } catch let error as EngineError where error.code == .successorLoop {
                refusals.add("opvolger-keus", visit.say(InitiativePageSentence.successorLoops))
            }
        default: return .missing
        }
        return .page(try page(row, visit, refusals))
    }

    // MARK: Templates

    private static let list = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head"><h1>{{w.tabInitiatives}} <small>{{count}}</small></h1>
          <p class="lead">{{#isRisk}}{{w.atRiskLead}}{{/isRisk}}{{^isRisk}}{{w.initiativesLead}}{{/isRisk}}</p>
          <p class="acts"><a class="button" href="/kaart">{{w.mapTitle}}</a> <a class="button" href="/initiatieven/partners">{{w.sharing}}</a></p></header>
        <p class="chips"><a class="chip" href="/initiatieven"{{^isRisk}} aria-current="true"{{/isRisk}}>{{w.tabAllInitiatives}}</a> <a class="chip" href="/initiatieven?dreigt=1"{{#isRisk}} aria-current="true"{{/isRisk}}>{{w.atRisk}} <span class="count wait">{{riskCount}}</span></a></p>
        {{#isRisk}}{{^hasRisks}}<p class="text soft">{{w.atRiskNone}}</p>{{/hasRisks}}
        <ul class="rows">
          {{#risks}}<li>{{>gable}}<div><p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a>{{#area}} <span class="what"><bdi>{{area}}</bdi></span>{{/area}}</p>
            <ul class="why">{{#reasons}}<li class="wait">{{>i-alert}}<span><bdi>{{reason}}</bdi><br><a href="{{helpLink}}">{{help}}<span class="unseen">: {{name}}</span></a></span></li>{{/reasons}}</ul></div></li>
          {{/risks}}
        </ul>{{/isRisk}}
        {{^isRisk}}{{#isEmpty}}<p class="text soft">{{w.initiativesNone}}</p>{{/isEmpty}}
        <ul class="rows">
          {{#rows}}<li class="end">{{>gable}}<p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a><br><span class="what"><bdi>{{what}}</bdi></span></p>{{#status}}<span class="tag{{#isGoing}} good{{/isGoing}}">{{#isGoing}}{{>i-check}}{{/isGoing}}<bdi>{{status}}</bdi></span>{{/status}}</li>
          {{/rows}}
        </ul>
        {{/isRisk}}
        {{#more}}<p><a class="button quiet" href="{{moreLink}}">{{moreWords}}</a></p>{{/more}}
        {{^isRisk}}<form class="form text" method="post" action="/initiatieven">{{#newField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="naam">{{w.newInitiative}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="naam" name="naam" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="naam-fout"{{/fault}}></div>{{/newField}}<p class="acts"><button>{{>i-plus}}{{w.add}}</button></p></form>{{/isRisk}}
        """#

    private static let one = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/initiatieven">{{>i-left}}{{w.tabInitiatives}}</a></p>
          <div class="face"><span class="gable g{{gableColour}} step large" aria-hidden="true">{{gableInitials}}</span><div><h1><bdi>{{name}}</bdi></h1><p class="soft"><bdi>{{facts}}</bdi></p></div></div>
          <p class="acts"><a class="button" href="{{editLink}}">{{w.edit}}</a></p>
        </header>
        {{#isAtRisk}}<ul class="why">{{#reasons}}<li class="wait">{{>i-alert}}<span><bdi>{{reason}}</bdi>: <a href="{{helpLink}}">{{help}}</a></span></li>{{/reasons}}</ul>{{/isAtRisk}}
        <div class="split">
        <div class="stack">
          {{#description}}<section aria-labelledby="wat"><h2 id="wat">{{w.initiativeWhat}}</h2><p class="text"><bdi>{{description}}</bdi></p></section>{{/description}}
          {{#lessons}}<section aria-labelledby="lessen"><h2 id="lessen">{{w.initiativeLessons}}</h2><p class="text"><bdi>{{lessons}}</bdi></p></section>{{/lessons}}
          <section aria-labelledby="bij"><h2 id="bij">{{w.initiativeGatherings}}</h2>
            {{^hasGatherings}}<p class="text soft">{{w.initiativeGatheringsNone}}</p>{{/hasGatherings}}
            {{#hasGatherings}}<ul class="rows">{{#gatherings}}<li class="plain"><p><a href="{{gatheringLink}}"><bdi>{{gatheringWhen}}</bdi></a> <span class="what"><bdi>{{gatheringWhat}}</bdi></span></p></li>{{/gatherings}}</ul>{{/hasGatherings}}
            <form class="form text" method="post" action="{{address}}" id="plannen">{{#whenField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="wanneer">{{w.gatheringWhen}}</label><p class="hint" id="wanneer-hint">{{w.gatheringHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="wanneer" name="wanneer" value="{{value}}" autocomplete="off" aria-describedby="wanneer-hint{{#fault}} wanneer-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/whenField}}<p class="acts"><button name="doe" value="plan">{{w.planGathering}}</button></p></form></section>
          {{#hasChain}}<section aria-labelledby="keten"><h2 id="keten">{{w.initiativeChain}}</h2><ol class="rows">{{#chain}}<li class="plain"><p><span class="what">{{chainWords}}</span> {{#chainLink}}<a href="{{chainLink}}"><bdi>{{chainName}}</bdi></a>{{/chainLink}}{{^chainLink}}<b><bdi>{{chainName}}</bdi></b>{{/chainLink}}{{#chainStatus}} <span class="what"><bdi>{{chainStatus}}</bdi></span>{{/chainStatus}}</p></li>{{/chain}}</ol></section>{{/hasChain}}
        </div>
        <div class="stack">
          <section aria-labelledby="mensen"><h2 id="mensen">{{w.initiativePeople}}</h2>
            {{^hasPeople}}<p class="soft">{{w.initiativePeopleNone}}</p>{{/hasPeople}}
            {{#hasPeople}}<ul class="rows">{{#people}}<li class="plain"><p><a href="{{personLink}}"><bdi>{{personName}}</bdi></a> <span class="what"><bdi>{{personWhat}}</bdi></span></p></li>{{/people}}</ul>{{/hasPeople}}
            <form class="tight" method="post" action="{{address}}" id="organisator">{{#nameField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="naam">{{w.organiserName}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="naam" name="naam" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="naam-fout"{{/fault}}></div>{{/nameField}}<button name="doe" value="organisator">{{w.addOrganiser}}</button></form></section>
          {{#hasNeeds}}<section aria-labelledby="nodig"><h2 id="nodig">{{w.riskHelps}}</h2>{{#needs}}<form class="acts near" method="post" action="{{address}}"><input type="hidden" name="wat" value="{{needID}}"><span><bdi>{{needName}}</bdi></span> <button name="doe" value="nodig">{{w.riskNeedMet}}<span class="unseen">: {{needName}}</span></button></form>{{/needs}}</section>{{/hasNeeds}}
          <form class="tight" method="post" action="{{address}}" id="geld">{{#moneyField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="geld-tot">{{w.fundedUntil}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="geld-tot" name="geld-tot" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="geld-tot-fout"{{/fault}}></div>{{/moneyField}}<button name="doe" value="geld">{{w.save}}</button></form>
          {{#hasOthers}}<form class="tight" method="post" action="{{address}}" id="opvolger"><div class="field{{#successorFault}} wrong{{/successorFault}}"><label for="opvolger-keus">{{w.successorOf}}</label>{{#successorFault}}<p class="fault" id="opvolger-keus-fout">{{>i-alert}}<span>{{successorFault}}</span></p>{{/successorFault}}<select id="opvolger-keus" name="opvolger-keus"><option value="">{{w.noSuccessor}}{{#others}}<option value="{{otherID}}"{{#isChosen}} selected{{/isChosen}}>{{otherName}}{{/others}}</select></div><button name="doe" value="opvolger">{{w.saySuccessor}}</button></form>{{/hasOthers}}
        </div>
        </div>
        """#

    private static let share = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head"><p><a class="back" href="/initiatieven">{{>i-left}}{{w.tabInitiatives}}</a></p><h1>{{w.sharing}}</h1></header>
        {{#isCoordinator}}<section aria-labelledby="openbaar"><h2 id="openbaar">{{w.publishDo}}</h2><p class="text">{{w.publishLead}}</p>
          <form class="form text" method="post" action="/initiatieven/partners">
            {{#asField}}<div class="field"><label for="als">{{w.publishAs}}</label><input id="als" name="als" value="{{value}}" autocomplete="off"></div>{{/asField}}
            {{#folderField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="map">{{w.publishWhere}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="map" name="map" value="{{value}}" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="map-fout"{{/fault}}></div>{{/folderField}}
            {{#isHeld}}<div class="notice stop" role="alert" tabindex="-1" autofocus>{{>i-alert}}<div><h3>{{w.publishMentions}}</h3>{{#isUnchecked}}<p>{{w.publishUnchecked}}</p>{{/isUnchecked}}<ul>{{#mentions}}<li><bdi>{{mention}}</bdi></li>{{/mentions}}</ul></div></div>
            <label class="check"><input type="checkbox" name="toch" value="1"> <span>{{w.publishAnyway}}</span></label>{{/isHeld}}
            <p class="acts"><button class="primary" name="doe" value="openbaar">{{w.publishDo}}</button></p>
          </form></section>{{/isCoordinator}}
        <section aria-labelledby="overnemen"><h2 id="overnemen">{{w.adoptTitle}}</h2><p class="text">{{#hasPartners}}{{w.adoptLead}}{{/hasPartners}}{{^hasPartners}}{{w.adoptNone}}{{/hasPartners}}</p>
          {{#partners}}<h3><bdi>{{from}}</bdi></h3>{{#isOurs}}<p class="soft">{{w.adoptOurs}}</p>{{/isOurs}}
          <ul class="rows">{{#initiatives}}<li class="plain end"><p><b><bdi>{{adoptName}}</bdi></b> <span class="what">{{adoptState}}</span>{{#differs}}<br><span class="what"><bdi>{{differs}}</bdi></span>{{/differs}}</p>{{#mayAdopt}}<form method="post" action="/initiatieven/partners"><input type="hidden" name="bestand" value="{{path}}"><input type="hidden" name="welke" value="{{origin}}"><button name="doe" value="overnemen">{{w.adoptDo}}<span class="unseen">: {{adoptName}}</span></button></form>{{/mayAdopt}}</li>{{/initiatives}}</ul>{{/partners}}
        </section>
        """#
}
