package import Hosts

/// Looks through one server of a host's file.
package enum ServerScan {
  package static func findings(in server: HostServer, of document: HostDocument) -> [Finding] {
    var findings: [Finding] = []
    func add(_ hits: [SecretDetector.Hit], in slot: HostSlot, _ spot: (String?) -> Finding.Spot) {
      for hit in hits {
        findings.append(
          Finding(
            server: server.name, project: server.project, spot: spot(hit.name), reason: hit.reason,
            masked: MaskedValue.text(hit.value), position: document.position(of: slot)))
      }
    }
    if let command = server.command, command.text.contains(" ") {
      add(ArgumentWords.hits(inWord: command.text), in: command) { _ in .command }
    }
    for located in ArgumentWords.hits(in: server.arguments.map(\.text)) {
      add([located.hit], in: server.arguments[located.index]) { _ in
        .argument(located.index + 1, name: located.name)
      }
    }
    for variable in server.environment where variable.slot.isString {
      add(SecretDetector.hits(in: variable.slot.text, named: variable.name), in: variable.slot) { _ in
        .environment(variable.name)
      }
    }
    for header in server.headers {
      add(SecretDetector.hits(in: header.slot.text, named: header.name), in: header.slot) { _ in
        .header(header.name)
      }
    }
    for url in server.urls {
      add(SecretDetector.hits(in: url.slot.text), in: url.slot) {
        .url(url.name, part: $0 ?? "path")
      }
    }
    for other in server.others where !isText(other.name) {
      let name = other.name.split(separator: ".").last.map(String.init) ?? other.name
      add(SecretDetector.hits(in: other.slot.text, named: name), in: other.slot) { _ in
        .member(other.name)
      }
    }
    return findings
  }

  /// Members for people, or that hold names of variables and files.
  private static func isText(_ name: String) -> Bool {
    let first = name.split(separator: ".").first.map(String.init) ?? name
    return [
      "type", "name", "description", "instructions", "cwd", "envFile", "env_keys", "env_vars",
      "bearer_token_env_var", "env_http_headers", "tools", "autoApprove", "alwaysAllow", "source",
      "includeTools", "excludeTools", "enabled_tools", "disabled_tools",
    ].contains(first)
  }

  /// Whether a server is started by us already.
  package static func isBehindValet(_ server: HostServer) -> Bool {
    guard let command = server.command?.text else { return false }
    return command.split(separator: "/").last == "mcp-valet"
  }
}
