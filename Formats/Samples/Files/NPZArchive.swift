import FormatKit
import OrderedCollections
import Tensors

/// Reads the arrays of a NumPy archive: a zip file of `.npy` files, stored or deflated.
func readNPZ(_ file: Bytes) throws(FormatError) -> OrderedDictionary<String, Tensor> {
  var arrays: OrderedDictionary<String, Tensor> = [:]
  for entry in try ZipArchive(file).entries {
    guard entry.name.hasSuffix(".npy") else {
      throw .badFile("the archive holds \(quoted(entry.name)), which is not a .npy array")
    }
    let name = String(entry.name.dropLast(4))
    guard arrays[name] == nil else { throw .badFile("the archive holds \(quoted(entry.name)) twice") }
    let content = try entry.content()
    do throws(FormatError) { arrays[name] = try NPYArray.read(content) } catch { throw error.at(quoted(entry.name)) }
  }
  return arrays
}
