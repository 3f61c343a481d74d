import Platform
import Relay
import Secrets
import Testing
import ValetTesting

private let report = FailureReport(exitCode: .configuration, problems: [.init(message: "m")])

private let request = Array("{\"id\":1,\"method\":\"x\"}\n".utf8)

private struct Pipe {
  var reader: Int32 = -1
  var writer: Int32 = -1

  init() throws {
    let pipe = try TestPipe()
    (reader, writer) = (pipe.reader, pipe.writer)
  }

  func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(reader, &buffer, buffer.count)
      if count <= 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}

// One at a time: each changes what SIGPIPE does while it runs.
@Suite(.serialized) struct FailureLoopTests {
  @Test func answersWhatIsThereAndEndsWithTheInput() throws {
    let (input, output) = (try Pipe(), try Pipe())
    #expect(write(input.writer, request + request, request.count * 2) == request.count * 2)
    close(input.writer)
    let flags = fcntl(output.writer, F_GETFL)
    #expect(FailureLoop.run(report, input: input.reader, output: output.writer) == .ended)
    // Whoever shares the descriptor must not find it changed.
    #expect(fcntl(output.writer, F_GETFL) == flags)
    close(output.writer)
    let answers = output.readAll().split(separator: UInt8(ascii: "\n"))
    #expect(answers.count == 2 && answers.allSatisfy { $0.starts(with: "{\"jsonrpc\"".utf8) })
    close(input.reader)
    close(output.reader)
  }

  @Test func endsAtTheLimitWhenTheHostStays() throws {
    let (input, output) = (try Pipe(), try Pipe())
    let started = ContinuousClock.now
    let outcome = FailureLoop.run(
      report, input: input.reader, output: output.writer, limit: .milliseconds(200))
    #expect(outcome == .timedOut)
    #expect(ContinuousClock.now - started >= .milliseconds(200))
    for descriptor in [input.reader, input.writer, output.reader, output.writer] {
      close(descriptor)
    }
  }

  /// A full pipe that nobody reads must not hold us beyond the limit, nor a host that goes on
  /// writing fill our memory.
  @Test func doesNotBlockOnAHostThatDoesNotRead() throws {
    let (input, output) = (try Pipe(), try Pipe())
    _ = fcntl(output.writer, F_SETFL, O_NONBLOCK)
    while write(output.writer, request, request.count) > 0 {}
    _ = fcntl(output.writer, F_SETFL, 0)
    #expect(write(input.writer, request, request.count) == request.count)
    #expect(
      FailureLoop.run(
        report, input: input.reader, output: output.writer, limit: .milliseconds(200)) == .timedOut)
    // The same at the end of the input, where the host is about to send a signal.
    #expect(write(input.writer, request, request.count) == request.count)
    close(input.writer)
    let started = ContinuousClock.now
    #expect(FailureLoop.run(report, input: input.reader, output: output.writer) == .ended)
    #expect(ContinuousClock.now - started < .seconds(2))
    for descriptor in [input.reader, output.reader, output.writer] { close(descriptor) }
  }

  @Test func noticesAHostThatStoppedReading() throws {
    let (input, output) = (try Pipe(), try Pipe())
    #expect(write(input.writer, request, request.count) == request.count)
    close(output.reader)
    #expect(FailureLoop.run(report, input: input.reader, output: output.writer) == .hostGone)
    for descriptor in [input.reader, input.writer, output.writer] { close(descriptor) }
  }

  @Test func takesClosedDescriptorsForTheEnd() throws {
    let output = try Pipe()
    #expect(FailureLoop.run(report, input: 99_999, output: output.writer) == .ended)
    #expect(FailureLoop.run(report, input: 99_999, output: 99_998) == .hostGone)
    close(output.reader)
    close(output.writer)
  }

  /// Node gives its children socket pairs where others use pipes.
  @Test func speaksOverASocketPair() throws {
    var ends: [Int32] = [-1, -1]
    // SOCK_STREAM and SHUT_WR, which are of another type in every C library.
    let (stream, writing): (Int32, Int32) = (1, 1)
    try #require(socketpair(AF_UNIX, stream, 0, &ends) == 0)
    #expect(write(ends[0], request, request.count) == request.count)
    shutdown(ends[0], writing)
    #expect(FailureLoop.run(report, input: ends[1], output: ends[1]) == .ended)
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 4096)
    #expect(read(ends[0], &buffer, buffer.count) > 0)
    close(ends[0])
  }
}
