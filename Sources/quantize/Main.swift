import QuantizeCLI

@main
enum Main {
  static func main() { QuantizeTool.main() }
}
