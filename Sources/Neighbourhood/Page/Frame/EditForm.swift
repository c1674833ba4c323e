import Community
import CRDT
import Engine
import Store

/// A form that changes what stands in the list, whatever it is about. It carries what it showed: only what was changed is written, and what
/// somebody else changed meanwhile is shown beside what was typed, with nothing written.
///
/// Invariant: either all that was typed is written, as one step, or nothing is.
struct EditForm {
    /// One field of the form.
    struct Field {
        enum Kind {
            case line, text, yesOrNo
            case code(String)
            /// One of these, or none.
            case choice([(value: String, label: String)])
            /// A line, beside names that there are.
            case suggested([String])
            /// A box that is ticked or not: "1" or "0".
            case tick
        }

        /// What is done for what was typed; nothing is refused there that the command line takes.
        enum Change {
            case columns([(name: String, text: String)])
            case delete
            /// A row that is there or not, such as a term of an initiative.
            case other(@Sendable (Store) throws -> Void)
        }

        let name: String
        let title: String
        let kind: Kind
        /// As it stands in the list now.
        let current: String
        /// Whose columns it is: to tell who changed it.
        let record: RecordID
        let column: String
        /// It merges as text does: what two wrote on it stands in both.
        var merges = false
        /// Under "more", for what few need.
        var isRare = false
        var hint: String?
        let change: (_ typed: String) throws -> Change
    }

    /// What came back, as far as it was changed.
    struct Sent {
        /// As it was typed, by field.
        var typed: [String: String] = [:]
        /// What the form had shown, of fields that somebody else changed to something else.
        var stale: [String: String] = [:]
        fileprivate(set) var writes: [@Sendable (Store) throws -> Void] = []

        var isStale: Bool { !stale.isEmpty }
    }

    let fields: [Field]

    // MARK: What was sent

    /// Reads a form that came back, and notes what is refused by the field it stands in.
    func sent(_ visit: Visit, _ refusals: inout Refusals) throws -> Sent {
        let replica = try visit.replica
        var sent = Sent()
        var changed: [(field: Field, columns: [(name: String, text: String)])] = []
        for field in fields {
            guard let was = visit.form.sent("was-" + field.name)?.trimmingSpaces() else { continue }
            var text = visit.form.sent(field.name)?.trimmingSpaces()
            // A box without a tick sends nothing.
            if case .tick = field.kind { text = text == nil ? "0" : "1" }
            guard let text else { continue }
            sent.typed[field.name] = text
            let current = SafeLetters.shown(field.current).trimmingSpaces()
            guard text != was, text != current else { continue }
            guard let value = current == was ? text : EditForm.value(of: text, saw: was, now: current, field, visit.form) else {
                if visit.form["keus-" + field.name] != "ander" || visit.form.sent("zag-" + field.name)?.trimmingSpaces() != current { sent.stale[field.name] = was }
                continue
            }
            switch try field.change(value) {
            case .delete: sent.writes.append { [record = field.record] in try $0.delete(record) }
            case .other(let write): sent.writes.append(write)
            case .columns(let columns):
                guard try EditForm.isRead(columns, field, visit, &refusals) else { continue }
                changed.append((field, columns))
            }
        }
        guard refusals.isEmpty else { return sent }
        // All columns of a row together: the end and the beginning of one thing are moved at once.
        var records: [RecordID] = []
        for (field, _) in changed where !records.contains(field.record) { records.append(field.record) }
        for record in records {
            let own = changed.filter { $0.field.record == record }
            do {
                let values = try replica.entered(own.flatMap(\.columns), in: record)
                sent.writes.append { try $0.edit(record, values) }
            } catch let refusal as EntryRefusal {
                let place = refusal.place.split(separator: ".").dropFirst().first.map(String.init)
                refusals.add((own.first { $0.columns.contains { $0.name == place } } ?? own[0]).field.name, visit.language.refusal(refusal, byName: false))
            }
        }
        return sent
    }

    /// What a field is to hold that somebody else changed meanwhile; nil where a person has to choose, or chose what the other wrote.
    private static func value(of text: String, saw was: String, now current: String, _ field: Field, _ form: Fields) -> String? {
        if case .text = field.kind {
            // Both may have written on: then both stand.
            if text.hasPrefix(was), current.hasPrefix(was) {
                return [current, String(text.dropFirst(was.count)).trimmingSpaces()].filter { !$0.isEmpty }.joined(separator: " ")
            }
            if field.merges,
                let both = TextRebase.merged(shown: Array(was.unicodeScalars), typed: Array(text.unicodeScalars), now: Array(current.unicodeScalars)) {
                return string(both)
            }
        }
        // What was chosen counts for what was shown to choose from.
        return form["keus-" + field.name] == "mijn" && form.sent("zag-" + field.name)?.trimmingSpaces() == current ? text : nil
    }

