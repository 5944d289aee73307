import Engine
import Kernels
import ModelGraph
import ModelTesting
import Operators
import Tensors
import Testing

/// Results that take the memory of an input which is read for the last time.
@Suite struct OverwritingTests {
  /// Adds the node `output` = max(`input` + `operand`, 0) as one chain.
  private func chain(_ graph: inout GraphBuilder, _ input: String, _ operand: String, _ output: String) {
    let steps = ["Add", "Relu"].map { Array($0.utf8) }
    graph.node(
      "ElementwiseChain", [input, operand], [output], ["steps": .strings(steps), "parameters": .floats([0, 0, 0, 0])],
      domain: "quantize.internal")
  }

  private func graph(_ build: (inout GraphBuilder) -> Void) -> Model {
    var graph = GraphBuilder()
    graph.input("x", [3])
    graph.constant("one", [1], [1])
    build(&graph)
    return graph.model
  }

  private let numbers = Tensor([3], [-3, 0, 2] as [Float])

  @Test func aChainTakesTheMemoryOfDataThatIsNotReadAgain() throws {
    let model = graph { graph in
      graph.node("Neg", ["x"], ["n"])
      chain(&graph, "n", "one", "y")
      graph.output("y")
    }
    let session = try Session(model, passes: [], compute: referenceCompute)
    var bytes: [Int] = []
    let results = try session.run([numbers], tracing: { _, record in bytes.append(record().liveBytes) })
    #expect(results[0].floats == [4, 1, 0])
    // Three numbers of x and three of n; then x is gone, and y in the place of n.
    #expect(bytes == [24, 12])
  }

  @Test func whatTheCallerHasIsLeftAlone() throws {
    let model = graph { graph in
      chain(&graph, "x", "one", "y")
      graph.output("y")
    }
    #expect(try run(model, [numbers])[0].floats == [0, 1, 3])
    #expect(numbers.floats == [-3, 0, 2])
  }

  @Test func whatIsReadAgainIsLeftAlone() throws {
    let model = graph { graph in
      graph.node("Neg", ["x"], ["n"])
      chain(&graph, "n", "one", "y")
      graph.node("Neg", ["n"], ["z"])
      graph.output("y")
      graph.output("z")
    }
    #expect(try run(model, [numbers]).map(\.floats) == [[4, 1, 0], [-3, 0, 2]])
  }

  @Test func whatIsReturnedIsLeftAlone() throws {
    let model = graph { graph in
      graph.node("Neg", ["x"], ["n"])
      chain(&graph, "n", "one", "y")
      graph.output("n")
      graph.output("y")
    }
    #expect(try run(model, [numbers]).map(\.floats) == [[3, 0, -2], [4, 1, 0]])
  }

  @Test func anOperandThatIsTheDataIsLeftAlone() throws {
    let model = graph { graph in
      graph.node("Neg", ["x"], ["n"])
      chain(&graph, "n", "n", "y")
      graph.output("y")
    }
    #expect(try run(model, [numbers])[0].floats == [6, 0, 0])
  }

  @Test func whatSharesItsElementsIsLeftAlone() throws {
    let model = graph { graph in
      graph.node("Neg", ["x"], ["n"])
      graph.node("Flatten", ["n"], ["u"], ["axis": .int(0)])
      chain(&graph, "u", "one", "y")
      graph.node("Neg", ["n"], ["z"])
      graph.output("y")
      graph.output("z")
    }
    #expect(try run(model, [numbers]).map(\.floats) == [[4, 1, 0], [-3, 0, 2]])
  }

  /// Of one pixel, whose sums are short, and of three in square with sums too long to be left in the result.
  @Test(arguments: [(8, 1), (200, 3)])
  func aConvolutionMayTakeTheMemoryOfItsResidual(channels: Int, kernel: Int) throws {
    var graph = GraphBuilder()
    graph.input("x", [2, channels, 5, 4])
    graph.constant("w", randomTensor([channels, channels, kernel, kernel], seed: 3, scale: 0.1))
    graph.node("Conv", ["x", "w"], ["h"], ["pads": .ints([Int64](repeating: Int64(kernel / 2), count: 4))])
    graph.node("Tanh", ["x"], ["t"])
    graph.node("Add", ["h", "t"], ["s"])
    graph.node("Relu", ["s"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([2, channels, 5, 4], seed: 5)]
    let expected = try run(graph.model, inputs)[0]
    for tier in KernelTier.available {
      let compute = Compute(tier: tier, threads: 2)
      let session = try Session(graph.model, passes: PassList.standard, compute: compute)
      let first = try session.run(inputs)[0]
      #expect(first.relativeDifference(from: expected) <= 1e-5)
      #expect(try session.run(inputs)[0].floats == first.floats)
    }
  }
}
