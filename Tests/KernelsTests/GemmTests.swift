import Kernels
import Tensors
import Testing

/// What sums of `depth` products of numbers below 1 may differ by when added in another order or fused.
private func tolerance(depth: Int) -> Float { 2e-7 * Float(depth + 4) }

@Suite struct GemmTests {
  private struct Options {
    var bias: [Float]?
    var residual: [Float]?
    var activation = Activation.none
    var gap = 0
  }

  private func product(
    _ compute: Compute, _ a: [Float], rows: Int, by b: PackedMatrix, _ options: Options = Options()
  ) -> [Float] {
    let stride = b.columns + options.gap
    var c = [Float](repeating: 777, count: rows * stride)
    var span = c.mutableSpan
    compute.gemm(
      a.span, rows: rows, stride: b.rows, by: b, bias: options.bias?.span, activation: options.activation,
      residual: options.residual?.span, into: &span, stride: stride)
    return c
  }

  /// The product in double precision.
  private func exact(_ a: [Float], _ b: [Float], rows: Int, depth: Int, columns: Int) -> [Float] {
    var product: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for k in 0..<depth { sum += Double(a[row * depth + k]) * Double(b[k * columns + column]) }
        product.append(Float(sum))
      }
    }
    return product
  }

  @Test func aSmallProductByHand() {
    let compute = Compute(tier: .reference, threads: 1)
    let b = PackedMatrix([1, 2, 3, 4, 5, 6].span, rows: 2, columns: 3)
    #expect(product(compute, [1, 10, 0, -1], rows: 2, by: b) == [41, 52, 63, -4, -5, -6])
    let options = Options(bias: [1, 0, -70], activation: .clamp(0...50))
    #expect(product(compute, [1, 10, 0, -1], rows: 2, by: b, options) == [42, 50, 0, 0, 0, 0])
  }

  /// The last depth has its rows of weights taken in slices, which must not put the function on sums that are not whole.
  @Test(arguments: KernelTier.available, [1, 5, 2100])
  func aFunctionIsThatOfTheProduct(tier: KernelTier, depth: Int) {
    var numbers = Numbers(seed: 12)
    for (rows, columns) in [(1, 1), (1, 150), (3, 33), (17, 1), (31, 40), (40, 96)] {
      let a = numbers.floats(rows * depth)
      let b = PackedMatrix(numbers.floats(depth * columns).span, rows: depth, columns: columns)
      var options = Options(
        bias: numbers.floats(columns), residual: numbers.floats(rows * (columns + 3)), gap: 3)
      for threads in [1, 2] {
        let compute = Compute(tier: tier, threads: threads)
        options.activation = .none
        var expected = product(compute, a, rows: rows, by: b, options)
        for index in expected.indices where index % (columns + 3) < columns {
          expected[index] = UnaryFunction.gelu(expected[index])
        }
        options.activation = .function(.gelu)
        #expect(product(compute, a, rows: rows, by: b, options) == expected)
      }
    }
  }

  @Test(arguments: KernelTier.available, [1, 3, 4, 5, 7, 63, 64, 65, 257])
  func everyTailOfRowsAndColumnsIsRight(tier: KernelTier, depth: Int) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers()
    for columns in [1, 2, 8, 9, 15, 16, 17, 24, 25, 31, 32, 33, 48, 100] {
      let b = numbers.floats(depth * columns)
      let packed = PackedMatrix(b.span, rows: depth, columns: columns)
      let a = numbers.floats(30 * depth)
      let expected = exact(a, b, rows: 30, depth: depth, columns: columns)
      for rows in [1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 14, 15, 16, 27, 28, 30] {
        let actual = product(compute, Array(a[..<(rows * depth)]), rows: rows, by: packed)
        let difference = largestDifference(actual, Array(expected[..<(rows * columns)]))
        #expect(difference <= tolerance(depth: depth), "\(rows) × \(depth) × \(columns)")
      }
    }
  }

  @Test(arguments: KernelTier.available) func everyNumberOfRowsGivesARowTheSameBits(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 3)
    let (depth, columns) = (129, 150)
    let b = PackedMatrix(numbers.floats(depth * columns).span, rows: depth, columns: columns)
    let a = numbers.floats(30 * depth)
    let all = product(compute, a, rows: 30, by: b)
    for rows in 1..<30 {
      #expect(product(compute, Array(a[..<(rows * depth)]), rows: rows, by: b) == Array(all[..<(rows * columns)]))
    }
  }

  @Test(arguments: KernelTier.available, [(1, 500, 300), (50, 300, 70), (200, 64, 100), (301, 70, 1)])
  func threadsDoNotChangeABit(tier: KernelTier, shape: (Int, Int, Int)) {
    let (rows, depth, columns) = shape
    var numbers = Numbers(seed: 4)
    let b = PackedMatrix(numbers.floats(depth * columns).span, rows: depth, columns: columns)
    let a = numbers.floats(rows * depth)
    let one = product(Compute(tier: tier, threads: 1), a, rows: rows, by: b)
    #expect(product(Compute(tier: tier, threads: 2), a, rows: rows, by: b) == one)
    #expect(product(Compute(tier: tier, threads: 3), a, rows: rows, by: b) == one)
  }

  @Test(arguments: KernelTier.available)
  func biasResidualAndClampAgreeWithTheFormulaAndGapsStayUntouched(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 5)
    for (rows, columns) in [(1, 1), (5, 1), (1, 37), (3, 130), (17, 45)] {
      let depth = 20
      let (a, b) = (numbers.floats(rows * depth), numbers.floats(depth * columns))
      let bias = numbers.floats(columns)
      let gap = 3
      let residual = numbers.floats(rows * (columns + gap))
      let options = Options(bias: bias, residual: residual, activation: .clamp(-1...1.5), gap: gap)
      let actual = product(
        compute, a, rows: rows, by: PackedMatrix(b.span, rows: depth, columns: columns), options)
      let sums = exact(a, b, rows: rows, depth: depth, columns: columns)
      for row in 0..<rows {
        for column in 0..<(columns + gap) {
          let index = row * (columns + gap) + column
          guard column < columns else {
            #expect(actual[index] == 777)
            continue
          }
          let value = sums[row * columns + column] + bias[column] + residual[index]
          #expect(abs(actual[index] - min(max(value, -1), 1.5)) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: KernelTier.available, [1, 40])
  func specialValuesPropagateToTheirRowOnlyAndSurviveClamping(tier: KernelTier, columns: Int) {
    let compute = Compute(tier: tier, threads: 1)
    let depth = 5
    var a = [Float](repeating: 1, count: 4 * depth)
    a[1 * depth + 2] = .nan
    a[2 * depth] = .infinity
    let b = PackedMatrix([Float](repeating: 2, count: depth * columns).span, rows: depth, columns: columns)
    let c = product(compute, a, rows: 4, by: b, Options(activation: .clamp(0...Float.infinity)))
    #expect(c[..<columns].allSatisfy { $0 == 10 })
    #expect(c[columns..<(2 * columns)].allSatisfy { $0.isNaN })
    #expect(c[(2 * columns)..<(3 * columns)].allSatisfy { $0 == .infinity })
    #expect(c[(3 * columns)...].allSatisfy { $0 == 10 })
  }

  @Test(arguments: KernelTier.available) func transposedWeightsAreTheSameMatrix(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 6)
    let (depth, columns) = (13, 41)
    let b = numbers.floats(depth * columns)
    let transposed = (0..<depth * columns).map { b[$0 % depth * columns + $0 / depth] }
    let a = numbers.floats(7 * depth)
    #expect(
      product(compute, a, rows: 7, by: PackedMatrix(transposed.span, rows: depth, columns: columns, transposed: true))
        == product(compute, a, rows: 7, by: PackedMatrix(b.span, rows: depth, columns: columns)))
  }

  /// Rows 2,048 bytes apart take the path that copies them.
  @Test(arguments: KernelTier.available) func rowsFarApartAreReadAsWell(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 7)
    let (rows, depth, columns) = (70, 512, 65)
    let (a, b) = (numbers.floats(rows * depth), numbers.floats(depth * columns))
    let actual = product(compute, a, rows: rows, by: PackedMatrix(b.span, rows: depth, columns: columns))
    let expected = exact(a, b, rows: rows, depth: depth, columns: columns)
    #expect(largestDifference(actual, expected) < tolerance(depth: depth))
  }

  /// Deep products of many rows are taken slice by slice, those of one row in one go: a row's bits are the same.
  @Test(arguments: KernelTier.available) func deepProductsGiveTheSameBitsInSlices(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    var numbers = Numbers(seed: 16)
    let (rows, depth, columns) = (20, 2500, 49)
    let (a, b) = (numbers.floats(rows * depth), numbers.floats(depth * columns))
    let packed = PackedMatrix(b.span, rows: depth, columns: columns)
    let options = Options(bias: numbers.floats(columns), activation: .clamp(-8...8))
    let all = product(compute, a, rows: rows, by: packed, options)
    for row in 0..<rows {
      let one = product(compute, Array(a[(row * depth)..<((row + 1) * depth)]), rows: 1, by: packed, options)
      #expect(one == Array(all[(row * columns)..<((row + 1) * columns)]))
    }
    let expected = exact(a, b, rows: rows, depth: depth, columns: columns).enumerated().map { index, sum in
      min(max(sum + options.bias![index % columns], -8), 8)
    }
    #expect(largestDifference(all, expected) < tolerance(depth: depth))
  }

  @Test(arguments: KernelTier.available) func aProductOfNoDepthIsTheBias(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 1)
    let b = PackedMatrix([Float]().span, rows: 0, columns: 2)
    #expect(product(compute, [], rows: 2, by: b, Options(bias: [1, 2])) == [1, 2, 1, 2])
  }

  @Test(arguments: KernelTier.available) func halfWeightsAreWidenedExactly(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 8)
    let (depth, columns) = (37, 131)
    let bits = (0..<depth * columns).map { _ in UInt16(truncatingIfNeeded: numbers.next()) }
    // Values around 1 as binary16, and subnormals now and then.
    let halves = bits.map { Half(bits: $0 % 5 == 0 ? $0 & 0x83ff : $0 & 0x8fff | 0x3000) }
    let brains = bits.map { BFloat16(bits: $0 & 0x80ff | 0x3f00) }
    let widenedHalves = halves.map { half -> Float in
      let magnitude = Int(half.bits & 0x7fff)
      let (exponent, fraction) = (magnitude >> 10, Float(magnitude & 0x3ff))
      let value =
        exponent == 0 ? fraction * 0x1p-24 : Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
      return half.bits & 0x8000 == 0 ? value : -value
    }
    let widenedBrains = brains.map { Float(bitPattern: UInt32($0.bits) << 16) }
    for rows in [1, 2, 3, 4, 5, 6, 30] {
      let a = numbers.floats(rows * depth)
      var c = [Float](repeating: 0, count: rows * columns)
      var span = c.mutableSpan
      compute.gemm(
        a.span, rows: rows, stride: depth, by: PackedHalfMatrix(halves.span, rows: depth, columns: columns),
        into: &span, stride: columns)
      let expectedHalf = PackedMatrix(widenedHalves.span, rows: depth, columns: columns)
      #expect(c == product(compute, a, rows: rows, by: expectedHalf))
      span = c.mutableSpan
      compute.gemm(
        a.span, rows: rows, stride: depth, by: PackedHalfMatrix(brains.span, rows: depth, columns: columns),
        into: &span, stride: columns)
      let expectedBrain = PackedMatrix(widenedBrains.span, rows: depth, columns: columns)
      #expect(c == product(compute, a, rows: rows, by: expectedBrain))
    }
  }

  /// Where there are many rows, the first of them widen the weights for the others; and where rows are deep as well,
  /// slice by slice.
  @Test(
    arguments: KernelTier.available,
    [(37, 131), (40, 44), (41, 55), (512, 70), (1000, 200), (2100, 40), (2100, 1030)])
  func manyRowsByHalfWeightsGiveTheBitsOfWidenedOnes(tier: KernelTier, shape: (depth: Int, columns: Int)) {
    // The reference never widens beforehand, and takes long.
    guard tier != .reference || shape.depth * shape.columns < 1 << 20 else { return }
    for threads in [1, 2] {
      for rows in [25, 28, 130] { checkHalfWeights(Compute(tier: tier, threads: threads), rows: rows, shape) }
    }
  }

  private func checkHalfWeights(_ compute: Compute, rows: Int, _ shape: (depth: Int, columns: Int)) {
    let float = Compute(tier: compute.tier, threads: 1)
    var numbers = Numbers(seed: 19)
    let (depth, columns) = (shape.depth, shape.columns)
    // As many bits of fraction as bfloat16 has, and exponents that binary16 has as well.
    let weights = numbers.floats(depth * columns).map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
      .map { abs($0) < 0x1p-10 ? 0 : $0 }
    let (a, bias) = (numbers.floats(rows * depth), numbers.floats(columns))
    let stride = columns + 3
    let residual = numbers.floats(rows * stride)
    let brains = weights.map { BFloat16(bits: UInt16($0.bitPattern >> 16)) }
    let halves = weights.map { Half(bits: $0 == 0 ? 0 : binary16($0)) }
    func product(_ multiply: (inout MutableSpan<Float>) -> Void) -> [Float] {
      var c = [Float](repeating: 777, count: rows * stride)
      var span = c.mutableSpan
      multiply(&span)
      return c
    }
    for residual in [nil, residual] {
      let expected = product {
        float.gemm(
          a.span, rows: rows, stride: depth, by: PackedMatrix(weights.span, rows: depth, columns: columns),
          bias: bias.span, activation: .clamp(-8...8), residual: residual?.span, into: &$0, stride: stride)
      }
      let byHalves = product {
        compute.gemm(
          a.span, rows: rows, stride: depth, by: PackedHalfMatrix(halves.span, rows: depth, columns: columns),
          bias: bias.span, activation: .clamp(-8...8), residual: residual?.span, into: &$0, stride: stride)
      }
      let byBrains = product {
        compute.gemm(
          a.span, rows: rows, stride: depth, by: PackedHalfMatrix(brains.span, rows: depth, columns: columns),
          bias: bias.span, activation: .clamp(-8...8), residual: residual?.span, into: &$0, stride: stride)
      }
      #expect(byHalves == expected)
      #expect(byBrains == expected)
    }
  }

  /// The shapes are those of a vector, of few rows, of parts along rows and along columns, and of depths in slices.
  @Test(
    arguments: KernelTier.available,
    [(1, 70, 150), (3, 300, 1), (60, 30, 1), (150, 100, 70), (33, 96, 400), (70, 512, 65), (30, 2100, 40)])
  func aLeftOperandThatTheProductRoundsGivesTheBitsOfOneRoundedBefore(tier: KernelTier, shape: (Int, Int, Int)) {
    let (rows, depth, columns) = shape
    var numbers = Numbers(seed: 23)
    let stride = depth + 5
    // Ties of both types, a number beyond float16, one below it and a NaN are among them.
    var a = numbers.floats(rows * stride)
    let special: [Float] = [1 + 0x1p-11, 1 + 0x1p-8, 70000, 0x1p-26, .nan]
    for (index, value) in special.enumerated() where rows > 1 || value.isFinite { a[index * 13] = value }
    let (weights, bias) = (numbers.floats(depth * columns), numbers.floats(columns))
    let halves = weights.map { BFloat16(bits: UInt16($0.bitPattern >> 16)) }
    let full = PackedMatrix(weights.span, rows: depth, columns: columns)
    let half = PackedHalfMatrix(halves.span, rows: depth, columns: columns)
    /// The bits of the product with the full weights, then those of the one with the half ones.
    func products(_ a: [Float], threads: Int, rounding: HalfType?) -> [[UInt32]] {
      let compute = Compute(tier: tier, threads: threads)
      var results = [[Float]](repeating: [Float](repeating: 0, count: rows * columns), count: 2)
      var c = results[0].mutableSpan
      compute.gemm(
        a.span, rows: rows, stride: stride, by: full, bias: bias.span, rounding: rounding, into: &c, stride: columns)
      c = results[1].mutableSpan
      compute.gemm(
        a.span, rows: rows, stride: stride, by: half, bias: bias.span, rounding: rounding, into: &c, stride: columns)
      return results.map { $0.map(\.bitPattern) }
    }
    for type in [HalfType.float16, .bfloat16] {
      var rounded = a
      var target = rounded.mutableSpan
      switch type {
      case .float16: Compute(tier: tier, threads: 1).round(a.span, to: Half.self, into: &target)
      case .bfloat16: Compute(tier: tier, threads: 1).round(a.span, to: BFloat16.self, into: &target)
      }
      let expected = products(rounded, threads: 1, rounding: nil)
      let differs = expected != products(a, threads: 1, rounding: nil)
      #expect(differs)
      for threads in [1, 2] {
        let isSame = products(a, threads: threads, rounding: type) == expected
        #expect(isSame, "\(type), \(threads) threads")
      }
    }
  }

  /// The bits of a normal binary16 number that is known to be one.
  private func binary16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let exponent = bits >> 23 & 0xff
    return UInt16((bits >> 31) << 15 | (exponent - 112) << 10 | bits >> 13 & 0x3ff)
  }
}
