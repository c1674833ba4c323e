/// The scalars of a text in the order in which they are read, deleted ones among them: runs in a balanced tree by position.
///
/// Example: `replace(5, deleting: 3, …)` finds the sixth living scalar in some twenty steps among a million runs, cuts its run
/// and marks what is deleted.
///
/// Invariant: the links run through all runs in reading order; `living` of a node is the sum over its subtree; the heights of
/// two children differ by at most one; letters of deleted scalars are U+0000.
///
/// Source: an AVL tree (Adelson-Velsky, Landis 1962) in arrays. Not a treap: peers could make its priorities unbalanced; no
/// skip list, for the same reason.
struct TextSequence: Sendable {
    struct Link {
        var left: Int32 = -1, right: Int32 = -1, up: Int32 = -1
        var previous: Int32 = -1, next: Int32 = -1
        var height: Int32 = 1
        var living = 0
    }

    private(set) var runs: [TextRun] = []
    private var links: [Link] = []
    private var root: Int32 = -1
    private(set) var first: Int32 = -1
    private(set) var last: Int32 = -1
    /// Of all runs, each from its `letters` on.
    private(set) var letters: [Unicode.Scalar] = []
    /// Sets of several deleters, each once and ascending; runs name them by index.
    private(set) var disputes: [[Dot]] = []

    init() {}

    /// Runs in reading order, with their letters.
    init(inOrder ordered: [TextRun], letters: [Unicode.Scalar], disputes: [[Dot]]) {
        runs = ordered
        self.letters = letters
        self.disputes = disputes
        links = Array(repeating: Link(), count: ordered.count)
        for index in links.indices {
            links[index].previous = Int32(index) - 1
            links[index].next = index + 1 < links.count ? Int32(index) + 1 : -1
        }
        first = runs.isEmpty ? -1 : 0
        last = Int32(runs.count) - 1
        root = balance(0, runs.count, under: -1)
    }

    private mutating func balance(_ start: Int, _ end: Int, under up: Int32) -> Int32 {
        guard start < end else { return -1 }
        let middle = (start + end) / 2
        let node = Int32(middle)
        links[middle].up = up
        let left = balance(start, middle, under: node)
        let right = balance(middle + 1, end, under: node)
        links[middle].left = left
        links[middle].right = right
        refresh(node)
        return node
    }

    // MARK: Looking

    var livingCount: Int { root < 0 ? 0 : links[Int(root)].living }
    func next(_ index: Int32) -> Int32 { links[Int(index)].next }
    subscript(index: Int32) -> TextRun { runs[Int(index)] }

    /// The run of the living scalar at a position, and the scalar's place in it.
    func find(_ position: Int) -> (run: Int32, index: UInt32) {
        var node = root
        var rest = position
        while true {
            let link = links[Int(node)]
            let before = link.left < 0 ? 0 : links[Int(link.left)].living
            if rest < before {
                node = link.left
                continue
            }
            rest -= before
            let own = runs[Int(node)].livingCount
            if rest < own { return (node, UInt32(rest)) }
            rest -= own
            node = link.right
        }
    }

    /// The indices of all runs in reading order.
    var order: [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(runs.count)
        var index = first
        while index >= 0 {
            found.append(index)
            index = links[Int(index)].next
        }
        return found
    }

    /// All deleters of a run, ascending as dots are.
    func deleters(of run: TextRun) -> [Dot] {
        run.isAlive ? [] : run.dispute < 0 ? [run.deleter] : disputes[Int(run.dispute)]
    }

    func letters(of run: TextRun) -> ArraySlice<Unicode.Scalar> { letters[run.letters..<run.letters + Int(run.count)] }

    /// The living scalars, in order.
    var living: [Unicode.Scalar] {
        var text: [Unicode.Scalar] = []
        text.reserveCapacity(livingCount)
        var index = first
        while index >= 0 {
            let run = runs[Int(index)]
            if run.isAlive { text.append(contentsOf: letters(of: run)) }
            index = links[Int(index)].next
        }
        return text
    }

    // MARK: Typing

    /// Where a passage hangs that is typed after the living scalar before `position` (nil: nothing is there yet).
    ///
    /// Fugue's rule: after it, if nothing follows it in its subtree, else before what follows it.
    func place(at position: Int) -> TextPlace {
        guard position > 0 else { return first < 0 ? .beginning : TextPlace(.before, runs[Int(first)].first) }
        let (index, within) = find(position - 1)
        let run = runs[Int(index)]
        let left = TextID(run.dot, run.offset + within)
        if within + 1 < run.count { return TextPlace(.before, TextID(run.dot, left.offset + 1)) }
        let successor = links[Int(index)].next
        guard successor >= 0, descends(successor, from: left) else { return TextPlace(.after, left) }
        return TextPlace(.before, runs[Int(successor)].first)
    }

