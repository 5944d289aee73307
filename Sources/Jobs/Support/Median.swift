import Conversion

extension [Double] {
  /// The value in the middle of a list that is not sorted; 0 of none.
  var median: Double { isEmpty ? 0 : sorted().quantile(0.5) }
}
