import FormatKit
import Foundation
import Tensors
import Testing

@Suite struct AtomicFileTests {
  @Test func committedBytesReplaceTheTarget() throws {
    try withFolder { folder in
      try write("old", to: folder + "/f")
      var file = try AtomicFile(replacing: folder + "/f")
      try file.append(Array("new ".utf8))
      try file.append(Bytes(copying: Array("content".utf8)))
      try file.appendZeros(2)
      #expect(file.count == 13)
      #expect(try contents(folder + "/f") == "old")
      #expect(try file.commit() == 13)
      #expect(try contents(folder + "/f") == "new content\0\0")
      #expect(try entries(folder) == ["f"])
    }
  }

  @Test func smallAndLargePiecesComeInOrder() throws {
    try withFolder { folder in
      var file = try AtomicFile(replacing: folder + "/f")
      var expected: [UInt8] = []
      for (index, count) in [10, 3_000_000, 1, 1_048_576, 1_048_575, 2, 0, 5].enumerated() {
        let piece = [UInt8](repeating: UInt8(index), count: count)
        try file.append(piece)
        expected += piece
      }
      #expect(try file.commit() == expected.count)
      #expect(try MappedFile.open(folder + "/f").array == expected)
    }
  }

  @Test func withoutACommitNothingChanges() throws {
    try withFolder { folder in
      try write("old", to: folder + "/f")
      do {
        var file = try AtomicFile(replacing: folder + "/f")
        try file.append([1, 2, 3])
        #expect(try entries(folder).count == 2)
      }
      #expect(try entries(folder) == ["f"])
      #expect(try contents(folder + "/f") == "old")
    }
  }

  @Test func aLinkIsFollowedAndPermissionsStay() throws {
    try withFolder { folder in
      try write("old", to: folder + "/f")
      chmod(folder + "/f", 0o640)
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "f")
      var file = try AtomicFile(replacing: folder + "/link")
      try file.append(Array("new".utf8))
      try file.commit()
      #expect(try contents(folder + "/f") == "new")
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/f")
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "f")
    }
  }

  @Test func targetsThatCannotBeWrittenAreRejected() throws {
    func failure(_ path: String) -> FormatError? {
      do throws(FormatError) {
        let file = try AtomicFile(replacing: path)
        _ = file.count
        return nil
      } catch { return error }
    }
    try withFolder { folder in
      try write("", to: folder + "/f")
      #expect(failure(folder) == FormatError(.io, "cannot write: is a folder"))
      #expect(failure("/dev/null") == FormatError(.io, "cannot write: is not a regular file"))
      #expect(failure(folder + "/no/f") == FormatError(.io, "cannot write: there is no folder \"\(folder)/no\""))
      #expect(failure(folder + "/f/g") == FormatError(.io, "cannot write: there is no folder \"\(folder)/f\""))
      #expect(failure(folder + "/no/") == FormatError(.io, "cannot write: the path names no file"))
    }
  }
}
