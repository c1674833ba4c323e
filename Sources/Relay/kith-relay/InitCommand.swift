import ArgumentParser
import Foundation
import RelayService
import Trust
import Words

struct Init: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Maak de sleutels van deze doorgeefserver en een aanvraag om toegelaten te worden.",
                           "Make this relay's keys and a request to be admitted."),
            discussion: both(
                """
                Daarna nog eens is niet erg: sleutels die er zijn, blijven. Staan ze achter een wachtzin, noem dan met \
                KITH_PASSPHRASE_FILE een bestand dat alleen de doorgeefserver kan lezen; is dat er bij het maken, dan komen ze erachter.

                Voorbeeld: kith-relay init --name 'Relay Zuid'
                """,
                """
                Doing it again does no harm: keys that are there stay. If they are behind a passphrase, name a file that only the \
                relay can read in KITH_PASSPHRASE_FILE; if there is one when they are made, they are put behind it.

                Example: kith-relay init --name 'Relay South'
                """))
    }

    @Option(help: ArgumentHelp(
        both("Hoe de doorgeefserver heet voor de mensen van de buurtlijst; anders naar deze machine.",
             "What the relay is called to the people of the community list; else after this machine."), valueName: both("naam", "label")))
    var name: String?
    @OptionGroup var options: RelayOptions

    func run() async throws {
        let settings = try await options.settings()
        _ = try Owner.become(of: settings.stateFolder)
        let environment = settings.environment(App.environment)
        let (id, isNew) = try settings.initialise(label: name, environment)
        let address = "HOST:\(settings.listenPort)#\(id.spoken)"
        try options.output.say([
            ("device", .string(id.spoken)), ("request", .string(settings.requestFile)), ("address", .string(address)), ("new", .bool(isNew)),
        ]) {
            let language = App.language
            let first: OperatorSentence = isNew ? .relayInitialised : .relayAlreadyInitialised
            return [
                language.say(first, settings.deviceFile, settings.requestFile, id.spoken), language.say(.relayInitialisedNext),
                language.say(.relayGiveAddress, address),
            ]
        }
    }
}
