import Tensors

/// A window of signal processing: a sum of cosines over the requested number of samples.
protocol WindowFunction: Operator {
  /// The factors of cos 0, cos x, cos 2x, …, x being 2π · sample / period.
  static var factors: [Double] { get }
  var attributes: WindowFunctionAttributes { get }
}

/// The attributes that all windows have.
struct WindowFunctionAttributes {
  /// Whether the window repeats after its last sample rather than with it.
  let isPeriodic: Bool
  let type: DataType

  init(_ node: NodeReader) throws(OperatorError) {
    isPeriodic = try node.flag("periodic", default: true)
    type = try node.realOutputType()
  }
}

extension WindowFunction {
  static func windowSchema(_ name: String) -> OperatorSchema {
    OperatorSchema(
      name, versions: 17...newestOpset, inputs: 1...1, outputs: [.computed], float16Since: nil, bfloat16Since: nil)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [attributes.type] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let sizes = try inputs.integers(0)
    guard sizes.count == 1, let shape = Shape(validating: sizes), shape.count <= 1 << 28 else {
      throw .input(0, "holds \(sizes), expected one size")
    }
    let period = Double(attributes.isPeriodic ? sizes[0] : max(sizes[0] - 1, 1))
    let samples = (0..<sizes[0]).map { sample in
      let angle = 2 * Double.pi * Double(sample) / period
      return Self.factors.enumerated().reduce(0) { $0 + $1.element * (Double($1.offset) * angle).cosine }
    }
    return [Tensor(shape, samples).rounded(to: attributes.type)]
  }
}

extension NodeReader {
  /// The floating-point type that the attribute `output_datatype` asks for.
  func realOutputType() throws(OperatorError) -> DataType {
    let type = try dataType("output_datatype") ?? .float32
    guard type == .float32 || type == .float64 else {
      throw .unsupported("attribute \"output_datatype\" is \(type), only float32 and float64 are supported")
    }
    return type
  }
}

extension Tensor {
  /// A float64 tensor as float32 or, unchanged, as float64.
  func rounded(to type: DataType) -> Tensor {
    type == .float64 ? self : mapped { (x: Double) in Float(x) }
  }
}
