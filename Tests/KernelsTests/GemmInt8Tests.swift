import Kernels
import Testing

@Suite struct GemmInt8Tests {
  private func product<Activation: QuantizedByte, Output>(
    _ compute: Compute, _ a: [Activation], rows: Int, zeroPoint: Int32, by b: PackedInt8Matrix,
    _ epilogue: Int8Epilogue<Output>, gap: Int = 0, fill: Output
  ) -> [Output] {
    let stride = b.columns + gap
    var c = [Output](repeating: fill, count: rows * stride)
    var span = c.mutableSpan
    compute.gemmInt8(
      a.span, rows: rows, stride: b.rows, zeroPoint: zeroPoint, by: b, epilogue: epilogue, into: &span,
      stride: stride)
    return c
  }

  /// Σ (a − zero point) · (b − zero point of the column), in 32 bits.
  private func sums<A: QuantizedByte, B: QuantizedByte>(
    _ a: [A], zeroPoint: Int32, _ b: [B], zeroPoints: [Int32] = [], rows: Int, depth: Int, columns: Int
  ) -> [Int32] {
    let shifted = (0..<depth * columns).map { Int32(b[$0]) - (zeroPoints.isEmpty ? 0 : zeroPoints[$0 % columns]) }
    var sums: [Int32] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Int32 = 0
        for k in 0..<depth { sum += (Int32(a[row * depth + k]) - zeroPoint) * shifted[k * columns + column] }
        sums.append(sum)
      }
    }
    return sums
  }

  @Test(arguments: KernelTier.available, [1, 3, 4, 5, 7, 31, 32, 33, 63, 64, 65, 257])
  func sumsAreExactAtEveryTail(tier: KernelTier, depth: Int) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 11)
    for columns in [1, 8, 9, 15, 16, 17, 24, 31, 33, 48, 100] {
      let b = numbers.signedBytes(depth * columns)
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
      let a = numbers.bytes(30 * depth)
      let expected = sums(a, zeroPoint: 77, b, rows: 30, depth: depth, columns: columns)
      for rows in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 29, 30] {
        let actual = product(
          compute, Array(a[..<(rows * depth)]), rows: rows, zeroPoint: 77, by: packed, .sums(), fill: 0)
        #expect(actual == Array(expected[..<(rows * columns)]), "\(rows) × \(depth) × \(columns)")
      }
    }
  }

  /// Depths around those at which a kernel pauses, and more columns than it works on between two pauses.
  @Test(arguments: KernelTier.available, [511, 512, 513, 516, 1023, 1024, 1025, 1028, 2500])
  func deepProductsAreThoseOfTheReference(tier: KernelTier, depth: Int) {
    var numbers = Numbers(seed: 17)
    let columns = 300
    let b = PackedInt8Matrix(numbers.signedBytes(depth * columns).span, rows: depth, columns: columns)
    for rows in [1, 3, 4, 7, 20] {
      let a = numbers.bytes(rows * depth)
      let actual = product(
        Compute(tier: tier, threads: 1), a, rows: rows, zeroPoint: 9, by: b, .sums(), fill: Int32(0))
      let expected = product(
        Compute(tier: .reference, threads: 1), a, rows: rows, zeroPoint: 9, by: b, .sums(), fill: Int32(0))
      #expect(actual == expected, "\(rows) rows")
    }
  }

  /// More rows than a kernel takes at a time, and depths around those of the widest registers.
  @Test(arguments: KernelTier.available, [60, 61, 64, 67, 68, 100, 127, 128, 129, 191, 200])
  func stripsOfEveryHeightAreThoseOfTheReference(tier: KernelTier, depth: Int) {
    var numbers = Numbers(seed: 22)
    let (compute, reference) = (Compute(tier: tier, threads: 1), Compute(tier: .reference, threads: 1))
    for columns in [1, 16, 17, 32, 33, 48, 49, 80, 130] {
      let b = PackedInt8Matrix(numbers.signedBytes(depth * columns).span, rows: depth, columns: columns)
      let a = numbers.bytes(100 * depth)
      let expected = product(reference, a, rows: 100, zeroPoint: 3, by: b, .sums(), fill: Int32(0))
      for rows in Array(1...37) + [48, 63, 64, 65, 100] {
        let actual = product(
          compute, Array(a[..<(rows * depth)]), rows: rows, zeroPoint: 3, by: b, .sums(), fill: Int32(0))
        #expect(actual == Array(expected[..<(rows * columns)]), "\(rows) × \(depth) × \(columns)")
      }
    }
  }

  @Test(arguments: KernelTier.available, [(rows: 8, depth: 21), (rows: 8, depth: 84), (rows: 23, depth: 70)])
  func everyWidthOfEveryOutputIsThatOfTheReference(tier: KernelTier, size: (rows: Int, depth: Int)) {
    var numbers = Numbers(seed: 18)
    let (compute, reference) = (Compute(tier: tier, threads: 1), Compute(tier: .reference, threads: 1))
    let (rows, depth) = size
    for columns in 1...50 {
      let a = numbers.bytes(rows * depth)
      let b = PackedInt8Matrix(numbers.signedBytes(depth * columns).span, rows: depth, columns: columns)
      let bias = (0..<columns).map { _ in Int32(numbers.next() % 2000) - 1000 }
      let scales = numbers.floats(columns).map { abs($0) * 0.01 + 0.0001 }
      func agree<Output: Equatable>(_ epilogue: Int8Epilogue<Output>, fill: Output) -> Bool {
        product(compute, a, rows: rows, zeroPoint: 99, by: b, epilogue, gap: 1, fill: fill)
          == product(reference, a, rows: rows, zeroPoint: 99, by: b, epilogue, gap: 1, fill: fill)
      }
      #expect(agree(.requantize(multipliers: scales, bias: bias, zeroPoint: 140), fill: UInt8(99)))
      #expect(agree(.requantize(multipliers: scales, bias: bias, zeroPoint: -9), fill: Int8(99)))
      #expect(agree(.dequantize(scales: scales, bias: numbers.floats(columns)), fill: Float(99)))
      #expect(agree(.sums(bias: bias), fill: Int32(99)))
    }
  }

  /// An epilogue prepared for some weights and a zero point gives the same for these and for others.
  @Test(arguments: KernelTier.available) func preparedEpiloguesChangeNoResult(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 19)
    let (rows, depth, columns) = (3, 21, 33)
    let bias = numbers.signedBytes(columns).map { Int32($0) }
    let (b, other) = (numbers.signedBytes(depth * columns), numbers.signedBytes(depth * columns))
    let zeroPoints = numbers.signedBytes(columns).map { Int32($0) }
    let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns, zeroPoints: zeroPoints)
    let otherPacked = PackedInt8Matrix(other.span, rows: depth, columns: columns)
    let epilogue = Int8Epilogue<Int32>.sums(bias: bias).prepared(for: packed, of: Int8.self, zeroPoint: 5)
    let a = numbers.signedBytes(rows * depth)
    func expected(_ b: [Int8], zeroPoint: Int32, zeroPoints: [Int32] = []) -> [Int32] {
      let sums = sums(a, zeroPoint: zeroPoint, b, zeroPoints: zeroPoints, rows: rows, depth: depth, columns: columns)
      return sums.indices.map { sums[$0] + bias[$0 % columns] }
    }
    let same = product(compute, a, rows: rows, zeroPoint: 5, by: packed, epilogue, fill: 0)
    #expect(same == expected(b, zeroPoint: 5, zeroPoints: zeroPoints))
    let otherZeroPoint = product(compute, a, rows: rows, zeroPoint: -7, by: packed, epilogue, fill: 0)
    #expect(otherZeroPoint == expected(b, zeroPoint: -7, zeroPoints: zeroPoints))
    let otherWeights = product(compute, a, rows: rows, zeroPoint: 5, by: otherPacked, epilogue, fill: 0)
    #expect(otherWeights == expected(other, zeroPoint: 5))
  }

  /// Sums of pairs of products that saturating instructions would get wrong.
  @Test(arguments: KernelTier.available) func extremeValuesDoNotSaturate(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    let depth = 1000
    for weight in [Int8.min, 127] {
      let b = [Int8](repeating: weight, count: depth * 17)
      let actual = product(
        compute, [UInt8](repeating: 255, count: depth), rows: 1, zeroPoint: 0,
        by: PackedInt8Matrix(b.span, rows: depth, columns: 17), .sums(), fill: 0)
      #expect(actual == [Int32](repeating: 255 * Int32(weight) * 1000, count: 17))
    }
  }

  /// Two products of neighbours whose sum just fits 16 bits, and whose sum just does not.
  @Test(arguments: KernelTier.available) func pairsAroundTheLimitsOf16BitsAreExact(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    let (depth, columns) = (140, 17)
    let pairs: [(activation: UInt8, weights: [Int8])] = [
      (129, [127, 127]), (130, [127, 127]), (128, [-128, -128]), (129, [-128, -128]), (129, [-128, -127]),
      (255, [64, 64]), (255, [65, 64]), (255, [-64, -64]), (255, [-65, -64]), (255, [127, -128]), (255, [0, -128]),
      (255, [127, 0]), (1, [-128, -128]), (0, [127, 127]),
    ]
    for (activation, weights) in pairs {
      let b = (0..<depth).flatMap { [Int8](repeating: weights[$0 % 2], count: columns) }
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
      let sum = Int32(depth / 2) * Int32(activation) * (Int32(weights[0]) + Int32(weights[1]))
      for rows in 1...7 {
        let a = [UInt8](repeating: activation, count: rows * depth)
        let actual = product(compute, a, rows: rows, zeroPoint: 0, by: packed, .sums(), fill: 0)
        #expect(actual == [Int32](repeating: sum, count: rows * columns), "\(activation) · \(weights), \(rows) rows")
      }
    }
  }

  /// A single pair of products that does not fit 16 bits, at every depth and in every row and column in turn.
  @Test(arguments: KernelTier.available, [14, 134]) func aSingleExtremePairIsExact(tier: KernelTier, depth: Int) {
    let compute = Compute(tier: tier, threads: 1)
    let (rows, columns) = (7, 43)
    for first in stride(from: 0, to: depth, by: 2) {
      let (row, column) = (first / 2 % rows, first / 2 * 5 % columns)
      var a = [UInt8](repeating: 1, count: rows * depth)
      var b = [Int8](repeating: 2, count: depth * columns)
      for k in [first, first + 1] {
        a[row * depth + k] = 255
        b[k * columns + column] = -128
      }
      let actual = product(
        compute, a, rows: rows, zeroPoint: 0, by: PackedInt8Matrix(b.span, rows: depth, columns: columns), .sums(),
        fill: 0)
      let expected = (0..<rows * columns).map { index -> Int32 in
        let activations: Int32 = index / columns == row ? 255 : 1
        let weights: Int32 = index % columns == column ? -128 : 2
        return Int32(depth - 2) * 2 + 2 * activations * weights
      }
      #expect(actual == expected, "rows \(first) and \(first + 1) of B")
    }
  }

  /// Large activations that meet large weights once in a while, or often.
  @Test(arguments: KernelTier.available, [2, 12, 90])
  func scatteredExtremesDoNotSaturate(tier: KernelTier, distance: UInt32) {
    var numbers = Numbers(seed: 21)
    let (most, columns) = (31, 43)
    for depth in [6, 96, 129, 513, 1100] {
      let a = numbers.bytes(most * depth).map { numbers.next() % distance == 0 ? 255 : $0 / 4 }
      let b = numbers.signedBytes(depth * columns).map { weight -> Int8 in
        numbers.next() % distance == 0 ? (weight < 0 ? -128 : 127) : weight / 4
      }
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
      func product(_ tier: KernelTier, rows: Int) -> [Int32] {
        self.product(
          Compute(tier: tier, threads: 1), Array(a[..<(rows * depth)]), rows: rows, zeroPoint: 3, by: packed, .sums(),
          fill: 0)
      }
      let expected = product(.reference, rows: most)
      for rows in [1, 2, 3, 4, 5, 6, 9, 11, 13, 15, 16, 31] {
        #expect(product(tier, rows: rows) == Array(expected[..<(rows * columns)]), "\(rows) × \(depth)")
      }
    }
  }

  @Test(arguments: KernelTier.available) func everyOutputFollowsItsFormula(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 12)
    for (rows, depth, columns) in [(1, 9, 1), (3, 30, 70), (40, 65, 37), (16, 130, 8)] {
      let (a, b) = (numbers.bytes(rows * depth), numbers.signedBytes(depth * columns))
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
      let bias = (0..<columns).map { _ in Int32(numbers.next() % 2000) - 1000 }
      let scales = numbers.floats(columns).map { abs($0) * 0.01 + 0.0001 }
      let floatBias = numbers.floats(columns)
      let exact = sums(a, zeroPoint: 120, b, rows: rows, depth: depth, columns: columns)
      let requantized = exact.indices.map { index -> Int32 in
        let column = index % columns
        return Int32((Float(exact[index] + bias[column]) * scales[column]).rounded(.toNearestOrEven))
      }

      let unsigned: [UInt8] = product(
        compute, a, rows: rows, zeroPoint: 120, by: packed,
        .requantize(multipliers: scales, bias: bias, zeroPoint: 140), gap: 5, fill: 99)
      let signed: [Int8] = product(
        compute, a, rows: rows, zeroPoint: 120, by: packed,
        .requantize(multipliers: scales, bias: bias, zeroPoint: -7, range: -7...100), gap: 5, fill: 99)
      let real: [Float] = product(
        compute, a, rows: rows, zeroPoint: 120, by: packed,
        .dequantize(scales: scales, bias: floatBias, activation: .clamp(-2...Float.infinity)), gap: 5, fill: 99)
      for row in 0..<rows {
        for column in 0..<(columns + 5) {
          let (index, from) = (row * (columns + 5) + column, row * columns + column)
          let inside = column < columns
          #expect(unsigned[index] == (inside ? UInt8(min(max(requantized[from] + 140, 0), 255)) : 99))
          #expect(signed[index] == (inside ? Int8(min(max(requantized[from] - 7, -7), 100)) : 99))
          let value = inside ? max(Float(exact[from]) * scales[column] + floatBias[column], -2) : 99
          #expect(real[index] == value)
        }
      }
    }
  }

  @Test(arguments: KernelTier.available, [[], [2, 7]] as [[Int32]])
  func aFunctionIsThatOfTheRealResults(tier: KernelTier, zeroPoints: [Int32]) {
    var numbers = Numbers(seed: 23)
    for (rows, depth, columns) in [(1, 9, 1), (3, 30, 70), (40, 65, 37), (100, 260, 96)] {
      let (a, b) = (numbers.bytes(rows * depth), numbers.signedBytes(depth * columns))
      let columnZeroPoints = zeroPoints.isEmpty ? [] : (0..<columns).map { zeroPoints[$0 % zeroPoints.count] }
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns, zeroPoints: columnZeroPoints)
      let bias = numbers.floats(columns)
      for threads in [1, 2] {
        func real(_ activation: Activation) -> [Float] {
          product(
            Compute(tier: tier, threads: threads), a, rows: rows, zeroPoint: 120, by: packed,
            .dequantize(scales: [0.0003], bias: bias, activation: activation), gap: 2, fill: 0)
        }
        #expect(real(.function(.gelu)) == real(.none).map { UnaryFunction.gelu($0) })
      }
    }
  }

  /// As many rows and columns as make several strips and pieces of strips, and each scale once with and once without a
  /// reciprocal that the kernels may use.
  @Test(arguments: KernelTier.available, [[], [2, 7]] as [[Int32]])
  func realResultsAreQuantizedByADivision(tier: KernelTier, zeroPoints: [Int32]) {
    var numbers = Numbers(seed: 29)
    for (rows, depth, columns) in [(1, 9, 1), (3, 30, 70), (40, 65, 37), (100, 260, 96), (70, 8, 700)] {
      let (a, b) = (numbers.bytes(rows * depth), numbers.signedBytes(depth * columns))
      let columnZeroPoints = zeroPoints.isEmpty ? [] : (0..<columns).map { zeroPoints[$0 % zeroPoints.count] }
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns, zeroPoints: columnZeroPoints)
      let bias = numbers.floats(columns)
      for (activation, scale) in [
        (.none, 0.01), (.function(.gelu), Float(bitPattern: 0x3C00_0003)), (.clamp(0...Float.infinity), 0.02),
      ] as [(Activation, Float)] {
        let compute = Compute(tier: tier, threads: 2)
        func results<Output>(_ epilogue: Int8Epilogue<Output>, fill: Output) -> [Output] {
          product(compute, a, rows: rows, zeroPoint: 120, by: packed, epilogue, gap: 3, fill: fill)
        }
        let epilogue = Int8Epilogue.dequantize(scales: [0.0003], bias: bias, activation: activation)
        let quotients = results(epilogue, fill: 0).map { ($0 / scale).rounded(.toNearestOrEven) }
        let unsigned = results(Int8Epilogue<UInt8>.quantize(epilogue, scale: scale, zeroPoint: 90), fill: 90)
        #expect(unsigned == quotients.map { UInt8(min(max($0 + 90, 0), 255)) })
        let signed = results(Int8Epilogue<Int8>.quantize(epilogue, scale: scale, zeroPoint: -20), fill: -20)
        #expect(signed == quotients.map { Int8(min(max($0 - 20, -128), 127)) })
      }
    }
  }

  /// Product, bias and addend are rounded one after the other, then limited.
  @Test(arguments: KernelTier.available) func anAddendJoinsRealResults(tier: KernelTier) {
    var numbers = Numbers(seed: 19)
    let compute = Compute(tier: tier, threads: 2)
    for (rows, depth, columns, zeroPoints) in [(1, 9, 1, []), (3, 30, 70, []), (40, 65, 37, [2, 7])]
      as [(Int, Int, Int, [Int32])]
    {
      let (a, b) = (numbers.bytes(rows * depth), numbers.signedBytes(depth * columns))
      let zeroPoints = zeroPoints.isEmpty ? [] : (0..<columns).map { zeroPoints[$0 % zeroPoints.count] }
      let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns, zeroPoints: zeroPoints)
      let (bias, stride) = (numbers.floats(columns), columns + 3)
      let addend = numbers.floats(rows * stride)
      let exact = sums(a, zeroPoint: 120, b, zeroPoints: zeroPoints, rows: rows, depth: depth, columns: columns)
      var real = [Float](repeating: 99, count: rows * stride)
      var output = real.mutableSpan
      compute.gemmInt8(
        a.span, rows: rows, stride: depth, zeroPoint: 120, by: packed,
        epilogue: .dequantize(scales: [0.003], bias: bias, activation: .clamp(-2...Float.infinity)),
        addend: addend.span, into: &output, stride: stride)
      for row in 0..<rows {
        for column in 0..<stride {
          let index = row * stride + column
          let value =
            column < columns ? Float(exact[row * columns + column]) * 0.003 + bias[column] + addend[index] : 99
          #expect(real[index] == max(value, -2))
        }
      }
    }
  }

  @Test(arguments: KernelTier.available) func halvesRoundToEven(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    let a: [UInt8] = [1, 3, 5, 7]
    let b = PackedInt8Matrix([Int8(1)].span, rows: 1, columns: 1)
    #expect(
      product(compute, a, rows: 4, zeroPoint: 0, by: b, .requantize(multipliers: [0.5], zeroPoint: 10), fill: UInt8(0))
        == [10, 12, 12, 14])
  }

  @Test(arguments: KernelTier.available) func hugeMultipliersSaturate(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    let b = PackedInt8Matrix([Int8(1), -1].span, rows: 1, columns: 2)
    let epilogue = Int8Epilogue<UInt8>.requantize(multipliers: [1e30], zeroPoint: 3)
    #expect(product(compute, [UInt8(9)], rows: 1, zeroPoint: 0, by: b, epilogue, fill: 7) == [255, 0])
  }

  @Test(arguments: KernelTier.available) func signedActivationsGiveTheSameSums(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 13)
    let (rows, depth, columns) = (19, 37, 40)
    let (a, b) = (numbers.signedBytes(rows * depth), numbers.signedBytes(depth * columns))
    let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
    #expect(
      product(compute, a, rows: rows, zeroPoint: -5, by: packed, .sums(), fill: 0)
        == sums(a, zeroPoint: -5, b, rows: rows, depth: depth, columns: columns))
  }

  @Test(arguments: KernelTier.available) func weightsMayBeUnsignedAndHaveZeroPoints(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 14)
    let (rows, depth) = (21, 50)
    for columns in [1, 32, 45] {
      let (a, b) = (numbers.bytes(rows * depth), numbers.bytes(depth * columns))
      let perColumn = (0..<columns).map { Int32($0 * 5) }
      for zeroPoints in [[Int32](repeating: 128, count: columns), perColumn] {
        let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns, zeroPoints: zeroPoints)
        let expected = sums(
          a, zeroPoint: 31, b, zeroPoints: zeroPoints, rows: rows, depth: depth, columns: columns)
        #expect(product(compute, a, rows: rows, zeroPoint: 31, by: packed, .sums(), fill: 0) == expected)
        let real = product(
          compute, a, rows: rows, zeroPoint: 31, by: packed, .dequantize(scales: [0.5]), gap: 1, fill: Float(9))
        let gapped = (0..<rows * (columns + 1)).map { index -> Float in
          let column = index % (columns + 1)
          return column == columns ? 9 : Float(expected[index / (columns + 1) * columns + column]) * 0.5
        }
        #expect(real == gapped)
      }
    }
  }

  @Test(arguments: KernelTier.available) func rowsFarApartAreReadAsWell(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 15)
    let (rows, depth, columns) = (60, 2048, 70)
    let (a, b) = (numbers.bytes(rows * depth), numbers.signedBytes(depth * columns))
    let packed = PackedInt8Matrix(b.span, rows: depth, columns: columns)
    #expect(
      product(compute, a, rows: rows, zeroPoint: 128, by: packed, .sums(), fill: 0)
        == sums(a, zeroPoint: 128, b, rows: rows, depth: depth, columns: columns))
  }
}

