extension Field {
  /// A URL that may be printed and given to a browser. `mcp-valet-net` has parsed and checked it;
  /// this is what the other side can hold to without a URL parser, should that process have fallen
  /// to an attacker.
  func openableURL(
    limit: Int = ConnectionLimits.maximumTextLength
  ) throws(ConnectionError) -> String {
    let text = try text(limit: limit)
    guard NetMessage.isOpenable(text) else { throw .malformed("a page that must not be opened") }
    return text
  }
}

extension NetMessage {
  /// Whether a URL is https, or http on `127.0.0.1`, `[::1]` or `localhost`, and has none of the
  /// characters that a terminal, a desktop file or a shell's quotes would take for something else
  /// (A29). `&`, `(`, `)`, `*`, `!` and `?` are let through: they mean something to a shell without
  /// quotes, and the URL is given to no shell.
  package static func isOpenable(_ url: String) -> Bool {
    for byte in url.utf8 {
      switch byte {
      case 0...0x20, 0x7F...0xFF: return false
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\\"),
        UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "{"),
        UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: "$"):
        return false
      default: break
      }
    }
    if url.utf8.starts(with: "https://".utf8) { return url.utf8.count > 8 }
    for host in ["http://127.0.0.1", "http://[::1]", "http://localhost"]
    where url.utf8.starts(with: host.utf8) {
      switch url.utf8.dropFirst(host.utf8.count).first {
      case UInt8(ascii: ":"):
        // A port, and no user name that makes the host behind the `@` the real one.
        let port = url.utf8.dropFirst(host.utf8.count + 1).prefix {
          $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        return !port.isEmpty && port.count <= 5
          && port.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      case nil, UInt8(ascii: "/"), UInt8(ascii: "?"): return true
      default: return false
      }
    }
    return false
  }
}
