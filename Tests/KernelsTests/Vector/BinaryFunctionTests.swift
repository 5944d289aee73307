import Kernels
import Tensors
import Testing

@Suite struct BinaryFunctionTests {
  private func combine(
    _ function: BinaryFunction, _ compute: Compute, _ a: [Float], _ b: [Float], _ broadcast: Broadcast
  ) -> [Float] {
    [Float](count: broadcast.shape.count, filler: 77) {
      compute.combine(function, a.span, b.span, broadcast, into: &$0)
    }
  }

  @Test func functionsOfTwoNumbersFollowIEEE() {
    let a: [Float] = [1, -2, 6, .nan, 3, .infinity]
    let b: [Float] = [2, -2, 4, 1, .nan, 1]
    let expected: [(BinaryFunction, [Float])] = [
      (.add, [3, -4, 10, .nan, .nan, .infinity]),
      (.subtract, [-1, 0, 2, .nan, .nan, .infinity]),
      (.multiply, [2, 4, 24, .nan, .nan, .infinity]),
      (.divide, [0.5, 1, 1.5, .nan, .nan, .infinity]),
      (.minimum, [1, -2, 4, .nan, .nan, 1]),
      (.maximum, [2, -2, 6, .nan, .nan, .infinity]),
      (.power, [1, 0.25, 1296, .nan, .nan, .infinity]),
    ]
    for (function, values) in expected {
      for compute in Compute.all {
        let result = [Float](count: 6, filler: 0) { compute.combine(function, a.span, b.span, into: &$0) }
        #expect(result.bits == values.bits, "\(function)")
      }
    }
  }

