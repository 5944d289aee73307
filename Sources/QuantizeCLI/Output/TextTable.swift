/// A table of aligned columns: text to the left, numbers to the right.
struct TextTable {
  private let headings: [String]
  private var rows: [[String]] = []

  init(_ headings: [String]) { self.headings = headings }

  mutating func add(_ row: [String]) {
    precondition(row.count == headings.count, "\(row.count) cells in a table of \(headings.count) columns")
    rows.append(row)
  }

  /// The lines of the table, headings first. A column is set to the right where all its cells look like numbers.
  var text: String {
    let all = [headings] + rows
    let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let isNumeric = headings.indices.map { column in rows.allSatisfy { $0[column].looksNumeric } }
    return all.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return isNumeric[column] ? padding + row[column] : row[column] + padding
      }
      .joined(separator: "  ").trimmingTrailingSpaces
    }
    .joined(separator: "\n")
  }
}

extension String {
  fileprivate var looksNumeric: Bool {
    isEmpty || self == "–" || ["inf", "nan", "-inf"].contains(self)
      || first.map { $0.isNumber || $0 == "-" } == true && contains(where: \.isNumber) && !contains("[")
  }

  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
