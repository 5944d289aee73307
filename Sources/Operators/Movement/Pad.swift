import Kernels
import Tensors

/// Pad (ONNX 2, 11, 13, 18, 19, …): entries added at both ends of the axes, or cut off where the count is negative.
///
/// The counts and the constant are inputs since version 11, the axes an input since 18; "wrap" exists since 19.
struct Pad: Operator {
  static let schema = OperatorSchema("Pad", versions: 2...newestOpset, inputs: 1...4, acceptsHalf: true)

  private let mode: PadMode
  private let pads: IntegerParameter
  private let attributeValue: Float?
  private let entries = PaddingEntries()

  init(_ node: NodeReader) throws(OperatorError) {
    mode = try node.choice("mode", default: .constant)
    guard mode != .wrap || node.version >= 19 else {
      throw .attribute("mode", "is \"wrap\", which exists since version 19")
    }
    pads = try IntegerParameter(node, attribute: "pads", input: 1, since: 11)
    attributeValue = node.version < 11 ? try node.float("value", default: 0) : nil
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let rank = input.shape.rank
    let axes =
      if let named = try inputs.optionalIntegers(3) {
        try ParameterSource.input(3).normalizedAxes(named, rank: rank)
      } else {
        Array(0..<rank)
      }
    let counts = try pads.values(inputs)
    guard counts.count == 2 * axes.count else {
      throw pads.source.error("has \(counts.count) counts, expected two for each of \(axes.count) axes")
    }
    var ranges = input.shape.dimensions.map { PaddedRange(size: $0, before: 0, after: 0) }
    for (index, axis) in axes.enumerated() {
      ranges[axis] = PaddedRange(size: input.shape[axis], before: counts[index], after: counts[index + axes.count])
    }
    return [
      try input.padded(
        ranges, mode: mode, value: try fillValue(inputs), countsFrom: pads.source, entries, inputs.compute)
    ]
  }

  private func fillValue(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    if let attributeValue { return try Tensor(scalar: attributeValue).cast(to: inputs[0].type, inputs.compute) }
    guard inputs.optional(2) != nil else {
      return try Tensor(scalar: Boolean(false)).cast(to: inputs[0].type, inputs.compute)
    }
    let value = try inputs.tensor(2, ofTypeOf: 0)
    guard value.count == 1 else { throw .input(2, "has shape \(value.shape), expected one element") }
    return value
  }
}

/// What Pad puts at the ends of an axis.
enum PadMode: String, CaseIterable { case constant, reflect, edge, wrap }

/// One axis with entries added, or with negative counts cut off, at both ends.
struct PaddedRange: Sendable, Equatable {
  let size: Int
  let before: Int
  let after: Int

  /// The number of entries of the result; nil where it would be negative or absurdly large.
  var count: Int? {
    let bound = 1 << 40
    guard (-bound...bound).contains(before), (-bound...bound).contains(after), size + before + after >= 0 else {
      return nil
    }
    return size + before + after
  }

  /// The entry of the axis at each place of the result; nil where it is the constant, and as a whole where there is
  /// nothing to repeat.
  func entries(_ mode: PadMode) -> [Int?]? {
    // What is cut off is no longer there to be repeated.
    let first = max(0, -before)
    let kept = size - first - max(0, -after)
    let places = -before..<size + after
    if mode == .constant { return places.map { $0 >= 0 && $0 < size ? $0 : nil } }
    guard kept > 0 else { return places.isEmpty ? [] : nil }
    return places.map { place in
      let position = place - first
      switch mode {
      case .constant, .edge: return first + min(max(position, 0), kept - 1)
      case .wrap: return first + position.modulo(kept)
      case .reflect:
        let folded = position.modulo(max(2 * (kept - 1), 1))
        return first + min(folded, 2 * (kept - 1) - folded)
      }
    }
  }
}

/// Where the entries of a padded tensor come from, kept from one run of a node to the next. The mode is that of the node.
typealias PaddingEntries = LatestResult<[PaddedRange], AxisEntries>

extension Int {
  /// The remainder of 0 ..< `divisor` that a division rounded down leaves.
  fileprivate func modulo(_ divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

extension Tensor {
  /// This tensor with its axes padded. `value` is one element of the same type.
  func padded(
    _ ranges: [PaddedRange], mode: PadMode, value: Tensor, countsFrom source: ParameterSource,
    _ latest: PaddingEntries, _ compute: Compute
  ) throws(OperatorError) -> Tensor {
    var dimensions: [Int] = []
    for range in ranges {
      guard let count = range.count else {
        throw source.error("pads a size of \(range.size) by \(range.before) and \(range.after)")
      }
      dimensions.append(count)
    }
    let result = try type.outputShape(dimensions)
    if result.count == 0 { return try FilledTensor(value, shape: result).result() }
    let entries = try latest.value(for: ranges) { () throws(OperatorError) in
      AxisEntries(
        of: shape,
        try ranges.map { range throws(OperatorError) in
          guard let places = range.entries(mode) else {
            throw source.error("pads an axis without entries in mode \"\(mode.rawValue)\"")
          }
          return places
        })
    }
    return try AxisSelection(self, entries, fill: value, shape: result, compute).result()
  }
}
