package dev.aloft.nio;

import dev.aloft.files.Glob;
import java.nio.file.Path;
import java.nio.file.PathMatcher;

/// A [Glob] of paths.
record GlobMatcher(Glob glob) implements PathMatcher {

    /// Bound while a directory stream asks for the prefix of a filter, see [NamePrefix].
    static final ScopedValue<NamePrefix> QUESTION = ScopedValue.newInstance();

    @Override
    public boolean matches(Path path) {
        if (QUESTION.isBound()) {
            QUESTION.get().answer(glob.literalPrefix());
        }
        return glob.matches(path.toString());
    }
}
