/// Variables that steer `mcp-valet` itself where a host sets them for it: to other code, another
/// vault, another bus or another display.
///
/// A host's file that others write must not set them for `mcp-valet` where it set them for a server
/// before. The loader's and the C library's are those that glibc takes from no set-user-ID program
/// (`sysdeps/generic/unsecvars.h`), and Darwin's; the others are what this program reads.
package enum BrokerSteering {
  /// Whether a variable changes what `mcp-valet` itself loads, opens or talks to.
  ///
  /// - Parameter name: compared byte for byte.
  package static func isPossible(through name: [UInt8]) -> Bool {
    prefixes.contains { name.starts(with: $0.utf8) }
      || names.contains { name.elementsEqual($0.utf8) }
  }

  private static let prefixes = [
    "MCP_VALET_", "XDG_", "LD_", "DYLD_", "MALLOC_", "DBUS_", "SWIFT_",
  ]
  private static let names = [
    "HOME", "CREDENTIALS_DIRECTORY", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "GCONV_PATH",
    "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NIS_PATH", "NLSPATH",
    "RESOLV_HOST_CONF", "RES_OPTIONS", "TZDIR",
  ]
}