    /// Whether each of the columns can be read by itself. What they are to one another is asked of all of a row together.
    private static func isRead(_ columns: [(name: String, text: String)], _ field: Field, _ visit: Visit, _ refusals: inout Refusals) throws -> Bool {
        do {
            let isRead: Bool? = try refusals.reading(field.name, visit) { () throws -> Bool in
                do { _ = try visit.replica.entered(columns, in: field.record) } catch let refusal as EntryRefusal {
                    switch refusal.reason {
                    case .endsBefore, .missing: break
                    default: throw refusal
                    }
                }
                return true
            }
            return isRead != nil
        } catch let error as StoreError where error.code == .notFound && error.detail.isEmpty {
            // A name of something else that is not there.
            refusals.add(field.name, visit.say(PersonPageSentence.nobodyCalledSo, columns.first?.text ?? ""))
            return false
        }
    }

    // MARK: What is shown

    /// For `{{>editFields}}`.
    func values(_ sent: Sent = Sent(), _ refusals: Refusals, _ visit: Visit) throws -> Values {
        let shown = try fields.map { try values(of: $0, sent, refusals, visit) }
        let rare = zip(fields, shown).filter { $0.0.isRare }, isOpen = rare.contains { refusals[$0.0.name] != nil || sent.stale[$0.0.name] != nil }
        return [
            "fields": zip(fields, shown).filter { !$0.0.isRare && !$0.0.isTick }.map(\.1), "rare": rare.map(\.1), "hasRare": !rare.isEmpty, "rareOpen": isOpen,
            "ticks": zip(fields, shown).filter { $0.0.isTick }.map(\.1), "hasTicks": fields.contains { $0.isTick },
            "isStalePage": sent.isStale, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ]
    }

    /// The outcome first, then the page.
    static func title(_ title: String, _ sent: Sent, _ refusals: Refusals, _ visit: Visit) -> String {
        let first = sent.isStale ? visit.say(PersonPageSentence.changedMeanwhile) : refusals.isEmpty ? nil : visit.count(refusals.lines.count, PageSentence.faultsOne, .faultsMany)
        return [first, title].compactMap { $0 }.joined(separator: " · ")
    }

    private func values(of field: Field, _ sent: Sent, _ refusals: Refusals, _ visit: Visit) throws -> Values {
        let text = sent.typed[field.name] ?? field.current
        var values = refusals.field(field.name, text)
        values["title"] = field.title
        // What the next sending is held against: of a field that stands open, still what was seen first.
        values["was"] = sent.stale[field.name] ?? (sent.typed[field.name] == nil ? field.current : visit.form.sent("was-" + field.name) ?? field.current)
        var isText = false, isYesOrNo = false, codes: [Values] = [], names: [Values] = []
        switch field.kind {
        case .text: isText = true
        case .yesOrNo: isYesOrNo = true
        case .code(let list):
            codes = Choices.codes(list, chosen: text, visit)
            if !text.isEmpty, !codes.contains(where: { $0["isChosen"] as? Bool == true }) { codes.append(["code": text, "label": text, "isChosen": true]) }
        case .choice(let choices): codes = choices.map { ["code": $0.value, "label": $0.label, "isChosen": $0.value == text] }
        case .suggested(let suggested): names = suggested.map { ["suggestion": $0] }
        case .line, .tick: break
        }
        let described = [field.hint == nil ? nil : field.name + "-hint", refusals[field.name] == nil ? nil : field.name + "-fout"].compactMap { $0 }.joined(separator: " ")
        values.merge([
            "isText": isText, "isCode": !codes.isEmpty, "codes": codes, "isYesOrNo": isYesOrNo, "isOn": text != "0", "isStale": sent.stale[field.name] != nil,
            "isLine": !isText && codes.isEmpty && !isYesOrNo, "suggestions": names, "hasSuggestions": !names.isEmpty, "hint": maybe(field.hint), "described": maybe(described.isEmpty ? nil : described),
            "current": field.current, "saw": visit.say(PersonPageSentence.twoValues, sent.stale[field.name] ?? ""),
            "mine": visit.say(PersonPageSentence.mineNow, visit.desk.standing?.laptop ?? ""), "theirs": sent.stale[field.name] == nil ? "" : try theirs(field, visit),
            "shownMine": label(of: text, field, visit), "shownTheirs": label(of: field.current, field, visit),
        ]) { _, new in new }
        return values
    }

    /// What a choice is called: nobody chooses between codes.
    private func label(of text: String, _ field: Field, _ visit: Visit) -> String {
        switch field.kind {
        case .code(let list): visit.label(text, of: list)
        case .choice(let choices): choices.first { $0.value == text }?.label ?? text
        case .yesOrNo: visit.say(text == "0" ? PersonPageSentence.no : .yes)
        case .line, .text, .suggested, .tick: text
        }
    }

