internal import CLaunch
internal import Connections
internal import NIOCore
internal import NIOPosix
internal import OAuth
internal import Platform
internal import Secrets

/// Where the `main.swift` of `mcp-valet-net` goes at once.
///
/// The program does one operation for one connection and ends. It gets what it needs through the
/// socket at descriptor 3 and gives it back the same way; it reads no file of ours, knows no key,
/// takes nothing from its environment, and nothing from its arguments but `--version`.
package enum NetProgram {
  /// Runs the operation that the first message asks for, and ends the process: with
  /// ``ExitCode/usage`` where descriptor 3 is no socket, with the error's own status where the
  /// first message makes no sense, else with 0, since results and failures are messages.
  package static func main() async -> Never {
    // Before anything secret is in memory.
    _ = claunch_harden()
    umask(0o077)
    forgetEnvironment()
    if CommandLine.arguments.dropFirst() == ["--version"] {
      print(ProductVersion.text)
      exit(EXIT_SUCCESS)
    }
    let exchange = Exchange(descriptor: ExchangeFormat.descriptor)
    guard exchange.isThere else {
      complain(
        "this program is started by mcp-valet, and by nobody else", hint: "mcp-valet login --help")
      exit(ExitCode.usage.rawValue)
    }
    do {
      var assembler = try FrameAssembler()
      guard case .begin(let begin)? = try exchange.receive(&assembler) else { exit(0) }
      await run(begin, exchange, assembler)
    } catch {
      exchange.send(.failure(OAuthError.connection(error).failure))
      exit(error.exitCode.rawValue)
    }
  }

  private static func run(
    _ begin: NetRequest.Begin, _ exchange: Exchange, _ assembler: consuming FrameAssembler
  ) async -> Never {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    // One reads what comes, the others look names up.
    let threads = NIOThreadPool(numberOfThreads: 3)
    threads.start()
    do throws(OAuthError) {
      let transport = WebTransport(
        try WebTransport.Settings(begin.settings), on: group, lookup: HostLookup(threads))
      let surroundings = NetSurroundings(
        transport: transport, exchange: exchange, group: group,
        presets: try PresetTable(overrides: begin.settings.presets))
      listen(exchange, assembler, surroundings, threads)
      exchange.send(try await Operation.run(begin, in: surroundings))
      _exit(0)
    } catch {
      exchange.send(.failure(error.failure))
      _exit(0)
    }
  }

  /// Reads what else comes, on a thread of its own: pasted texts, and the end, at which this
  /// process ends at once.
  private static func listen(
    _ exchange: Exchange, _ assembler: consuming FrameAssembler, _ surroundings: NetSurroundings,
    _ threads: NIOThreadPool
  ) {
    let box = Box(assembler)
    threads.submit { _ in
      while let request = try? exchange.receive(&box.assembler) {
        if case .pasted(let text) = request { surroundings.pasted(text) }
      }
      _exit(0)
    }
  }

  private static func complain(_ message: String, hint: String) {
    let text = "mcp-valet-net: error: \(message)\nmcp-valet-net: hint: \(hint)\n"
    var copy = text
    copy.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
  }
}

/// What one thread takes over from another, which then leaves it alone.
private final class Box: @unchecked Sendable {
  // Sendable: made by one thread, used by the one that it is given to and no other.
  var assembler: FrameAssembler
  init(_ assembler: consuming FrameAssembler) { self.assembler = assembler }
}

extension WebTransport.Settings {
  init(_ settings: LoginSettings) throws(OAuthError) {
    self.init(
      proxy: try settings.proxy.map { (text) throws(OAuthError) in try OAuthURL(text) },
      trustedCertificates: settings.trustedCertificates)
  }
}
