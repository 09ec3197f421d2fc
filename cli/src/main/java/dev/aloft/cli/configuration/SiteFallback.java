package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.server.UploadsFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import java.io.IOException;
import java.nio.file.Path;

/// The folder of a site whose uploads are not all in S3 yet: the key `fallback`.
public final class SiteFallback {

    private SiteFallback() {}

    /// The site's bucket, with the files of its folder if it has one.
    public static Bucket bucket(SiteConfiguration site, Bucket bucket) throws Failure {
        if (site.fallback().isEmpty()) {
            return bucket;
        }
        requireUtf8();
        FilePath uploads = site.prefix().resolve(UploadsFolder.UPLOADS.value());
        return bucket.withFallback(new Fallback(
                folder(site, site.fallback().get()),
                uploads.value() + "/",
                MigrationSides.deletions(site.prefix(), uploads).value() + "/",
                key -> site.agent().headers().headers(FilePath.of(key.value()))));
    }

    /// Fails in a locale in which Java cannot read every name of a file.
    public static void requireUtf8() throws Failure {
        String encoding = System.getProperty("sun.jnu.encoding");
        if (!"UTF-8".equals(encoding)) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "Java reads the names of files as " + encoding + " in this locale",
                    "run the command with LC_ALL=C.UTF-8");
        }
    }

    private static LocalFolder folder(SiteConfiguration site, Path fallback) throws Failure {
        try {
            return LocalFolder.at(fallback);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "cannot read the fallback of the site " + site.name() + ": " + Failure.messageOf(e),
                    "let this user read it, or remove the key fallback",
                    e);
        }
    }
}
