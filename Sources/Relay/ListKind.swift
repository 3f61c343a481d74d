internal import JSONText

/// The lists of a server that a host may keep, and that may differ between two generations.
enum ListKind: Int, CaseIterable {
  case tools, prompts, resources, templates

  var method: StaticString {
    switch self {
    case .tools: "tools/list"
    case .prompts: "prompts/list"
    case .resources: "resources/list"
    case .templates: "resources/templates/list"
    }
  }

  /// The member of the result that holds the list.
  var member: StaticString {
    switch self {
    case .tools: "tools"
    case .prompts: "prompts"
    case .resources: "resources"
    case .templates: "resourceTemplates"
    }
  }

  /// The kind whose notification stands for it.
  var announced: ListKind { self == .templates ? .resources : self }

  /// What a host is told when it has changed.
  var notification: StaticString {
    switch self {
    case .tools: "notifications/tools/list_changed"
    case .prompts: "notifications/prompts/list_changed"
    case .resources, .templates: "notifications/resources/list_changed"
    }
  }

  /// The member of a `subscriptions/listen` filter that asks for it (2026-07-28).
  var filter: StaticString {
    switch self {
    case .tools: "toolsListChanged"
    case .prompts: "promptsListChanged"
    case .resources, .templates: "resourcesListChanged"
    }
  }

  /// The capability of a handshake whose `listChanged` promises the notification.
  var capability: StaticString {
    switch self {
    case .tools: "tools"
    case .prompts: "prompts"
    case .resources, .templates: "resources"
    }
  }
}

/// What one server's lists are: enough to tell whether another's are the same.
struct ListSurvey {
  private enum Answer {
    case unasked
    case open(Hasher, pages: Int)
    case known(Int)
    /// An error, or something that is no list.
    case unknown
  }

  /// A server with more pages than this is not asked on.
  private static let maximumPages = 100

  private var answers: [Answer] = ListKind.allCases.map { _ in .unasked }

  init(asking kinds: [ListKind]) {
    for kind in kinds { answers[kind.rawValue] = .open(Hasher(), pages: 0) }
  }

  var kinds: [ListKind] {
    ListKind.allCases.filter { if case .unasked = answers[$0.rawValue] { false } else { true } }
  }

  var isComplete: Bool {
    !answers.contains { if case .open = $0 { true } else { false } }
  }

  /// No more answers will come.
  mutating func giveUp() {
    for index in answers.indices {
      if case .open = answers[index] { answers[index] = .unknown }
    }
  }

  /// Takes one page.
  ///
  /// - Returns: the cursor of the next page as it is written, if there is one.
  mutating func take(
    _ kind: ListKind, _ line: UnsafeBufferPointer<UInt8>
  ) -> [UInt8]? {
    guard case .open(var hasher, let pages) = answers[kind.rawValue] else { return nil }
    guard let list = MessageMembers.value(at: ["result", kind.member], in: line),
      list.event == .arrayStart, pages < Self.maximumPages
    else {
      answers[kind.rawValue] = .unknown
      return nil
    }
    MessageMembers.hashElements(of: line, in: list.range, into: &hasher)
    let cursor = MessageMembers.value(at: ["result", "nextCursor"], in: line)
    guard let cursor, cursor.event == .string else {
      answers[kind.rawValue] = .known(hasher.finalize())
      return nil
    }
    answers[kind.rawValue] = .open(hasher, pages: pages + 1)
    return Array(line[cursor.range])
  }

  /// The lists that are not known to be the same as the other's.
  func differences(from other: ListSurvey) -> [ListKind] {
    kinds.filter {
      if case .known(let mine) = answers[$0.rawValue],
        case .known(let theirs) = other.answers[$0.rawValue]
      {
        return mine != theirs
      }
      return true
    }
  }
}
