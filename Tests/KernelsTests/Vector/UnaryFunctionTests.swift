import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct UnaryFunctionTests {
  private static let functions: [UnaryFunction] = [
    .relu, .leakyRelu(slope: 0.1), .clip(lowest: -1, highest: 2), .sigmoid, .tanh, .exp, .log, .squareRoot, .reciprocal,
    .erf, .gelu, .geluTanh, .silu(), .silu(factor: 1.702), .hardSigmoid(), .hardSwish, .softplus, .elu(),
    .selu(factor: 1.67, gamma: 1.05), .negate, .absolute, .floor, .ceiling, .round, .sin, .cos, .mish,
    .softsign,
  ]

  /// Numbers of all magnitudes, and a dense sweep over those where functions bend.
  private static let sweep: [Float] =
    awkwardNumbers + stride(from: Float(-20), through: 20, by: 0.0007)
    + stride(from: Float(-110), through: 95, by: 0.011)
    + stride(from: UInt32(0), to: 0x7F80_0000, by: 65_521).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }

  private func apply(_ function: UnaryFunction, _ compute: Compute, _ input: [Float]) -> [Float] {
    [Float](count: input.count, filler: 77) { compute.apply(function, to: input.span, into: &$0) }
  }

  @Test(arguments: functions) func everyTierGivesTheSameBits(function: UnaryFunction) {
    let expected = apply(function, .reference, Self.sweep).bits
    for compute in Compute.fast {
      #expect(apply(function, compute, Self.sweep).bits == expected)
    }
  }

  @Test(arguments: functions) func theValueDoesNotDependOnThePlace(function: UnaryFunction) {
    for compute in Compute.all {
      let whole = apply(function, compute, awkwardNumbers).bits
      for length in vectorLengths {
        for offset in [0, 1, 5] {
          let part = Array(awkwardNumbers.dropFirst(offset).prefix(length))
          #expect(apply(function, compute, part).bits == Array(whole.dropFirst(offset).prefix(length)))
        }
      }
      var inPlace = awkwardNumbers
      var span = inPlace.mutableSpan
      compute.apply(function, inPlace: &span)
      #expect(inPlace.bits == whole)
      #expect([function(awkwardNumbers[2])].bits == [whole[2]])
    }
  }

  /// The largest distance from the exact value, in units of the last place of a float32 of its size.
  private func worstError(
    _ function: UnaryFunction, on input: [Float] = sweep, _ exact: (Double) -> Double
  ) -> Double {
    var worst = 0.0
    for (x, y) in zip(input, apply(function, .all.last!, input)) {
      let expected = exact(Double(x))
      guard !expected.isNaN else {
        #expect(y.isNaN, "\(function) at \(x)")
        continue
      }
      let rounded = Float(expected)
      guard rounded.isFinite, y.isFinite else {
        #expect(y == rounded, "\(function) at \(x)")
        continue
      }
      worst = max(worst, abs(Double(y) - expected) / Double(rounded.ulp))
    }
    return worst
  }

  @Test func transcendentalFunctionsKeepTheirBounds() {
    #expect(worstError(.exp) { exp($0) } <= 1)
    #expect(worstError(.log) { log($0) } <= 1)
    #expect(worstError(.erf) { erf($0) } <= 2)
    #expect(worstError(.tanh) { tanh($0) } <= 3)
    #expect(worstError(.sigmoid) { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) } <= 3)
    #expect(worstError(.softplus) { max($0, 0) + log1p(exp(-abs($0))) } <= 3)
    #expect(worstError(.elu()) { $0 < 0 ? expm1($0) : $0 } <= 2)
    #expect(worstError(.squareRoot) { sqrt($0) } <= 0.5)
    #expect(worstError(.reciprocal) { 1 / $0 } <= 0.5)
    func mish(_ x: Double) -> Double { x * tanh(max(x, 0) + log1p(exp(-abs(x)))) }
    #expect(worstError(.mish, on: Self.sweep.filter { !($0 < -87) }, mish) <= 4)
    // In units of the smallest number that there is.
    #expect(worstError(.mish, on: Self.sweep.filter { $0 < -87 && $0.isFinite }, mish) <= 104)
  }

  @Test func sineAndCosineKeepTheirBounds() {
    for (function, exact) in [(UnaryFunction.sin, sin), (.cos, cos)] as [(UnaryFunction, (Double) -> Double)] {
      let input = Self.sweep.filter(\.isFinite) + stride(from: Float(-8300), through: 8300, by: 0.173)
      for (x, y) in zip(input, apply(function, .all.last!, input)) {
        #expect(abs(Double(y) - exact(Double(x))) <= 0x1p-23, "\(function) at \(x)")
      }
    }
    let small = stride(from: Float(-0.785), through: 0.785, by: 0.00037).map { $0 }
    for (x, y) in zip(small, apply(.sin, .all.last!, small)) {
      #expect(abs(Double(y) - sin(Double(x))) <= 2 * Double(Float(sin(Double(x))).ulp))
    }
    for compute in Compute.all {
      let beyond = apply(.sin, compute, [.infinity, -.infinity])
      #expect(beyond[0].isNaN && beyond[1].isNaN)
    }
  }

  /// The largest error relative to the argument, over arguments whose value is a normal number.
  private func worstErrorRelativeToArgument(_ function: UnaryFunction, _ exact: (Double) -> Double) -> Double {
    let input = Self.sweep.filter { $0.isFinite && abs($0) > 1e-30 }
    return zip(input, apply(function, .all.last!, input)).reduce(0) { worst, pair in
      max(worst, abs(Double(pair.1) - exact(Double(pair.0))) / Double(abs(pair.0)))
    }
  }

  @Test func gatedFunctionsKeepTheirBoundsRelativeToTheArgument() {
    #expect(worstErrorRelativeToArgument(.gelu) { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) } <= 0x1p-23)
    #expect(
      worstErrorRelativeToArgument(.geluTanh) {
        0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
      } <= 0x1p-22)
    #expect(
      worstErrorRelativeToArgument(.silu()) { $0 < 0 ? $0 * exp($0) / (1 + exp($0)) : $0 / (1 + exp(-$0)) } <= 0x1p-22)
  }

  @Test func simpleFunctionsAreExact() {
    let input: [Float] = [-3, -1.5, -0.0, 0, 0.5, 1.5, 2.5, 4, .infinity, -.infinity]
    let expected: [(UnaryFunction, [Float])] = [
      (.relu, [0, 0, -0.0, 0, 0.5, 1.5, 2.5, 4, .infinity, 0]),
      (.leakyRelu(slope: 0.5), [-1.5, -0.75, -0.0, 0, 0.5, 1.5, 2.5, 4, .infinity, -.infinity]),
      (.clip(lowest: -2, highest: 3), [-2, -1.5, -0.0, 0, 0.5, 1.5, 2.5, 3, 3, -2]),
      (.clip(lowest: 3, highest: -2), [-2, -2, -2, -2, -2, -2, -2, -2, -2, -2]),
      (.hardSigmoid(slope: 0.25, offset: 0.5), [0, 0.125, 0.5, 0.5, 0.625, 0.875, 1, 1, 1, 0]),
      (.negate, [3, 1.5, 0, -0.0, -0.5, -1.5, -2.5, -4, -.infinity, .infinity]),
      (.absolute, [3, 1.5, 0, 0, 0.5, 1.5, 2.5, 4, .infinity, .infinity]),
      (.floor, [-3, -2, -0.0, 0, 0, 1, 2, 4, .infinity, -.infinity]),
      (.ceiling, [-3, -1, -0.0, 0, 1, 2, 3, 4, .infinity, -.infinity]),
      (.softsign, [-0.75, -0.6, -0.0, 0, 1.0 / 3, 0.6, 2.5 / 3.5, 0.8, .nan, .nan]),
      (.round, [-3, -2, -0.0, 0, 0, 2, 2, 4, .infinity, -.infinity]),
    ]
    for (function, values) in expected {
      for compute in Compute.all { #expect(apply(function, compute, input).bits == values.bits, "\(function)") }
    }
    #expect(UnaryFunction.hardSwish(3) == 3)
    #expect(UnaryFunction.hardSwish(-3) == 0)
  }

  @Test(arguments: functions) func nanGivesNaN(function: UnaryFunction) {
    #expect(function(.nan).isNaN)
  }

  @Test func longArraysAreWorkedOnWhole() {
    let input = (0..<150_001).map { Float($0) }
    for compute in Compute.all { #expect(apply(.negate, compute, input) == input.map { -$0 }) }
  }
}
