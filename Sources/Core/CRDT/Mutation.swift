/// A rule of causal soundness, or of relays, broken on purpose, to show that the tests guard it (`make mutants`).
///
/// Without the build flag MUTANTS every question here is the constant `false`, and no trace of it is left in a program.
package enum Mutation: String, CaseIterable {
    /// Rule 1: a part of a delta is merged before the delta is whole.
    case mergesParts = "merges-parts"
    /// Rule 1: the closed vector advances before the delta is whole.
    case advancesOnPart = "advances-on-part"
    /// Rule 1: a delta whose base is not covered is merged and claimed.
    case ignoresBase = "ignores-base"
    /// Rule 1: a delta whose chain does not link to the one held is merged.
    case ignoresChain = "ignores-chain"
    /// Rule 2: parts are kept by their sender, not by the delta's name.
    case mixesDeltas = "mixes-deltas"
    /// Rule 3: a change covers in all columns, not only in those it carries.
    case coversEverything = "covers-everything"
    /// Rule 3: a change's columns are taken over, whether or not its author had seen them.
    case ignoresContext = "ignores-context"
    /// Rule 4: a delta is read while notes are unstamped.
    case readsUnstamped = "reads-unstamped"
    /// Rule 5: forgetting before the context is transitive: a context names only the writers whose changes still live.
    case contextForgets = "context-forgets"
    /// Text: an edit of passages covers what its author had seen, as the writing of a whole does.
    case editsCover = "edits-cover"
    /// Text: the edits of a delta are taken in one by one as they come, not together.
    case editsByArrival = "edits-by-arrival"
    /// Text: an edit of a whole that another writing took over is dropped.
    case dropsLateEdits = "drops-late-edits"
    /// Copies: of several cuts of one root only the smallest is kept.
    case smallestCutOnly = "smallest-cut-only"
    /// Copies: what arrives is renamed by the receiver's own chain instead of the sender's.
    case renamesByOwnChain = "renames-by-own-chain"
    /// A merge takes a table without a row for one where nothing is known of the record, also after it has put one into the trash itself.
    case knowsByOldRows = "knows-by-old-rows"
    /// A relay answers before what it answers for is durable.
    case relayAcknowledgesEarly = "relay-acknowledges-early"
    /// A relay drops what a snapshot covers without receipts of two members.
    case relayDropsUnsafe = "relay-drops-unsafe"
    /// A relay serves what a removed device packed.
    case relayServesRemoved = "relay-serves-removed"
    /// A relay drops what a removed device packed with an erasure, though nobody has it for review.
    case relayDropsRemoved = "relay-drops-removed"
    /// A relay's store that was put back to an older state goes by the same name.
    case relayKeepsName = "relay-keeps-name"
    /// A relay asks for no snapshot after an erasure.
    case relayIgnoresErasures = "relay-ignores-erasures"
}

#if MUTANTS
import Foundation

/// Read once, from KITH_MUTATION.
private let active = ProcessInfo.processInfo.environment["KITH_MUTATION"].flatMap(Mutation.init(rawValue:))

package func mutated(_ mutation: Mutation) -> Bool { active == mutation }
#else
@inline(__always) package func mutated(_: Mutation) -> Bool { false }
#endif
