// A value that two threads write without agreeing on an order.

import Glibc

nonisolated(unsafe) let value = UnsafeMutablePointer<Int>.allocate(capacity: 1)
value.pointee = 0
var other = pthread_t()
pthread_create(
    &other,
    nil,
    { _ in
        value.pointee += 1
        return nil
    },
    nil
)
value.pointee += 1
pthread_join(other, nil)
