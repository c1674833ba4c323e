import Community
import CRDT
import Device
import Engine
import Foundation
import QR
import Schema
import Store
import Trust
import Words

/// Which laptops keep the list, inviting another one, and shutting one out that is lost.
enum Devices {
    static let screen = Screen("apparaten", tab: .devices, templates: ["devices": template], show: { visit in .page(try page(visit, Refusals())) }, act: act)

    private static let hourMilliseconds: Int64 = 3_600_000
    private static let requestCount = 20
    private static let roles: [Role] = [.member, .coordinator, .reader]
    /// By a request of its own: whoever runs a relay brings one.
    private static let admittedRoles = roles + [.relay]

    static func name(_ role: Role, _ visit: Visit) -> String {
        switch role {
        case .coordinator: visit.language.say(MemberSentence.roleCoordinator)
        case .member: visit.language.say(MemberSentence.roleMember)
        case .reader: visit.language.say(MemberSentence.roleReader)
        case .relay: visit.language.say(MemberSentence.roleRelay)
        case .recovery: visit.language.say(MemberSentence.roleRecovery)
        }
    }

    private static func page(_ visit: Visit, _ refusals: Refusals, status: Int? = nil) throws -> Page {
        let replica = try visit.replica
        let entries = try replica.deviceEntries().filter { $0.role != .recovery }
        let own = entries.first(where: \.isOwn), isCoordinator = own?.role == .coordinator && own?.isRemoved == false
        let lost = visit.query["kwijt"].flatMap { id in entries.first { $0.id.description == id && !$0.isOwn && !$0.isRemoved } }
            ?? visit.form["kwijt"].flatMap { id in entries.first { $0.id.description == id && !$0.isOwn && !$0.isRemoved } }
        let lines: [Values] = entries.map { entry in
            let heard = entry.isOwn ? nil : entry.metMilliseconds.map { visit.say(CarePageSentence.heard, visit.time($0)) } ?? visit.say(CarePageSentence.neverHeard)
            return [
                "label": entry.label, "id": entry.id.description, "isOwn": entry.isOwn, "isRelay": entry.role == .relay,
                "what": [name(entry.role, visit), heard, entry.isRemoved ? visit.say(CarePageSentence.noAccess) : nil].compactMap { $0 }.joined(separator: " · "),
                "mayPromote": isCoordinator && !entry.isRemoved && roles.contains(entry.role), "roleField": refusals.field("rol-\(entry.id.description)", "\(entry.role.rawValue)"),
                "wasCollections": entry.collections.joined(separator: ","), "isGuideOnly": entry.collections == [Collection.directory.rawValue],
                "choices": roles.map { ["role": "\($0.rawValue)", "roleName": name($0, visit), "isFirstRole": $0 == entry.role] as Values },
                "mayChange": isCoordinator && !entry.isRemoved, "mayShutOut": isCoordinator && !entry.isRemoved && !entry.isOwn, "lostLink": "/apparaten?kwijt=\(entry.id.description)#kwijt",
            ]
        }
        let aside: [Values] = try replica.quarantineEntries().prefix(50).map { entry -> Values in
            [
                "asideWords": visit.say(CarePageSentence.asideFrom, visit.count(entry.delta.changeCount, ExchangePageSentence.changeOne, .changeMany), entry.packer),
                "asideWhen": visit.time(entry.delta.packedMilliseconds), "asideID": entry.delta.delta.description,
                "asideWhy": maybe(entry.delta.unreadable == nil ? nil : visit.say(CarePageSentence.asideUnreadable)),
            ]
        }
        let present = entries.count { !$0.isRemoved && $0.role != .relay }
        let space = replica.identity.space.name
        let shown = try invitation(visit)
        let events = visit.desk.listening.events.reversed().map { event in
            ["event": event.failure ?? visit.say(CarePageSentence.cameIn, event.report.map { $0.peerLabel.isEmpty ? visit.say(CarePageSentence.newcomer) : $0.peerLabel } ?? "", visit.time(event.milliseconds))] as Values
        }
        return Page(template: "devices", title: visit.say(.tabDevices), values: [
            "lead": [
                present == 1 ? visit.say(CarePageSentence.devicesOne, space) : visit.say(CarePageSentence.devicesMany, space, visit.language.number(present)),
                own.map { visit.say(CarePageSentence.youAre, name($0.role, visit)) },
            ].compactMap { $0 }.joined(separator: " "),
            "devices": lines, "deviceCount": visit.language.number(present), "isCoordinator": isCoordinator, "roles": roles.map { ["role": "\($0.rawValue)", "roleName": name($0, visit), "isFirstRole": $0 == .member] as Values },
            "admittedRoles": admittedRoles.map { ["role": "\($0.rawValue)", "roleName": name($0, visit), "isFirstRole": $0 == .member] as Values },
            "qrPath": maybe(shown?.code?.path), "qrSide": shown?.code.map { String($0.side) } ?? "", "codeParts": shown?.parts ?? [], "hasCode": shown != nil, "address": shown?.address ?? "", "events": events, "hasEvents": !events.isEmpty,
            "lost": lost == nil ? false : true, "lostTitle": lost.map { visit.say(CarePageSentence.lostTitle, $0.label) } ?? "", "lostName": lost?.label ?? "", "lostID": lost?.id.description ?? "",
            "lostField": refusals.field("naam", visit.form["naam"]), "folderField": refusals.field("map", visit.form["map"] ?? Volumes.mounted(visit.desk.environment).first?.path),
            "requests": try requests(visit), "aside": aside, "hasAside": !aside.isEmpty, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: status ?? (refusals.isEmpty ? 200 : 422))
    }

    /// The code that was made here, while it is good: nobody has come in by it, and its hour is not over.
    private static func invitation(_ visit: Visit) throws -> (parts: [Values], address: String, code: QRMatrix?)? {
        guard let invitation = visit.desk.invitation else { return nil }
        let replica = try visit.replica
        let isOpen = try replica.invites().contains { $0.id.description == invitation.id && $0.isOpen }
        guard isOpen, visit.nowMilliseconds - invitation.sinceMilliseconds < hourMilliseconds, visit.desk.listening.isOn else {
            if isOpen { try replica.withdrawInvite(invitation.id) }
            visit.desk.invitation = nil
            // Whoever came in is still exchanging when the page is looked at: it is only the next who is not let in.
            if isOpen { visit.desk.listening.stop() }
            return nil
        }
        // Four groups, each in threes, numbered: as they are read out.
        let plain = invitation.code.filter { !$0.isWhitespace && $0 != "-" }
        let size = max(1, (plain.count + 3) / 4)
        var rest = plain[...], parts: [Values] = []
        while !rest.isEmpty {
            let group = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            let threes = stride(from: 0, to: group.count, by: 3).map { String(group[$0..<min($0 + 3, group.count)]) }.joined(separator: " ")
            parts.append(["number": String(parts.count + 1), "letters": threes])
        }
        let address = (ownAddresses().first ?? "127.0.0.1") + ":\(visit.desk.listening.port)"
        // As 'kith join' and the page's own form take it.
        return (parts, visit.say(CarePageSentence.addressBelow, address), QRMatrix("\(invitation.code)@\(address)"))
    }

    /// Of the folder that was asked for, else of every stick that is there: nobody types where it is.
    private static func requests(_ visit: Visit) throws -> [Values] {
        let typed = visit.form["doe"] == "zoeken" ? [visit.form["map"]].compactMap { $0 } : nil
        let folders = typed ?? Volumes.mounted(visit.desk.environment).map(\.path)
        let known = Set(try visit.replica.deviceEntries().map(\.id))
        return folders.flatMap { Volumes.files(in: $0, ending: ".kithrequest") }.prefix(requestCount).compactMap { path in
            guard let request = try? RequestFile.read(path), typed != nil || !known.contains(request.identity.id) else { return nil }
            return ["label": request.label, "path": path, "compare": visit.say(CarePageSentence.compareReference, request.identity.id.spoken)]
        }
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        try replica.checkCoordinator()
        var refusals = Refusals()
        func entry(_ field: String) throws -> DeviceEntry {
            guard let found = try replica.deviceEntries().first(where: { $0.id.description == visit.form[field] }) else { throw EngineError(.unknownDevice, visit.form[field] ?? "") }
            return found
        }
        switch visit.form["doe"] {
        case "uitnodigen":
            let role = visit.form["rol"].flatMap { UInt8($0) }.flatMap(Role.init(rawValue:)) ?? .member
            guard roles.contains(role) else { return .missing }
            let code = try replica.invite(as: role, collections: nil, mostUses: 1)
            try visit.desk.listening.start(replica, host: visit.desk.listenHost, visit.language)
            visit.desk.invitation = Invitation(code: code.text, sinceMilliseconds: visit.nowMilliseconds, id: try replica.invites().last?.id.description ?? "")
            visit.desk.noteWrite()
            return .go("/apparaten#nodig")
        case "intrekken":
            if let invitation = visit.desk.invitation { try replica.withdrawInvite(invitation.id) }
            visit.desk.invitation = nil
            visit.desk.listening.stop()
            return .go("/apparaten", visit.told(CarePageSentence.codeWithdrawn, ""))
        case "hernoemen":
            let device = try entry("laptop")
            guard let label = visit.form["nieuw"] else { return .go("/apparaten") }
            do { try replica.rename(device.id, to: label) } catch let error as DeviceError where error.code == .badName {
                refusals.add("", PageFault.words(error, about: label, visit.language))
                return .page(try page(visit, refusals))
            }
            visit.desk.noteWrite()
            return .go("/apparaten", visit.told(CarePageSentence.renamed, label))
        case "uitsluiten":
            let device = try entry("kwijt")
            guard let typed = visit.form["naam"], typed.lowercased() == device.label.trimmingSpaces().lowercased() else {
                refusals.add("naam", visit.say(CarePageSentence.nameDiffers))
                return .page(try page(visit, refusals))
            }
            try replica.revoke(device.id)
            visit.desk.noteWrite()
            return .go("/apparaten", visit.told(CarePageSentence.accessWithdrawn, device.label))
        case "zoeken":
            if try requests(visit).isEmpty { refusals.add("map", visit.say(visit.form["map"].map(Volumes.isFolder) == true ? CarePageSentence.noRequest : .noSuchFolder)) }
            return .page(try page(visit, refusals))
        case "opnemen", "weggooien":
            guard let entry = try replica.quarantineEntries().first(where: { $0.delta.delta.description == visit.form["apart"] }) else { return .go("/apparaten") }
            let isTaken = visit.form["doe"] == "opnemen"
            if isTaken { _ = try replica.accept(entry.delta) } else { try replica.store.discardQuarantined(entry.delta.delta) }
            visit.desk.noteWrite()
            return .go("/apparaten", visit.told(isTaken ? CarePageSentence.asideTaken : .asideThrown, entry.packer))
        case "toelaten":
            let request = try RequestFile.read(visit.form["aanvraag"] ?? "")
            guard let role = visit.form["rol"] == nil ? .member : visit.form["rol"].flatMap({ UInt8($0) }).flatMap(Role.init(rawValue:)), admittedRoles.contains(role) else { return .missing }
            do { try replica.admit(request, as: role, collections: nil) } catch let error as EngineError where error.code == .otherKind {
                refusals.add("", visit.say(KeepPageSentence.otherKind, request.label))
                return .page(try page(visit, refusals))
            }
            visit.desk.noteWrite()
            return .go("/uitwisselen", visit.told(CarePageSentence.admitted, request.label))
        case "rol": return try promote(entry("laptop"), visit)
        default: return .missing
        }
    }

    /// Another role for a laptop that takes part: by what the form showed, since two coordinators may be at it.
    private static func promote(_ entry: DeviceEntry, _ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let field = "rol-\(entry.id.description)"
        var refusals = Refusals()
        guard let role = visit.form["nieuwe-rol"].flatMap({ UInt8($0) }).flatMap(Role.init(rawValue:)), roles.contains(role) else { return .missing }
        let collections = visit.form["alleen-gids"] == nil ? replica.store.schema.collections.map(\.rawValue) : [Collection.directory.rawValue]
        guard visit.form["was-rol"] == "\(entry.role.rawValue)", visit.form.sent("was-gids") == entry.collections.joined(separator: ","), !entry.isRemoved else {
            refusals.add(field, visit.say(KeepPageSentence.roleChangedMeanwhile, entry.label, name(entry.role, visit)))
            return .page(try page(visit, refusals, status: 409))
        }
        guard role != entry.role || Set(collections) != Set(entry.collections) else { return .go("/apparaten", visit.told(PersonPageSentence.nothingChanged, entry.label)) }
        // Whoever invites and admits has to read what he hands on.
        guard role != .coordinator || visit.form["alleen-gids"] == nil else {
            refusals.add(field, visit.say(KeepPageSentence.coordinatorSeesAll))
            return .page(try page(visit, refusals))
        }
        do { try replica.promote(entry.id, to: role, collections: collections) } catch let error as EngineError {
            refusals.add(field, PageFault.words(error, about: entry.label, visit.language))
            return .page(try page(visit, refusals))
        }
        visit.desk.noteWrite()
        return .go("/apparaten", visit.told(KeepPageSentence.roleIsNow, entry.label, name(role, visit)))
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <h1>{{w.tabDevices}}</h1>
          <p class="lead"><bdi>{{lead}}</bdi></p>
          {{^isCoordinator}}<p class="what">{{w.onlyCoordinator}}</p>{{/isCoordinator}}
        </header>

        {{#isCoordinator}}<section class="card" aria-labelledby="nodig">
          <h2 id="nodig">{{w.inviteTitle}}</h2>
          {{#hasCode}}<div class="invite"><div class="tight">
            <p>{{w.readOut}}</p>
            <div class="code" role="group" aria-label="{{w.codeInGroups}}">{{#codeParts}}<span><small>{{number}}</small>{{letters}}</span> {{/codeParts}}</div>
            <p class="text"><b>{{address}}</b></p>
            <p class="notice" role="status">{{>i-clock}}<span>{{w.waitsForLaptop}}</span></p>
            <form class="acts" method="post" action="/apparaten"><a class="button" href="/apparaten#nodig">{{w.refresh}}</a> <button class="quiet" name="doe" value="intrekken">{{w.withdrawCode}}</button></form>
          </div>{{#qrPath}}<div class="tight"><div class="qr"><svg viewBox="0 0 {{qrSide}} {{qrSide}}" role="img" shape-rendering="crispEdges"><title>{{w.codeAsQR}}</title><path fill="currentColor" d="{{qrPath}}"/></svg></div><p class="what">{{w.codeAsQRHint}}</p></div>{{/qrPath}}</div>{{/hasCode}}
          {{^hasCode}}<form class="form" method="post" action="/apparaten">
            <p class="what">{{w.inviteHint}}</p>
            <fieldset class="field"><legend>{{w.inviteAs}}</legend><div class="chips">{{#roles}}<label class="chip"><input type="radio" name="rol" value="{{role}}"{{#isFirstRole}} checked{{/isFirstRole}}>{{roleName}}</label> {{/roles}}</div></fieldset>
            <p class="acts"><button class="primary" name="doe" value="uitnodigen">{{w.makeCode}}</button></p>
          </form>{{/hasCode}}
          {{#hasEvents}}<ul class="rows">{{#events}}<li class="plain"><p><bdi>{{event}}</bdi></p></li>{{/events}}</ul>{{/hasEvents}}
        </section>{{/isCoordinator}}

        <section aria-labelledby="lijst">
          <h2 id="lijst">{{w.whoTakesPart}} <span class="count">{{deviceCount}}</span></h2>
          <ul class="rows">
            {{#devices}}<li>{{#isRelay}}{{>i-relay}}{{/isRelay}}{{^isRelay}}{{>i-laptop}}{{/isRelay}}<div><p class="first"><b><bdi>{{label}}</bdi></b>{{#isOwn}} <span class="tag">{{w.ownLaptop}}</span>{{/isOwn}}</p><p class="what">{{what}}</p>
              {{#mayChange}}<details><summary>{{w.rename}}<span class="unseen">: {{label}}</span></summary><form class="form text" method="post" action="/apparaten"><input type="hidden" name="laptop" value="{{id}}"><div class="field"><label for="nieuw-{{id}}">{{w.newName}}</label><input id="nieuw-{{id}}" name="nieuw" value="{{label}}" autocomplete="off"></div><p class="acts"><button name="doe" value="hernoemen">{{w.rename}}</button></p></form></details>{{/mayChange}}
              {{#mayPromote}}{{#roleField}}<details{{#fault}} open{{/fault}}><summary>{{w.otherRole}}<span class="unseen">: {{label}}</span></summary><form class="form text" method="post" action="/apparaten"><input type="hidden" name="laptop" value="{{id}}"><input type="hidden" name="was-rol" value="{{value}}"><input type="hidden" name="was-gids" value="{{wasCollections}}">
                <fieldset class="field{{#fault}} wrong{{/fault}}" id="{{fieldName}}"><legend>{{w.inviteAs}}</legend>{{#fault}}{{>fault}}{{/fault}}<p class="hint">{{w.rolesMean}}</p><div class="chips">{{#choices}}<label class="chip"><input type="radio" name="nieuwe-rol" value="{{role}}"{{#isFirstRole}} checked{{/isFirstRole}}>{{roleName}}</label> {{/choices}}</div></fieldset>
                <label class="check"><input type="checkbox" name="alleen-gids" value="1"{{#isGuideOnly}} checked{{/isGuideOnly}}> <span>{{w.guideOnly}}</span></label>
                <p class="acts"><button name="doe" value="rol">{{w.changeRole}}</button></p></form></details>{{/roleField}}{{/mayPromote}}
              {{#mayShutOut}}<p><a class="button quiet" href="{{lostLink}}">{{w.lost}}<span class="unseen">: {{label}}</span></a></p>{{/mayShutOut}}</div></li>
            {{/devices}}
          </ul>
        </section>

        {{#lost}}<section id="kwijt" class="card stop" aria-labelledby="weg">
          <h2 id="weg"><bdi>{{lostTitle}}</bdi></h2>
          <ul class="bullets text"><li>{{w.lostNoNews}}</li><li>{{w.lostStays}}</li><li>{{w.lostAside}}</li></ul>
          <form class="form text" method="post" action="/apparaten">
            <input type="hidden" name="kwijt" value="{{lostID}}">
            {{#lostField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="naam">{{w.typeName}}</label><p class="hint" id="n-hint"><bdi>{{lostName}}</bdi></p>{{#fault}}{{>fault}}{{/fault}}<input id="naam" name="naam" value="{{value}}" autocomplete="off" aria-describedby="n-hint{{#fault}} naam-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/lostField}}
            <p class="acts"><button class="danger" name="doe" value="uitsluiten">{{w.withdrawAccess}}</button> <a class="button quiet" href="/apparaten#lijst">{{w.keepAfterAll}}</a></p>
          </form>
        </section>{{/lost}}

        {{#hasAside}}<section aria-labelledby="apart">
          <h2 id="apart">{{w.asideTitle}}</h2>
          <p class="what">{{w.asideLead}}</p>
          <ul class="rows">
            {{#aside}}<li class="plain"><div><p><b><bdi>{{asideWords}}</bdi></b><br><span class="what">{{asideWhen}}{{#asideWhy}} · {{asideWhy}}{{/asideWhy}}</span></p>
              {{#isCoordinator}}<form class="acts near" method="post" action="/apparaten"><input type="hidden" name="apart" value="{{asideID}}"><button name="doe" value="opnemen">{{w.asideTake}}<span class="unseen">: {{asideWords}}</span></button></form>
              <details><summary>{{w.asideThrow}}<span class="unseen">: {{asideWords}}</span></summary><form class="acts near" method="post" action="/apparaten"><input type="hidden" name="apart" value="{{asideID}}"><span class="what">{{w.asideThrowMeans}}</span> <button class="danger" name="doe" value="weggooien">{{w.asideThrow}}<span class="unseen">: {{asideWords}}</span></button></form></details>{{/isCoordinator}}</div></li>
            {{/aside}}
          </ul>
        </section>{{/hasAside}}

        <p class="acts"><a class="button" href="/doorgeefservers">{{>i-relay}}{{w.relaysTitle}}</a></p>

        {{#isCoordinator}}<section aria-labelledby="stick">
          <h2 id="stick">{{w.admitTitle}}</h2>
          <form class="form text" method="post" action="/apparaten">
            {{#folderField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="map">{{w.admitHint}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="map" name="map" value="{{value}}" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="map-fout"{{/fault}}></div>{{/folderField}}
            <p class="acts"><button name="doe" value="zoeken">{{>i-stick}}{{w.lookForRequest}}</button></p>
          </form>
          {{#requests}}<form class="card" method="post" action="/apparaten"><p><b><bdi>{{label}}</bdi></b><br>{{compare}}</p><input type="hidden" name="aanvraag" value="{{path}}"><fieldset class="field"><legend>{{w.inviteAs}}</legend><div class="chips">{{#admittedRoles}}<label class="chip"><input type="radio" name="rol" value="{{role}}"{{#isFirstRole}} checked{{/isFirstRole}}>{{roleName}}</label> {{/admittedRoles}}</div></fieldset><p class="acts"><button class="primary" name="doe" value="toelaten">{{w.admit}}<span class="unseen">: {{label}}</span></button></p></form>{{/requests}}
        </section>{{/isCoordinator}}
        """#
}
