import Tensors

/// HannWindow (ONNX 17): the Hann window, 1/2 − 1/2 cos x, in float32 or float64.
struct HannWindow: WindowFunction {
  static let schema = windowSchema("HannWindow")
  static let factors = [0.5, -0.5]

  let attributes: WindowFunctionAttributes

  init(_ node: NodeReader) throws(OperatorError) { attributes = try WindowFunctionAttributes(node) }
}
