internal import Broker
internal import Hosts

/// Hosts that run and would write their file back over an edit.
enum RunningHosts {
  static func name(in files: [ImportFile]) {
    var said: [String] = []
    let running = processes()
    for file in files where !said.contains(file.host.id) {
      guard let process = running.first(where: { file.host.rewriters.contains($0.name) }) else {
        continue
      }
      said.append(file.host.id)
      Report.warning(
        "\(file.host.name) runs (process \(process.id)) and may write its file back as it was: "
          + "end it first")
    }
  }
}
