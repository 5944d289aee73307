import ModelGraph
import Tensors

/// Builds small models for tests, value by value, by name.
///
/// A name stands for the same value wherever it occurs; an empty name for an optional one that is left out.
public struct GraphBuilder {
  public private(set) var model: Model
  private var ids: [String: ValueID] = [:]

  public init(opset: Int = 13, domains: [String: Int] = [:]) {
    model = Model(opsets: ["": opset])
    for (domain, version) in domains { model.opsets[domain] = version }
  }

  /// The value of this name, made on first use.
  public mutating func value(_ name: String) -> ValueID {
    if let id = ids[name] { return id }
    let id = model.add(Value(name: name))
    ids[name] = id
    return id
  }

  /// Adds an input. A dimension of nil is open.
  public mutating func input(_ name: String, _ dimensions: [Int?]?, type: DataType = .float32) {
    let id = value(name)
    model[id].type = type
    model[id].dimensions = dimensions?.map { $0.map(Dimension.fixed) ?? .unknown }
    model.main.inputs.append(id)
  }

  public mutating func constant(_ name: String, _ tensor: Tensor) {
    ids[name] = model.addInitializer(named: name, tensor)
  }

  public mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
    constant(name, Tensor(Shape(shape), values))
  }

  public mutating func constant(_ name: String, _ value: Float) { constant(name, Tensor(scalar: value)) }

  /// Adds a node named after its first output, unless named otherwise.
  public mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:],
    domain: String = "", name: String? = nil
  ) {
    model.main.nodes.append(makeNode(type, inputs, outputs, attributes, domain: domain, name: name))
  }

  /// Makes a node without adding it to the main body, for the bodies of control flow and functions.
  public mutating func makeNode(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:],
    domain: String = "", name: String? = nil
  ) -> Node {
    Node(
      name: name ?? outputs[0], OperatorName(type, domain: domain),
      inputs: inputs.map { $0.isEmpty ? nil : value($0) }, outputs: outputs.map { $0.isEmpty ? nil : value($0) },
      attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
  }

  public mutating func output(_ names: String...) { model.main.outputs += names.map { value($0) } }

  /// Declares the type of a value, as files do for outputs.
  public mutating func declare(_ name: String, _ type: DataType, _ dimensions: [Int?]? = nil) {
    let id = value(name)
    model[id].type = type
    if let dimensions { model[id].dimensions = dimensions.map { $0.map(Dimension.fixed) ?? .unknown } }
  }

  public mutating func edit(_ change: (inout Model) -> Void) { change(&model) }
}

extension GraphBuilder {
  /// QuantizeLinear with one scale, into `result`.
  public mutating func quantize<Integer: TensorElement>(
    _ input: String, to result: String, scale: Float, zeroPoint: Integer
  ) {
    constant("\(result).scale", scale)
    constant("\(result).zero", Tensor(scalar: zeroPoint))
    node("QuantizeLinear", [input, "\(result).scale", "\(result).zero"], [result])
  }

  /// DequantizeLinear with one scale, into `result`.
  public mutating func dequantize<Integer: TensorElement>(
    _ input: String, to result: String, scale: Float, zeroPoint: Integer
  ) {
    constant("\(result).scale", scale)
    constant("\(result).zero", Tensor(scalar: zeroPoint))
    node("DequantizeLinear", [input, "\(result).scale", "\(result).zero"], [result])
  }

  /// DequantizeLinear of constant integers with one scale per channel along `axis`, zero points being 0.
  public mutating func dequantizedConstant<Integer: TensorElement & FixedWidthInteger>(
    _ result: String, _ shape: [Int], _ values: [Integer], scales: [Float], axis: Int? = nil
  ) {
    constant("\(result).integers", Tensor(Shape(shape), values))
    if let axis {
      constant("\(result).scale", [scales.count], scales)
      constant("\(result).zero", Tensor([scales.count], repeating: Integer(0)))
      node(
        "DequantizeLinear", ["\(result).integers", "\(result).scale", "\(result).zero"], [result],
        ["axis": .int(Int64(axis))])
    } else {
      constant("\(result).scale", scales[0])
      constant("\(result).zero", Tensor(scalar: Integer(0)))
      node("DequantizeLinear", ["\(result).integers", "\(result).scale", "\(result).zero"], [result])
    }
  }
}

extension Model {
  /// The operators of the main body, in order, without domains.
  public var operatorTypes: [String] { main.nodes.map(\.operatorName.type) }

  /// The main body as text, one line per node: `y = Add(a, b)`. Values without a name appear as a dash.
  public var listing: [String] {
    main.nodes.map { node in
      let names = [node.outputs, node.inputs].map { ids in
        ids.map { id in id.map { self[$0].name.isEmpty ? "-" : self[$0].name } ?? "" }.joined(separator: ", ")
      }
      return "\(names[0]) = \(node.operatorName.type)(\(names[1]))"
    }
  }

  public func value(named name: String) -> Value? { values.last { $0.name == name } }
}
