import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// What an operator makes of channels-last values.
enum LayoutRule: Hashable {
  /// It works on two-dimensional windows and is faster with channels last; these inputs are images.
  case window(inputs: [Int])
  /// It can work on channels-last images, but only its input tells that it has images at all.
  case followingWindow
  /// Elements at these inputs are combined place by place.
  case elementwise(inputs: [Int])
  /// These inputs are joined along their channels.
  case concatenation(inputs: [Int])
  /// Its image is cut into parts along the channels.
  case split
  /// It cuts its image along the axes in this input, a constant, or else in its attribute `axes`.
  case slicing(axes: Int?)
  /// This input has a number for the beginning of each axis of the image, then one for the end of each.
  case padding(list: Int)
  /// Its image is resampled; these inputs are constants with one number for each axis.
  case resampling(lists: [Int])
  /// Its image is reduced along height and width.
  case spatialReduction
  /// It joins channels, height and width to one axis, which takes no order of them where there is one pixel.
  case flattening
  /// It only looks at elements, whatever their order.
  case observation
  /// It moves the channels from the end to where ONNX has them.
  case toONNXOrder
  /// It moves the channels to the end.
  case fromONNXOrder

  /// The rule of a node; nil where it needs its values in the order that ONNX gives them.
  init?(_ node: Node, _ model: Model) {
    let name = node.operatorName
    switch (name.domain, name.type) {
    case ("", "Conv"), ("com.microsoft", "FusedConv"):
      guard Self.isImageWeight(node.inputs[1], model) else { return nil }
      // The residual of a FusedConv has the shape of its result, so it is an image as well.
      self = .window(inputs: node.inputs.count > 3 && node.inputs[3] != nil ? [0, 3] : [0])
    case ("", "ConvTranspose"):
      guard Self.isImageWeight(node.inputs[1], model) else { return nil }
      self = .window(inputs: [0])
    case ("", "QLinearConv"):
      guard Self.isImageWeight(node.inputs[3], model) else { return nil }
      self = .window(inputs: [0])
    case ("", "MaxPool"), ("", "AveragePool"), ("com.microsoft", "QLinearAveragePool"):
      guard case .ints(let kernel)? = node.attributes["kernel_shape"], kernel.count == 2, node.outputs.count == 1 else {
        return nil
      }
      self = .followingWindow
    case ("", "GlobalAveragePool"), ("", "GlobalMaxPool"), ("com.microsoft", "QLinearGlobalAveragePool"):
      self = .followingWindow
    case ("", "Resize"), ("", "Upsample"):
      guard let lists = Self.axisLists(of: node, model) else { return nil }
      self = .resampling(lists: lists)
    case ("", "BatchNormalization"), ("", "InstanceNormalization"), ("", "GroupNormalization"):
      guard node.outputs.count == 1 else { return nil }
      self = .followingWindow
    case ("", "Transpose"):
      switch node.attributes["perm"] {
      case .ints([0, 3, 1, 2]): self = .toONNXOrder
      case .ints([0, 2, 3, 1]): self = .fromONNXOrder
      default: return nil
      }
    case ("", "Split"):
      guard Self.isAlongChannels(node, byDefault: 0) else { return nil }
      self = .split
    case ("", "Slice"):
      guard let rule = Self.slicing(node, model) else { return nil }
      self = rule
    case ("", "Pad"):
      guard node.inputs.count > 1, node.inputs.count < 4 || node.inputs[3] == nil,
        let pads = node.inputs[1].flatMap({ model[$0].constant }), pads.type == .int64, pads.count == 8
      else { return nil }
      self = .padding(list: 1)
    case ("", "Flatten"):
      guard node.int("axis") ?? 1 == 1 else { return nil }
      self = .flattening
    case ("", "Reshape"):
      guard Self.keepsBatch(node, model) else { return nil }
      self = .flattening
    case ("", let type) where type.hasPrefix("Reduce"):
      guard Self.reducesImages(node, model) else { return nil }
      self = .spatialReduction
    case ("", let type) where Self.unary.contains(type):
      self = .elementwise(inputs: [0])
    case ("", "QuantizeLinear"), ("", "DequantizeLinear"):
      guard node.inputs[1].flatMap({ model[$0].constant })?.count == 1 else { return nil }
      self = .elementwise(inputs: [0])
    case (internalDomain, "Probe"): self = .observation
    case ("com.microsoft", "Gelu"), ("com.microsoft", "QuickGelu"), (internalDomain, "HardSwish"),
      (internalDomain, "Mish"), (internalDomain, "HalfRounding"):
      self = .elementwise(inputs: [0])
    case ("com.microsoft", "QLinearSigmoid"), ("com.microsoft", "QLinearLeakyRelu"), (internalDomain, "ByteLookup"):
      self = .elementwise(inputs: [0])
    case ("", let type) where Self.binary.contains(type):
      self = .elementwise(inputs: [0, 1])
    case ("com.microsoft", "QLinearAdd"), ("com.microsoft", "QLinearMul"):
      self = .elementwise(inputs: [0, 3])
    case ("", "Concat"):
      guard Self.isAlongChannels(node, byDefault: 1) else { return nil }
      self = .concatenation(inputs: Array(node.inputs.indices))
    case ("com.microsoft", "QLinearConcat"):
      guard Self.isAlongChannels(node, byDefault: 1) else { return nil }
      self = .concatenation(inputs: Array(stride(from: 2, to: node.inputs.count, by: 3)))
    default: return nil
    }
  }

