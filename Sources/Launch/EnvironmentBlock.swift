private import CSodium
internal import Platform
package import Secrets

/// Lends the value of a reference for the length of the call; `false` when no store had it.
///
/// Answers the same bytes each time it is asked during one launch.
package typealias SecretLookup = (
  _ reference: SecretReference, _ body: (UnsafeRawBufferPointer) -> Void
) -> Bool

/// `argv` and `envp` of a server with the secrets in them, as `execve` wants them, in one piece of
/// locked memory that is wiped at the end of its life.
///
/// Pointers and strings are written in place: no `setenv`, no `String` of a value.
package struct EnvironmentBlock: ~Copyable {
  /// Bytes of one `VAR=value` or one argument, without the NUL behind it: Linux takes strings of
  /// 32 pages of 4 KiB with their NUL (`MAX_ARG_STRLEN`; `execve(2)`).
  package static let maximumStringLength = 131_071

  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let argumentCount: Int

  /// - Parameters:
  ///   - files: where the values lie that are handed over as files.
  ///   - lookup: the values that go into variables and arguments.
  /// - Throws: ``LaunchError/invalid(_:)`` with every value that is missing, holds NUL or is too
  ///   long; ``LaunchError/memory(_:)``.
  package init(
    _ plan: LaunchPlan, files: borrowing RuntimeFiles, lookup: SecretLookup
  ) throws(LaunchError) {
    var measure = BlockMeasure()
    measure.add(plan, filePath: { files.path(of: $0) }, lookup: lookup)
    guard measure.problems.isEmpty else { throw .invalid(measure.problems) }

    let pointerCount = plan.arguments.count + plan.variables.count + 2
    let pointersSize = pointerCount * MemoryLayout<UnsafeMutableRawPointer?>.stride
    // `sodium_malloc` puts the end of the block on a page: a multiple of 16 aligns its start.
    let byteCount = (pointersSize + measure.byteCount + 15) & ~15
    guard sodium_init() >= 0, let base = sodium_malloc(byteCount) else {
      throw .memory(.outOfMemory(byteCount: byteCount))
    }
    base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    var writer = BlockWriter(base: base, stringsAt: pointersSize, end: byteCount)
    writer.write(plan, filePath: { files.path(of: $0) }, lookup: lookup)
    guard !writer.isFull else {
      // Only a lookup that changes its answers comes here.
      sodium_free(base)
      throw .system(operation: "lay out the environment", code: EOVERFLOW)
    }
    self.base = base
    self.byteCount = byteCount
    argumentCount = plan.arguments.count
  }

  deinit { sodium_free(base) }

  /// Lends `argv` and `envp`, each closed by a null pointer, for the length of the call.
  package borrowing func withPointers<Result>(
    _ body: (
      _ argv: UnsafePointer<UnsafeMutablePointer<CChar>?>,
      _ envp: UnsafePointer<UnsafeMutablePointer<CChar>?>
    ) -> Result
  ) -> Result {
    let list = base.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
    return body(UnsafePointer(list), UnsafePointer(list + argumentCount + 1))
  }
}

extension LaunchPlan {
  /// What the stores' answers are short of: every value that is missing, and every one that cannot
  /// stand where the plan wants it. To be asked before any file is written.
  package func problems(lookup: SecretLookup) -> [LaunchProblem] {
    var measure = BlockMeasure()
    measure.add(self, filePath: { _ in "" }, lookup: lookup)
    return measure.problems
  }
}

/// First pass: how long the strings will be, and which cannot be.
private struct BlockMeasure {
  /// Strings with their NULs.
  private(set) var byteCount = 0
  private(set) var problems: [LaunchProblem] = []

  mutating func add(
    _ plan: LaunchPlan, filePath: (SecretReference) -> String?, lookup: SecretLookup
  ) {
    for (position, argument) in plan.arguments.enumerated() {
      switch argument {
      case .bytes(let bytes): add(bytes.count, at: .argument(position))
      case .template(let template):
        add(template, prefix: 0, at: .argument(position), filePath: filePath, lookup: lookup)
      }
    }
    for variable in plan.variables {
      switch variable.content {
      case .inherited(let whole): byteCount += whole.count + 1
      case .plain(let value): byteCount += variable.name.count + 1 + value.count + 1
      case .template(let template):
        let place = LaunchProblem.Place.variable(String(decoding: variable.name, as: UTF8.self))
        add(
          template, prefix: variable.name.count + 1, at: place, filePath: filePath, lookup: lookup)
      }
    }
  }

