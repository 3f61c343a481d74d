package import Hosts

/// The lines of a file that change, as a person may see them: every secret that was found in the
/// file is masked.
package enum FileDiff {
  /// Compares the two as they are, whatever edits led from the one to the other.
  ///
  /// - Parameter values: that are masked wherever they stand.
  /// - Returns: one line each, `- ` or `+ ` in front; none where nothing changes.
  package static func lines(
    _ document: HostDocument, _ old: HostDocument, sections: [ServerSection],
    hiding values: [String]
  ) -> [String] {
    var oldSide = MaskedSide(old, sections, hiding: values)
    var newSide = MaskedSide(document, sections, hiding: values)
    let plainOld = oldSide
    oldSide.hide(whatIsFoundIn: newSide)
    newSide.hide(whatIsFoundIn: plainOld)
    let stretches = merged(ChangedStretches.between(old.bytes, document.bytes), old.bytes)
    var lines: [String] = []
    for stretch in stretches {
      let isWhole = oldSide.isWholeLines(stretch.old) && newSide.isWholeLines(stretch.new)
      lines += oldSide.lines("- ", isWhole ? stretch.old : oldSide.reached(from: stretch.old))
      lines += newSide.lines("+ ", isWhole ? stretch.new : newSide.reached(from: stretch.new))
    }
    return lines
  }

  /// Stretches that would be shown in the same line are one.
  private static func merged(
    _ stretches: [ChangedStretches.Stretch], _ old: [UInt8]
  ) -> [ChangedStretches.Stretch] {
    var merged: [ChangedStretches.Stretch] = []
    for stretch in stretches {
      guard let last = merged.last else {
        merged.append(stretch)
        continue
      }
      let between = old[last.old.upperBound..<stretch.old.lowerBound]
      if between.count <= 2 * MaskedSide.reach, !between.contains(UInt8(ascii: "\n")) {
        merged[merged.count - 1] = (
          last.old.lowerBound..<stretch.old.upperBound,
          last.new.lowerBound..<stretch.new.upperBound
        )
      } else {
        merged.append(stretch)
      }
    }
    return merged
  }
}
