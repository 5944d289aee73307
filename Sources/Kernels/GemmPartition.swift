internal import CKernels

/// A product cut into rectangles that threads take one by one.
struct GemmPartition: Sendable {
  let rows: Int
  let panels: Int
  private let rowsPerPart: Int
  private let panelsPerPart: Int
  private let panelParts: Int

  /// The number of rectangles.
  let count: Int

  /// Cuts rows first, into whole strips of `stripRows`, so that every part reads its own rows of the left operand; panels
  /// as well where there are too few rows to go round.
  init(rows: Int, panels: Int, stripRows: Int, threads: Int) {
    self.rows = rows
    self.panels = panels
    let wanted = threads == 1 ? 1 : threads * Self.partsPerThread
    let strips = parts(of: rows, size: stripRows)
    rowsPerPart = max(parts(of: strips, size: wanted), 1) * stripRows
    let rowParts = parts(of: rows, size: rowsPerPart)
    let wantedPanelParts = rowParts >= wanted / 2 ? 1 : parts(of: wanted, size: max(rowParts, 1))
    // A multiple of 4, because with one row the kernels work on 4 panels at once.
    panelsPerPart = max(parts(of: parts(of: panels, size: wantedPanelParts), size: 4) * 4, 1)
    panelParts = parts(of: panels, size: panelsPerPart)
    count = rowParts * panelParts
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
