import Tensors

/// BlackmanWindow (ONNX 17): the Blackman window, 0.42 − 0.5 cos x + 0.08 cos 2x, in float32 or float64.
struct BlackmanWindow: WindowFunction {
  static let schema = windowSchema("BlackmanWindow")
  static let factors = [0.42, -0.5, 0.08]

  let attributes: WindowFunctionAttributes

  init(_ node: NodeReader) throws(OperatorError) { attributes = try WindowFunctionAttributes(node) }
}
