import Community
import CRDT
import Engine
import Store
import Words

/// Addresses on sheets of labels: three by eight on A4, each 70 by 37 mm, which every shop has.
enum Labels {
    static let screen = Screen("etiketten", tab: .settings, templates: ["labels": template], show: { visit in .page(try page(visit)) })

    private static let perSheet = 24
    /// Ten sheets: more are printed in parts.
    private static let pageCount = 240
    /// Of so many an area is asked for first: nobody prints all of a town.
    private static let mostCount = 2_000

    private struct Label {
        let name: String
        let street: String
        let town: String
        /// By postal code, street and house, as a round through the streets goes.
        let order: String
    }

    /// Of everybody who is active and did not say that we may not be in touch; a person once, whatever the number of entries.
    private static func labels(_ area: String?, _ visit: Visit) throws -> (labels: [Label], leftOut: Int) {
        let store = try visit.replica.store
        guard store.schema["address"] != nil else { return ([], 0) }
        var people: [String: RecordRow] = [:]
        let condition = "coalesce(active, 1) <> 0" + (area.map { " and " + Store.condition("area", isOneOf: [$0]) } ?? "")
        try store.list("contact", where: condition) { people[$0.id.key[0]] = $0 }
        var withdrawn: Set<String> = []
        if store.schema["consent"] != nil { try store.list("consent", where: "purpose = 'contact' and state = 'withdrawn'") { withdrawn.insert($0.id.key[0]) } }
        let identities = try store.identities(around: Array(people.keys))
        var seen: Set<String> = [], leftOut: Set<String> = [], found: [Label] = []
        try store.list("address", where: (people.count > mostCount ? "" : Store.condition("contact", isOneOf: people.keys) + " and ") + "coalesce(street, postal_code, city) is not null") { row in
            guard let contact = row.value("contact"), let person = people[contact] else { return }
            let entries = identities.contacts(of: contact)
            guard entries.allSatisfy({ !withdrawn.contains($0) }) else {
                leftOut.insert(entries.min() ?? contact)
                return
            }
            guard seen.insert(entries.min() ?? contact).inserted else { return }
            let street = [row.value("street"), row.value("number"), row.value("addition")].compactMap { $0 }.joined(separator: " ")
            let town = [row.value("postal_code"), row.value("city")].compactMap { $0 }.joined(separator: "  ")
            let house = (row.value("number") ?? "").prefix { $0.isNumber }
            let order = [row.value("postal_code") ?? "", row.value("street") ?? "", String(repeating: "0", count: max(0, 6 - house.count)) + house, contact].joined(separator: "\u{1}")
            found.append(Label(name: displayName(of: person), street: street, town: town, order: order))
        }
        return (found.sorted { $0.order < $1.order }, leftOut.count)
    }

    private static func page(_ visit: Visit) throws -> Page {
        var refusals = Refusals()
        let area = visit.query["gebied"]
        var first = 1
        if let typed = visit.query["begin"] {
            if let number = Int(typed), (1...perSheet).contains(number) { first = number } else { refusals.add("begin", visit.say(PaperPageSentence.labelsFirstWrong, String(perSheet))) }
        }
        let asksArea = try area == nil && visit.replica.store.count("contact") > mostCount
        let (all, leftOut) = try refusals.isEmpty && !asksArea ? labels(area, visit) : ([], 0)
        let from = max(0, visit.query["van"].flatMap { Int($0) } ?? 0)
        let shown = all.dropFirst(from).prefix(pageCount)
        let address = "/etiketten?begin=\(first)" + (area.map { "&gebied=\(Fields.encoded($0))" } ?? "")
        let end = from + shown.count
        return Page(template: "labels", title: visit.say(PaperPageSentence.labelsTitle), values: [
            "lead": asksArea ? visit.say(PaperPageSentence.labelsChooseArea) : visit.count(all.count, PaperPageSentence.labelsOne, .labelsMany) + (leftOut == 0 ? "" : " " + visit.count(leftOut, PaperPageSentence.labelsLeftOne, .labelsLeftMany)),
            "labels": shown.map { ["name": $0.name.isEmpty ? visit.say(.noName) : $0.name, "street": $0.street, "town": $0.town] as Values }, "hasLabels": !shown.isEmpty, "asksArea": asksArea,
            "used": from == 0 ? (1..<first).map { _ in ["isUsed": true] as Values } : [], "beginField": refusals.field("begin", visit.query["begin"] ?? "1"), "area": area ?? "", "areas": try Choices.areas(visit.replica),
            "more": maybe(end < all.count ? visit.say(.showMore, visit.language.number(end + 1), visit.language.number(min(all.count, end + pageCount)), visit.language.number(all.count)) : nil), "moreLink": "\(address)&van=\(end)",
            "printLink": "\(address)&van=\(from)", "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head screen">
          <p><a class="back" href="/lijsten">{{>i-left}}{{w.listsTitle}}</a></p>
          <h1>{{w.labelsTitle}}</h1>
          <p class="lead">{{lead}}</p>
          <p class="acts"><a class="button primary" href="{{printLink}}" data-print>{{>i-print}}{{w.print}}</a></p>
        </header>
        <form class="form text screen" method="get" action="/etiketten">
          <div class="two">
            <div><label for="gebied">{{w.area}}</label><input id="gebied" name="gebied" value="{{area}}" list="gebieden" autocomplete="off"><datalist id="gebieden">{{#areas}}<option value="{{areaName}}">{{/areas}}</datalist></div>
            {{#beginField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="begin">{{w.labelsFirst}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="begin" name="begin" value="{{value}}" inputmode="numeric" autocomplete="off" aria-describedby="begin-hint{{#fault}} begin-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/beginField}}
          </div>
          <p class="hint" id="begin-hint">{{w.labelsFirstHint}}</p>
          <p class="acts"><button>{{w.showThese}}</button></p>
        </form>
        {{^asksArea}}{{^hasLabels}}<p class="text soft screen">{{w.labelsNone}}</p>{{/hasLabels}}{{/asksArea}}
        {{#hasLabels}}<ul class="labels">{{#used}}<li aria-hidden="true"></li>{{/used}}{{#labels}}<li><bdi>{{name}}</bdi><br><bdi>{{street}}</bdi><br><bdi>{{town}}</bdi></li>{{/labels}}</ul>{{/hasLabels}}
        {{#more}}<p class="screen"><a class="button quiet" href="{{moreLink}}">{{more}}</a></p>{{/more}}
        """#
}
