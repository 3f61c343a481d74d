import Platform
import Secrets
import Testing
import ValetTesting

@testable import Keyring

/// Whether there is a user keyring; in many containers there is none.
private let hasUserKeyring: Bool = {
  do throws(KeyCacheError) {
    _ = try KeyCache.load(vaultID: "00")
    return true
  } catch {
    // Anything else is a fault of ours, which the tests are to find.
    switch error {
    case .notSupported, .forbidden: return false
    case .quotaExhausted, .outOfMemory, .system: return true
    }
  }
}()

/// Against the kernel's own keyring; every test has a vault of its own.
@Suite(.enabled(if: hasUserKeyring))
struct KeyCacheTests {
  private let id = (0..<16).map { _ in
    String(UInt8.random(in: 0x10...0xFF), radix: 16)
  }.joined()

  private func key(_ byte: UInt8) throws -> SecretBytes {
    var key = try SecretBytes(count: 32)
    _ = key.withUnsafeMutableBytes { $0.initializeMemory(as: UInt8.self, repeating: byte) }
    return key
  }

  private func loaded() throws -> (byte: UInt8, generation: UInt64)? {
    guard let cached = try KeyCache.load(vaultID: id) else { return nil }
    let bytes = cached.key.withUnsafeBytes { Array($0) }
    #expect(bytes.count == 32 && Set(bytes).count == 1)
    return (bytes[0], cached.generation)
  }

  @Test func givesBackWhatWasStored() throws {
    #expect(try loaded() == nil)
    try KeyCache.store(vaultID: id, generation: .max, key: try key(7))
    #expect(try loaded()! == (7, .max))
    try KeyCache.store(vaultID: id, generation: 3, key: try key(8))
    #expect(try loaded()! == (8, 3))
    #expect(try KeyCache.clear(vaultID: id))
    #expect(try loaded() == nil)
    #expect(try !KeyCache.clear(vaultID: id))
  }

  @Test func keepsKeyAndDeadlineWhenTheGenerationChanges() throws {
    #expect(try !KeyCache.updateGeneration(vaultID: id, generation: 4))
    try KeyCache.store(
      vaultID: id, generation: 3, key: try key(1), lifetime: .milliseconds(400))
    #expect(try KeyCache.updateGeneration(vaultID: id, generation: 4))
    #expect(try loaded()! == (1, 4))
    usleep(450_000)
    #expect(try loaded() == nil)
  }

  @Test func knowsTheNewestGenerationOnly() throws {
    try KeyCache.store(vaultID: id, generation: 3, key: try key(1))
    for (noted, newest) in [(5, 5), (4, 5), (2, 5), (6, 6)] as [(UInt64, UInt64)] {
      #expect(try KeyCache.updateGeneration(vaultID: id, generation: noted))
      #expect(try loaded()! == (1, newest))
    }
    // A key that is stored says itself what was seen of its vault.
    try KeyCache.store(vaultID: id, generation: 4, key: try key(2))
    #expect(try loaded()! == (2, 4))
    try KeyCache.updateGeneration(vaultID: id, generation: 7)
    #expect(try KeyCache.clear(vaultID: id))
    #expect(try Kernel.search("mcp-valet-gen:" + id) == nil)
  }

