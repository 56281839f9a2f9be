// A write to memory that was given back.

let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
bytes.deallocate()
bytes[0] = 1
