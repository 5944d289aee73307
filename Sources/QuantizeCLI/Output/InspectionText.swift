import Jobs
import Tensors

/// An inspection report for a person to read.
struct InspectionText {
  let report: InspectionReport
  init(_ report: InspectionReport) { self.report = report }

  var text: String {
    let head = "\(report.path): \(report.bytes) bytes"
    switch report.content {
    case .model(let model): return ([head] + lines(of: model)).joined(separator: "\n\n")
    case .tensors(let metadata, let tensors):
      return ([head] + lines(of: metadata) + [table(of: tensors)]).joined(separator: "\n\n")
    }
  }

  private func lines(of model: InspectionReport.ModelSummary) -> [String] {
    let opsets = model.opsets.map { "\($0.domain) \($0.version)" }.joined(separator: ", ")
    var values = TextTable(["", "name", "type", "shape"])
    for (role, list) in [("input", model.inputs), ("output", model.outputs)] {
      for value in list {
        values.add([role, value.name, value.type, value.shape.map { "[\($0.joined(separator: ", "))]" } ?? "any"])
      }
    }
    var types = TextTable(["type", "elements", "bytes"])
    for entry in model.types { types.add(["\(entry.type)", "\(entry.elements)", "\(entry.bytes)"]) }
    let operators = model.operators.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    return [
      "ONNX file version \(model.formatVersion), opset \(opsets)", values.text,
      "\(model.operators.reduce(0) { $0 + $1.count }) nodes: \(operators)",
      "\(model.parameters) parameters\n\(types.text)",
    ] + lines(of: model.metadata)
  }

  private func lines(of metadata: [(key: String, value: String)]) -> [String] {
    metadata.isEmpty ? [] : [metadata.map { "\($0.key): \($0.value)" }.joined(separator: "\n")]
  }

  private func table(of tensors: [InspectionReport.TensorSummary]) -> String {
    var table = TextTable(["tensor", "type", "shape", "bytes"])
    for tensor in tensors { table.add([tensor.name, "\(tensor.type)", "\(tensor.shape)", "\(tensor.bytes)"]) }
    return table.text
  }
}
