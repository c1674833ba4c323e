import ArgumentParser
import Community
import Engine
import Platform
import Store
import Words

struct InitiativeCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "initiative",
            abstract: both("Initiatieven die elkaar opvolgen.", "Initiatives that come after one another."),
            subcommands: [InitiativeSucceed.self, InitiativeChainCommand.self])
    }
}

struct InitiativeSucceed: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "succeed",
            abstract: both("Zeg welk initiatief een ander opvolgt.", "Say which initiative comes after another."),
            discussion: both(
                "Voorbeelden: kith initiative succeed 'Samen eten' Wandelgroep\n             kith initiative succeed 'Samen eten' --none",
                "Examples: kith initiative succeed 'Samen eten' Wandelgroep\n          kith initiative succeed 'Samen eten' --none"))
    }

    @Argument(help: ArgumentHelp(both("Het initiatief dat stopt: een naam, een kenmerk, of een einde ervan.", "The initiative that ends: a name, a reference, or an ending of one."), valueName: "id"))
    var id: String
    @Argument(help: ArgumentHelp(both("Wat ervoor in de plaats komt.", "What comes in its place."), valueName: both("opvolger", "successor")))
    var successor: String?
    @Flag(help: ArgumentHelp(both("Geen opvolger.", "No successor."))) var none = false
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (successor != nil) != none else { throw ValidationError(both("Geef de opvolger, of --none.", "Give the successor, or --none.")) }
    }

    func run() throws {
        let (replica, record) = try options.open(id, in: "initiative")
        let next = try successor.map { try options.record($0, in: ["initiative"], replica) }
        try replica.succeed(record, by: next)
        let links = try replica.chain(of: record).links
        func name(_ record: RecordID) -> String { plain(links.first { $0.record == record }?.name ?? "") }
        let language = App.language
        var handles = try Handles(replica)
        let lines = try next.map { next in
            var lines = [language.say(PublicSentence.succeeded, name(record), name(next))]
            if links.first(where: { $0.relation == .this })?.status != "ended" {
                lines.append(language.say(PublicSentence.succeedNext, try handles.text(record)))
            }
            return lines
        } ?? [language.say(PublicSentence.succeededNone, name(record))]
        try say(
            lines.joined(separator: "\n"), or: json(record) + [("successor", next.map { .string($0.text) } ?? .null)], isJSON: options.json)
        try replica.close()
    }
}

struct InitiativeChainCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "chain",
            abstract: both("Toon waar een initiatief vandaan komt en wat het opvolgt.", "Show where an initiative comes from and what came after it."),
            discussion: both(
                "Volgt adapted_from terug en successor naar beide kanten; daaronder wat ernaar gemaakt is.\nVoorbeeld: kith initiative chain 'Samen eten'",
                "Follows adapted_from back and successor both ways; below, what was made after its example.\nExample: kith initiative chain 'Samen eten'"))
    }

    @Argument(help: idHelp) var id: String
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        let record = try options.record(id, in: ["initiative"], replica)
        let links = try replica.chain(of: record).links
        if options.json {
            try Output.json([("links", .array(links.map { link in
                .object(json(link.record) + [
                    ("relation", .string(link.relation.rawValue)), ("name", .string(link.name)), ("status", .string(link.status)),
                    ("here", .bool(link.isHere)),
                ])
            }))])
        } else {
            let ids = try ShortIDs(replica.store)
            for link in links { try Output.line(text(link, ids)) }
            if links.count == 1 { try Output.line(App.language.say(PublicSentence.chainAlone)) }
        }
        try replica.close()
    }

    private func text(_ link: InitiativeChain.Link, _ ids: ShortIDs) -> String {
        let language = App.language
        let sentence: PublicSentence = switch link.relation {
        case .adaptedFrom: link.isHere ? .chainFrom : .chainFromElsewhere
        case .predecessor: .chainPredecessor
        case .this: .chainThis
        case .successor: link.isHere ? .chainSuccessor : .chainMissing
        case .adaptation: .chainAdapted
        }
        let id = plain(ids.text(link.record))
        return language.say(sentence, id, plain(link.name), link.status.isEmpty ? "" : " (\(plain(Entry.label(link.status, of: "initiative_status", language))))")
    }
}
