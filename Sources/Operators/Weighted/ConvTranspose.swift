import Kernels
import Tensors

/// ConvTranspose (ONNX 1, 11, 22): each element of the data spreads a window of weights over the output.
///
/// A matrix product per group gives what every element adds through every weight; the sums are then gathered where
/// the windows overlap.
struct ConvTranspose: Operator {
  static let schema = OperatorSchema("ConvTranspose", inputs: 2...3, bfloat16Since: 22)

  private let geometry: TransposedGeometry
  private let groups: Int
  private let channelsLast: Bool
  /// One matrix [channels of the group, kernel position and output channel] per group.
  private var packed: [PackedFloatMatrix]?

  init(_ node: NodeReader) throws(OperatorError) {
    geometry = try TransposedGeometry(node)
    groups = try node.int("group", default: 1)
    channelsLast = try node.isChannelsLast
    guard groups >= 1 else { throw .attribute("group", "is \(groups), expected 1 or more") }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    guard let weights = constants[1]?.widened, weights.type == .float32, weights.shape.rank >= 3,
      weights.shape[0] % groups == 0
    else { return self }
    var prepared = self
    prepared.packed = matrices(weights, of: Float.self).compactMap { PackedFloatMatrix($0) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let weights = try inputs.tensor(1, of: inputs[0].type)
    let data = try SpatialData(inputs[0], channelsLast: channelsLast, compute: inputs.compute)
    let channels = try outputChannels(weights.shape, data)
    let windows = try geometry.windows(input: data.spatial, weights: weights.shape)
    let shape = try data.shape(channels: channels, spatial: windows.axes.map(\.input))
    if let bias = inputs.optional(2) {
      guard bias.type == data.type, bias.shape == [channels] else {
        throw .input(2, "is \(bias.type) of shape \(bias.shape), expected \(data.type) of shape [\(channels)]")
      }
    }
    let result: Tensor
    switch data.type {
    case .float32:
      let products = floatProducts(data, weights, compute: inputs.compute)
      result = gather(products, of: Float.self, windows, shape: shape, bias: inputs.optional(2))
    case .float64:
      let products = doubleProducts(data, weights)
      result = gather(products, of: Double.self, windows, shape: shape, bias: inputs.optional(2))
    default: throw .input(0, "has type \(data.type), expected float32 or float64")
    }
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let isFloat = inputs[0].type == .float32
    return OperatorWork(
      multiplyAdds: inputs[0].count * inputs[1].shape.count(of: 1..<inputs[1].shape.rank), .float,
      kernel: isFloat ? "gemm f32" : "direct \(inputs[0].type)", tier: isFloat ? inputs.compute.tier : nil,
      variant: "then gathered")
  }

  /// Checks weights [channels, output channels per group, spatial…] and counts the output channels.
  private func outputChannels(_ shape: Shape, _ data: SpatialData) throws(OperatorError) -> Int {
    guard shape.rank == data.spatial.count + 2 else {
      throw .input(1, "has shape \(shape), expected \(data.spatial.count + 2) axes as input 0 has")
    }
    guard shape[0] == data.channels else {
      throw .input(1, "has shape \(shape) but input 0 has \(data.channels) channels")
    }
    guard shape[0] % groups == 0 else {
      throw .input(1, "has \(shape[0]) channels, which \(groups) groups do not divide")
    }
    let (channels, overflow) = shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw .attribute("group", "is \(groups), which is too large") }
    return channels
  }

  /// The weights of each group as the right-hand matrix of a product.
  private func matrices<Number: TensorElement>(_ weights: Tensor, of: Number.Type) -> [Tensor] {
    let shape = weights.shape
    let kernelCount = shape.count(of: 2..<shape.rank)
    let (depth, outputs) = (shape[0] / groups, shape[1])
    let elements = weights.array(of: Number.self)
    return (0..<groups).map { group in
      Tensor([depth, kernelCount * outputs], of: Number.self) { matrix in
        for channel in 0..<depth {
          for output in 0..<outputs {
            let source = ((group * depth + channel) * outputs + output) * kernelCount
            for tap in 0..<kernelCount {
              matrix[(channel * kernelCount + tap) * outputs + output] = elements[source + tap]
            }
          }
        }
      }
    }
  }

  private func floatProducts(_ data: SpatialData, _ weights: Tensor, compute: Compute) -> [Tensor] {
    let matrices = packed ?? matrices(weights, of: Float.self).compactMap { PackedFloatMatrix($0) }
    return matrices.enumerated().map { group, matrix in
      let rows = data.channels(ofGroup: group, of: groups, as: Float.self)
      let elements = rows.span(of: Float.self)
      return Tensor([rows.shape[0], matrix.columns], of: Float.self) { output in
        matrix.multiply(elements, into: &output, compute: compute)
      }
    }
  }

  private func doubleProducts(_ data: SpatialData, _ weights: Tensor) -> [Tensor] {
    matrices(weights, of: Double.self).enumerated().map { group, matrix in
      let rows = data.channels(ofGroup: group, of: groups, as: Double.self)
      let (elements, factors) = (rows.span(of: Double.self), matrix.span(of: Double.self))
      return Tensor([rows.shape[0], matrix.shape[1]], of: Double.self) { output in
        for index in output.indices { output[index] = 0 }
        addProduct(elements, factors, to: &output, depth: rows.shape[1], columns: matrix.shape[1])
      }
    }
  }

  /// Adds up the products of each group where their windows overlap.
  private func gather<Number: TensorElement & MultiplicativeElement & AdditiveArithmetic>(
    _ products: [Tensor], of: Number.Type, _ windows: WindowGeometry, shape: Shape, bias: Tensor?
  ) -> Tensor {
    let channels = shape[shape.rank - 1]
    let outputs = channels / groups
    return Tensor(shape, of: Number.self) { result in
      result.fill(repeating: bias, every: channels)
      var taps: [WindowGeometry.Tap] = []
      for window in 0..<windows.outputCount {
        windows.collectTaps(ofWindow: window, into: &taps)
        for image in 0..<shape[0] {
          for (group, product) in products.enumerated() {
            let elements = product.span(of: Number.self)
            let row = (image * windows.outputCount + window) * windows.kernelCount
            for tap in taps {
              let target = (image * windows.inputCount + tap.input) * channels + group * outputs
              let source = (row + tap.kernel) * outputs
              for output in 0..<outputs { result[target + output] += elements[source + output] }
            }
          }
        }
      }
    }
  }
}

extension SpatialData {
  /// The channels of one group as a matrix with a row per position.
  fileprivate func channels<Number: TensorElement>(
    ofGroup group: Int, of groups: Int, as: Number.Type
  ) -> Tensor {
    let rows = batch * spatialCount
    let count = channels / groups
    if groups == 1 { return tensor.reshaped([rows, channels]) }
    let elements = tensor.span(of: Number.self)
    return Tensor([rows, count], of: Number.self) { target in
      for row in 0..<rows {
        for channel in 0..<count {
          target[row * count + channel] = elements[row * channels + group * count + channel]
        }
      }
    }
  }
}
