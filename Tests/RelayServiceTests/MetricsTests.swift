import CoreMetrics
import Foundation
import RelayService
import Testing

/// A page of metrics as Prometheus reads it: version 0.0.4, written down here a second time.
struct MetricsPage {
    var types: [String: String] = [:]
    var help: [String: String] = [:]
    /// By the name with its labels, sorted: `name{a="b"}`.
    var samples: [String: Double] = [:]

    init(_ text: String) throws {
        try #require(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                try #require(types.updateValue(String(match.2), forKey: String(match.1)) == nil, "\(line)")
            } else if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)/) {
                help[String(match.1)] = String(match.2)
            } else {
                let match = try #require(line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? ([-+.eE0-9]+|\+Inf|-Inf|NaN)/), "\(line)")
                var labels: [String] = []
                if let braces = match.2 {
                    var rest = braces.dropFirst().dropLast()
                    while !rest.isEmpty {
                        let label = try #require(rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\\\|\\"|\\n)*)",?/), "\(line)")
                        labels.append("\(label.1)=\(label.2)")
                        rest = rest[label.range.upperBound...]
                    }
                }
                let key = "\(match.1)" + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
                let value = try #require(Double(match.3.replacing("Inf", with: "infinity")), "\(line)")
                try #require(samples.updateValue(value, forKey: key) == nil, "\(line)")
            }
        }
        // Every sample belongs to a family that was announced.
        for key in samples.keys {
            let name = String(key.prefix { $0 != "{" })
            let family = types[name] != nil ? name : name.replacing(/_(bucket|sum|count)$/, with: "")
            #expect(types[family] != nil, "\(key)")
        }
    }
}

struct MetricsTests {
    @Test("What a relay counts stands on the page")
    func relay() throws {
        let metrics = RelayMetrics()
        metrics.connectionOpened()
        metrics.connectionOpened()
        metrics.connectionClosed()
        metrics.sessionBegan()
        metrics.sessionEnded(receivedByteCount: 120, sentByteCount: 4_000)
        metrics.deltasReceived(3)
        metrics.deltasSent(4)
        metrics.told(5)
        metrics.committed(.milliseconds(3))
        metrics.committed(.seconds(60))
        metrics.pushed(after: .microseconds(400))
        metrics.refused("not-admitted")
        metrics.refused("not-admitted")
        metrics.refused("full")
        metrics.store(spaceCount: 2, byteCount: 123_456)
        metrics.processStarted(milliseconds: 1_500)
        let page = try MetricsPage(metrics.registry.text())
        #expect(page.samples["kith_relay_connections"] == 1 && page.samples["kith_relay_connections_total"] == 2)
        #expect(page.samples["kith_relay_sessions"] == 0 && page.samples["kith_relay_sessions_total"] == 1)
        #expect(page.samples["kith_relay_received_bytes_total"] == 120 && page.samples["kith_relay_sent_bytes_total"] == 4_000)
        #expect(page.samples["kith_relay_deltas_received_total"] == 3 && page.samples["kith_relay_deltas_sent_total"] == 4)
        #expect(page.samples["kith_relay_refusals_total{code=not-admitted}"] == 2 && page.samples["kith_relay_refusals_total{code=full}"] == 1)
        #expect(page.samples["kith_relay_spaces"] == 2 && page.samples["kith_relay_store_bytes"] == 123_456)
        #expect(page.samples["kith_relay_start_time_seconds"] == 1.5)
        let commit = "kith_relay_commit_duration_seconds"
        #expect(page.types[commit] == "histogram" && page.help[commit] != nil)
        #expect(page.samples["\(commit)_bucket{le=0.0025}"] == 0 && page.samples["\(commit)_bucket{le=0.005}"] == 1)
        #expect(page.samples["\(commit)_bucket{le=30}"] == 1 && page.samples["\(commit)_bucket{le=+Inf}"] == 2)
        #expect(page.samples["\(commit)_count"] == 2 && page.samples["\(commit)_sum"] == 60.003)
        #expect(page.samples["kith_relay_push_latency_seconds_bucket{le=0.0005}"] == 1)
        #expect(page.types["kith_relay_connections"] == "gauge" && page.types["kith_relay_refusals_total"] == "counter")
    }

    @Test("Buckets hold what the ones below hold")
    func cumulative() throws {
        let registry = MetricsRegistry()
        let timer = registry.makeTimer(label: "t", dimensions: [])
        for nanoseconds in stride(from: Int64(100_000), to: 40_000_000_000, by: 700_000_000) { timer.recordNanoseconds(nanoseconds) }
        let page = try MetricsPage(registry.text())
        let counts = MetricsRegistry.secondBounds.map { bound in
            page.samples["t_seconds_bucket{le=\(bound == bound.rounded() ? String(Int(bound)) : "\(bound)")}"] ?? -1
        }
        #expect(counts == counts.sorted() && counts.allSatisfy { $0 >= 0 })
        #expect(page.samples["t_seconds_bucket{le=+Inf}"] == page.samples["t_seconds_count"])
    }

    @Test("Names are made fit and values escaped, whatever they are")
    func escaping() throws {
        let registry = MetricsRegistry()
        registry.describe("9 strange-näme", "first \\ line\nsecond")
        let strange = "a\"b\\c\nd{e},f=\"g\""
        registry.makeCounter(label: "9 strange-näme", dimensions: [("le", strange), ("1 x", "y"), ("1 x", "z")]).increment(by: 3)
        let text = registry.text()
        let page = try MetricsPage(text)
        #expect(page.samples[#"_9_strange_n__me{_1_x=y,le_=a\"b\\c\nd{e},f=\"g\"}"#] == 3, "\(text)")
        #expect(page.help["_9_strange_n__me"] == #"first \\ line\nsecond"#)
    }

    @Test("The same name and labels are the same series, in any order of the labels; another kind is not mixed in")
    func identity() throws {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "n", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        registry.makeCounter(label: "n", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        registry.makeMeter(label: "n", dimensions: []).set(Int64(9))
        let page = try MetricsPage(registry.text())
        #expect(page.samples["n{a=1,b=2}"] == 2 && page.samples["n"] == nil)
        #expect(page.samples["kith_relay_metrics_dropped_total"] == 1)
    }

    @Test("Labels that never end do not fill the memory")
    func bounded() throws {
        let registry = MetricsRegistry()
        for index in 0..<MetricsRegistry.mostSeries + 10 {
            registry.makeCounter(label: "n", dimensions: [("i", String(index))]).increment(by: 1)
        }
        let page = try MetricsPage(registry.text())
        #expect(page.samples.keys.count { $0.hasPrefix("n{") } == MetricsRegistry.mostSeries)
        #expect(page.samples["kith_relay_metrics_dropped_total"] == 10)
    }

    @Test("Numbers that are none have their own names")
    func numbers() throws {
        let registry = MetricsRegistry()
        registry.makeMeter(label: "a", dimensions: []).set(Double.infinity)
        registry.makeMeter(label: "b", dimensions: []).set(-Double.infinity)
        registry.makeMeter(label: "c", dimensions: []).set(Double.nan)
        registry.makeMeter(label: "d", dimensions: []).set(0.25)
        let lines = Set(registry.text().split(separator: "\n").map(String.init))
        #expect(lines.isSuperset(of: ["a +Inf", "b -Inf", "c NaN", "d 0.25"]))
    }
}
