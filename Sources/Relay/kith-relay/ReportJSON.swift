import Platform
import RelayService
import Words

// What the commands answer scripts with (Docs/JSON.md): times as ISO 8601 in UTC.

private func time(_ milliseconds: Int64?) -> JSON { milliseconds.map { .string(universalTime($0)) } ?? .null }

extension SpaceReport {
    var json: [(String, JSON)] {
        [
            ("space", .string(space)), ("statement_count", .number(statementCount)), ("device_count", .number(deviceCount)),
            ("delta_count", .number(deltaCount)), ("partial_delta_count", .number(partialDeltaCount)), ("bytes", .number(byteCount)),
            ("last", time(lastMilliseconds)),
        ]
    }
}

extension DeviceReport {
    var json: [(String, JSON)] {
        [
            ("space", .string(space)), ("device", .string(device)), ("role", .string(role)), ("removed", .bool(isRemoved)),
            ("replica_count", .number(replicaCount)), ("last", time(lastMilliseconds)), ("received_bytes", .integer(receivedByteCount)),
            ("sent_bytes", .integer(sentByteCount)),
        ]
    }
}

extension EventReport {
    var json: [(String, JSON)] {
        [
            ("time", time(milliseconds)), ("space", .string(space)), ("kind", .string(kind)), ("device", device.map { .string($0) } ?? .null),
            ("detail", .string(detail)),
        ]
    }
}

extension RelayStatistics {
    var json: [(String, JSON)] {
        [
            ("running", .bool(isRunning)), ("started", time(startedMilliseconds)), ("space_count", .number(spaceCount)),
            ("device_count", .number(deviceCount)), ("delta_count", .number(deltaCount)), ("bytes", .number(byteCount)),
            ("free_disk_bytes", .number(freeDiskByteCount)), ("connection_count", connectionCount.map { .number($0) } ?? .null),
            ("session_count", sessionCount.map { .number($0) } ?? .null),
        ]
    }
}

extension BackupReport {
    var json: [(String, JSON)] {
        [("folder", .string(folder)), ("space_count", .number(spaceCount)), ("delta_count", .number(deltaCount)), ("bytes", .number(byteCount))]
    }
}

extension VerificationReport {
    var json: [(String, JSON)] {
        [
            ("space", .string(space)), ("statement_count", .number(statementCount)), ("delta_count", .number(deltaCount)),
            ("segment_count", .number(segmentCount)), ("bytes", .number(byteCount)), ("faults", .array(faults.map { .string($0) })),
        ]
    }
}

extension ReloadReport {
    var json: [(String, JSON)] {
        [("changed", .array(changed.map { .string($0) })), ("needs_restart", .array(needRestart.map { .string($0) }))]
    }
}

/// A list of reports under its name.
func named(_ name: String, _ reports: [[(String, JSON)]]) -> [(String, JSON)] { [(name, .array(reports.map { .object($0) }))] }
