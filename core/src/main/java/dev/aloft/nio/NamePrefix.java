package dev.aloft.nio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The prefix of the names that a directory stream is filtered for; S3 lists no others.
///
/// [Files#newDirectoryStream(Path, String)] hides its glob within a filter of its own. That filter, and no other,
/// is shown one made-up entry, and its [GlobMatcher] says what it looks for. One question, one thread.
final class NamePrefix {

    private String prefix = "";

    private NamePrefix() {}

    /// Empty when nothing is known of the filter.
    static String of(DirectoryStream.Filter<? super Path> filter, S3Path directory) throws IOException {
        if (!filter.getClass().getNestHost().equals(Files.class)) {
            return "";
        }
        NamePrefix question = new NamePrefix();
        ScopedValue.where(GlobMatcher.QUESTION, question).call(() -> filter.accept(directory.child("any")));
        return question.prefix;
    }

    /// No name has a slash: a glob of a path finds nothing, which its filter says.
    void answer(String literalPrefix) {
        prefix = literalPrefix.contains("/") ? "" : literalPrefix;
    }
}
