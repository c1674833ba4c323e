import ArgumentParser
import Foundation
import Platform
import RelayService
import Words

struct SpaceCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "space", abstract: both("De buurtlijsten die deze doorgeefserver draagt.", "The community lists that this relay carries."),
            subcommands: [Add.self, All.self, Remove.self])
    }

    struct Add: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Ga een buurtlijst dragen, met een stickbestand van een coördinator.", "Begin to carry a community list, by a coordinator's stick file."),
                discussion: both(
                    "Het stickbestand moet gemaakt zijn nadat de doorgeefserver is toegelaten.\nVoorbeeld: kith-relay space add zuid.kithbundle",
                    "The stick file must have been made after the relay was admitted.\nExample: kith-relay space add south.kithbundle"))
        }

        @Argument(help: ArgumentHelp(both("Het stickbestand.", "The stick file."), valueName: both("stickbestand", "stickfile"))) var bundle: String
        @OptionGroup var options: RelayOptions

        func run() async throws {
            try await about(bundle) {
                let report = try await options.withAdministration(reading: absolute(bundle)) { administration, input in
                    try await administration.addSpace(bundle: input ?? absolute(bundle))
                }
                try options.output.say(report.json) {
                    let language = App.language
                    return [
                        language.say(.relaySpaceAdded, report.space, language.bytes(report.byteCount), language.number(report.deltaCount)),
                        language.say(.relaySpaceAddedNext),
                    ]
                }
            }
        }
    }

    struct All: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list", abstract: both("Noem de buurtlijsten, met groottes en tijden.", "Name the community lists, with sizes and times."),
                discussion: both("Voorbeeld: kith-relay space list", "Example: kith-relay space list"))
        }

        @OptionGroup var options: RelayOptions

        func run() async throws {
            let reports = try await options.withAdministration { administration, _ in try await administration.spaces() }
            try options.output.say(named("spaces", reports.map(\.json))) {
                let language = App.language
                if reports.isEmpty { return [language.say(.relaySpacesNone)] }
                return reports.map {
                    language.say(
                        .relaySpaceLine, $0.space, language.bytes($0.byteCount), language.number($0.deltaCount),
                        language.number($0.partialDeltaCount), language.number($0.deviceCount), shown($0.lastMilliseconds))
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Geef een buurtlijst niet meer door, en verwijder wat er hier van haar ligt.", "Stop passing a community list on, and delete what lies here of it."),
                discussion: both(
                    "Laptops houden wat zij hebben.\nVoorbeeld: kith-relay space remove 3f2a91bc --yes",
                    "Laptops keep what they have.\nExample: kith-relay space remove 3f2a91bc --yes"))
        }

        @Argument(help: ArgumentHelp(
            both("Het kenmerk, of een eenduidig einde van ten minste vier tekens.",
                 "The reference, or an unambiguous ending of four or more characters."), valueName: "id"))
        var id: String
        @OptionGroup var yes: YesOptions
        @OptionGroup var options: RelayOptions

        func run() async throws {
            try await options.withAdministration { administration, _ in
                let report = try find(id, among: try await administration.spaces())
                let language = App.language
                if !options.json {
                    try Output.line(language.say(
                        .relayRemoveShown, report.space, language.bytes(report.byteCount), language.number(report.deltaCount),
                        language.number(report.deviceCount)))
                }
                try yes.confirm(language.say(.relayRemoveQuestion), isJSON: options.json)
                try await administration.removeSpace(try report.id())
                try options.output.say([("removed", .string(report.space))]) { [language.say(.relaySpaceRemoved, report.space)] }
            }
        }
    }
}

/// The space that a person means by its id or an ending of it.
func find(_ text: String, among reports: [SpaceReport]) throws -> SpaceReport {
    let ending = text.lowercased()
    let found = reports.filter { ending.count >= 4 && $0.space.hasSuffix(ending) }
    guard found.count == 1 else { throw RelayServiceError(.badSpace, plain(text)) }
    return found[0]
}
