import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// What an operator makes of channels-last values.
enum LayoutRule: Hashable {
  /// It works on windows and is faster with channels last; these inputs are images with so many axes.
  case window(inputs: [Int], rank: Int)
  /// It can work on channels-last images, but only its input tells that it has images at all.
  case followingWindow
  /// Elements at these inputs are combined place by place.
  case elementwise(inputs: [Int])
  /// These inputs are joined along an axis, which has to be that of their channels.
  case concatenation(inputs: [Int])
  /// Its image is cut into parts along an axis, which has to be that of its channels.
  case split
  /// Its image is cut along the axes in this input, a constant, or else in its attribute `axes`.
  case slicing(input: Int?)
  /// Entries of its image along an axis are picked by a constant list.
  case picking
  /// This constant input has a number for the beginning of each axis of the image, then one for the end of each.
  case padding(input: Int)
  /// Its image is resampled; these inputs are constants with one number for each axis.
  case resampling(lists: [Int])
  /// Its image is reduced along these axes, which have to be all spatial ones.
  case reduction(axes: [Int64])
  /// Its image is transposed.
  case transposition(axes: [Int64])
  /// It joins channels and spatial axes to one axis, which takes no order of them where there is one pixel.
  case flattening
  /// It only looks at elements, whatever their order.
  case observation

  /// The rule of a node; nil where it needs its values in the order that ONNX gives them.
  init?(_ node: Node, _ model: Model) {
    let name = node.operatorName
    switch (name.domain, name.type) {
    case ("", "Conv"), ("com.microsoft", "FusedConv"):
      guard let rank = Self.imageRank(ofWeight: node.inputs[1], model) else { return nil }
      // The residual of a FusedConv has the shape of its result, so it is an image as well.
      self = .window(inputs: node.inputs.count > 3 && node.inputs[3] != nil ? [0, 3] : [0], rank: rank)
    case ("", "ConvTranspose"):
      guard let rank = Self.imageRank(ofWeight: node.inputs[1], model) else { return nil }
      self = .window(inputs: [0], rank: rank)
    case ("", "QLinearConv"):
      guard let rank = Self.imageRank(ofWeight: node.inputs[3], model) else { return nil }
      self = .window(inputs: [0], rank: rank)
    case ("", "MaxPool"), ("", "AveragePool"), ("com.microsoft", "QLinearAveragePool"):
      guard node.outputs.count == 1 else { return nil }
      self = .followingWindow
    case ("", "GlobalAveragePool"), ("", "GlobalMaxPool"), ("com.microsoft", "QLinearGlobalAveragePool"):
      self = .followingWindow
    case ("", "Resize"), ("", "Upsample"):
      guard let lists = Self.axisLists(of: node, model) else { return nil }
      self = .resampling(lists: lists)
    case ("", "BatchNormalization"), ("", "InstanceNormalization"), ("", "GroupNormalization"):
      guard node.outputs.count == 1 else { return nil }
      self = .followingWindow
    case ("", "Split"): self = .split
    case ("", "Slice"):
      if node.attributes["axes"] != nil {
        self = .slicing(input: nil)
      } else if node.inputs.count > 3, node.inputs[3] != nil {
        self = .slicing(input: 3)
      } else {
        return nil
      }
    case ("", "Gather"):
      guard node.inputs[1].flatMap({ model[$0].constant })?.shape.rank == 1 else { return nil }
      self = .picking
    case ("", "Pad"):
      guard node.inputs.count > 1, node.inputs.count < 4 || node.inputs[3] == nil else { return nil }
      self = .padding(input: 1)
    case ("", "Flatten"):
      guard node.int("axis") ?? 1 == 1 else { return nil }
      self = .flattening
    case ("", "Reshape"):
      guard Self.keepsBatch(node, model) else { return nil }
      self = .flattening
    case ("", let type) where type.hasPrefix("Reduce"):
      self = .reduction(axes: Self.reducedAxes(node, model))
    case ("", "Transpose"):
      guard case .ints(let axes)? = node.attributes["perm"] else { return nil }
      self = .transposition(axes: axes)
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
      self = .concatenation(inputs: Array(node.inputs.indices))
    case ("com.microsoft", "QLinearConcat"):
      self = .concatenation(inputs: Array(stride(from: 2, to: node.inputs.count, by: 3)))
    default: return nil
    }
  }

  private static let unary: Set<String> = [
    "Relu", "Clip", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Selu", "HardSigmoid", "HardSwish", "Softplus", "Gelu",
    "Mish", "Swish", "Softsign", "Abs", "Neg", "Sqrt", "Exp", "Erf", "Sin", "Cos", "Identity", "Cast",
  ]

  private static let binary: Set<String> = ["Add", "Sub", "Mul", "Div", "PRelu"]

  /// The number of axes of a convolution's images, which is that of its weights; nil where these are not constant.
  private static func imageRank(ofWeight id: ValueID?, _ model: Model) -> Int? {
    let rank = id.flatMap { model[$0].constant }?.shape.rank
    return rank.flatMap { AxisOrder.ranks.contains($0) ? $0 : nil }
  }

  /// The inputs of a resampling that have a number for each axis; nil where one is not constant, or the node names axes
  /// or crops.
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
      guard constant.type == .float32 || constant.type == .int64 else { return nil }
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

  /// The axes of a reduction, an attribute or a constant input; none where they are not known.
  private static func reducedAxes(_ node: Node, _ model: Model) -> [Int64] {
    if case .ints(let given)? = node.attributes["axes"] { return given }
    guard node.inputs.count > 1, let constant = node.inputs[1].flatMap({ model[$0].constant }),
      constant.type == .int64
    else { return [] }
    return constant.array(of: Int64.self)
  }
}
