public import OrderedCollections
public import Tensors

/// One application of an operator to values.
public struct Node: Sendable {
  /// The name in the file; may be empty and need not be unique.
  public var name: String
  public var operatorName: OperatorName
  /// The inputs by position; nil where an optional input is left out.
  public var inputs: [ValueID?]
  /// The outputs by position; nil where an optional output is not wanted.
  public var outputs: [ValueID?]
  public var attributes: OrderedDictionary<String, Attribute>
  public var extras: FormatExtras

  public init(
    name: String = "", _ operatorName: OperatorName, inputs: [ValueID?], outputs: [ValueID?],
    attributes: OrderedDictionary<String, Attribute> = [:], extras: FormatExtras = FormatExtras()
  ) {
    self.name = name
    self.operatorName = operatorName
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
    self.extras = extras
  }

  /// The bodies that the node's attributes hold, in order: branches of If, the body of Loop and Scan.
  public var bodies: [Body] {
    attributes.values.flatMap { attribute in
      switch attribute {
      case .graph(let body): [body]
      case .graphs(let bodies): bodies
      default: [Body]()
      }
    }
  }
}

/// The value of a node's attribute (ONNX `AttributeProto`).
public enum Attribute: Sendable {
  case float(Float)
  case int(Int64)
  case string([UInt8])
  case tensor(Tensor)
  case graph(Body)
  case floats([Float])
  case ints([Int64])
  case strings([[UInt8]])
  case tensors([Tensor])
  case graphs([Body])
  /// A reference to an attribute of the function that the node is in the body of.
  case reference(to: String, type: Int32)
  /// A kind that nothing here interprets, as the format's bytes.
  case opaque(FormatExtras)
}

/// A list of nodes with inputs and outputs: the main graph, a branch or a loop body.
///
/// A body sees the values of the bodies around it: an input that no node of it produces is captured from outside.
public struct Body: Sendable {
  public var name: String
  public var inputs: [ValueID]
  public var outputs: [ValueID]
  /// The initializers, in file order. Their tensors are the `constant` of the values.
  public var initializers: [ValueID]
  /// The nodes, each after the producers of its inputs.
  public var nodes: [Node]
  public var extras: FormatExtras

  public init(
    name: String = "", inputs: [ValueID] = [], outputs: [ValueID] = [], initializers: [ValueID] = [],
    nodes: [Node] = [], extras: FormatExtras = FormatExtras()
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.initializers = initializers
    self.nodes = nodes
    self.extras = extras
  }
}
