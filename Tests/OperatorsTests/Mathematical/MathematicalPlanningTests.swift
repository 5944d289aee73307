import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct MathematicalPlanningTests {
  private func instance<Tested: Operator>(
    _ type: Tested.Type, attributes: KeyValuePairs<String, Attribute> = [:]
  ) throws -> any Operator {
    let node = Node(
      type.schema.name, inputs: [ValueID(0), ValueID(1)], outputs: [ValueID(9)],
      attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
    return try Tested(NodeReader(node, version: 21))
  }

  @Test func onlyOperatorsWithIntegerKernelsAreQuantized() throws {
    #expect(try instance(Add.self).quantization == .elementwise(inputs: [0, 1]))
    #expect(try instance(Mul.self).quantization == .elementwise(inputs: [0, 1]))
    for type: any Operator.Type in [Sigmoid.self, LeakyRelu.self, Softmax.self] {
      #expect(try instance(type).quantization == .elementwise(inputs: [0]))
    }
    #expect(try instance(Relu.self).quantization == .clamp(upper: nil))
    for type: any Operator.Type in [Sub.self, Div.self, Tanh.self, ReduceMax.self, LayerNormalization.self] {
      #expect(try instance(type).quantization == .keepFloat)
    }
  }

  @Test func outputTypesFollowTheInputs() throws {
    #expect(try instance(Add.self).outputTypes([.int32, .int32]) == [.int32])
    #expect(try instance(Less.self).outputTypes([.float32, .float32]) == [.bool])
    #expect(try instance(ArgMax.self).outputTypes([.float32]) == [.int64])
    #expect(try instance(LayerNormalization.self).outputTypes([.float64]) == [.float64, .float32, .float32])
    #expect(
      try instance(HannWindow.self, attributes: ["output_datatype": .int(11)]).outputTypes([.int64]) == [.float64])
  }

  @Test func noOperatorIsListedTwice() {
    let names = mathematicalOperators.map { $0.schema.name }
    #expect(Set(names).count == names.count)
  }
}
