import Kernels
import Testing

@Suite struct SamplingTests {
  private func sample(
    _ compute: Compute, _ input: [Float], planes: Int, plane: Int, _ points: [[SamplingPoints]], count: Int
  ) -> [Float] {
    [Float](count: count, filler: 77) {
      compute.sample(input.span, planes: planes, plane: plane, at: points, into: &$0)
    }
  }

  @Test func pointsAreSumsOfTheirTapsInEveryPlane() {
    let points = SamplingPoints(count: 3, taps: 2, offsets: [0, 1, 2, 3, 2, 2], weights: [1, 0.5, 2, 1, 0.5, -1])
    let input: [Float] = [1, 2, 3, 4, 10, 20, 30, 40]
    for compute in Compute.all {
      #expect(sample(compute, input, planes: 2, plane: 4, [[points]], count: 6) == [5, 2.5, 3, 50, 25, 30])
    }
  }

  @Test func everyListOfPointsReadsItsOwnBatch() {
    let lists = [[0, 1], [1, 1], [1, 0]].map { (offsets: [Int32]) in
      [SamplingPoints(count: 2, taps: 1, offsets: offsets, weights: [1, 2])]
    }
    let input: [Float] = [1, 2, 10, 20]
    for compute in Compute.all {
      let results = [Float](count: 6, filler: 77) {
        compute.sample(input.span, planes: 1, plane: 2, at: lists, ofBatches: [1, 0, 1], into: &$0)
      }
      #expect(results == [10, 40, 2, 4, 20, 20])
    }
  }

  @Test func anAbsentTapCountsAsZeroWhateverItsElement() {
    let points = SamplingPoints(count: 2, taps: 2, offsets: [0, 0, 1, 1], weights: [-0.0, -0.0, -0.0, 3])
    for compute in Compute.all {
      for element in [Float.infinity, .nan] {
        #expect(sample(compute, [element, 2], planes: 1, plane: 2, [[points]], count: 2) == [0, 6])
      }
    }
  }

  @Test(arguments: [1, 2, 4, 8, 16]) func everyTierTakesTheSameSums(taps: Int) {
    var numbers = TestNumbers(seed: 33)
    let (planes, plane) = (19, 50)
    for count in vectorLengths {
      // Two batches, the points of each in two parts.
      let points = (0..<2).map { _ in
        [count / 3, count - count / 3].map { count in
          SamplingPoints(
            count: count, taps: taps, offsets: (0..<count * taps).map { _ in Int32(numbers.next() % 50) },
            weights: (0..<count * taps).map { _ in numbers.next() % 5 == 0 ? -0.0 : numbers.float() })
        }
      }
      let input = numbers.floats(2 * planes * plane)
      let expected = sample(.reference, input, planes: planes, plane: plane, points, count: 2 * planes * count).bits
      for compute in Compute.fast {
        let results = sample(compute, input, planes: planes, plane: plane, points, count: 2 * planes * count)
        #expect(results.bits == expected)
      }
    }
  }

  /// Coordinates in and around −1 ... 1, far out, and none at all.
  private func coordinates(_ count: Int) -> [Float] {
    var numbers = TestNumbers(seed: 19)
    return (0..<count).map { index in
      switch index % 9 {
      case 0: [-1, 1, 0, -0.5, 3e9, -1e30, .infinity, -.infinity, .nan][index / 9 % 9]
      case 1: numbers.float(in: -40...40)
      default: numbers.float(in: -1.5...1.5)
      }
    }
  }

  @Test(arguments: [GridInterpolation.nearest, .linear, .cubic], GridPadding.allCases)
  func everyTierReadsTheSamePlaces(interpolation: GridInterpolation, padding: GridPadding) {
    for lengths in [[5], [7, 1], [4, 6], [2, 3, 5]] {
      for alignsCorners in [false, true] {
        let reader = GridReader(
          lengths: lengths, alignsCorners: alignsCorners, padding: padding, interpolation: interpolation)
        for count in vectorLengths + [1500] {
          let grid = coordinates(2 * count * lengths.count)
          let expected = Compute.reference.points(of: grid.span, batches: 2, reader)
          #expect(expected.map { $0.reduce(0) { $0 + $1.count } } == [count, count])
          for compute in Compute.fast {
            let points = compute.points(of: grid.span, batches: 2, reader)
            #expect(points.map { $0.map(\.offsets) } == expected.map { $0.map(\.offsets) })
            #expect(points.map { $0.map(\.weights.bits) } == expected.map { $0.map(\.weights.bits) })
          }
        }
      }
    }
  }

  /// Widths with and without a tail, and more taps than are mixed at once.
  @Test(arguments: [1, 7, 16, 33, 100], [1, 2, 4, 19]) func rowsAreMixedInTheOrderOfTheirTaps(
    width: Int, tapCount: Int
  ) {
    var numbers = TestNumbers(seed: 11)
    let (blocks, rows, length) = (3, 6, 5)
    let input = numbers.floats(blocks * rows * width)
    let taps = (0..<length * tapCount).map { _ in Int32(numbers.next() % UInt64(rows)) }
    var weights = numbers.floats(length * tapCount)
    weights[tapCount / 2] = 0
    func mixed(_ compute: Compute) -> [Float] {
      [Float](count: blocks * length * width, filler: 9) {
        compute.mixRows(
          input.span, rows: rows, width: width, taps: taps, weights: weights, tapCount: tapCount, into: &$0)
      }
    }
    let reference = mixed(.reference)
    for block in 0..<blocks {
      for entry in 0..<length {
        for column in 0..<width {
          let expected = (0..<tapCount).reduce(0.0) { sum, tap in
            let place = entry * tapCount + tap
            return sum + Double(weights[place]) * Double(input[(block * rows + Int(taps[place])) * width + column])
          }
          #expect(abs(Double(reference[(block * length + entry) * width + column]) - expected) <= 1e-4)
        }
      }
    }
    for compute in Compute.fast { #expect(mixed(compute).bits == reference.bits) }
  }

  @Test func aRowOfWeightZeroIsNotRead() {
    let input: [Float] = [.infinity, 2, .nan, 4]
    for compute in Compute.all {
      let output = [Float](count: 2, filler: 9) {
        compute.mixRows(
          input.span, rows: 4, width: 1, taps: [0, 1, 2, 3], weights: [0, 3, 0, 0.5], tapCount: 2, into: &$0)
      }
      #expect(output == [6, 2])
    }
  }
}
