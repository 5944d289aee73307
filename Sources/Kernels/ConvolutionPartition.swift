internal import CKernels

/// A convolution cut into blocks, each small enough for its part of the images to stay in the cache while all weights
/// pass by: parts of an image, or where images are very small parts of many. Threads take them one by one, or where they
/// are small some at a time: a chunk.
struct ConvolutionPartition: Sendable {
  private let output: ConvolutionGeometry.Size
  private let panels: Int
  private var columnsPerBlock: Int
  private var panelsPerBlock: Int
  /// The planes of the output, of all images.
  private let planes: Int
  private let imagesPerBlock: Int
  private var rowBlocks = 0
  private var columnBlocks = 0
  private var blockCount = 0
  private var blocksPerChunk = 1

  /// The number of chunks.
  var count: Int { parts(of: blockCount, size: blocksPerChunk) }

  /// Bytes of an image that a block may work on: a part of the L2 cache.
  private static let bandBytes = 300 * 1024
  /// Bytes of windows of a block, where these are written out because their taps lie far apart: they may have much of the
  /// L2 cache, as all weights pass by once for every block.
  private static let windowBytes = 1024 * 1024
  /// More blocks than threads, so that a slow thread does not hold up the rest.
  private static let blocksPerThread = 4
  /// The least work of a block or chunk, in multiply-adds, where there may be fewer of them: beside it, what a block
  /// costs by itself, the rows that it shares with its neighbours and the taking of a chunk are small.
  private static let leastBlockWork = 100_000
  /// Rows are not cut into pieces shorter than this, unless a block has many images.
  private static let leastColumns = 28
  /// The panels of channels that a block takes where it does not take all channels.
  private static let panelsPerSlice = 2
  /// The widest outputs of which several images are in a block. In wider ones few taps lie on padding.
  private static let mostStackedColumns = 8

  /// `panels` are the panels of weights of one group, `panelBytes` the bytes of all groups' panels; `work` is counted in
  /// multiply-adds and done by `threads` threads. Blocks have one image each unless `stacksImages`,
  /// and all channels unless `slicesChannels`.
  init(
    _ geometry: ConvolutionGeometry, elementBytes: Int, panels: Int, panelBytes: Int, work: Int, threads: Int,
    stacksImages: Bool, slicesChannels: Bool
  ) {
    output = .init(height: geometry.outputHeight, width: geometry.outputWidth)
    planes = geometry.batch * geometry.outputDepth
    self.panels = panels
    let channels = slicesChannels ? Self.panelsPerSlice * PackedPanels.panelColumns : geometry.inputChannels
    let pixelBytes = min(channels, geometry.inputChannels) * elementBytes
    columnsPerBlock = output.width
    var rowsPerBlock = 1
    panelsPerBlock = slicesChannels ? min(Self.panelsPerSlice, panels) : panels
    func fits(rows: Int, columns: Int) -> Bool {
      let band = geometry.bandPixels(rows: rows, columns: columns)
      let windows = elementBytes == 1 ? rows * columns * geometry.depth / geometry.inputsPerGroup : band
      return band * pixelBytes <= Self.bandBytes || windows < band && windows * pixelBytes <= Self.windowBytes
    }
    while !fits(rows: 1, columns: columnsPerBlock), columnsPerBlock >= 2 * Self.leastColumns {
      columnsPerBlock = parts(of: columnsPerBlock, size: 2)
    }
    while rowsPerBlock < output.height, fits(rows: rowsPerBlock + 1, columns: columnsPerBlock) { rowsPerBlock += 1 }
    rowBlocks = parts(of: output.height, size: rowsPerBlock)
    imagesPerBlock = stacksImages ? Self.imagesPerBlock(geometry, pixelBytes: pixelBytes, threads: threads) : 1
    countBlocks()

    let perThread = min(max(work / (threads * Self.leastBlockWork), 1), Self.blocksPerThread)
    let wanted = threads == 1 ? 1 : threads * perThread
    guard blockCount > 0 else { return }
    guard blockCount < wanted else {
      let blockWork = max(work / blockCount, 1)
      blocksPerChunk = max(min(blockCount / wanted, Self.leastBlockWork / blockWork), 1)
      return
    }
    if panelBytes > geometry.inputCount * elementBytes, panels > 1 {
      panelsPerBlock = parts(of: panels, size: parts(of: wanted, size: blockCount))
    } else {
      rowBlocks = min(rowBlocks * parts(of: wanted, size: blockCount), output.height)
      countBlocks()
      let perRow = parts(of: wanted, size: blockCount)
      let leastColumns = imagesPerBlock > 1 ? 1 : min(columnsPerBlock, Self.leastColumns)
      columnsPerBlock = max(parts(of: columnsPerBlock, size: perRow), leastColumns)
    }
    countBlocks()
  }

  private mutating func countBlocks() {
    columnBlocks = parts(of: output.width, size: max(columnsPerBlock, 1))
    blockCount = parts(of: panels, size: panelsPerBlock) * imageBlocks * rowBlocks * columnBlocks
  }

  private var imageBlocks: Int { parts(of: planes, size: imagesPerBlock) }

  /// How many images a block has where it may have several: at least as many as there are pixels in a row of one, which
  /// are multiplied together otherwise, or else 1. No more than leave each thread images of its own, as what follows has
  /// them too.
  private static func imagesPerBlock(_ geometry: ConvolutionGeometry, pixelBytes: Int, threads: Int) -> Int {
    guard geometry.outputWidth <= mostStackedColumns else { return 1 }
    let imageBytes = geometry.input.height * geometry.input.width * pixelBytes
    let fitting = min(bandBytes / max(imageBytes, 1), geometry.batch)
    let least = max(geometry.outputWidth, 2)
    guard fitting >= least else { return 1 }
    let most = min(fitting, max(parts(of: geometry.batch, size: threads), least))
    return parts(of: geometry.batch, size: parts(of: geometry.batch, size: most))
  }

  /// Calls `body` for each block of a chunk. Neighbouring blocks share weights.
  func forEachBlock(ofChunk chunk: Int, _ body: (ck_convolution_block) -> Void) {
    let first = chunk * blocksPerChunk
    for index in first..<min(first + blocksPerChunk, blockCount) { body(block(index)) }
  }

  private func block(_ index: Int) -> ck_convolution_block {
    let column = index % columnBlocks * columnsPerBlock
    let rowBlock = index / columnBlocks % rowBlocks
    // Blocks differ by at most a row.
    let row = rowBlock * output.height / rowBlocks
    let endRow = (rowBlock + 1) * output.height / rowBlocks
    let plane = index / columnBlocks / rowBlocks % imageBlocks * imagesPerBlock
    let panel = index / columnBlocks / rowBlocks / imageBlocks * panelsPerBlock
    return ck_convolution_block(
      plane: plane, image_count: min(imagesPerBlock, planes - plane), first_row: row, row_count: endRow - row,
      first_column: column,
      column_count: min(columnsPerBlock, output.width - column), first_panel: panel,
      panel_count: min(panelsPerBlock, panels - panel))
  }
}

extension ConvolutionGeometry {
  /// The pixels that the windows of a rectangle of output pixels of a plane lie in.
  func bandPixels(rows: Int, columns: Int) -> Int {
    let height = (rows - 1) * strides.height + (kernel.height - 1) * dilations.height + 1
    let width = (columns - 1) * strides.width + (kernel.width - 1) * dilations.width + 1
    return planes.kernel * height * width
  }
}
