import Wire

/// The codes of a refusal beside those of `WireError.Code`.
package enum SessionRefusal {
    /// Too many connections: worth another try.
    package static let busy = "busy"
    /// Something on the refusing side that is not the other's fault: its disk, say.
    package static let failed = "failed"

    package static func code(for error: any Error) -> String { (error as? WireError)?.code.rawValue ?? failed }
}
