import Conversion
import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct HalfPrecisionTests {
  private func convert(
    _ graph: GraphBuilder, to type: DataType = .float16, interface: Bool = false, overflowing: [String] = []
  ) throws -> HalfPrecisionConversion.Result {
    var model = graph.model
    for pass in HalfPrecisionConversion.preparation { try pass.apply(to: &model, context) }
    let values = model.values.indices.map { ValueID($0) }.filter { overflowing.contains(model[$0].name) }
    let conversion = HalfPrecisionConversion(to: type, convertsInterface: interface, overflowing: Set(values))
    return conversion.convert(model, compute: compute)
  }

  private func reasons(_ result: HalfPrecisionConversion.Result) -> [String] {
    result.plan.decisions.map { "\($0.nodeName): \($0.reasonForFloat32.map { "\($0)" } ?? "half")" }
  }

  private func product() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("w", randomTensor([3, 4]))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Relu", ["m"], ["y"])
    graph.declare("y", .float32)
    graph.output("y")
    return graph
  }

  @Test func castsStandWhereTheTypesMeet() throws {
    let result = try convert(product())
    #expect(
      result.model.listing == [
        "x_float16 = Cast(x)", "m = MatMul(x_float16, w_float16)", "y_float16 = Relu(m)", "y = Cast(y_float16)",
      ])
    #expect(result.model.main.inputs.map { result.model[$0].type } == [.float32])
    #expect(result.model.main.outputs.map { result.model[$0].type } == [.float32])
    #expect(result.model.main.initializers.map { result.model[$0].name } == ["w_float16"])
    let inputs = [randomTensor([2, 3])]
    #expect(signalToNoise(try run(result.model, inputs)[0], try run(product().model, inputs)[0]) > 55)
  }

  @Test func theInterfaceIsConvertedOnDemand() throws {
    let result = try convert(product(), interface: true)
    #expect(result.model.listing == ["m = MatMul(x, w_float16)", "y = Relu(m)"])
    #expect(
      (result.model.main.inputs + result.model.main.outputs).map { result.model[$0].type } == [.float16, .float16])
  }

  @Test func anInterfaceAroundFloat32NodesGetsCasts() throws {
    var graph = GraphBuilder(domains: ["example.com": 1])
    graph.input("x", [2])
    graph.node("Mystery", ["x"], ["y"], domain: "example.com")
    graph.declare("y", .float32)
    graph.output("y")
    let result = try convert(graph, interface: true)
    #expect(reasons(result) == ["y: operator not known"])
    #expect(result.model.listing == ["x_float32 = Cast(x)", "y_float32 = Mystery(x_float32)", "y = Cast(y_float32)"])
  }

  @Test func constantsOutOfRangeKeepFloat32UntilTheirEffectIsBounded() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.constant("huge", [3], [-1e9, 1, 1])
    graph.node("Add", ["x", "huge"], ["masked"])
    graph.node("Neg", ["masked"], ["negative"])
    graph.node("Softmax", ["negative"], ["shares"], ["axis": .int(-1)])
    graph.node("Relu", ["shares"], ["y"])
    graph.output("y")
    #expect(
      reasons(try convert(graph)) == [
        "masked: a constant exceeds 65504", "negative: an input may exceed 65504", "shares: an input may exceed 65504",
        "y: half",
      ])
    // bfloat16 has the range of float32.
    #expect(
      reasons(try convert(graph, to: .bfloat16)) == ["masked: half", "negative: half", "shares: half", "y: half"])
  }

  @Test func infinityIsNoOverflow() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("c", [2], [-.infinity, 65504])
    graph.node("Add", ["x", "c"], ["y"])
    graph.output("y")
    #expect(reasons(try convert(graph)) == ["y: half"])
  }

  @Test func valuesThatOverflowedOnDataKeepTheirNodesInFloat32() throws {
    #expect(
      reasons(try convert(product(), overflowing: ["m"])) == [
        "m: exceeds 65504 on the given data", "y: exceeds 65504 on the given data",
      ])
  }

  @Test func nodesThatNameTheirTypeNameTheNewOne() throws {
    var graph = GraphBuilder()
    graph.input("n", [2], type: .int64)
    graph.node("Cast", ["n"], ["f"], ["to": .int(1)])
    graph.node("ConstantOfShape", ["n"], ["c"], ["value": .tensor(Tensor([1], [0.5 as Float]))])
    graph.node("ReduceSum", ["c"], ["s"])
    graph.node("Mul", ["f", "s"], ["y"])
    graph.output("y")
    let result = try convert(graph)
    #expect(reasons(result) == ["f: half", "c: half", "s: half", "y: half"])
    guard case .int(10)? = result.model.main.nodes[0].attributes["to"],
      case .tensor(let value)? = result.model.main.nodes[1].attributes["value"]
    else {
      Issue.record("attributes were not converted")
      return
    }
    #expect(value.type == .float16)
    // A 2×3 tensor of 0.5 sums to 3.
    #expect(try run(result.model, [Tensor([2], [2 as Int64, 3])])[0].floats == [6, 9])
  }

  @Test func integerNodesAreNotCounted() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.node("Shape", ["x"], ["s"])
    graph.node("Neg", ["s"], ["t"])
    graph.node("Reshape", ["x", "s"], ["y"])
    graph.output("y", "t")
    let result = try convert(graph)
    #expect(reasons(result).dropFirst() == ["t: no floating-point data", "y: half"])
    #expect(try run(result.model, [randomTensor([2, 3])])[1].array(of: Int64.self) == [-2, -3])
  }

  @Test func aConstantForBothSidesExistsInBothTypes() throws {
    var graph = GraphBuilder(domains: ["example.com": 1])
    graph.input("x", [2])
    graph.constant("c", [2], [1, 2])
    graph.node("Add", ["x", "c"], ["y"])
    graph.node("Mystery", ["c"], ["z"], domain: "example.com")
    graph.output("y", "z")
    let result = try convert(graph)
    #expect(result.model.main.initializers.map { result.model[$0].name }.sorted() == ["c", "c_float16"])
    #expect(result.model.listing.contains("z = Mystery(c)"))
  }

  @Test func scalesOfResizeStayFloat32() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 1, 2, 2])
    graph.constant("scales", [4], [1, 1, 2, 2])
    graph.node("Resize", ["x", "", "scales"], ["y"], ["mode": .string(Array("nearest".utf8))])
    graph.output("y")
    let result = try convert(graph)
    #expect(reasons(result) == ["y: half"])
    #expect(result.model.main.initializers.map { result.model[$0].type } == [.float32])
    #expect(try run(result.model, [randomTensor([1, 1, 2, 2])])[0].shape == [1, 1, 4, 4])
  }

  @Test func elementsThatVanishAreCounted() throws {
    var graph = GraphBuilder()
    graph.input("x", [3])
    graph.constant("c", [3], [1e-8, 1e-7, 0])
    graph.node("Add", ["x", "c"], ["y"])
    graph.output("y")
    // 1e−7 is subnormal in float16, 1e−8 is less than half of the smallest number.
    #expect(try convert(graph).underflowed == 1)
  }
}
