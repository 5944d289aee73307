import FormatKit
import ModelGraph
import Tensors

extension ModelReader {
  /// Adds to values of `scope` what descriptions say of them. A description of a value that does not exist is of no
  /// use to anyone and is left out.
  mutating func describe(_ messages: [ValueInfoMessage], in scope: Scope) throws(FormatError) {
    for message in messages {
      guard let id = scope.own(try message.name) else { continue }
      try Self.describe(&model[id], by: message)
    }
  }

  /// Adds what a description says of a value, where nothing is known yet. Static, for a method would hold a second
  /// reference to the values that it changes, which would copy them all.
  static func describe(_ value: inout Value, by message: ValueInfoMessage) throws(FormatError) {
    do throws(FormatError) {
      var extras = try ValueExtras(value.extras)
      if extras.info.isEmpty { extras.info = message.unknownFields }
      if let type = message.type { try describe(&value, &extras, by: type) }
      value.extras = extras.encoded
    } catch {
      throw error.at("value \(quoted(value.name))")
    }
  }

  /// The first description that states a type counts; a later one may only add dimensions that it lacks.
  private static func describe(
    _ value: inout Value, _ extras: inout ValueExtras, by message: TypeMessage
  ) throws(FormatError) {
    let isFirst = value.type == nil && value.dimensions == nil && extras.type.isEmpty
    if isFirst { extras.type = message.unknownFields }
    guard let tensor = message.tensor else { return }
    let type = try dataType(tensor.elementType)
    if isFirst { value.type = type }
    guard value.dimensions == nil, isFirst || value.type == type, let shape = tensor.shape else { return }
    value.dimensions = try shape.dimensions.map { message throws(FormatError) in try dimension(message) }
    extras.dimensions = shape.dimensions.map(\.unknownFields)
  }

  /// The type of a number; nil for 0, which says nothing.
  static func dataType(_ number: Int32) throws(FormatError) -> DataType? {
    guard number != 0 else { return nil }
    guard let type = DataType(rawValue: number) else { throw .badFile("data type \(number) is unknown") }
    return type
  }

  /// Some exporters write −1 for a size that they do not know.
  private static func dimension(_ message: DimensionMessage) throws(FormatError) -> Dimension {
    if let size = message.size, size != -1 {
      guard size >= 0, let size = Int(exactly: size) else { throw .badFile("a dimension is \(size)") }
      return .fixed(size)
    }
    guard let name = try message.name, !name.isEmpty else { return .unknown }
    return .named(name)
  }
}
