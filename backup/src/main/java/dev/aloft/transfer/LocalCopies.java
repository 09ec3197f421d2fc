package dev.aloft.transfer;

import java.util.Optional;
import java.util.function.BiFunction;

/// The files that are copied out of S3 into a local folder, of those that a web server could expose there. The others
/// are reported.
///
/// @param withPrivate true to copy private files, too, which become public there
/// @param refusal the reason why the file of a name is left out: the end of a sentence that begins with the name
public record LocalCopies(boolean withPrivate, BiFunction<BucketRoot, String, Optional<String>> refusal) {

    /// Every file.
    public static final LocalCopies ALL = new LocalCopies(true, (_, _) -> Optional.empty());
}