  /// Who notes a generation holds no lock against `lock` or a change of key.
  @Test func aNewGenerationLeavesTheKeyItselfAlone() throws {
    try KeyCache.store(vaultID: id, generation: 3, key: try key(1))
    let serial = try #require(try Kernel.search("mcp-valet:" + id))
    func payload() throws -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: KeyCachePayload.maximumLength)
      let length = try bytes.withUnsafeMutableBytes { try Kernel.read(serial, into: $0) }
      return Array(bytes[..<length])
    }
    let before = try payload()
    #expect(try KeyCache.updateGeneration(vaultID: id, generation: 4))
    #expect(try Kernel.search("mcp-valet:" + id) == serial)
    #expect(try payload() == before)
    try KeyCache.clear(vaultID: id)
    #expect(try !KeyCache.updateGeneration(vaultID: id, generation: 5))
    #expect(try Kernel.search("mcp-valet-gen:" + id) == nil)
  }

  @Test func forgetsAtTheDeadline() throws {
    try KeyCache.store(
      vaultID: id, generation: 3, key: try key(1), lifetime: .milliseconds(300))
    #expect(try loaded() != nil)
    usleep(350_000)
    #expect(try loaded() == nil)
    // Gone from the kernel, and not only refused.
    #expect(try Kernel.search("mcp-valet:" + id) == nil)
    try KeyCache.store(vaultID: id, generation: 3, key: try key(1), lifetime: .zero)
    #expect(try loaded() == nil)
  }

  @Test func forgetsWhatIsNotUsed() throws {
    try KeyCache.store(
      vaultID: id, generation: 3, key: try key(1), idleLimit: .milliseconds(400))
    for _ in 0..<6 {
      usleep(100_000)
      #expect(try loaded() != nil)
    }
    usleep(450_000)
    #expect(try loaded() == nil)
    #expect(try Kernel.search("mcp-valet-use:" + id) == nil)
  }

  /// What whoever puts another key in its place has to know.
  @Test func saysForHowLongItIsKept() throws {
    for limit in [Duration.milliseconds(90_001), nil] {
      try KeyCache.store(
        vaultID: id, generation: 3, key: try key(1), lifetime: .seconds(100), idleLimit: limit)
      guard let cached = try KeyCache.load(vaultID: id) else {
        Issue.record("not kept")
        return
      }
      #expect(cached.idleLimit == limit)
      let remaining = cached.remaining
      #expect(remaining <= .seconds(100) && remaining > .seconds(50))
    }
    try KeyCache.clear(vaultID: id)
  }

  /// The kernel's own timeout also runs, in case that nobody looks; an update would clear it.
  @Test func leavesTheKernelToForgetIt() throws {
    try KeyCache.store(
      vaultID: id, generation: 3, key: try key(1), lifetime: .milliseconds(100))
    try KeyCache.updateGeneration(vaultID: id, generation: 4)
    let serials = try ["mcp-valet:", "mcp-valet-gen:"].map {
      try #require(try Kernel.search($0 + id))
    }
    sleep(2)
    for serial in serials {
      var byte: UInt8 = 0
      let length = try withUnsafeMutableBytes(of: &byte) { try Kernel.read(serial, into: $0) }
      #expect(length == 0)
    }
  }

  @Test func clearsAllVaultsAndNothingElse() throws {
    let script = """
      as() { setpriv --reuid 65532 --regid 65532 --clear-groups "$PEER_FOLDER/driver" "$@"; }
      chmod 755 $PEER_FOLDER
      cp "\(Peer.driver)" $PEER_FOLDER/driver
      as cache store aa 1; as cache store bb 1
      as cache clear-all
      as cache load aa; as cache load bb
      """
    guard getuid() == 0 else { return }
    try expect(Peer.runAlone(script), ["stored", "stored", "2", "no key", "no key"])
  }

  @Test func isReadFromAnotherSession() throws {
    let script = """
      driver cache store \(id) 7
      setsid "\(Peer.driver)" cache isolated load \(id)
      driver cache clear \(id)
      """
    try expect(
      Peer.runAlone(script), ["stored", "joined true", "the key, generation 7", "true"])
  }

  /// The user as such has no right to read it, only who possesses it has.
  @Test func isNotReadByWhoOnlyKnowsItsNumber() throws {
    let script = """
      driver cache store \(id) 7
      number=$(driver cache serial \(id))
      driver cache isolated read-serial $number
      driver cache clear \(id)
      """
    try expect(
      Peer.runAlone(script),
      ["stored", "joined true", "not readable: Permission denied", "true"])
  }

  /// The link to the user keyring does not survive `execve`.
  @Test func isNotHandedToTheServer() throws {
    let script = """
      driver cache store \(id) 7
      driver cache isolated load-and-exec \(id)
      driver cache clear \(id)
      """
    try expect(
      Peer.runAlone(script),
      [
        "stored", "joined true", "the key, generation 7", "not readable: Permission denied", "true",
      ])
  }

  @Test(.enabled(if: getuid() == 0))
  func isNotReadByAnotherUser() throws {
    let script = """
      as() { setpriv --reuid 65533 --regid 65533 --clear-groups "$PEER_FOLDER/driver" "$@"; }
      chmod 755 $PEER_FOLDER
      cp "\(Peer.driver)" $PEER_FOLDER/driver
      driver cache store \(id) 7
      as cache load \(id)
      as cache read-serial $(driver cache serial \(id))
      driver cache clear \(id)
      """
    try expect(
      Peer.runAlone(script), ["stored", "no key", "not readable: Permission denied", "true"])
  }

  @Test(.enabled(if: getuid() == 0))
  func saysThatTheQuotaIsUsedUp() throws {
    let script = """
      chmod 755 $PEER_FOLDER
      cp "\(Peer.driver)" $PEER_FOLDER/driver
      setpriv --reuid 65531 --regid 65531 --clear-groups \
        $PEER_FOLDER/driver cache fill-quota-and-store \(id); echo exit $?
      """
    try expect(
      Peer.runAlone(script),
      [
        "quota: Disk quota exceeded",
        "error: your quota of keys in the kernel keyring is used up", "exit 69",
      ])
  }

  /// As a container's system call filter answers.
  @Test(arguments: [
    ("EPERM", "the kernel keyring cannot be used here: Operation not permitted"),
    ("EACCES", "the kernel keyring cannot be used here: Permission denied"),
    ("ENOSYS", "this system has no kernel keyring to keep the key in"),
  ])
  func saysWhyThereIsNoCache(_ code: String, _ message: String) throws {
    let script = """
      strace -qq -o /dev/null -e trace=keyctl,add_key -e inject=keyctl,add_key:error=\(code) \
        "\(Peer.driver)" cache store \(id); echo exit $?
      strace -qq -o /dev/null -e trace=keyctl,add_key -e inject=keyctl,add_key:error=\(code) \
        "\(Peer.driver)" cache load \(id); echo exit $?
      """
    try expect(
      Peer.runAlone(script), ["error: \(message)", "exit 69", "error: \(message)", "exit 69"])
  }
}

