import CoreMetrics
import Metrics
import Synchronization

/// What a relay counts. Labels are codes alone: no device, space or address, so that the number of series stays small and a scraped
/// page says nothing of people.
///
/// Example: `metrics.sessionBegan()`, and at its end `metrics.sessionEnded(receivedByteCount: 120, sentByteCount: 4_000)`.
package struct RelayMetrics: Sendable {
    package let registry: MetricsRegistry
    private let connections: Meter
    private let connectionsTotal: Counter
    private let sessions: Meter
    private let sessionsTotal: Counter
    private let bytesIn: Counter
    private let bytesOut: Counter
    private let deltasIn: Counter
    private let deltasOut: Counter
    private let rounds: Counter
    private let news: Counter
    private let snapshots: Counter
    private let commits: Counter
    private let commitSeconds: Timer
    private let pushSeconds: Timer
    private let spaces: Meter
    private let storeBytes: Meter
    private let started: Gauge

    package init(_ registry: MetricsRegistry = MetricsRegistry()) {
        self.registry = registry
        connections = Meter(label: "kith_relay_connections", factory: registry)
        connectionsTotal = Counter(label: "kith_relay_connections_total", factory: registry)
        sessions = Meter(label: "kith_relay_sessions", factory: registry)
        sessionsTotal = Counter(label: "kith_relay_sessions_total", factory: registry)
        bytesIn = Counter(label: "kith_relay_received_bytes_total", factory: registry)
        bytesOut = Counter(label: "kith_relay_sent_bytes_total", factory: registry)
        deltasIn = Counter(label: "kith_relay_deltas_received_total", factory: registry)
        deltasOut = Counter(label: "kith_relay_deltas_sent_total", factory: registry)
        rounds = Counter(label: "kith_relay_rounds_total", factory: registry)
        news = Counter(label: "kith_relay_news_total", factory: registry)
        snapshots = Counter(label: "kith_relay_snapshots_asked_total", factory: registry)
        commits = Counter(label: "kith_relay_commits_total", factory: registry)
        commitSeconds = Timer(label: "kith_relay_commit_duration_seconds", factory: registry)
        pushSeconds = Timer(label: "kith_relay_push_latency_seconds", factory: registry)
        spaces = Meter(label: "kith_relay_spaces", factory: registry)
        storeBytes = Meter(label: "kith_relay_store_bytes", factory: registry)
        started = Gauge(label: "kith_relay_start_time_seconds", dimensions: [], factory: registry)
        for (name, help) in RelayMetrics.help { registry.describe(name, help) }
    }

    private static let help = [
        "kith_relay_connections": "Connections that are open.",
        "kith_relay_connections_total": "Connections taken since the start.",
        "kith_relay_sessions": "Sessions that are open, resting ones included.",
        "kith_relay_sessions_total": "Sessions begun since the start.",
        "kith_relay_received_bytes_total": "Bytes received in sessions.",
        "kith_relay_sent_bytes_total": "Bytes sent in sessions.",
        "kith_relay_deltas_received_total": "Whole deltas taken in.",
        "kith_relay_deltas_sent_total": "Whole deltas that devices took and gave a receipt for.",
        "kith_relay_rounds_total": "Rounds of sessions that came to an end.",
        "kith_relay_news_total": "Resting devices that were told of news.",
        "kith_relay_snapshots_asked_total": "Times that a device was asked for all of a collection in one delta.",
        "kith_relay_commits_total": "Transactions of the store that wrote something.",
        "kith_relay_commit_duration_seconds": "How long such a transaction took, until it was on the disk.",
        "kith_relay_push_latency_seconds": "From the commit of a delta, of which a resting device was told, until it was handed to the device's connection.",
        "kith_relay_refusals_total": "Connections, sessions and deltas refused, by code.",
        "kith_relay_spaces": "Spaces carried.",
        "kith_relay_store_bytes": "Bytes of segments and manifests in all spaces.",
        "kith_relay_start_time_seconds": "When this process started, in seconds since 1970.",
    ]

    package func processStarted(milliseconds: Int64) { started.record(Double(milliseconds) / 1000) }

    package func connectionOpened() {
        connectionsTotal.increment()
        connections.increment()
    }

    package func connectionClosed() { connections.decrement() }

    package func sessionBegan() {
        sessionsTotal.increment()
        sessions.increment()
    }

    package func sessionEnded(receivedByteCount: Int, sentByteCount: Int) {
        sessions.decrement()
        bytesIn.increment(by: receivedByteCount)
        bytesOut.increment(by: sentByteCount)
    }

    package func deltasReceived(_ count: Int) { deltasIn.increment(by: count) }
    package func deltasSent(_ count: Int) { deltasOut.increment(by: count) }
    package func roundEnded() { rounds.increment() }
    package func told(_ count: Int) { news.increment(by: count) }
    package func askedForSnapshot() { snapshots.increment() }

    package func committed(_ duration: Duration) {
        commits.increment()
        commitSeconds.recordNanoseconds(duration.nanoseconds)
    }

    package func pushed(after duration: Duration) { pushSeconds.recordNanoseconds(duration.nanoseconds) }

    /// - Parameter code: of the registry of errors; never a text from outside.
    package func refused(_ code: String) {
        Counter(label: "kith_relay_refusals_total", dimensions: [("code", code)], factory: registry).increment()
    }

    package func store(spaceCount: Int, byteCount: Int) {
        spaces.set(spaceCount)
        storeBytes.set(byteCount)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + attoseconds / 1_000_000_000
    }
}
