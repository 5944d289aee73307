import Tensors

/// TopK (ONNX 1, 10, 11, 24): the k largest or smallest entries along an axis, in order, and their indices.
///
/// Of equal entries the one with the lower index comes first. NaN counts as larger than every number.
struct TopK: Operator {
  static let schema = OperatorSchema(
    "TopK", inputs: 1...2, outputs: [.sameAsInput(0), .fixed(.int64)], bfloat16Since: 24)

  private let axis: Int
  private let attributeCount: Int?
  private let largest: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: -1)
    attributeCount = node.version < 10 ? try node.requiredInt("k") : nil
    largest = try node.flag("largest", default: true)
    if attributeCount == nil, !node.hasInput(1) { throw .input(1, "is missing: how many entries to take") }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let axis = try shape.axisAttribute(axis)
    let count = if let attributeCount { attributeCount } else { try inputs.singleInteger(1) }
    guard (0...shape[axis]).contains(count) else {
      let source = attributeCount == nil ? ParameterSource.input(1) : .attribute("k")
      throw source.error("asks for \(count) of the \(shape[axis]) entries along axis \(axis)")
    }
    let ranking = Ranking(input: inputs[0].aligned(), axis: axis, count: count, largest: largest)
    let entries = try ranking.result(of: inputs[0].type)

    let result = Shape(shape.replacing(axis: axis, with: count))
    let indices = Tensor(result, of: Int64.self) { output in
      for index in entries.indices { output[index] = Int64(entries[index]) }
    }
    let picked = OperatorInputs([inputs[0], indices], compute: inputs.compute)
    let offsets = try picked.elementOffsets(axis: axis)
    return [try RunGather(inputs[0], shape: result, runLength: 1, starts: offsets).result(), indices]
  }
}

/// Finds the first `count` entries along an axis, for every position outside it.
private struct Ranking: NumericWork {
  let input: Tensor
  let axis: Int
  let count: Int
  let largest: Bool

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> [Int] {
    let elements = input.span(of: Element.self)
    let size = input.shape[axis]
    let inner = input.shape.count(of: axis + 1..<input.shape.rank)
    let outer = input.shape.count(of: 0..<axis)
    var result = [Int](repeating: 0, count: outer * count * inner)
    guard !result.isEmpty else { return [] }
    var row: [Element] = []
    for block in 0..<outer {
      for column in 0..<inner {
        row.removeAll(keepingCapacity: true)
        for entry in 0..<size { row.append(elements[(block * size + entry) * inner + column]) }
        for (rank, entry) in first(of: row).enumerated() {
          result[(block * count + rank) * inner + column] = entry
        }
      }
    }
    return result
  }

  private func first<Element: ArithmeticElement>(of row: [Element]) -> [Int] {
    func comes(_ left: Int, before right: Int) -> Bool {
      let (a, b) = (row[left], row[right])
      if largest ? b.precedes(a) : a.precedes(b) { return true }
      if largest ? a.precedes(b) : b.precedes(a) { return false }
      return left < right
    }
    // Keeping a short sorted list costs less than sorting everything.
    guard count <= 32 else { return Array(row.indices.sorted(by: comes).prefix(count)) }
    var best: [Int] = []
    for entry in row.indices {
      if best.count == count {
        guard comes(entry, before: best[count - 1]) else { continue }
        best.removeLast()
      }
      var place = best.count
      while place > 0, comes(entry, before: best[place - 1]) { place -= 1 }
      best.insert(entry, at: place)
    }
    return best
  }
}
