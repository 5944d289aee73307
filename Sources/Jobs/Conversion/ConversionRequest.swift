public import Quantization
import FormatKit

/// What a model is to be converted to.
public enum ConversionTarget: String, CaseIterable, Sendable {
  case int8
  case fp16
  case bf16

  /// The name that people know: `INT8`.
  public var title: String { rawValue.uppercased() }
}

/// One conversion, from file to file.
public struct ConversionRequest: Sendable {
  public var input: String
  public var target: ConversionTarget
  /// Calibration data. INT8 needs it; for FP16 it shows which values would overflow.
  public var calibration: String?
  /// The file to write; nil for one beside the input: `model.int8.onnx`.
  public var output: String?
  /// Whether an existing output may be replaced.
  public var overwrites = false
  /// How INT8 ranges are picked from what calibration sees.
  public var estimator: any RangeEstimator = MinMaxEstimator()
  /// Whether inputs and outputs become half precision too.
  public var convertsInterface = false
  /// Nodes that stay in float, by name.
  public var excludedNodes: Set<String> = []
  /// Whether INT8 takes nodes in that are not expected to be faster for it.
  public var quantizesAll = false
  /// Samples per calibration run; nil lets model and data decide.
  public var batch: Int?

  public init(input: String, target: ConversionTarget) {
    self.input = input
    self.target = target
  }

  /// Where the result goes.
  public var outputPath: String {
    if let output { return output }
    let file = FilePath(input)
    return file.sibling("\(file.stem).\(target.rawValue).\(file.fileExtension)")
  }
}
