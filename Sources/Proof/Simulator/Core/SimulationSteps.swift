import CRDT
import Sync
import Wire

/// What people and bad luck do, one act a step.
extension Simulation {
    func act() throws {
        if world.hasCopies, world.random.chance(percent: 7) { return try copySomething() }
        switch world.random.below(100) {
        case ..<42: try edit(world.random.pick(laptops))
        case ..<46:
            world.count(.stamping)
            try world.random.pick(laptops).stamp()
        case ..<60: try meet()
        case ..<68: try packStick()
        case ..<82: try readStick()
        case ..<87: try resume()
        case ..<94: try session()
        case ..<95:
            world.count(.restart)
            let laptop = world.random.pick(laptops)
            laptop.waiting = []
            try laptop.replica.restart()
        case ..<97:
            world.count(.clockJump)
            setClock(of: world.random.pick(laptops))
        case ..<99: try crash()
        default: lose()
        }
    }

    func pair() -> (Laptop, Laptop) {
        let first = world.random.below(laptops.count)
        let second = (first + 1 + world.random.below(laptops.count - 1)) % laptops.count
        return (laptops[first], laptops[second])
    }

    // MARK: Edits

    private func edit(_ laptop: Laptop) throws {
        for _ in 0...world.random.below(3) {
            let record = world.random.below(SimulatedSchema.recordCount)
            let exists = try laptop.replica.shown(record: record, column: 0).map { $0 == [.integer(1)] }
            let act: Edit.Act
            switch (exists, world.random.below(100)) {
            case (true, ..<8):
                world.count(.delete)
                act = .delete
            case (false, ..<40):
                world.count(.undelete)
                act = .undelete
            case (true, ..<30) where SimulatedSchema.keys[record].table == 0:
                world.count(.increment)
                act = .increment(column: SimulatedSchema.visits, by: Int64(world.random.below(9)) - 3)
            default:
                let values = try someValues(record, on: laptop)
                guard !values.isEmpty else { continue }
                world.count(.edit)
                act = .write(values)
            }
            world.trace.add(record)
            world.say("laptop \(laptop.index) edits record \(record): \(act)")
            try laptop.edit(Edit(record: record, act))
        }
    }

    /// Values for some columns, none of them what is shown already: triggers note only what changes.
    private func someValues(_ record: Int, on laptop: Laptop) throws -> [(column: Int, parts: [Value])] {
        var values: [(column: Int, parts: [Value])] = []
        for column in 1...SimulatedSchema.columnCount(record: record) where world.random.chance(percent: 45) {
            let kind = SimulatedSchema.kind(record: record, column: column)
            guard !kind.accumulates else { continue }
            let isComposite = SimulatedSchema.keys[record].table == 0 && column == SimulatedSchema.address
            var parts = [someValue(kind)]
            if isComposite { parts.append(.integer(Int64(world.random.below(300)))) }
            if try laptop.replica.shown(record: record, column: column) != parts { values.append((column, parts)) }
        }
        return values
    }

    private func someValue(_ kind: MergeKind) -> Value {
        nextValue += 1
        switch kind {
        case .rank(let order):
            return .text(world.random.pick(order + ["unknown"]))
        case .earliest:
            return .text("20\(10 + world.random.below(20))-01-01")
        case .register, .once, .text, .counter:
            switch world.random.below(12) {
            case 0: return .null
            case 1: return .integer(Int64(bitPattern: world.random.next()))
            case 2: return .real(Double(nextValue) / 8)
            case 3: return .blob([0, UInt8(truncatingIfNeeded: nextValue), 0xFF])
            case 4: return .text([0x00, 0xC0, UInt8(truncatingIfNeeded: nextValue)])
            case 5: return .text(Nonce(high: 7, low: UInt64(nextValue)).description)
            default: return .text("value \(nextValue)")
            }
        }
    }

    // MARK: Meetings by hand

    private func meet() throws {
        let (sender, receiver) = pair()
        if world.random.chance(percent: 50) {
            world.count(.meeting)
            try hand(from: sender, to: receiver)
        } else if let delta = try delta(from: sender, for: receiver) {
            world.count(.partialMeeting)
            try carry(delta, to: receiver, part: true)
        }
    }

    /// A whole delta, from one laptop to another.
    ///
    /// - Returns: false when it waits there.
    @discardableResult
    func hand(from sender: Laptop, to receiver: Laptop) throws -> Bool {
        guard let delta = try delta(from: sender, for: receiver) else { return true }
        world.say("laptop \(sender.index) hands \(delta.manifest.changeCount) changes to laptop \(receiver.index)")
        try carry(delta, to: receiver, part: false)
        return !receiver.waiting.contains { $0 === delta }
    }

    private func delta(from sender: Laptop, for receiver: Laptop) throws -> (any FrozenDelta)? {
        let claims = try receiver.claims()
        state(claims)
        try sender.keepReceipt(
            of: receiver.identity, collection: SimulatedSchema.collection.rawValue, knowledge: claims)
        return try sender.freeze(base: claims, relativeTo: world.random.chance(percent: 30) ? claims : nil)
    }

    private func state(_ claims: Knowledge) {
        statements.append(claims)
        if statements.count > 12 { statements.remove(at: 1 + world.random.below(6)) }
    }

    // MARK: Sticks

