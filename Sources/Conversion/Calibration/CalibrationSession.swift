public import Engine
public import Kernels
public import ModelGraph
import Operators

/// A session that shows calibration the activations that a planner asks for.
public struct CalibrationSession: Sendable {
  public let session: Session
  /// The activations to gather statistics of.
  public let observed: Set<ValueID>
  /// Results that hold some of the observed activations and are shown in place of these, channels last.
  public let joined: [JoinedResult]

  /// Compiles the planner's model.
  ///
  /// - Parameter joinsResults: Whether activations may be shown as parts of joined results; of these there are no
  ///   histograms.
  public init(_ planner: QuantizationPlanner, joinsResults: Bool, compute: Compute) throws(EngineError) {
    observed = planner.observedValues
    var joined = joinsResults ? planner.joinedResults(of: observed) : []
    while true {
      let session = try Session(
        planner.model, passes: PassList.calibration, observing: Self.shown(observed, joined), compute: compute)
      // What the session does not join, it computes part by part in an order of its own.
      let joining = OperatorName("ConcatenatedConv", domain: internalDomain)
      let names = Set(session.nodes.lazy.filter { $0.operatorName == joining }.map(\.name))
      let isJoined = joined.map { names.contains($0.nodeName) }
      if isJoined.allSatisfy(\.self) {
        self.session = session
        break
      }
      joined = zip(joined, isJoined).filter(\.1).map(\.0)
    }
    self.joined = joined
  }

  /// The values that a session is to show.
  private static func shown(_ observed: Set<ValueID>, _ joined: [JoinedResult]) -> Set<ValueID> {
    observed.subtracting(joined.flatMap(\.parts).map(\.value)).union(joined.map(\.value))
  }
}
