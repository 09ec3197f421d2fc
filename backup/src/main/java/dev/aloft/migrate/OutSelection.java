package dev.aloft.migrate;

import java.util.Optional;
import java.util.function.Function;

/// The files that are copied out of S3, of those that a folder could expose. The others are reported.
///
/// @param withPrivate true to copy private files, too, which become public there
/// @param refusal the reason why the file of a key is left out: the end of a sentence that begins with its name
public record OutSelection(boolean withPrivate, Function<String, Optional<String>> refusal) {

    /// Every file.
    public static final OutSelection ALL = new OutSelection(true, _ -> Optional.empty());
}
