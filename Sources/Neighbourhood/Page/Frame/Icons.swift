/// The icons of the page: what lies within a `<symbol>` of 24 by 24, by name. Only those that a page uses are sent with it.
package enum Icons {
    package static let shapes: [String: String] = [
        "alert": #"<path d="M12 4 2.8 20h18.4L12 4Z"/><path d="M12 10v4.5M12 17.3v.1"/>"#,
        "ban": #"<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>"#,
        "book": #"<path d="M12 7c-2-1.5-5-2-8-2v13c3 0 6 .5 8 2 2-1.5 5-2 8-2V5c-3 0-6 .5-8 2ZM12 7v13"/>"#,
        "chart": #"<path d="M4 20h16M7 17v-5M12 17V6M17 17v-8"/>"#,
        "check": #"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#,
        "clock": #"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>"#,
        "close": #"<path d="m6 6 12 12M18 6 6 18"/>"#,
        "find": #"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>"#,
        "fork": #"<path d="M12 21v-7M12 14c0-4-6-3-6-9M12 14c0-4 6-3 6-9M3.5 7 6 4l2.5 3M15.5 7 18 4l2.5 3"/>"#,
        "help": #"<path d="M12 20s-8-4.6-8-10.4C4 6.9 6 5 8.3 5 10 5 11.3 6 12 7.3 12.7 6 14 5 15.7 5 18 5 20 6.9 20 9.6 20 15.4 12 20 12 20Z"/>"#,
        "key": #"<circle cx="8" cy="12" r="4"/><path d="M12 12h9M18 12v3"/>"#,
        "laptop": #"<rect x="5" y="5" width="14" height="10" rx="1.5"/><path d="M3 19h18"/>"#,
        "left": #"<path d="M19 12H5M11 6l-6 6 6 6"/>"#,
        "lock": #"<rect x="5" y="11" width="14" height="9" rx="1.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#,
        "menu": #"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
        "note": #"<path d="M6 4h9l4 4v12H6zM15 4v4h4M9 12h7M9 16h5"/>"#,
        "only": #"<circle cx="9" cy="12" r="6" fill="currentColor" fill-opacity=".3"/><circle cx="15" cy="12" r="6" stroke-dasharray="2.5 2.5"/>"#,
        "plus": #"<path d="M12 5v14M5 12h14"/>"#,
        "print": #"<path d="M7 9V4h10v5M7 17H4v-8h16v8h-3"/><path d="M7 14h10v6H7z"/>"#,
        "relay": #"<rect x="4" y="13" width="16" height="7" rx="1.5"/><path d="M7.5 16.5h.1M12 13v-3M8.5 7.5a5 5 0 0 1 7 0M6 5a8.5 8.5 0 0 1 12 0"/>"#,
        "same": #"<circle cx="9" cy="12" r="6" fill="currentColor" fill-opacity=".3"/><circle cx="15" cy="12" r="6" fill="currentColor" fill-opacity=".3"/>"#,
        "set": #"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>"#,
        "sprout": #"<path d="M12 21v-9M12 14c0-4-3-6-7-6 0 4 3 6 7 6ZM12 12c0-4 3-7 7-7 0 4-3 7-7 7Z"/>"#,
        "stick": #"<rect x="7" y="9" width="10" height="12" rx="2"/><path d="M9 9V3.5h6V9M11 5.8v.4M13 5.8v.4"/>"#,
        "sun": #"<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>"#,
        "swap": #"<path d="M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4"/>"#,
        "two": #"<circle cx="8.5" cy="8" r="3"/><circle cx="15.5" cy="8" r="3"/><path d="M3 19c0-3.5 2.5-6 5.5-6s5.5 2.5 5.5 6M16 13c3 .2 5 2.6 5 6"/>"#,
    ]

    /// The symbols that a page refers to: found by bytes, since a page of many people is long.
    static func symbols(of html: String) -> String {
        let bytes = Array(html.utf8), mark = Array("href=\"#i-".utf8)
        var used: Set<String> = []
        var at = 0
        while at + mark.count < bytes.count {
            guard bytes[at] == mark[0], bytes[at..<at + mark.count].elementsEqual(mark) else {
                at += 1
                continue
            }
            let name = bytes[(at + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }
            used.insert(String(decoding: name, as: UTF8.self))
            at += mark.count + name.count
        }
        let symbols = used.sorted().compactMap { name in shapes[name].map { "<symbol id=\"i-\(name)\" viewBox=\"0 0 24 24\">\($0)</symbol>" } }
        return "<svg hidden>\(symbols.joined())</svg>"
    }
}
