public import OrderedCollections
public import Tensors

/// A model as a plain value: bodies of nodes over one table of values. It knows no operator and no file.
public struct Model: Sendable {
  /// All values of all bodies; `ValueID` is an index into it.
  public private(set) var values: [Value]
  public var main: Body
  /// The version of each operator set that the nodes are to be read by; the key of ai.onnx is the empty string.
  public var opsets: OrderedDictionary<String, Int>
  public var functions: [ModelFunction]
  /// The version of the file format (ONNX `ir_version`), where the format has one.
  public var formatVersion: Int
  public var metadata: OrderedDictionary<String, String>
  public var extras: FormatExtras

  public init(
    values: [Value] = [], main: Body = Body(), opsets: OrderedDictionary<String, Int> = [:],
    functions: [ModelFunction] = [], formatVersion: Int = 0, metadata: OrderedDictionary<String, String> = [:],
    extras: FormatExtras = FormatExtras()
  ) {
    self.values = values
    self.main = main
    self.opsets = opsets
    self.functions = functions
    self.formatVersion = formatVersion
    self.metadata = metadata
    self.extras = extras
  }

  /// The version of ai.onnx; 1 where the model imports none.
  public var opset: Int { opsets[""] ?? 1 }

  public subscript(_ id: ValueID) -> Value {
    get { values[id.index] }
    set { values[id.index] = newValue }
  }

  /// Adds a value to the table.
  public mutating func add(_ value: Value) -> ValueID {
    values.append(value)
    return ValueID(values.count - 1)
  }

  /// Adds an initializer to the main body.
  public mutating func addInitializer(named name: String, _ tensor: Tensor) -> ValueID {
    let id = add(
      Value(name: name, type: tensor.type, dimensions: tensor.shape.dimensions.map(Dimension.fixed), constant: tensor))
    main.initializers.append(id)
    return id
  }

  /// The inputs that a caller must feed: those without an initializer to fall back on.
  public var requiredInputs: [ValueID] { main.inputs.filter { self[$0].constant == nil } }
}

/// A model-local function (ONNX `FunctionProto`): a body with attributes, called by name.
public struct ModelFunction: Sendable {
  public var name: OperatorName
  public var overload: String
  public var body: Body
  /// Attributes that a call must give.
  public var requiredAttributes: [String]
  /// Attributes with the value that a call may leave out.
  public var defaultAttributes: OrderedDictionary<String, Attribute>
  public var opsets: OrderedDictionary<String, Int>
  public var extras: FormatExtras

  public init(
    name: OperatorName, overload: String = "", body: Body, requiredAttributes: [String] = [],
    defaultAttributes: OrderedDictionary<String, Attribute> = [:], opsets: OrderedDictionary<String, Int> = [:],
    extras: FormatExtras = FormatExtras()
  ) {
    self.name = name
    self.overload = overload
    self.body = body
    self.requiredAttributes = requiredAttributes
    self.defaultAttributes = defaultAttributes
    self.opsets = opsets
    self.extras = extras
  }
}
