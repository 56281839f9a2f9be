// everySplit: feed one input whole, byte by byte, and cut in two at every place.

/// Every way to deliver `bytes` that a parser must not notice: whole, byte by byte, and in two parts cut anywhere.
///
/// Complexity: O(n²) bytes in all for an input of n bytes.
public func everySplit(of bytes: [UInt8]) -> [[[UInt8]]] {
    var deliveries: [[[UInt8]]] = [[bytes], bytes.map { [$0] }]
    for cut in 0...bytes.count {
        deliveries.append([Array(bytes[..<cut]), Array(bytes[cut...])])
    }
    return deliveries
}
