internal import Files
internal import Launch
internal import Platform
internal import Secrets
internal import Supervision

/// A broker as small as can be.
struct Driver {
  private var request = LaunchRequest()
  private var store = ""
  private var places = MemoryPlace.candidates { name in getenv(name).map { String(cString: $0) } }
  /// Where to write the process ids of guardian and server.
  private var report: String?
  private var options = GuardedServer.Options()
  /// Stop, for a test to look at us or kill us, when the values are prepared.
  private var stops = false
  /// Replace values that the server prints.
  private var redacts = false
  private var settings = Supervisor.Settings()
  private let coreLimit = hardenProcess()

  init() {
    var arguments = CommandLine.arguments.dropFirst()
    while let option = arguments.popFirst(), option != "--" {
      switch option {
      case "--exec": request.options.executesInPlace = true
      case "--in-argv": request.options.allowsValuesInArguments = true
      case "--scan": options.scansProcesses = true
      case "--stop": stops = true
      case "--redact": redacts = true
      case "--pipe-errors": options.pipesErrors = true
      case "--env": request.variables.append(Self.entry(arguments.removeFirst()))
      case "--file": request.files.append(Self.entry(arguments.removeFirst()))
      case "--keep": request.keep.append(arguments.removeFirst())
      case "--store": store = arguments.removeFirst()
      case "--session": places = [.session(arguments.removeFirst())]
      case "--shared": places = [.shared(arguments.removeFirst())]
      case "--report": report = arguments.removeFirst()
      default: exit(ExitCode.usage.rawValue)
      }
    }
    request.command = arguments.map { .init($0) }
  }

  private static func entry(_ text: String) -> LaunchRequest.Entry {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return .init(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  func main() -> Never {
    do {
      exit(try launch())
    } catch {
      print(to: 2, "launch-driver: error: \(error.message)\n")
      if let hint = error.hint { print(to: 2, "launch-driver: hint: \(hint)\n") }
      exit(error.exitCode.rawValue)
    }
  }

  private func launch() throws(LaunchError) -> Int32 {
    let plan = try LaunchPlan(request, inherited: .current)
    if !plan.dropped.isEmpty { print(to: 2, "dropped: \(plan.dropped.joined(separator: " "))\n") }
    let command = try Command.find(for: plan)
    let values = LaunchValues(try values(plan.references))
    let held = HeldValues([values])
    let prepared = try PreparedLaunch(plan, places: places) { held.withValue(of: $0, $1) }
    if stops { raise(SIGSTOP) }
    if plan.options.executesInPlace {
      throw executeInPlace(command, prepared, coreLimit: coreLimit)
    }
    let signals = try ForwardedSignals()
    let source = LaunchSource(
      plan, command, prepared, values: [values], coreLimit: coreLimit, options: options)
    let redacts = redacts
    let supervisor = try Supervisor(
      "probe", source, signals: signals, redacting: { _ in redacts }, settings: settings)
    if let report {
      let file = Descriptor(owning: open(report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
      let (guardian, server) = supervisor.processIDs
      print(to: file.rawValue, "\(guardian) \(server)\n")
    }
    return try supervisor.run()
  }
}

extension Driver {
  private func values(_ references: [SecretReference]) throws(LaunchError) -> SecretValues {
    do {
      return try readValues(references, folder: store)
    } catch {
      throw .memory(error)
    }
  }
}

private func print(to descriptor: Int32, _ text: String) {
  _ = text.utf8CString.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count - 1) }
}

/// The values of all references, read straight into locked memory.
private func readValues(
  _ references: [SecretReference], folder: String
) throws(SecretMemoryError) -> SecretValues {
  var size = 0
  var paths: [(SecretReference, String, Int)] = []
  for reference in references {
    guard let name = reference.name?.text else { continue }
    let path = folder + "/" + String(name.map { $0 == "/" ? "+" : $0 })
    var status = stat()
    guard stat(path, &status) == 0 else { continue }
    paths.append((reference, path, Int(status.st_size)))
    size += Int(status.st_size)
  }
  var memory = try SecretBytes(count: size)
  var places: [SecretValues.Place] = []
  var offset = 0
  for (reference, path, count) in paths {
    let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC))
    memory.withUnsafeMutableBytes {
      _ = read(file.rawValue, $0.baseAddress?.advanced(by: offset), count)
    }
    places.append(.init(reference, offset..<(offset + count)))
    offset += count
  }
  return SecretValues(memory: memory, places: places)
}
