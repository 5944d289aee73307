internal import CKernels

/// A product cut into rectangles that threads take one by one.
struct GemmPartition: Sendable {
  let rows: Int
  let panels: Int
  private let rowsPerPart: Int
  private let panelsPerPart: Int
  /// Into how many parts the panels are cut; each of them reads all rows of the left operand.
  let panelParts: Int

  /// The number of rectangles.
  let count: Int

  /// Into how many parts the rows are cut; each of them reads all panels.
  var rowPartCount: Int { count / panelParts }

  /// Cuts the larger operand, so that every part reads its own share of it: rows, in whole tiles of `tileRows`, or
  /// panels. The other is cut as well where there is too little of that one to go round.
  init(rows: Int, panels: Int, tileRows: Int, threads: Int) {
    self.rows = rows
    self.panels = panels
    guard threads > 1 else {
      (rowsPerPart, panelsPerPart, panelParts, count) = (rows, panels, 1, 1)
      return
    }
    let wanted = threads * Self.partsPerThread
    // With few rows the kernels work on up to 4 panels at once.
    let unit = rows <= 3 ? 4 : 1
    if panels * PackedPanels.panelColumns > rows {
      panelsPerPart = Self.share(of: panels, unit: unit, among: wanted)
      let panelParts = parts(of: panels, size: panelsPerPart)
      rowsPerPart = Self.share(of: rows, unit: tileRows, among: Self.rest(of: wanted, after: panelParts))
    } else {
      rowsPerPart = Self.share(of: rows, unit: tileRows, among: wanted)
      let rowParts = parts(of: rows, size: rowsPerPart)
      panelsPerPart = Self.share(of: panels, unit: unit, among: Self.rest(of: wanted, after: rowParts))
    }
    panelParts = parts(of: panels, size: panelsPerPart)
    count = parts(of: rows, size: rowsPerPart) * panelParts
  }

  /// The size of nearly equal parts in whole units, at most `wanted` of them.
  private static func share(of count: Int, unit: Int, among wanted: Int) -> Int {
    max(parts(of: parts(of: count, size: unit), size: wanted), 1) * unit
  }

  /// Into how many parts the second operand is cut when the first was cut into `made`.
  private static func rest(of wanted: Int, after made: Int) -> Int {
    made >= wanted / 2 ? 1 : parts(of: wanted, size: max(made, 1))
  }

  /// More parts than threads, so that a slow thread does not hold up the rest.
  private static let partsPerThread = 4

  /// The rectangle of a chunk.
  func part(_ index: Int) -> ck_gemm_part {
    let row = index / panelParts * rowsPerPart
    let panel = index % panelParts * panelsPerPart
    return ck_gemm_part(
      first_row: row, row_count: min(rowsPerPart, rows - row),
      first_panel: panel, panel_count: min(panelsPerPart, panels - panel))
  }
}
