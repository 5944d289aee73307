import ModelGraph

/// The names that a graph defines, and those of the graphs around it.
final class Scope {
  private let outer: Scope?
  private var names: [String: ValueID] = [:]

  init(inside outer: Scope?) { self.outer = outer }

  /// Binds a name; false where this very scope binds it already. A name of an outer scope may be taken anew.
  func define(_ name: String, _ id: ValueID) -> Bool {
    names.updateValue(id, forKey: name) == nil
  }

  /// The value that a name stands for here: the innermost one.
  func resolve(_ name: String) -> ValueID? {
    var scope: Scope? = self
    while let current = scope {
      if let id = current.names[name] { return id }
      scope = current.outer
    }
    return nil
  }

  /// The value that a name stands for in this scope itself.
  func own(_ name: String) -> ValueID? { names[name] }
}
