internal import CKernels

/// How the planes of GridSample (ONNX 16, 20, 22) are read beyond their ends.
public enum GridPadding: String, CaseIterable, Sendable {
  case zeros, border, reflection

  fileprivate var identifier: ck_grid_padding {
    switch self {
    case .zeros: CK_GRID_ZEROS
    case .border: CK_GRID_BORDER
    case .reflection: CK_GRID_REFLECTION
    }
  }
}

/// How the planes of GridSample are read between their entries.
public enum GridInterpolation: Sendable {
  case nearest, linear
  /// Cubic convolution with a = −0.75.
  case cubic

  /// How many entries of an axis are mixed for a coordinate.
  fileprivate var taps: Int {
    switch self {
    case .nearest: 1
    case .linear: 2
    case .cubic: 4
    }
  }

  fileprivate var identifier: ck_grid_interpolation {
    switch self {
    case .nearest: CK_GRID_NEAREST
    case .linear: CK_GRID_LINEAR
    case .cubic: CK_GRID_CUBIC
    }
  }
}

/// Turns the coordinates of a grid into places of planes.
public struct GridReader: Sendable {
  /// The most elements that a plane may have.
  public static let largestPlane = 1 << 30

  let lengths: [Int]
  let alignsCorners: Bool
  let padding: GridPadding
  let interpolation: GridInterpolation

  /// Reads planes whose axes have these lengths, the outermost first. A coordinate of −1 and 1 stands for the middle of
  /// the first and the last entry, or where corners are not aligned for their outer edges.
  public init(lengths: [Int], alignsCorners: Bool, padding: GridPadding, interpolation: GridInterpolation) {
    precondition(lengths.allSatisfy { $0 > 0 }, "planes of \(lengths)")
    precondition(lengths.reduce(1, *) <= Self.largestPlane, "planes of \(lengths)")
    self.lengths = lengths
    self.alignsCorners = alignsCorners
    self.padding = padding
    self.interpolation = interpolation
  }

  fileprivate func axis(_ index: Int) -> ck_grid_axis {
    ck_grid_axis(
      length: Int32(lengths[index]), aligns_corners: alignsCorners ? 1 : 0, padding: padding.identifier,
      interpolation: interpolation.identifier)
  }
}

/// Points between the elements of a plane, each a sum of some elements times weights.
public struct SamplingPoints: Sendable {
  public let count: Int
  /// How many elements each point is a sum of.
  public let taps: Int
  /// [tap][point]: where each element lies in its plane.
  public let offsets: [Int32]
  /// [tap][point]. An element whose weight is −0 is not there: it counts as 0, whatever it is.
  public let weights: [Float]
  /// The planes must have more elements than this.
  let highestOffset: Int

  /// Makes points of `taps` elements each, in the order [tap][point].
  public init(count: Int, taps: Int, offsets: [Int32], weights: [Float]) {
    precondition(offsets.count == count * taps && weights.count == count * taps, "taps of \(count) points")
    var (lowest, highest): (Int32, Int32) = (0, 0)
    for offset in offsets {
      lowest = min(lowest, offset)
      highest = max(highest, offset)
    }
    precondition(lowest >= 0, "an element at \(lowest)")
    self.count = count
    self.taps = taps
    self.offsets = offsets
    self.weights = weights
    highestOffset = Int(highest)
  }

  @unsafe fileprivate func withPoints(_ body: (ck_points) -> Void) {
    unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe body(ck_points(count: count, taps: taps, offsets: offsets.baseAddress, weights: weights.baseAddress))
      }
    }
  }
}

/// Kernels that read planes between their elements. Results depend neither on the tier nor on the number of threads.
extension Compute {
  /// The points that a grid of [batch][point][axis] coordinates names, those of the innermost axis first. The points of
  /// a batch come in parts that follow each other.
  public func points(of grid: Span<Float>, batches: Int, _ reader: GridReader) -> [[SamplingPoints]] {
    let axes = reader.lengths.count
    precondition(grid.count % max(batches * axes, 1) == 0, "\(grid.count) coordinates in \(batches) batches")
    guard grid.count > 0 else { return [[SamplingPoints]](repeating: [], count: batches) }
    let points = grid.count / (batches * axes)
    let partsPerBatch = parts(of: points, size: pointsPerPart)
    let all = unsafe grid.withUnsafeBufferPointer { grid in
      nonisolated(unsafe) let coordinates = grid.baseAddress!
      return mapParts(of: batches * partsPerBatch, work: grid.count * 16) { index in
        let (batch, part) = index.quotientAndRemainder(dividingBy: partsPerBatch)
        let first = part * pointsPerPart
        return unsafe self.points(
          coordinates + (batch * points + first) * axes, count: min(pointsPerPart, points - first), reader)
      }
    }
    return (0..<batches).map { Array(all[$0 * partsPerBatch..<($0 + 1) * partsPerBatch]) }
  }

  @unsafe private func points(
    _ coordinates: UnsafePointer<Float>, count: Int, _ reader: GridReader
  ) -> SamplingPoints {
    let axes = reader.lengths.count
    var (taps, offsets, weights) = unsafe axisTaps(coordinates + axes - 1, count: count, axis: 0, reader)
    for axis in 1..<max(axes, 1) {
      let (steps, entries, factors) = unsafe axisTaps(coordinates + axes - 1 - axis, count: count, axis: axis, reader)
      var combinedOffsets = [Int32](repeating: 0, count: offsets.count * steps)
      var combinedWeights = [Float](repeating: 0, count: offsets.count * steps)
      unsafe combinedOffsets.withUnsafeMutableBufferPointer { combinedOffsets in
        unsafe combinedWeights.withUnsafeMutableBufferPointer { combinedWeights in
          unsafe ck_combine_taps(
            offsets, weights, taps, entries, factors, steps, Int32(reader.lengths[axis]), count,
            combinedOffsets.baseAddress, combinedWeights.baseAddress)
        }
      }
      (taps, offsets, weights) = (taps * steps, combinedOffsets, combinedWeights)
    }
    return SamplingPoints(count: count, taps: taps, offsets: offsets, weights: weights)
  }

