import Tensors

/// HammingWindow (ONNX 17): the Hamming window, 25/46 − 21/46 cos x, in float32 or float64.
struct HammingWindow: WindowFunction {
  static let schema = windowSchema("HammingWindow")
  static let factors = [25.0 / 46, -21.0 / 46]

  let attributes: WindowFunctionAttributes

  init(_ node: NodeReader) throws(OperatorError) { attributes = try WindowFunctionAttributes(node) }
}
