/// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each an answer of its own: the browser asks again by
/// itself after `retry`, so that no connection is held open, and one that was lost is none the worse.
enum Events {
    /// What windows ask by themselves.
    static let paths: Set<String> = ["/uitwisselen/wegen", "/uitwisselen/stand", "/verslagen/stand", "/dubbelen/stand", "/lijsten/stand", "/bewaartermijnen/stand"]
    private static let retryMilliseconds = 2_000

    static func bytes(_ html: String, isLast: Bool) -> [UInt8] {
        let data = html.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }.joined()
        return Array("retry: \(retryMilliseconds)\n\(isLast ? "event: done\n" : "")\(data)\n".utf8)
    }
}
