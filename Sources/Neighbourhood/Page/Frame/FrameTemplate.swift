/// What stands around every screen, as the design kit draws it.
package enum FrameTemplate {
    package static let all = ["frame": frame, "alone": alone, "told": told, "gable": gable, "notice": notice, "fault": fault, "faults": faults, "missing": missing]

    private static let head = #"""
        <!doctype html>
        <html lang="{{lang}}"{{#textSize}} data-text="{{textSize}}"{{/textSize}}{{#keysOff}} data-keys="off"{{/keysOff}}>
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} · Kith</title>
        {{#refreshes}}<noscript><meta http-equiv="refresh" content="5"></noscript>{{/refreshes}}
        <link rel="icon" href="/kith.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/kith.css">
        <script src="/kith.js" defer></script>
        </head>
        """#

    private static let mark = #"""
        <svg viewBox="0 0 48 32" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M1 30h46M2 30V13h3V9h3V5h4v4h3v4h3v17M18 30V14l7-9 7 9v16M32 30V16c0-4 4-3 4-8h6c0 5 4 4 4 8v14"/><path d="M7.5 30v-8h5v8M22.5 19h5M36.5 20h5" /></svg>
        """#

    static let street = #"""
        <svg class="street" viewBox="0 0 220 60" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" aria-hidden="true"><path d="M0 58.5h220M6 58V26h5v-6h5v-6h5V9h6v5h5v6h5v6h5v32M42 58V30l15-18 15 18v28M72 58V34c0-7 8-6 8-15h12c0 9 8 8 8 15v24M112 58V28l14-12 14 12v30M140 58V22h4v-4h4v-4h4v-4h8v4h4v4h4v4h4v36M172 58V33c4 0 4-5 4-10h6c0-5 2-8 6-8s6 3 6 8h6c0 5 0 10 4 10v25"/><path d="M19 58V44h9v14M14 33h6M28 33h6M53 58V45h9v13M54 30h7M82 58V46h9v12M83 32h7M122 58V44h9v14M123 30h7M152 58V43h9v15M148 29h5M159 29h5M184 58V45h9v13M185 31h7M106 58V42M102 42a4.5 6 0 1 1 9 0 4.5 5 0 0 1-9 0"/></svg>
        """#

    private static let frame = head + #"""

        <body>
        \#u{1A}
        <a class="skip" href="#inhoud">{{w.skip}}</a>
        <header class="top">
          <a class="brand" href="/vandaag">
        """# + mark + #"""
        <span><b>Kith</b> <span><bdi>{{space}}</bdi></span></span></a>
          {{#showsFind}}<form class="find" role="search" action="/zoeken" method="get">
            <label class="unseen" for="find">{{w.findAny}}</label>
            <input id="find" name="vraag" type="search" placeholder="{{w.findPlaceholder}}" autocomplete="off" aria-keyshortcuts="/">
            <button>{{>i-find}}<span class="unseen">{{w.find}}</span></button>
          </form>{{/showsFind}}
          <a class="button menu" href="/zoeken">{{>i-find}}<span class="word">{{w.find}}</span><span class="unseen"> {{w.onOwnPage}}</span></a>
          <button class="menu" popovertarget="tabs">{{>i-menu}}{{w.menu}}</button>
          <a class="state {{stateTone}}" href="{{stateLink}}">{{#stateGood}}{{>i-same}}{{/stateGood}}{{^stateGood}}{{>i-only}}{{/stateGood}}<span><b>{{state}}</b> <small><bdi>{{laptop}}</bdi>{{#five}} · <span class="five">{{five}}</span>{{/five}}</small></span></a>
        </header>
        <nav class="rail" id="tabs" popover aria-label="{{w.pages}}">
            <button class="menu" popovertarget="tabs" popovertargetaction="hide">{{>i-close}}{{w.close}}</button>
            {{#groups}}<ul>
              {{#tabs}}<li><a href="/{{tabName}}"{{#isHere}} aria-current="page"{{/isHere}} data-go="{{key}}"{{#shortcut}} aria-keyshortcuts="{{shortcut}}"{{/shortcut}}>{{{tabIcon}}}{{tabTitle}}{{#tabCount}} <span class="count wait">{{tabCount}}<span class="unseen"> {{tabCountWords}}</span></span>{{/tabCount}}</a></li>
              {{/tabs}}
            </ul>
            {{/groups}}
        """# + street + #"""

        </nav>
        """# + sheet

    private static let alone = head + #"""

        <body class="alone">
        \#u{1A}
        <a class="skip" href="#inhoud">{{w.skip}}</a>
        <header class="top">
          <a class="brand" href="/">
        """# + mark + #"""
        <span><b>Kith</b> <span>{{w.forNeighbours}}</span></span></a>
        </header>
        """# + sheet

    /// The sheet itself, and the end of the page.
    private static let sheet = #"""

        <main class="sheet" id="inhoud">
        {{#told}}{{>told}}{{/told}}
        {{#notice}}{{>notice}}{{/notice}}
        {{{content}}}
        </main>
        </body>
        </html>
        """#

    /// Above the sheet after each write.
    private static let told = #"""
        <div class="undo good" role="status">{{>i-check}}<p>{{toldBefore}}{{#toldName}}<b><bdi>{{toldName}}</bdi></b>{{/toldName}}{{toldAfter}}</p>
        {{#toldStep}}<form method="post" action="/stappen"><input type="hidden" name="stap" value="{{toldStep}}"><input type="hidden" name="terug" value="{{toldBack}}"><button class="quiet" name="doe" value="{{toldDeed}}">{{toldButton}}</button></form>{{/toldStep}}</div>
        """#

    private static let gable = #"<span class="gable g{{gableColour}}{{#gableIsStep}} step{{/gableIsStep}}" aria-hidden="true">{{gableInitials}}</span>"#

    /// Something to know.
    private static let notice = #"<p class="notice wait">{{>i-alert}}<span>{{notice}}</span></p>"#

    /// Beside a field that was refused: its name is `fieldName`.
    private static let fault = #"<p class="fault" id="{{fieldName}}-fout">{{>i-alert}}<span>{{fault}}</span></p>"#

    /// Above a form that was refused.
    private static let faults = #"""
        <div class="notice stop" id="fouten" role="alert" tabindex="-1" autofocus>{{>i-alert}}<div>
          <h2>{{faultsTitle}}</h2>
          <ul>{{#faultLines}}<li>{{#faultField}}<a href="#{{faultField}}">{{/faultField}}{{faultText}}{{#faultField}}</a>{{/faultField}}</li>{{/faultLines}}</ul></div></div>
        """#

    private static let missing = #"""
        <header class="head"><h1>{{missingHead}}</h1><p class="lead">{{missingText}}</p>
        <p class="acts"><a class="button primary" href="/">{{w.backToToday}}</a>{{#mayRestore}} <a class="button" href="/terugzetten">{{w.restoreTitle}}</a>{{/mayRestore}}</p></header>
        """#
}
