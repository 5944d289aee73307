public import ModelGraph
public import Tensors
import FormatKit
import Kernels

/// Inputs made up from a fixed seed, for timing only: they say nothing of accuracy on real data.
public enum SyntheticData {
  /// One batch: standard normal numbers for real inputs, 0 and 1 for integers and booleans.
  ///
  /// - Parameter batch: the size of a first dimension that the model leaves open.
  public static func batch(for inputs: [Value], batch: Int) throws(JobError) -> [Tensor] {
    var generator = SplitMix64(state: 0x5EED)
    var tensors: [Tensor] = []
    for input in inputs { tensors.append(try tensor(for: input, batch: batch, &generator)) }
    return tensors
  }

  private static func tensor(
    for input: Value, batch: Int, _ generator: inout SplitMix64
  ) throws(JobError) -> Tensor {
    let shape = try shape(of: input, batch: batch)
    switch input.type ?? .float32 {
    case .float32:
      return Tensor(shape, of: Float.self) { for index in $0.indices { $0[index] = generator.nextNormal() } }
    case .int64:
      return Tensor(shape, of: Int64.self) { for index in $0.indices { $0[index] = Int64(generator.next() & 1) } }
    case .int32:
      return Tensor(shape, of: Int32.self) { for index in $0.indices { $0[index] = Int32(generator.next() & 1) } }
    case .uint8:
      return Tensor(shape, of: UInt8.self) { for index in $0.indices { $0[index] = UInt8(generator.next() & 255) } }
    case .bool:
      return Tensor(shape, of: Boolean.self) {
        for index in $0.indices { $0[index] = Boolean(generator.next() & 1 == 1) }
      }
    case let type:
      throw JobError(.usage, "input \(quoted(input.name)) has type \(type): give data for it with --data")
    }
  }

  private static func shape(of input: Value, batch: Int) throws(JobError) -> Shape {
    guard let dimensions = input.dimensions else {
      throw JobError(.usage, "input \(quoted(input.name)) has no declared shape: give data for it with --data")
    }
    var sizes: [Int] = []
    for (axis, dimension) in dimensions.enumerated() {
      guard let size = dimension.fixed ?? (axis == 0 ? batch : nil) else {
        throw JobError(
          .usage, "dimension \(axis) (\(dimension)) of input \(quoted(input.name)) is open: give data with --data")
      }
      sizes.append(size)
    }
    guard let shape = Shape(fittingMemory: sizes), shape.count <= 1 << 31 else {
      throw JobError(.usage, "input \(quoted(input.name)) would have shape \(sizes), which is too large")
    }
    return shape
  }
}

/// Sebastiano Vigna's SplitMix64: small, fast, the same on every platform.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The sum of twelve uniform numbers less 6: mean 0, variance 1, and near enough to a normal distribution.
  mutating func nextNormal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += Float(next() >> 40) * 0x1p-24 }
    return sum
  }
}
