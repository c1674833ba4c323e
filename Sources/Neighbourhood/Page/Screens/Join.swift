import Community
import CRDT
import Device
import Engine
import Foundation
import QR
import Store
import Words

/// Joining a list that is there already: by a code that a coordinator reads out, or by a stick.
enum Join {
    static let screen = Screen("meedoen", templates: ["join": byCode, "joinStick": byStick], isFirst: true, show: { visit in
        guard visit.desk.isEmpty else { return .go("/vandaag") }
        return .page(visit.rest.first == "stick" ? try stickPage(visit, Refusals()) : codePage(visit, Refusals()))
    }, act: { visit in
        guard visit.desk.isEmpty else { return .go("/vandaag") }
        return visit.rest.first == "stick" ? try actOnStick(visit) : try actOnCode(visit)
    })

    private static let groups = ["g1", "g2", "g3", "g4"]

    // MARK: By a code

    private static func actOnCode(_ visit: Visit) throws -> Answer {
        // What a camera read has the address behind the code.
        if let whole = visit.form["g1"], whole.contains("@"), groups.dropFirst().allSatisfy({ visit.form[$0] == nil }) {
            let parts = whole.split(separator: "@", maxSplits: 1).map(String.init)
            let letters = Array((parts.first ?? "").filter { !$0.isWhitespace && $0 != "-" })
            let size = max(1, (letters.count + groups.count - 1) / groups.count)
            var typed = ["laptop": visit.form["laptop"] ?? "", "adres": parts.count > 1 ? parts[1] : ""]
            for (index, group) in groups.enumerated() { typed[group] = String(letters.dropFirst(index * size).prefix(index == groups.count - 1 ? letters.count : size)) }
            return try actOnCode(Visit(desk: visit.desk, session: visit.session, language: visit.language, rest: visit.rest, query: visit.query, form: Fields(typed), nowMilliseconds: visit.nowMilliseconds))
        }
        var refusals = Refusals()
        for field in ["laptop", "adres"] + groups where visit.form[field] == nil { refusals.add(field, visit.say(PersonPageSentence.fillThis)) }
        guard let address = Address(visit.form["adres"] ?? "") else {
            if visit.form["adres"] != nil { refusals.add("adres", visit.say(CarePageSentence.notAnAddress)) }
            return .page(codePage(visit, refusals))
        }
        guard refusals.isEmpty else { return .page(codePage(visit, refusals)) }
        do {
            let code = groups.compactMap { visit.form[$0] }.joined(separator: " ")
            let (replica, _) = try Replica.join(for: .community, code: code, at: address, label: visit.form["laptop"], replica: visit.desk.named, visit.desk.environment)
            visit.desk.adopt(replica)
            return .go("/vandaag", visit.told(CarePageSentence.joined, replica.identity.space.name))
        } catch let error as EngineError where error.code == .badCode {
            // The groups that were mistyped, when it could tell.
            let wrong = error.subject.contains("/") ? [] : error.subject.split(separator: ",").compactMap { Int($0.trimmingSpaces()) }.filter { (1...4).contains($0) }
            for number in wrong { refusals.add("g\(number)", visit.say(CarePageSentence.groupWrong)) }
            if wrong.isEmpty { refusals.add("g1", PageFault.words(error, about: "", visit.language)) }
        } catch {
            refusals.add("adres", PageFault.words(error, about: address.text, over: .network, visit.language))
        }
        return .page(codePage(visit, refusals))
    }

    private static func codePage(_ visit: Visit, _ refusals: Refusals) -> Page {
        let laptop = visit.form.sent("laptop") ?? (visit.form.names.isEmpty ? DeviceName.ofThisMachine : "")
        return Page(template: "join", title: visit.say(.joinLead), values: [
            "laptopField": refusals.field("laptop", laptop), "addressField": refusals.field("adres", visit.form.sent("adres")),
            "codeGroups": groups.enumerated().map { index, name in
                refusals.field(name, visit.form.sent(name)).merging(["groupName": visit.say(CarePageSentence.group, String(index + 1))]) { own, _ in own }
            }, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], isAlone: true, status: refusals.isEmpty ? 200 : 422)
    }

    // MARK: By a stick

