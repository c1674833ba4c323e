import ArgumentParser
import RelayService

@main
struct KithRelay: ParsableCommand {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "kith-relay", abstract: "A relay.") }
}
