import Kernels
import Tensors

/// HalfRounding (internal): a Cast to a half-precision type and back to float32, in one pass over memory.
///
/// Attributes: `to` as Cast has it, float16 or bfloat16.
struct HalfRounding: Operator {
  static let schema = OperatorSchema(
    "HalfRounding", domain: internalDomain, inputs: 1...1, outputs: [.fixed(.float32)])

  private let target: HalfType

  init(_ node: NodeReader) throws(OperatorError) {
    guard let target = try HalfType(node, "to") else { throw .attribute("to", "is missing") }
    self.target = target
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    // Cast comes to half precision by way of float32 as well.
    let numbers = try inputs[0].cast(to: .float32, inputs.compute).aligned()
    return [inputs[0].type.fitsHalf ? numbers : rounded(numbers, inputs.compute)]
  }

  private func rounded(_ numbers: Tensor, _ compute: Compute) -> Tensor {
    Tensor(numbers.shape, of: Float.self) { output in
      switch target {
      case .float16: compute.round(numbers.span(of: Float.self), to: Half.self, into: &output)
      case .bfloat16: compute.round(numbers.span(of: Float.self), to: BFloat16.self, into: &output)
      }
    }
  }
}

extension HalfType {
  /// What an attribute names as Cast does; nil where it is missing.
  init?(_ node: NodeReader, _ attribute: String) throws(OperatorError) {
    guard let type = try node.dataType(attribute) else { return nil }
    switch type {
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: throw .attribute(attribute, "is \(type), expected float16 or bfloat16")
    }
  }
}

extension DataType {
  /// Whether both half-precision types hold every value of this one.
  fileprivate var fitsHalf: Bool { self == .bool || self == .int8 || self == .uint8 }
}
