// PacketHeader: what stands before the payload of a packet.
//
//     5 1- /admin, 12 ["picture",{"_placeholder":true,"num":0}]
//     │ │  │       └ id: an acknowledgement is wanted, or this is one
//     │ │  └ namespace; "/" is not written
//     │ └ number of attachments, only with the types 5 and 6
//     └ type

internal import Wire

/// The parts of a packet before its payload, as ranges of its bytes.
struct PacketHeader {
    var type: PacketType
    var attachments = 0
    /// Empty for "/".
    var namespace = 0..<0
    /// Nil also for a number beyond 64 bits: it is nobody's, as no side counts that far.
    var id: UInt64?
    /// Where the payload begins; the end of the bytes if there is none.
    var payload = 1

    /// The header of a packet that is values: before its payload stands its namespace, and nothing else.
    init(_ type: PacketType, namespaceBytes: Int, id: UInt64?) {
        self.type = type
        self.id = id
        namespace = 0..<namespaceBytes
        payload = namespaceBytes
    }

    /// Reads the header at the beginning of `bytes`.
    ///
    /// Whoever has written it knows how long its namespace is, which then may hold a comma.
    init(
        _ bytes: UnsafeRawBufferPointer,
        limits: PacketLimits,
        namespaceBytes: Int = 0
    ) throws(PacketError) {
        guard let first = bytes.first else { throw .empty }
        guard let digit = ASCII.digit(first), let type = PacketType(rawValue: digit) else { throw .unknownType }
        self.type = type
        if type == .binaryEvent || type == .binaryAcknowledgement { try readAttachments(bytes, limits) }
        if namespaceBytes > 0 {
            namespace = payload..<min(payload + namespaceBytes, bytes.count)
            payload = min(namespace.upperBound + 1, bytes.count)
        } else if payload < bytes.count, bytes[payload] == UInt8(ascii: "/") {
            try readNamespace(bytes)
        }
        readID(bytes)
    }

    /// The count and its dash; no count is none, as in the reference.
    private mutating func readAttachments(
        _ bytes: UnsafeRawBufferPointer,
        _ limits: PacketLimits
    ) throws(PacketError) {
        while payload < bytes.count, let digit = ASCII.digit(bytes[payload]) {
            attachments = attachments &* 10 &+ Int(digit)
            guard attachments <= limits.maxAttachments else { throw .tooManyAttachments }
            payload &+= 1
        }
        guard payload < bytes.count, bytes[payload] == UInt8(ascii: "-") else { throw .invalidAttachmentCount }
        payload &+= 1
    }

    /// The name up to its comma, or to the end of a packet that is nothing else.
    private mutating func readNamespace(_ bytes: UnsafeRawBufferPointer) throws(PacketError) {
        let start = payload
        var isASCII = true
        while payload < bytes.count, bytes[payload] != UInt8(ascii: ",") {
            isASCII = isASCII && bytes[payload] < 0x80
            payload &+= 1
        }
        namespace = start..<payload
        if payload < bytes.count { payload &+= 1 }
        if namespace.count == 1 { namespace = 0..<0 }
        guard isASCII || String(validating: bytes[namespace], as: UTF8.self) != nil else { throw .invalidNamespace }
    }

    private mutating func readID(_ bytes: UnsafeRawBufferPointer) {
        let start = payload
        var value: UInt64 = 0
        var isTooLarge = false
        while payload < bytes.count, let digit = ASCII.digit(bytes[payload]) {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
            isTooLarge = isTooLarge || overflow || carry
            value = sum
            payload &+= 1
        }
        id = payload > start && !isTooLarge ? value : nil
    }
}
