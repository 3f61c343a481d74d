internal import Broker
internal import Hosts
internal import Importing
internal import Secrets

/// Something that may hold the last copy of a key, or point to one: `leave` does nothing before it is
/// out of the way.
struct LeaveObstacle: Encodable {
  /// What is the matter; a clause.
  let message: String
  /// What to type, or to do.
  let next: String
  /// What `--force` loses, or leaves behind; a clause.
  let loss: String
  /// Of a host's file, where it is one.
  var path: String?
}

extension LeaveObstacle {
  /// A file that an import changed, and that cannot be read.
  static func unreadable(_ file: ImportedFile, _ problem: any ReportableError) -> LeaveObstacle {
    let path = file.record.path
    return LeaveObstacle(
      message: problem.message,
      next: problem.hint ?? "make it readable, or remove it where it is needed no more",
      loss: "\(path) gets no key back", path: path)
  }

  /// A file that no import is known to have changed; `nil` when it has nothing to do with us.
  static func possible(in file: ConfiguredFile, _ problem: CheckFinding) -> LeaveObstacle? {
    // One that cannot even be read may hold anything.
    if let bytes = try? HostFile.read(file.path).bytes, !OwnCall.isNamed(in: bytes) { return nil }
    return LeaveObstacle(
      message: problem.message,
      next: problem.next ?? "make it readable, or remove it where it is needed no more",
      loss: "servers of \(file.path) may still start mcp-valet", path: file.path)
  }
}

extension RunningHosts {
  /// Hosts that would write our own commands back over the keys that their files have just got, when
  /// nobody has these keys any more.
  static func obstacles(of hosts: Set<String>) -> [LeaveObstacle] {
    let rewriting = Host.all.filter { hosts.contains($0.id) && !$0.rewriters.isEmpty }
    if rewriting.isEmpty { return [] }
    let running = processes()
    return rewriting.compactMap { host in
      guard let process = running.first(where: { host.rewriters.contains($0.name) }) else {
        return nil
      }
      return LeaveObstacle(
        message: "\(host.name) runs (process \(process.id)) and may write its file back as it was",
        next: "end \(host.name)", loss: "the keys of \(host.name), when it does")
    }
  }
}
