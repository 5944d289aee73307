import Tensors

/// Which axes a reduction runs along, as its node gives them: an attribute, and in later versions an input.
struct ReductionAxes {
  private let attribute: [Int]?
  private let hasInput: Bool
  private let keepsDimensions: Bool
  private let keepsAllWithoutAxes: Bool

  /// `inputSince` is the version in which the axes became an input.
  init(_ node: NodeReader, inputSince: Int) throws(OperatorError) {
    hasInput = node.version >= inputSince
    attribute = hasInput ? nil : try node.ints("axes")
    keepsDimensions = try node.flag("keepdims", default: true)
    keepsAllWithoutAxes = hasInput ? try node.flag("noop_with_empty_axes", default: false) : false
  }

  func plan(for inputs: OperatorInputs) throws(OperatorError) -> ReductionPlan {
    let shape = inputs[0].shape
    let given = hasInput ? try inputs.optionalIntegers(1) : attribute
    var reduced = [Bool](repeating: false, count: shape.rank)
    if let given, !given.isEmpty {
      for axis in given { reduced[try shape.requireAxis(axis)] = true }
    } else if !keepsAllWithoutAxes {
      reduced = reduced.map { _ in true }
    }
    return ReductionPlan(shape, reduced: reduced, keepsDimensions: keepsDimensions)
  }
}

extension Shape {
  /// An axis of −rank ..< rank as one of 0 ..< rank.
  func requireAxis(_ axis: Int) throws(OperatorError) -> Int {
    guard let axis = normalized(axis: axis) else {
      throw OperatorError(.input, "axis \(axis) is out of range for an input of shape \(self)")
    }
    return axis
  }
}

/// How a tensor is walked to reduce it along some of its axes. Neighbouring axes of one kind are merged, and those of one
/// element left out.
struct ReductionPlan {
  /// The shape of the result.
  let shape: Shape
  /// The number of elements behind each element of the result.
  let count: Int

  /// Where the elements of one result lie along one axis: the input seen as [outer, count, inner].
  struct MiddleAxis {
    let outer: Int
    let count: Int
    let inner: Int
  }

  /// The input seen around the only run of reduced axes; nil where there are several.
  let middleAxis: MiddleAxis?

  /// The axes of the input, those that stay before those that are reduced.
  let reducedLast: [Int]

  /// The elements that lie next to each other: all of them go into one result, or each into one of its own.
  private let rowLength: Int
  private let reducesRows: Bool
  /// The axes outside the rows, innermost first: their length and step in the result.
  private let outer: [(count: Int, stride: Int)]

  init(_ shape: Shape, reduced: [Bool], keepsDimensions: Bool) {
    let axes = shape.dimensions.indices
    self.shape = Shape(axes.filter { keepsDimensions || !reduced[$0] }.map { reduced[$0] ? 1 : shape[$0] })
    count = axes.filter { reduced[$0] }.reduce(1) { $0 * shape[$1] }
    reducedLast = axes.filter { !reduced[$0] } + axes.filter { reduced[$0] }
    var runs: [(count: Int, isReduced: Bool)] = []
    for axis in axes.reversed() where shape[axis] != 1 {
      if runs.last?.isReduced == reduced[axis] {
        runs[runs.count - 1].count *= shape[axis]
      } else {
        runs.append((shape[axis], reduced[axis]))
      }
    }
    middleAxis = Self.middleAxis(of: runs)
    rowLength = runs.first?.count ?? 1
    reducesRows = runs.first?.isReduced ?? false
    var stride = reducesRows ? 1 : rowLength
    outer = runs.dropFirst().map { run in
      defer { stride *= run.isReduced ? 1 : run.count }
      return (run.count, run.isReduced ? 0 : stride)
    }
  }

  private static func middleAxis(of runs: [(count: Int, isReduced: Bool)]) -> MiddleAxis? {
    guard runs.count(where: \.isReduced) <= 1 else { return nil }
    guard let middle = runs.firstIndex(where: \.isReduced) else {
      return MiddleAxis(outer: 1, count: 1, inner: runs.reduce(1) { $0 * $1.count })
    }
    return MiddleAxis(
      outer: runs[(middle + 1)...].reduce(1) { $0 * $1.count }, count: runs[middle].count,
      inner: runs[..<middle].reduce(1) { $0 * $1.count })
  }

  /// Folds the elements that belong to each element of the result, in their order in memory.
  ///
  /// Inlined, so that each function gets loops of its own.
  @inline(__always)
  func fold<Element: TensorElement, Total>(
    _ tensor: Tensor, from initial: Total, _ accumulate: (Total, Element) -> Total
  ) -> [Total] {
    let elements = tensor.span(of: Element.self)
    var totals = [Total](repeating: initial, count: shape.count)
    guard !elements.isEmpty else { return totals }
    for row in 0..<elements.count / rowLength {
      let elements = elements.extracting(row * rowLength..<(row + 1) * rowLength)
      let position = start(ofRow: row)
      if reducesRows {
        var total = totals[position]
        for index in elements.indices { total = accumulate(total, elements[index]) }
        totals[position] = total
      } else {
        for index in elements.indices {
          totals[position + index] = accumulate(totals[position + index], elements[index])
        }
      }
    }
    return totals
  }

  /// The position in the result to which a row belongs, or its first element.
  private func start(ofRow row: Int) -> Int {
    var rest = row
    var position = 0
    for axis in outer {
      position += rest % axis.count * axis.stride
      rest /= axis.count
    }
    return position
  }
}
