// JSONObject: the members of a JSON object in the order in which they were written.

/// The members of a JSON object, in order.
///
/// A name that is set again keeps its place and takes the new value, as in JavaScript. Two objects are equal when they
/// hold the same members, in whatever order. Looking a name up is O(n) in a small object; a large one keeps an index.
public struct JSONObject: Sendable {
    /// A name and its value.
    public typealias Element = (key: String, value: JSON)

    /// Where a dictionary of names begins to pay: a handful of comparisons costs less than hashing one name.
    private static let indexThreshold = 16

    private var members: [Element] = []
    private var places: [String: Int] = [:]

    /// An object without members.
    public init() {}

    /// An object of these members; of a repeated name the last value counts, at the first one's place.
    public init(_ members: some Sequence<(String, JSON)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The value of a name; setting nil removes the member, which is O(n).
    public subscript(key: String) -> JSON? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// The names, in order.
    public var keys: [String] { members.map(\.key) }

    private func place(of key: String) -> Int? {
        guard places.isEmpty else { return places[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if !places.isEmpty {
            places[key] = members.count - 1
        } else if members.count > Self.indexThreshold {
            reindex()
        }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        reindex()
    }

    private mutating func reindex() {
        places.removeAll(keepingCapacity: true)
        guard members.count > Self.indexThreshold else { return }
        for (place, member) in members.enumerated() { places[member.key] = place }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The place of the first member.
    public var startIndex: Int { 0 }

    /// The place after the last member.
    public var endIndex: Int { members.count }

    /// The member at a place.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Equatable {
    /// Whether both hold the same members; their order does not count.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object of these members.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