  private mutating func add(
    _ template: Template, prefix: Int, at place: LaunchProblem.Place,
    filePath: (SecretReference) -> String?, lookup: SecretLookup
  ) {
    var count = prefix
    var holdsNUL = false
    for part in template.parts {
      switch part {
      case .text(let text):
        count += text.utf8.count
        if text.utf8.contains(0) { holdsNUL = true }
      case .value(let reference):
        let isThere = lookup(reference) { bytes in
          count += bytes.count
          if let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil { holdsNUL = true }
        }
        if !isThere { noteMissing(reference, at: place) }
      case .file(let reference):
        if let path = filePath(reference), lookup(reference, { _ in }) {
          count += path.utf8.count
        } else {
          noteMissing(reference, at: place)
        }
      }
    }
    if holdsNUL { problems.append(.init(place, .nul)) }
    add(count, at: place)
  }

  /// Once, however often one value names it.
  private mutating func noteMissing(_ reference: SecretReference, at place: LaunchProblem.Place) {
    let problem = LaunchProblem(place, .missing(reference))
    if !problems.contains(problem) { problems.append(problem) }
  }

  private mutating func add(_ count: Int, at place: LaunchProblem.Place) {
    if count > EnvironmentBlock.maximumStringLength {
      problems.append(.init(place, .tooLong(byteCount: count)))
    }
    byteCount += count + 1
  }
}

/// Second pass: writes pointers from the front and strings behind them.
private struct BlockWriter {
  private let base: UnsafeMutableRawPointer
  private let end: Int
  private var slot = 0
  private var next: Int
  /// Something did not fit and was left out.
  private(set) var isFull = false

  init(base: UnsafeMutableRawPointer, stringsAt start: Int, end: Int) {
    self.base = base
    self.end = end
    next = start
  }

  mutating func write(
    _ plan: LaunchPlan, filePath: (SecretReference) -> String?, lookup: SecretLookup
  ) {
    for argument in plan.arguments {
      begin()
      switch argument {
      case .bytes(let bytes): bytes.withUnsafeBytes { append($0) }
      case .template(let template): append(template, filePath: filePath, lookup: lookup)
      }
      finish()
    }
    beginNextList()
    for variable in plan.variables {
      begin()
      switch variable.content {
      case .inherited(let whole): append(UnsafeRawBufferPointer(whole))
      case .template(let template):
        variable.name.withUnsafeBytes { append($0) }
        append("=")
        append(template, filePath: filePath, lookup: lookup)
      case .plain(let value):
        variable.name.withUnsafeBytes { append($0) }
        append("=")
        value.withUnsafeBytes { append($0) }
      }
      finish()
    }
  }

  private mutating func begin() {
    let pointer: UnsafeMutableRawPointer? = base + next
    base.storeBytes(of: pointer, toByteOffset: slot, as: UnsafeMutableRawPointer?.self)
    slot += MemoryLayout<UnsafeMutableRawPointer?>.stride
  }

  /// The null pointer is there already, as the NULs are: the block was zeroed.
  private mutating func beginNextList() { slot += MemoryLayout<UnsafeMutableRawPointer?>.stride }

  private mutating func finish() { next += 1 }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    // One byte is kept for the NUL.
    guard bytes.count < end - next else {
      isFull = isFull || !bytes.isEmpty
      return
    }
    if let source = bytes.baseAddress {
      (base + next).copyMemory(from: source, byteCount: bytes.count)
    }
    next += bytes.count
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  private mutating func append(
    _ template: Template, filePath: (SecretReference) -> String?, lookup: SecretLookup
  ) {
    for part in template.parts {
      switch part {
      case .text(let text): append(text)
      case .value(let reference):
        var writer = self
        _ = lookup(reference) { writer.append($0) }
        self = writer
      case .file(let reference): append(filePath(reference) ?? "")
      }
    }
  }
}
