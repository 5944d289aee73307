/// What a pass did to a session's copy of the model before it was compiled.
public struct AppliedPass: Sendable, Hashable {
  public let name: String
  /// The nodes of all bodies before and after.
  public let nodesBefore: Int
  public let nodesAfter: Int
}
