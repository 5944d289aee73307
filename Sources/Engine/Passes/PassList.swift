/// The lists of passes that sessions are compiled with.
public enum PassList {
  /// What a session applies to run fast.
  public static let standard: [any GraphPass] =
    essential + [
      IdentityElimination(), HalfConstantWidening(), IntegerIslands(), ConstantFolding(), LookupFusion(),
      BatchNormalizationFolding(), PadFolding(), ScaleFolding(), NormalizationFusion(), GeluFusion(), SwishFusion(),
      AttentionFusion(), LinearFusion(), ChannelsLastLayout(), ResidualFusion(), ActivationFusion(),
      ElementwiseFusion(), DeadNodeElimination(),
    ]

  /// What every session needs: it leaves all values of the main body observable.
  public static let essential: [any GraphPass] = [FunctionInlining(), ArityCheck(), ConstantNodes()]
}
