import Device
import Engine
import Store
import Words

/// The relays that this laptop meets by itself: added, seen, taken off.
enum Relays {
    static let screen = Screen("doorgeefservers", tab: .devices, templates: ["relays": template], show: { visit in .page(try page(visit, Refusals())) }, act: act)

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        var refusals = Refusals()
        switch visit.form["doe"] {
        case "erbij":
            guard let typed = visit.form["adres"] else {
                refusals.add("adres", visit.say(PersonPageSentence.fillThis))
                break
            }
            do {
                let relay = try replica.addRelay(typed)
                visit.desk.noteWrite()
                return .go("/doorgeefservers", visit.told(KeepPageSentence.relayAdded, relay.label))
            } catch let error as EngineError where [.badRelay, .badAddress].contains(error.code) {
                refusals.add("adres", visit.say(KeepPageSentence.badRelay))
            } catch let error as EngineError where error.code == .notARelay {
                refusals.add("adres", visit.say(KeepPageSentence.notARelay))
            }
        case "eraf":
            guard let relay = try replica.relayEntries().first(where: { $0.device.description == visit.form["welke"] }) else { return .go("/doorgeefservers") }
            _ = try replica.removeRelay(relay.device.spoken)
            visit.desk.noteWrite()
            return .go("/doorgeefservers", visit.told(KeepPageSentence.relayRemoved, relay.label, "\(relay.address.text)#\(relay.device.spoken)"))
        default: return .missing
        }
        return .page(try page(visit, refusals))
    }

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let relays: [Values] = try visit.replica.relayEntries().map { relay in
            [
                "label": relay.label, "id": relay.device.description, "address": relay.address.text,
                "what": [
                    relay.isRemoved ? visit.say(KeepPageSentence.relayOff) : nil,
                    relay.metMilliseconds.map { visit.say(ExchangePageSentence.relayLast, visit.time($0)) } ?? visit.say(ExchangePageSentence.relayNever),
                    relay.lackingCount > 0 ? visit.say(ExchangePageSentence.relayLacks, visit.count(relay.lackingCount, ExchangePageSentence.changeOne, .changeMany)) : nil,
                ].compactMap { $0 }.joined(separator: " · "),
            ]
        }
        return Page(template: "relays", title: visit.say(KeepPageSentence.relaysTitle), values: [
            "relays": relays, "hasRelays": !relays.isEmpty, "addressField": refusals.field("adres", visit.form.sent("adres")), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/apparaten">{{>i-left}}{{w.tabDevices}}</a></p>
          <h1>{{w.relaysTitle}}</h1>
          <p class="lead">{{w.relaysLead}}</p>
        </header>
        {{^hasRelays}}<p class="text soft">{{w.relaysNone}}</p>{{/hasRelays}}
        {{#hasRelays}}<ul class="rows">
          {{#relays}}<li>{{>i-relay}}<div><p class="first"><b><bdi>{{label}}</bdi></b> <span class="what"><bdi>{{address}}</bdi></span></p><p class="what">{{what}}</p>
            <form method="post" action="/doorgeefservers"><input type="hidden" name="welke" value="{{id}}"><button class="quiet" name="doe" value="eraf">{{w.removeRelay}}<span class="unseen">: {{label}}</span></button></form></div></li>
          {{/relays}}
        </ul>{{/hasRelays}}
        <form class="form text" method="post" action="/doorgeefservers">
          {{#addressField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="adres">{{w.relayAddress}}</label><p class="hint" id="adres-hint">{{w.relayAddressHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="adres" name="adres" value="{{value}}" autocomplete="off" spellcheck="false" aria-describedby="adres-hint{{#fault}} adres-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/addressField}}
          <p class="acts"><button class="primary" name="doe" value="erbij">{{w.addRelay}}</button></p>
        </form>
        """#
}
