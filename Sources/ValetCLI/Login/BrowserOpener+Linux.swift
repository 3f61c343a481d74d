#if os(Linux)
  extension BrowserOpener {
    static let needsDisplay = true

    /// Where distributions have them. xdg-open asks the desktop; Debian's x-www-browser is what its
    /// administrator chose; wslview opens the browser of Windows.
    static let programs = [
      ["/usr/bin/xdg-open"], ["/usr/local/bin/xdg-open"], ["/usr/bin/x-www-browser"],
      ["/usr/bin/wslview"],
    ]
  }
#endif
