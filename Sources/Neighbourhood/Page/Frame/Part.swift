/// A part of a list that is too long for one page: a few at first, then page after page, so that whatever counts many shows them all.
struct Part {
    /// Where it begins, of all.
    let first: Int
    let size: Int

    /// So many lines are drawn in the time that a page has.
    static let pageSize = 100

    /// What is asked for: without a word a few, with `alle` as many as a page holds, from `van` on.
    ///
    /// - Parameter few: nil: a page full at once.
    init(_ visit: Visit, few: Int? = nil) {
        let from = visit.query["van"].flatMap { Int($0) }
        first = max(0, from ?? 0)
        size = few.flatMap { visit.query["alle"] == nil && from == nil ? $0 : nil } ?? Part.pageSize
    }

    func of<Items: RandomAccessCollection>(_ items: Items) -> Items.SubSequence { items.dropFirst(first).prefix(size) }

    /// The link to what follows, and its words; nil where these are the last.
    ///
    /// - Parameters:
    ///   - address: up to and with its `?` or `&`.
    ///   - hash: where on the page the list stands.
    func next(of count: Int, _ address: String, hash: String = "", _ visit: Visit) -> Values? {
        let end = first + size
        guard count > end else { return nil }
        if size < Part.pageSize { return ["moreLink": "\(address)alle=1\(hash)", "moreWords": visit.say(.showAll, visit.language.number(count))] }
        return [
            "moreLink": "\(address)alle=1&van=\(end)\(hash)",
            "moreWords": visit.say(.showMore, visit.language.number(end + 1), visit.language.number(min(count, end + Part.pageSize)), visit.language.number(count)),
        ]
    }
}
