import Foundation
import Testing

/// Ctrl-C and the like: the process ends at once, with the exit code that shells report, and leaves nothing behind.
@Suite struct InterruptionTests {
  /// A file of `count` float32 tensors of 16 MiB each, whose zeros take no room on disk.
  private func writeTensors(_ count: Int, to name: String, in folder: TemporaryFolder) throws {
    let bytes = 16 << 20
    let entries = (0..<count).map {
      "\"t\($0)\":{\"dtype\":\"F32\",\"shape\":[\(bytes / 4)],\"data_offsets\":[\($0 * bytes),\(($0 + 1) * bytes)]}"
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try folder.write(length + header, to: name)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder[name]))
    try file.truncate(atOffset: UInt64(8 + header.count + count * bytes))
    try file.close()
  }

  @Test(.timeLimit(.minutes(3)), arguments: [("INT", 130), ("TERM", 143)])
  func aSignalLeavesNoUnfinishedFileBehind(signal: String, status: Int) async throws {
    let folder = try TemporaryFolder()
    try writeTensors(64, to: "large.safetensors", in: folder)
    let outcome = try await quantize(
      ["large.safetensors", "--to", "fp16"], in: folder, sending: signal,
      when: "ls -A | grep -q '^.large.fp16.safetensors.tmp-'")
    #expect(outcome.status == status)
    #expect(outcome.output == "")
    #expect(outcome.errors == "")
    #expect(folder.contents == ["large.safetensors"])
  }

  static let commands = [
    "bench MODEL --iterations 1000000 --batch 8", "profile MODEL --iterations 1000000 --json report.json",
    "MODEL --to int8 --calib FOLDER/calib.npz --batch 1 -o out.onnx --threads 1",
    "verify MODEL MODEL --data FOLDER/test.npz --batch 1 --json report.json",
    "run MODEL --data FOLDER/test.npz -o out.npz", "batch FOLDER --to int8 --calib FOLDER/calib.npz -o out",
  ]

  /// Wherever the signal meets a command, the command ends or was done already.
  @Test(.timeLimit(.minutes(3)), arguments: commands) func everyCommandEndsAtOnce(command: String) async throws {
    let source = "\(fixtures)/digits_vit"
    let words = command.replacingOccurrences(of: "MODEL", with: "\(source)/model.onnx")
      .replacingOccurrences(of: "FOLDER", with: source).split(separator: " ").map(String.init)
    let folder = try TemporaryFolder()
    let outcome = try await quantize(words, in: folder, sending: "INT", when: "sleep 1")
    let isEndless = command.contains("--iterations 1000000")
    #expect(outcome.status == 130 || (outcome.status == 0 && !isEndless))
    #expect(!folder.contents.contains { $0.contains(".tmp-") })
    if isEndless { #expect(outcome.output == "" && folder.contents == []) }
  }
}
