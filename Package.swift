// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode comes with the tools version; the rest makes a module say
/// what it imports for whom, and turns every warning into an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// Kernels are useless unoptimised, so a debug build of this package optimises them all the same. SwiftPM forbids
/// the flag in a package that another one depends on; there the kernels follow the build configuration.
let isDependency = Context.packageDirectory.contains("/checkouts/")
let kernelFlags: [CSetting] =
  isDependency ? [] : [.unsafeFlags(["-O3"], .when(configuration: .debug))]

/// A released tool carries the Swift libraries in itself: it starts sooner, and runs where Swift is not installed. The
/// two archives named are needed by FoundationEssentials, which the argument parser uses. Tests are linked with the
/// settings of the executables they start, and have to share the libraries with the testing library. Forbidden in a
/// dependency as above.
let standalone: [LinkerSetting] =
  isDependency
  ? []
  : [
    .unsafeFlags(
      ["-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections"],
      .when(platforms: [.linux], configuration: .release))
  ]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "quantize",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "quantize", targets: ["quantize"]),
    .library(name: "Quantize", targets: ["Jobs"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(name: "CKernels", cSettings: kernelFlags),
    .target(name: "Tensors", swiftSettings: strict),
    .target(name: "Quantization", dependencies: ["Tensors"], swiftSettings: strict),
    .target(name: "ModelGraph", dependencies: ["Tensors", orderedCollections], swiftSettings: strict),
    .target(name: "Kernels", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),
    .target(
      name: "Operators", dependencies: ["Tensors", "Quantization", "ModelGraph", "Kernels"],
      swiftSettings: strict),
    .target(
      name: "Engine", dependencies: ["Tensors", "Quantization", "ModelGraph", "Kernels", "Operators"],
      swiftSettings: strict),
    .target(
      name: "Conversion",
      dependencies: ["Tensors", "Quantization", "ModelGraph", "Kernels", "Operators", "Engine", orderedCollections],
      swiftSettings: strict),

    .systemLibrary(
      name: "CProtobufC", path: "Formats/CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"]), .brew(["protobuf-c"])]),
    .systemLibrary(
      name: "CLibdeflate", path: "Formats/CLibdeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .target(name: "CONNX", dependencies: ["CProtobufC"], path: "Formats/CONNX"),
    .target(
      name: "FormatKit", dependencies: ["Tensors", "ModelGraph"], path: "Formats/FormatKit",
      swiftSettings: strict),
    .target(
      name: "ONNX", dependencies: ["CONNX", "CProtobufC", "FormatKit", "Tensors", "ModelGraph", orderedCollections],
      path: "Formats/ONNX", swiftSettings: strict),
    .target(
      name: "Safetensors", dependencies: ["FormatKit", "Tensors", "ModelGraph", orderedCollections],
      path: "Formats/Safetensors", swiftSettings: strict),
    .target(
      name: "Samples",
      dependencies: ["CLibdeflate", "FormatKit", "Kernels", "Tensors", "ONNX", "Safetensors", orderedCollections],
      path: "Formats/Samples", swiftSettings: strict),
    .target(
      name: "AllFormats", dependencies: ["FormatKit", "ONNX", "Safetensors", "Tensors", "ModelGraph"],
      path: "Formats/AllFormats", swiftSettings: strict),

    .target(
      name: "Jobs",
      dependencies: [
        "Tensors", "Quantization", "ModelGraph", "Kernels", "Operators", "Engine", "Conversion", "FormatKit",
        "AllFormats", "ONNX", "Safetensors", "Samples", orderedCollections,
      ],
      swiftSettings: strict),
    .target(
      name: "QuantizeCLI",
      dependencies: [
        "Jobs", "Conversion", "Engine", "Kernels", "FormatKit", "Samples", "ModelGraph", "Tensors",
        "Quantization", "Safetensors", argumentParser, orderedCollections,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "quantize", dependencies: ["QuantizeCLI"], swiftSettings: strict,
      linkerSettings: standalone),
    .executableTarget(
      name: "benchmark-worker", dependencies: ["Jobs", "Engine", "Kernels", "Tensors"], path: "Benchmarks/Worker",
      swiftSettings: strict, linkerSettings: standalone),

    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "QuantizationTests", dependencies: ["Quantization", "Tensors"]),
    .testTarget(name: "ModelGraphTests", dependencies: ["ModelGraph", "ModelTesting", "Tensors"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels", "Tensors"]),
    .testTarget(
      name: "OperatorsTests", dependencies: ["Operators", "ModelGraph", "Kernels", "Tensors", orderedCollections]),
    .target(name: "ModelTesting", dependencies: ["ModelGraph", "Tensors"], path: "Tests/ModelTesting"),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Engine", "Operators", "ModelGraph", "Kernels", "Tensors", "ONNX", "Samples", "FormatKit", "ModelTesting",
        orderedCollections,
      ]),
    .testTarget(
      name: "ConversionTests",
      dependencies: [
        "Conversion", "Engine", "Operators", "ModelGraph", "Kernels", "Quantization", "Tensors", "ModelTesting",
        orderedCollections,
      ]),
    .testTarget(name: "FormatKitTests", dependencies: ["FormatKit", "Tensors"]),
    .testTarget(name: "ONNXTests", dependencies: ["ONNX", "FormatKit", "ModelGraph", "Tensors"]),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "FormatKit", "ModelGraph", "Tensors"]),
    .testTarget(
      name: "SamplesTests", dependencies: ["Samples", "FormatKit", "Kernels", "ONNX", "Safetensors", "Tensors"]),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["Engine", "Operators", "ONNX", "FormatKit", "ModelGraph", "Kernels", "Tensors", "Samples"],
      exclude: ["manifest.txt"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["quantize", .product(name: "Subprocess", package: "swift-subprocess")]),
  ]
)
