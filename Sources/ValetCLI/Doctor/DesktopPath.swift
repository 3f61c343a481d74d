/// The `PATH` of programs that were started from the desktop.
struct DesktopPath {
  let text: String
  /// Who says so.
  let source: String
}
