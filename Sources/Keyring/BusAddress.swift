internal import Platform

/// A socket of the session bus: the only kind of address that we connect to.
///
/// GLib understands many more, among them `tcp:`, which opens a network socket, `unixexec:`, which
/// starts a program, and `autolaunch:`, which starts a bus of its own. An address arrives in the
/// environment, which a host's configuration can set. So GLib never sees that: we parse it, look at
/// who answers, and give GLib one address that we wrote ourselves.
package enum BusAddress: Equatable, Sendable {
  /// A socket in the file system; absolute.
  case path(String)
  /// A name in Linux's abstract namespace, without the leading NUL.
  case abstract(String)

  /// The address in D-Bus's own form, with nothing left in it that could be taken for more.
  var text: String {
    switch self {
    case .path(let path): "unix:path=\(Self.escaped(path))"
    case .abstract(let name): "unix:abstract=\(Self.escaped(name))"
    }
  }

  /// Why there is no address; fits behind "the OS keyring is not available: ".
  enum Problem: Error, Equatable, Sendable {
    case notUnix
    case malformed
    case noSession
    case unsafeFolder(String)

    var reason: String {
      switch self {
      case .notUnix: "DBUS_SESSION_BUS_ADDRESS holds an address that is not a unix: socket"
      case .malformed: "DBUS_SESSION_BUS_ADDRESS is malformed"
      case .noSession: "there is no session bus"
      case .unsafeFolder(let path): "\(path) does not belong to you alone"
      }
    }
  }

  /// What a program of ours that uses the session bus may be given as `DBUS_SESSION_BUS_ADDRESS`,
  /// written anew; `nil` when there is no bus or the address is not one of `unix:`.
  ///
  /// - Parameter variable: looks up an environment variable.
  package static func sessionBus(variable: (String) -> String?) -> String? {
    guard let addresses = try? candidates(variable: variable) else { return nil }
    return addresses.map(\.text).joined(separator: ";")
  }

  /// The addresses to try, in order.
  ///
  /// - Parameter variable: looks up an environment variable. Hosts often start servers with next to
  ///   no environment: without `DBUS_SESSION_BUS_ADDRESS` the socket is the one that systemd and
  ///   dbus-user-session make, `bus` in `XDG_RUNTIME_DIR` or in `/run/user/<uid>`.
  static func candidates(variable: (String) -> String?) throws(Problem) -> [BusAddress] {
    if let text = variable("DBUS_SESSION_BUS_ADDRESS"), !text.isEmpty {
      return try parse(text, variable: variable)
    }
    return [.path(try derivedSocket(variable: variable))]
  }

  /// D-Bus Specification, "Server Addresses": `;` between alternatives, each
  /// `transport:key=value,key=value` with `%XX` escapes in the values. One alternative that is not
  /// `unix:` spoils them all: nobody sets up a desktop like that.
  static func parse(
    _ text: String, variable: (String) -> String?
  ) throws(Problem) -> [BusAddress] {
    var addresses: [BusAddress] = []
    for alternative in text.split(separator: ";") {
      guard alternative.utf8.starts(with: "unix:".utf8) else { throw .notUnix }
      var found: BusAddress?
      for pair in alternative.dropFirst(5).split(separator: ",") {
        guard let equals = pair.firstIndex(of: "="),
          let value = unescaped(pair[pair.index(after: equals)...])
        else { throw .malformed }
        let address: BusAddress
        switch pair[..<equals] {
        case "path": address = .path(value)
        case "abstract": address = .abstract(value)
        case "runtime" where value == "yes":
          address = .path(try derivedSocket(variable: variable))
        case "guid": continue
        default: throw .malformed
        }
        if found != nil { throw .malformed }
        found = address
      }
      guard let found else { throw .malformed }
      if case .path(let path) = found, path.utf8.first != UInt8(ascii: "/") { throw .malformed }
      addresses.append(found)
    }
    if addresses.isEmpty { throw .malformed }
    return addresses
  }

  /// Only letters, digits, `-`, `_`, `/` and `.` stand for themselves.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        let digits = String(decoding: Array(rest.prefix(2)), as: UTF8.self)
        guard digits.utf8.count == 2, digits.utf8.first != UInt8(ascii: "+"),
          let value = UInt8(digits, radix: 16)
        else { return nil }
        rest = rest.dropFirst(2)
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return bytes.isEmpty || bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// The socket in the runtime folder; the folder must be the user's own and closed to others,
  /// and the socket must be the user's own.
  private static func derivedSocket(variable: (String) -> String?) throws(Problem) -> String {
    let named = variable("XDG_RUNTIME_DIR").flatMap {
      $0.utf8.first == UInt8(ascii: "/") ? $0 : nil
    }
    let folder = named ?? "/run/user/\(getuid())"
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw .noSession }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
      status.st_mode & 0o077 == 0
    else { throw .unsafeFolder(folder) }
    let socket = "\(folder)/bus"
    guard lstat(socket, &status) == 0 else { throw .noSession }
    guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == getuid() else {
      throw .unsafeFolder(socket)
    }
    return socket
  }
}
