/// Reads the cards of a vCard file of any version, one at a time, from chunks of bytes that the caller brings.
///
///     var cards = try VCardReader(chunks: file.read)
///     while let card = try cards.next() { … }
///
/// A card comes as lines of version 4.0, whatever it was: decoded, types and preference as 4.0 writes them, binary values as
/// `data:`. What cannot be read as a line stays as one of its own (`X-KITH-LINE`), so that nothing of a card is lost.
/// Sources: RFC 6350 (4.0), RFC 2426 (3.0), versit's vCard 2.1.
///
/// Invariant: a card that cannot be taken never touches the next.
package struct VCardReader {
    package struct Card: Hashable, Sendable {
        /// Of its BEGIN, from 1.
        package let line: Int
        package let lines: [ContentLine]
    }

    package enum Item: Sendable {
        case card(Card)
        case rejected(RejectedLine)
    }

    /// Of one card, unfolded.
    package static let cardByteCount = 7 << 20

    package var encoding: TextEncoding { reader.encoding }
    package var isDoubtful: Bool { reader.isDoubtful }

    private var reader: ContentLineReader
    /// A line that the card before it left.
    private var waiting: ContentLineReader.Line?

    package init(encoding: TextEncoding? = nil, chunks: @escaping () throws -> [UInt8]) throws {
        reader = try ContentLineReader(encoding: encoding, chunks: chunks)
    }

    /// The next card; nil at the end of the file.
    package mutating func next() throws -> Item? {
        var next = try line()
        // The end-of-file mark of old systems is no line.
        while case .whole(let bytes, _)? = next, bytes.allSatisfy({ $0 <= 0x20 }) { next = try line() }
        guard let first = next else { return nil }
        if case .whole(let bytes, let number) = first, isLine(bytes, "BEGIN:VCARD") { return try card(from: number) }
        // What stands between cards is told once.
        var number = 0
        switch first {
        case .whole(_, let at), .tooLong(let at): number = at
        }
        var isTooLong = if case .tooLong = first { true } else { false }
        while let following = try line() {
            if case .whole(let bytes, _) = following, isLine(bytes, "BEGIN:VCARD") {
                waiting = following
                break
            }
            if case .tooLong = following { isTooLong = true }
        }
        return .rejected(RejectedLine(line: number, reason: isTooLong ? .lineTooLong : .outsideCard))
    }

    private mutating func line() throws -> ContentLineReader.Line? {
        defer { waiting = nil }
        return try waiting ?? reader.next()
    }

    private mutating func card(from number: Int) throws -> Item {
        var raw: [[UInt8]] = []
        var byteCount = 0
        var nested: [[UInt8]] = []
        var depth = 0
        var rejection: RejectedLine?
        var isEnded = false
        reading: while let line = try line() {
            guard case .whole(let bytes, _) = line else {
                if rejection == nil, case .tooLong(let at) = line { rejection = RejectedLine(line: at, reason: .lineTooLong) }
                continue
            }
            byteCount += bytes.count
            if byteCount > VCardReader.cardByteCount {
                rejection = rejection ?? RejectedLine(line: number, reason: .cardTooLong)
                raw = []
                nested = []
            }
            let begins = isLine(bytes, "BEGIN:VCARD")
            let ends = isLine(bytes, "END:VCARD")
            if depth > 0 || (begins && raw.last.map(isOpenAgent) == true) {
                depth += begins ? 1 : ends ? -1 : 0
                if rejection == nil { nested.append(bytes) }
                if depth == 0, rejection == nil {
                    raw[raw.count - 1] = agent(raw[raw.count - 1], holding: nested)
                    nested = []
                }
                continue
            }
            if begins {
                // The end is missing: this is the next card.
                waiting = line
                isEnded = true
                break reading
            }
            if ends {
                isEnded = true
                break reading
            }
            if rejection == nil { raw.append(bytes) }
        }
        if let rejection { return .rejected(rejection) }
        // The last line of a file that was cut off may be half a telephone number.
        guard isEnded || !reader.endsWithoutLineEnd, nested.isEmpty else {
            return .rejected(RejectedLine(line: number, reason: .cutCard))
        }
        if raw.contains(where: { $0.contains(0) }) { return .rejected(RejectedLine(line: number, reason: .nulByte)) }
        return .card(Card(line: number, lines: normalised(raw)))
    }
}

