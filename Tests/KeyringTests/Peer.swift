import Platform
import Testing
import ValetTesting

/// A real Secret Service in a private home on a private bus, started by a script in `Tests/Peers`.
enum Peer: String, CaseIterable, CustomTestStringConvertible {
  case gnomeKeyring = "gnome-keyring"
  case keePassXC = "keepassxc"

  var testDescription: String { rawValue }

  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(2)
    return "/" + parts.joined(separator: "/") + "/Peers"
  }()

  /// Built beside the tests.
  static let driver: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
      $0.withMemoryRebound(to: CChar.self) { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    }
    let parts = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "/")
    return "/" + parts.dropLast().joined(separator: "/") + "/keyring-driver"
  }()

  /// Runs a bash script beside the service; in it, `driver` is the driver, whose exit code is
  /// printed behind its output when it is not 0.
  func run(
    _ script: String, environment: [String: String] = [:], seconds: Int = 60
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try Self.write(script, in: folder)
    return try Self.run(
      ["\(Self.folder)/\(rawValue).sh", path], environment: environment, seconds: seconds)
  }

  /// Runs a bash script on no bus at all.
  static func runAlone(_ script: String, seconds: Int = 30) throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try write(". \(Self.folder)/common.sh\nset +e\n" + script, in: folder)
    return try run(["bash", path], environment: ["PEERS": Self.folder], seconds: seconds)
  }

  private static func write(
    _ script: String, in folder: borrowing TemporaryFolder
  ) throws -> String {
    let path = "\(folder.path)/script.sh"
    let text = """
      set +e
      driver() { "\(driver)" "$@" || echo "exit $?"; }
      \(script)
      """
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    return path
  }

  private static func run(
    _ command: [String], environment: [String: String], seconds: Int
  ) throws -> [String] {
    let path = getenv("PATH").map { String(cString: $0) }
    var variables = ["PATH": path ?? "/usr/local/bin:/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    let process = try TestProcess.run(command, environment: variables, seconds: seconds)
    #expect(process.exitCode != nil, "took longer than \(seconds) s: \(process.output)")
    return process.lines
  }
}

/// Daemons and deadlines on few cores: one after the other.
@Suite(.serialized)
struct KeyringTests {}

/// Shows both sides when they differ.
func expect(
  _ lines: [String], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(lines == expected, sourceLocation: sourceLocation)
}
