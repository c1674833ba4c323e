import Trust
import Wire

/// The file by which a device asks to be admitted.
package enum RequestFile {
    /// Writes a request for this device, whose keys are made when it has none.
    ///
    /// - Returns: the id that the coordinator should see.
    package static func write(to path: String, label: String?, _ environment: EngineEnvironment) throws -> DeviceID {
        let label = label ?? DeviceName.ofThisMachine
        try DeviceName.check(label)
        let keys = try DeviceFile.loadOrMake(environment)
        try NewFile.write(try JoinRequest(keys: keys, label: label).file, to: path)
        return keys.identity.id
    }

    /// What a request file asks; nothing is decided yet.
    package static func read(_ path: String) throws -> JoinRequest {
        // One byte more than the longest is enough to see that it is none.
        try JoinRequest(file: try FileChunks(path).next(JoinRequest.maximumByteCount + 1))
    }
}
