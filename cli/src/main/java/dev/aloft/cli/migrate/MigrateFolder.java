package dev.aloft.cli.migrate;

import dev.aloft.cli.migrate.MigrateSite.Target;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.MigrationSides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// The local folder of a site's uploads, as the other side of a migration.
final class MigrateFolder {

    @Parameters(paramLabel = "FOLDER", description = "The site's folder of uploads, such as wp-content/uploads.")
    private Path path = Path.of("uploads");

    MigrationSides open(Target target) throws IOException {
        return MigrationSides.of(
                LocalFolder.at(path), target.files(), target.bucket(), target.uploads(), target.filter());
    }

    /// Makes the folder first, if it is missing.
    MigrationSides make(Target target) throws IOException {
        Files.createDirectories(path);
        return open(target);
    }

    /// As it was named.
    @Override
    public String toString() {
        return path.toString();
    }
}