  private static let unary: Set<String> = [
    "Relu", "Clip", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Selu", "HardSigmoid", "HardSwish", "Softplus", "Gelu",
    "Mish", "Swish", "Softsign", "Abs", "Neg", "Sqrt", "Exp", "Erf", "Sin", "Cos", "Identity", "Cast",
  ]

  private static let binary: Set<String> = ["Add", "Sub", "Mul", "Div", "PRelu"]

  private static func isImageWeight(_ id: ValueID?, _ model: Model) -> Bool {
    id.flatMap { model[$0].constant }?.shape.rank == 4
  }

  /// Whether the axis of a node with images is that of their channels.
  private static func isAlongChannels(_ node: Node, byDefault axis: Int) -> Bool {
    let axis = node.int("axis") ?? axis
    return axis == 1 || axis == -3
  }

  /// The rule of a Slice whose axes are known to be some of four.
  private static func slicing(_ node: Node, _ model: Model) -> LayoutRule? {
    if case .ints(let axes)? = node.attributes["axes"] {
      return axes.allSatisfy { (-4..<4).contains($0) } ? .slicing(axes: nil) : nil
    }
    guard node.inputs.count > 3, let axes = node.inputs[3].flatMap({ model[$0].constant }), axes.type == .int64,
      axes.array(of: Int64.self).allSatisfy({ (-4..<4).contains($0) })
    else { return nil }
    return .slicing(axes: 3)
  }

  /// The inputs of a resampling that have a number for each of four axes; nil where one is not constant, or the node
  /// names axes or crops.
  private static func axisLists(of node: Node, _ model: Model) -> [Int]? {
    if case .string(let mode)? = node.attributes["coordinate_transformation_mode"],
      mode == Array("tf_crop_and_resize".utf8)
    {
      return nil
    }
    guard node.attributes["axes"] == nil, node.attributes["scales"] == nil else { return nil }
    var lists: [Int] = []
    for position in node.inputs.indices.dropFirst() {
      guard let input = node.inputs[position] else { continue }
      guard let constant = model[input].constant else { return nil }
      if constant.count == 0 || (node.inputs.count > 2 && position == 1) { continue }
      guard constant.count == 4, constant.type == .float32 || constant.type == .int64 else { return nil }
      lists.append(position)
    }
    return lists
  }

  /// Whether a Reshape gives a matrix whose size depends on no axis of the input but the first.
  private static func keepsBatch(_ node: Node, _ model: Model) -> Bool {
    guard node.inputs.count == 2, let shape = node.inputs[1].flatMap({ model[$0].constant }), shape.type == .int64,
      shape.count == 2, (node.int("allowzero") ?? 0) == 0
    else { return false }
    return shape.array(of: Int64.self)[1] != 0
  }

  /// Whether the axes of a reduction, an attribute or a constant input, are height and width.
  private static func reducesImages(_ node: Node, _ model: Model) -> Bool {
    var axes: [Int64] = []
    if case .ints(let given)? = node.attributes["axes"] {
      axes = given
    } else if node.inputs.count > 1, let constant = node.inputs[1].flatMap({ model[$0].constant }),
      constant.type == .int64
    {
      axes = constant.array(of: Int64.self)
    }
    return Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3]
  }
}
