import Kernels
import Tensors

/// A ConvTranspose of certain sizes as ordinary convolutions, each of which writes some of the outputs: one for every
/// combination of the phases of the axes.
struct PhasedConvolution: Sendable {
  /// A phase of each of three axes.
  struct Part: Sendable, Hashable {
    fileprivate let depth: TransposedPhase
    fileprivate let height: TransposedPhase
    fileprivate let width: TransposedPhase

    fileprivate var axes: [TransposedPhase] { [depth, height, width] }
    fileprivate var isEmpty: Bool { axes.contains { $0.tapCount == 0 } }
    /// How many neighbouring outputs are computed as channels of one.
    fileprivate var joinedCount: Int { width.taps.count }
  }

  /// What the weights of the parts depend on.
  struct Kernel: Sendable, Hashable {
    fileprivate let depth: TransposedPhase.Taps
    fileprivate let height: TransposedPhase.Taps
    fileprivate let width: [TransposedPhase.Taps]
    fileprivate let geometry: ConvolutionGeometry
  }

  /// A part as the kernels compute it.
  struct Step: Sendable {
    fileprivate let weights: PackedConvolution
    fileprivate let plan: ConvolutionPlan
    fileprivate let joinedCount: Int
  }

  private let parts: [Part]
  /// Whether some outputs meet no tap at all.
  private let hasGaps: Bool
  private let batch: Int
  private let axes: [WindowGeometry.Axis]
  private let channels: Int
  private let outputsPerGroup: Int
  private let groups: Int
  let kernels: [Kernel]

  /// Nil where kernels do not take it: more than three spatial axes, padding that cuts off whole windows, or enormous
  /// strides.
  ///
  /// - Parameters:
  ///   - windows: The windows that lead from the output to the data.
  ///   - weights: [channels, output channels per group, spatial…].
  init?(batch: Int, _ windows: WindowGeometry, weights: Shape, groups: Int) {
    guard windows.axes.count <= 3, weights.count > 0 else { return nil }
    let missing = [WindowGeometry.Axis](repeating: .init(input: 1, kernel: 1), count: 3 - windows.axes.count)
    let axes = missing + windows.axes
    guard axes.reduce(1, { $0 * min($1.stride, $1.input) }) <= Self.mostPhases else { return nil }
    // The results of joined phases follow each other only where those of all groups do.
    let phases = [0, 1, 2].map { TransposedPhase.phases(of: axes[$0], joined: $0 == 2 && groups == 1) }
    guard phases.joined().allSatisfy({ $0.padding >= 0 }) else { return nil }
    let all = phases[0].flatMap { depth in
      phases[1].flatMap { height in phases[2].map { Part(depth: depth, height: height, width: $0) } }
    }
    parts = all.filter { !$0.isEmpty }
    hasGaps = parts.count < all.count
    self.batch = batch
    self.axes = axes
    self.groups = groups
    channels = weights[0]
    outputsPerGroup = weights[1]
    kernels = parts.map { part in
      Kernel(
        depth: part.depth.taps[0], height: part.height.taps[0], width: part.width.taps,
        geometry: Self.geometry(part, weights, groups))
    }
  }

  /// Strides that lead to more combinations of phases are no reasonable ones.
  private static let mostPhases = 4096

  /// The sizes of a part that its weights depend on.
  private static func geometry(_ part: Part, _ weights: Shape, _ groups: Int) -> ConvolutionGeometry {
    var geometry = ConvolutionGeometry(
      input: .init(1), inputChannels: weights[0], outputChannels: weights[1] * groups * part.joinedCount,
      kernel: .init(height: part.height.tapCount, width: part.width.tapCount),
      dilations: .init(height: part.height.dilation, width: part.width.dilation), groups: groups)
    geometry.planes = .init(kernel: part.depth.tapCount, dilation: part.depth.dilation)
    return geometry
  }

  /// The weights of all parts in the order of the kernels.
  func pack(_ weights: Tensor) -> [PackedConvolution] {
    let elements = weights.array(of: Float.self)
    return kernels.map { kernel in PackedConvolution(arrange(elements, kernel).span, for: kernel.geometry) }
  }

  /// The weights of a part as [output channel, channel of the group, spatial…].
  private func arrange(_ elements: [Float], _ kernel: Kernel) -> [Float] {
    let channelsPerGroup = channels / groups
    var arranged: [Float] = []
    arranged.reserveCapacity(kernel.geometry.weightCount)
    for columns in kernel.width {
      for output in 0..<groups * outputsPerGroup {
        for channel in 0..<channelsPerGroup {
          let (group, result) = output.quotientAndRemainder(dividingBy: outputsPerGroup)
          let source = (group * channelsPerGroup + channel) * outputsPerGroup + result
          for plane in 0..<kernel.depth.count {
            for row in 0..<kernel.height.count {
              let line =
                ((source * axes[0].kernel + kernel.depth.tap(plane)) * axes[1].kernel + kernel.height.tap(row))
                * axes[2].kernel
              for column in 0..<columns.count { arranged.append(elements[line + columns.tap(column)]) }
            }
          }
        }
      }
    }
    return arranged
  }

  /// What is to be computed with the weights that `pack` made.
  func steps(_ weights: [PackedConvolution], _ compute: Compute) -> [Step] {
    parts.indices.map { index in
      let geometry = placed(parts[index], kernels[index].geometry)
      let plan = compute.plan(geometry, for: weights[index], layout: layout(parts[index]))
      return Step(weights: weights[index], plan: plan, joinedCount: parts[index].joinedCount)
    }
  }

  private func placed(_ part: Part, _ geometry: ConvolutionGeometry) -> ConvolutionGeometry {
    var placed = geometry
    let (depth, height, width) = (axes[0].output, axes[1].output, axes[2].output)
    placed.batch = batch
    placed.planes.input = depth
    placed.planes.front = part.depth.padding
    placed.planes.back = part.depth.paddingBehind(depth)
    placed.input = .init(height: height, width: width)
    placed.padding = .init(
      top: part.height.padding, left: part.width.padding, bottom: part.height.paddingBehind(height),
      right: part.width.paddingBehind(width))
    return placed
  }

  /// Where the outputs of a part lie; nil where they are all of the output.
  private func layout(_ part: Part) -> OutputLayout? {
    guard axes.contains(where: { $0.stride > 1 }) else { return nil }
    let pixel = groups * outputsPerGroup
    let row = axes[2].input * pixel
    let plane = axes[1].input * row
    return OutputLayout(
      first: part.depth.output * plane + part.height.output * row + part.width.output * pixel,
      pixel: axes[2].stride * pixel, row: axes[1].stride * row, plane: axes[0].stride * plane,
      image: axes[0].input * plane)
  }

  /// Convolves channels-last data. `output` is channels last as well.
  func run(
    _ data: Span<Float>, _ steps: [Step], bias: Tensor?, compute: Compute, into output: inout MutableSpan<Float>
  ) {
    if hasGaps { output.fill(repeating: bias, every: groups * outputsPerGroup) }
    let biases = bias.map { $0.array(of: Float.self) }
    for step in steps {
      let repeated = biases.map { [[Float]](repeating: $0, count: step.joinedCount).flatMap(\.self) }
      compute.convolve(data, step.plan, by: step.weights, bias: repeated?.span, into: &output)
    }
  }

  /// The sizes of one of the convolutions; nil where there is nothing to compute.
  var example: ConvolutionGeometry? { kernels.first?.geometry }
}