    private func packStick() throws {
        let packer = world.random.pick(laptops)
        var base = world.random.pick(statements)
        if world.random.chance(percent: 30) { base = base.intersection(world.random.pick(statements)) }
        if world.random.chance(percent: 20) {
            base = try packer.claims()
            state(base)
            try edit(packer)
        }
        let known = world.random.chance(percent: 15) ? world.random.pick(statements) : nil
        if let known { try packer.keepReceipt(of: packer.identity, collection: SimulatedSchema.collection.rawValue, knowledge: known) }
        guard let delta = try packer.freeze(base: base, relativeTo: known) else { return }
        world.count(.stickPacked)
        world.say("laptop \(packer.index) packs a stick of \(delta.manifest.changeCount) changes")
        sticks.append(Stick(delta: delta, packer: packer.index))
    }

    private func readStick() throws {
        guard !sticks.isEmpty else { return }
        let place = world.random.below(sticks.count)
        let reader = world.random.pick(laptops)
        let isAgain = !sticks[place].readers.insert(reader.index).inserted
        let part = world.random.chance(percent: 35)
        world.count(isAgain ? .stickAgain : part ? .stickInPart : .stickRead)
        world.say("laptop \(reader.index) reads a stick of laptop \(sticks[place].packer)\(part ? " in part" : "")")
        try carry(sticks[place].delta, to: reader, part: part)
    }

    // MARK: Carrying

    /// Brings a delta, or a part of it, to a laptop: segments in any order, some of them twice.
    func carry(_ delta: any FrozenDelta, to receiver: Laptop, part: Bool, indices: [Int]? = nil) throws {
        let manifest = delta.manifest
        do {
            let admission = try receiver.admit(manifest)
            world.say("laptop \(receiver.index): \(admission)")
            switch admission {
            case .merges:
                break
            case .known:
                world.count(.nothingNew)
                // Most programs would stop here; merging all the same must change nothing.
                guard world.random.chance(percent: 50) else { return }
            case .waits:
                world.count(.baseAhead)
                receiver.waiting.append(delta)
                return
            case .forked(let writers):
                guard world.hasCopies else { throw SimulationFault("writers \(writers) were taken for copies") }
                world.count(.forkWaits)
                receiver.waiting.append(delta)
                return
            }
        } catch let error as WireError where error.code == .unknownReceipt {
            world.count(.unknownReceipt)
            return
        }
        var order = indices ?? Array(manifest.segments.indices)
        if world.random.chance(percent: 50) {
            if order.count > 1 { world.count(.reordered) }
            world.random.shuffle(&order)
        }
        if part {
            let kept = order.filter { _ in world.random.chance(percent: 50) }
            cuts.append(Cut(delta: delta, receiver: receiver.index, missing: order.filter { !kept.contains($0) }))
            order = kept
        }
        if !order.isEmpty, world.random.chance(percent: 15) {
            world.count(.sameAgain)
            order.append(world.random.pick(order))
        }
        let id = manifest.id
        for index in order {
            _ = try receiver.merge(SealedSegment(delta: id, index: index, bytes: try delta.segment(index)), of: manifest)
        }
        _ = try receiver.claims()
        try retryWaiting(on: receiver)
    }

    /// Bundles that waited are tried again whenever something was merged.
    private func retryWaiting(on receiver: Laptop) throws {
        let waiting = receiver.waiting
        receiver.waiting = []
        for delta in waiting {
            let before = receiver.waiting.count
            try carry(delta, to: receiver, part: false)
            if receiver.waiting.count == before { world.count(.waitOver) }
        }
    }

    private func resume() throws {
        guard !cuts.isEmpty else { return }
        let cut = cuts.remove(at: world.random.below(cuts.count))
        guard let receiver = laptops.first(where: { $0.index == cut.receiver }) else { return }
        world.count(.resumed)
        world.say("laptop \(receiver.index) gets the rest of a transfer")
        try carry(cut.delta, to: receiver, part: world.random.chance(percent: 20), indices: cut.missing)
    }

    // MARK: Sessions

    private func session() throws {
        let (dialer, listener) = pair()
        world.say("laptop \(dialer.index) dials laptop \(listener.index)")
        let isCut = world.random.chance(percent: 50)
        try connect(dialer, listener, byteBudget: isCut ? world.random.below(3_000) : nil)
    }

    func connect(_ dialer: Laptop, _ listener: Laptop, byteBudget: Int?) throws {
        // A copy that has not parted yet would be taken for this very replica.
        let isSelf = try dialer.identity.replica == listener.identity.replica && dialer.claims() == listener.claims()
        if isSelf { return }
        world.count(.session)
        let pipe = LossyPipe(from: dialer, to: listener, world: world, byteBudget: byteBudget)
        if try !pipe.run() { world.count(.sessionCut) }
        for laptop in [dialer, listener] { try retryWaiting(on: laptop) }
    }

    // MARK: Bad luck

    private func crash() throws {
        let (sender, receiver) = pair()
        guard let delta = try delta(from: sender, for: receiver) else { return }
        world.count(.crash)
        world.say("laptop \(receiver.index) crashes before its commit")
        let manifest = delta.manifest
        let id = manifest.id
        let end = world.random.below(manifest.segments.count + 1)
        try receiver.replica.crashing {
            guard case .merges = try receiver.replica.admit(manifest) else { return }
            for index in 0..<end {
                _ = try receiver.replica.merge(
                    SealedSegment(delta: id, index: index, bytes: try delta.segment(index)), of: manifest)
            }
        }
        try receiver.replica.restart()
        try receiver.check()
    }

    private func lose() {
        guard laptops.count > 2 else { return }
        world.count(.lost)
        let lost = laptops.remove(at: world.random.below(laptops.count))
        world.say("laptop \(lost.index) is lost for ever")
    }
}
