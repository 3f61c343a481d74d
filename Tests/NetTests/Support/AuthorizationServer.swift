import Connections
import OAuth
import Platform

/// `Tests/Peers/authorization_server.py`, honest but for the behaviours it was started with.
final class AuthorizationServer: Sendable {
  private let program: LineProgram
  let port: Int
  /// Where nothing may arrive.
  let elsewherePort: Int

  init(_ behaviours: String...) throws {
    let python = ["/usr/bin/python3", "Tests/Peers/authorization_server.py"]
    program = try LineProgram(python + behaviours)
    let ports = try JSONObject(SharedSecret(text: try program.firstLine()), of: "server")
    port = Int(try ports.seconds("port") ?? 0)
    elsewherePort = Int(try ports.seconds("elsewhere") ?? 0)
  }

  var origin: String { "http://127.0.0.1:\(port)" }
  var server: String { "\(origin)/mcp" }
  var elsewhere: String { "http://127.0.0.1:\(elsewherePort)" }

  struct Request {
    var method: String
    var path: String
    var body: String
    var isElsewhere: Bool
    /// The server's name in the TLS greeting.
    var tlsName: String?
    private let headers: JSONObject?

    fileprivate init(_ line: String) throws {
      let object = try JSONObject(SharedSecret(text: line), of: "request")
      method = try object.text("request") ?? ""
      path = try object.text("path") ?? ""
      body = try object.text("body") ?? ""
      isElsewhere = try object.flag("elsewhere") ?? false
      tlsName = try object.text("tls_name")
      headers = try object.object("headers")
    }

    func header(_ name: String) -> String? { try? headers?.text(name) }

    /// A field of the form in the body.
    func field(_ name: String) -> String? { value(name, in: body) }
    /// A parameter of the query.
    func parameter(_ name: String) -> String? {
      path.split(separator: "?").dropFirst().first.flatMap { value(name, in: String($0)) }
    }

    private func value(_ name: String, in text: String) -> String? {
      for pair in text.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] == name { return decoded(String(parts[1])) }
      }
      return nil
    }

    private func decoded(_ text: String) -> String {
      var bytes: [UInt8] = []
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// All requests so far, at both ports.
  func requests() throws -> [Request] { try program.lines.dropFirst().map { try Request($0) } }

  func requests(to path: String) throws -> [Request] {
    try requests().filter { $0.path == path || $0.path.hasPrefix("\(path)?") }
  }

  /// Requests that went where nothing may go.
  func strayed() throws -> [Request] { try requests().filter(\.isElsewhere) }
}
