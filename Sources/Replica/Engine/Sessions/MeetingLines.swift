import Store
import Trust
import Words

/// What an exchange leaves to be told, a line each and no more lines than anybody reads.
extension Language {
    private static let namedCount = 8

    /// A line for each device of those that lack most, one for all other devices, and one for the writers that the roster does
    /// not name; `--json` has every one.
    ///
    /// - Parameter plain: takes out of a name what a terminal would act on.
    package func lines(missing: [MissingChanges], plain: (String) -> String) -> [String] {
        let named = missing.filter(\.isNamed), shown = named.prefix(Language.namedCount)
        var lines = shown.map { say($0.count == 1 ? .missingOne : .missingMany, number($0.count), plain($0.device)) }
        let others = named.dropFirst(shown.count), unnamed = missing.filter { !$0.isNamed }
        if !others.isEmpty { lines.append(say(.missingOthers, number(others.reduce(0) { $0 + $1.count }), number(others.count))) }
        if !unnamed.isEmpty { lines.append(say(.missingUnnamed, number(unnamed.reduce(0) { $0 + $1.count }), number(unnamed.count))) }
        return lines
    }

    /// One plain warning for each replica that was copied: nothing is lost, but somebody should know. Where no copy was seen
    /// here, it says whose word that is.
    package func lines(copies: [FoundCopy], plain: (String) -> String) -> [String] {
        func name(_ copy: FoundCopy) -> String { plain(copy.label ?? copy.device?.spoken ?? "?") }
        let seen = Set(copies.filter(\.isSeen).map(name))
        let told = Set(copies.filter { !$0.isSeen && !seen.contains(name($0)) }.map { copy in
            say(.copyTold, copy.tellers.isEmpty ? "?" : copy.tellers.map(plain).joined(separator: ", "), name(copy))
        })
        return seen.sorted().map { say(.copyFound, $0) } + told.sorted()
    }
}
