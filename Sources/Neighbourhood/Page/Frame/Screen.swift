// How a screen is added, all in one file of `Screens/`:
//
// 1. Its sentences, in a chapter of the catalogue (`Words/SentencesPage….swift`): an enum that is `PageWords`, listed in `PageText.chapters`.
//    In a template `{{w.name}}` is the sentence `name`; one with blanks is said by `visit.say(.name, …)` and given as a value.
// 2. Its template, a text of its own: the part within <main>, element for element as in the design kit. `{{>i-note}}` is an icon,
//    `{{>gable}}` the sign before a name, and whatever came from the list stands within <bdi>. Values are escaped; nothing else is.
// 3. A `Screen`: the first part of its address, its tab, what it shows, and what its form does. Whatever is written goes through
//    `visit.write`, which makes it one step and gives the next page its bar with "undo".
// 4. A line in `Screens.all`, and a journey in Tests/PageTests (`Window` is a browser without script: it follows links and sends forms).
//
// A value that is not there is `false`, never left out: Mustache looks for a name that is missing further out.

/// Values of a template, by name: texts, lists, further values; `false` where there is none.
typealias Values = [String: Any]

/// A text of a template that may not be there.
func maybe(_ text: String?) -> Any { if let text { text } else { false } }

/// The tabs of the rail, with the letter that goes to it after "g".
enum Tab: String, CaseIterable, Sendable {
    case today = "vandaag", find = "zoeken", help = "hulp", initiatives = "initiatieven", exchange = "uitwisselen", reports = "verslagen"
    case choose = "kiezen", duplicates = "dubbelen"
    case devices = "apparaten", settings = "instellingen", guide = "uitleg"

    var key: String {
        switch self {
        case .today: "v"
        case .find: "z"
        case .help: "h"
        case .initiatives: "i"
        case .exchange: "u"
        case .reports: "r"
        case .choose: "k"
        case .duplicates: "d"
        case .devices: "a"
        case .settings: "s"
        case .guide: "t"
        }
    }

    var icon: String {
        switch self {
        case .today: "sun"
        case .find: "find"
        case .help: "help"
        case .initiatives: "sprout"
        case .exchange: "swap"
        case .reports: "chart"
        case .choose: "fork"
        case .duplicates: "two"
        case .devices: "laptop"
        case .settings: "set"
        case .guide: "book"
        }
    }

    var title: PageSentence {
        switch self {
        case .today: .tabToday
        case .find: .tabFind
        case .help: .tabHelp
        case .initiatives: .tabInitiatives
        case .exchange: .tabExchange
        case .reports: .tabReports
        case .choose: .tabChoose
        case .duplicates: .tabDuplicates
        case .devices: .tabDevices
        case .settings: .tabSettings
        case .guide: .tabGuide
        }
    }
}

/// What a screen shows.
struct Page {
    /// The name of its template.
    let template: String
    /// The outcome first, then the page: what a screen reader says after a form.
    let title: String
    let values: Values
    /// Before there is a list: no rail.
    var isAlone = false
    /// 422 for a form that was refused, 409 for one whose record has changed.
    var status = 200
}

/// What comes of a request.
enum Answer {
    case page(Page)
    /// A part of a page, for the script.
    case part(template: String, values: Values)
    /// After a form: another page, with what is told there.
    case go(String, Told? = nil)
    /// Something to keep: its name among files, its type.
    case file([UInt8], name: String, type: String)
    /// A picture that a page shows.
    case picture([UInt8], type: String)
    case missing
    /// What a window that stays open is told now and again, by a server-sent event; the last one says that there is a whole page to see.
    case event(template: String, values: Values, isLast: Bool)
}

package struct Screen: Sendable {
    /// The first part of its address.
    package let name: String
    let tab: Tab?
    /// Templates by name, its own first.
    package let templates: [String: String]
    let show: @Sendable (Visit) throws -> Answer
    /// What its forms do; nil: it has none.
    let act: (@Sendable (Visit) throws -> Answer)?
    /// It is there before there is a list.
    let isFirst: Bool

    init(
        _ name: String, tab: Tab? = nil, templates: [String: String] = [:], isFirst: Bool = false, show: @escaping @Sendable (Visit) throws -> Answer,
        act: (@Sendable (Visit) throws -> Answer)? = nil
    ) {
        self.name = name
        self.tab = tab
        self.templates = templates
        self.isFirst = isFirst
        self.show = show
        self.act = act
    }
}

package enum Screens {
    /// Every screen there is.
    package static let all: [Screen] =
        [
            FirstTime.start, FirstTime.begin, Join.screen, Lock.screen, Restore.screen,
            Today.screen, Find.screen, LookAt.screen, Contact.screen, Moment.screen, Count.screen, PersonPapers.screen, CallList.screen, Labels.screen,
            Help.screen, Duplicates.screen,
            Exchange.screen, Choose.screen, Reports.screen, Initiatives.screen, Map.screen,
            RecordEdit.screen, Devices.screen, Settings.screen, Lists.screen, Keep.screen, Passphrase.screen, Terms.screen, Relays.screen, Steps.screen, Guide.screen,
        ]

    static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
