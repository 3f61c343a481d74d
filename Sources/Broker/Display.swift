internal import Files
internal import Keyring
internal import Platform

/// A graphical display on which a prompt can appear.
///
/// Hosts pass six variables on and `DISPLAY` is none of them (protocol S11), so where it is unset
/// the usual sockets are looked for.
package enum Display {
  /// Whether a window can appear.
  package static var isAvailable: Bool {
    variable("WAYLAND_DISPLAY") != nil || variable("DISPLAY") != nil
  }

  /// What a program needs to reach the display, each as `NAME=value`: the whole environment of a
  /// prompt program.
  package static var environment: [String] {
    let names = [
      "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY", "HOME", "LANG", "LC_ALL",
      "LC_CTYPE", "PATH", "DBUS_SESSION_BUS_ADDRESS",
    ]
    return names.compactMap { name in variable(name).map { "\(name)=\($0)" } }
  }

  private static func variable(_ name: String) -> String? {
    // GNOME's pinentry asks through the shell, over the bus. An address can name a program to
    // start, so it is never handed on as it came.
    if name == "DBUS_SESSION_BUS_ADDRESS" {
      return BusAddress.sessionBus(variable: Context.variable)
    }
    if let value = Context.variable(name), !value.isEmpty { return value }
    switch name {
    case "XDG_RUNTIME_DIR": return Locations.derivedSessionFolder()
    case "WAYLAND_DISPLAY":
      return Locations.derivedSessionFolder().flatMap {
        isOwnSocket("\($0)/wayland-0") ? "wayland-0" : nil
      }
    case "DISPLAY": return isOwnSocket("/tmp/.X11-unix/X0") ? ":0" : nil
    default: return nil
    }
  }

  private static func isOwnSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
      && status.st_uid == getuid()
  }
}
