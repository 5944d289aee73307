import Kernels
import Tensors

/// RoiAlign (ONNX 10, 16, 22): regions of feature maps pooled to a fixed size, sampled bilinearly.
struct RoiAlign: Operator {
  static let schema = OperatorSchema(
    "RoiAlign", versions: 10...newestOpset, inputs: 3...3, bfloat16Since: 22)

  enum Pooling: String, CaseIterable { case average = "avg", maximum = "max" }
  enum Alignment: String, CaseIterable { case halfPixel = "half_pixel", outputHalfPixel = "output_half_pixel" }

  private let pooling: Pooling
  private let alignment: Alignment
  private let height: Int
  private let width: Int
  private let samplingRatio: Int
  private let scale: Float

  init(_ node: NodeReader) throws(OperatorError) {
    pooling = try node.choice("mode", default: .average)
    alignment =
      node.version < 16
      ? .outputHalfPixel : try node.choice("coordinate_transformation_mode", default: .halfPixel)
    height = try node.int("output_height", default: 1)
    width = try node.int("output_width", default: 1)
    samplingRatio = try node.int("sampling_ratio", default: 0)
    scale = try node.float("spatial_scale", default: 1)
    guard height > 0 else { throw .attribute("output_height", "is \(height), expected 1 or more") }
    guard width > 0 else { throw .attribute("output_width", "is \(width), expected 1 or more") }
    guard (0...1 << 10).contains(samplingRatio) else {
      throw .attribute("sampling_ratio", "is \(samplingRatio), expected 0 to 1024")
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let maps = try inputs.tensor(0, of: .float32)
    let regions = try inputs.tensor(1, of: .float32)
    guard maps.shape.rank == 4 else { throw .input(0, "has shape \(maps.shape), expected 4 axes") }
    guard regions.shape.rank == 2, regions.shape[1] == 4 else {
      throw .input(1, "has shape \(regions.shape), expected regions of 4 numbers")
    }
    let batches = try inputs.entryIndices(2, count: maps.shape[0])
    guard batches.count == regions.shape[0] else {
      throw .input(2, "has \(batches.count) elements for \(regions.shape[0]) regions")
    }
    let shape = try DataType.float32.outputShape([batches.count, maps.shape[1], height, width])
    let numbers = regions.array(of: Float.self)
    guard shape.count == 0 || maps.count > 0 else {
      throw .input(0, "has shape \(maps.shape), which has nothing to sample")
    }
    var bins: [[Sample]] = []
    for region in batches.indices {
      bins += try samples(Array(numbers[region * 4..<region * 4 + 4]), in: maps.shape)
    }
    // The kernel takes sums only.
    guard pooling == .average, shape.count > 0, maps.shape[2] * maps.shape[3] <= GridReader.largestPlane else {
      return [pool(maps.aligned(), bins, batches: batches, shape: shape)]
    }
    return [averages(maps.aligned(), bins, batches: batches, shape: shape, inputs.compute)]
  }

  /// Four neighbouring elements of a channel and their weights.
  private struct Sample {
    var offsets = (0, 0, 0, 0)
    var weights: (Float, Float, Float, Float) = (0, 0, 0, 0)
  }

  /// The samples of each bin of a region.
  private func samples(_ corners: [Float], in shape: Shape) throws(OperatorError) -> [[Sample]] {
    let offset: Float = alignment == .halfPixel ? 0.5 : 0
    let (left, top) = (corners[0] * scale - offset, corners[1] * scale - offset)
    var (regionWidth, regionHeight) = ((corners[2] - corners[0]) * scale, (corners[3] - corners[1]) * scale)
    if alignment == .outputHalfPixel {
      // Before there was half_pixel, a region was at least one pixel large.
      (regionWidth, regionHeight) = (max(regionWidth, 1), max(regionHeight, 1))
    }
    let (binHeight, binWidth) = (regionHeight / Float(height), regionWidth / Float(width))
    let rows = try sampleCount(binHeight)
    let columns = try sampleCount(binWidth)
    var bins: [[Sample]] = []
    for row in 0..<height {
      for column in 0..<width {
        var samples: [Sample] = []
        for y in 0..<rows {
          for x in 0..<columns {
            samples.append(
              sample(
                y: top + (Float(row) + (Float(y) + 0.5) / Float(rows)) * binHeight,
                x: left + (Float(column) + (Float(x) + 0.5) / Float(columns)) * binWidth, in: shape))
          }
        }
        bins.append(samples)
      }
    }
    return bins
  }

  /// How many samples a bin takes along an axis: as given, or about one for each pixel.
  private func sampleCount(_ binSize: Float) throws(OperatorError) -> Int {
    if samplingRatio > 0 { return samplingRatio }
    guard binSize <= 1024 else { throw .input(1, "has a region of which a bin is \(binSize) pixels large") }
    return Int(max(binSize.rounded(.up), 0))
  }

  private func sample(y: Float, x: Float, in shape: Shape) -> Sample {
    let (rows, columns) = (shape[2], shape[3])
    guard y >= -1, y <= Float(rows), x >= -1, x <= Float(columns) else { return Sample() }
    let (y, x) = (min(max(y, 0), Float(rows - 1)), min(max(x, 0), Float(columns - 1)))
    let (top, left) = (Int(y), Int(x))
    let (bottom, right) = (min(top + 1, rows - 1), min(left + 1, columns - 1))
    let (down, across) = (y - Float(top), x - Float(left))
    return Sample(
      offsets: (top * columns + left, top * columns + right, bottom * columns + left, bottom * columns + right),
      weights: ((1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across))
  }

  /// The means of the samples in each bin.
  private func averages(
    _ maps: Tensor, _ bins: [[Sample]], batches: [Int], shape: Shape, _ compute: Compute
  ) -> Tensor {
    let size = height * width
    let regions = batches.indices.map { bins[$0 * size..<($0 + 1) * size] }
    return Tensor(shape, of: Float.self) { output in
      compute.sample(
        maps.span(of: Float.self), planes: shape[1], plane: maps.shape[2] * maps.shape[3],
        at: regions.map { [points(of: $0)] }, ofBatches: batches, into: &output)
      for (index, region) in regions.enumerated() {
        let count = Float(max(region.first?.count ?? 0, 1))
        let start = index * shape[1] * size
        for place in start..<start + shape[1] * size { output[place] /= count }
      }
    }
  }

  /// A point for each bin of a region: the sum of all neighbours of its samples.
  private func points(of bins: ArraySlice<[Sample]>) -> SamplingPoints {
    let samples = bins.first?.count ?? 0
    var offsets: [Int32] = []
    var weights: [Float] = []
    for sample in 0..<samples {
      offsets += bins.map { Int32($0[sample].offsets.0) } + bins.map { Int32($0[sample].offsets.1) }
      offsets += bins.map { Int32($0[sample].offsets.2) } + bins.map { Int32($0[sample].offsets.3) }
      weights += bins.map { $0[sample].weights.0 } + bins.map { $0[sample].weights.1 }
      weights += bins.map { $0[sample].weights.2 } + bins.map { $0[sample].weights.3 }
    }
    return SamplingPoints(count: bins.count, taps: 4 * samples, offsets: offsets, weights: weights)
  }

  private func pool(_ maps: Tensor, _ bins: [[Sample]], batches: [Int], shape: Shape) -> Tensor {
    let plane = maps.shape[2] * maps.shape[3]
    let (channels, size) = (shape[1], height * width)
    return Tensor(shape, of: Float.self) { output in
      let elements = maps.span(of: Float.self)
      for region in batches.indices {
        for channel in 0..<channels {
          let start = (batches[region] * channels + channel) * plane
          for bin in 0..<size {
            output[(region * channels + channel) * size + bin] = pool(
              bins[region * size + bin], elements, at: start)
          }
        }
      }
    }
  }

  private func pool(_ samples: [Sample], _ elements: Span<Float>, at start: Int) -> Float {
    var result: Float?
    for sample in samples {
      let (offsets, weights) = (sample.offsets, sample.weights)
      let a = weights.0 * elements[start + offsets.0]
      let b = weights.1 * elements[start + offsets.1]
      let c = weights.2 * elements[start + offsets.2]
      let d = weights.3 * elements[start + offsets.3]
      switch pooling {
      case .average: result = (result ?? 0) + (a + b + c + d)
      // ONNX takes the maximum over the weighted neighbours, not over their sums.
      case .maximum: result = max(result ?? a, a, b, c, d)
      }
    }
    return pooling == .average ? (result ?? 0) / Float(max(samples.count, 1)) : result ?? 0
  }
}
