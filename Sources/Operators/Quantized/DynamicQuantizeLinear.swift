import Kernels
import Tensors

/// DynamicQuantizeLinear (ONNX 11): uint8 values, scale and zero point for the range that the data has.
struct DynamicQuantizeLinear: Operator {
  static let schema = OperatorSchema(
    "DynamicQuantizeLinear", versions: 11...newestOpset, inputs: 1...1,
    outputs: [.fixed(.uint8), .fixed(.float32), .fixed(.uint8)], float16Since: nil, bfloat16Since: nil)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.tensor(0, of: .float32)
    let range = DynamicRange(of: data, compute: inputs.compute)
    return [
      range.quantize(data, compute: inputs.compute), Tensor(scalar: range.scale),
      Tensor(scalar: UInt8(range.zeroPoint)),
    ]
  }
}

/// The scale and the uint8 zero point that cover the data and zero.
struct DynamicRange {
  let scale: Float
  let zeroPoint: Int32

  init(of data: Tensor, compute: Compute) {
    let range = compute.extent(of: data.span(of: Float.self), including: 0...0)
    let (lowest, highest) = (range.lowerBound, range.upperBound)
    scale = highest == lowest ? 1 : (highest - lowest) / 255
    zeroPoint = Int32(UInt8(rounding: -lowest / scale, zeroPoint: 0))
  }

  func quantize(_ data: Tensor, compute: Compute) -> Tensor {
    let elements = data.span(of: Float.self)
    return Tensor(data.shape, of: UInt8.self) { output in
      compute.quantize(elements, LinearScale(scale, zeroPoint: zeroPoint), into: &output)
    }
  }
}
