import Kernels
import Tensors

/// Rows brought to mean 0 and variance 1, or to a mean square of 1, then scaled and shifted column by column.
struct RowNormalization {
  let rowCount: Int
  let rowLength: Int
  let epsilon: Float
  /// Whether the mean is taken off first. RMS normalisation leaves it.
  let centers: Bool

  struct Result {
    let rows: Tensor
    /// The mean of each row and its 1 / √(variance + ε), in float32; nil where no one asked for them.
    let moments: (means: Tensor, inverseDeviations: Tensor)?
  }

  /// `scale` and `bias` hold a number per column; without them, rows stay as they are normalised.
  func apply<Element: RealElement>(
    to tensor: Tensor, scale: Tensor? = nil, bias: Tensor? = nil, wantsMoments: Bool = false, as: Element.Type,
    with compute: Compute
  ) -> Result {
    if Element.self == Float.self, rowLength > 0, centers || !wantsMoments {
      let scale = scale ?? Tensor([rowLength], repeating: Float(1))
      let bias = bias ?? Tensor([rowLength], repeating: Float(0))
      return centers
        ? centered(tensor, scale, bias, with: compute)
        : Result(rows: uncentered(tensor, scale, with: compute), moments: nil)
    }
    let scale = scale ?? Tensor([rowLength], repeating: Element.one)
    let bias = bias ?? Tensor([rowLength], repeating: Element.zero)
    return looped(tensor, scale.span(of: Element.self), bias.span(of: Element.self))
  }

  private func centered(_ tensor: Tensor, _ scale: Tensor, _ bias: Tensor, with compute: Compute) -> Result {
    var rows = TensorBuilder<Float>(tensor.shape)
    var means = TensorBuilder<Float>([rowCount])
    var inverseDeviations = TensorBuilder<Float>([rowCount])
    var output = rows.span
    var meanOutput = means.span
    var deviationOutput = inverseDeviations.span
    compute.normalizeLayer(
      tensor.span(of: Float.self), scale: scale.span(of: Float.self), bias: bias.span(of: Float.self),
      epsilon: epsilon, into: &output, means: &meanOutput, inverseDeviations: &deviationOutput)
    return Result(rows: rows.finish(), moments: (means.finish(), inverseDeviations.finish()))
  }

  private func uncentered(_ tensor: Tensor, _ scale: Tensor, with compute: Compute) -> Tensor {
    var rows = TensorBuilder<Float>(tensor.shape)
    var output = rows.span
    compute.normalizeByRootMeanSquare(
      tensor.span(of: Float.self), scale: scale.span(of: Float.self), epsilon: epsilon, into: &output)
    return rows.finish()
  }

  /// The same for any type. Sums are taken in float64.
  private func looped<Element: RealElement>(
    _ tensor: Tensor, _ scale: Span<Element>, _ bias: Span<Element>
  ) -> Result {
    let elements = tensor.span(of: Element.self)
    var builder = TensorBuilder<Element>(tensor.shape)
    var output = builder.span
    var means: [Float] = []
    var inverseDeviations: [Float] = []
    for row in 0..<rowCount {
      let start = row * rowLength
      let (mean, inverseDeviation) = moments(of: elements.extracting(start..<start + rowLength))
      for column in 0..<rowLength {
        let normalized = Element((Double(elements[start + column]) - mean) * inverseDeviation)
        output[start + column] = normalized * scale[column] + bias[column]
      }
      means.append(Float(mean))
      inverseDeviations.append(Float(inverseDeviation))
    }
    return Result(
      rows: builder.finish(), moments: (Tensor([rowCount], means), Tensor([rowCount], inverseDeviations)))
  }

  private func moments<Element: RealElement>(of row: Span<Element>) -> (mean: Double, inverseDeviation: Double) {
    var mean = 0.0
    if centers {
      for index in row.indices { mean += Double(row[index]) }
      mean /= Double(row.count)
    }
    var sumOfSquares = 0.0
    for index in row.indices {
      let difference = Double(row[index]) - mean
      sumOfSquares += difference * difference
    }
    return (mean, 1 / (sumOfSquares / Double(row.count) + Double(epsilon)).squareRoot())
  }
}
