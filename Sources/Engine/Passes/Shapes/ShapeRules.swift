import ModelGraph
import Operators
import OrderedCollections

extension KnownNode {
  /// What is known of the shapes of the results, in order; results at the end of which nothing is known are left out.
  func resultShapes() -> [PartialShape?] {
    switch (node.operatorName.domain, type) {
    case ("", let type) where Self.keepingShape.contains(type): [shape(0)]
    case ("com.microsoft", let type) where Self.contribKeepingShape.contains(type): [shape(0)]
    case (internalDomain, "ByteLookup"), (internalDomain, "HalfRounding"): [shape(0)]
    case ("", let type) where Self.combining.contains(type): [common(of: Array(node.inputs.indices))]
    case ("com.microsoft", "QLinearAdd"), ("com.microsoft", "QLinearMul"): [common(of: [0, 3])]
    case ("", "Conv"): [convolved(weights: 1)]
    case ("", "QLinearConv"): [convolved(weights: 3)]
    case ("", "MaxPool"), ("", "AveragePool"): [pooled()]
    case ("", "GlobalAveragePool"), ("", "GlobalMaxPool"): [globallyPooled()]
    case ("", "MatMul"): [multiplied()]
    case ("", "Gemm"): [gemm()]
    case ("", "Concat"): [joined(Array(node.inputs.indices))]
    case ("com.microsoft", "QLinearConcat"): [joined(Array(stride(from: 2, to: node.inputs.count, by: 3)))]
    case ("", "Split"): parts()
    case ("", "Slice"): [sliced()]
    case ("", "Gather"): [gathered()]
    case ("", "Transpose"): [transposed()]
    case ("", "Reshape"): [reshaped()]
    case ("", "Flatten"): [flattened()]
    case ("", "Squeeze"): [squeezed()]
    case ("", "Unsqueeze"): [unsqueezed()]
    case ("", "Pad"): [padded()]
    case ("", "ConstantOfShape"): [numbers(0)?.elements]
    case ("", "Expand"): [expanded()]
    case ("", "Range"): [[counted()]]
    case ("", "Resize"), ("", "Upsample"): [resampled()]
    case ("", "Shape"): [shape(0).map { _ in [resultNumbers().map { .fixed($0.elements.count) }] }]
    case ("", let type) where type.hasPrefix("Reduce"): [reduced()]
    default: []
    }
  }

  private static let keepingShape: Set<String> = [
    "Abs", "BatchNormalization", "Cast", "Ceil", "Clip", "Cos", "CumSum", "DequantizeLinear", "Dropout", "Elu", "Erf",
    "Exp", "Floor", "Gelu", "GroupNormalization", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization",
    "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LRN", "Mish", "Neg", "Not", "PRelu", "QuantizeLinear",
    "Reciprocal", "Relu", "Round", "ScatterElements", "ScatterND", "Selu", "Sigmoid", "Sign", "Sin", "Softmax",
    "Softplus", "Softsign", "Sqrt", "Swish", "Tanh", "Trilu",
  ]
  private static let contribKeepingShape: Set<String> = [
    "Gelu", "QLinearLeakyRelu", "QLinearSigmoid", "QuickGelu",
  ]
  private static let combining: Set<String> = [
    "Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Min", "Mod", "Mul", "Or",
    "Pow", "Sub", "Where", "Xor",
  ]

  // MARK: Element by element

  private func common(of inputs: [Int]) -> PartialShape? {
    let shapes = inputs.compactMap { shape($0) }
    return shapes.count == inputs.count ? Self.common(of: shapes) : nil
  }

  /// The shape that some are broadcast to (ONNX "Multidirectional Broadcasting").
  private static func common(of shapes: [PartialShape]) -> PartialShape {
    let rank = shapes.map(\.count).max() ?? 0
    return (0..<rank).map { axis in
      let own = shapes.map { shape in
        let position = axis - (rank - shape.count)
        return position >= 0 ? shape[position] : .fixed(1)
      }
      let sizes = Set(own.filter { $0 != .fixed(1) })
      // Whatever is not known, next to a number above 1, is that number or 1.
      let numbers = sizes.filter { $0?.fixed != nil }
      if sizes.isEmpty { return .fixed(1) }
      return numbers.count == 1 ? numbers.first! : sizes.count == 1 ? sizes.first! : nil
    }
  }

