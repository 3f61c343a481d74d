#if os(Linux)
  // One of the few files that touch C types: see `Libsecret+Linux.swift`.
  internal import CLibsecret
  internal import Platform

  /// An answer that is on its way.
  final class Pending {
    let bus: Bus
    var source: OpaquePointer?
    var result: OpaquePointer?

    init(_ bus: Bus) {
      self.bus = bus
      bus.outstanding += 1
    }

    deinit {
      if let result { bus.functions.pointee.g_object_unref(UnsafeMutableRawPointer(result)) }
    }

    func complete(_ source: OpaquePointer?, _ result: OpaquePointer) {
      _ = bus.functions.pointee.g_object_ref(UnsafeMutableRawPointer(result))
      self.source = source
      self.result = result
      bus.outstanding -= 1
    }

    /// GIO calls back exactly once, so the reference that goes out comes back.
    var retained: UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }
    static let ready: valet_ready_function = { source, result, data in
      guard let data else { return }
      Unmanaged<Pending>.fromOpaque(data).takeRetainedValue().complete(source, result)
    }
  }

  /// A connection to the session bus and, on it, libsecret's encrypted session with the Secret
  /// Service.
  ///
  /// All calls are sent at once and answered whenever they are; ``finish(_:)`` runs our private main
  /// loop until the answer is there or the deadline has passed. Nothing blocks outside that loop.
  /// Use it from one thread at a time, and only between ``begin(until:)`` and ``end()``.
  final class Bus {
    let functions: UnsafePointer<valet_libsecret>
    private let context: OpaquePointer
    private var connection: OpaquePointer?
    var service: OpaquePointer?
    var cancellable: OpaquePointer?
    private var alarm: OpaquePointer?
    private var connectionError: OpaquePointer?
    private var hasExpired = false
    var outstanding = 0

    /// A bus may allow as few as 128 calls in flight (dbus-daemon without a configured limit).
    private static let maximumOutstanding = 64
    /// What cancelled calls get to report so, once a round is over.
    private static let graceAfterRound = Duration.milliseconds(250)

    init(_ libsecret: Libsecret) {
      functions = libsecret.functions
      context = functions.pointee.g_main_context_new()
    }

    deinit {
      if let service { functions.pointee.g_object_unref(UnsafeMutableRawPointer(service)) }
      if let connection { functions.pointee.g_object_unref(UnsafeMutableRawPointer(connection)) }
      functions.pointee.g_main_context_unref(context)
    }

    func own(_ floating: OpaquePointer) -> Variant {
      Variant(functions.pointee.g_variant_ref_sink(floating), functions)
    }

    func failure(_ error: OpaquePointer?) -> KeyringFailure {
      if hasExpired {
        if let error { functions.pointee.g_error_free(error) }
        return .expired
      }
      return Libsecret(functions: functions).failure(taking: error)
    }
  }

  // MARK: - Values

  extension Bus {
    /// - Parameter text: without NUL.
    func string(_ text: String) -> Variant { own(functions.pointee.g_variant_new_string(text)) }
    func path(_ text: String) -> Variant { own(functions.pointee.g_variant_new_object_path(text)) }
    func boolean(_ value: Bool) -> Variant {
      own(functions.pointee.g_variant_new_boolean(value ? 1 : 0))
    }
    func number(_ value: UInt32) -> Variant { own(functions.pointee.g_variant_new_uint32(value)) }
    func wrapped(_ value: Variant) -> Variant {
      own(functions.pointee.g_variant_new_variant(value.raw))
    }
    func tuple(_ members: Variant...) -> Variant {
      let raw: [OpaquePointer] = members.map(\.raw)
      return withExtendedLifetime(members) {
        own(functions.pointee.g_variant_new_tuple(raw, raw.count))
      }
    }
    /// - Parameter type: of the members.
    func array(_ type: String, _ members: [Variant]) -> Variant {
      let raw: [OpaquePointer] = members.map(\.raw)
      return withExtendedLifetime(members) {
        // A GVariantType is the text of the type.
        type.withCString {
          own(functions.pointee.g_variant_new_array(OpaquePointer($0), raw, raw.count))
        }
      }
    }
    func entry(_ key: Variant, _ value: Variant) -> Variant {
      own(functions.pointee.g_variant_new_dict_entry(key.raw, value.raw))
    }
  }

  // MARK: - Rounds

  extension Bus {
    /// Sets the deadline for all that is waited for until ``end()``, which has to follow.
    func begin(until deadline: MonotonicInstant) {
      let left = max(.zero, deadline - .now).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      hasExpired = false
      cancellable = functions.pointee.g_cancellable_new()
      let alarm = functions.pointee.g_timeout_source_new(UInt32(clamping: milliseconds))
      functions.pointee.g_source_set_callback(
        alarm, Self.expire, Unmanaged.passUnretained(self).toOpaque(), nil)
      _ = functions.pointee.g_source_attach(alarm, context)
      self.alarm = alarm
      // Answers come to the loop of the thread that asked: to ours, not to the process's.
      functions.pointee.g_main_context_push_thread_default(context)
    }

    /// Cancels what was left unanswered.
    func end() {
      if let alarm {
        functions.pointee.g_source_destroy(alarm)
        functions.pointee.g_source_unref(alarm)
      }
      alarm = nil
      if outstanding > 0, let cancellable {
        functions.pointee.g_cancellable_cancel(cancellable)
        iterate(for: Self.graceAfterRound) { self.outstanding == 0 }
      }
      functions.pointee.g_main_context_pop_thread_default(context)
      if let cancellable { functions.pointee.g_object_unref(UnsafeMutableRawPointer(cancellable)) }
      cancellable = nil
    }

    private static let expire: valet_source_function = { data in
      guard let data else { return 0 }
      let bus = Unmanaged<Bus>.fromOpaque(data).takeUnretainedValue()
      bus.hasExpired = true
      if let cancellable = bus.cancellable {
        bus.functions.pointee.g_cancellable_cancel(cancellable)
      }
      return 0
    }

    /// Runs the loop until `isDone`, or until the deadline and a little more, so that what was
    /// cancelled can say so.
    func iterate(until isDone: () -> Bool) throws(KeyringFailure) {
      while !isDone(), !hasExpired { _ = functions.pointee.g_main_context_iteration(context, 1) }
      if isDone() { return }
      iterate(for: Self.graceAfterRound) { isDone() || self.outstanding == 0 }
      if !isDone() { throw .expired }
    }

    private func iterate(for time: Duration, until isDone: () -> Bool) {
      let end = MonotonicInstant.now + time
      while !isDone(), MonotonicInstant.now < end {
        if functions.pointee.g_main_context_iteration(context, 0) == 0 { usleep(500) }
      }
    }
  }

  // MARK: - Connection and calls

  extension Bus {
    /// Logs in to the session bus, and looks again at who is behind it: between the first look and
    /// this one, another socket may have come by its name.
    func connect() throws(KeyringFailure) {
      if connection != nil { return }
      let pending = Pending(self)
      functions.pointee.g_bus_get(
        Int32(valet_session_bus), cancellable,
        { _, result, data in
          guard let data else { return }
          let pending = Unmanaged<Pending>.fromOpaque(data).takeRetainedValue()
          pending.complete(nil, result)
          pending.bus.takeConnection(result)
        }, pending.retained)
      try iterate { pending.result != nil }
      guard let connection else { throw failure(connectionError) }
      let stream = functions.pointee.g_dbus_connection_get_stream(connection)
      let socket = functions.pointee.g_socket_connection_get_socket(stream)
      do throws(KeyringFailure) {
        try BusSocket.checkPeer(of: functions.pointee.g_socket_get_fd(socket))
      } catch {
        functions.pointee.g_object_unref(UnsafeMutableRawPointer(connection))
        self.connection = nil
        throw error
      }
    }

    /// In the callback itself and not after it: a bus that goes away ends a process that has not
    /// said otherwise by SIGTERM, and nothing may come between.
    private func takeConnection(_ result: OpaquePointer) {
      connection = functions.pointee.g_bus_get_finish(result, &connectionError)
      if let connection { functions.pointee.g_dbus_connection_set_exit_on_close(connection, 0) }
    }

    /// Sends a call. `parameters` is a tuple; `reply` the type that the answer must have.
    ///
    /// - Parameter outlivesRound: whether to send it even though the round was cancelled.
    func call(
      _ object: String, _ method: (interface: String, name: String), _ parameters: Variant?,
      reply: String, to destination: String = SecretServiceName.bus, outlivesRound: Bool = false
    ) throws(KeyringFailure) -> Pending {
      guard let connection else { throw .local(message: "not connected") }
      if outstanding >= Self.maximumOutstanding, !outlivesRound {
        try iterate { self.outstanding < Self.maximumOutstanding }
      }
      let pending = Pending(self)
      // Our own deadline rules, hence none of GLib's.
      reply.withCString {
        functions.pointee.g_dbus_connection_call(
          connection, destination, object, method.interface, method.name,
          parameters?.raw, OpaquePointer($0), 0, Int32.max, outlivesRound ? nil : cancellable,
          Pending.ready, pending.retained)
      }
      return pending
    }

    /// Waits for the answer to a call: a tuple of the type that was asked for.
    func finish(_ pending: Pending) throws(KeyringFailure) -> Variant {
      try iterate { pending.result != nil }
      var error: OpaquePointer?
      guard let connection, let result = pending.result,
        let answer = functions.pointee.g_dbus_connection_call_finish(connection, result, &error)
      else { throw failure(error) }
      return Variant(answer, functions)
    }

    /// Waits, as long as the round lasts, until no other process writes to this bus's keyring, and
    /// keeps others waiting until ``finishWriting()``.
    ///
    /// A name on the bus is a lock with just the reach of the keyring, and the bus gives it back when
    /// its owner goes away. Where no name may be taken, such as in a sandbox, nobody waits.
    func startWriting() throws(KeyringFailure) {
      var pause: UInt32 = 500
      while true {
        let call = try call(
          Self.busPath, (Self.busName, "RequestName"),
          tuple(string(Self.writerName), number(Self.doNotQueue)), reply: "(u)", to: Self.busName)
        do throws(KeyringFailure) {
          if try finish(call)[0].smallNumber != Self.alreadyOwned { return }
        } catch {
          if case .remote = error { return }
          throw error
        }
        usleep(pause)
        pause = min(pause * 2, 20_000)
      }
    }

    func finishWriting() {
      let call = try? call(
        Self.busPath, (Self.busName, "ReleaseName"), tuple(string(Self.writerName)), reply: "(u)",
        to: Self.busName, outlivesRound: true)
      if let call { iterate(for: Self.graceAfterRound) { call.result != nil } }
    }

    private static let busName = "org.freedesktop.DBus"
    private static let busPath = "/org/freedesktop/DBus"
    private static let writerName = "org.mcp_valet.KeyringWriter"
    /// D-Bus Specification, "org.freedesktop.DBus.RequestName".
    private static let doNotQueue: UInt32 = 4
    private static let alreadyOwned: UInt32 = 3

    /// Shows a prompt and waits until it is completed; dismisses it when nobody does.
    ///
    /// - Returns: what the prompt gave; `nil` when it was dismissed.
    func prompt(_ path: String) throws(KeyringFailure) -> Variant? {
      guard let connection else { throw .local(message: "not connected") }
      let watch = PromptWatch(functions)
      let subscription = functions.pointee.g_dbus_connection_signal_subscribe(
        connection, SecretServiceName.bus, SecretServiceName.prompt, "Completed", path, nil, 0,
        PromptWatch.completed, Unmanaged.passUnretained(watch).toOpaque(), nil)
      defer { functions.pointee.g_dbus_connection_signal_unsubscribe(connection, subscription) }
      do {
        let call = try call(
          path, (SecretServiceName.prompt, "Prompt"), tuple(string("")), reply: "()")
        _ = try finish(call)
        try iterate { watch.parameters != nil }
      } catch {
        dismiss(path)
        throw error
      }
      guard let parameters = watch.parameters, parameters.typeText == "(bv)" else {
        throw .local(message: "a prompt gave an answer of another type")
      }
      return parameters[0].isTrue ? nil : parameters[1].unwrapped
    }

    /// Takes a prompt away that nobody needs any more; whether that works is not our concern.
    ///
    /// Not gnome-keyring's question for the password of a collection, which it calls `u` and a
    /// number: version 42 aborts when that is dismissed while it is shown (an assertion in
    /// `gkd-secret-unlock.c`), and takes every unlocked collection of the user with it. It stays on
    /// the screen; answering it unlocks the keyring for the next time.
    func dismiss(_ path: String) {
      if path.utf8.starts(with: "\(SecretServiceName.root)/prompt/u".utf8) { return }
      let call = try? call(
        path, (SecretServiceName.prompt, "Dismiss"), nil, reply: "()", outlivesRound: true)
      if let call { iterate(for: Self.graceAfterRound) { call.result != nil } }
    }

    private final class PromptWatch {
      let functions: UnsafePointer<valet_libsecret>
      var parameters: Variant?
      init(_ functions: UnsafePointer<valet_libsecret>) { self.functions = functions }

      static let completed: valet_signal_function = { _, _, _, _, _, parameters, data in
        guard let data else { return }
        let watch = Unmanaged<PromptWatch>.fromOpaque(data).takeUnretainedValue()
        let functions = watch.functions
        watch.parameters = Variant(functions.pointee.g_variant_ref_sink(parameters), functions)
      }
    }
  }
#endif