    /// Who wrote what stands there now, where, and when.
    private func theirs(_ field: Field, _ visit: Visit) throws -> String {
        let detail = try visit.replica.store.show(field.record).columns.first { $0.name == field.column }
        guard let author = detail?.authors.first else { return "" }
        return visit.say(PersonPageSentence.theirsNow, author.label ?? visit.say(PersonPageSentence.unknownLaptop), visit.time(author.timeMilliseconds))
    }

    // MARK: Templates

    /// `{{>editTop}}`, then a form with `{{>editFields}}` in it.
    static let templates = ["editTop": top, "editFields": all, "editField": field]

    private static let top = #"""
        {{#isStalePage}}<div class="notice stop" role="alert" tabindex="-1" autofocus id="intussen">{{>i-alert}}<div>
          <h2>{{w.changedMeanwhile}}</h2>
          <p>{{w.changedMeanwhileText}}</p></div></div>{{/isStalePage}}
        {{#faults}}{{>faults}}{{/faults}}
        """#

    private static let all = #"""
        {{#fields}}{{>editField}}{{/fields}}
        {{#hasTicks}}<fieldset class="field"><legend>{{ticksTitle}}</legend>{{#ticks}}<input type="hidden" name="was-{{fieldName}}" value="{{was}}"><label class="check"><input type="checkbox" name="{{fieldName}}" value="1"{{#isOn}} checked{{/isOn}}> <span><bdi>{{title}}</bdi></span></label> {{/ticks}}</fieldset>{{/hasTicks}}
        {{#hasRare}}<details{{#rareOpen}} open{{/rareOpen}}><summary>{{w.rareFields}}</summary>{{#rare}}{{>editField}}{{/rare}}</details>{{/hasRare}}
        """#

    private static let field = #"""
        {{#isStale}}<fieldset class="field wrong" id="{{fieldName}}" aria-describedby="{{fieldName}}-fout">
          <legend>{{title}}</legend>
          <p class="fault" id="{{fieldName}}-fout">{{>i-alert}}<span>{{saw}}</span></p>
          <input type="hidden" name="{{fieldName}}" value="{{value}}"><input type="hidden" name="was-{{fieldName}}" value="{{was}}"><input type="hidden" name="zag-{{fieldName}}" value="{{current}}">
          <div class="versus">
            <label class="option"><input type="radio" name="keus-{{fieldName}}" value="mijn" checked><span class="value"><bdi>{{shownMine}}</bdi></span><span class="what">{{mine}}</span></label>
            <label class="option"><input type="radio" name="keus-{{fieldName}}" value="ander"><span class="value"><bdi>{{shownTheirs}}</bdi></span><span class="what">{{theirs}}</span></label>
          </div>
        </fieldset>{{/isStale}}{{^isStale}}<div class="field{{#fault}} wrong{{/fault}}">
          <label for="{{fieldName}}">{{title}}</label>
          {{#hint}}<p class="hint" id="{{fieldName}}-hint">{{hint}}</p>{{/hint}}
          {{#fault}}{{>fault}}{{/fault}}
          <input type="hidden" name="was-{{fieldName}}" value="{{was}}">
          {{#isLine}}<input id="{{fieldName}}" name="{{fieldName}}" value="{{value}}" autocomplete="off"{{#hasSuggestions}} list="{{fieldName}}-lijst"{{/hasSuggestions}}{{#described}} aria-describedby="{{described}}"{{/described}}{{#fault}} aria-invalid="true"{{/fault}}>{{#hasSuggestions}}<datalist id="{{fieldName}}-lijst">{{#suggestions}}<option value="{{suggestion}}">{{/suggestions}}</datalist>{{/hasSuggestions}}{{/isLine}}
          {{#isText}}<textarea id="{{fieldName}}" name="{{fieldName}}"{{#described}} aria-describedby="{{described}}"{{/described}}{{#fault}} aria-invalid="true"{{/fault}}>{{value}}</textarea>{{/isText}}
          {{#isCode}}<select id="{{fieldName}}" name="{{fieldName}}"{{#described}} aria-describedby="{{described}}"{{/described}}><option value="">{{w.notKnown}}</option>{{#codes}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/codes}}</select>{{/isCode}}
          {{#isYesOrNo}}<select id="{{fieldName}}" name="{{fieldName}}"{{#described}} aria-describedby="{{described}}"{{/described}}><option value="1"{{#isOn}} selected{{/isOn}}>{{w.yes}}</option><option value="0"{{^isOn}} selected{{/isOn}}>{{w.no}}</option></select>{{/isYesOrNo}}
        </div>{{/isStale}}
        """#
}

extension EditForm.Field {
    var isTick: Bool { if case .tick = kind { true } else { false } }
}