    /// Whether the run that follows directly on `left` hangs somewhere below it. It is then the leftmost of what does, so the way
    /// up goes over what hangs before until it comes to `left`'s own child.
    private func descends(_ successor: Int32, from left: TextID) -> Bool {
        var index = successor
        while index >= 0 {
            let run = runs[Int(index)]
            guard run.isHead, run.slot == .before else { return run.hangs(.after, on: left) || run.hangs(.inPlace, on: left) }
            // What it hangs before is further on: the first run that begins with it.
            let parent = TextID(run.parentDot, run.parentOffset)
            repeat { index = links[Int(index)].next } while index >= 0 && runs[Int(index)].first != parent
        }
        return false
    }

    /// The identities of living scalars, in reading order.
    func ranges(_ positions: Range<Int>) -> [TextRange] {
        guard !positions.isEmpty else { return [] }
        var found: [TextRange] = []
        var (index, within) = find(positions.lowerBound)
        var left = UInt32(positions.count)
        while left > 0 {
            let run = runs[Int(index)]
            if run.isAlive {
                let count = min(left, run.count - within)
                let range = TextRange(run.dot, run.offset + within, count: count)
                if let last = found.last, last.dot == range.dot, last.offset + last.count == range.offset {
                    found[found.count - 1] = TextRange(last.dot, last.offset, count: last.count + count)
                } else {
                    found.append(range)
                }
                left -= count
                within = 0
            }
            index = links[Int(index)].next
        }
        return found
    }

    /// Deletes living scalars and puts a passage in their place, or types one where nothing is deleted.
    ///
    /// - Parameters:
    ///   - positions: of living scalars, within `livingCount`.
    ///   - dot: who has seen all that is here.
    ///   - offset: of the passage's first scalar.
    /// - Returns: false if something stands in the place already, of which only `merge` knows the order; nothing is done then.
    mutating func replace(_ positions: Range<Int>, with typed: some Collection<Unicode.Scalar>, as dot: Dot, offset: UInt32) -> Bool {
        if positions.isEmpty {
            if !typed.isEmpty { type(typed, at: positions.lowerBound, as: dot, offset: offset) }
            return true
        }
        if typed.isEmpty {
            delete(positions, by: dot)
            return true
        }
        guard canReplace(positions) else { return false }
        let (index, within) = find(positions.lowerBound)
        let run = runs[Int(index)]
        let replaced = TextID(run.dot, run.offset + within)
        // What is typed comes first, so that the places are still those of the living.
        if within + 1 < run.count { split(index, at: within + 1) }
        let place = TextPlace(.inPlace, replaced)
        let start = keep(typed)
        insert(TextRun(dot: dot, offset: offset, count: UInt32(typed.count), place: place, letters: start), after: index)
        let position = positions.lowerBound
        if positions.count > 1 { delete(position + 1 + typed.count..<positions.upperBound + typed.count, by: dot) }
        delete(position..<position + 1, by: dot)
        return true
    }

    /// Whether nothing stands yet in the place of the first of these living scalars.
    func canReplace(_ positions: Range<Int>) -> Bool {
        guard !positions.isEmpty else { return true }
        let (index, within) = find(positions.lowerBound)
        let run = runs[Int(index)]
        let successor = links[Int(index)].next
        return within + 1 < run.count || successor < 0 || !runs[Int(successor)].hangs(.inPlace, on: run.last)
    }

    private mutating func keep(_ typed: some Collection<Unicode.Scalar>) -> Int {
        letters.append(contentsOf: typed)
        return letters.count - typed.count
    }

    private mutating func type(_ typed: some Collection<Unicode.Scalar>, at position: Int, as dot: Dot, offset: UInt32) {
        let place = place(at: position)
        var left: Int32 = -1
        if position > 0 {
            let (index, within) = find(position - 1)
            left = index
            let run = runs[Int(index)]
            if within + 1 < run.count {
                split(index, at: within + 1)
            } else if place == .following(dot, max(offset, 1)), run.dot == dot, run.end == offset, run.letters + Int(run.count) == letters.count {
                // Typing on.
                letters.append(contentsOf: typed)
                runs[Int(index)].count += UInt32(typed.count)
                add(typed.count, from: index)
                return
            }
        }
        let start = keep(typed)
        insert(TextRun(dot: dot, offset: offset, count: UInt32(typed.count), place: place, letters: start), after: left)
    }

    // MARK: Deleting

    private mutating func delete(_ positions: Range<Int>, by dot: Dot) {
        var (index, within) = find(positions.lowerBound)
        var left = positions.count
        while left > 0 {
            let run = runs[Int(index)]
            guard run.isAlive else {
                index = links[Int(index)].next
                continue
            }
            let count = min(UInt32(left), run.count - within)
            let following = links[Int(index)].next
            deletePart(of: index, within, count, by: dot)
            left -= Int(count)
            within = 0
            index = following
        }
    }

