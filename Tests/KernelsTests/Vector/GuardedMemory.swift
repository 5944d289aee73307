#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private let filler: UInt8 = 0xA5

/// Owns arrays that end where memory ends, and frees them all at once.
final class GuardedMemory {
  private var regions: [UnsafeMutableRawBufferPointer] = []

  deinit {
    for region in regions { munmap(region.baseAddress!, region.count) }
  }

  func array<Element: BitwiseCopyable>(_ numbers: [Element]) -> GuardedArray<Element> {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let bytes = numbers.count * MemoryLayout<Element>.stride
    let accessible = (bytes / page + 1) * page
    let start = mmap(nil, accessible + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
    precondition(mprotect(start + accessible, page, PROT_NONE) == 0, "no guard page")
    regions.append(UnsafeMutableRawBufferPointer(start: start, count: accessible + page))
    memset(start, Int32(filler), accessible)
    let first = (start + accessible - bytes).bindMemory(to: Element.self, capacity: numbers.count)
    let elements = UnsafeMutableBufferPointer(start: first, count: numbers.count)
    _ = elements.initialize(from: numbers)
    return GuardedArray(elements: elements, before: UnsafeRawBufferPointer(start: start, count: accessible - bytes))
  }
}

/// Numbers in `GuardedMemory`: whatever reads or writes beyond the last one crashes, and what writes before the first
/// one shows in `isIntactBefore`.
struct GuardedArray<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>
  fileprivate let before: UnsafeRawBufferPointer

  var isIntactBefore: Bool { before.allSatisfy { $0 == filler } }
}
