import Words

/// A piece of work that is cut off, or that meets errors, at each of its calls in turn.
protocol CrashSubject {
    var name: String { get }
    /// What is watched: all that the work writes.
    var folder: String { get }
    /// Puts everything back as it was before the work.
    func reset() throws
    /// Opens, works and closes. What has come back to its caller is acknowledged.
    func work(_ log: CrashLog) throws
    /// Opens what there is after a cut or an error: it must be sound, and have everything that was acknowledged and that was there before.
    func examine(_ log: CrashLog) throws
    /// Does the work again as a person would, lets the others catch up, and says what everybody shows in the end.
    func finish() throws -> [String]
}

/// What one run has done so far, and how it goes on after an error.
final class CrashLog {
    /// Ends the errors; nil where nothing comes after one, since the power is gone.
    private let heals: (() -> Void)?
    private(set) var acknowledged: [Acknowledged] = []
    private(set) var errors: [any Error] = []

    /// Something that came back to its caller, and how to see that it is there.
    struct Acknowledged {
        let what: String
        let holds: (Any) throws -> Bool
    }

    init(heals: (() -> Void)? = nil) { self.heals = heals }

    func acknowledge<Opened>(_ what: String, _ holds: @escaping (Opened) throws -> Bool) {
        acknowledged.append(Acknowledged(what: what) { opened in
            guard let opened = opened as? Opened else { return false }
            return try holds(opened)
        })
    }

    /// Runs `body`; after an error, when errors end, once more: everything works again.
    func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            guard let heals, errors.isEmpty else { throw error }
            errors.append(error)
            heals()
            return try body()
        }
    }

    /// Whether all that was acknowledged is there.
    func check(_ opened: Any) throws {
        for one in acknowledged where try !one.holds(opened) { throw SimulationFault("acknowledged and lost: \(one.what)") }
    }
}