/// `AGENT:` of version 2.1, whose card stands in the lines below it.
private func isOpenAgent(_ bytes: [UInt8]) -> Bool {
    guard let line = RawContentLine(bytes) else { return false }
    return line.name.uppercased() == "AGENT" && line.value.allSatisfy { $0 == .space }
}

/// As version 3.0 writes it: the card as one text.
private func agent(_ line: [UInt8], holding card: [[UInt8]]) -> [UInt8] {
    line + Array(escaped(card.map { lenientText($0, charset: nil) }.joined(separator: "\n")).utf8)
}

// MARK: As version 4.0 writes it

private func normalised(_ raw: [[UInt8]]) -> [ContentLine] {
    var lines: [ContentLine] = []
    var isOld = false
    for bytes in raw {
        guard let line = RawContentLine(bytes) else {
            lines.append(ContentLine(ContentLine.unreadable, escaped(lenientText(bytes, charset: nil))))
            continue
        }
        if line.name.uppercased() == "VERSION" {
            isOld = trimmed(lenientText(line.value, charset: nil)).hasPrefix("2")
            continue
        }
        lines.append(normalised(line, isOld: isOld))
    }
    return onceEach(lines)
}

/// Properties that a card may have once (RFC 6350, section 3.3: cardinality *1), unless they are one in several languages.
private let singleProperties: Set = ["N", "UID", "REV", "KIND", "BDAY", "ANNIVERSARY", "GENDER"]

/// Without what only its writer needs (who wrote it, an empty name); of what may stand once, the first counts, and others are
/// kept as text.
private func onceEach(_ lines: [ContentLine]) -> [ContentLine] {
    var firsts: [String: String] = [:]
    return lines.compactMap { line in
        if line.property == "PRODID" { return nil }
        if line.property == "N" || line.property == "FN", line.value.allSatisfy({ $0 == ";" || $0 == "," || $0.isWhitespace }) { return nil }
        guard singleProperties.contains(line.property), line.parameter("ALTID") == nil else { return line }
        guard let first = firsts[line.property] else {
            firsts[line.property] = line.value
            return line
        }
        return first == line.value ? nil : ContentLine(ContentLine.unreadable, escaped(line.text))
    }
}

/// A structured value whose separators were escaped as if they were text, as one program after another does: all of it then
/// stands in its first part.
private func parted(_ value: String, count: Int, least: Int) -> String {
    let pieces = split(value, at: ";")
    guard let first = pieces.first, pieces.dropFirst().allSatisfy(\.isEmpty) else { return value }
    let inner = unescapedSeparators(first)
    guard inner.count > least else { return value }
    return inner.prefix(count).joined(separator: ";")
}

/// The pieces between escaped semicolons.
private func unescapedSeparators(_ text: String) -> [String] {
    var pieces = [""]
    var isEscaped = false
    for character in text {
        if isEscaped {
            isEscaped = false
            if character == ";" { pieces.append("") } else { pieces[pieces.count - 1] += "\\" + String(character) }
        } else if character == "\\" {
            isEscaped = true
        } else {
            pieces[pieces.count - 1].append(character)
        }
    }
    if isEscaped { pieces[pieces.count - 1] += "\\" }
    return pieces
}