  @unsafe private func axisTaps(
    _ coordinates: UnsafePointer<Float>, count: Int, axis: Int, _ reader: GridReader
  ) -> (taps: Int, entries: [Int32], weights: [Float]) {
    let taps = reader.interpolation.taps
    var entries = [Int32](repeating: 0, count: taps * count)
    var weights = [Float](repeating: 0, count: taps * count)
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      unsafe weights.withUnsafeMutableBufferPointer { weights in
        unsafe ck_axis_taps(
          tier.identifier, reader.axis(axis), coordinates, reader.lengths.count, count, entries.baseAddress,
          weights.baseAddress)
      }
    }
    return (taps, entries, weights)
  }

  /// output[list][plane][point] = the sum of the point's elements of input[batch][plane], in the order of its taps.
  ///
  /// - Parameters:
  ///   - input: Batches of `planes` planes of `plane` elements.
  ///   - points: Lists of points, each in parts that follow each other; all lists have as many of them.
  ///   - batches: The batch that each list reads; nil where they are in the same order.
  public func sample(
    _ input: Span<Float>, planes: Int, plane: Int, at points: [[SamplingPoints]], ofBatches batches: [Int]? = nil,
    into output: inout MutableSpan<Float>
  ) {
    let pointsPerPlane = points.first?.reduce(0) { $0 + $1.count } ?? 0
    let batches = batches ?? Array(points.indices)
    precondition(batches.count == points.count, "\(batches.count) batches for \(points.count) lists")
    precondition(output.count == points.count * planes * pointsPerPlane, "\(output.count) results of \(planes) planes")
    var parts: [SamplingPart] = []
    for (index, list) in points.enumerated() {
      let first = batches[index] * planes * plane
      precondition(first >= 0 && first + planes * plane <= input.count, "batch \(batches[index])")
      var start = 0
      for part in list where part.count > 0 {
        precondition(part.highestOffset < plane || part.taps == 0, "\(part.highestOffset) in \(plane) elements")
        let output = index * planes * pointsPerPlane + start
        parts.append(SamplingPart(points: part, input: first, output: output))
        start += part.count
      }
      precondition(start == pointsPerPlane, "\(start) points, not \(pointsPerPlane)")
    }
    guard output.count > 0 else { return }
    unsafe sample(parts, input.address!, planes: planes, plane: plane, output.mutableAddress!, stride: pointsPerPlane)
  }

  /// output[block][i] = the sum of `taps` rows of input[block] times weights, in the order of the taps. Blocks have
  /// `rows` rows of `width` elements. `taps` and `weights` are [i][tap]; a row whose weight is 0 is not read.
  public func mixRows(
    _ input: Span<Float>, rows: Int, width: Int, taps: [Int32], weights: [Float], tapCount: Int,
    into output: inout MutableSpan<Float>
  ) {
    precondition(tapCount > 0 && taps.count == weights.count, "\(taps.count) taps with \(weights.count) weights")
    precondition(taps.allSatisfy { $0 >= 0 && $0 < rows }, "a tap beyond \(rows) rows")
    let length = taps.count / tapCount
    guard input.count > 0, output.count > 0 else { return }
    let blocks = input.count / (rows * width)
    precondition(input.count == blocks * rows * width && output.count == blocks * length * width, "\(blocks) blocks")
    let tier = tier.identifier
    unsafe taps.withUnsafeBufferPointer { taps in
      unsafe weights.withUnsafeBufferPointer { weights in
        nonisolated(unsafe) let lists = (taps.baseAddress!, weights.baseAddress!)
        nonisolated(unsafe) let source = unsafe input.address!
        nonisolated(unsafe) let target = unsafe output.mutableAddress!
        forEachRowChunk(of: blocks * length, elements: width, cost: tapCount) { results in
          var first = results.lowerBound
          while first < results.upperBound {
            let (block, row) = first.quotientAndRemainder(dividingBy: length)
            let count = min(length - row, results.upperBound - first)
            unsafe ck_mix_rows(
              tier, source + block * rows * width, width, tapCount, lists.0 + row * tapCount, lists.1 + row * tapCount,
              target + first * width, count)
            first += count
          }
        }
      }
    }
  }

  @unsafe private func sample(
    _ parts: [SamplingPart], _ input: UnsafePointer<Float>, planes: Int, plane: Int,
    _ output: UnsafeMutablePointer<Float>, stride: Int
  ) {
    nonisolated(unsafe) let (input, output) = unsafe (input, output)
    let groups = Kernels.parts(of: planes, size: planesPerChunk)
    let work = parts.reduce(0) { $0 + $1.points.offsets.count } * planes
    run(chunks: parts.count * groups, work: work) { chunk in
      let part = parts[chunk / groups]
      let first = chunk % groups * planesPerChunk
      unsafe part.points.withPoints { points in
        unsafe ck_sample(
          tier.identifier, input + part.input + first * plane, plane, points, output + part.output + first * stride,
          stride, min(planesPerChunk, planes - first))
      }
    }
  }
}

/// So many points at a time have taps that fit the caches.
private let pointsPerPart = 1024

private let planesPerChunk = 16

/// Points of one batch, with the places where its first plane begins and where their first results go.
private struct SamplingPart {
  let points: SamplingPoints
  let input: Int
  let output: Int
}
