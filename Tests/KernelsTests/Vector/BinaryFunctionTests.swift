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
    ([0, 3], [3]), ([300, 300], [300]), ([100, 24], [24]), ([24], [100, 24]), ([3, 40_000], [3, 1]),
    ([2, 100_000], [1]),
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
    for row in 0..<broadcast.rowCount {
      let run = broadcast.run(row)
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

  private typealias Parameters = (a: TensorScale, b: TensorScale, output: TensorScale)

  /// Scales of every kind: ordinary ones, with few bits, none that the results fit into, and negative ones.
  private static func parameters(_ shift: Int32) -> [Parameters] {
    var numbers = TestNumbers(seed: 17)
    let scales: [(Float, Float, Float)] =
      (0..<6).map { _ in
        (numbers.float(in: 0.01...0.1), numbers.float(in: 0.01...0.1), numbers.float(in: 0.01...0.2))
      } + [(0.5, 0.25, 1), (0.5, 0.25, Float(1).nextUp), (1, 1, 0x1p-40), (-0.03, 0.05, 0.06), (1e30, 1e30, 1)]
    return scales.map { a, b, output in
      func zeroPoint() -> Int32 { Int32(numbers.next() % 256) - shift }
      return (
        TensorScale(a, zeroPoint: zeroPoint()), TensorScale(b, zeroPoint: zeroPoint()),
        TensorScale(output, zeroPoint: zeroPoint())
      )
    }
  }

  private func checkManyPairs<Element: QuantizedElement>(_ compute: Compute, _: Element.Type, shift: Int32) throws {
    let functions: [(BinaryFunction, (Float, Float) -> Float)] = [
      (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
    ]
    // Steps that come by every byte of either operand, and a tail.
    let pairs = (0..<4096 + 29).map { ($0 % 256, $0 * 7 / 16 % 256) }
    let (a, b) = (pairs.map { Element(truncatingIfNeeded: $0.0) }, pairs.map { Element(truncatingIfNeeded: $0.1) })
    let broadcast = try #require(Broadcast([a.count], [a.count]))
    for (scales, (function, reference)) in Self.parameters(shift).flatMap({ scales in functions.map { (scales, $0) } })
    {
      func real(_ value: Element, _ scale: TensorScale) -> Float { Float(Int32(value) - scale.zeroPoint) * scale.scale }
      let values = a.indices.map { index -> Element in
        let quotient = reference(real(a[index], scales.a), real(b[index], scales.b)) / scales.output.scale
        if quotient.isNaN { return .min }
        let shifted = Double(quotient.rounded(.toNearestOrEven)) + Double(scales.output.zeroPoint)
        return Element(min(max(shifted, Double(Element.min)), Double(Element.max)))
      }
      let output = [Element](count: a.count, filler: 1) {
        compute.combine(function, a.span, scales.a, b.span, scales.b, broadcast, into: &$0, scales.output)
      }
      #expect(output == values, "\(function) \(scales)")
    }
  }

  @Test(arguments: Compute.all.map(\.tier)) func manyPairsOfBytesFollowTheFormula(tier: KernelTier) throws {
    try checkManyPairs(Compute(tier: tier, threads: 1), UInt8.self, shift: 0)
    try checkManyPairs(Compute(tier: tier, threads: 1), Int8.self, shift: 128)
  }

  @Test(arguments: vectorLengths) func quantizedTiersAgreeAtEveryLength(length: Int) throws {
    guard length > 0 else { return }
    var numbers = TestNumbers(seed: 19)
    let (a, b) = (numbers.bytes(length), numbers.bytes(length))
    let (aScale, bScale) = (TensorScale(0.02, zeroPoint: 100), TensorScale(0.05, zeroPoint: 130))
    for shape in [[length], [1]] as [Shape] {
      let broadcast = try #require(Broadcast([length], shape))
      let b = Array(b.prefix(shape.count))
      func output(_ compute: Compute) -> [UInt8] {
        [UInt8](count: length, filler: 1) {
          compute.combine(.add, a.span, aScale, b.span, bScale, broadcast, into: &$0, TensorScale(0.06, zeroPoint: 9))
        }
      }
      let expected = output(.reference)
      for compute in Compute.fast { #expect(output(compute) == expected) }
    }
  }
}
