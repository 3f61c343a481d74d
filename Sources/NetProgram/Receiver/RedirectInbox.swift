internal import Connections
internal import OAuth
internal import Synchronization

/// Where redirects and pasted texts meet the login that waits for them, one at a time.
final class RedirectInbox: Sendable {
  private struct State {
    var waiting: [any RedirectArrival] = []
    var taker: (id: Int, continuation: CheckedContinuation<(any RedirectArrival)?, Never>)?
    var nextID = 0
    var isClosed = false
  }

  /// 8: whoever sends more before one is looked at is no browser.
  private static let maximumCount = 8
  private let state = Mutex(State())

  /// Hands an arrival over; it is told off at once when nobody will ever take it.
  func put(_ arrival: any RedirectArrival) {
    let (taker, isRefused) = state.withLock { state in
      if let taker = state.taker {
        state.taker = nil
        return (Optional(taker.continuation), false)
      }
      if state.isClosed || state.waiting.count >= Self.maximumCount { return (nil, true) }
      state.waiting.append(arrival)
      return (nil, false)
    }
    taker?.resume(returning: arrival)
    if isRefused { Task { await arrival.answer(Self.late) } }
  }

  /// The next arrival; `nil` when none came in time.
  func next(seconds: Int) async -> (any RedirectArrival)? {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let clock = Task {
      try? await Task.sleep(for: .seconds(seconds))
      self.giveUp(id)
    }
    defer { clock.cancel() }
    return await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> (any RedirectArrival)?? in
        if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
        if state.isClosed { return .some(nil) }
        state.taker = (id, continuation)
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  private func giveUp(_ id: Int) {
    let taker = state.withLock { state -> CheckedContinuation<(any RedirectArrival)?, Never>? in
      guard let taker = state.taker, taker.id == id else { return nil }
      state.taker = nil
      return taker.continuation
    }
    taker?.resume(returning: nil)
  }

  /// Takes nothing any more. What waits, and what comes later, is told that it is too late.
  func close() async {
    let (waiting, taker) = state.withLock { state in
      state.isClosed = true
      defer {
        state.waiting = []
        state.taker = nil
      }
      return (state.waiting, state.taker?.continuation)
    }
    taker?.resume(returning: nil)
    for arrival in waiting { await arrival.answer(Self.late) }
  }

  private static let late = ReceiverPage.failure(
    message: "this login was finished or given up before",
    hint: "if you did not finish it yourself: mcp-valet login NAME")
}

/// A text that a person pasted. Nobody waits for a page.
struct PastedArrival: RedirectArrival {
  let text: SharedSecret

  func parameters() throws(OAuthError) -> CallbackParameters {
    try CallbackParameters(pasted: text)
  }
  func answer(_ page: ReceiverPage) async {}
}

/// The receiver that a flow uses: an inbox, and a listener where the redirect comes to this machine.
struct Receiver: RedirectReceiver {
  let inbox: RedirectInbox
  let listener: LoopbackListener?

  var port: UInt16 { listener?.port ?? 0 }
  func next(seconds: Int) async -> (any RedirectArrival)? { await inbox.next(seconds: seconds) }

  func close() async {
    await inbox.close()
    await listener?.close()
  }
}
