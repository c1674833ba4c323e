/// What the page is for and by which keys, made of the same tabs as the rail; and the way to stop it.
enum Guide {
    static let screen = Screen("uitleg", tab: .guide, templates: ["guide": template, "ended": ended], show: { visit in
        .page(Page(template: "guide", title: visit.say(.guideTitle), values: [
            "areKeysOff": visit.desk.settings.areKeysOff, "keys": visit.desk.settings.areKeysOff ? [] : keys(visit),
        ]))
    }, act: { visit in
        visit.desk.askToEnd()
        return .page(Page(template: "ended", title: visit.say(.endKith), values: [:], isAlone: true))
    })

    private static func keys(_ visit: Visit) -> [Values] {
        let own: [(String, PageSentence)] = [("/", .keyFind), ("n", .keyNew), ("m", .keyMoment), ("Ctrl Enter", .keySave), ("Esc", .keyBack), ("↓ ↑", .keyList), ("?", .keyGuide)]
        return own.map { ["key": $0.0, "deed": visit.say($0.1)] as Values } + Tab.allCases.filter { Screens.byName[$0.rawValue] != nil }.map { ["key": "g \($0.key)", "deed": visit.say(.keyGo, visit.say($0.title))] as Values }
    }

    private static let template = #"""
        <header class="head"><h1>{{w.guideTitle}}</h1><p class="lead">{{w.guideLead}}</p></header>
        <p class="text">{{w.guideWords}}</p>
        <section aria-labelledby="toetsen">
          <h2 id="toetsen">{{w.guideKeys}}</h2>
          {{#areKeysOff}}<p>{{w.guideKeysOff}}</p>{{/areKeysOff}}
          <ul class="rows">{{#keys}}<li class="plain end"><p>{{deed}}</p><kbd>{{key}}</kbd></li>{{/keys}}</ul>
        </section>
        <section aria-labelledby="einde">
          <h2 id="einde">{{w.endKith}}</h2>
          <p class="text">{{w.guideEnd}}</p>
          <form class="acts" method="post" action="/uitleg"><button>{{w.endKith}}</button></form>
        </section>
        """#

    private static let ended = #"<header class="head"><h1>{{w.endKith}}</h1><p class="lead">{{w.ended}}</p></header>"#
}
