import Kernels
import Tensors

/// ConvInteger (ONNX 10): the convolution of 8-bit integers less their zero points, in int32.
struct ConvInteger: Operator {
  static let schema = OperatorSchema(
    "ConvInteger", versions: 10...newestOpset, inputs: 2...4, outputs: [.fixed(.int32)], float16Since: nil,
    bfloat16Since: nil)

  private var convolution: IntegerConvolution
  private var sums: Derived<IntegerEpilogue>

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try IntegerConvolution(node, weights: 1, zeroPoint: 3, dataZeroPoint: 2)
    sums = Derived(node, from: 1...3)
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    let convolution = try convolution.prepared(with: constants)
    var prepared = self
    prepared.convolution = convolution
    prepared.sums = sums.prepared(with: constants) { _ in convolution.prepared(.sums(.sums())) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    [convolution.sums(try convolution.job(inputs), epilogue: sums.value ?? .sums(.sums()))]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, outputs: outputs)
  }
}
