import CFaultyDisk

/// The disk below SQLite, which can be cut from its power and which fails (see CFaultyDisk.h). There is one in a process, for one thread
/// at a time; files outside the folder that it watches are as they always are.
package enum FaultyDisk {
    /// What a laptop finds when the power is back.
    package enum Variant: String, CaseIterable, Sendable {
        /// Of what was not synced: nothing.
        case lost
        /// All that was written: the process alone is gone.
        case kept
        /// Random sectors of it.
        case torn
    }

    package enum Fault: String, CaseIterable, Sendable {
        /// EIO.
        case io
        /// ENOSPC, for what takes room.
        case full
        /// SQLITE_NOMEM.
        case memory
    }

    /// - Throws: when SQLite has no VFS of the form that this stands before.
    package static func install() throws {
        guard kith_disk_install() == 0 else { throw SimulationFault("SQLite's VFS cannot be stood before") }
    }

    package static func watch(_ folder: String) { kith_disk_watch(folder) }
    package static func leave() { kith_disk_watch(nil) }

    package static func cut(at number: Int) { kith_disk_cut_at(Int64(number)) }

    /// - Parameter number: 0: nothing fails any more.
    package static func fail(at number: Int, _ fault: Fault = .io, lasting: Bool = false) {
        let kind = switch fault {
        case .io: KITH_DISK_EIO
        case .full: KITH_DISK_ENOSPC
        case .memory: KITH_DISK_NOMEM
        }
        kith_disk_fail_at(Int64(number), Int32(kind.rawValue), lasting ? 1 : 0)
    }

    package static var changeCount: Int { Int(kith_disk_change_count()) }
    package static var callCount: Int { Int(kith_disk_call_count()) }
    package static var isCut: Bool { kith_disk_is_cut() != 0 }
    package static var hasFailed: Bool { kith_disk_failed_count() > 0 }
    package static var event: String { String(cString: kith_disk_event()) }

    /// The power is back: every file is as the disk has it. Nothing is watched then.
    package static func fall(_ variant: Variant, seed: UInt64) throws {
        let kind = switch variant {
        case .lost: KITH_DISK_LOST
        case .kept: KITH_DISK_KEPT
        case .torn: KITH_DISK_TORN
        }
        guard kith_disk_fall(Int32(kind.rawValue), seed) == 0 else { throw SimulationFault("what the disk has cannot be written") }
    }
}

/// SQLite's allocations, which can fail. Only where this is done before SQLite is used at all.
package enum FaultyMemory {
    package static func install() throws {
        guard kith_memory_install() == 0 else { throw SimulationFault("SQLite has begun already") }
    }

    /// - Parameter number: 0: none fails.
    package static func fail(at number: Int, lasting: Bool = false) { kith_memory_fail_at(Int64(number), lasting ? 1 : 0) }
    package static var count: Int { Int(kith_memory_count()) }
    package static var hasFailed: Bool { kith_memory_failed_count() > 0 }
}
