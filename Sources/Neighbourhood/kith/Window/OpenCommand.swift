import ArgumentParser
import Engine
import Foundation
import Page
import Platform
import Synchronization

/// Starts the page and shows it in a browser: for people who do not type commands.
struct OpenCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "open",
            abstract: both("Open Kith in de browser.", "Open Kith in the browser."),
            discussion: both(
                "Begint een bladzijde op deze laptop alleen, en toont haar in de browser; er is geen internet bij nodig. Zij eindigt tien minuten nadat het laatste venster gesloten is. Met een stickbestand erbij opent Uitwisselen.\nVoorbeeld: kith open",
                "Begins a page on this laptop alone, and shows it in the browser; no internet is needed. It ends ten minutes after the last window is closed. With a stick file, Exchange is opened.\nExample: kith open"))
    }

    @Argument(help: ArgumentHelp(both("Een stickbestand om in te lezen.", "A stick file to read in."), valueName: both("bestand", "file"))) var bundle: String?
    @Option(help: ArgumentHelp(
        both("De lijst (anders KITH_REPLICA, anders die in de gegevensmap).", "The list (else KITH_REPLICA, else the one in the data folder)."),
        valueName: both("bestand", "file")))
    var replica: String?
    @Flag(help: ArgumentHelp(both("Toon het adres en open geen browser.", "Show the address and open no browser."))) var noBrowser = false

    func run() throws {
        let server = try PageServer(replica: replica, bundle: bundle, App.environment)
        let ended = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        let showsAddress = noBrowser
        Task {
            do {
                try await server.run { port in
                    do {
                        let opening = try server.makeOpening(port: port)
                        try Output.line(PageServer.line(opening.path, opensBrowser: !showsAddress, App.language))
                        if !showsAddress { Browser.open(opening.path) }
                        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(150)) { opening.remove() }
                    } catch {
                        failure.withLock { $0 = error }
                        server.end()
                    }
                }
            } catch is CancellationError {
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
            ended.signal()
        }
        ended.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// The browser that a person has set for pages.
enum Browser {
    static func open(_ path: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xdg-open", path]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        // Where there is none, the line that was just said names the file.
        try? process.run()
    }
}
