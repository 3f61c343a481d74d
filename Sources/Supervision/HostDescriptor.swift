internal import CLaunch
internal import Platform

/// One of our standard descriptors, which the host shares with us and maybe with others.
///
/// It must not be made non-blocking: that flag belongs to the open file. A pipe is opened once
/// more, with an open file of our own; a socket takes the wish with each call; a file never blocks.
/// What is left, such as a terminal, is used only when `poll` has promised something.
struct HostDescriptor: ~Copyable {
  enum Direction { case reading, writing }

  private let number: Int32
  /// The same file, opened by us; -1 where it could not be.
  private var own: Int32
  private let isSocket: Int32
  private(set) var isOpen = true
  /// Whether it may be used without asking `poll`.
  let isDirect: Bool

  init(_ number: Int32, _ direction: Direction) {
    self.number = number
    isSocket = claunch_is_socket(number)
    own = claunch_reopen_pipe(number, direction == .writing ? 1 : 0)
    var status = stat()
    let isFile = fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    isDirect = own >= 0 || isSocket == 1 || isFile
  }

  /// For `poll`; -1 when it was let go.
  var descriptor: Int32 { !isOpen ? -1 : own >= 0 ? own : number }

  func read(into room: UnsafeMutableRawBufferPointer) -> Transfer {
    Transfer(claunch_read_ready(descriptor, isSocket, room.baseAddress, room.count))
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    if isDirect, isSocket == 0 {
      return Transfer(Platform.write(descriptor, bytes.baseAddress, bytes.count))
    }
    return Transfer(claunch_write_ready(descriptor, isSocket, bytes.baseAddress, bytes.count))
  }

  /// Nothing is read or written any more. The number stays taken, so that no file of ours ever
  /// becomes our standard output.
  mutating func letGo() {
    guard isOpen else { return }
    isOpen = false
    if own >= 0 { close(own) }
    own = -1
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    dup2(null, number)
    close(null)
  }

  deinit { if own >= 0 { close(own) } }
}
