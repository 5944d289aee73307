/// A dimension before the run: a number, or a symbol that stands for the same number wherever it occurs.
enum SymbolicSize: Hashable {
  case fixed(Int)
  case symbol(Int)

  var fixed: Int? {
    if case .fixed(let size) = self { size } else { nil }
  }
}

/// The dimensions of a value of known rank; nil where nothing is known of one.
typealias PartialShape = [SymbolicSize?]

/// The elements of an int64 value of at most one axis.
struct SymbolicNumbers: Hashable {
  /// nil where nothing is known of one.
  var elements: [SymbolicSize?]
  var isScalar: Bool

  static func vector(_ elements: [SymbolicSize?]) -> SymbolicNumbers {
    SymbolicNumbers(elements: elements, isScalar: false)
  }
}
