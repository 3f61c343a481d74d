/// An authorization server that has to be known better than its metadata tells: one row of the
/// table.
///
/// A row is data. It fills what neither the person nor the server's metadata has set; it cannot
/// turn off a check of `state`, of the redirect or of an issuer in the response, since there is no
/// column for that. One does take the ground from a check: where ``Columns/metadata`` is ignored, no
/// metadata is compared with its issuer (A9), and the row's own endpoints are what is trusted. A column is set only where it changes what is done: where one is `nil` the server behaves
/// as the standards say, or nothing was found about it, and then the row's comment says so.
package struct AuthorizationServer: Sendable, Equatable {
  /// What `--provider` takes: `[a-z0-9-]`, 64 bytes at most.
  package let name: String
  /// What a person calls it, on one line.
  package var title: String
  /// The issuers that the row is for.
  package var issuer: IssuerPattern
  /// What differs there from the general rules.
  package var columns: Columns
  /// `nil` for a row out of somebody's own file.
  package var client: Client?
  /// Where the row's facts were read; empty only for a row out of somebody's own file.
  package var sources: [Source]

  /// Nothing is checked here; rows of a file are, by ``PresetOverrides``.
  package init(
    name: String, title: String, issuer: IssuerPattern, columns: Columns, client: Client? = nil,
    sources: [Source] = []
  ) {
    self.name = name
    self.title = title
    self.issuer = issuer
    self.columns = columns
    self.client = client
    self.sources = sources
  }

  /// How a person gets a client id there: no client ids are shipped.
  package struct Client: Sendable, Equatable {
    /// Where a client is registered: an https URL, or a path behind the issuer's origin when it
    /// begins with `/`.
    package let page: String
    /// What to make there and what to copy from there, as one sentence without a full stop. The
    /// redirect URI to enter is ``Redirect/registered``.
    package let steps: String

    /// The texts of a row; nothing is checked.
    package init(page: String, steps: String) {
      self.page = page
      self.steps = steps
    }
  }

  /// Where a fact was read, and when.
  package struct Source: Sendable, Equatable {
    /// An https URL.
    package let url: String
    /// The day, as RFC 3339 writes it.
    package let checked: String

    /// The place and the day; nothing is checked.
    package init(_ url: String, checked: String) {
      self.url = url
      self.checked = checked
    }
  }
}
