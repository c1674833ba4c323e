import Trust

extension Replica {
    /// The key of a bundle, by the keys of this replica's space or by this device's own.
    package func bundleKey(_ envelope: BundleEnvelope) throws -> EpochKey? {
        try unlock()
        let state = try membership.current()
        return envelope.key(ring: state.ring) ?? envelope.key(device: state.keys)
    }
}
