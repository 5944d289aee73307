import ModelGraph
import Operators

extension KnownNode {
  /// What is known of the numbers in the first result, where they come from shapes; nil where they do not.
  func resultNumbers() -> SymbolicNumbers? {
    guard node.operatorName.domain.isEmpty else { return nil }
    switch type {
    case "Shape": return shapeNumbers()
    case "Identity": return numbers(0)
    case "Cast": return node.int("to") == Self.int64 ? numbers(0) : nil
    case "Gather": return gatheredNumbers()
    case "Unsqueeze":
      guard let scalar = numbers(0), scalar.isScalar, [[0], [-1]].contains(fixedNumbers("axes", or: 1)) else {
        return nil
      }
      return .vector(scalar.elements)
    case "Squeeze":
      guard let vector = numbers(0), !vector.isScalar, vector.elements.count == 1 else { return nil }
      return SymbolicNumbers(elements: vector.elements, isScalar: true)
    case "Concat": return joinedNumbers()
    case "Slice": return slicedNumbers()
    case "Add": return combined { $0.addingReportingOverflow($1) }
    case "Sub": return combined { $0.subtractingReportingOverflow($1) }
    case "Mul": return combined { $0.multipliedReportingOverflow(by: $1) }
    case "Div": return combined { $0.dividedReportingOverflow(by: $1) }
    default: return nil
    }
  }

  /// TensorProto.INT64.
  private static let int64 = 7

  private func shapeNumbers() -> SymbolicNumbers? {
    guard let shape = shape(0) else { return nil }
    let start = Self.clamped(node.int("start") ?? 0, rank: shape.count)
    let end = Self.clamped(node.int("end") ?? shape.count, rank: shape.count)
    return .vector(start < end ? Array(shape[start..<end]) : [])
  }

  private static func clamped(_ position: Int, rank: Int) -> Int {
    min(max(position < 0 ? position + rank : position, 0), rank)
  }

  private func gatheredNumbers() -> SymbolicNumbers? {
    guard let data = numbers(0), !data.isScalar, [0, -1].contains(node.int("axis") ?? 0), let indices = numbers(1),
      let positions = fixedNumbers(1).flatMap({ normalized($0, rank: data.elements.count) })
    else { return nil }
    return SymbolicNumbers(elements: positions.map { data.elements[$0] }, isScalar: indices.isScalar)
  }

  private func joinedNumbers() -> SymbolicNumbers? {
    let parts = node.inputs.indices.compactMap { numbers($0) }
    guard parts.count == node.inputs.count, parts.allSatisfy({ !$0.isScalar }) else { return nil }
    return .vector(parts.flatMap(\.elements))
  }

  private func slicedNumbers() -> SymbolicNumbers? {
    guard let data = numbers(0), !data.isScalar, let slices = slices(rank: 1), let slice = slices[0] else { return nil }
    return slice.range(of: data.elements.count).map { range in
      .vector((0..<range.count).map { data.elements[range.first + $0 * slice.step] })
    }
  }

  /// Numbers of two inputs, pair by pair, where both are known.
  private func combined(_ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)) -> SymbolicNumbers? {
    guard let left = numbers(0), let right = numbers(1) else { return nil }
    let count = max(left.elements.count, right.elements.count)
    guard [left, right].allSatisfy({ [1, count].contains($0.elements.count) }) else { return nil }
    func element(_ numbers: SymbolicNumbers, _ index: Int) -> Int? {
      (numbers.elements.count == 1 ? numbers.elements[0] : numbers.elements[index])?.fixed
    }
    let elements = (0..<count).map { index -> SymbolicSize? in
      guard let a = element(left, index), let b = element(right, index) else { return nil }
      let (result, overflow) = operation(a, b)
      return overflow ? nil : .fixed(result)
    }
    return SymbolicNumbers(elements: elements, isScalar: left.isScalar && right.isScalar)
  }
}
