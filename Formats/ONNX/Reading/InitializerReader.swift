import FormatKit
import ModelGraph
import Tensors

extension ModelReader {
  /// Reads the initializers of a graph. One that bears the name of an input is that input's default.
  mutating func initializers(
    _ message: GraphMessage, inputs: Set<ValueID>, _ scope: Scope
  ) throws(FormatError) -> [ValueID] {
    var initializers: [ValueID] = []
    var seen = Set<ValueID>()
    func add(_ id: ValueID, _ name: String) throws(FormatError) {
      guard seen.insert(id).inserted else { throw .badFile("initializer \(quoted(name)) is given twice") }
      initializers.append(id)
    }
    for (index, tensor) in message.initializers.enumerated() {
      let value = try initializer(tensor, index: index)
      try add(try bind(value, inputs: inputs, scope), value.name)
    }
    for sparse in message.sparseInitializers {
      let value = try sparseInitializer(sparse)
      try add(try bind(value, inputs: inputs, scope), value.name)
    }
    return initializers
  }

  private func initializer(_ message: TensorMessage, index: Int) throws(FormatError) -> Value {
    let name = try message.name
    guard !name.isEmpty else { throw .badFile("initializer \(index) has no name") }
    do throws(FormatError) {
      let contents = try tensors.read(message)
      var extras = ValueExtras()
      extras.tensor = contents.extras
      return Value(
        name: name, type: contents.type, dimensions: contents.shape.dimensions.map(Dimension.fixed),
        constant: contents.tensor, extras: extras.encoded)
    } catch {
      throw error.at("tensor \(quoted(name))")
    }
  }

  /// A sparse initializer is kept as it is: it has a name and no elements that anything here reads.
  private func sparseInitializer(_ message: [UInt8]) throws(FormatError) -> Value {
    var extras = ValueExtras()
    extras.sparseInitializer = message
    do throws(FormatError) {
      let values = try WireFields(Bytes(copying: message))[1]
      let name = try values.map { bytes throws(FormatError) in try WireFields(bytes) }?[Field.Tensor.name]
      guard let name = name?.utf8String, !name.isEmpty else { throw .badFile("it has no name") }
      return Value(name: name, extras: extras.encoded)
    } catch {
      throw error.at("sparse initializer")
    }
  }

  private mutating func bind(
    _ value: Value, inputs: Set<ValueID>, _ scope: Scope
  ) throws(FormatError) -> ValueID {
    guard let id = scope.own(value.name) else { return try define(value, as: "initializer", scope) }
    guard inputs.contains(id) else { throw .badFile("initializer \(quoted(value.name)) is given twice") }
    var extras = try ValueExtras(model[id].extras)
    let own = try ValueExtras(value.extras)
    extras.tensor = own.tensor
    extras.sparseInitializer = own.sparseInitializer
    model[id].extras = extras.encoded
    model[id].constant = value.constant
    model[id].type = value.type ?? model[id].type
    model[id].dimensions = value.dimensions ?? model[id].dimensions
    return id
  }
}
