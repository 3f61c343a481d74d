#if os(Linux)
  // Touches C types as `Bus+Linux.swift` does.
  internal import CLibsecret

  extension Bus {
    /// Object path of the session; `nil` before it was opened.
    var sessionPath: String? {
      guard let service, let path = functions.pointee.secret_service_get_session_dbus_path(service)
      else { return nil }
      return String(cString: path)
    }

    /// What is going on while ``openSession(_:)`` lends its caller the bus.
    enum SessionStage {
      /// libsecret is about to ask the bus who the Secret Service is: some round trips.
      case greeting
      /// We are about to compute for some milliseconds, and the Secret Service would wait.
      case computing
      /// The Secret Service is about to compute, and then we are again.
      case answering
    }

    /// Agrees on a key with the Secret Service, so that values do not cross the bus in plain text.
    ///
    /// Both sides compute for some milliseconds, in turns: what `send` sends at each stage is worked
    /// on by the side that would only wait. All stages come at once when there is a key already.
    func openSession(
      _ send: (SessionStage) throws(KeyringFailure) -> Void
    ) throws(KeyringFailure) {
      try send(.greeting)
      if service == nil { service = try makeService() }
      try send(.computing)
      guard sessionPath == nil, let service else { return try send(.answering) }
      let opening = Pending(self)
      functions.pointee.secret_service_ensure_session(
        service, cancellable, Pending.ready, opening.retained)
      try send(.answering)
      try iterate { opening.result != nil }
      var error: OpaquePointer?
      guard let result = opening.result,
        functions.pointee.secret_service_ensure_session_finish(service, result, &error) != 0
      else { throw failure(error) }
    }

    private func makeService() throws(KeyringFailure) -> OpaquePointer {
      let making = Pending(self)
      functions.pointee.secret_service_open(
        functions.pointee.secret_service_get_type(), nil, UInt32(valet_service_flags),
        cancellable, Pending.ready, making.retained)
      try iterate { making.result != nil }
      var error: OpaquePointer?
      guard let result = making.result,
        let made = functions.pointee.secret_service_open_finish(result, &error)
      else { throw failure(error) }
      return made
    }

    /// Encrypts a value for the session.
    func encode(
      _ bytes: UnsafeRawBufferPointer, contentType: String
    ) throws(KeyringFailure) -> Variant {
      guard let service, let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress else {
        throw .local(message: "no session")
      }
      // libsecret copies into its locked memory, and wipes that with the last reference.
      let value = functions.pointee.secret_value_new(start, bytes.count, contentType)
      defer { functions.pointee.secret_value_unref(UnsafeMutableRawPointer(value)) }
      guard let encoded = functions.pointee.secret_service_encode_dbus_secret(service, value)
      else { throw .local(message: "the value could not be encrypted") }
      return own(encoded)
    }

    /// Decrypts a value of type `(oayays)`.
    func decode(_ secret: Variant) throws(KeyringFailure) -> DecodedSecret {
      guard let service,
        let value = functions.pointee.secret_service_decode_dbus_secret(service, secret.raw)
      else { throw .local(message: "a value could not be decrypted") }
      return DecodedSecret(value, functions)
    }
  }
#endif
