package import Hosts
internal import JSONText

/// Looks through one server of a host's file.
package enum ServerScan {
  /// - Parameter limit: how many at most: each is looked up in the file, which would take minutes
  ///   for a file made of nothing but keys.
  static func findings(
    in servers: [HostServer], of document: HostDocument, limit: Int
  ) -> [Finding] {
    var found: [(server: HostServer, secret: ServerSecret, offset: Int)] = []
    for server in servers where found.count < limit {
      for secret in secrets(in: server, limit: limit - found.count).prefix(limit - found.count) {
        found.append((server, secret, offset(of: secret.value, in: secret.slot, of: document)))
      }
    }
    // From the first to the last, so that the file is gone through once.
    var positions = PositionReader(document.bytes)
    var places: [Int: TextPosition] = [:]
    for offset in found.map(\.offset).sorted() { places[offset] = positions.position(of: offset) }
    return found.map { server, secret, offset in
      Finding(
        server: server.name, project: server.project, spot: secret.spot, reason: secret.reason,
        masked: secret.masked,
        position: places[offset] ?? document.position(of: offset))
    }
  }

  /// Those of one server, with the values: for whoever moves them.
  ///
  /// - Parameter limit: nothing more is looked at when so many are found.
  package static func secrets(in server: HostServer, limit: Int = .max) -> [ServerSecret] {
    var found: [ServerSecret] = []
    func add(_ hits: [SecretDetector.Hit], in slot: HostSlot, _ spot: (String?) -> Finding.Spot) {
      for hit in hits {
        found.append(
          ServerSecret(spot: spot(hit.name), reason: hit.reason, value: hit.value, slot: slot))
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
    for variable in server.environment where variable.slot.isString && found.count < limit {
      add(SecretDetector.hits(in: variable.slot.text, named: variable.name), in: variable.slot) {
        _ in
        .environment(variable.name)
      }
    }
    for header in server.headers where found.count < limit {
      add(SecretDetector.hits(in: header.slot.text, named: header.name), in: header.slot) { _ in
        .header(header.name)
      }
    }
    for url in server.urls {
      add(SecretDetector.hits(in: url.slot.text), in: url.slot) {
        .url(url.name, part: $0 ?? "path")
      }
    }
    for other in server.others where !isText(other.name) && found.count < limit {
      let name = other.name.split(separator: ".").last.map(String.init) ?? other.name
      add(SecretDetector.hits(in: other.slot.text, named: name), in: other.slot) { _ in
        .member(other.name)
      }
    }
    return found
  }

  /// Where the secret itself begins, when it stands in the slot as it is.
  private static func offset(
    of value: String, in slot: HostSlot, of document: HostDocument
  ) -> Int {
    let text = document.bytes[slot.span]
    let bytes = Array(value.utf8)
    guard bytes.count <= text.count else { return slot.span.lowerBound }
    return (text.startIndex...text.endIndex - bytes.count).first {
      text[$0] == bytes.first && text[$0..<$0 + bytes.count].elementsEqual(bytes)
    } ?? slot.span.lowerBound
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