  @Test func oneNumberServesAWholeArray() {
    for compute in Compute.all {
      let a: [Float] = [1, 2, 3]
      #expect(
        [Float](count: 3, filler: 0) { compute.combine(.subtract, a.span, ([1] as [Float]).span, into: &$0) } == [
          0, 1, 2,
        ])
      #expect(
        [Float](count: 3, filler: 0) { compute.combine(.subtract, ([1] as [Float]).span, a.span, into: &$0) } == [
          0, -1, -2,
        ])
      var sum = a
      var span = sum.mutableSpan
      compute.combine(.add, inPlace: &span, a.span)
      compute.combine(.multiply, inPlace: &span, ([10] as [Float]).span)
      #expect(sum == [20, 40, 60])
    }
  }

  /// Element by element, from the definition of broadcasting.
  private func expected(
    _ function: (Float, Float) -> Float, _ a: [Float], _ aShape: Shape, _ b: [Float], _ bShape: Shape
  )
    -> [Float]
  {
    let rank = max(aShape.rank, bShape.rank)
    func padded(_ shape: Shape) -> [Int] { [Int](repeating: 1, count: rank - shape.rank) + shape.dimensions }
    let (aDimensions, bDimensions) = (padded(aShape), padded(bShape))
    let dimensions = zip(aDimensions, bDimensions).map { $0 == 1 ? $1 : $0 }
    func offset(_ index: [Int], _ dimensions: [Int]) -> Int {
      zip(index, dimensions).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
    }
    return (0..<dimensions.reduce(1, *)).map { flat in
      var rest = flat
      let index =
        dimensions.reversed().map { count -> Int in
          defer { rest /= count }
          return rest % count
        }.reversed() as [Int]
      return function(a[offset(index, aDimensions)], b[offset(index, bDimensions)])
    }
  }

  static let shapes: [(Shape, Shape)] = [
    ([2, 3], [2, 3]), ([4, 17], [17]), ([17], [4, 17]), ([4, 17], [4, 1]), ([4, 1], [1, 17]),
    ([2, 3, 4, 5], [3, 1, 1]),
    ([2, 3, 4, 5], [1, 3, 1, 5]), ([2, 1, 4, 1, 6], [3, 1, 5, 1]), ([], [3, 4]), ([3, 4], []), ([], []), ([1, 1], [1]),
    ([0, 3], [3]), ([300, 300], [300]), ([3, 40_000], [3, 1]), ([2, 100_000], [1]),
  ]

  @Test(arguments: shapes) func operandsBroadcast(aShape: Shape, bShape: Shape) throws {
    var numbers = TestNumbers(seed: 1)
    let (a, b) = (numbers.floats(aShape.count), numbers.floats(bShape.count))
    let broadcast = try #require(Broadcast(aShape, bShape))
    let values = expected({ $0 - $1 }, a, aShape, b, bShape)
    #expect(broadcast.shape.count == values.count)
    for compute in Compute.all {
      #expect(combine(.subtract, compute, a, b, broadcast) == values)
    }
    var walked = [Float](repeating: 0, count: values.count)
    broadcast.forEachRun { run in
      for i in 0..<run.count {
        walked[run.start + i] = a[run.firstStart + i * run.firstStride] - b[run.secondStart + i * run.secondStride]
      }
    }
    #expect(walked == values)
  }

  @Test func shapesThatDoNotMatchAreRefused() {
    #expect(Broadcast([2, 3], [4]) == nil)
    #expect(Broadcast([2, 3], [3, 3]) == nil)
    #expect(Broadcast([0], [2]) == nil)
    #expect(Broadcast([2, 1], [3])?.shape == [2, 3])
    #expect(Broadcast([0], [1])?.shape == [0])
  }

  @Test(arguments: BinaryFunction.allCases) func tiersAgreeAtEveryLength(function: BinaryFunction) throws {
    for length in vectorLengths where length > 0 {
      let a = Array(awkwardNumbers.prefix(length))
      let b = Array(awkwardNumbers.dropFirst(1000).prefix(length))
      let broadcast = try #require(Broadcast([length], [length]))
      let values = combine(function, .reference, a, b, broadcast).bits
      for compute in Compute.fast { #expect(combine(function, compute, a, b, broadcast).bits == values) }
    }
  }

  @Test(arguments: shapes) func quantizedOperandsFollowTheFormula(aShape: Shape, bShape: Shape) throws {
    var numbers = TestNumbers(seed: 9)
    let (a, b) = (numbers.bytes(aShape.count), numbers.bytes(bShape.count))
    let aScale = TensorScale(0.02, zeroPoint: 100)
    let bScale = TensorScale(0.05, zeroPoint: 130)
    let outputScale = TensorScale(0.06, zeroPoint: 120)
    let broadcast = try #require(Broadcast(aShape, bShape))
    let functions: [(BinaryFunction, (Float, Float) -> Float)] = [(.add, { $0 + $1 }), (.multiply, { $0 * $1 })]
    for (function, reference) in functions {
      let values: [UInt8] = expected(
        { x, y in
          let real = reference((x - 100) * 0.02, (y - 130) * 0.05)
          return min(max((real / 0.06).rounded(.toNearestOrEven) + 120, 0), 255)
        }, a.map { Float($0) }, aShape, b.map { Float($0) }, bShape
      ).map { UInt8($0) }
      for compute in Compute.all {
        let output = [UInt8](count: values.count, filler: 1) {
          compute.combine(function, a.span, aScale, b.span, bScale, broadcast, into: &$0, outputScale)
        }
        #expect(output == values)
      }
    }
  }

  @Test func signedQuantizedOperandsSaturate() throws {
    let broadcast = try #require(Broadcast([3], [3]))
    let (a, b): ([Int8], [Int8]) = ([-128, 100, 7], [-128, 100, -3])
    for compute in Compute.all {
      let output = [Int8](count: 3, filler: 1) {
        let one = TensorScale(1, zeroPoint: 0)
        compute.combine(.add, a.span, one, b.span, one, broadcast, into: &$0, one)
      }
      #expect(output == [-128, 127, 4])
    }
  }
}
