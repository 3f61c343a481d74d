/// Variables that a bundle must not set for a wrapped server: a host gives them to the launcher and to
/// mcp-valet as well, which would then load what the bundle says, or look elsewhere for its secrets.
enum ReservedVariables {
  /// Why a variable is refused; a clause, `nil` where it is not.
  static func fault(of name: String) -> String? {
    if name.hasPrefix("MCP_VALET_") { return "is mcp-valet's own" }
    if name.hasPrefix(Launcher.variablePrefix) { return "is the launcher's own" }
    if loading.contains(where: { name.hasPrefix($0) }) {
      return "decides what is loaded into mcp-valet itself"
    }
    if name.hasPrefix("XDG_") || places.contains(name) {
      return "decides where mcp-valet looks for its vault and its keys"
    }
    return nil
  }

  /// Of the loaders of Linux and macOS, and of the C library.
  private static let loading = ["LD_", "DYLD_", "GCONV_", "GLIBC_TUNABLES", "MALLOC_", "LOCPATH"]
  private static let places: Set<String> = [
    "HOME", "CREDENTIALS_DIRECTORY", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY",
  ]
}
