import CRDT
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Trust

/// How listeners are found on a local network (Protocol.md, "Discovery").
package struct DiscoverySettings: Sendable {
    /// Of UDP.
    package var port = 4_747
    /// Asks, or listens on, this address of this machine alone: for tests.
    package var host: String?
    /// For how long to ask when nobody answers.
    package var longest: Duration = .seconds(3)
    /// For how long to go on once somebody has.
    package var afterFirst: Duration = .milliseconds(300)
    /// Datagrams that are looked at in a second; the others are dropped unread.
    package var datagramsPerSecond = 100

    package init() {}

    /// Within an organisation (RFC 2365, section 6.2).
    static let groupV4 = "239.255.75.84"
    /// On the link, assigned by nobody (RFC 4291, section 2.7).
    static let groupV6 = "ff12::4b49:5448"
}

/// The newest first: of the scope `members`.
package typealias BeaconKeys = @Sendable () -> [EpochKey]

/// Answers those who look for a listener. Who does not ask is told nothing: a laptop that only listens is silent.
package final class DiscoveryResponder: Sendable {
    private let channels: [any Channel]

    /// Answers until `close`.
    ///
    /// - Parameters:
    ///   - tcpPort: where the sessions are held.
    ///   - keys: looked up anew for each question; called on an event loop.
    ///   - random: likewise.
    /// - Throws: `TransportError` when neither IPv4 nor IPv6 can be listened on; another program may have the port.
    package init(
        tcpPort: UInt16, settings: DiscoverySettings = DiscoverySettings(), keys: @escaping BeaconKeys,
        random: @escaping @Sendable () -> Nonce
    ) throws {
        func open(_ host: String, groups: [(group: SocketAddress, device: NIONetworkDevice)]) throws -> any Channel {
            let address = try SocketAddress(ipAddress: host, port: settings.port)
            let channel = try DatagramBootstrap.discovery(isV6: host.contains(":"))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AnsweringHandler(settings.datagramsPerSecond) { question in
                            question.answer(port: tcpPort, keys: keys(), salt: random(), chance: random())
                        })
                    }
                }.bind(to: address).wait()
            // A device that refuses is one on which nobody asks.
            for (group, device) in groups { try? (channel as? any MulticastChannel)?.joinGroup(group, device: device).wait() }
            return channel
        }
        var opened: [any Channel] = []
        var failure: (any Error)?
        func attempt(_ body: () throws -> any Channel) {
            do { opened.append(try body()) } catch { failure = error }
        }
        if let host = settings.host {
            attempt { try open(host, groups: []) }
        } else {
            let devices = NetworkDevices()
            let groupV4 = try SocketAddress(ipAddress: DiscoverySettings.groupV4, port: settings.port)
            let groupV6 = try SocketAddress(ipAddress: DiscoverySettings.groupV6, port: settings.port)
            attempt { try open("0.0.0.0", groups: devices.v4.map { (groupV4, $0) }) }
            attempt { try open("::", groups: devices.v6.map { (groupV6, $0) }) }
        }
        channels = opened
        if opened.isEmpty, let failure { throw TransportError.listening(failure) }
    }

    /// Of UDP.
    package var port: Int { channels.first?.localAddress?.port ?? 0 }

    package func close() {
        for channel in channels { channel.close(promise: nil) }
    }
}

/// What a search has come to.
package struct DiscoveryOutcome: Sendable {
    /// Of members who listen; one may stand here under several addresses.
    package internal(set) var found: [(host: String, port: Int)] = []
    /// Answers that are no member's.
    package internal(set) var strangerCount = 0
    /// Whether this machine is on any network.
    package internal(set) var hasNetwork = true
}

