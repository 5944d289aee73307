/// The lists of passes that sessions are compiled with.
public enum PassList {
  /// What a session applies to run fast.
  public static let standard: [any GraphPass] =
    essential
    + [
      IdentityElimination(), HalfConstantWidening(), IntegerIslands(), ConstantFolding(), ShapeFolding(),
      ConstantFolding(), ChannelSelection(), DeadNodeElimination(), LookupFusion(), HalfRoundTripFolding(),
      FloatCastElimination(), RoundingFusion(),
    ]
    + fusion + [QuantizationFusion(), TableFusion(), DeadNodeElimination()]

  /// What a session applies that is told which values to observe: it runs fast around these, in float, and runs every
  /// node that is not fused into another.
  public static let calibration: [any GraphPass] = essential + fusion

  /// What every session needs: it leaves all values of the main body observable.
  public static let essential: [any GraphPass] = [FunctionInlining(), ArityCheck(), ConstantNodes()]

  /// Float operators brought into the form and order that kernels want.
  private static let fusion: [any GraphPass] = [
    GeluFusion(), BatchNormalizationFolding(), PadFolding(), ScaleFolding(), NormalizationFusion(), SwishFusion(),
    AttentionFusion(), LinearFusion(), ChannelsLastLayout(), ResidualFusion(), ActivationFusion(),
    ConcatenationFusion(), ElementwiseFusion(),
  ]
}