private func normalised(_ raw: RawContentLine, isOld: Bool) -> ContentLine {
    var types: [String] = []
    var knownTypes: Set<String> = []
    var isPreferred = false
    var encoding = ""
    var charset: String?
    var others: [ContentLine.Parameter] = []
    func add(_ type: String) {
        let type = type.lowercased()
        if type == "pref" { isPreferred = true } else if !type.isEmpty && knownTypes.insert(type).inserted { types.append(type) }
    }
    for (name, bytes) in raw.parameters {
        guard let bytes else {
            if ["QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"].contains(name) { encoding = name } else { add(name) }
            continue
        }
        let text = lenientText(bytes, charset: nil)
        let plain = text.filter { $0 != "\"" }
        switch name {
        case "TYPE": for type in ContentLine.Parameter("TYPE", text).values { add(trimmed(type)) }
        case "ENCODING": encoding = plain.uppercased()
        case "CHARSET": charset = plain
        default: others.append(.init(name, text))
        }
    }

    var value: String
    switch encoding {
    case "QUOTED-PRINTABLE":
        value = oneLine(lenientText(decodedQuotedPrintable(raw.value), charset: charset))
    case "B", "BASE64":
        value = lenientText(raw.value, charset: nil).filter { !$0.isWhitespace }
        if let mediaType = mediaType(raw.name.uppercased(), &types), isBase64(value) {
            value = "data:\(mediaType);base64," + value
        } else {
            others.append(.init("ENCODING", "b"))
        }
    default:
        value = oneLine(lenientText(raw.value, charset: charset))
        if !["", "8BIT", "7BIT"].contains(encoding) { others.append(.init("ENCODING", encoding)) }
    }
    if let charset, !isKnownCharset(charset) { others.append(.init("CHARSET", charset)) }

    var line = ContentLine(raw.name, value, group: raw.group)
    if isOld { line.value = escapedAsNow(value, line.property) }
    // No family name has a semicolon; a street may, but not all of four.
    if line.property == "N" { line.value = parted(line.value, count: 5, least: 1) }
    if line.property == "ADR" { line.value = parted(line.value, count: 7, least: 4) }
    if !types.isEmpty { line.parameters.append(.init("TYPE", types.map(quotedIfNeeded).joined(separator: ","))) }
    if isPreferred && !others.contains(where: { $0.name == "PREF" }) { line.parameters.append(.init("PREF", "1")) }
    line.parameters += others
    return line
}

/// Line breaks as `\n`: only a quoted-printable or UTF-16 value can have them.
private func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == .lineFeed || $0 == .carriageReturn }) else { return text }
    return text.replacing("\r\n", with: "\\n").replacing("\n", with: "\\n").replacing("\r", with: "\\n")
}

/// Version 2.1 knows no comma that parts values, and a backslash only before a semicolon; many programs escape as later
/// versions do all the same.
private func escapedAsNow(_ value: String, _ property: String) -> String {
    let isStructured = property == "N" || property == "ADR" || property == "ORG"
    guard isStructured || ["FN", "NOTE", "TITLE", "ROLE", "LABEL"].contains(property) else { return value }
    return split(value, at: ";").map { escaped(unescaped($0)) }.joined(separator: isStructured ? ";" : "\\;")
}

private func quotedIfNeeded(_ value: String) -> String {
    value.utf8.contains { $0 == .comma || $0 == .semicolon || $0 == .colon } ? "\"\(value)\"" : value
}

private func isBase64(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }
}

/// The media type that a binary property's type stands for, which is then no type any more; nil for properties that are
/// not known to be binary.
private func mediaType(_ property: String, _ types: inout [String]) -> String? {
    let families = ["PHOTO": "image", "LOGO": "image", "SOUND": "audio", "KEY": "application"]
    guard let family = families[property] else { return nil }
    let known = [
        "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "bmp": "bmp", "tiff": "tiff", "wave": "wav", "wav": "wav",
        "basic": "basic", "ogg": "ogg", "pgp": "pgp-keys", "x509": "pkix-cert",
    ]
    guard let index = types.firstIndex(where: { known[$0] != nil || $0.hasPrefix(family + "/") }) else {
        return "application/octet-stream"
    }
    let type = types.remove(at: index)
    return known[type].map { "\(family)/\($0)" } ?? type
}

extension ContentLine {
    /// A line of a card that is not one of RFC 6350, kept as text.
    static let unreadable = "X-KITH-LINE"
}
