import ArgumentParser
import Device
import Engine
import Platform
import Trust
import Words

struct RecoveryCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "recovery",
            abstract: both("Een papier voor als alle coördinatoren kwijt zijn.", "A paper for when all coordinators are lost."),
            subcommands: [Print.self, Use.self])
    }

    struct Print: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Maak een herstelpapier en toon het, één keer.", "Make a recovery paper and show it, once."),
                discussion: both(
                    "24 woorden en een QR-code. Een eerder herstelpapier geldt daarna niet meer.\nVoorbeeld: kith recovery print | lp",
                    "24 words and a QR code. An earlier recovery paper no longer counts afterwards.\nExample: kith recovery print | lp"))
        }

        @OptionGroup var code: QROptions
        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            try replica.checkCoordinator()
            if try replica.memberStatus().hasRecoveryKey {
                try yes.confirm(App.language.say(.recoveryReplaceQuestion), isJSON: options.json)
            }
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            let language = App.language
            let date = String(localTime(App.environment.nowMilliseconds()).prefix(10))
            let words = try replica.makeRecoveryKey(label: language.say(.recoveryLabel, date)).words
            let text = [
                language.say(.recoveryMade, plain(replica.identity.space.name)), "", sheet(words), "", language.say(.recoveryUse),
            ].joined(separator: "\n")
            // In capitals a code of these words is smaller.
            try say(text, or: [("words", .array(words.map { .string($0) }))], isJSON: options.json)
            try code.show(words.joined(separator: " ").uppercased(), isJSON: options.json)
            try replica.close()
        }

        /// Four columns, numbered downwards.
        private func sheet(_ words: [String]) -> String {
            let rows = (words.count + 3) / 4
            return (0..<rows).map { row in
                stride(from: row, to: words.count, by: rows).map { index in
                    let cell = (index < 9 ? " " : "") + "\(index + 1). \(words[index])"
                    let isLast = index + rows >= words.count
                    return "  " + cell + (isLast ? "" : String(repeating: " ", count: max(0, 14 - cell.count)))
                }.joined()
            }.joined(separator: "\n")
        }
    }

    struct Use: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Maak deze laptop coördinator met de woorden.", "Make this laptop a coordinator by the words."),
                discussion: both(
                    "Op een laptop die al meedoet. De woorden worden gevraagd, of komen met --yes van de standaardinvoer; nooit van de opdrachtregel.\nVoorbeeld: kith recovery use",
                    "On a laptop that takes part already. The words are asked for, or come with --yes from standard input; never from the command line.\nExample: kith recovery use"))
        }

        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            // Whoever types 24 words means it.
            try yes.demand(isJSON: options.json)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            try replica.recover(words: Secrets.words())
            try say(
                App.language.say(.recovered),
                or: [("device", .string(replica.identity.device.spoken)), ("role", .string(Role.coordinator.name))], isJSON: options.json)
            try replica.close()
        }
    }
}

struct Backup: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Schrijf een reservekopie van de lijst.", "Write a backup of the list."),
            discussion: both(
                "Een gewoon, leesbaar SQLite-bestand: bewaar het op een versleutelde schijf. Om met anderen te delen is er 'kith bundle export'.\nVoorbeeld: kith backup /media/schijf/zuid-2026-03-01.kith",
                "An ordinary, readable SQLite file: keep it on an encrypted disk. To share with others there is 'kith bundle export'.\nExample: kith backup /media/disk/zuid-2026-03-01.kith"))
    }

    @Argument(help: ArgumentHelp(both("Het nieuwe bestand.", "The new file."), valueName: both("bestand", "file"))) var file: String
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        let byteCount = try about(file) { try replica.backup(to: file) }
        let keys = try DeviceFile.path(App.environment)
        try say(
            App.language.say(.backedUp, file, byteText(byteCount), keys),
            or: [("file", .string(file)), ("bytes", .number(byteCount)), ("keys", .string(keys))], isJSON: options.json)
        try replica.close()
    }
}

struct Restore: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zet een reservekopie terug.", "Restore a backup."),
            discussion: both(
                """
                Op dezelfde laptop: met de sleutels waarmee de kopie gemaakt is. Staat er al een lijst, dan geeft --replace die \
                een andere naam. Wie sindsdien gewist is, blijft weg. Wat u later verwijderde, kan terug zijn.

                Voorbeeld: kith restore /media/schijf/zuid-2026-03-01.kith --replace
                """,
                """
                On the same laptop: with the keys that the copy was made with. When a list is there already, --replace gives it \
                another name. Who was erased since stays away. What you deleted later may be back.

                Example: kith restore /media/disk/zuid-2026-03-01.kith --replace
                """))
    }

    @Argument(help: ArgumentHelp(both("De reservekopie.", "The backup."), valueName: both("bestand", "file"))) var file: String
    @Flag(help: ArgumentHelp(both("Geef een lijst die er al staat een andere naam.", "Give a list that is there already another name."))) var replace = false
    @OptionGroup var yes: YesOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        if replace { try yes.confirm(App.language.say(.restoreQuestion), isJSON: options.json) }
        let (replica, setAside) = try about(file) {
            try Replica.restore(for: .community, from: file, at: options.replica, replacing: replace, App.environment)
        }
        var lines = [App.language.say(.restored, plain(replica.identity.space.name), plain(replica.identity.label), replica.path)]
        if let setAside { lines.append(App.language.say(.setAside, setAside)) }
        try say(
            lines.joined(separator: "\n"), or: json(replica) + [("set_aside", setAside.map { .string($0) } ?? .null)], isJSON: options.json)
        try replica.close()
    }
}