  private func expanded() -> PartialShape? {
    guard let data = shape(0), let target = target(1) else { return nil }
    return Self.common(of: [data, target])
  }

  /// How many numbers a Range has.
  private func counted() -> SymbolicSize? {
    guard let start = fixedNumbers(0)?.first, let end = fixedNumbers(1)?.first, fixedNumbers(2) == [1],
      max(start.magnitude, end.magnitude) <= Int32.max
    else { return nil }
    return .fixed(max(end - start, 0))
  }

  // MARK: Windows

  private func convolved(weights: Int) -> PartialShape? {
    guard let data = shape(0), let weights = shape(weights), data.count == weights.count, data.count > 2 else {
      return nil
    }
    return [data[0], weights[0]] + windows(over: data, kernel: weights[2...].map(\.fixed))
  }

  private func pooled() -> PartialShape? {
    guard let data = shape(0), let kernel = node.integers("kernel_shape"), data.count == kernel.count + 2 else {
      return nil
    }
    // How a last window is rounded up to, is the operator's to know.
    let roundsUp = node.int("ceil_mode") == 1
    return [data[0], data[1]] + (roundsUp ? kernel.map { _ in nil } : windows(over: data, kernel: kernel))
  }

  private func globallyPooled() -> PartialShape? {
    guard let data = shape(0), data.count > 2 else { return nil }
    return [data[0], data[1]] + data[2...].map { _ in .fixed(1) }
  }

  /// How many windows there are along each spatial axis.
  private func windows(over data: [SymbolicSize], kernel: [Int?]) -> PartialShape {
    let count = kernel.count
    let strides = node.integers("strides") ?? [Int](repeating: 1, count: count)
    let dilations = node.integers("dilations") ?? [Int](repeating: 1, count: count)
    let pads = node.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
    let padding = node.string("auto_pad") ?? "NOTSET"
    let numbers = strides + dilations + pads + kernel.compactMap(\.self)
    guard strides.count == count, dilations.count == count, pads.count == 2 * count, strides.allSatisfy({ $0 > 0 }),
      numbers.allSatisfy({ $0.magnitude <= Int32.max })
    else { return kernel.map { _ in nil } }
    return (0..<count).map { axis in
      guard let size = data[axis + 2].fixed, let kernel = kernel[axis] else { return nil }
      let extent = (kernel - 1) * dilations[axis] + 1
      let stride = strides[axis]
      switch padding {
      case "NOTSET":
        let room = size + pads[axis] + pads[count + axis] - extent
        return room >= 0 ? .fixed(room / stride + 1) : nil
      case "VALID": return size >= extent ? .fixed((size - extent) / stride + 1) : nil
      case "SAME_UPPER", "SAME_LOWER": return .fixed((size + stride - 1) / stride)
      default: return nil
      }
    }
  }

  // MARK: Products

  private func multiplied() -> PartialShape? {
    guard let left = shape(0), let right = shape(1), left.count >= 2, right.count >= 2 else { return nil }
    let batches = Self.common(of: [left.dropLast(2), right.dropLast(2)])
    return batches + [left[left.count - 2], right[right.count - 1]]
  }

  private func gemm() -> PartialShape? {
    guard let left = shape(0), let right = shape(1), left.count == 2, right.count == 2 else { return nil }
    return [node.int("transA") == 1 ? left[1] : left[0], node.int("transB") == 1 ? right[0] : right[1]]
  }

  private func reduced() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    let isGiven = node.attributes["axes"] != nil || has(1)
    guard let given = isGiven ? fixedNumbers("axes", or: 1) : [], let named = normalized(given, rank: data.count) else {
      return nil
    }
    if named.isEmpty, node.int("noop_with_empty_axes") == 1 { return data }
    let axes = Set(named.isEmpty ? Array(data.indices) : named)
    let keeps = node.int("keepdims") != 0
    return data.indices.compactMap { axis -> SymbolicSize? in
      axes.contains(axis) ? (keeps ? .fixed(1) : nil) : data[axis]
    }
  }
}
