import CoreMetrics
import Synchronization

/// Keeps instruments and writes them as Prometheus text (version 0.0.4).
///
/// Names and label names are made fit where they are not; a counter is written as it is named, a timer in seconds with `_seconds`.
/// A name has at most `mostSeries` sets of labels: what comes beyond is counted in `kith_relay_metrics_dropped_total`, not kept.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
package final class MetricsRegistry: MetricsFactory {
    package static let mostSeries = 1_000
    /// Upper bounds of timers, in seconds.
    package static let secondBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    /// Upper bounds of other distributions: bytes, mostly.
    package static let sizeBounds = [256.0, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456]

    private struct Family {
        let kind: Kind
        var series: [[Label]: Instrument] = [:]
    }

    enum Kind: String { case counter, gauge, histogram }

    struct Label: Hashable, Comparable {
        let name: String
        let value: String
        static func < (a: Label, b: Label) -> Bool { (a.name, a.value) < (b.name, b.value) }
    }

    private struct State {
        var families: [String: Family] = [:]
        var help: [String: String] = [:]
        var droppedCount = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// What a name means, for the `HELP` line.
    package func describe(_ name: String, _ help: String) { state.withLock { $0.help[MetricsRegistry.fit(name)] = help } }

    private func instrument(_ name: String, _ dimensions: [(String, String)], _ kind: Kind, _ make: () -> Instrument) -> Instrument {
        let name = MetricsRegistry.fit(name)
        var seen: Set<String> = []
        let labels = dimensions.map { Label(name: MetricsRegistry.fit(label: $0.0), value: $0.1) }.filter { seen.insert($0.name).inserted }.sorted()
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let found = family.series[labels], family.kind == kind { return found }
            let new = make()
            guard family.kind == kind, family.series.count < MetricsRegistry.mostSeries else {
                state.droppedCount += 1
                return new
            }
            family.series[labels] = new
            state.families[name] = family
            return new
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(label, dimensions, .counter) { Instrument(bounds: []) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(label, dimensions, .gauge) { Instrument(bounds: []) }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? instrument(label, dimensions, .histogram) { Instrument(bounds: MetricsRegistry.sizeBounds) }
            : instrument(label, dimensions, .gauge) { Instrument(bounds: []) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return instrument(name, dimensions, .histogram) { Instrument(bounds: MetricsRegistry.secondBounds) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                for (labels, instrument) in family.series where instrument === handler { state.families[name]?.series[labels] = nil }
            }
        }
    }

    // MARK: Text

    /// `text/plain; version=0.0.4; charset=utf-8`: families and series in the order of their names.
    package func text() -> String {
        let (families, help, droppedCount) = state.withLock { ($0.families, $0.help, $0.droppedCount) }
        var out = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            if let help = help[name] { out += "# HELP \(name) \(MetricsRegistry.escaped(help, quotes: false))\n" }
            out += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, instrument) in family.series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                MetricsRegistry.append(name, labels, instrument.reading, family.kind, to: &out)
            }
        }
        let dropped = "kith_relay_metrics_dropped_total"
        return out + "# TYPE \(dropped) counter\n\(dropped) \(droppedCount)\n"
    }

    private static func append(_ name: String, _ labels: [Label], _ reading: Instrument.Reading, _ kind: Kind, to out: inout String) {
        func line(_ suffix: String, _ labels: [Label], _ value: String) {
            let inner = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            out += "\(name)\(suffix)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
        }
        guard kind == .histogram else { return line("", labels, number(reading.sum)) }
        var below = 0
        for (bound, count) in zip(reading.bounds, reading.counts) {
            below += count
            line("_bucket", labels + [Label(name: "le", value: number(bound))], String(below))
        }
        line("_bucket", labels + [Label(name: "le", value: "+Inf")], String(reading.count))
        line("_sum", labels, number(reading.sum))
        line("_count", labels, String(reading.count))
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
    static func fit(_ name: String) -> String { fit(name, colons: true) }
    /// `[a-zA-Z_][a-zA-Z0-9_]*`, and not `le`, which is the histograms'.
    static func fit(label: String) -> String {
        let name = fit(label, colons: false)
        return name == "le" ? "le_" : name
    }

    private static func fit(_ name: String, colons: Bool) -> String {
        let text = String(decoding: name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: ":") where colons: byte
            default: UInt8(ascii: "_")
            }
        }, as: UTF8.self)
        return text.first.map { $0.isNumber ? "_" + text : text } ?? "_"
    }
}

/// One series: a number that goes up, a number that is set, or a distribution over fixed bounds.
final class Instrument: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    struct Reading {
        let bounds: [Double]
        var counts: [Int]
        var count = 0
        var sum = 0.0
    }

    private let state: Mutex<Reading>

    init(bounds: [Double]) { state = Mutex(Reading(bounds: bounds, counts: Array(repeating: 0, count: bounds.count))) }

    var reading: Reading { state.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { set(0.0) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.sum = value } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    func record(_ value: Double) {
        // A recorder that does not aggregate shows its newest value.
        state.withLock { $0.bounds.isEmpty } ? set(value) : observe(value)
    }

    private func add(_ amount: Double) { state.withLock { $0.sum += amount } }

    private func observe(_ value: Double) {
        state.withLock { state in
            state.count += 1
            state.sum += value
            if let place = state.bounds.firstIndex(where: { value <= $0 }) { state.counts[place] += 1 }
        }
    }
}
