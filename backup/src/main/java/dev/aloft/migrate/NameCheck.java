package dev.aloft.migrate;

import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Progress;
import dev.aloft.migrate.Migration.Finding;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Looks at every name before anything is copied: reports entries that cannot be objects, and files that the edge will
/// not serve. Reads no file. For one thread.
final class NameCheck {

    private final MigrationSides sides;
    private final Function<String, Optional<String>> notServed;

    /// @param notServed the reason why the edge does not serve a key
    NameCheck(MigrationSides sides, Function<String, Optional<String>> notServed) {
        this.sides = sides;
        this.notServed = notServed;
    }

    /// @return the number of entries that cannot be objects
    long run(Progress progress, Consumer<Finding> findings) throws IOException {
        progress.begin("checking names");
        long[] refused = new long[1];
        Joined.Source<SourceFile> files = sides.source().files(sides, (name, reason) -> {
            refused[0]++;
            findings.accept(new Finding(Finding.Kind.FAILED, name, reason));
        });
        for (SourceFile file = files.next(); file != null; file = files.next()) {
            progress.passed();
            String name = file.name();
            notServed
                    .apply(sides.key(name).value())
                    .ifPresent(reason -> findings.accept(new Finding(Finding.Kind.NOT_SERVED, name, reason)));
        }
        return refused[0];
    }
}
