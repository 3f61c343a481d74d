#if os(Linux)
  internal import Secrets

  /// Names of the Secret Service API (freedesktop.org, draft 0.2).
  enum SecretServiceName {
    static let bus = "org.freedesktop.secrets"
    static let root = "/org/freedesktop/secrets"
    static let service = "org.freedesktop.Secret.Service"
    static let collection = "org.freedesktop.Secret.Collection"
    static let item = "org.freedesktop.Secret.Item"
    static let prompt = "org.freedesktop.Secret.Prompt"
    static let properties = "org.freedesktop.DBus.Properties"
    /// The path that stands for no object.
    static let none = "/"
  }

  /// Items of the Secret Service: what ``KeyringStore`` is made of. Used inside one round of `bus`.
  struct SecretService {
    let bus: Bus
    /// Whether a person may be asked to unlock something.
    let mayPrompt: Bool

    typealias Attributes = [SecretReference.Attribute]

    /// Object paths that a search gave.
    struct Matches {
      var unlocked: [String]
      var locked: [String]
    }

    /// 32 values of 1 MiB, encrypted, stay below the 64 MiB that a D-Bus array may have.
    private static let itemsPerCall = 32
  }

  // MARK: - Finding

  extension SecretService {
    /// The one item that each query matches, `nil` where none does; all queries are sent at once,
    /// and libsecret's session is agreed on while they are answered.
    ///
    /// "None" is only said where there is a default collection and nothing is locked: what is in a
    /// locked collection, or in one that the service could not even read, is unknown.
    ///
    /// - Parameters:
    ///   - queries: attributes that the item must have, and the reference to name in errors.
    ///   - anchor: attributes of which some item must be there, or nothing is found; asked for in
    ///     the same round.
    func find(
      _ queries: [(attributes: Attributes, reference: SecretReference)],
      anchor: Attributes? = nil
    ) throws(KeyringFailure) -> [String?] {
      var anchoring: Pending?
      var pending: [Pending] = []
      pending.reserveCapacity(queries.count)
      try bus.openSession { (stage) throws(KeyringFailure) in
        // What is sent first is answered before libsecret's own questions: not too much.
        let end =
          switch stage {
          case .greeting: (queries.count + 3) / 4
          case .computing: (queries.count + 1) / 2
          case .answering: queries.count
          }
        while pending.count < end {
          pending.append(try startSearch(queries[pending.count].attributes))
        }
        if stage == .answering, let anchor { anchoring = try startSearch(anchor) }
      }
      var found: [Matches] = []
      found.reserveCapacity(queries.count)
      for search in pending { found.append(try matches(search)) }
      var isAnchored = true
      if let anchoring {
        let items = try matches(anchoring)
        // In a locked collection it vouches for the vault as well.
        isAnchored = !items.unlocked.isEmpty || !items.locked.isEmpty
      }

      try unlockIfAny(found.flatMap { $0.unlocked.isEmpty ? $0.locked : [] })
      if !isAnchored || found.contains(where: { $0.unlocked.isEmpty && $0.locked.isEmpty }) {
        try unlockIfAny(try lockedCollections())
        // gnome-keyring leaves out a collection whose file it cannot read.
        if try collection(alias: "default") == nil { throw .noDefaultCollection }
      }
      if !isAnchored { throw .notAnchored }
      for index in found.indices where found[index].unlocked.isEmpty {
        if !mayPrompt { continue }
        found[index] = try matches(try startSearch(queries[index].attributes))
        if found[index].unlocked.isEmpty, !found[index].locked.isEmpty { throw .locked }
      }
      var items: [String?] = []
      for (query, matches) in zip(queries, found) {
        let count = matches.unlocked.count + matches.locked.count
        if count > 1 { throw .ambiguous(query.reference, count: count) }
        items.append(matches.unlocked.first)
      }
      return items
    }

    /// All items that have the attributes.
    func findAll(_ attributes: Attributes) throws(KeyringFailure) -> [String] {
      var found = try matches(try startSearch(attributes))
      let locked = try found.locked + lockedCollections()
      if try collection(alias: "default") == nil { throw .noDefaultCollection }
      if !locked.isEmpty {
        try unlockIfAny(locked)
        found = try matches(try startSearch(attributes))
        if !found.locked.isEmpty { throw .locked }
      }
      return found.unlocked
    }

    private func startSearch(_ attributes: Attributes) throws(KeyringFailure) -> Pending {
      try bus.call(
        SecretServiceName.root, (SecretServiceName.service, "SearchItems"),
        bus.tuple(dictionary(attributes)), reply: "(aoao)")
    }

    private func matches(_ search: Pending) throws(KeyringFailure) -> Matches {
      let answer = try bus.finish(search)
      return Matches(
        unlocked: answer[0].children.map(\.text), locked: answer[1].children.map(\.text))
    }

    private func dictionary(_ attributes: Attributes) -> Variant {
      bus.array(
        "{ss}", attributes.map { bus.entry(bus.string($0.name), bus.string($0.value)) })
    }
  }

  // MARK: - Locks and collections

  extension SecretService {
    /// Asks to unlock items or collections, where asking is allowed.
    ///
    /// - Throws: ``KeyringFailure/locked`` when it is not, or when the person said no.
    private func unlockIfAny(_ paths: [String]) throws(KeyringFailure) {
      if paths.isEmpty { return }
      if !mayPrompt { throw .locked }
      let call = try bus.call(
        SecretServiceName.root, (SecretServiceName.service, "Unlock"),
        bus.tuple(bus.array("o", paths.map(bus.path))), reply: "(aoo)")
      let prompt = try bus.finish(call)[1].text
      if prompt == SecretServiceName.none { return }
      if try bus.prompt(prompt) == nil { throw .locked }
    }

    private func lockedCollections() throws(KeyringFailure) -> [String] {
      let answer = try property(
        "Collections", of: SecretServiceName.service, SecretServiceName.root)
      guard answer.typeText == "ao" else { throw .local(message: "odd answer about collections") }
      let paths = answer.children.map(\.text)
      var pending: [Pending] = []
      for path in paths {
        pending.append(try startProperty("Locked", of: SecretServiceName.collection, path))
      }
      var locked: [String] = []
      for (path, call) in zip(paths, pending) {
        let value = try bus.finish(call)[0].unwrapped
        if value.typeText == "b", value.isTrue { locked.append(path) }
      }
      return locked
    }

    /// Path of a collection by its alias.
    func collection(alias: String) throws(KeyringFailure) -> String? {
      let call = try bus.call(
        SecretServiceName.root, (SecretServiceName.service, "ReadAlias"),
        bus.tuple(bus.string(alias)), reply: "(o)")
      let path = try bus.finish(call)[0].text
      return path == SecretServiceName.none ? nil : path
    }

    func isLocked(collection: String) throws(KeyringFailure) -> Bool {
      let value = try property("Locked", of: SecretServiceName.collection, collection)
      return value.typeText == "b" && value.isTrue
    }

    private func startProperty(
      _ name: String, of interface: String, _ path: String
    ) throws(KeyringFailure) -> Pending {
      try bus.call(
        path, (SecretServiceName.properties, "Get"),
        bus.tuple(bus.string(interface), bus.string(name)), reply: "(v)")
    }

    private func property(
      _ name: String, of interface: String, _ path: String
    ) throws(KeyringFailure) -> Variant {
      try bus.finish(try startProperty(name, of: interface, path))[0].unwrapped
    }
  }

  // MARK: - Reading

  /// What is known of an item without its value.
  struct ItemDescription {
    var attributes: [String: String]
    /// Seconds since 1970-01-01T00:00:00Z; `nil` when the keyring does not say.
    var modified: Int64?
  }

  extension SecretService {
    /// Values by the path of their item; an item that went away meanwhile is left out.
    func secrets(of items: [String]) throws(KeyringFailure) -> [String: DecodedSecret] {
      guard let session = bus.sessionPath else { throw .local(message: "no session") }
      var pending: [Pending] = []
      for start in stride(from: 0, to: items.count, by: Self.itemsPerCall) {
        let some = items[start..<min(start + Self.itemsPerCall, items.count)]
        pending.append(
          try bus.call(
            SecretServiceName.root, (SecretServiceName.service, "GetSecrets"),
            bus.tuple(bus.array("o", some.map(bus.path)), bus.path(session)),
            reply: "(a{o(oayays)})"))
      }
      var secrets: [String: DecodedSecret] = [:]
      for call in pending {
        for (path, secret) in try bus.finish(call)[0].entries {
          secrets[path] = try bus.decode(secret)
        }
      }
      return secrets
    }

    func secret(of item: String) throws(KeyringFailure) -> DecodedSecret {
      guard let secret = try secrets(of: [item])[item] else { throw .withheld }
      return secret
    }

    func descriptions(of items: [String]) throws(KeyringFailure) -> [ItemDescription] {
      var pending: [Pending] = []
      for item in items {
        pending.append(
          try bus.call(
            item, (SecretServiceName.properties, "GetAll"),
            bus.tuple(bus.string(SecretServiceName.item)), reply: "(a{sv})"))
      }
      var descriptions: [ItemDescription] = []
      for call in pending {
        var description = ItemDescription(attributes: [:], modified: nil)
        for (name, wrapped) in try bus.finish(call)[0].entries {
          let value = wrapped.unwrapped
          if name == "Attributes", value.typeText == "a{ss}" {
            for (name, value) in value.entries { description.attributes[name] = value.text }
          } else if name == "Modified", value.typeText == "t" {
            description.modified = Int64(clamping: value.number)
          }
        }
        descriptions.append(description)
      }
      return descriptions
    }
  }

  // MARK: - Writing

  extension SecretService {
    /// What an item of ours is to be.
    struct NewItem {
      /// Attributes by which the item is found.
      var lookup: Attributes
      /// Attributes that change with this write; others of ``SecretService/NewItem/kept`` stay.
      var changed: Attributes
      /// Names of the attributes that an existing item keeps unless `changed` has them.
      var kept: [String]
      var label: String
      var reference: SecretReference
    }

    /// Stores a value in the one item that matches, or in a new one in the default collection, and
    /// reads it back.
    ///
    /// One writer at a time (``Bus/startWriting()``): gnome-keyring sees to it that two who find no
    /// item make one, KeePassXC does not; and what is read back is to be what this writer wrote.
    func put(_ new: NewItem, _ bytes: UnsafeRawBufferPointer) throws(KeyringFailure) {
      let item: String
      if let existing = try findForWriting(new) {
        let secret = try bus.encode(bytes, contentType: contentType(of: bytes))
        let call = try bus.call(
          existing, (SecretServiceName.item, "SetSecret"), bus.tuple(secret), reply: "()")
        _ = try bus.finish(call)
        item = existing
      } else {
        item = try create(new, bytes)
      }
      try describe(item, new)
      let isKept = try secret(of: item).withUnsafeBytes { $0.elementsEqual(bytes) }
      if !isKept { throw .notKept }
    }

    /// Changes attributes of an item and leaves its value alone.
    func describe(_ item: String, _ new: NewItem) throws(KeyringFailure) {
      if new.changed.isEmpty { return }
      let present = try descriptions(of: [item])[0].attributes
      if new.changed.allSatisfy({ present[$0.name] == $0.value }) { return }
      var attributes = new.lookup + new.changed
      for name in new.kept where !new.changed.contains(where: { $0.name == name }) {
        if let value = present[name] { attributes.append(.init(name: name, value: value)) }
      }
      let call = try bus.call(
        item, (SecretServiceName.properties, "Set"),
        bus.tuple(
          bus.string(SecretServiceName.item), bus.string("Attributes"),
          bus.wrapped(dictionary(attributes))), reply: "()")
      _ = try bus.finish(call)
    }

    func delete(_ item: String) throws(KeyringFailure) {
      let call = try bus.call(item, (SecretServiceName.item, "Delete"), nil, reply: "(o)")
      _ = try complete(prompt: try bus.finish(call)[0].text)
    }

    /// Unlike ``find(_:)``, a locked collection that holds no match does not stand in the way.
    private func findForWriting(_ new: NewItem) throws(KeyringFailure) -> String? {
      var search: Pending?
      try bus.openSession { (stage) throws(KeyringFailure) in
        if stage == .greeting { search = try startSearch(new.lookup) }
      }
      guard let search else { throw .local(message: "no search was sent") }
      var found = try matches(search)
      if found.unlocked.isEmpty, !found.locked.isEmpty {
        try unlockIfAny(found.locked)
        found = try matches(try startSearch(new.lookup))
      }
      let count = found.unlocked.count + found.locked.count
      if count > 1 { throw .ambiguous(new.reference, count: count) }
      if !found.locked.isEmpty { throw .locked }
      return found.unlocked.first
    }

    /// The keyring itself replaces an item that another process created meanwhile, provided that the
    /// attributes of both are the same: hence only those by which it is found.
    private func create(
      _ new: NewItem, _ bytes: UnsafeRawBufferPointer
    ) throws(KeyringFailure) -> String {
      guard let collection = try collection(alias: "default") else { throw .noDefaultCollection }
      if try isLocked(collection: collection) { try unlockIfAny([collection]) }
      let properties = bus.array(
        "{sv}",
        [
          bus.entry(
            bus.string("\(SecretServiceName.item).Label"), bus.wrapped(bus.string(new.label))),
          bus.entry(
            bus.string("\(SecretServiceName.item).Attributes"),
            bus.wrapped(dictionary(new.lookup))),
        ])
      let secret = try bus.encode(bytes, contentType: contentType(of: bytes))
      let call = try bus.call(
        collection, (SecretServiceName.collection, "CreateItem"),
        bus.tuple(properties, secret, bus.boolean(true)), reply: "(oo)")
      let answer = try bus.finish(call)
      let item = answer[0].text
      if item != SecretServiceName.none { return item }
      let result = try complete(prompt: answer[1].text)
      guard let result, result.typeText == "o", result.text != SecretServiceName.none else {
        throw .local(message: "the keyring made no item")
      }
      return result.text
    }

    /// KeePassXC does every creation and removal behind a "prompt" that shows nothing unless the
    /// person configured it to ask; gnome-keyring needs none where nothing is locked, which was
    /// checked before. So these are completed even where nobody may be asked to unlock; should one
    /// ask all the same, the deadline ends it.
    private func complete(prompt: String) throws(KeyringFailure) -> Variant? {
      if prompt == SecretServiceName.none { return nil }
      guard let result = try bus.prompt(prompt) else { throw .locked }
      return result
    }

    /// KeePassXC stores text as text, in XML, where control characters do not survive saving, and
    /// other content as an attachment, where everything does.
    private func contentType(of bytes: UnsafeRawBufferPointer) -> String {
      let isPlain = bytes.allSatisfy {
        $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t")
      }
      // U+FFFE and U+FFFF are not XML either; every character beyond U+EFFF is left to be content.
      let isText = isPlain && !bytes.contains(0xEF) && UTF8.isValid(bytes)
      return isText ? "text/plain" : "application/octet-stream"
    }
  }

  extension UTF8 {
    /// Whether the bytes are UTF-8; makes no copy, unlike `String`.
    fileprivate static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
      var decoder = UTF8()
      var iterator = bytes.makeIterator()
      while true {
        switch decoder.decode(&iterator) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
      }
    }
  }
#endif
