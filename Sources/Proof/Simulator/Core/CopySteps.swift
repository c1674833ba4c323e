import CRDT
import Sync
import Wire

/// Copied laptops: disk images with both alive, and old copies put back. The witness beside the file notices some.
extension Simulation {
    /// An old copy of a laptop, in a drawer.
    struct Backup {
        let laptop: Int
        let replica: any SimulatedReplica
        let held: Oracle.Laptop
    }

    private static var mostLaptops: Int { 10 }

    func copySomething() throws {
        switch world.random.below(10) {
        case ..<5: try copyLaptop()
        case ..<8: try backUp()
        default: try restore()
        }
    }

    private func copyLaptop() throws {
        guard laptops.count < Simulation.mostLaptops else { return }
        let original = world.random.pick(laptops)
        let replica = try original.replica.copied(seed: world.random.next())
        let twin = Laptop(index: world.oracle.copied(original.index), replica: replica, world: world)
        twin.clockError = original.clockError
        twin.waiting = original.waiting
        laptops.append(twin)
        world.count(.copied)
        world.say("laptop \(twin.index) is a copy of laptop \(original.index)")
        try witness(twin)
    }

    private func backUp() throws {
        let laptop = world.random.pick(laptops)
        backups.append(Backup(
            laptop: laptop.index, replica: try laptop.replica.copied(seed: world.random.next()),
            held: world.oracle.laptops[laptop.index]))
        world.say("laptop \(laptop.index) is backed up")
    }

    private func restore() throws {
        guard !backups.isEmpty else { return }
        let backup = world.random.pick(backups)
        guard let laptop = laptops.first(where: { $0.index == backup.laptop }) else { return }
        world.count(.restored)
        world.say("laptop \(laptop.index) gets an old copy back")
        laptop.replica = try backup.replica.copied(seed: world.random.next())
        laptop.waiting = []
        world.oracle.laptops[laptop.index] = backup.held
        // What it was to get the rest of belongs to the file that is gone.
        try witness(laptop)
    }

    /// Whether the witness sees that the file is a copy: not always, so that what it misses is tested too.
    private func witness(_ laptop: Laptop) throws {
        guard world.random.chance(percent: 40) else { return }
        world.count(.witnessed)
        world.say("laptop \(laptop.index) goes on as another replica")
        try laptop.replica.becomeAnother(Nonce(using: &world.random))
    }
}
