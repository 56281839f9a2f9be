// JSONTape+Attachments: finds the placeholders that Socket.IO puts where bytes belong, and marks them on the tape.

extension JSONTape {
    /// Marks every `{"_placeholder":true,"num":n}` as the attachment n; false if one names no attachment.
    ///
    /// As in the reference, other members do not matter, and a number between two attachments stands for nothing: it
    /// becomes null. `bytes` are those of the last `parse`. Complexity: O(n) in the tokens.
    package mutating func resolvePlaceholders(over bytes: UnsafeRawBufferPointer, count attachments: Int) -> Bool {
        var index = 0
        while index < count {
            let view = JSONView(of: self, over: bytes)
            guard view.kind(at: index) == .object, isPlaceholder(index, in: view) else {
                index &+= 1
                continue
            }
            guard let number = view.member("num", of: index).flatMap(view.double(at:)) else { return false }
            guard number >= 0, number < Double(min(attachments, Int(UInt16.max))) else { return false }
            let attachment: UInt16? = JSONNumber.integer(exactly: number)
            tokens[index].kind = attachment == nil ? .null : .binary
            tokens[index].attachment = attachment ?? 0
            index = view.next(after: index)
        }
        return true
    }

    /// Marks the objects that begin at `offsets`, which ascend, as the attachments 0, 1 and so on.
    ///
    /// For text that was just written: an object that only looks like a placeholder stays what it is.
    package mutating func mark(_ offsets: [Int]) {
        var rest = offsets.enumerated().makeIterator()
        var wanted = rest.next()
        for index in 0..<count {
            guard let (number, offset) = wanted else { return }
            guard tokens[index].start == offset, tokens[index].kind == .object else { continue }
            guard let number = UInt16(exactly: number) else { return }
            tokens[index].kind = .binary
            tokens[index].attachment = number
            wanted = rest.next()
        }
    }

    private func isPlaceholder(_ index: Int, in view: JSONView) -> Bool {
        guard let flag = view.member("_placeholder", of: index) else { return false }
        return view.kind(at: flag) == .true
    }
}
