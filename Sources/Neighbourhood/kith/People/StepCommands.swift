import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

struct Undo: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Maak het laatste werk op deze laptop ongedaan.", "Undo the last work on this laptop."),
            discussion: both(
                "Zegt wat het ongedaan maakt, en vraagt het bij meer dan \(StepText.unaskedRowCount) dingen. Eén stap per keer, steeds verder terug, tot 30 dagen; een andere met --step. Wat anderen sindsdien veranderden, blijft. 'kith redo' doet het weer.\nVoorbeelden: kith undo\n             kith undo --step 7 --yes",
                "Says what it undoes, and asks above \(StepText.unaskedRowCount) things. One step each time, further and further back, up to 30 days; another one with --step. What others changed since stays. 'kith redo' does it again.\nExamples: kith undo\n          kith undo --step 7 --yes"))
    }

    @Option(help: ArgumentHelp(both("Een stap van 'kith steps'.", "A step of 'kith steps'."), valueName: both("nummer", "number"))) var step: Int64?
    @OptionGroup var yes: YesOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        let text = StepText(replica)
        do {
            try replica.stamp()
        } catch let change as MassChange {
            // Edits that nobody else has seen: they are taken back as if they had never been.
            guard step == nil else { throw change }
            if !options.json { try Output.line(change.sentence(in: App.language)) }
            try yes.confirm(App.language.say(StepSentence.undoAllQuestion), isJSON: options.json)
            let count = try replica.store.revertNotes()
            try say(
                App.language.say(.massChangeUndone, App.language.number(count)),
                or: [("restored", .number(count)), ("removed", .number(0)), ("brought_back", .number(0)), ("left_alone", .number(0))], isJSON: options.json)
            return try replica.close()
        }
        guard let next = try replica.store.steps(limit: 1, only: step, standing: true).first else {
            throw step.map { StoreError(.noSuchStep, String($0)) } ?? StoreError(.nothingToUndo)
        }
        try text.confirm(.undoQuestion, next, yes, isJSON: options.json)
        let report = try replica.store.undo(step: next.id)
        try text.tell(.undone, .undoneHint, next, report, isJSON: options.json)
        try replica.close()
    }
}

struct Redo: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Doe opnieuw wat ongedaan is gemaakt.", "Do again what was undone."),
            discussion: both(
                "Wat het laatst ongedaan werd gemaakt, of een andere stap met --step.\nVoorbeeld: kith redo",
                "What was undone last, or another step with --step.\nExample: kith redo"))
    }

    @Option(help: ArgumentHelp(both("Een stap van 'kith steps'.", "A step of 'kith steps'."), valueName: both("nummer", "number"))) var step: Int64?
    @OptionGroup var yes: YesOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        let text = StepText(replica)
        guard let id = try step ?? replica.store.nextRedo() else { throw StoreError(.nothingToRedo) }
        guard let next = try replica.store.steps(only: id).first, next.isUndone else { throw StoreError(.noSuchStep, String(id)) }
        try text.confirm(.redoQuestion, next, yes, isJSON: options.json)
        let report = try replica.store.redo(step: next.id)
        try text.tell(.redone, nil, next, report, isJSON: options.json)
        try replica.close()
    }
}

struct Steps: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon wat hier is gedaan, de laatste 30 dagen.", "List what was done here in the last 30 days."),
            discussion: both(
                "De laatste stap eerst. 'kith undo --step NUMMER' maakt er een ongedaan, 'kith redo --step NUMMER' doet hem weer.\nVoorbeeld: kith steps --limit 5",
                "The last step first. 'kith undo --step NUMBER' undoes one, 'kith redo --step NUMBER' does it again.\nExample: kith steps --limit 5"))
    }

    @Option(help: ArgumentHelp(both("Ten hoogste zoveel.", "At most so many."), valueName: "n")) var limit = 20
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError(both("--limit is 1 tot 100.000.", "--limit is 1 to 100,000.")) }
    }

    func run() throws {
        let replica = try options.open()
        // What waits to be confirmed is asked about when it is undone, or is to leave this laptop.
        try replica.stampUnasked(passing: [])
        let text = StepText(replica)
        let steps = try replica.store.steps(limit: limit)
        if options.json {
            try Output.json([("steps", .array(steps.map { .object(text.json($0)) }))])
        } else {
            for step in steps {
                try Output.line(App.language.say(
                    StepSentence.stepLine, String(step.id), when(step.timeMilliseconds), try text.words(step),
                    step.isUndone ? App.language.say(StepSentence.isUndone) : ""))
            }
            if steps.isEmpty { try Output.line(App.language.say(StepSentence.noSteps)) }
        }
        try replica.close()
    }
}

/// What a step is called among people: "import of people: 40 people (Fatima el Amrani, …), 12 changes".
struct StepText {
    /// More than these are asked about.
    static let unaskedRowCount = 5

    private let replica: Replica
    init(_ replica: Replica) { self.replica = replica }

    func words(_ step: Step) throws -> String { try replica.words(of: step, App.language) }

    func confirm(_ question: StepSentence, _ step: Step, _ yes: YesOptions, isJSON: Bool) throws {
        guard step.rowCount > StepText.unaskedRowCount else { return }
        let text = App.language.say(question, when(step.timeMilliseconds), try words(step))
        if !yes.isGiven, !isJSON, !Terminal.canAsk { Terminal.write(text + "\n") }
        try yes.confirm(text + " ", isJSON: isJSON)
    }

    func tell(_ sentence: StepSentence, _ hint: StepSentence?, _ step: Step, _ report: UndoReport, isJSON: Bool) throws {
        let language = App.language
        var lines = [language.say(sentence, when(step.timeMilliseconds), try words(step))]
        if report.leftAlone > 0 { lines.append(language.say(.undoneLeft, language.number(report.leftAlone))) }
        if let hint { lines.append(language.say(hint)) }
        try say(
            lines.joined(separator: "\n"),
            or: [
                ("step", .number(Int(step.id))), ("time", .string(universalTime(report.timeMilliseconds))), ("restored", .number(report.restored)),
                ("removed", .number(report.removed)), ("brought_back", .number(report.broughtBack)), ("left_alone", .number(report.leftAlone)),
            ], isJSON: isJSON)
    }

    func json(_ step: Step) -> [(String, JSON)] {
        func counts(_ counts: [String: Int]) -> JSON { .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }) }
        return [
            ("step", .number(Int(step.id))), ("kind", .string(step.kind.rawValue)), ("time", .string(universalTime(step.timeMilliseconds))),
            ("undone", .bool(step.isUndone)), ("made", counts(step.made)), ("changed", counts(step.changed)),
        ]
    }
}
