// FormTree: the nested reading of form keys, by the rules of the qs package that Express users know. Each parameter
// becomes a small tree of its own, `a[b][]=1` -> {a: {b: [1]}}, which is then merged into the big one.

/// The tree that the parameters of a form build.
struct FormTree {
    private let root = FormNode(.map([], [:]))
    private let depth: Int
    private let arrayIndex: Int

    /// An empty tree; more than `depth` brackets are refused, an index beyond `arrayIndex` is a name.
    init(depth: Int, arrayIndex: Int) {
        self.depth = depth
        self.arrayIndex = arrayIndex
    }

    /// Adds one parameter, whose key and value are decoded; one without a key is dropped.
    func insert(key: String, _ value: String) throws(FormError) {
        let names = try path(key)
        guard let first = names.first else { return }
        var node = FormNode(.leaf(.string(value)))
        for name in names.dropFirst().reversed() { node = wrap(node, name) }
        root.merge(FormNode(map: first, node))
    }

    /// The values.
    var object: JSONObject { root.value.object ?? JSONObject() }

    /// The name in front of the brackets and the names inside of them; what stands between brackets is dropped.
    private func path(_ key: String) throws(FormError) -> [String] {
        let bytes = Array(key.utf8)
        var names: [String] = []
        var brackets = 0
        var open: Int?
        for (index, byte) in bytes.enumerated() {
            if byte == ASCII.leftBracket {
                open = index
            } else if byte == ASCII.rightBracket, let start = open {
                if brackets == 0, start > 0 { names.append(text(bytes[..<start])) }
                brackets += 1
                guard brackets <= depth else { throw .tooDeep }
                names.append(text(bytes[(start + 1)..<index]))
                open = nil
            }
        }
        return brackets == 0 && !bytes.isEmpty ? [key] : names
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// `[]` and small indices make an array, everything else is a name.
    private func wrap(_ node: FormNode, _ name: String) -> FormNode {
        if name.isEmpty { return FormNode(index: 0, node) }
        if let index = decimal(name.utf8), index <= arrayIndex, String(index) == name {
            return FormNode(index: index, node)
        }
        return FormNode(map: name, node)
    }
}

/// A value that is being built: a class, so that adding to a large array or object copies nothing.
private final class FormNode {
    enum Kind {
        case leaf(JSON)
        /// Elements by index, whose holes close in the end, and the index behind the last one.
        case list([Int: FormNode], end: Int)
        /// Members in their order, and where each name is.
        case map([(String, FormNode)], [String: Int])
    }

    private var kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    convenience init(index: Int, _ node: FormNode) {
        self.init(.list([index: node], end: index &+ 1))
    }

    convenience init(map name: String, _ node: FormNode) {
        self.init(.map([(name, node)], [name: 0]))
    }

    /// The finished value.
    var value: JSON {
        switch kind {
        case .leaf(let value): value
        case .list(let elements, _): .array(elements.sorted { $0.key < $1.key }.map(\.value.value))
        case .map(let members, _): .object(JSONObject(members.map { ($0.0, $0.1.value) }))
        }
    }

    private var isLeaf: Bool {
        if case .leaf = kind { true } else { false }
    }

    /// Adds another tree to this one; two values in one place become an array.
    func merge(_ other: FormNode) {
        switch (kind, other.kind) {
        case (.leaf(let mine), _):
            kind = .list([0: FormNode(.leaf(mine))], end: 1)
            append(contentsOf: other)
        case (.list, .leaf):
            append(other)
        case (.map, .leaf(let value)):
            // What qs makes of `a[b]=1&a=c`: {a: {b: 1, c: true}}.
            set(value.string ?? "", FormNode(.leaf(true)))
        case (.list, .list(let elements, _)):
            for (index, node) in elements.sorted(by: { $0.key < $1.key }) { set(index, node) }
        case (.list(let elements, _), .map):
            becomeMap(elements)
            merge(other)
        case (.map, .list(let elements, _)):
            for (index, node) in elements.sorted(by: { $0.key < $1.key }) { set(String(index), node) }
        case (.map, .map(let members, _)):
            for (name, node) in members { set(name, node) }
        }
    }

    private func append(contentsOf other: FormNode) {
        guard case .list(let elements, _) = other.kind else { return append(other) }
        for (_, node) in elements.sorted(by: { $0.key < $1.key }) { append(node) }
    }

    private func append(_ node: FormNode) {
        guard case .list(_, let end) = kind else { return }
        put(end, node)
    }

    private func set(_ index: Int, _ node: FormNode) {
        guard let mine = element(index) else { return put(index, node) }
        if mine.isLeaf || node.isLeaf { append(node) } else { mine.merge(node) }
    }

    private func element(_ index: Int) -> FormNode? {
        if case .list(let elements, _) = kind { elements[index] } else { nil }
    }

    /// Changes the elements in place: the enum lets go of them first, so that the dictionary is not copied.
    private func put(_ index: Int, _ node: FormNode) {
        guard case .list(var elements, let end) = kind else { return }
        kind = .leaf(nil)
        elements[index] = node
        kind = .list(elements, end: Swift.max(end, index &+ 1))
    }

    private func set(_ name: String, _ node: FormNode) {
        guard case .map(var members, var places) = kind else { return }
        if let place = places[name] { return members[place].1.merge(node) }
        kind = .leaf(nil)
        places[name] = members.count
        members.append((name, node))
        kind = .map(members, places)
    }

    private func becomeMap(_ elements: [Int: FormNode]) {
        kind = .map([], [:])
        for (index, node) in elements.sorted(by: { $0.key < $1.key }) { set(String(index), node) }
    }
}
