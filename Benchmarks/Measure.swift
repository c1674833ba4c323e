import Foundation

/// CPU seconds of this process: on shared machines the wall clock says little.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func measured(_ body: () throws -> Void) rethrows -> Double {
    let start = cpuSeconds()
    try body()
    return cpuSeconds() - start
}

extension [Double] {
    var median: Double { isEmpty ? .nan : sorted()[count / 2] }
}

/// One line of the table: ours against plain SQLite in the same run, or a size against its promise.
struct Figure: Codable {
    let name: String
    var ours: Double
    var plain: Double?
    var unit: String
    /// What is promised: a ratio where there is a plain figure, else a limit in the unit.
    var promise: Double?
    var note: String?

    var ratio: Double? { plain.map { ours / $0 } }
    var isKept: Bool? { promise.map { (ratio ?? ours) <= $0 } }

    var line: String {
        func number(_ value: Double) -> String { value >= 100 ? String(format: "%.0f", value) : String(format: "%.3f", value) }
        let columns = [
            name.padding(toLength: 58, withPad: " ", startingAt: 0),
            (number(ours) + " " + unit).padding(toLength: 14, withPad: " ", startingAt: 0),
            (plain.map { number($0) + " " + unit } ?? "-").padding(toLength: 14, withPad: " ", startingAt: 0),
            (ratio.map { String(format: "%.2fx", $0) } ?? "-").padding(toLength: 8, withPad: " ", startingAt: 0),
            (promise.map { ratio == nil ? number($0) + " " + unit : String(format: "%.2fx", $0) } ?? "-").padding(toLength: 14, withPad: " ", startingAt: 0),
            isKept.map { $0 ? "kept" : "MISSED" } ?? "",
        ]
        return columns.joined(separator: " ")
    }
}

func fileByteCount(_ path: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
}

/// The most memory a process has had, in bytes (VmHWM of proc(5)).
func peakMemoryByteCount(of process: String = "self") -> Int {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes * 1024
}
