import Kernels
import Tensors
import Testing

@Suite struct SelectionTests {
  /// The rows as they are defined, element by element.
  private func rows<Element: FixedWidthInteger>(
    at bases: [Int], _ segments: [RowPattern.Segment], of input: [Element], fill: Element
  ) -> [Element] {
    bases.flatMap { base in
      segments.flatMap { segment in
        (0..<segment.count).map { place in
          guard base >= 0, let start = segment.start else { return fill }
          return input[base + start + place]
        }
      }
    }
  }

  private func check<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _: Element.Type, bases: [Int], _ segments: [RowPattern.Segment], count: Int
  ) {
    let input = (0..<count).map { Element(truncatingIfNeeded: $0 &* 2_654_435_761 &+ 1) }
    let expected = rows(at: bases, segments, of: input, fill: 99)
    for compute in Compute.all {
      let output = [Element](count: expected.count, filler: 55) {
        compute.assemble(rowsAt: bases, RowPattern(segments), of: input.span, fill: 99, into: &$0)
      }
      #expect(output == expected, "\(Element.self) \(bases) \(segments)")
    }
  }

  private func checkEveryWidth(bases: [Int], _ segments: [(start: Int?, count: Int)], count: Int = 3000) {
    let segments = segments.map { RowPattern.Segment(start: $0.start, count: $0.count) }
    check(UInt8.self, bases: bases, segments, count: count)
    check(UInt16.self, bases: bases, segments, count: count)
    check(UInt32.self, bases: bases, segments, count: count)
    check(UInt64.self, bases: bases, segments, count: count)
  }

  @Test func rowsAreJoinedFromSegmentsOfEveryLength() {
    for length in vectorLengths where length > 0 {
      checkEveryWidth(bases: [0, 1000, 1000, -1, 500, -1, -1], [(nil, 1), (3, length), (nil, 2), (0, 40)])
      checkEveryWidth(bases: [7, 7, 9], [(1, 1), (0, length + 20), (length, 1)])
    }
  }

  @Test func rowsArePickedElementByElement() {
    checkEveryWidth(bases: [0, 40, -1, 40], [(3, 1), (nil, 1), (2, 2), (0, 1), (0, 1), (nil, 2)])
    checkEveryWidth(bases: [10, 20], stride(from: 0, to: 70, by: 2).map { ($0, 1) })
  }

  @Test(arguments: 2...6) func elementsAreRepeated(times: Int) {
    for count in vectorLengths where count > 0 && count < 500 {
      checkEveryWidth(bases: [0, 0, 600, 0], (0..<count * times).map { (5 + $0 / times, 1) })
      // One that is repeated once less than the others.
      checkEveryWidth(bases: [0, 4], (0..<count * times - 1).map { (5 + $0 / times, 1) })
    }
  }

  @Test func twoStretchesComeInTurns() {
    for count in vectorLengths where count > 0 && count < 500 {
      checkEveryWidth(bases: [0, 9, 9, -1], (0..<2 * count).map { (5 + $0 % 2 * 700 + $0 / 2, 1) })
      // The second before the first, and one that does not go on.
      checkEveryWidth(bases: [0, 4], (0..<2 * count).map { (700 - $0 % 2 * 600 + $0 / 2, 1) })
      checkEveryWidth(bases: [0, 4], (0..<2 * count).map { ($0 % 2 * 700 + $0 / 2, 1) } + [(count, 1)])
    }
  }

  @Test func whatIsAllFilledNeedsNoInput() {
    checkEveryWidth(bases: [0, -1], [(nil, 20)], count: 0)
    checkEveryWidth(bases: [], [(0, 20)], count: 0)
  }

  private func checkChoice<Element: FixedWidthInteger & BitwiseCopyable>(
    _: Element.Type, _ dimensions: [Int], _ strides: [[Int]]
  ) {
    var numbers = TestNumbers(seed: 5)
    let counts = strides.map { stride in zip(dimensions, stride).reduce(1) { $0 + ($1.0 - 1) * $1.1 } }
    let truths = (0..<counts[0]).map { _ in Boolean(numbers.next() % 2 == 0) }
    let chosen = (0..<counts[1]).map { Element(truncatingIfNeeded: $0 * 2) }
    let other = (0..<counts[2]).map { Element(truncatingIfNeeded: $0 * 2 + 1) }
    let indices: [[Int]] = dimensions.reduce([[]]) { tuples, count in
      tuples.flatMap { tuple in (0..<count).map { tuple + [$0] } }
    }
    let expected = indices.map { index -> Element in
      let places = strides.map { stride in zip(index, stride).reduce(0) { $0 + $1.0 * $1.1 } }
      return truths[places[0]].value ? chosen[places[1]] : other[places[2]]
    }
    for compute in Compute.all {
      let output = [Element](count: expected.count, filler: 77) {
        compute.choose(
          Shape(dimensions), where: truths.span, chosen.span, other.span,
          layouts: strides.map { StridedLayout(strides: $0) }, into: &$0)
      }
      #expect(output == expected, "\(Element.self) \(dimensions) \(strides)")
    }
  }

  @Test func conditionsChooseBetweenOperandsInEveryCombinationOfSteps() {
    for length in [1, 15, 16, 17, 1000, 70_000] {
      for steps in 0..<8 {
        let innermost = [steps & 1, steps >> 1 & 1, steps >> 2 & 1]
        checkChoice(UInt8.self, [length], innermost.map { [$0] })
        checkChoice(UInt32.self, [length], innermost.map { [$0] })
        guard length < 70_000 else { continue }
        checkChoice(UInt16.self, [3, length], innermost.map { [length * $0, $0] })
        checkChoice(UInt64.self, [2, 3, length], innermost.map { [1, 0, $0] })
      }
    }
    checkChoice(UInt32.self, [], [[], [], []])
  }
}
