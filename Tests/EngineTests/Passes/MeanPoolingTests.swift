import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct MeanPoolingTests {
  /// The mean of an image over some axes, which are an input from version 18 on.
  private func mean(
    over axes: [Int64]?, keepsAxes: Bool = true, opset: Int = 13, shape: [Int?] = [nil, 3, nil, 6],
    type: DataType = .float32
  ) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", shape, type: type)
    let keeps: Attribute = .int(keepsAxes ? 1 : 0)
    switch axes {
    case let axes? where opset < 18: graph.node("ReduceMean", ["x"], ["y"], ["axes": .ints(axes), "keepdims": keeps])
    case let axes?:
      graph.constant("axes", Tensor([axes.count], axes))
      graph.node("ReduceMean", ["x", "axes"], ["y"], ["keepdims": keeps])
    case nil: graph.node("ReduceMean", ["x"], ["y"], ["keepdims": keeps])
    }
    graph.output("y")
    return graph
  }

  private func operators(_ graph: GraphBuilder) throws -> [String] {
    try graph.model.applying(MeanPooling()).operatorTypes
  }

  private let image = [randomTensor([2, 3, 5, 6])]

  @Test(arguments: [13, 18], [[2, 3], [-1, -2]] as [[Int64]])
  func aMeanOverSpatialAxesIsAPooling(opset: Int, axes: [Int64]) throws {
    let graph = mean(over: axes, opset: opset)
    #expect(try operators(graph) == ["GlobalAveragePool"])
    let (actual, expected) = (
      try run(graph.model, image, passes: [MeanPooling()])[0], try run(graph.model, image)[0]
    )
    #expect(actual.shape == expected.shape)
    for (mean, reference) in zip(actual.array(of: Float.self), expected.array(of: Float.self)) {
      #expect(abs(mean - reference) <= 1e-6)
    }
  }

  @Test func axesThatAreNotKeptAreFlattened() throws {
    let graph = mean(over: [2, 3], keepsAxes: false)
    #expect(try operators(graph) == ["GlobalAveragePool", "Flatten"])
    let actual = try run(graph.model, image, passes: [MeanPooling()])[0]
    #expect(actual.shape == [2, 3])
    for (mean, reference) in zip(actual.array(of: Float.self), try run(graph.model, image)[0].array(of: Float.self)) {
      #expect(abs(mean - reference) <= 1e-6)
    }
  }

  @Test(arguments: [nil, [1, 2], [2], [1, 2, 3], [0, 2, 3]] as [[Int64]?]) func otherAxesStay(axes: [Int64]?) throws {
    #expect(try operators(mean(over: axes)) == ["ReduceMean"])
  }

  @Test func integersStay() throws {
    #expect(try operators(mean(over: [2, 3], type: .int64)) == ["ReduceMean"])
  }

  /// The axes are spatial ones of an image, but not of a volume.
  @Test func theRankMatters() throws {
    #expect(try operators(mean(over: [2, 3], shape: [1, 3, 4, 5, 6])) == ["ReduceMean"])
    #expect(try operators(mean(over: [2, 3, 4], shape: [1, 3, 4, 5, 6])) == ["GlobalAveragePool"])
  }

  /// Files seldom state the types of the values between nodes.
  @Test(arguments: [true, false]) func theTypeFollowsFromConstants(isFloat: Bool) throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [1, 3, 5, 6])
    graph.constant("w", randomTensor([4, 3, 3, 3]))
    graph.node("Conv", ["x", "w"], ["c"])
    graph.node("Relu", ["c"], ["r"])
    if !isFloat { graph.node("Cast", ["r"], ["i"], ["to": .int(7)]) }
    graph.node("ReduceMean", [isFloat ? "r" : "i"], ["y"], ["axes": .ints([2, 3])])
    graph.output("y")
    #expect(try operators(graph).last == (isFloat ? "GlobalAveragePool" : "ReduceMean"))
  }
}
