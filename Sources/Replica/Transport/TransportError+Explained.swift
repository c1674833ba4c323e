import Words

extension TransportError.Code {
    /// `%1`: what was being done.
    package var phrase: Phrase {
        switch self {
        case .cannotResolve: Phrase(
            nl: "Deze naam is niet bekend. Controleer de spelling, of gebruik het adres in cijfers.",
            en: "This name is not known. Check its spelling, or use the address in numbers.")
        case .refused: Phrase(
            nl: "Daar luistert niemand. Controleer de poort, en of 'kith listen' op de andere laptop draait.",
            en: "Nothing listens there. Check the port, and that 'kith listen' runs on the other laptop.")
        case .unreachable: Phrase(
            nl: "Er is van hier geen weg naar dat adres. Controleer of beide laptops op hetzelfde netwerk zitten.",
            en: "There is no way to that address from here. Check that both laptops are on the same network.")
        case .timedOut: Phrase(
            nl: "De andere kant antwoordt niet meer. Wat ontvangen is, blijft; ga verder met dezelfde opdracht.",
            en: "The other side stopped answering. What was received is kept; go on with the same command.")
        case .closed: Phrase(
            nl: "De verbinding brak af. Wat ontvangen is, blijft; ga verder met dezelfde opdracht.",
            en: "The connection broke off. What was received is kept; go on with the same command.")
        case .tooManyConnections: Phrase(
            nl: "De andere kant heeft te veel verbindingen. Probeer het over een minuut opnieuw.",
            en: "The other side has too many connections. Try again in a minute.")
        case .addressInUse: Phrase(
            nl: "Een ander programma gebruikt deze poort. Kies een andere met --port, of 0 voor een vrije.",
            en: "Another program uses this port. Choose another with --port, or 0 for a free one.")
        case .cannotListen: Phrase(
            nl: "Op dit adres kan niet geluisterd worden. Kies met --port een poort boven 1023.",
            en: "This address cannot be listened on. Choose a port above 1023 with --port.")
        case .notAdmitted: Phrase(
            nl: "De andere kant laat deze laptop niet toe: zij is daar nog niet bekend, of heeft geen toegang meer. Vraag het een coördinator, en wissel eerst met die uit.",
            en: "The other side does not admit this laptop: it is not known there yet, or has no access any more. Ask a coordinator, and exchange with them first.")
        case .wrongDevice: Phrase(
            nl: "Daar antwoordt een andere laptop dan verwacht. Controleer het adres, en of de laptop nog toegang heeft.",
            en: "Another laptop answers there than expected. Check the address, and that the laptop still has access.")
        case .notLoopback: Phrase(
            nl: "Zonder versleuteling is alleen deze machine bereikbaar. Laat --plain weg.",
            en: "Without encryption only this machine can be reached. Leave out --plain.")
        }
    }
}

extension TransportError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
    package var subject: String { place }
}
