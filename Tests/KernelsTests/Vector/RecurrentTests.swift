import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct RecurrentTests {
  private static let sizes = [(1, 1), (2, 7), (3, 16), (1, 33), (2, 100)]

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func expectClose(_ output: [Float], _ expected: [Double]) {
    #expect(output.count == expected.count)
    for (value, exact) in zip(output, expected) { #expect(abs(Double(value) - exact) < 2e-6) }
  }

  @Test(arguments: sizes, [false, true]) func cellsOfLSTM(size: (batch: Int, units: Int), hasPeepholes: Bool) {
    let (batch, units) = size
    var numbers = TestNumbers(seed: 91)
    let gates = numbers.floats(batch * 4 * units)
    let previous = numbers.floats(batch * units)
    let peepholes = hasPeepholes ? numbers.floats(3 * units) : []
    for couples in [false, true] {
      var (cells, hiddens): ([Double], [Double]) = ([], [])
      for place in 0..<batch * units {
        let (sequence, unit) = (place / units, place % units)
        func gate(_ k: Int) -> Double { Double(gates[(sequence * 4 + k) * units + unit]) }
        func peephole(_ k: Int) -> Double { hasPeepholes ? Double(peepholes[k * units + unit]) : 0 }
        let old = Double(previous[place])
        let input = sigmoid(gate(0) + peephole(0) * old)
        let forget = couples ? 1 - input : sigmoid(gate(2) + peephole(2) * old)
        let cell = forget * old + input * tanh(gate(3))
        cells.append(cell)
        hiddens.append(sigmoid(gate(1) + peephole(1) * cell) * tanh(cell))
      }
      var reference: ([Float], [Float])?
      for compute in Compute.all {
        var cell = previous
        var hidden = [Float](repeating: 9, count: batch * units)
        var cellSpan = cell.mutableSpan
        var hiddenSpan = hidden.mutableSpan
        compute.stepLSTM(
          gates: gates.span, peepholes: peepholes.span, cell: &cellSpan, hidden: &hiddenSpan, batch: batch,
          couplesGates: couples)
        expectClose(cell, cells)
        expectClose(hidden, hiddens)
        #expect(reference == nil || reference! == (cell, hidden))
        reference = (cell, hidden)
      }
    }
  }

  @Test func whatEntersAnActivationIsClipped() {
    for compute in Compute.all {
      var cell: [Float] = [0]
      var hidden: [Float] = [9]
      var cellSpan = cell.mutableSpan
      var hiddenSpan = hidden.mutableSpan
      let gates: [Float] = [50, 50, 50, 50]
      compute.stepLSTM(gates: gates.span, peepholes: Span(), cell: &cellSpan, hidden: &hiddenSpan, batch: 1, clip: 1)
      expectClose(cell, [sigmoid(1) * tanh(1)])
      expectClose(hidden, [sigmoid(1) * tanh(sigmoid(1) * tanh(1))])
    }
  }

  @Test(arguments: sizes) func cellsOfGRU(batch: Int, units: Int) {
    var numbers = TestNumbers(seed: 101)
    let input = numbers.floats(batch * 3 * units)
    let recurrent = numbers.floats(batch * 3 * units)
    let previous = numbers.floats(batch * units)
    func gate(_ gates: [Float], _ k: Int, _ count: Int, _ place: Int) -> Double {
      Double(gates[(place / units * count + k) * units + place % units])
    }
    let places = 0..<batch * units
    let update = places.map { sigmoid(gate(input, 0, 3, $0) + gate(recurrent, 0, 3, $0)) }
    let reset = places.map { sigmoid(gate(input, 1, 3, $0) + gate(recurrent, 1, 3, $0)) }
    let linear = places.map {
      (1 - update[$0]) * tanh(gate(input, 2, 3, $0) + reset[$0] * gate(recurrent, 2, 3, $0)) + update[$0]
        * Double(previous[$0])
    }
    let candidate = numbers.floats(batch * units)
    let updated = places.map {
      (1 - update[$0]) * tanh(gate(input, 2, 3, $0) + Double(candidate[$0])) + update[$0] * Double(previous[$0])
    }
    let twoGates = (0..<batch).flatMap { recurrent[$0 * 3 * units..<($0 * 3 + 2) * units] }
    for compute in Compute.all {
      var hidden = previous
      var span = hidden.mutableSpan
      compute.stepGRU(inputGates: input.span, recurrentGates: recurrent.span, hidden: &span, batch: batch)
      expectClose(hidden, linear)

      var z = [Float](repeating: 9, count: batch * units)
      var r = z
      var zSpan = z.mutableSpan
      var rSpan = r.mutableSpan
      compute.resetGRU(
        inputGates: input.span, recurrentGates: twoGates.span, previous: previous.span, update: &zSpan, reset: &rSpan,
        batch: batch)
      expectClose(z, update)
      expectClose(r, places.map { reset[$0] * Double(previous[$0]) })

      var state = previous
      var stateSpan = state.mutableSpan
      compute.updateGRU(
        inputGates: input.span, candidate: candidate.span, update: z.span, hidden: &stateSpan, batch: batch)
      expectClose(state, updated)
    }
  }
}
