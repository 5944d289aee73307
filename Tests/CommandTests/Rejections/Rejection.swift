import Testing

/// Checks that the tool refuses a request: with this message and exit code, and without a trace on disk.
func expectRejection(
  _ arguments: String, status: Int, _ message: String, in folder: TemporaryFolder,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let before = folder.contents
  let words = arguments.split(separator: " ").map(String.init)
  let outcome = try await quantize(words, in: folder)
  #expect(outcome.status == status, sourceLocation: sourceLocation)
  #expect(outcome.errors == "error: \(message)\n", sourceLocation: sourceLocation)
  #expect(outcome.output == "", sourceLocation: sourceLocation)
  #expect(folder.contents == before, sourceLocation: sourceLocation)
}
