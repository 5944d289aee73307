import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime and NumPy.
@Suite struct SignalTests {
  let signal = floats([1, 6, 1], [1, 2, 0.5, -1, 3, 0])
  let spectrum: [Double] = [5.5, 0, 1.25, 0.4330127, -2.75, -3.897114, 3.5, 0, -2.75, 3.897114, 1.25, -0.4330127]

  @Test func signalsAreTransformed() throws {
    for input in [signal, doubled(signal)] {
      let result = try run(DFT.self, [input], attributes: ["axis": .int(1)], version: 17)[0]
      #expect(result.shape == [1, 6, 2])
      expectClose(result, spectrum)
      expectClose(try run(DFT.self, [input, nil, Tensor(scalar: Int64(1))], version: 20)[0], spectrum)
    }
  }

  @Test func theInverseGivesTheSignalBack() throws {
    let transformed = floats([1, 6, 2], spectrum.map { Float($0) })
    let back = try run(DFT.self, [transformed], attributes: ["inverse": .int(1)], version: 20)[0]
    expectClose(back, [1, 0, 2, 0, 0.5, 0, -1, 0, 3, 0, 0, 0])
  }

  @Test func halfASpectrumIsEnoughForRealSignals() throws {
    let attributes: KeyValuePairs<String, Attribute> = ["onesided": .int(1)]
    let half = try run(DFT.self, [signal, Tensor(scalar: Int64(5))], attributes: attributes, version: 20)[0]
    #expect(half.shape == [1, 3, 2])
    expectClose(half, [5.5, 0, 2.949594, 0.06937864, -3.199593, 2.01437], "cut to 5 samples")
    let whole = floats([1, 4, 2], spectrum.prefix(8).map { Float($0) })
    let back = try run(DFT.self, [whole], attributes: ["onesided": .int(1), "inverse": .int(1)], version: 20)[0]
    #expect(back.shape == [1, 6, 1])
    expectClose(back, [1, 2, 0.5, -1, 3, 0])
  }

  @Test func anotherAxisIsTransformedLineByLine() throws {
    let image = floats([2, 2, 1], [1, 2, 3, 4])
    let result = try run(DFT.self, [image, nil, Tensor(scalar: Int64(0))], version: 20)[0]
    expectClose(result, [4, 0, 6, 0, -2, 0, -2, 0])
  }

  @Test func whatCannotBeTransformedIsNamed() {
    #expect(
      message { _ = try run(DFT.self, [floats([2, 3], [1, 2, 3, 4, 5, 6])], version: 20) }
        == "input 0 has shape [2, 3], expected [..., 1] or [..., 2]")
    #expect(
      message { _ = try run(DFT.self, [signal, nil, Tensor(scalar: Int64(2))], version: 20) }
        == "axis 2 holds the parts of the complex numbers")
    #expect(
      message { _ = try run(DFT.self, [signal, Tensor(scalar: Int64(0))], version: 20) }
        == "input 1 asks for a transform of length 0")
    #expect(
      message { _ = try run(DFT.self, [signal, Tensor(scalar: Int64.max)], version: 20) }
        == "input 1 asks for a transform of length 9223372036854775807, which is too long")
  }

  @Test func windowsMoveAlongTheSignal() throws {
    let window = floats([4], [0.5, 1, 1, 0.5])
    let result = try run(STFT.self, [signal, Tensor(scalar: Int64(2)), window])[0]
    #expect(result.shape == [1, 2, 3, 2])
    expectClose(result, [2.5, 0, 0, -2.5, -0.5, 0, 2.25, 0, -2.75, 1, 4.25, 0])
    let plain = try run(
      STFT.self, [signal, Tensor(scalar: Int64(3)), nil, Tensor(scalar: Int64(3))],
      attributes: ["onesided": .int(0)])[0]
    #expect(plain.shape == [1, 2, 3, 2])
    expectClose(
      plain, [3.5, 0, -0.25, -1.299038, -0.25, 1.299038, 2, 0, -2.5, -2.598076, -2.5, 2.598076])
  }

  @Test func framesLongerThanTheSignalAreRefused() {
    #expect(
      message {
        _ = try run(STFT.self, [signal, Tensor(scalar: Int64(1)), floats([7], .init(repeating: 1, count: 7))])
      }
        == "frames of 7 samples do not fit a signal of shape [1, 6, 1]")
    #expect(
      message { _ = try run(STFT.self, [signal, Tensor(scalar: Int64(0)), floats([4], [1, 1, 1, 1])]) }
        == "input 1 is 0, expected a positive number of samples")
  }

  @Test func windowsRepeatOrAreSymmetric() throws {
    let size = Tensor(scalar: Int64(5))
    let symmetric: KeyValuePairs<String, Attribute> = ["periodic": .int(0)]
    expectClose(try run(HannWindow.self, [size], attributes: symmetric)[0], [0, 0.5, 1, 0.5, 0])
    expectClose(try run(HannWindow.self, [size])[0], [0, 0.3454915, 0.9045085, 0.9045085, 0.3454915])
    expectClose(
      try run(HammingWindow.self, [size])[0], [0.0869565, 0.4024053, 0.9128121, 0.9128121, 0.4024053])
    let wide = try run(BlackmanWindow.self, [size], attributes: ["output_datatype": .int(11)])[0]
    #expect(wide.type == .float64)
    expectClose(wide, [0, 0.2007701, 0.8492299, 0.8492299, 0.2007701])
    expectClose(try run(HannWindow.self, [Tensor(scalar: Int32(1))], attributes: symmetric)[0], [0])
    #expect(
      message { _ = try run(HannWindow.self, [size], attributes: ["output_datatype": .int(10)]) }
        == "attribute \"output_datatype\" is float16, only float32 and float64 are supported")
    #expect(
      message { _ = try run(HannWindow.self, [Tensor(scalar: Int64(-1))]) } == "input 0 holds [-1], expected one size")
  }

  @Test func bandsAreTrianglesOnTheMelScale() throws {
    func weights(_ bands: Int64, _ length: Int64) throws -> Tensor {
      try run(
        MelWeightMatrix.self,
        [
          Tensor(scalar: bands), Tensor(scalar: length), Tensor(scalar: Int64(8000)), Tensor(scalar: Float(0)),
          Tensor(scalar: Float(4000)),
        ])[0]
    }
    #expect(try weights(2, 8).shape == [5, 2])
    expectClose(try weights(2, 8), [1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    let rows: [Double] = [0, 0, 1, 0, 0.6666667, 0.3333333, 0.3333333, 0.6666667, 0, 1, 0, 0.8, 0, 0.6, 0, 0.4, 0, 0.2]
    expectClose(try weights(2, 32), rows + [Double](repeating: 0, count: 16))
  }
}
