#if os(Linux)
  internal import Hosts
  internal import Platform

  extension DesktopPath {
    /// That of a desktop that runs, else what the system's files say, else systemd's own.
    ///
    /// - Parameter home: the user's folder.
    static func current(home: String?) -> DesktopPath {
      if let running = ofRunningDesktop() { return running }
      var files = ["/etc/environment"]
      let folders = [
        "/usr/lib/environment.d", "/usr/local/lib/environment.d", "/run/environment.d",
        "/etc/environment.d",
      ]
      for folder in folders + (home.map { ["\($0)/.config/environment.d"] } ?? []) {
        for entry in HostFolder.entries(of: folder, limit: 64) where entry.name.hasSuffix(".conf") {
          files.append("\(folder)/\(entry.name)")
        }
      }
      var path = defaultPath
      var source = "as systemd sets it"
      for file in files {
        guard let text = text(of: file), let value = assignment(in: text, before: path, home: home)
        else { continue }
        path = value
        source = "as \(file) sets it"
      }
      return DesktopPath(text: path, source: source)
    }

    /// systemd.exec(5), `$PATH`.
    private static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Programs that start all others of a desktop, by the names that the kernel has for them.
    private static let desktops: Set<String> = [
      "gnome-shell", "plasmashell", "gnome-session-b", "xfce4-session", "cinnamon-sessio",
      "mate-session", "lxqt-session", "sway", "Hyprland", "labwc", "river",
    ]

    private static func ofRunningDesktop() -> DesktopPath? {
      for entry in HostFolder.entries(of: "/proc", limit: 65_536) {
        guard entry.kind == .folder, entry.name.utf8.first.map(isDigit) == true,
          let name = text(of: "/proc/\(entry.name)/comm")?.dropLast(),
          desktops.contains(String(name))
        else { continue }
        var status = stat()
        guard stat("/proc/\(entry.name)", &status) == 0, status.st_uid == getuid(),
          let environment = text(of: "/proc/\(entry.name)/environ")
        else { continue }
        for variable in environment.split(separator: "\0") where variable.hasPrefix("PATH=") {
          return DesktopPath(text: String(variable.dropFirst(5)), source: "as \(name) has it")
        }
      }
      return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// The last `PATH=` of environment.d(5) or pam_env(8): quotes may stand around the value, and
    /// `$PATH` and `$HOME` in it.
    private static func assignment(in text: String, before: String, home: String?) -> String? {
      var result: String?
      for line in text.split(whereSeparator: \.isNewline) {
        let words = line.drop { $0 == " " || $0 == "\t" }
        guard words.hasPrefix("PATH=") else { continue }
        var value = String(words.dropFirst(5))
        for quote in ["\"", "'"]
        where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
          value = String(value.dropFirst().dropLast())
        }
        for (name, replacement) in [("PATH", result ?? before), ("HOME", home ?? "")] {
          value = value.replacing("${\(name)}", with: replacement)
          value = value.replacing("$\(name)", with: replacement)
        }
        result = value
      }
      return result
    }

    /// At most 128 KiB: as much as the kernel shows of an environment that we care about.
    private static func text(of path: String) -> String? {
      let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      guard raw >= 0 else { return nil }
      defer { close(raw) }
      var bytes = [UInt8](repeating: 0, count: 1 << 17)
      let count = read(raw, &bytes, bytes.count)
      return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
#endif
