/// Why a file could not be read or written: one line for its user, and what kind of failure it is.
///
/// The message does not repeat the path of the file that the caller asked for; whoever prints it puts that in front.
public struct FormatError: Error, Hashable, Sendable {
  public enum Kind: Sendable {
    /// The file does not exist.
    case noSuchFile
    /// The file exists but is not what it should be.
    case badFile
    /// The operating system refused to read or write.
    case io
  }

  public var kind: Kind
  public var message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// A file that is not what it should be.
  public static func badFile(_ message: String) -> FormatError { FormatError(.badFile, message) }

  /// The same failure with the place in the file put in front: `tensor "w"`, `node "conv1" (Conv)`.
  public func at(_ place: String) -> FormatError { FormatError(kind, "\(place): \(message)") }
}

extension FormatError: CustomStringConvertible {
  public var description: String { message }
}

/// A name from a file in quotes, fit to print within a one-line message.
public func quoted(_ name: String) -> String { "\"\(printable(name, escaping: ["\"", "\\"]))\"" }

/// A name from a file, fit to print within a one-line message: without control characters, of bounded length.
public func printable(_ name: String, escaping escaped: Set<Unicode.Scalar> = []) -> String {
  let limit = 200
  var text = ""
  for scalar in name.unicodeScalars.prefix(limit) {
    if escaped.contains(scalar) {
      text += "\\\(scalar)"
    } else if scalar.properties.generalCategory == .control {
      text += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      text.unicodeScalars.append(scalar)
    }
  }
  return name.unicodeScalars.dropFirst(limit).isEmpty ? text : text + "…"
}