struct KeyCachePayloadTests {
  private let boot = Array(repeating: UInt8(3), count: 16)

  private func encoded(_ payload: KeyCachePayload) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: KeyCachePayload.maximumLength)
    let length = bytes.withUnsafeMutableBytes { payload.encode(into: $0) }
    return Array(bytes[..<length])
  }

  private var payload: KeyCachePayload {
    KeyCachePayload(
      bootID: boot, deadline: 1000, idleLimit: 0, generation: 0x0102_0304_0506_0708,
      vaultID: "abcd")
  }

  @Test func comesBack() throws {
    let read = try encoded(payload).withUnsafeBytes { try #require(KeyCachePayload($0)) }
    #expect(read.bootID == boot)
    #expect(read.deadline == 1000 && read.idleLimit == 0)
    #expect(read.generation == payload.generation && read.vaultID == "abcd")
  }

  @Test func refusesWhatItDidNotWrite() {
    let bytes = encoded(payload)
    for length in 0..<bytes.count - 4 {
      #expect(bytes[..<length].withUnsafeBytes { KeyCachePayload($0) == nil })
    }
    #expect(([2] + bytes[1...]).withUnsafeBytes { KeyCachePayload($0) == nil })
    let long = bytes + Array(repeating: 0x61, count: 100)
    #expect(long.withUnsafeBytes { KeyCachePayload($0) == nil })
  }

  @Test func expires() {
    func isValid(
      _ payload: KeyCachePayload, boot: [UInt8]? = nil, id: String = "abcd", now: UInt64,
      lastUse: UInt64? = nil
    ) -> Bool {
      payload.isValid(bootID: boot ?? self.boot, vaultID: id, now: now, lastUse: lastUse)
    }
    #expect(isValid(payload, now: 999))
    #expect(!isValid(payload, now: 1000))
    #expect(!isValid(payload, boot: Array(repeating: 4, count: 16), now: 1))
    #expect(!isValid(payload, id: "abce", now: 1))
    var idle = payload
    idle.idleLimit = 10
    #expect(isValid(idle, now: 509, lastUse: 500))
    #expect(!isValid(idle, now: 510, lastUse: 500))
    #expect(!isValid(idle, now: 509, lastUse: nil))
    #expect(!isValid(idle, now: 509, lastUse: 600))
  }
}
