import FormatKit
import Jobs

extension Terminal {
  /// Writes a report to the file `path` or, where that is "-", to standard output.
  static func write(_ json: JSON, to path: String) throws(JobError) {
    let text = json.text(indented: true)
    guard path != "-" else { return print(text) }
    do {
      var file = try AtomicFile(replacing: path)
      try file.append(Array("\(text)\n".utf8))
      _ = try file.commit()
    } catch {
      throw JobError(error, path: path)
    }
  }
}
