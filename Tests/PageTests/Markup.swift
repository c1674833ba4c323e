import Foundation

/// A form as a browser without script would send it.
struct Form {
    let action: String
    /// Of every field and button.
    let names: Set<String>
    /// What would be sent as it stands.
    let fields: [(String, String)]
}

/// HTML as far as a test looks at it: tags in order, with their attributes, and the text between.
struct Markup {
    struct Tag {
        let name: String
        let attributes: [String: String]
        let isEnd: Bool
        /// Text until the next tag.
        var text = ""
    }

    private(set) var tags: [Tag] = []
    private static let empty: Set<String> = ["input", "br", "meta", "link", "path", "circle", "rect", "use", "hr", "img", "line", "polyline"]

    init(_ html: String) {
        let bytes = Array(html.utf8)
        var at = 0
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<") else {
                let start = at
                while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
                if !tags.isEmpty { tags[tags.count - 1].text += Markup.unescaped(String(decoding: bytes[start..<at], as: UTF8.self)) }
                continue
            }
            at += 1
            let isEnd = at < bytes.count && bytes[at] == UInt8(ascii: "/")
            if isEnd { at += 1 }
            var name: [UInt8] = []
            while at < bytes.count, !isSpace(bytes[at]), bytes[at] != UInt8(ascii: ">"), bytes[at] != UInt8(ascii: "/") { name.append(bytes[at]); at += 1 }
            var attributes: [String: String] = [:]
            while at < bytes.count, bytes[at] != UInt8(ascii: ">") {
                if isSpace(bytes[at]) || bytes[at] == UInt8(ascii: "/") { at += 1; continue }
                var key: [UInt8] = []
                while at < bytes.count, !isSpace(bytes[at]), bytes[at] != UInt8(ascii: "="), bytes[at] != UInt8(ascii: ">") { key.append(bytes[at]); at += 1 }
                var value: [UInt8] = []
                if at < bytes.count, bytes[at] == UInt8(ascii: "=") {
                    at += 1
                    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
                        at += 1
                        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { value.append(bytes[at]); at += 1 }
                        at += 1
                    } else {
                        while at < bytes.count, !isSpace(bytes[at]), bytes[at] != UInt8(ascii: ">") { value.append(bytes[at]); at += 1 }
                    }
                }
                attributes[String(decoding: key, as: UTF8.self).lowercased()] = Markup.unescaped(String(decoding: value, as: UTF8.self))
            }
            at += 1
            tags.append(Tag(name: String(decoding: name, as: UTF8.self).lowercased(), attributes: attributes, isEnd: isEnd))
        }
    }

    static func unescaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&quot;", with: "\"")
            .replacingOccurrences(of: "&#39;", with: "'").replacingOccurrences(of: "&#96;", with: "`").replacingOccurrences(of: "&amp;", with: "&")
    }

    func count(_ name: String) -> Int { tags.count { $0.name == name && !$0.isEnd } }

    /// All text of the page, as one line.
    var text: String {
        tags.filter { !["style", "script", "title"].contains($0.name) }.map(\.text).joined().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The text within the first element of a name.
    func text(of name: String) -> String? {
        guard let start = tags.firstIndex(where: { $0.name == name && !$0.isEnd }) else { return nil }
        var depth = 0
        var text = ""
        for tag in tags[start...] {
            if tag.name == name { depth += tag.isEnd ? -1 : 1 }
            if depth == 0 { break }
            text += tag.text
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Where links go, by their text.
    func link(_ text: String) -> String? {
        for (index, tag) in tags.enumerated() where tag.name == "a" && !tag.isEnd {
            var words = ""
            for inner in tags[index...] {
                if inner.name == "a", inner.isEnd { break }
                words += inner.text
            }
            if words.contains(text) { return tag.attributes["href"] }
        }
        return nil
    }

    var forms: [Form] {
        var forms: [Form] = []
        var start: Int?
        for (index, tag) in tags.enumerated() where tag.name == "form" {
            if !tag.isEnd { start = index } else if let begin = start {
                forms.append(form(Array(tags[begin...index])))
                start = nil
            }
        }
        return forms
    }

    private func form(_ tags: [Tag]) -> Form {
        var names: Set<String> = [], fields: [(String, String)] = []
        var select: String?
        for tag in tags where !tag.isEnd {
            if let name = tag.attributes["name"] { names.insert(name) }
            switch tag.name {
            case "input":
                guard let name = tag.attributes["name"] else { continue }
                let type = tag.attributes["type"] ?? "text"
                if ["radio", "checkbox"].contains(type), tag.attributes["checked"] == nil { continue }
                fields.append((name, tag.attributes["value"] ?? (type == "checkbox" ? "on" : "")))
            case "textarea":
                if let name = tag.attributes["name"] { fields.append((name, tag.text)) }
            case "select":
                select = tag.attributes["name"]
                if let select { fields.append((select, "")) }
            case "option":
                guard let name = select, tag.attributes["selected"] != nil, let last = fields.lastIndex(where: { $0.0 == name }) else { continue }
                fields[last].1 = tag.attributes["value"] ?? tag.text
            default: continue
            }
        }
        return Form(action: tags[0].attributes["action"] ?? "", names: names, fields: fields)
    }

    // MARK: What every page has to have

    /// What is wrong with a page for somebody who does not see it, or has no mouse; empty when nothing is.
    var faults: [String] {
        var faults: [String] = []
        if count("h1") != 1 { faults.append("\(count("h1")) h1") }
        if count("main") != 1 { faults.append("\(count("main")) main") }
        // A picture has a title of its own.
        let pictures = tags.indices.count { tags[$0].name == "title" && !tags[$0].isEnd && tags[..<$0].last { $0.name == "svg" }.map { !$0.isEnd } ?? false }
        if count("title") - pictures != 1 { faults.append("no title") }
        let html = tags.first { $0.name == "html" }
        if html?.attributes["lang"]?.isEmpty ?? true { faults.append("no language") }
        let ids = tags.compactMap { $0.isEnd ? nil : $0.attributes["id"] }
        for id in Set(ids) where ids.count(where: { $0 == id }) > 1 { faults.append("id \(id) twice") }
        let known = Set(ids)
        let labels = Set(tags.compactMap { $0.name == "label" ? $0.attributes["for"] : nil })
        var labelDepth = 0, fieldDepth = 0
        for tag in tags {
            if tag.name == "label" { labelDepth += tag.isEnd ? -1 : 1 }
            if tag.name == "form" { fieldDepth += tag.isEnd ? -1 : 1 }
            if fieldDepth > 1 { faults.append("a form within a form") }
            guard !tag.isEnd else { continue }
            for attribute in tag.attributes.keys where attribute.hasPrefix("on") || attribute == "style" { faults.append("\(tag.name) has \(attribute)") }
            for reference in ["aria-describedby", "aria-labelledby", "aria-controls"] {
                for id in (tag.attributes[reference] ?? "").split(separator: " ") where !known.contains(String(id)) { faults.append("\(reference) names \(id)") }
            }
            if ["input", "textarea", "select"].contains(tag.name), tag.attributes["type"] != "hidden" {
                let isNamed = labelDepth > 0 || tag.attributes["aria-label"] != nil || tag.attributes["id"].map(labels.contains) ?? false
                if !isNamed { faults.append("\(tag.name) \(tag.attributes["name"] ?? "") has no label") }
            }
            for attribute in ["href", "src", "action"] {
                guard let target = tag.attributes[attribute], tag.name != "use" else { continue }
                if target.hasPrefix("#"), target.count > 1, !known.contains(String(target.dropFirst())) { faults.append("a link to \(target), which is not there") }
                if !["/", "#", "tel:", "mailto:"].contains(where: target.hasPrefix) { faults.append("\(tag.name) goes to \(target)") }
            }
        }
        var depth: [String] = []
        for tag in tags where !Markup.empty.contains(tag.name) && !tag.name.hasPrefix("!") && tag.name != "option" {
            if tag.isEnd {
                if depth.last != tag.name { faults.append("</\(tag.name)> closes \(depth.last ?? "nothing")") } else { depth.removeLast() }
            } else {
                depth.append(tag.name)
            }
        }
        return faults
    }
}
