package dev.aloft.nio;

import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The settings with which a file system reaches its S3, as [S3FileSystemProvider] documents them.
///
/// @param accessKey null for the SDK's chain; then the secret is null too
record Connection(
        StoreSettings settings,
        @Nullable String accessKey,
        @Nullable String secretKey) {

    private static final Set<String> KEYS =
            Set.of("endpoint", "region", "pathStyle", "provider", "timeout", "accessKey", "secretKey");

    Connection {
        if ((accessKey == null) != (secretKey == null)) {
            throw new IllegalArgumentException("accessKey and secretKey go together");
        }
    }

    /// @throws IllegalArgumentException for a key that is unknown or an invalid value
    static Connection of(Map<String, ?> given, Map<String, String> environment) {
        for (String key : given.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "an s3:// file system knows no \"" + key + "\"; it knows " + new TreeSet<>(KEYS));
            }
        }
        String endpoint = text(given.get("endpoint"), environment.get("ALOFT_S3_ENDPOINT"));
        Provider provider = provider(text(given.get("provider"), environment.get("ALOFT_S3_PROVIDER")), endpoint);
        String region =
                text(given.get("region"), environment.getOrDefault("ALOFT_S3_REGION", environment.get("AWS_REGION")));
        if (region == null && provider == Provider.AWS) {
            throw new IllegalArgumentException("AWS needs a region: the key \"region\", or ALOFT_S3_REGION");
        }
        String pathStyle = text(given.get("pathStyle"), environment.get("ALOFT_S3_PATH_STYLE"));
        StoreSettings settings = new StoreSettings(
                provider,
                endpoint == null ? null : URI.create(endpoint),
                region == null ? "us-east-1" : region,
                pathStyle == null ? StoreSettings.pathStyleOf(provider) : flag(pathStyle),
                given.get("timeout") instanceof Duration timeout ? timeout : StoreSettings.DEFAULT_TIMEOUT);
        return new Connection(settings, text(given.get("accessKey"), null), text(given.get("secretKey"), null));
    }

    /// The settings of the environment alone.
    ///
    /// @throws FileSystemNotFoundException when it says nothing of an S3
    static Connection ofEnvironment(Map<String, String> environment, String bucket) {
        if (!environment.containsKey("ALOFT_S3_ENDPOINT")
                && !environment.containsKey("ALOFT_S3_REGION")
                && !environment.containsKey("AWS_REGION")) {
            throw new FileSystemNotFoundException("s3://" + bucket + " is not open: open it with"
                    + " FileSystems.newFileSystem, or say in ALOFT_S3_ENDPOINT or ALOFT_S3_REGION where its S3 is");
        }
        return of(Map.of(), environment);
    }

    Store open() {
        return accessKey == null || secretKey == null
                ? Store.open(settings)
                : Store.open(settings, accessKey, secretKey);
    }

    private static Provider provider(@Nullable String name, @Nullable String endpoint) {
        if (name == null) {
            return endpoint == null ? Provider.AWS : Provider.OTHER;
        }
        return Provider.named(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("no provider \"" + name + "\"; there are " + Provider.names()));
    }

    private static boolean flag(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("pathStyle is true or false, not \"" + value + "\"");
        }
        return value.equals("true");
    }

    private static @Nullable String text(@Nullable Object first, @Nullable String second) {
        return first != null ? first.toString() : second;
    }

    /// Without the secret.
    @Override
    public String toString() {
        return settings.where();
    }
}
