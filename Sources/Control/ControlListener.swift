internal import Files
internal import Platform

/// The socket that a relay is asked through: `<process id>.sock` in the runtime folder.
///
/// To be opened before the relay resolves its values, and served when its loop runs: what is asked
/// in between waits in the kernel, so that a rotation which commits meanwhile still gets here. The
/// name goes away with the value; after `kill -9` it stays behind and refuses connections, by which
/// the next one knows it.
package struct ControlListener: ~Copyable {
  private let folder: OwnedFolder
  private let socket: Descriptor
  /// Name of the socket in its folder.
  package let name: String

  /// For `poll`: readable when somebody wants to connect.
  package var descriptor: Int32 { socket.rawValue }

  /// Opens the socket. The folder is made with mode 0700 where there is none, and given that mode
  /// where it is wider; the socket has mode 0600.
  ///
  /// - Parameter folderPath: ``Files/Locations/runtime``.
  /// - Throws: ``ControlError``; a relay goes on without a socket and says so, since a file system
  ///   that cannot hold one is no reason not to start a server.
  package init(folderPath: String) throws(ControlError) {
    let folder = try ControlFolder.open(folderPath, create: true)
    try ControlFolder.close(folder)
    let socket = try UnixSocket.make()
    let number = getpid()
    // Under its final name it must never be without a listener, or it would look abandoned.
    let temporary = ".\(number)-\(String(UInt32.random(in: 0 ... .max), radix: 16)).sock.new"
    let raw = socket.rawValue
    let code = try UnixSocket.withAddress(of: temporary, in: folder) { bind(raw, $0, $1) }
    guard code == 0 else { throw .system(operation: "bind a socket in \(folderPath)", code: code) }
    do throws(ControlError) {
      guard fchmodat(folder.rawDescriptor, temporary, 0o600, 0) == 0,
        listen(raw, Self.backlog) == 0
      else { throw .system(operation: "listen on a socket in \(folderPath)", code: errno) }
      name = try ControlFolder.publish(temporary, processID: number, in: folder)
    } catch {
      unlinkat(folder.rawDescriptor, temporary, 0)
      throw error
    }
    self.socket = socket
    self.folder = folder
  }

  /// Connections that wait while values are resolved, or while a relay is busy.
  private static let backlog: Int32 = 32

  deinit { unlinkat(folder.rawDescriptor, name, 0) }

  /// Takes the next connection of the user's own; `nil` when nobody waits. Others are closed.
  ///
  /// - Parameter now: by ``ControlClock/now()``.
  package borrowing func accept(now: Int64) -> ControlConnection? {
    while true {
      let raw = Platform.accept(socket.rawValue, nil, nil)
      guard raw >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return nil
      }
      let descriptor = Descriptor(owning: raw)
      _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
      _ = fcntl(raw, F_SETFL, O_NONBLOCK)
      do { _ = try Peer.check(raw) } catch { continue }
      return ControlConnection(descriptor, now: now)
    }
  }
}
