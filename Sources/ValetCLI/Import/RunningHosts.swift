internal import Broker
internal import Hosts

/// Hosts that run and would write their file back over an edit.
enum RunningHosts {
  static func name(in files: [ImportFile]) {
    var hosts: [Host] = []
    for file in files where !hosts.contains(where: { $0.id == file.host.id }) {
      hosts.append(file.host)
    }
    name(hosts)
  }

  static func name(_ hosts: [Host]) {
    let running = processes()
    for host in hosts {
      guard let process = running.first(where: { host.rewriters.contains($0.name) }) else {
        continue
      }
      Report.warning(
        "\(host.name) runs (process \(process.id)) and may write its file back as it was: "
          + "end it first")
    }
  }
}
