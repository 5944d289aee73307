import Kernels
import Tensors
import Testing

@Suite struct LayoutTests {
  private func checkTranspose<Element: BitwiseCopyable & Equatable & FixedWidthInteger>(
    _: Element.Type, _ batches: Int, _ rows: Int, _ columns: Int
  ) {
    let input = (0..<batches * rows * columns).map { Element(truncatingIfNeeded: $0 &* 2_654_435_761) }
    var expected: [Element] = []
    for batch in 0..<batches {
      for column in 0..<columns {
        for row in 0..<rows { expected.append(input[(batch * rows + row) * columns + column]) }
      }
    }
    for compute in Compute.all {
      let output = [Element](count: input.count, filler: 0) {
        compute.transpose(input.span, batches: batches, rows: rows, columns: columns, into: &$0)
      }
      #expect(output == expected, "\(Element.self) \(batches)x\(rows)x\(columns) \(compute.tier)")
    }
  }

  @Test func matricesOfEveryWidthAreTransposed() {
    let sizes = [
      (1, 1, 1), (2, 3, 5), (1, 16, 16), (3, 17, 15), (1, 8, 64), (2, 65, 63), (1, 3, 1000), (1, 1000, 3),
      (1, 130, 200), (1, 0, 4), (1, 400, 700), (2, 2, 77), (2, 77, 2), (2, 4, 77), (2, 77, 4),
    ]
    for (batches, rows, columns) in sizes {
      checkTranspose(UInt8.self, batches, rows, columns)
      checkTranspose(UInt16.self, batches, rows, columns)
      checkTranspose(UInt32.self, batches, rows, columns)
      checkTranspose(UInt64.self, batches, rows, columns)
    }
  }

  /// All index tuples of a shape, in row-major order.
  private func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { tuples, count in tuples.flatMap { tuple in (0..<count).map { tuple + [$0] } } }
  }

  @Test(arguments: [
    ([2, 3, 4], [0, 1, 2]), ([2, 3, 4], [2, 1, 0]), ([2, 3, 4], [1, 2, 0]), ([2, 3, 4, 5], [0, 2, 1, 3]),
    ([2, 3, 4, 5], [3, 0, 2, 1]), ([2, 9, 17, 33], [0, 3, 1, 2]), ([1, 5, 1, 7], [3, 2, 1, 0]), ([], []), ([6], [0]),
    ([2, 3, 2, 3, 2], [4, 2, 0, 3, 1]), ([30, 50, 70], [2, 0, 1]), ([3, 0, 2], [2, 1, 0]),
  ]) func axesArePermuted(dimensions: [Int], axes: [Int]) {
    let shape = Shape(dimensions)
    let input = (0..<shape.count).map { Int32($0) }
    let expected = indices(of: axes.map { dimensions[$0] }).map { index -> Int32 in
      var original = [Int](repeating: 0, count: axes.count)
      for (place, axis) in axes.enumerated() { original[axis] = index[place] }
      return input[zip(original, shape.strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
    for compute in Compute.all {
      #expect(
        [Int32](count: input.count, filler: -1) { compute.permute(input.span, shape, axes: axes, into: &$0) }
          == expected)
    }
  }

  private func checkPlacing<Element: FixedWidthInteger & BitwiseCopyable>(_: Element.Type, rows: Int, columns: Int) {
    let (stride, offset) = (columns + 3, 2)
    let input = (0..<rows * columns).map { Element(truncatingIfNeeded: $0 &* 97) }
    let expected = (0..<rows * stride).map { index -> Element in
      let (row, place) = index.quotientAndRemainder(dividingBy: stride)
      return place < offset || place >= offset + columns ? 55 : input[row * columns + place - offset]
    }
    for compute in Compute.all {
      let output = [Element](count: rows * stride, filler: 55) {
        compute.place(input.span, columns: columns, into: &$0, at: offset, stride: stride)
      }
      #expect(output == expected, "\(Element.self), \(rows) rows of \(columns)")
    }
  }

  @Test(arguments: [1, 3, 7, 16, 17, 40, 1000]) func rowsArePlacedSideBySide(columns: Int) {
    for rows in [1, 2, 90] {
      checkPlacing(UInt8.self, rows: rows, columns: columns)
      checkPlacing(UInt16.self, rows: rows, columns: columns)
      checkPlacing(UInt32.self, rows: rows, columns: columns)
      checkPlacing(UInt64.self, rows: rows, columns: columns)
    }
  }

  private func checkEveryOther<Element: FixedWidthInteger & BitwiseCopyable>(_: Element.Type, count: Int) {
    let input = (0..<max(2 * count - 1, 0)).map { Element(truncatingIfNeeded: $0 &* 97) }
    let shape = Shape([count])
    for compute in Compute.all {
      let output = [Element](count: count, filler: 1) {
        compute.copy(shape, from: input.span, StridedLayout(strides: [2]), into: &$0, StridedLayout(dense: shape))
      }
      #expect(output == (0..<count).map { input[2 * $0] }, "\(Element.self), \(count)")
    }
  }

  @Test(arguments: vectorLengths) func everyOtherElementIsTaken(count: Int) {
    checkEveryOther(UInt8.self, count: count)
    checkEveryOther(UInt16.self, count: count)
    checkEveryOther(UInt32.self, count: count)
    checkEveryOther(UInt64.self, count: count)
  }

  @Test func stridesMayRepeatSkipAndReverse() {
    let input = (0..<24).map { UInt16($0) }
    let layouts: [(Shape, StridedLayout, [UInt16])] = [
      ([2, 3], StridedLayout(start: 5, strides: [4, 1]), [5, 6, 7, 9, 10, 11]),
      ([5], StridedLayout(start: 20, strides: [-4]), [20, 16, 12, 8, 4]),
      ([2, 3], StridedLayout(start: 7, strides: [1, 0]), [7, 7, 7, 8, 8, 8]),
      ([3, 2], StridedLayout(start: 7, strides: [0, 1]), [7, 8, 7, 8, 7, 8]),
      ([2, 2, 2], StridedLayout(start: 23, strides: [-12, -2, -1]), [23, 22, 21, 20, 11, 10, 9, 8]),
      ([], StridedLayout(start: 3, strides: []), [3]),
    ]
    for (shape, layout, expected) in layouts {
      for compute in Compute.all {
        let output = [UInt16](count: expected.count, filler: 99) {
          compute.copy(shape, from: input.span, layout, into: &$0, StridedLayout(dense: shape))
        }
        #expect(output == expected)
      }
    }
  }

  @Test func partsAreWrittenIntoALargerArray() {
    let input: [UInt64] = [1, 2, 3, 4]
    for compute in Compute.all {
      let output = [UInt64](count: 12, filler: 0) {
        compute.copy(
          [2, 2], from: input.span, StridedLayout(strides: [2, 1]), into: &$0, StridedLayout(start: 5, strides: [4, 1]))
      }
      #expect(output == [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0])
      let swapped = [UInt64](count: 4, filler: 0) {
        compute.copy(
          [2, 2], from: input.span, StridedLayout(strides: [2, 1]), into: &$0, StridedLayout(strides: [1, 2]))
      }
      #expect(swapped == [1, 3, 2, 4])
    }
  }
}
