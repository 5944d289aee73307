import Tensors

/// CumSum (ONNX 11, 14): running sums along the axis in input 1, with or without the entry itself, from either end.
struct CumSum: Operator {
  static let schema = OperatorSchema(
    "CumSum", versions: 11...newestOpset, inputs: 2...2, float16Since: 14, bfloat16Since: 14)

  private let exclusive: Bool
  private let reverse: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    exclusive = try node.flag("exclusive", default: false)
    reverse = try node.flag("reverse", default: false)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let named = try inputs.singleInteger(1)
    let axis = try ParameterSource.input(1).normalizedAxis(named, rank: inputs[0].shape.rank)
    let sums = RunningSums(input: inputs[0].aligned(), axis: axis, exclusive: exclusive, reverse: reverse)
    return [try sums.result(of: inputs[0].type)]
  }
}

private struct RunningSums: NumericWork {
  let input: Tensor
  let axis: Int
  let exclusive: Bool
  let reverse: Bool

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Tensor {
    Tensor(input.shape, of: Element.self) { output in
      let elements = input.span(of: Element.self)
      let size = input.shape[axis]
      let inner = input.shape.count(of: axis + 1..<input.shape.rank)
      guard inner > 1 else {
        for block in 0..<input.count / max(size, 1) { add(elements, from: block * size, count: size, &output) }
        return
      }
      var sums = [Element](repeating: .zero, count: inner)
      for block in 0..<input.shape.count(of: 0..<axis) {
        for column in 0..<inner { sums[column] = .zero }
        for step in 0..<size {
          let row = (block * size + (reverse ? size - 1 - step : step)) * inner
          add(elements.extracting(row..<row + inner), to: &sums, at: row, &output)
        }
      }
    }
  }

  /// The running sums of neighbouring elements.
  private func add<Element: ArithmeticElement>(
    _ elements: Span<Element>, from start: Int, count: Int, _ output: inout MutableSpan<Element>
  ) {
    let line = elements.extracting(start..<start + count)
    var results = output._mutatingExtracting(start..<start + count)
    var sum = Element.zero
    for step in 0..<count {
      let place = reverse ? count - 1 - step : step
      let next = sum.plus(line[place])
      results[place] = exclusive ? sum : next
      sum = next
    }
  }

  /// Adds a row of neighbouring elements to the sums, which go to the output before or after that.
  private func add<Element: ArithmeticElement>(
    _ row: Span<Element>, to sums: inout [Element], at start: Int, _ output: inout MutableSpan<Element>
  ) {
    var totals = sums.mutableSpan
    var results = output._mutatingExtracting(start..<start + row.count)
    for column in row.indices {
      let (sum, next) = (totals[column], totals[column].plus(row[column]))
      results[column] = exclusive ? sum : next
      totals[column] = next
    }
  }
}
