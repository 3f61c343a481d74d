#if os(Linux)
  // This file and `Bus+Linux.swift` are the only ones that touch C types of libsecret, GIO and GLib.
  // Every object is owned by one Swift object, whose `deinit` gives it back; what lives for one
  // function only is freed by a `defer` beside its allocation.
  internal import CLibsecret
  private import Synchronization

  /// The functions of libsecret and of the libraries below it, loaded on first use.
  struct Libsecret {
    /// Never changes once it is there, and is never unloaded.
    nonisolated(unsafe) let functions: UnsafePointer<valet_libsecret>

    private static let loaded = Mutex<(address: BusAddress, Result<Libsecret, KeyringFailure>)?>(
      nil)

    /// Loads the libraries, once, for one bus: GIO keeps one connection to "the" session bus.
    static func load(for address: BusAddress) throws(KeyringFailure) -> Libsecret {
      let result = loaded.withLock { loaded in
        if let (known, result) = loaded {
          return known == address
            ? result : .failure(.noBus(reason: "this process uses another session bus already"))
        }
        var problem: UnsafePointer<CChar>?
        let result: Result<Libsecret, KeyringFailure> =
          if let functions = valet_libsecret_load(address.text, &problem) {
            .success(Libsecret(functions: functions))
          } else {
            .failure(.notLoaded(message: problem.map { String(cString: $0) } ?? "unknown"))
          }
        loaded = (address, result)
        return result
      }
      return try result.get()
    }

    /// Takes over an error; what is not a remote one is GLib's own.
    func failure(taking error: OpaquePointer?) -> KeyringFailure {
      guard let error else { return .local(message: "no reason was given") }
      defer { functions.pointee.g_error_free(error) }
      let name = functions.pointee.g_dbus_error_get_remote_error(error)
      defer { functions.pointee.g_free(name) }
      _ = functions.pointee.g_dbus_error_strip_remote_error(error)
      let message = String(cString: UnsafePointer<valet_error>(error).pointee.message)
      guard let name else { return .local(message: message) }
      return .remote(name: String(cString: name), message: message)
    }
  }

  /// A value of D-Bus's type system. Never holds a secret in plain text.
  final class Variant {
    let raw: OpaquePointer
    private let functions: UnsafePointer<valet_libsecret>

    /// Takes over a new ("floating") value, or a reference that the caller owns.
    init(_ raw: OpaquePointer, _ functions: UnsafePointer<valet_libsecret>) {
      self.raw = raw
      self.functions = functions
    }

    deinit { functions.pointee.g_variant_unref(raw) }

    var typeText: String { String(cString: functions.pointee.g_variant_get_type_string(raw)) }

    /// Members of a container; the caller knows the type.
    var children: [Variant] {
      (0..<functions.pointee.g_variant_n_children(raw)).map { self[$0] }
    }

    /// A member of a container, which the caller knows to be there.
    subscript(index: Int) -> Variant {
      Variant(functions.pointee.g_variant_get_child_value(raw, index), functions)
    }

    /// The text of a value that is known to be a string or an object path.
    var text: String { String(cString: functions.pointee.g_variant_get_string(raw, nil)) }
    /// The truth of a value that is known to be a boolean.
    var isTrue: Bool { functions.pointee.g_variant_get_boolean(raw) != 0 }
    /// What a value of type `v` holds.
    var unwrapped: Variant { Variant(functions.pointee.g_variant_get_variant(raw), functions) }
    /// The number of a value that is known to be of type `t`.
    var number: UInt64 { functions.pointee.g_variant_get_uint64(raw) }
    /// The number of a value that is known to be of type `u`.
    var smallNumber: UInt32 { functions.pointee.g_variant_get_uint32(raw) }
    /// Members of a dictionary from strings, or from object paths, to anything.
    var entries: [(key: String, value: Variant)] { children.map { ($0[0].text, $0[1]) } }
  }

  /// A value that came through libsecret's encrypted session, in libsecret's own locked memory.
  final class DecodedSecret {
    private let raw: OpaquePointer
    private let functions: UnsafePointer<valet_libsecret>

    init(_ raw: OpaquePointer, _ functions: UnsafePointer<valet_libsecret>) {
      self.raw = raw
      self.functions = functions
    }

    // libsecret wipes the memory with the last reference.
    deinit { functions.pointee.secret_value_unref(UnsafeMutableRawPointer(raw)) }

    /// Lends the bytes for the length of the call.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      var count = 0
      let bytes = functions.pointee.secret_value_get(raw, &count)
      return body(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
    }
  }
#endif