/// Values that ONNX Runtime computed for QLinearMatMul.
@Suite struct QLinearMatMulTests {
  private let weights: [Int8] = [
    -30, 121, -118, 20, -33, -42, 19, 70, -62, -89, -22, 85, 43, -83, 39, -71, -59, -47, -73, -114,
  ]

  private func quantized<Activation: QuantizedByte, Output: QuantizedByte>(
    _ tier: KernelTier, _ a: [Activation], zeroPoint: Int32, _ b: PackedInt8Matrix, multipliers: [Float],
    outputZeroPoint: Int32, as: Output.Type
  ) -> [Output] {
    var c = [Output](repeating: 0, count: 12)
    var span = c.mutableSpan
    Compute(tier: tier, threads: 1).gemmInt8(
      a.span, rows: 3, stride: 5, zeroPoint: zeroPoint, by: b,
      epilogue: .requantize(multipliers: multipliers, zeroPoint: outputZeroPoint), into: &span, stride: 4)
    return c
  }

  @Test(arguments: KernelTier.available) func unsignedActivationsAndAScalePerColumn(tier: KernelTier) {
    let a: [UInt8] = [139, 74, 229, 241, 169, 65, 6, 160, 149, 106, 38, 175, 188, 205, 175]
    let scales: [Float] = [0.011, 0.02, 0.0073, 0.5]
    let b = PackedInt8Matrix(weights.span, rows: 5, columns: 4)
    #expect(
      quantized(
        tier, a, zeroPoint: 117, b, multipliers: scales.map { Float(0.043) * $0 / Float(0.9) }, outputZeroPoint: 131,
        as: UInt8.self) == [129, 114, 129, 0, 133, 124, 133, 0, 129, 104, 134, 27])
  }

  @Test(arguments: KernelTier.available) func signedActivations(tier: KernelTier) {
    let a: [Int8] = [-46, -93, -57, 31, -18, -7, -51, -41, -125, -2, -84, 125, 105, 97, -38]
    let b = PackedInt8Matrix(weights.span, rows: 5, columns: 4)
    #expect(
      quantized(
        tier, a, zeroPoint: -11, b, multipliers: [Float(0.043) * Float(0.03) / Float(0.6)], outputZeroPoint: 5,
        as: Int8.self) == [24, 5, 17, -22, 0, 35, -7, 9, -2, -65, 37, 34])
  }

  @Test(arguments: KernelTier.available) func unsignedWeightsWithAZeroPoint(tier: KernelTier) {
    let a: [UInt8] = [137, 120, 30, 55, 33, 165, 87, 216, 229, 167, 3, 41, 109, 203, 129]
    let weights: [UInt8] = [
      63, 101, 207, 156, 27, 220, 93, 29, 143, 200, 63, 11, 11, 180, 219, 113, 190, 87, 34, 9,
    ]
    let b = PackedInt8Matrix(weights.span, rows: 5, columns: 4, zeroPoints: [131])
    #expect(
      quantized(
        tier, a, zeroPoint: 117, b, multipliers: [Float(0.043) * Float(0.03) / Float(0.9)], outputZeroPoint: 5,
        as: UInt8.self) == [5, 0, 19, 37, 0, 14, 9, 0, 14, 5, 7, 9])
  }
}
