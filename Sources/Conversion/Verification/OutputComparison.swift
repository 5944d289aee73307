public import Kernels
public import Tensors

/// How far the candidate's values of one output lie from the reference's, over all samples.
public struct OutputComparison: Sendable, Hashable {
  public let name: String
  public private(set) var elements = 0
  /// The largest |candidate − reference|.
  public private(set) var maxAbsoluteError = 0.0
  private var sumOfAbsoluteErrors = 0.0
  private var sumOfSquaredErrors = 0.0
  private var sumOfSquaredReferences = 0.0
  private var sumOfSquaredCandidates = 0.0
  private var sumOfProducts = 0.0
  /// Elements that are NaN or infinite in one of the two and not the same in the other.
  public private(set) var nonFiniteMismatches = 0
  private var rows = 0
  private var agreeingRows = 0
  /// Whether every batch had the shape [N, classes] with more than one class.
  private var isClassification = true

  public init(name: String) { self.name = name }

  /// Adds one batch. Both tensors have the same shape; elements are compared as real numbers.
  public mutating func add(reference: Tensor, candidate: Tensor) {
    let left = reference.doubles()
    let right = candidate.doubles()
    elements += left.count
    for index in left.indices { add(left[index], right[index]) }
    addRows(left, right, shape: reference.shape, isReal: reference.type.isFloatingPoint)
  }

  /// Adds elements that a kernel compared, the reference's being its first operand. They do not count as rows of scores.
  public mutating func add(_ difference: NumericDifference) {
    elements += difference.count
    maxAbsoluteError = max(maxAbsoluteError, difference.maximumAbsolute)
    sumOfAbsoluteErrors += difference.sumOfAbsolute
    sumOfSquaredErrors += difference.sumOfSquares
    sumOfSquaredReferences += difference.firstSumOfSquares
    sumOfSquaredCandidates += difference.secondSumOfSquares
    sumOfProducts += difference.dotProduct
    nonFiniteMismatches += difference.mismatchCount
    isClassification = false
  }

  private mutating func add(_ reference: Double, _ candidate: Double) {
    guard reference.isFinite, candidate.isFinite else {
      let same = reference == candidate || (reference.isNaN && candidate.isNaN)
      if !same { nonFiniteMismatches += 1 }
      return
    }
    let error = candidate - reference
    maxAbsoluteError = max(maxAbsoluteError, abs(error))
    sumOfAbsoluteErrors += abs(error)
    sumOfSquaredErrors += error * error
    sumOfSquaredReferences += reference * reference
    sumOfSquaredCandidates += candidate * candidate
    sumOfProducts += reference * candidate
  }

  private mutating func addRows(_ left: [Double], _ right: [Double], shape: Shape, isReal: Bool) {
    guard isReal, shape.rank == 2, shape[1] > 1 else {
      isClassification = false
      return
    }
    for row in 0..<shape[0] {
      let range = row * shape[1]..<(row + 1) * shape[1]
      rows += 1
      if left[range].indexOfLargest == right[range].indexOfLargest { agreeingRows += 1 }
    }
  }

  public var meanAbsoluteError: Double { elements == 0 ? 0 : sumOfAbsoluteErrors / Double(elements) }
  public var rootMeanSquareError: Double { elements == 0 ? 0 : (sumOfSquaredErrors / Double(elements)).squareRoot() }

  /// 10·log₁₀(Σ reference² / Σ error²); +∞ where the outputs are equal. NaN where one has a NaN or an infinity that
  /// the other has not.
  public var signalToQuantizationNoiseRatio: Double {
    if nonFiniteMismatches > 0 { return .nan }
    if sumOfSquaredErrors == 0 { return .infinity }
    return 10 * (sumOfSquaredReferences / sumOfSquaredErrors).logarithm10
  }

  /// Σ reference·candidate / (‖reference‖·‖candidate‖); 1 where both are zero.
  public var cosineSimilarity: Double {
    if nonFiniteMismatches > 0 { return .nan }
    let norms = sumOfSquaredReferences.squareRoot() * sumOfSquaredCandidates.squareRoot()
    if norms == 0 { return sumOfSquaredErrors == 0 ? 1 : 0 }
    return min(1, max(-1, sumOfProducts / norms))
  }

  /// The share of rows whose largest element is in the same place; nil where the output is not [N, classes].
  public var top1Agreement: Double? {
    isClassification && rows > 0 ? Double(agreeingRows) / Double(rows) : nil
  }
}

extension ArraySlice<Double> {
  /// The first index of the largest element, counted from the start of the slice.
  fileprivate var indexOfLargest: Int? {
    var best: Int?
    for index in indices where best == nil || self[index] > self[best!] { best = index }
    return best.map { $0 - startIndex }
  }
}
