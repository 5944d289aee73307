import Kernels
import Quantization
import Tensors

/// A weight [out, in] made ready for products with activations, by the kernel that suits how it is stored.
enum PackedWeight {
  case float(PackedMatrix)
  case half(PackedHalfMatrix)
  case int8(PackedInt8Matrix, scales: [Float])

  /// Rows of int8 weights up to this length cannot overflow 32-bit sums.
  static let longestIntegerRow = Int(Int32.max) / (128 * 128)

  /// Packs a matrix; nil for int8 rows that are too long for exact sums.
  init?(_ weight: RealTensor) {
    let tensor = weight.tensor.aligned()
    let (depth, columns) = (weight.shape[1], weight.shape[0])
    switch tensor.type {
    case .float32:
      self = .float(PackedMatrix(tensor.span(of: Float.self), rows: depth, columns: columns, transposed: true))
    case .float16:
      self = .half(PackedHalfMatrix(tensor.span(of: Half.self), rows: depth, columns: columns, transposed: true))
    case .bfloat16:
      self = .half(PackedHalfMatrix(tensor.span(of: BFloat16.self), rows: depth, columns: columns, transposed: true))
    default:
      guard depth <= Self.longestIntegerRow else { return nil }
      let packed = PackedInt8Matrix(tensor.span(of: Int8.self), rows: depth, columns: columns, transposed: true)
      self = .int8(packed, scales: weight.scales)
    }
  }

  /// Multiplies activations [rows, in] by the transposed weight: [rows, out].
  func product(_ activations: Span<Float>, rows: Int, _ compute: Compute) -> Tensor {
    switch self {
    case .float(let weight):
      Tensor([rows, weight.columns], of: Float.self) {
        compute.gemm(activations, rows: rows, stride: weight.rows, by: weight, into: &$0, stride: weight.columns)
      }
    case .half(let weight):
      Tensor([rows, weight.columns], of: Float.self) {
        compute.gemm(activations, rows: rows, stride: weight.rows, by: weight, into: &$0, stride: weight.columns)
      }
    case .int8(let weight, let scales):
      QuantizedTokens(activations, rows: rows, compute).product(weight, scales: scales, compute)
    }
  }
}

/// Activations quantized as compressed-tensors does it for each token anew: symmetric int8, one scale per row.
private struct QuantizedTokens {
  /// [rows, in], int8.
  let tokens: Tensor
  /// [rows, 1].
  let scales: Tensor

  init(_ activations: Span<Float>, rows: Int, _ compute: Compute) {
    let width = activations.count / rows
    let ranges = Self.ranges(activations, rows: rows, width: width, compute)
    let parameters = QuantizationParameters(ranges: ranges, scheme: .compressedTensorsWeights(axis: 0))
    let scale = LinearScale(scales: parameters.scales, zeroPoints: parameters.zeroPoints, inner: width)
    scales = Tensor([rows, 1], parameters.scales)
    tokens = Tensor([rows, width], of: Int8.self) { compute.quantize(activations, scale, into: &$0) }
  }

  private static func ranges(
    _ activations: Span<Float>, rows: Int, width: Int, _ compute: Compute
  ) -> [ClosedRange<Float>] {
    var minima = [Float](repeating: 0, count: rows)
    var maxima = minima
    var lower = minima.mutableSpan
    var upper = maxima.mutableSpan
    compute.widenRanges(by: activations, inner: width, minima: &lower, maxima: &upper)
    return zip(minima, maxima).map { $0...$1 }
  }

  /// Multiplies by a weight and takes both scales off.
  func product(_ weight: PackedInt8Matrix, scales weightScales: [Float], _ compute: Compute) -> Tensor {
    let shape = Shape([scales.count, weight.columns])
    let product = Tensor(shape, of: Float.self) {
      compute.gemmInt8(
        tokens.span(of: Int8.self), rows: shape[0], stride: weight.rows, zeroPoint: 0, by: weight,
        epilogue: .dequantize(scales: weightScales), into: &$0, stride: shape[1])
    }
    guard let rows = Broadcast(shape, scales.shape) else { preconditionFailure("\(scales.shape) against \(shape)") }
    return Tensor(shape, of: Float.self) {
      compute.combine(.multiply, product.span(of: Float.self), scales.span(of: Float.self), rows, into: &$0)
    }
  }
}