/// Looks for listeners of one space, from the moment it is made.
package final class DiscoverySearch: Sendable {
    private static let mostAnswers = 256
    /// When to ask, after the beginning: datagrams get lost.
    private static let repeats: [TimeAmount] = [.zero, .milliseconds(250), .seconds(1), .seconds(2)]

    private let settings: DiscoverySettings
    private let questions: [(beacon: Beacon, key: EpochKey)]
    private let outcome = Mutex(DiscoveryOutcome())
    private let came = Mutex<NIODeadline?>(nil)
    private let start = NIODeadline.now()
    private let channels = Mutex<[any Channel]>([])

    /// - Parameter random: a new one each time.
    package init(settings: DiscoverySettings = DiscoverySettings(), keys: [EpochKey], random: () -> Nonce) {
        self.settings = settings
        questions = keys.prefix(Beacon.askedKeyCount).map { (Beacon.question(under: $0, salt: random()), $0) }
        let ways = DiscoverySearch.ways(settings)
        outcome.withLock { $0.hasNetwork = !ways.isEmpty }
        for way in ways {
            let opened = try? DatagramBootstrap.discovery(isV6: way.from.protocol == .inet6)
                .channelInitializer { [self] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(CollectingHandler(settings.datagramsPerSecond) { [self] in take($0, from: $1) })
                    }
                }.bind(to: way.from).wait()
            guard let opened else { continue }
            channels.withLock { $0.append(opened) }
            for delay in DiscoverySearch.repeats {
                opened.eventLoop.scheduleTask(in: delay) { [questions] in
                    for target in way.targets {
                        for question in questions {
                            let envelope = AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: question.beacon.bytes))
                            opened.writeAndFlush(envelope, promise: nil)
                        }
                    }
                }
            }
        }
    }

    deinit { close() }

    package func close() {
        for channel in channels.withLock({ channels in defer { channels = [] }; return channels }) { channel.close(promise: nil) }
    }

    /// Waits until nobody more is to be expected; from any thread but an event loop's.
    package func finish() -> DiscoveryOutcome {
        while outcome.withLock({ $0.hasNetwork }), !questions.isEmpty {
            let now = NIODeadline.now()
            let first = came.withLock { $0 }
            let end = min(start + TimeAmount(settings.longest), first.map { $0 + TimeAmount(settings.afterFirst) } ?? .distantFuture)
            guard now < end else { break }
            usleep(20_000)
        }
        close()
        return outcome.withLock { $0 }
    }

    /// From where to ask, and whom: on each network of this machine everybody at once.
    private static func ways(_ settings: DiscoverySettings) -> [(from: SocketAddress, targets: [SocketAddress])] {
        if let host = settings.host {
            guard let from = try? SocketAddress(ipAddress: host, port: 0), let target = try? SocketAddress(ipAddress: host, port: settings.port)
            else { return [] }
            return [(from, [target])]
        }
        let devices = NetworkDevices()
        var ways: [(SocketAddress, [SocketAddress])] = []
        for device in devices.v4 {
            // Linux sends what goes to everybody out of the device whose address it comes from.
            guard let address = device.address?.ipAddress, let from = try? SocketAddress(ipAddress: address, port: 0) else { continue }
            let everybody = [DiscoverySettings.groupV4, device.broadcastAddress?.ipAddress ?? "255.255.255.255"]
            ways.append((from, everybody.compactMap { try? SocketAddress(ipAddress: $0, port: settings.port) }))
        }
        for device in devices.v6 {
            guard case .v6(let address)? = device.address, case .v6(let group)? = try? SocketAddress(
                ipAddress: DiscoverySettings.groupV6, port: settings.port)
            else { continue }
            var from = address.address
            var target = group.address
            from.sin6_port = 0
            from.sin6_scope_id = UInt32(device.interfaceIndex)
            target.sin6_scope_id = UInt32(device.interfaceIndex)
            ways.append((SocketAddress(from), [SocketAddress(target)]))
        }
        return ways
    }

    private func take(_ answer: Beacon, from address: SocketAddress) {
        guard answer.kind == .answers, let host = address.hostWithScope else { return }
        let isMember = questions.contains { answer.answers($0.beacon.salt, under: $0.key) }
        outcome.withLock { outcome in
            guard isMember else { return outcome.strangerCount += 1 }
            let port = Int(answer.port)
            guard outcome.found.count < DiscoverySearch.mostAnswers, !outcome.found.contains(where: { $0 == (host, port) }) else { return }
            outcome.found.append((host, port))
        }
        if isMember { came.withLock { $0 = $0 ?? .now() } }
    }
}

/// The devices by which others can be reached: up, and not the loopback.
private struct NetworkDevices {
    var v4: [NIONetworkDevice] = []
    /// With an address of the link alone (RFC 4291, section 2.5.6).
    var v6: [NIONetworkDevice] = []

    init() {
        for device in (try? System.enumerateDevices()) ?? [] {
            switch device.address {
            case .v4(let address) where address.address.sin_addr.s_addr.bigEndian >> 24 != 127: v4.append(device)
            case .v6(let address)
            where withUnsafeBytes(of: address.address.sin6_addr, { $0[0] == 0xFE && $0[1] & 0xC0 == 0x80 }): v6.append(device)
            default: break
            }
        }
    }
}

extension SocketAddress {
    /// In numbers; of an address of the link with the device (RFC 4007, section 11).
    fileprivate var hostWithScope: String? {
        guard case .v6(let address) = self, address.address.sin6_scope_id != 0, let host = ipAddress else { return ipAddress }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(address.address.sin6_scope_id, &name) != nil else { return host }
        return host + "%" + String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension DatagramBootstrap {
    fileprivate static func discovery(isV6: Bool) -> DatagramBootstrap {
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2 * Beacon.byteCount))
        return isV6
            ? bootstrap.channelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
            : bootstrap.channelOption(.socketOption(.so_broadcast), value: 1)
    }
}

/// So many in a second, and no more.
private struct DatagramBudget {
    private let most: Int
    private var left: Int
    private var end: NIODeadline

    init(_ most: Int) {
        self.most = most
        left = most
        end = .now() + .seconds(1)
    }

    mutating func take() -> Bool {
        let now = NIODeadline.now()
        if now >= end { (left, end) = (most, now + .seconds(1)) }
        left -= 1
        return left >= 0
    }
}

private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var budget: DatagramBudget
    private let answer: (Beacon) -> Beacon?

    init(_ most: Int, answer: @escaping (Beacon) -> Beacon?) {
        budget = DatagramBudget(most)
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard budget.take(), let question = Beacon(Array(envelope.data.readableBytesView)), let answer = answer(question) else { return }
        let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer.bytes))
        context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
    }

    /// That a datagram could not be sent or was refused is no reason to stop.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

private final class CollectingHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private var budget: DatagramBudget
    private let take: (Beacon, SocketAddress) -> Void

    init(_ most: Int, take: @escaping (Beacon, SocketAddress) -> Void) {
        budget = DatagramBudget(most)
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard budget.take(), let answer = Beacon(Array(envelope.data.readableBytesView)) else { return }
        take(answer, envelope.remoteAddress)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
