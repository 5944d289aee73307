public import Kernels
import FormatKit

/// Converts every model file under a folder, keeping its tree.
public struct BatchJob {
  public var folder: String
  /// The conversion that each file gets; its input, output and calibration are filled in per file.
  public var template: ConversionRequest
  /// Where results go; nil for beside the inputs.
  public var outputFolder: String?
  /// One file of data for all models, or a folder in which each model finds its own.
  public var calibration: String?

  public init(folder: String, template: ConversionRequest) {
    self.folder = folder
    self.template = template
  }

  /// What became of one file.
  public struct Item: Sendable {
    /// The path below the folder.
    public let path: String
    public let outcome: Result<ConversionReport, JobError>
  }

  /// The model files under the folder, by path below it, sorted. Results of earlier conversions are left out.
  public func models() throws(JobError) -> [String] {
    if FileStatus.exists(folder), !Folder.exists(at: folder) {
      throw JobError(.usage, path: folder, "is a file, expected a folder")
    }
    let found: [String]
    do { found = try Folder.files(under: folder) } catch { throw JobError(error, path: folder) }
    let models = found.filter(Self.isSource)
    guard !models.isEmpty else {
      throw JobError(.badInput, path: folder, "holds no model: no file that ends in .onnx or .safetensors")
    }
    return models
  }

  /// Converts one after the other; a failure of one does not stop the rest.
  public func run(
    compute: Compute, progress: @escaping ProgressHandler = { _, _, _ in }, each: (Item) -> Void = { _ in }
  ) throws(JobError) -> [Item] {
    let models = try models()
    var items: [Item] = []
    for (index, path) in models.enumerated() {
      progress(path, index, models.count)
      let item = Item(path: path, outcome: convert(path, compute))
      each(item)
      items.append(item)
    }
    progress("", models.count, models.count)
    return items
  }

  private func convert(_ path: String, _ compute: Compute) -> Result<ConversionReport, JobError> {
    var request = template
    request.input = "\(folder)/\(path)"
    let name = FilePath(request.outputPath).name
    if let outputFolder { request.output = FilePath("\(outputFolder)/\(path)").sibling(name) }
    do throws(JobError) {
      request.calibration = try calibrationPath(for: path)
      if let output = request.output { try makeFolder(of: output) }
      return .success(try ConversionJob(request, compute: compute).run())
    } catch {
      return .failure(error)
    }
  }

  private func makeFolder(of output: String) throws(JobError) {
    let folder = FilePath(output).folder
    do { try Folder.create(folder) } catch { throw JobError(error, path: folder) }
  }

  private static func isSource(_ path: String) -> Bool {
    let file = FilePath(path)
    guard ["onnx", "safetensors"].contains(file.fileExtension) else { return false }
    return !ConversionTarget.allCases.contains { file.stem.hasSuffix(".\($0.rawValue)") }
  }

  /// The data for one model: the file given for all, or in the folder given the first that exists of
  /// `SUB/STEM.EXT`, `SUB/calib.EXT`, `STEM.EXT`, where SUB is the model's own place below the folder.
  private func calibrationPath(for path: String) throws(JobError) -> String? {
    guard let calibration else { return nil }
    guard Folder.exists(at: calibration), !Self.isDataSet(calibration) else { return calibration }
    if FilePath(path).fileExtension == "safetensors" { return nil }
    let stem = FilePath(path).stem
    let places = [FilePath(path).sibling(stem), FilePath(path).sibling("calib"), stem]
    for place in places {
      // A safetensors file of the model's own name would be its weights.
      for suffix in ["npz", "npy", "bin", "bin.gz"] + (place.hasSuffix("calib") ? ["safetensors"] : []) {
        let candidate = "\(calibration)/\(place).\(suffix)"
        if FileStatus.exists(candidate) { return candidate }
      }
      let candidate = "\(calibration)/\(place)"
      if Folder.exists(at: candidate), Self.isDataSet(candidate) { return candidate }
    }
    if template.target != .int8 { return nil }
    let names = places.map { "\($0).npz" }.joined(separator: ", ")
    throw JobError(.noSuchFile, path: calibration, "holds no data for \(path): looked for \(names) and the like")
  }

  /// Whether a folder holds samples itself rather than one file per model.
  private static func isDataSet(_ folder: String) -> Bool {
    FileStatus.exists("\(folder)/input_0.pb") || FileStatus.exists("\(folder)/test_data_set_0")
  }
}