    private mutating func deletePart(of index: Int32, _ start: UInt32, _ count: UInt32, by dot: Dot) {
        let run = runs[Int(index)]
        for letter in run.letters + Int(start)..<run.letters + Int(start + count) { letters[letter] = "\0" }
        if start == 0, count == run.count {
            runs[Int(index)].deleter = dot
            add(-Int(count), from: index)
            return
        }
        // Deleting on: the border between what stays and what went moves.
        if start + count == run.count, let next = neighbour(links[Int(index)].next), goesOn(run, into: runs[next], by: dot) {
            runs[Int(index)].count -= count
            runs[next].offset -= count
            runs[next].count += count
            runs[next].letters -= Int(count)
            add(-Int(count), from: index)
            return
        }
        if start == 0, !run.isHead, let previous = neighbour(links[Int(index)].previous), goesOn(runs[previous], into: run, by: dot) {
            runs[previous].count += count
            runs[Int(index)] = run.suffix(from: count)
            add(-Int(count), from: index)
            return
        }
        var deleted = index
        if start > 0 { deleted = split(index, at: start) }
        if start + count < run.count { split(deleted, at: count) }
        runs[Int(deleted)].deleter = dot
        add(-Int(count), from: deleted)
    }

    private func neighbour(_ index: Int32) -> Int? { index < 0 ? nil : Int(index) }

    /// Whether two neighbours are of one passage, one of them deleted by `dot` and nobody else, with their letters side by side.
    private func goesOn(_ run: TextRun, into next: TextRun, by dot: Dot) -> Bool {
        let deleted = run.isAlive ? next : run
        return run.isAlive != next.isAlive && deleted.deleter == dot && deleted.dispute < 0 && run.dot == next.dot && run.end == next.offset
            && !next.isHead && run.letters >= 0 && run.letters + Int(run.count) == next.letters
    }

    // MARK: The tree

    /// - Returns: the index of the second part.
    @discardableResult private mutating func split(_ index: Int32, at count: UInt32) -> Int32 {
        let rest = runs[Int(index)].suffix(from: count)
        runs[Int(index)].count = count
        if rest.isAlive { add(-Int(rest.count), from: index) }
        return insert(rest, after: index)
    }

    @discardableResult private mutating func insert(_ run: TextRun, after index: Int32) -> Int32 {
        let new = Int32(runs.count)
        runs.append(run)
        var link = Link()
        link.living = run.livingCount
        link.previous = index
        link.next = index < 0 ? first : links[Int(index)].next
        if index < 0 || links[Int(index)].right >= 0 {
            // Its successor, the leftmost to the right, has nothing to its left.
            link.up = link.next
            links.append(link)
            if link.up >= 0 { links[Int(link.up)].left = new } else { root = new }
        } else {
            link.up = index
            links.append(link)
            links[Int(index)].right = new
        }
        if link.next >= 0 { links[Int(link.next)].previous = new } else { last = new }
        if index >= 0 { links[Int(index)].next = new } else { first = new }
        rebalance(from: link.up)
        return new
    }

    private mutating func add(_ count: Int, from index: Int32) {
        var node = index
        while node >= 0 {
            links[Int(node)].living += count
            node = links[Int(node)].up
        }
    }

    private func height(_ node: Int32) -> Int32 { node < 0 ? 0 : links[Int(node)].height }

    private mutating func refresh(_ node: Int32) {
        let link = links[Int(node)]
        links[Int(node)].height = 1 + max(height(link.left), height(link.right))
        links[Int(node)].living = runs[Int(node)].livingCount + (link.left < 0 ? 0 : links[Int(link.left)].living)
            + (link.right < 0 ? 0 : links[Int(link.right)].living)
    }

    private mutating func rebalance(from index: Int32) {
        var node = index
        while node >= 0 {
            refresh(node)
            let link = links[Int(node)]
            let lean = height(link.left) - height(link.right)
            if lean > 1 {
                let left = links[Int(link.left)]
                if height(left.left) < height(left.right) { rotate(link.left, up: left.right) }
                node = rotate(node, up: links[Int(node)].left)
            } else if lean < -1 {
                let right = links[Int(link.right)]
                if height(right.right) < height(right.left) { rotate(link.right, up: right.left) }
                node = rotate(node, up: links[Int(node)].right)
            }
            node = links[Int(node)].up
        }
    }

    /// - Parameter child: takes the place of `node`, its parent.
    @discardableResult private mutating func rotate(_ node: Int32, up child: Int32) -> Int32 {
        let up = links[Int(node)].up
        let isLeft = links[Int(node)].left == child
        let inner = isLeft ? links[Int(child)].right : links[Int(child)].left
        if isLeft {
            links[Int(node)].left = inner
            links[Int(child)].right = node
        } else {
            links[Int(node)].right = inner
            links[Int(child)].left = node
        }
        if inner >= 0 { links[Int(inner)].up = node }
        links[Int(node)].up = child
        links[Int(child)].up = up
        if up < 0 { root = child } else if links[Int(up)].left == node { links[Int(up)].left = child } else { links[Int(up)].right = child }
        refresh(node)
        refresh(child)
        return child
    }
}
