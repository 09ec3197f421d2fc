package dev.aloft.cli.files;

import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that let files of S3 become local files that a web server could expose.
final class ExposureOptions {

    @Option(names = "--private", description = "Also copies private files to local ones, which cannot be private.")
    private boolean withPrivate;

    @Option(
            names = "--unserved",
            description = "Also copies uploads of sites to local files that the edge does not serve, such as programs.")
    private boolean withUnserved;

    /// The files that these options and the sites of the configuration admit.
    FileTransfer.LocalCopies localCopies(OpenPlaces places) {
        return new FileTransfer.LocalCopies(
                withPrivate, (root, name) -> withUnserved ? Optional.empty() : refusal(places, root, name));
    }

    private static Optional<String> refusal(OpenPlaces places, BucketRoot root, String name) {
        return places.knownSites().stream()
                .flatMap(site -> new NotServed(site).reason(root, name).stream())
                .findFirst()
                .map(reason -> "is not served by the edge: " + reason + "; copy it with --unserved");
    }
}
