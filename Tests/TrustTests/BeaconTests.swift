import CRDT
import Testing
import Trust
import Wire

/// How members recognise each other on a local network.
struct BeaconTests {
    private let key = EpochKey(Array(0..<32))!
    private let other = EpochKey(Array(repeating: 9, count: 32))!
    private let asked = Nonce(bytes: Array(repeating: 0x11, count: 16))!
    private let answered = Nonce(bytes: Array(repeating: 0x22, count: 16))!
    private let chance = Nonce(bytes: Array(repeating: 0x33, count: 16))!

    @Test("The vector of Protocol.md")
    func vector() throws {
        func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        let question = Beacon.question(under: key, salt: asked)
        #expect(hexadecimal(question.bytes) == "4b4954484c414e3101000011111111111111111111111111111111b53dc0ba3088297551882918cafc73b1")
        let answer = try #require(question.answer(port: 4747, keys: [other, key], salt: answered, chance: chance))
        #expect(hexadecimal(answer.bytes) == "4b4954484c414e3102128b22222222222222222222222222222222b505edc3173b5f4bebdedc64d0394933")
        #expect(Beacon(answer.bytes) == answer && answer.answers(asked, under: key))
    }

    @Test("Whoever is not recognised gets an answer that tells nothing, and is told from a member's by its key alone")
    func strangers() throws {
        let question = Beacon.question(under: key, salt: asked)
        let answer = try #require(question.answer(port: 4747, keys: [other], salt: answered, chance: chance))
        #expect(answer.tag == chance && answer.port == 4747)
        #expect(!answer.answers(asked, under: key) && !answer.answers(asked, under: other))
        let real = try #require(question.answer(port: 4747, keys: [key], salt: answered, chance: chance))
        // Of another question, under another key, or played back.
        #expect(!real.answers(answered, under: key) && !real.answers(asked, under: other))
        #expect(real.answer(port: 1, keys: [key], salt: asked, chance: chance) == nil)
        // Beyond the newest eight keys nothing is tried.
        let many = Array(repeating: other, count: Beacon.triedKeyCount) + [key]
        #expect(question.answer(port: 4747, keys: many, salt: answered, chance: chance)?.tag == chance)
    }

    @Test("Anything else than exactly a beacon is none")
    func malformed() {
        let question = Beacon.question(under: key, salt: asked).bytes
        #expect(Beacon(question) != nil)
        for bytes in [[], question.dropLast(), question + [0], Array("HTTP".utf8) + question.dropFirst(4)] as [[UInt8]] { #expect(Beacon(bytes) == nil) }
        for (place, value) in [(8, 0), (8, 3), (9, 1), (8, 2)] as [(Int, UInt8)] {
            var changed = question
            changed[place] = value
            #expect(Beacon(changed) == nil, "\(place)")
        }
    }
}