    private static func actOnStick(_ visit: Visit) throws -> Answer {
        var refusals = Refusals()
        guard let folder = visit.form["map"] ?? visit.session["stick"], Volumes.isFolder(folder) else {
            refusals.add("map", visit.say(CarePageSentence.noSuchFolder))
            return .page(try stickPage(visit, refusals))
        }
        if visit.form["doe"] == "antwoord" {
            for bundle in Volumes.files(in: folder, ending: ".kithbundle") {
                do {
                    let (replica, _) = try Replica.join(for: .community, bundle: bundle, at: visit.desk.named, visit.desk.environment)
                    visit.desk.adopt(replica)
                    return .go("/vandaag", visit.told(CarePageSentence.joined, replica.identity.space.name))
                } catch {
                    // Each by its name: which it was and why not.
                    let name = (bundle as NSString).lastPathComponent
                    refusals.add("map", "\(name): \(PageFault.words(error, about: name, visit.language))")
                }
            }
            if refusals.isEmpty { refusals.add("map", visit.say(CarePageSentence.noAnswerYet)) }
            return .page(try stickPage(visit, refusals))
        }
        guard let label = visit.form["laptop"] else {
            refusals.add("laptop", visit.say(PersonPageSentence.fillThis))
            return .page(try stickPage(visit, refusals))
        }
        do {
            let plain = label.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased()
            let device = try RequestFile.write(to: "\(folder)/\(plain.isEmpty ? "laptop" : plain).kithrequest", label: label, visit.desk.environment)
            visit.session["stick"] = folder
            visit.session["kenmerk"] = device.spoken
            return .go("/meedoen/stick")
        } catch {
            refusals.add("map", PageFault.words(error, about: folder, visit.language))
            return .page(try stickPage(visit, refusals))
        }
    }

    private static func stickPage(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let laptop = visit.form.sent("laptop") ?? (visit.form.names.isEmpty ? DeviceName.ofThisMachine : "")
        let found = Volumes.mounted(visit.desk.environment)
        let folder = visit.form.sent("map") ?? visit.session["stick"] ?? found.first?.path ?? ""
        let code = visit.session["kenmerk"].flatMap { QRMatrix($0) }
        return Page(template: "joinStick", title: visit.say(.joinLead), values: [
            "laptopField": refusals.field("laptop", laptop), "folderField": refusals.field("map", folder), "volumes": found.map { ["volume": $0.path] as Values },
            "reference": maybe(visit.session["kenmerk"]), "qrPath": maybe(code?.path), "qrSide": code.map { String($0.side) } ?? "", "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], isAlone: true, status: refusals.isEmpty ? 200 : 422)
    }

    private static let byCode = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/">{{>i-left}}{{w.back}}</a></p>
          <h1>{{w.joinLead}}</h1>
          <p class="lead">{{w.joinByCode}}</p>
        </header>
        <form class="form" method="post" action="/meedoen">
          {{#laptopField}}<div class="field text{{#fault}} wrong{{/fault}}"><label for="laptop">{{w.laptopName}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="laptop" name="laptop" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="laptop-fout"{{/fault}}></div>{{/laptopField}}
          {{#addressField}}<div class="field text{{#fault}} wrong{{/fault}}"><label for="adres">{{w.otherAddress}}</label><p class="hint" id="adres-hint">{{w.otherAddressHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="adres" name="adres" value="{{value}}" autocomplete="off" spellcheck="false" aria-describedby="adres-hint{{#fault}} adres-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/addressField}}
          <fieldset class="field">
            <legend>{{w.codeInGroups}}</legend>
            <div class="groups">
              {{#codeGroups}}<div class="field{{#fault}} wrong{{/fault}}"><label for="{{fieldName}}">{{groupName}}</label><input id="{{fieldName}}" name="{{fieldName}}" value="{{value}}" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="{{fieldName}}-fout"{{/fault}}>{{#fault}}{{>fault}}{{/fault}}</div>
              {{/codeGroups}}
            </div>
          </fieldset>
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.joinLead}}</button> <a class="button" href="/meedoen/stick">{{>i-stick}}{{w.gotAStick}}</a></p>
        </form>
        """#

    private static let byStick = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/meedoen">{{>i-left}}{{w.back}}</a></p>
          <h1>{{w.joinLead}}</h1>
          <p class="lead">{{w.joinByStick}}</p>
        </header>
        {{#reference}}<p class="notice" role="status">{{>i-clock}}<span>{{w.readReference}} <b>{{reference}}</b></span></p>{{#qrPath}}<div class="qr"><svg viewBox="0 0 {{qrSide}} {{qrSide}}" role="img" shape-rendering="crispEdges"><title>{{reference}}</title><path fill="currentColor" d="{{qrPath}}"/></svg></div>{{/qrPath}}{{/reference}}
        <form class="form text" method="post" action="/meedoen/stick">
          {{#laptopField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="laptop">{{w.laptopName}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="laptop" name="laptop" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="laptop-fout"{{/fault}}></div>{{/laptopField}}
          {{#folderField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="map">{{w.stickFolder}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="map" name="map" value="{{value}}" list="sticks" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="map-fout"{{/fault}}><datalist id="sticks">{{#volumes}}<option value="{{volume}}">{{/volumes}}</datalist></div>{{/folderField}}
          <p class="acts">{{^reference}}<button class="primary big" name="doe" value="verzoek">{{>i-stick}}{{w.writeRequest}}</button>{{/reference}}{{#reference}}<button class="primary big" name="doe" value="antwoord">{{>i-check}}{{w.answerIsThere}}</button> <button class="quiet" name="doe" value="verzoek">{{w.writeRequest}}</button>{{/reference}}</p>
        </form>
        """#
}
