import FormatKit
import Testing

@Suite struct FolderTests {
  @Test func namesComeInTheOrderOfTheirBytes() throws {
    try withFolder { folder in
      for name in ["b", "B", "ä", "a.txt", ".hidden"] { try write("", to: folder + "/" + name) }
      #expect(try Folder.names(in: folder) == [".hidden", "B", "a.txt", "b", "ä"])
    }
  }

  @Test func foldersAreToldFromFiles() throws {
    try withFolder { folder in
      try write("", to: folder + "/file")
      #expect(Folder.exists(at: folder))
      #expect(!Folder.exists(at: folder + "/file") && !Folder.exists(at: folder + "/none"))
    }
  }

  @Test func missingFolderIsNamedSo() {
    #expect(throws: FormatError(.noSuchFile, "no such file or folder")) { try Folder.names(in: "/nonexistent") }
  }
}
