internal import Platform

/// A process at the other end of a connection.
struct Peer {
  let uid: UInt32
  /// 0 when it is outside of our own process namespace.
  let processID: Int32

  /// Only the user's own processes: root needs no socket of ours to do what it likes.
  static func check(_ descriptor: Int32) throws(ControlError) -> Peer {
    guard let peer = UnixSocket.peer(of: descriptor) else {
      throw .system(operation: "learn who is behind a socket", code: errno)
    }
    guard peer.uid == geteuid() else { throw .foreignPeer(uid: peer.uid) }
    return peer
  }
}
