import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct HalfConstantWideningTests {
  /// 1, 0.5, −2 and 0.25 again and again, which float16 holds exactly.
  private func halves(_ shape: Shape) -> Tensor {
    let bits: [UInt16] = [0x3C00, 0x3800, 0xC000, 0x3400]
    return Tensor(shape, (0..<shape.count).map { Half(bits: bits[$0 % 4]) })
  }

  @Test func normalizationsOfHalfPrecisionAreFoldedIntoTheirConvolution() throws {
    var graph = GraphBuilder(opset: 15)
    graph.input("x", [1, 2, 4, 4])
    graph.constant("w", halves([3, 2, 3, 3]))
    graph.node("Conv", ["x", "w"], ["h"])
    for name in ["scale", "shift", "mean"] { graph.constant(name, halves([3])) }
    graph.constant("variance", Tensor([3], [Half](repeating: Half(bits: 0x3C00), count: 3)))
    graph.node("BatchNormalization", ["h", "scale", "shift", "mean", "variance"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([1, 2, 4, 4], seed: 3)]
    let passes: [any GraphPass] = [HalfConstantWidening(), BatchNormalizationFolding()]
    #expect(try graph.model.applying(passes[0]).applying(passes[1]).operatorTypes == ["Conv"])
    let expected = try run(graph.model, inputs)[0]
    #expect(try run(graph.model, inputs, passes: passes)[0].relativeDifference(from: expected) <= 1e-6)
  }

  /// A product with a matrix of `elements` elements, and another with one of 3.
  private func products(elements: Int) -> Model {
    var graph = GraphBuilder()
    graph.input("x", [2, elements])
    graph.constant("w", halves([elements, 1]))
    graph.node("MatMul", ["x", "w"], ["h"])
    graph.constant("v", halves([1, 3]))
    graph.node("MatMul", ["h", "v"], ["p"])
    graph.constant("b", halves([3]))
    graph.node("Add", ["p", "b"], ["y"])
    graph.output("y")
    return graph.model
  }

  @Test(arguments: [(-3, DataType.float32), (-2, .float16)])
  func matricesOfProductsStayHalfUnlessAllAreFew(more: Int, type: DataType) throws {
    let original = products(elements: HalfConstantWidening.mostCachedElements + more)
    let model = try original.applying(HalfConstantWidening())
    let constants = model.main.nodes.map { node in node.inputs[1].flatMap { model[$0].constant?.type } }
    #expect(constants == [type, type, .float32])
  }

  @Test(arguments: [4, HalfConstantWidening.mostCachedElements])
  func resultsAreTheSame(elements: Int) throws {
    let model = products(elements: elements)
    let inputs = [randomTensor([2, elements], seed: 3)]
    let expected = try run(model, inputs)[0]
    #expect(try run(model, inputs, passes: [HalfConstantWidening()])[0].floats == expected.floats)
  }
}
