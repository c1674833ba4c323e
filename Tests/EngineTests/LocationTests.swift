import CRDT
import Device
import Engine
import Foundation
import Glibc
import Store
import Testing
import Wire

/// Where replicas lie, and the device's name.
struct LocationTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test("The only replica is used; of several one must be named; of none one must be made")
    func choosing() throws {
        let scratch = try Scratch()
        let environment = scratch.laptop("fatima", seed: 1)
        #expect { try Replica.open(for: .community, nil, environment) } throws: { ($0 as? EngineError)?.code == .noReplica }
        let zuid = try Replica.create(for: .community, space: "Zuid", label: "Laptop", at: nil, environment)
        #expect(zuid.path.hasSuffix("/fatima/kith/zuid.kith"))
        #expect(mode(scratch.file("fatima/kith")) == 0o700)
        #expect(mode(scratch.file("fatima/kith/device")) == 0o600)
        #expect(mode(zuid.path) == 0o600)
        #expect(try Replica.open(for: .community, nil, environment).path == zuid.path)
        #expect { try Replica.create(for: .community, space: "Zuid", label: "Laptop", at: nil, environment) } throws: {
            ($0 as? EngineError)?.code == .replicaExists
        }
        let noord = try Replica.create(for: .community, space: "Noord", label: "Laptop", at: nil, environment)
        #expect(noord.identity.device == zuid.identity.device)
        #expect { try Replica.open(for: .community, nil, environment) } throws: { error in
            let error = error as? EngineError
            return error?.code == .severalReplicas && error?.subject.contains("noord.kith") == true
        }
        #expect(try Replica.open(for: .community, noord.path, environment).identity.space.name == "Noord")
        let told = EngineEnvironment(
            variables: ["KITH_REPLICA": noord.path], nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce)
        #expect(try Replica.open(for: .community, nil, told).path == noord.path)
    }

    @Test("Without XDG_DATA_HOME the home folder counts; a relative one is passed over")
    func dataFolder() throws {
        func folder(_ variables: [String: String]) throws -> String {
            try PersonalFolders(EngineEnvironment(variables: variables, nowMilliseconds: { 0 }, nonce: { .zero })).data()
        }
        #expect(try folder(["HOME": "/home/f"]) == "/home/f/.local/share/kith")
        #expect(try folder(["HOME": "/home/f", "XDG_DATA_HOME": "data"]) == "/home/f/.local/share/kith")
        #expect(try folder(["HOME": "/home/f", "XDG_DATA_HOME": "/data"]) == "/data/kith")
        #expect(throws: DeviceError.self) { try folder([:]) }
    }

    @Test("File names are made of safe characters")
    func fileNames() {
        func name(_ space: String) -> String {
            ReplicaLocation.fileName(of: SpaceIdentity(id: Nonce(high: 0xABCD_EF01 << 32, low: 0), name: space, importSecret: []))
        }
        #expect(name("Zuid") == "zuid")
        #expect(name("Wijk 7 / Ómgeving") == "wijk-7-omgeving")
        #expect(name("../../etc/passwd") == "etc-passwd")
        #expect(name("حي الجنوب") == "space-abcdef01")
        #expect(name(String(repeating: "a", count: 300)).count == 64)
    }

    @Test("A damaged device file is an error, and is left as it is")
    func deviceFile() throws {
        let scratch = try Scratch()
        let environment = scratch.laptop("fatima", seed: 1)
        let path = scratch.file("fatima/kith/device")
        try FileManager.default.createDirectory(atPath: scratch.file("fatima/kith"), withIntermediateDirectories: true)
        try Data("what?\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(performing: { try DeviceFile.loadOrMake(environment) }, throws: isDevice(.deviceFileDamaged))
        #expect(performing: { try Replica.create(for: .community, space: "Zuid", label: "L", at: nil, environment) }, throws: isDevice(.deviceFileDamaged))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "what?\n")
    }

    @Test("A passphrase locks the key file: without it the replica opens and its keys do not")
    func passphrase() throws {
        let scratch = try Scratch()
        let environment = scratch.laptop("fatima", seed: 1)
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop", at: nil, environment)
        try fatima.close()
        try DeviceFile.setPassphrase("vier fietsen", environment)
        #expect(try DeviceFile.isLocked(environment))
        #expect(mode(scratch.file("fatima/kith/device")) == 0o600)
        func asked(_ answer: String?) -> EngineEnvironment {
            EngineEnvironment(
                variables: environment.variables, nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce,
                passphrase: { answer })
        }
        for (answer, code) in [(nil, .needsPassphrase), ("drie fietsen", .wrongPassphrase)] as [(String?, DeviceError.Code)] {
            let replica = try Replica.open(for: .community, nil, asked(answer))
            #expect(performing: { try replica.unlock() }, throws: isDevice(code))
            #expect(performing: { try replica.exportBundle(to: scratch.file("b"), for: .everyone) }, throws: isDevice(code))
        }
        let open = try Replica.open(for: .community, nil, asked("vier fietsen"))
        _ = try open.exportBundle(to: scratch.file("b"), for: .everyone)
    }

    @Test("Names without letters, with control characters or too long are refused")
    func names() throws {
        let scratch = try Scratch()
        for name in ["", "  ", "a\u{1B}[31m", String(repeating: "a", count: 257)] {
            #expect { try Replica.create(for: .community, space: name, label: "Laptop", at: nil, scratch.laptop("f", seed: 1)) } throws: {
                ($0 as? DeviceError)?.code == .badName
            }
        }
    }
}
