public import Engine
public import ModelGraph

/// What happens to a model before it is planned for INT8: everything that would stand between a product and its
/// quantization is folded away, and the opset is raised to one with per-channel DequantizeLinear.
public enum Preparation {
  /// The version of ai.onnx from which on DequantizeLinear has an axis.
  public static let quantizationOpset = 13

  public static let passes: [any GraphPass] = [
    FunctionInlining(), ArityCheck(), ConstantNodes(), IdentityElimination(), ConstantFolding(keepsSize: true),
    BatchNormalizationFolding(), PadFolding(), ScaleFolding(), MeanPooling(), OpsetUpgrade(to: quantizationOpset),
  ]

  /// The prepared model, which computes what `model` does.
  public static func prepare(_ model: Model, _ context: PassContext) throws(EngineError) -> Model {
    var prepared = model
    for pass in passes { try pass.apply(to: &prepared, context) }
    return prepared
  }
}
