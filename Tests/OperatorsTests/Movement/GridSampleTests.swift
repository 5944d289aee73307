import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct GridSampleTests {
  let square = Tensor([1, 1, 2, 2], [1, 2, 3, 4] as [Float])

  private func text(_ string: String) -> Attribute { .string(Array(string.utf8)) }

  @Test func aGridReadsBetweenEntries() throws {
    let grid = Tensor([1, 1, 3, 2], [0, 0, -1, -1, 3, 0] as [Float])
    func sample(_ padding: String) throws -> [Float] {
      try run(
        GridSample.self, [square, grid], attributes: ["padding_mode": text(padding), "align_corners": .int(1)])[0]
        .array(of: Float.self)
    }
    #expect(try sample("zeros") == [2.5, 1, 0])
    #expect(try sample("border") == [2.5, 1, 3])
    // A coordinate of 3 lies one whole width beyond the last column and is folded back to the first one.
    #expect(try sample("reflection") == [2.5, 1, 2])
  }

  // Expected values: onnxruntime.
  @Test func everyModeReadsEveryChannelOfEveryBatch() throws {
    let data = Tensor([2, 2, 3, 4], (0..<48).map { Float($0 * 7 % 23) })
    let numbers: [Float] = [-1.2, -0.9, -0.5, 0.3, 0.1, 1.1, 0.75, -0.25, 1.3, 0.6, 0, 0]
    let grid = Tensor([2, 1, 6, 2], numbers + numbers.reversed().map { $0 * 0.8 })
    let cases: [(mode: String, padding: String, alignsCorners: Int64, [Float])] = [
      (
        "bilinear", "zeros", 0,
        [
          0, 10.75, 2.03, 9.75, 0, 15.5, 0.975, 9.075, 4.865, 16.125, 0, 7.5, 11, 4.9368, 3.27, 7.844, 13.844,
          4.1552, 14.5, 1.4168, 14.13, 1.924, 14.86, 11.782,
        ]
      ),
      (
        "bilinear", "zeros", 1,
        [
          0.35, 11.75, 5.94, 11.344, 3.3, 15.5, 10.85, 7.775, 12.195, 14.125, 3.96, 7.5, 11, 9.1584, 7.76,
          9.14, 11.152, 10.14, 14.5, 1.4784, 12.64, 4.9488, 15.02, 14.946,
        ]
      ),
      (
        "bilinear", "border", 0,
        [
          0, 10.75, 5.8, 9.75, 7.5, 15.5, 15, 9.075, 13.9, 16.125, 1.8, 7.5, 11, 11.22, 3.27, 10.6, 13.844,
          7.42, 14.5, 3.22, 14.13, 2.6, 14.86, 21.04,
        ]
      ),
      (
        "bilinear", "border", 1,
        [
          0.5, 11.75, 6.6, 11.344, 6, 15.5, 15.5, 7.775, 13.55, 14.125, 7.2, 7.5, 11, 9.54, 7.76, 9.14,
          11.152, 10.14, 14.5, 1.54, 12.64, 4.9488, 15.02, 14.946,
        ]
      ),
      (
        "bilinear", "reflection", 0,
        [
          0, 10.75, 5.8, 9.75, 7.03, 15.5, 15, 9.075, 13.9, 16.125, 3.17, 7.5, 11, 11.22, 3.27, 10.6, 13.844,
          7.42, 14.5, 3.22, 14.13, 2.6, 14.86, 21.04,
        ]
      ),
      (
        "bilinear", "reflection", 1,
        [
          2.6, 11.75, 7.595, 11.344, 6.99, 15.5, 16.91, 7.775, 13.05, 14.125, 10.26, 7.5, 11, 9.34, 7.76,
          9.14, 11.152, 10.14, 14.5, 2.0576, 12.64, 4.9488, 15.02, 14.946,
        ]
      ),
      (
        "nearest", "zeros", 0,
        [
          0, 5, 0, 3, 0, 19, 0, 20, 0, 18, 0, 11, 3, 0, 1, 10, 21, 7, 18, 0, 16, 2, 13, 22,
        ]
      ),
      (
        "nearest", "zeros", 1,
        [
          0, 12, 1, 3, 8, 19, 15, 4, 16, 18, 0, 11, 3, 8, 1, 10, 3, 7, 18, 0, 16, 2, 18, 22,
        ]
      ),
      (
        "nearest", "border", 0,
        [
          0, 5, 1, 3, 8, 19, 15, 20, 16, 18, 0, 11, 3, 8, 1, 10, 21, 7, 18, 0, 16, 2, 13, 22,
        ]
      ),
      (
        "nearest", "border", 1,
        [
          0, 12, 1, 3, 8, 19, 15, 4, 16, 18, 0, 11, 3, 8, 1, 10, 3, 7, 18, 0, 16, 2, 18, 22,
        ]
      ),
      (
        "nearest", "reflection", 0,
        [
          0, 5, 1, 3, 8, 19, 15, 20, 16, 18, 0, 11, 3, 8, 1, 10, 21, 7, 18, 0, 16, 2, 13, 22,
        ]
      ),
      (
        "nearest", "reflection", 1,
        [
          0, 12, 1, 3, 8, 19, 15, 4, 16, 18, 0, 11, 3, 8, 1, 10, 3, 7, 18, 0, 16, 2, 18, 22,
        ]
      ),
      (
        "bicubic", "zeros", 0,
        [
          -0.076991, 13.586, 0.82919, 10.321, -0.48323, 17.656, 0.72628, 9.1694, 5.8891, 19.033, -0.091717,
          5.3438, 11, 6.3291, 2.0443, 9.3126, 16.097, 3.7646, 16.656, 0.1752, 15.783, -0.62622, 17.534, 14.36,
        ]
      ),
      (
        "bicubic", "zeros", 1,
        [
          -0.54735, 13.368, 4.696, 13.401, 2.8419, 17.656, 11.262, 6.0151, 15.103, 17.93, 3.1858, 5.3438, 11,
          10.378, 6.8839, 10.015, 12.393, 10.589, 16.656, -0.46798, 15.57, 4.1265, 18.423, 17.372,
        ]
      ),
      (
        "bicubic", "border", 0,
        [
          -0.60178, 11.53, 4.1798, 8.937, 7.4685, 17.656, 14.381, 7.5752, 16.657, 18.176, 1.5097, 5.3438, 11,
          12.484, 2.0106, 11.767, 13.815, 6.7919, 16.656, 0.77482, 14.868, -0.3891, 16.153, 22.97,
        ]
      ),
      (
        "bicubic", "border", 1,
        [
          -0.3955, 12.299, 5.1854, 11.934, 4.3985, 17.656, 14.985, 5.1504, 16.404, 15.487, 6.6216, 5.3438, 11,
          10.277, 6.8269, 8.9868, 10.845, 9.5526, 16.656, -0.67122, 14.092, 3.9712, 17.6, 14.624,
        ]
      ),
      (
        "bicubic", "reflection", 0,
        [
          -1.3256, 11.53, 2.614, 8.937, 6.9666, 17.656, 13.409, 7.5752, 17.613, 18.176, 2.7154, 5.3438, 11,
          13.241, 2.0106, 12.09, 13.815, 6.3806, 16.656, -0.24434, 14.868, -0.96329, 16.153, 24.345,
        ]
      ),
      (
        "bicubic", "reflection", 1,
        [
          0.91566, 12.404, 6.2936, 10.913, 4.88, 17.656, 17.033, 5.5283, 15.645, 16.293, 9.3899, 5.3438, 11,
          10.23, 5.0816, 9.7523, 12.073, 8.621, 16.656, 0.017001, 14.135, 2.5609, 17.09, 16.548,
        ]
      ),
    ]
    for (mode, padding, alignsCorners, expected) in cases {
      for threads in 1...2 {
        let result = try run(
          GridSample.self, [data, grid],
          attributes: ["mode": text(mode), "padding_mode": text(padding), "align_corners": .int(alignsCorners)],
          version: 16, compute: Compute(tier: .reference, threads: threads))[0]
        #expect(result.shape == [2, 2, 1, 6])
        for (value, other) in zip(result.array(of: Float.self), expected) {
          #expect(abs(value - other) <= 1e-4 * max(1, abs(other)), "\(mode) \(padding) \(alignsCorners)")
        }
      }
    }
  }

  @Test func whatLiesBeyondTheEndsIsZeroWhateverTheElements() throws {
    let square = Tensor([1, 1, 2, 2], [.infinity, 1, 1, 1] as [Float])
    let grid = Tensor([1, 1, 2, 2], [1.25, -0.5, -9, 0] as [Float])
    // The first point lies a quarter of an entry beyond the upper right one.
    #expect(try run(GridSample.self, [square, grid])[0].array(of: Float.self) == [0.25, 0])
  }

  @Test func modeNamesFollowTheVersion() {
    #expect(
      message { _ = try run(GridSample.self, [square, square], attributes: ["mode": text("bilinear")], version: 20) }
        == "attribute \"mode\" is \"bilinear\", expected one of \"linear\", \"nearest\", \"cubic\"")
    #expect(
      message { _ = try run(GridSample.self, [square, Tensor([1, 1, 1, 3], [0, 0, 0] as [Float])]) }
        == "input 1 has shape [1, 1, 1, 3], which is no grid for shape [1, 1, 2, 2]")
  }
}
