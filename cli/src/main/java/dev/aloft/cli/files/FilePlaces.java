package dev.aloft.cli.files;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.StandardOutput;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that say where S3 is; common to the commands on files. Credentials come from the SDK's chain.
final class FilePlaces implements OpenPlaces.S3Source {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Another S3 than that of the configuration, which is not read then.")
    private @Nullable URI endpoint;

    @Option(names = "--region", paramLabel = "REGION", description = "The region of that S3 (default: us-east-1).")
    private @Nullable String region;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /// Work with places.
    @FunctionalInterface
    interface Work {
        int run(OpenPlaces places) throws IOException, Failure;
    }

    /// Works, and closes what was opened. A reader of the output that stops reading ends the command without an error.
    int with(Work work) throws Failure {
        try (OpenPlaces places = new OpenPlaces(this)) {
            return work(places, work);
        }
    }

    private static int work(OpenPlaces places, Work work) throws Failure {
        try {
            return work.run(places);
        } catch (StandardOutput.ClosedException e) {
            return 0;
        } catch (StoreException e) {
            throw failure(places, e);
        } catch (IOException e) {
            throw new Failure(Failure.Code.MACHINE, Failure.messageOf(e), "check the path, its owner and its mode", e);
        }
    }

    private static Failure failure(OpenPlaces places, StoreException e) {
        String found = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND -> new Failure(Failure.Code.MISSING, found, "check the name with aloft ls", e);
            case RANGE -> new Failure(Failure.Code.USAGE, found, "aloft stat prints the size", e);
            default ->
                new Failure(
                        Failure.Code.STORE,
                        found,
                        e.kind().passing()
                                ? "run the command again"
                                : "the store is " + places.where().orElse("S3")
                                        + "; credentials come from the AWS_… variables, a profile or a role",
                        e);
        };
    }

    @Override
    public Optional<Configuration> configuration() throws Failure {
        boolean isNamed = spec.commandLine().getParseResult().hasMatchedOption("--config");
        boolean isPlain = endpoint != null || region != null;
        if (isNamed && isPlain) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--config says where S3 is, and so do --endpoint and --region",
                    "leave one away");
        }
        return isPlain || (!isNamed && !Files.exists(config.path())) ? Optional.empty() : Optional.of(config.read());
    }

    @Override
    public StoreSettings settings(Optional<Configuration> configuration) throws Failure {
        if (configuration.isPresent()) {
            return configuration.get().s3();
        }
        Map<String, String> environment = System.getenv();
        Optional<String> url = Optional.ofNullable(endpoint)
                .map(URI::toString)
                .or(() -> first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"));
        Optional<String> named =
                Optional.ofNullable(region).or(() -> first(environment, "AWS_REGION", "AWS_DEFAULT_REGION"));
        if (url.isEmpty() && named.isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "there is no configuration at " + config.path() + ", and no other word of where S3 is",
                    "name a configuration with --config, or S3 with --endpoint or --region");
        }
        try {
            return url.isEmpty()
                    ? StoreSettings.aws(named.orElseThrow())
                    : new StoreSettings(
                            Provider.OTHER,
                            URI.create(url.get()),
                            named.orElse("us-east-1"),
                            StoreSettings.pathStyleOf(Provider.OTHER),
                            StoreSettings.DEFAULT_TIMEOUT);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Code.USAGE, String.valueOf(e.getMessage()), "check --endpoint and --region", e);
        }
    }

    private static Optional<String> first(Map<String, String> environment, String... names) {
        return Stream.of(names)
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }
}
