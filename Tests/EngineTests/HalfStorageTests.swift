import Engine
import ModelTesting
import Tensors
import Testing

/// Half precision is a way to store constants, inputs and outputs: nodes compute and pass on float32.
@Suite struct HalfStorageTests {
  /// The square of a float32 input that is rounded to a half-precision type first.
  private func square(_ type: DataType, returnsHalf: Bool) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [3])
    graph.node("Cast", ["x"], ["h"], ["to": .int(Int64(type.rawValue))])
    graph.node("Mul", ["h", "h"], ["s"])
    if returnsHalf {
      graph.declare("s", type)
      graph.output("s")
    } else {
      graph.node("Cast", ["s"], ["y"], ["to": .int(1)])
      graph.output("y")
    }
    return graph
  }

  @Test func anOverflowOfAnOutputShowsAsInfinity() throws {
    // 300² is beyond 65504, 200² is not. 65520 is the smallest number that rounds to infinity, 65519 the largest that
    // does not, but neither is a square of a float16.
    let outputs = try run(square(.float16, returnsHalf: true).model, [Tensor([3], [300 as Float, 200, -256])])
    #expect(outputs[0].type == .float16)
    #expect(outputs[0].array(of: Half.self).map(\.bits) == [0x7C00, 0x78E2, 0x7C00])
  }

  @Test func whatNodesPassOnIsNotRounded() throws {
    // 1.001 is stored as 1 + 2⁻¹⁰, whose square is 1 + 2⁻⁹ + 2⁻²⁰.
    let outputs = try run(square(.float16, returnsHalf: false).model, [Tensor([3], [300 as Float, 1.001, 0])])
    #expect(outputs[0].floats == [90000, 1 + 0x1p-9 + 0x1p-20, 0])
  }

  @Test func bfloat16HasTheRangeOfFloat32() throws {
    // 90000 rounds to 8 bits of precision: 176 · 2⁹ = 90112, whose bits are 0x47B0.
    let outputs = try run(square(.bfloat16, returnsHalf: true).model, [Tensor([3], [300 as Float, 1, 1e18])])
    let bits = outputs[0].array(of: BFloat16.self).map(\.bits)
    #expect(bits[0] == 0x47B0)
    #expect(bits[1] == 0x3F80)
    #expect(bits[2] < 0x7F80)
  }

  @Test func halfConstantsAreWidenedExactly() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("c", Tensor([2], [Half(bits: 0x3555), Half(bits: 0x0001)]))
    graph.node("Cast", ["c"], ["wide"], ["to": .int(1)])
    graph.node("Add", ["x", "wide"], ["y"])
    graph.output("y")
    #expect(try run(graph.model, [Tensor([2], [0 as Float, 0])])[0].floats == [0.333251953125, 0x1p-24])
  }

  @Test func inputsAreAdaptedBetweenFloatTypes() throws {
    var graph = GraphBuilder()
    graph.input("x", [2], type: .float16)
    graph.node("Neg", ["x"], ["y"])
    graph.declare("y", .float16)
    graph.output("y")
    let session = try Session(graph.model, compute: referenceCompute)
    let adapted = session.adapt([Tensor([2], [1.5 as Float, -2])])
    #expect(adapted[0].type == .float16)
    #expect(try session.run(adapted)[0].array(of: Half.self).map(\.bits) == [0xBE00, 0x4000])
  }
}
