// KeyedList: a list that is mostly short: the rooms of a member, the namespaces of a connection. A short one is looked
// through; a long one gets an index, so that ten thousand rooms are joined and left at the price of ten.

/// What can be found in a `KeyedList`.
protocol Keyed {
    /// By what it is found; no two in a list have the same.
    var key: String { get }
}

/// A list in which each element has a key of its own.
///
/// In the order in which elements came as long as there are few, in no order when there are many.
struct KeyedList<Element: Keyed> {
    private(set) var elements: ContiguousArray<Element> = []

    /// Where in the list an element stands; nil while there are few.
    private var index: [String: Int]?

    /// With more elements an index is cheaper than looking through them.
    static var few: Int { 16 }

    var count: Int { elements.count }

    var isEmpty: Bool { elements.isEmpty }

    /// Where the element of this key stands, which is also the one that `isIt`; of these the cheaper is asked.
    func find(_ key: @autoclosure () -> String, where isIt: (Element) -> Bool) -> Int? {
        guard let index else { return elements.firstIndex(where: isIt) }
        return index[key()]
    }

    /// Where the element of this key stands.
    func find(_ key: String) -> Int? {
        find(key) { $0.key == key }
    }

    /// The element that stands there; its key must stay the same.
    subscript(place: Int) -> Element {
        get { elements[place] }
        _modify { yield &elements[place] }
    }

    /// Adds an element whose key is not among them.
    mutating func append(_ element: Element) {
        elements.append(element)
        if index != nil {
            index?[element.key] = elements.count - 1
        } else if elements.count > Self.few {
            index = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1.key, $0) })
        }
    }

    /// Takes the element out that stands there; with an index, the last one takes its place.
    mutating func remove(at place: Int) -> Element {
        guard index != nil else { return elements.remove(at: place) }
        let removed = elements[place]
        index?[removed.key] = nil
        let last = elements.removeLast()
        if elements.count <= Self.few / 2 { index = nil }
        guard place < elements.count else { return removed }
        elements[place] = last
        if index != nil { index?[last.key] = place }
        return removed
    }

    /// Takes the element of this key out; nil if it is not among them.
    mutating func remove(_ key: String) -> Element? {
        find(key).map { remove(at: $0) }
    }

    /// Takes all of them out.
    mutating func removeAll() -> ContiguousArray<Element> {
        let all = elements
        self = KeyedList()
        return all
    }
}
