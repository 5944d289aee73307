import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// The model after integer islands are found, without what they left behind.
func islands(of model: Model) throws -> Model { try model.applying(IntegerIslands(), DeadNodeElimination()) }

/// Checks that the pass turns the graph into nodes of these types, and that results move by no more than `tolerance`
/// from those of the float form.
func expectIsland(
  _ graph: GraphBuilder, _ types: [String], inputs: [Tensor], within tolerance: Float,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(try islands(of: graph.model).operatorTypes == types, sourceLocation: sourceLocation)
  try expectSameResults(graph, inputs: inputs, within: tolerance, sourceLocation: sourceLocation)
}

/// Checks that the pass leaves the graph as it is, and that it runs.
func expectNoIsland(
  _ graph: GraphBuilder, inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(try islands(of: graph.model).listing == graph.model.listing, sourceLocation: sourceLocation)
  try expectSameResults(graph, inputs: inputs, within: 0, sourceLocation: sourceLocation)
}

private func expectSameResults(
  _ graph: GraphBuilder, inputs: [Tensor], within tolerance: Float, sourceLocation: SourceLocation
) throws {
  let expected = try run(graph.model, inputs)
  let actual = try run(graph.model, inputs, passes: PassList.standard)
  for (output, reference) in zip(actual, expected) {
    let difference = zip(output.floats, reference.floats).map { abs($0 - $1) }.max() ?? 0
    #expect(difference <= tolerance * 1.0001, sourceLocation: sourceLocation)
    #expect(output.shape == reference.shape, sourceLocation: sourceLocation)
  }
}

extension GraphBuilder {
  /// A float input that is quantized to uint8 with scale 1/64 about zero point 128, and read back as `result`.
  mutating func quantizedInput(_ name: String, _ dimensions: [Int], as result: String, scale: Float = 1 / 64) {
    input(name, dimensions)
    quantize(name, to: "\(name).q", scale: scale, zeroPoint: 128 as UInt8)
    dequantize("\(name).q", to: result, scale: scale, zeroPoint: 128 as UInt8)
  }

  /// Quantizes a value to uint8, reads it back and returns it.
  mutating func quantizedOutput(_ name: String, scale: Float, zeroPoint: UInt8 = 128) {
    quantize(name, to: "\(name).q", scale: scale, zeroPoint: zeroPoint)
    dequantize("\(name).q", to: "y", scale: scale, zeroPoint: zeroPoint)
    output("y")
  }
}
