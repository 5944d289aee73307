import Kernels
import Tensors

/// The sizes of data of the shape [batch, channels, spatial…].
struct SpatialShape: Sendable {
  let batch: Int
  let channels: Int
  let spatial: [Int]

  /// Reads the shape of input `index`; `channelsLast` says in which order it comes.
  init(_ shape: Shape, index: Int = 0, channelsLast: Bool) throws(OperatorError) {
    guard shape.rank >= 3 else {
      let expected = channelsLast ? "[batch, spatial…, channels]" : "[batch, channels, spatial…]"
      throw .input(index, "has shape \(shape), expected \(expected)")
    }
    batch = shape[0]
    channels = channelsLast ? shape[shape.rank - 1] : shape[1]
    spatial = Array(channelsLast ? shape.dimensions[1..<(shape.rank - 1)] : shape.dimensions[2...])
  }

  /// The shape of a result with other channels and spatial sizes, channels last.
  func result(channels: Int, spatial: [Int]) throws(OperatorError) -> Shape {
    guard let shape = Shape(fittingMemory: [batch] + spatial + [channels]) else {
      throw .input(0, "leads to an output of \([batch, channels] + spatial), which is too large")
    }
    return shape
  }
}

/// Data of the shape [batch, channels, spatial…], held with the channels last whichever way it came.
struct SpatialData {
  private let sizes: SpatialShape
  /// The elements as [batch, spatial…, channels].
  let tensor: Tensor
  let compute: Compute

  var batch: Int { sizes.batch }
  var channels: Int { sizes.channels }
  var spatial: [Int] { sizes.spatial }
  var type: DataType { tensor.type }
  var spatialCount: Int { spatial.reduce(1, *) }

  /// Takes an input as it comes; `channelsLast` says how that is.
  init(_ input: Tensor, index: Int = 0, channelsLast: Bool, compute: Compute) throws(OperatorError) {
    let sizes = try SpatialShape(input.shape, index: index, channelsLast: channelsLast)
    self.init(input, sizes, channelsLast: channelsLast, compute: compute)
  }

  /// Takes an input whose shape has been read.
  init(_ input: Tensor, _ sizes: SpatialShape, channelsLast: Bool, compute: Compute) {
    self.sizes = sizes
    self.compute = compute
    tensor = input.arriving(channelsLast: channelsLast, compute: compute)
  }

  /// The shape of a result with other channels and spatial sizes, channels last.
  func shape(channels: Int, spatial: [Int]) throws(OperatorError) -> Shape {
    try sizes.result(channels: channels, spatial: spatial)
  }
}

extension Tensor {
  enum ChannelPosition { case first, last }

  /// An input of a node with the channels last; `channelsLast` says whether it comes so.
  func arriving(channelsLast: Bool, compute: Compute) -> Tensor {
    channelsLast ? self : movingChannels(.last, compute: compute)
  }

  /// A channels-last result as the node's consumers expect it.
  func leaving(channelsLast: Bool, compute: Compute) -> Tensor {
    channelsLast ? self : movingChannels(.first, compute: compute)
  }

  /// Moves the channel axis from place 1 to the end, or back.
  func movingChannels(_ position: ChannelPosition, compute: Compute) -> Tensor {
    let dimensions = shape.dimensions
    let batch = dimensions[0]
    switch position {
    case .last:
      let spatial = Array(dimensions[2...])
      let swapped = swappingAxes(
        batch: batch, rows: dimensions[1], columns: spatial.reduce(1, *), compute: compute)
      return swapped.reshaped(Shape([batch] + spatial + [dimensions[1]]))
    case .first:
      let spatial = Array(dimensions[1..<(dimensions.count - 1)])
      let channels = dimensions[dimensions.count - 1]
      let swapped = swappingAxes(batch: batch, rows: spatial.reduce(1, *), columns: channels, compute: compute)
      return swapped.reshaped(Shape([batch, channels] + spatial))
    }
  }

  /// This tensor seen as [batch, rows, columns] with the last two axes swapped.
  func swappingAxes(batch: Int, rows: Int, columns: Int, compute: Compute) -> Tensor {
    guard rows > 1, columns > 1, batch > 0 else { return self }
    return switch type.byteWidth {
    case 1: swapped(Int8.self, batch, rows, columns, compute)
    case 2: swapped(Int16.self, batch, rows, columns, compute)
    case 4: swapped(Int32.self, batch, rows, columns, compute)
    case 8: swapped(Int64.self, batch, rows, columns, compute)
    default: preconditionFailure("no transposition of \(type)")
    }
  }

  private func swapped<Bits: TensorElement>(
    _: Bits.Type, _ batch: Int, _ rows: Int, _ columns: Int, _ compute: Compute
  ) -> Tensor {
    let source = bits(as: Bits.self)
    return Tensor(shape, of: Bits.self) { target in
      compute.transpose(source, batches: batch, rows: rows, columns: columns, into: &target)
    }.reinterpreted(as: type)
  }
}
