public import ModelGraph
public import Tensors
import OrderedCollections

/// Reads the attributes of one node, with the defaults that ONNX gives them.
public struct NodeReader: Sendable {
  public let node: Node

  /// The version of the operator set of the node's domain.
  public let version: Int

  /// The node's bodies made callable, by attribute name.
  private let functions: [String: any GraphFunction]

  public init(_ node: Node, version: Int, functions: [String: any GraphFunction] = [:]) {
    self.node = node
    self.version = version
    self.functions = functions
  }

  public var inputCount: Int { node.inputs.count }
  public var outputCount: Int { node.outputs.count }
  public func hasInput(_ index: Int) -> Bool { index < node.inputs.count && node.inputs[index] != nil }
  public func hasOutput(_ index: Int) -> Bool { index < node.outputs.count && node.outputs[index] != nil }
  public func hasAttribute(_ name: String) -> Bool { node.attributes[name] != nil }

  /// A reader of those attributes whose names begin with `prefix`, by the rest of their names.
  func attributes(behind prefix: String) -> NodeReader {
    var node = node
    node.attributes = [:]
    for (name, attribute) in self.node.attributes where name.hasPrefix(prefix) {
      node.attributes[String(name.dropFirst(prefix.count))] = attribute
    }
    return NodeReader(node, version: version, functions: functions)
  }

  /// An integer attribute, or nil where it is absent.
  public func int(_ name: String) throws(OperatorError) -> Int? {
    switch node.attributes[name] {
    case nil: nil
    case .int(let value)?: Int(value)
    case _?: throw .attribute(name, "is not an integer")
    }
  }

  public func int(_ name: String, default value: Int) throws(OperatorError) -> Int { try int(name) ?? value }

  public func requiredInt(_ name: String) throws(OperatorError) -> Int {
    guard let value = try int(name) else { throw .attribute(name, "is missing") }
    return value
  }

  /// An integer attribute that stands for a truth value, 0 being false.
  public func flag(_ name: String, default value: Bool) throws(OperatorError) -> Bool {
    try int(name).map { $0 != 0 } ?? value
  }

  /// A float attribute, or nil where it is absent.
  public func float(_ name: String) throws(OperatorError) -> Float? {
    switch node.attributes[name] {
    case nil: nil
    case .float(let value)?: value
    case _?: throw .attribute(name, "is not a float")
    }
  }

  public func float(_ name: String, default value: Float) throws(OperatorError) -> Float { try float(name) ?? value }

  /// A list of integers, or nil where it is absent. An empty list may come without any kind of its own.
  public func ints(_ name: String) throws(OperatorError) -> [Int]? {
    switch node.attributes[name] {
    case nil: nil
    case .ints(let values)?: values.map { Int($0) }
    case .floats(let values)? where values.isEmpty: []
    case _?: throw .attribute(name, "is not a list of integers")
    }
  }

  /// A list of floats, or nil where it is absent.
  public func floats(_ name: String) throws(OperatorError) -> [Float]? {
    switch node.attributes[name] {
    case nil: nil
    case .floats(let values)?: values
    case .ints(let values)? where values.isEmpty: []
    case _?: throw .attribute(name, "is not a list of floats")
    }
  }

  /// A string, decoded as UTF-8, or nil where it is absent.
  public func string(_ name: String) throws(OperatorError) -> String? {
    switch node.attributes[name] {
    case nil: nil
    case .string(let bytes)?: String(decoding: bytes, as: UTF8.self)
    case _?: throw .attribute(name, "is not a string")
    }
  }

  public func string(_ name: String, default value: String) throws(OperatorError) -> String {
    try string(name) ?? value
  }

  /// A string that must be one of the raw values of `Choice`.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, default value: Choice
  ) throws(OperatorError) -> Choice where Choice.RawValue == String {
    guard let string = try string(name) else { return value }
    guard let choice = Choice(rawValue: string) else {
      let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw .attribute(name, "is \"\(string)\", expected one of \(known)")
    }
    return choice
  }

  /// A list of strings, or nil where it is absent.
  public func strings(_ name: String) throws(OperatorError) -> [String]? {
    switch node.attributes[name] {
    case nil: nil
    case .strings(let values)?: values.map { String(decoding: $0, as: UTF8.self) }
    case _?: throw .attribute(name, "is not a list of strings")
    }
  }

  /// A tensor, aligned for reading, or nil where it is absent.
  public func tensor(_ name: String) throws(OperatorError) -> Tensor? {
    switch node.attributes[name] {
    case nil: nil
    case .tensor(let tensor)?: tensor.aligned()
    case _?: throw .attribute(name, "is not a tensor")
    }
  }

  /// A data type given by its ONNX number, or nil where it is absent.
  public func dataType(_ name: String) throws(OperatorError) -> DataType? {
    guard let number = try int(name) else { return nil }
    guard let type = DataType(rawValue: Int32(truncatingIfNeeded: number)), Int(type.rawValue) == number else {
      throw .attribute(name, "is \(number), which is no tensor data type")
    }
    return type
  }

  /// The body in a graph attribute, made callable.
  public func graph(_ name: String) throws(OperatorError) -> any GraphFunction {
    guard let function = functions[name] else { throw .attribute(name, "is missing") }
    return function
  }
}
