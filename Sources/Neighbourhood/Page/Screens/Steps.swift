import Community
import CRDT
import Engine
import Store

/// Takes a step back, or does it again: what the bar above a page sends.
enum Steps {
    static let screen = Screen("stappen", show: { _ in .go("/instellingen") }, act: { visit in
        let replica = try visit.replica
        let back = visit.form["terug"].flatMap { Responder.isOwn($0) ? $0 : nil } ?? "/vandaag"
        let isRedo = visit.form["doe"] == "opnieuw"
        guard let id = visit.form["stap"].flatMap({ Int64($0) }), let step = try replica.store.steps(only: id).first, step.isUndone == isRedo else {
            return .go(back, visit.told(PageSentence.cannotUndo, ""))
        }
        // Said before it is done: afterwards what it made has no name any more.
        let words = try replica.words(of: step, visit.language)
        let report: UndoReport
        do {
            report = try isRedo ? replica.store.redo(step: id) : replica.store.undo(step: id)
        } catch let error as StoreError where [.noSuchStep, .nothingToUndo, .nothingToRedo].contains(error.code) {
            return .go(back, visit.told(PageSentence.cannotUndo, ""))
        }
        visit.desk.noteWrite()
        // A choice for what stood there already, or what others have changed since: then all is as it was, and nothing can be done again.
        guard report.restored + report.removed + report.broughtBack > 0 else { return .go(back, visit.told(PageSentence.undidNothing, words)) }
        // What was made is gone again: its own page would say that it is missing.
        let target = !isRedo && step.made["contact"] != nil && back.hasPrefix("/contact/") ? "/vandaag" : back
        return .go(target, visit.told(isRedo ? PageSentence.redoneWords : .undoneWords, words, step: id, isUndone: !isRedo))
    })
}
