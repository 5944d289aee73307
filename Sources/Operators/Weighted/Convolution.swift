import Kernels
import Tensors

/// A floating-point convolution with its epilogue: what Conv and FusedConv have in common.
struct Convolution: Sendable {
  private let attributes: ConvolutionAttributes
  private let activation: Activation
  private var weights: Weights?

  /// Weights in the order that the computation reads them.
  private enum Weights: Sendable {
    case float(DirectConvolution<Float>)
    case double(DirectConvolution<Double>)
  }

  init(_ node: NodeReader, activation: Activation = .none) throws(OperatorError) {
    attributes = try ConvolutionAttributes(node)
    self.activation = activation
  }

  /// This convolution with constant weights in order.
  func prepared(weights: Tensor?) throws(OperatorError) -> Convolution {
    guard let weights = weights?.widened, weights.shape.rank >= 3 else { return self }
    guard weights.shape[0] % attributes.groups == 0 else { return self }
    var prepared = self
    prepared.weights = try arrange(weights)
    return prepared
  }

  private func arrange(_ weights: Tensor) throws(OperatorError) -> Weights {
    let groups = attributes.groups
    switch weights.type {
    case .float32: return .float(DirectConvolution(weights.array(), shape: weights.shape, groups: groups))
    case .float64 where activation != .none: throw .unsupported("an activation is fused for float32 only")
    case .float64: return .double(DirectConvolution(weights.array(), shape: weights.shape, groups: groups))
    default: throw .input(1, "has type \(weights.type), expected float32 or float64")
    }
  }

  /// Convolves input 0 with the weights at 1, adds the bias at 2 and the residual at 3, where present.
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let weights = try inputs.tensor(1, of: inputs[0].type)
    let data = try SpatialData(inputs[0], channelsLast: attributes.channelsLast, compute: inputs.compute)
    let geometry = try attributes.geometry(of: data, weights: weights.shape, at: 1)
    let shape = try data.shape(channels: weights.shape[0], spatial: geometry.output)
    if let bias = inputs.optional(2) {
      try attributes.check(bias: bias, at: 2, outputChannels: weights.shape[0], type: data.type)
    }
    let residual = try residual(inputs, shape: shape)
    let arranged = if let prepared = self.weights { prepared } else { try arrange(weights) }
    let result =
      switch arranged {
      case .float(let weights):
        activation.applied(to: direct(weights, data, geometry, shape: shape, bias: inputs.optional(2), residual))
      case .double(let weights):
        direct(weights, data, geometry, shape: shape, bias: inputs.optional(2), residual)
      }
    return result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)
  }

  /// The tensor to add to the result, channels last.
  private func residual(_ inputs: OperatorInputs, shape: Shape) throws(OperatorError) -> Tensor? {
    guard inputs.optional(3) != nil else { return nil }
    let input = try inputs.tensor(3, of: inputs[0].type)
    let residual = try SpatialData(
      input, index: 3, channelsLast: attributes.channelsLast, compute: inputs.compute
    ).tensor
    guard residual.shape == shape else {
      throw .input(3, "has shape \(input.shape), which is not that of the output")
    }
    return residual
  }

  private func direct<Number: TensorElement & MultiplicativeElement & AdditiveArithmetic>(
    _ weights: DirectConvolution<Number>, _ data: SpatialData, _ geometry: WindowGeometry, shape: Shape,
    bias: Tensor?, _ residual: Tensor?
  ) -> Tensor {
    let elements = data.tensor.span(of: Number.self)
    var builder = TensorBuilder<Number>(shape)
    var output = builder.span
    output.fill(repeating: bias, every: shape[shape.rank - 1])
    weights.accumulate(elements, into: &output, batch: data.batch, geometry: geometry)
    if let residual {
      let addends = residual.span(of: Number.self)
      for index in addends.indices { output[index] += addends[index] }
    }
    let result = builder.finish()
    return result
  }
}

extension MutableSpan where Element: TensorElement & MultiplicativeElement {
  /// Writes the elements of `row` again and again, or zeros where there is no row.
  mutating func fill(repeating row: Tensor?, every count: Int) {
    guard let row else {
      for index in indices { self[index] = .zero }
      return
    }
    let values = row.array(of: Element.self)
    for start in stride(from: 0, to: self.count, by: Swift.max(count, 1)) {
      for index in 0..<count { self[start + index] = values[index] }
    }
  }
}
