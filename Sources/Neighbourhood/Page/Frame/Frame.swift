import Community
import CRDT
import Engine
import Store
import Words

/// Puts screens together: the page around them, what was told, what is wrong.
package struct Frame: Sendable {
    private let templates: Templates
    private static let groups: [[Tab]] = [
        [.today, .find, .help, .initiatives, .exchange, .reports], [.choose, .duplicates], [.devices, .settings, .guide],
    ]

    package init(_ screens: [Screen] = Screens.all) throws { templates = try Templates(screens) }

    /// A part of a page.
    func part(_ template: String, _ values: Values, _ visit: Visit) -> String {
        templates.render(template, values.merging(["w": PageText.words(visit.language)]) { own, _ in own })
    }

    /// The whole page.
    func whole(_ page: Page, tab: Tab?, _ visit: Visit, address: String) -> String {
        var values = page.values
        values["content"] = part(page.template, page.values, visit)
        values["w"] = PageText.words(visit.language)
        values["lang"] = visit.language.rawValue
        if let bar = bar(visit, address) { values["told"] = bar } else { values["told"] = false }
        values["notice"] = page.values["notice"] ?? maybe(visit.desk.notice(visit))
        let told = visit.query["b"].flatMap { Int($0) }.flatMap(visit.session.told)
        values["title"] = told.map { [$0.text.trimmingSpaces(), page.title].joined(separator: " · ") } ?? page.title
        values["textSize"] = maybe(visit.desk.settings.textSize)
        values["keysOff"] = visit.desk.settings.areKeysOff
        if !page.isAlone, let standing = visit.desk.standing {
            let isGood = standing.unsent == 0 && standing.lastMet != nil
            values["space"] = standing.space
            values["laptop"] = standing.laptop
            values["five"] = maybe(standing.five)
            values["stateTone"] = isGood ? "good" : "wait"
            values["stateGood"] = isGood
            values["state"] = state(standing, visit)
            values["stateLink"] = Screens.byName["uitwisselen"] == nil ? "/instellingen#stappen" : "/uitwisselen#alleen-hier"
            // A page has one field to search in, and only the page of searching has its own.
            values["showsFind"] = page.template != "find"
            values["groups"] = Frame.groups.map { ["tabs": $0.filter { Screens.byName[$0.rawValue] != nil }.map { item($0, here: tab, standing, visit) }] as Values }
        }
        let whole = templates.render(page.isAlone || visit.desk.standing == nil ? "alone" : "frame", values)
        // The signs are told by what refers to them, once all of it is there: they go behind the first <body>, which is the frame's own.
        guard let body = whole.utf8.firstIndex(of: Frame.place) else { return whole }
        return String(whole[..<body]) + Icons.symbols(of: whole) + whole[whole.utf8.index(after: body)...]
    }

    /// Stands in the frame where the signs go; no text of the list can hold it.
    private static let place: UInt8 = 0x1A

    private func state(_ standing: Standing, _ visit: Visit) -> String {
        if standing.unsent > 0 { return visit.count(standing.unsent, PageSentence.onlyHereOne, .onlyHereMany) }
        guard let met = standing.lastMet else { return visit.say(.nothingOnlyHere) }
        return visit.say(.sameAs, met.label, visit.time(met.milliseconds))
    }

    private func item(_ tab: Tab, here: Tab?, _ standing: Standing, _ visit: Visit) -> Values {
        let count = tab == .choose ? standing.choices : tab == .duplicates ? standing.duplicates : nil
        let icon = templates.render("i-" + tab.icon, [:])
        return [
            "tabName": tab.rawValue, "tabTitle": visit.say(tab.title), "isHere": tab == here, "key": tab.key, "shortcut": maybe(tab == .guide ? "?" : nil), "tabIcon": icon,
            "tabCount": maybe(count.flatMap { $0 > 0 ? visit.language.number($0) : nil }),
            "tabCountWords": visit.say(tab == .choose ? .toChoose : .toReview),
        ]
    }

    private func bar(_ visit: Visit, _ address: String) -> Values? {
        guard let number = visit.query["b"].flatMap({ Int($0) }), let told = visit.session.told(number) else { return nil }
        return [
            "toldBefore": told.before, "toldName": maybe(told.name.isEmpty ? nil : told.name), "toldAfter": told.after,
            "toldStep": maybe(told.step.map(String.init)), "toldBack": address, "toldDeed": told.isUndone ? "opnieuw" : "terug",
            "toldButton": visit.say(told.isUndone ? .redo : .undo),
        ]
    }

    // MARK: What is wrong

    /// What a record that is not there, a list that cannot be opened and the like are told by.
    func wrong(_ error: any Error, _ visit: Visit) -> Page {
        let isMissing = (error as? StoreError).map { [.notFound, .erased, .unknownName].contains($0.code) } ?? false
        return Page(
            template: "missing", title: visit.say(isMissing ? .missingTitle : .wrongTitle),
            values: ["mayRestore": visit.desk.standing == nil && !visit.desk.isEmpty, "missingHead": visit.say(isMissing ? .missingTitle : .wrongTitle), "missingText": isMissing ? visit.say(.missingText) : PageFault.words(error, about: "", visit.language)], isAlone: visit.desk.standing == nil, status: isMissing ? 404 : 500)
    }
}
