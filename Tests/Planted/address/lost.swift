// Two objects that keep each other, which nobody else knows.

final class Half {
    var other: Half?
}

@inline(never) func lose() {
    let (one, two) = (Half(), Half())
    (one.other, two.other) = (two, one)
}

// More than one pair: a pointer to the last may still lie about in a register.
for _ in 0..<100 { lose() }
