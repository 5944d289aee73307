import ModelGraph

/// The order of the axes of images with some number of spatial axes, in ONNX and with channels last.
struct AxisOrder: Hashable {
  /// The number of axes, batch and channels included.
  let rank: Int

  init(rank: Int) { self.rank = rank }

  /// That which a transposition by `axes` leads from, channels last, to the order of ONNX; nil where it does not.
  init?(toONNX axes: [Int64]) {
    guard Self.ranks.contains(axes.count) else { return nil }
    rank = axes.count
    guard axes == toONNX else { return nil }
  }

  /// The numbers of axes that images have.
  static let ranks = 3...5

  /// [0, 2, 3, 1] for images of two dimensions.
  var toChannelsLast: [Int64] { [0] + (2..<Int64(rank)) + [1] }

  /// [0, 3, 1, 2] for images of two dimensions.
  var toONNX: [Int64] { [0, Int64(rank) - 1] + (1..<Int64(rank) - 1) }

  /// Whether an axis in the order of ONNX, a negative one counting from the end, is that of the channels.
  func isOfChannels(_ axis: Int) -> Bool { axis == 1 || axis == 1 - rank }

  /// Where axes in the order of ONNX, negative ones counting from the end, lie with channels last; nil where there are no
  /// such axes.
  func channelsLastAxes(_ axes: [Int64]) -> [Int64]? {
    guard axes.allSatisfy({ (-rank..<rank).contains(Int($0)) }) else { return nil }
    return axes.map { toONNX[Int($0 < 0 ? $0 + Int64(rank) : $0)] }
  }

  /// Whether axes of a value in the order of ONNX, negative ones counting from the end, are just all spatial ones.
  func areSpatial(_ axes: [Int64]) -> Bool {
    Set(axes.map { $0 < 0 ? $0 + Int64(rank) : $0 }) == Set(2..<Int64(rank))
  }
}

/// A value with channels last.
struct ChannelsLastForm {
  let value: ValueID
  let order: AxisOrder
}
