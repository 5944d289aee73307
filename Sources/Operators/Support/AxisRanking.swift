import Kernels
import Tensors

/// The first `count` entries along an axis in the order of TopK, and their int64 indices, for every position outside it.
/// Of equal entries the one with the lower index comes first. NaN counts as larger than every number.
struct AxisRanking: NumericWork {
  let input: Tensor
  let axis: Int
  let count: Int
  let largest: Bool
  let kernels: Compute

  /// Lines are ranked in parts of about so many elements.
  private static let elementsPerPart = 32_768

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = AxisView(input.shape, axis: axis)
    // The rank and the index of most entries fit one number.
    return MemoryLayout<Element>.size <= 4 && view.length <= Int(UInt32.max)
      ? ranked(view, Element.self, NarrowCode.self) : ranked(view, Element.self, WideCode.self)
  }

  private func ranked<Element: ArithmeticElement, Code: RankingCode>(
    _ view: AxisView, _: Element.Type, _: Code.Type
  ) -> [Tensor] {
    let lines = view.outer * view.inner
    let linesPerPart = max(1, Self.elementsPerPart / max(view.length, 1))
    let parts = kernels.mapParts(
      of: count == 0 ? 0 : (lines + linesPerPart - 1) / linesPerPart, work: 4 * input.count
    ) { part in
      let range = part * linesPerPart..<min((part + 1) * linesPerPart, lines)
      return codes(view, lines: range, Element.self, Code.self)
    }
    let shape = Shape(input.shape.replacing(axis: axis, with: count))
    var values = TensorBuilder<Element>(shape)
    var indices = TensorBuilder<Int64>(shape)
    var valueOutput = values.span
    var indexOutput = indices.span
    let elements = input.span(of: Element.self)
    var line = 0
    for codes in parts {
      for first in stride(from: 0, to: codes.count, by: count) {
        let (block, column) = line.quotientAndRemainder(dividingBy: view.inner)
        var target = block * count * view.inner + column
        for place in first..<first + count {
          let index = codes[place].index
          valueOutput[target] = elements[(block * view.length + index) * view.inner + column]
          indexOutput[target] = Int64(index)
          target += view.inner
        }
        line += 1
      }
    }
    return [values.finish(), indices.finish()]
  }

  /// The first entries of each line, one behind the other.
  private func codes<Element: ArithmeticElement, Code: RankingCode>(
    _ view: AxisView, lines: Range<Int>, _: Element.Type, _: Code.Type
  ) -> [Code] {
    let elements = input.span(of: Element.self)
    var codes: [Code] = []
    codes.reserveCapacity(lines.count * count)
    guard view.inner > 1 else {
      for line in lines { rank(elements.extracting(line * view.length..<(line + 1) * view.length), into: &codes) }
      return codes
    }
    var line = [Element](repeating: .zero, count: view.length)
    for index in lines {
      let start = index / view.inner * view.length * view.inner + index % view.inner
      for entry in line.indices { line[entry] = elements[start + entry * view.inner] }
      rank(line.span, into: &codes)
    }
    return codes
  }

  /// Appends the codes of the first entries of a line in their order.
  private func rank<Element: ArithmeticElement, Code: RankingCode>(_ line: Span<Element>, into codes: inout [Code]) {
    let start = codes.count
    for index in 0..<count { codes.append(code(of: line[index], at: index)) }
    var first = codes.mutableSpan
    var heap = LatestFirst(first._mutatingExtracting(start..<start + count))
    var index = count
    while index < line.count {
      if Element.self == Float.self {
        index = kernels.firstIndex(beyond: line[heap.latest.index], in: line, from: index, isSmaller: !largest)
        guard index < line.count else { break }
      }
      let code: Code = code(of: line[index], at: index)
      if code < heap.latest { heap.replaceLatest(by: code) }
      index += 1
    }
    heap.sort()
  }

  private func code<Element: ArithmeticElement, Code: RankingCode>(of element: Element, at index: Int) -> Code {
    Code(rank: largest ? ~element.rank : element.rank, index: index)
  }
}
