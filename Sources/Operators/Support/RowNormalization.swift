import Tensors

/// Rows brought to mean 0 and variance 1, or to a mean square of 1; all sums are taken in float64.
struct RowNormalization {
  let rowCount: Int
  let rowLength: Int
  let epsilon: Double
  /// Whether the mean is taken off first. RMS normalisation leaves it.
  let centers: Bool

  /// What one row was normalised by.
  struct Moments {
    var mean: Double
    /// 1 / √(variance + ε).
    var inverseDeviation: Double
  }

  /// The normalised rows and what each was normalised by.
  func apply<Element: RealElement>(to tensor: Tensor, as: Element.Type) -> (rows: Tensor, moments: [Moments]) {
    let elements = tensor.span(of: Element.self)
    var builder = TensorBuilder<Element>(tensor.shape)
    var output = builder.span
    var moments: [Moments] = []
    for row in 0..<rowCount {
      let start = row * rowLength
      let moment = self.moments(of: elements.extracting(start..<start + rowLength))
      for index in start..<start + rowLength {
        output[index] = Element((Double(elements[index]) - moment.mean) * moment.inverseDeviation)
      }
      moments.append(moment)
    }
    return (builder.finish(), moments)
  }

  private func moments<Element: RealElement>(of row: Span<Element>) -> Moments {
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
    return Moments(mean: mean, inverseDeviation: 1 / (sumOfSquares / Double(row.count) + epsilon).squareRoot())
  }
}

extension RowNormalization {
  /// The normalised rows, each cut into segments of `segmentLength` elements; segment i is multiplied by
  /// `scales[i % scales.count]` and gets `biases[i % biases.count]` added.
  func apply<Element: RealElement>(
    to tensor: Tensor, scales: Span<Element>, biases: Span<Element>, segmentLength: Int
  ) -> Tensor {
    apply(to: tensor, as: Element.self).rows.scaled(by: scales, plus: biases, segmentLength: segmentLength)
  }
}

extension Tensor {
  /// This tensor cut into segments of `segmentLength` elements; segment i is multiplied by `scales[i % scales.count]`
  /// and gets `biases[i % biases.count]` added.
  func scaled<Element: RealElement>(
    by scales: Span<Element>, plus biases: Span<Element>, segmentLength: Int
  ) -> Tensor {
    let elements = span(of: Element.self)
    var builder = TensorBuilder<Element>(shape)
    var output = builder.span
    for segment in 0..<(segmentLength == 0 ? 0 : elements.count / segmentLength) {
      let scale = scales[segment % scales.count]
      let bias = biases[segment % biases.count]
      for index in segment * segmentLength..<(segment + 1) * segmentLength {
        output[index] = elements[index] * scale + bias
      }
    }
    return builder.finish()
  }
}
