import Tensors

/// What a scattered value does to the one it meets.
enum ScatterReduction: String, CaseIterable {
  case replace = "none"
  case add, mul, max, min

  /// Reads the attribute: none before version 16, add and mul since, max and min since version 18.
  init(_ node: NodeReader) throws(OperatorError) {
    self = try node.choice("reduction", default: .replace)
    let first =
      switch self {
      case .replace: 1
      case .add, .mul: 16
      case .max, .min: 18
      }
    guard node.version >= first else {
      throw .attribute("reduction", "is \"\(rawValue)\", which exists since version \(first)")
    }
  }

  /// A copy of `data` in which the runs of `updates` are combined, in order, with those at `starts`.
  func scatter(
    _ updates: Tensor, into data: Tensor, runLength: Int, starts: [Int]
  ) throws(OperatorError) -> Tensor {
    guard self != .replace else {
      return try RunScatter(data, updates: updates, runLength: runLength, starts: starts).result()
    }
    let work = ReducingScatter(
      reduction: self, data: data.aligned(), updates: updates.aligned(), runLength: runLength, starts: starts)
    return try work.result(of: data.type)
  }

  fileprivate func combine<Element: ArithmeticElement>(_ old: Element, _ new: Element) -> Element {
    switch self {
    case .replace: new
    case .add: old.plus(new)
    case .mul: old.times(new)
    case .max: .larger(old, new)
    case .min: .smaller(old, new)
    }
  }
}

private struct ReducingScatter: NumericWork {
  let reduction: ScatterReduction
  let data: Tensor
  let updates: Tensor
  let runLength: Int
  let starts: [Int]

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Tensor {
    Tensor(data.shape, of: Element.self) { output in
      let old = data.span(of: Element.self)
      let new = updates.span(of: Element.self)
      copyRun(of: data.count, from: old, at: 0, to: &output, at: 0)
      for run in starts.indices {
        for index in 0..<runLength {
          let target = starts[run] + index
          output[target] = reduction.combine(output[target], new[run * runLength + index])
        }
      }
    }
  }
}
