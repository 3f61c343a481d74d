internal import Broker
internal import Bundles
internal import Platform

/// This kind of machine, as a launcher and a manifest call it.
enum BundleMachine {
  /// As `uname -s` and `uname -m` say.
  static var names: (system: String, machine: String) {
    var names = utsname()
    guard uname(&names) == 0 else { return ("unknown", "unknown") }
    return (text(&names.sysname), text(&names.machine))
  }

  /// As manifests call it; `nil` where no bundle knows it.
  static var platform: String? {
    switch names.system {
    case "Linux": "linux"
    case "Darwin": "darwin"
    default: nil
    }
  }

  private static func text<Field>(_ field: inout Field) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// The programs of ours that a bundle may carry.
enum EmbeddedPrograms {
  /// 256 MiB: three times the largest one of a debug build.
  private static let limit = 256 << 20

  /// `mcp-valet`, and beside it those that it starts; the one for the network where it is there.
  ///
  /// - Throws: `BundleError`; ``CommandError/configuration(_:hint:)`` where our own programs cannot
  ///   be found.
  static func read() throws -> [Wrapping.Program] {
    let machine = BundleMachine.names
    let folder = Launcher.programFolder(system: machine.system, machine: machine.machine)
    guard let broker = OwnProgram.launcher, let control = OwnProgram.path else {
      throw CommandError.configuration(
        "mcp-valet is not where it was installed", hint: OwnProgram.installationHint)
    }
    var paths = [("mcp-valet", broker), ("mcp-valet-ctl", control)]
    let net = OwnProgram.candidates("mcp-valet-net").first { access($0, R_OK) == 0 }
    if let net { paths.append(("mcp-valet-net", net)) }
    return try paths.map { name, path in
      try Wrapping.Program(name: "\(folder)/\(name)", contentsOf: path, limit: limit)
    }
  }
}
