// FormError: what can be wrong with an urlencoded form, and the status that answers it.

/// What is wrong with a form.
package enum FormError: Error, Equatable, Hashable, Sendable {
    /// There are more parameters than `parameters`.
    case tooManyParameters
    /// A key is nested deeper than `depth`.
    case tooDeep

    /// The status that answers it.
    package var status: Int {
        switch self {
        case .tooManyParameters: 413
        case .tooDeep: 400
        }
    }
}
