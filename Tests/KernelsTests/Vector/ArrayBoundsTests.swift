import Kernels
import Tensors
import Testing

/// Arrays of every length around a block, each with a page behind it that must not be touched. The lanes of a tail that
/// no element fills count as nothing, so that results are those of the reference.
@Suite struct ArrayBoundsTests {
  private static let lengths = Array(1...70)

  private let memory = GuardedMemory()

  private func input(_ count: Int, seed: UInt64) -> GuardedArray<Float> {
    var numbers = TestNumbers(seed: seed)
    return memory.array(numbers.floats(count))
  }

  /// Runs a kernel in every tier on `count` numbers of output, and compares what it writes.
  private func expectAgreement<Element: BitwiseCopyable & Equatable>(
    _ name: String, count: Int, filler: Element, _ kernel: (Compute, inout MutableSpan<Element>) -> Void
  ) {
    let expected = [Element](count: count, filler: filler) { kernel(.reference, &$0) }
    for compute in Compute.fast {
      let output = memory.array([Element](repeating: filler, count: count))
      var span = output.elements.mutableSpan
      kernel(compute, &span)
      #expect(Array(output.elements) == expected, "\(name) of \(count)")
      #expect(output.isIntactBefore, "\(name) of \(count)")
    }
  }

  @Test(arguments: lengths) func elementwiseFunctions(count: Int) {
    let (a, b) = (input(count, seed: 1), input(count, seed: 2))
    for function in [UnaryFunction.relu, .exp, .tanh, .silu(), .gelu] {
      expectAgreement("\(function)", count: count, filler: Float(0)) {
        $0.apply(function, to: a.elements.span, into: &$1)
      }
    }
    expectAgreement("addition", count: count, filler: Float(0)) {
      $0.combine(.add, a.elements.span, b.elements.span, into: &$1)
    }
    let one = input(1, seed: 3)
    expectAgreement("product", count: count, filler: Float(0)) {
      $0.combine(.multiply, one.elements.span, b.elements.span, into: &$1)
    }
  }

  @Test(arguments: lengths) func normalizationsOfRows(columns: Int) {
    let count = 5 * columns
    let (numbers, scale, bias) = (input(count, seed: 4), input(columns, seed: 5), input(columns, seed: 6))
    expectAgreement("softmax", count: count, filler: Float(0)) {
      $0.softmax(numbers.elements.span, columns: columns, into: &$1)
    }
    expectAgreement("log softmax", count: count, filler: Float(0)) {
      $0.logSoftmax(numbers.elements.span, columns: columns, into: &$1)
    }
    expectAgreement("layer normalization", count: count, filler: Float(0)) {
      $0.normalizeLayer(
        numbers.elements.span, scale: scale.elements.span, bias: bias.elements.span, epsilon: 1e-5, into: &$1)
    }
    expectAgreement("RMS normalization", count: count, filler: Float(0)) {
      $0.normalizeByRootMeanSquare(numbers.elements.span, scale: scale.elements.span, epsilon: 1e-5, into: &$1)
    }
  }

  @Test(arguments: lengths) func reductions(count: Int) {
    let numbers = input(3 * count, seed: 7)
    for reduction in [Reduction.sum, .maximum] {
      expectAgreement("\(reduction) of rows", count: 3, filler: Float(0)) {
        $0.reduce(reduction, numbers.elements.span, outer: 3, count: count, inner: 1, into: &$1)
      }
      expectAgreement("\(reduction) of columns", count: count, filler: Float(0)) {
        $0.reduce(reduction, numbers.elements.span, outer: 1, count: 3, inner: count, into: &$1)
      }
    }
  }

  @Test(arguments: lengths) func recurrentCells(units: Int) {
    let (gates, previous, peepholes) = (
      input(8 * units, seed: 8), input(2 * units, seed: 9), input(3 * units, seed: 10)
    )
    expectAgreement("LSTM", count: 2 * units, filler: Float(0)) { compute, hidden in
      let cell = memory.array(Array(previous.elements))
      var span = cell.elements.mutableSpan
      compute.stepLSTM(
        gates: gates.elements.span, peepholes: peepholes.elements.span, cell: &span, hidden: &hidden, batch: 2)
      #expect(cell.isIntactBefore)
    }
    let (entering, recurring) = (input(6 * units, seed: 11), input(6 * units, seed: 12))
    expectAgreement("GRU", count: 2 * units, filler: Float(0.5)) {
      $0.stepGRU(inputGates: entering.elements.span, recurrentGates: recurring.elements.span, hidden: &$1, batch: 2)
    }
  }

  @Test(arguments: lengths) func conversions(count: Int) {
    let numbers = input(count, seed: 13)
    expectAgreement("float16", count: count, filler: Half(bits: 0)) { _ = $0.convert(numbers.elements.span, into: &$1) }
    let halves = memory.array((0..<count).map { Half(bits: UInt16(truncatingIfNeeded: 331 * $0)) })
    expectAgreement("float32", count: count, filler: Float(0)) { $0.convert(halves.elements.span, into: &$1) }
    for scale in [LinearScale(0.0625, zeroPoint: 3), LinearScale(0.0625, zeroPoint: 300)] {
      expectAgreement("bytes", count: count, filler: UInt8(0)) { $0.quantize(numbers.elements.span, scale, into: &$1) }
      expectAgreement("shorts", count: count, filler: Int16(0)) { $0.quantize(numbers.elements.span, scale, into: &$1) }
    }
    let bytes = memory.array((0..<count).map { UInt8(truncatingIfNeeded: 37 * $0) })
    expectAgreement("from bytes", count: count, filler: Float(0)) {
      $0.dequantize(bytes.elements.span, LinearScale(0.25, zeroPoint: 3), into: &$1)
    }
  }

  @Test(arguments: lengths) func quantizedArithmetic(count: Int) {
    let bytes = memory.array((0..<count).map { UInt8(truncatingIfNeeded: 37 * $0) })
    for function in [BinaryFunction.add, .divide] {
      let scale = TensorScale(0.03, zeroPoint: 5)
      expectAgreement("\(function)", count: count, filler: UInt8(0)) {
        $0.combine(
          function, bytes.elements.span, scale, bytes.elements.span, scale, Broadcast([count], [count])!, into: &$1,
          scale)
      }
    }
  }

  @Test(arguments: lengths) func statistics(count: Int) {
    let (a, b) = (input(count, seed: 14), input(count, seed: 15))
    for compute in Compute.fast {
      #expect(compute.summarize(a.elements.span) == Compute.reference.summarize(a.elements.span))
      #expect(
        compute.compare(a.elements.span, b.elements.span) == Compute.reference.compare(a.elements.span, b.elements.span)
      )
    }
  }
}
