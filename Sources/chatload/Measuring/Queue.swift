// Queue: first in, first out, in one array; taking the first moves nothing until half of the array is empty.

/// What waits in a row.
struct Queue<Element> {
    private var items: [Element] = []
    private var head = 0

    /// How many wait.
    var count: Int { items.count - head }

    /// The one that has waited longest.
    var first: Element? { head < items.count ? items[head] : nil }

    /// The one at this place, counted from the first.
    subscript(place: Int) -> Element {
        get { items[head + place] }
        set { items[head + place] = newValue }
    }

    /// Appends one.
    mutating func append(_ item: Element) {
        items.append(item)
    }

    /// Takes the first.
    mutating func removeFirst() -> Element {
        let item = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity < 64)
            head = 0
        } else if head > 64, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        return item
    }

    /// Takes the first that fits; quick if it stands at the front.
    mutating func take(where fits: (Element) -> Bool) -> Element? {
        guard let place = items[head...].firstIndex(where: fits) else { return nil }
        return place == head ? removeFirst() : items.remove(at: place)
    }

    /// Takes all.
    mutating func takeAll() -> [Element] {
        let all = Array(items[head...])
        items = []
        head = 0
        return all
    }
}
