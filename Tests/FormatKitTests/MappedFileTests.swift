import FormatKit
import Foundation
import Tensors
import Testing

@Suite struct MappedFileTests {
  @Test func aFileIsMapped() throws {
    try withFolder { folder in
      try write("hello", to: folder + "/f")
      #expect(try MappedFile.open(folder + "/f").utf8String == "hello")
    }
  }

  @Test func anEmptyFileGivesNoBytes() throws {
    try withFolder { folder in
      try write("", to: folder + "/f")
      #expect(try MappedFile.open(folder + "/f").count == 0)
    }
  }

  @Test func bytesOutliveTheFile() throws {
    try withFolder { folder in
      try write("hello", to: folder + "/f")
      let bytes = try MappedFile.open(folder + "/f").slice(1..<3)
      try FileManager.default.removeItem(atPath: folder + "/f")
      #expect(bytes.utf8String == "el")
    }
  }

  @Test func whatIsNoFileIsRejected() throws {
    try withFolder { folder in
      #expect(throws: FormatError(.noSuchFile, "no such file")) { try MappedFile.open(folder + "/gone") }
      #expect(throws: FormatError(.badFile, "is a folder, not a file")) { try MappedFile.open(folder) }
      #expect(throws: FormatError(.badFile, "is not a regular file")) { try MappedFile.open("/dev/null") }
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(throws: FormatError(.badFile, "is not a regular file")) { try MappedFile.open(folder + "/pipe") }
    }
  }

  @Test(.disabled(if: getuid() == 0, "root may read everything")) func anUnreadableFileIsRejected() throws {
    try withFolder { folder in
      try write("hello", to: folder + "/f")
      chmod(folder + "/f", 0)
      #expect(throws: FormatError(.io, "cannot open: Permission denied")) { try MappedFile.open(folder + "/f") }
    }
  }
}
