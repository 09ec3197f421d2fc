package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Reader of the table `[s3]` of `aloft.toml`, and of tables that name another S3.
final class S3Configuration {

    static final List<String> KEYS = List.of("provider", "endpoint", "region", "path_style", "timeout");

    /// Settings without an endpoint, where those of the file are invalid.
    private static final StoreSettings STAND_IN =
            new StoreSettings(Provider.AWS, null, "us-east-1", false, StoreSettings.DEFAULT_TIMEOUT);

    private S3Configuration() {}

    static StoreSettings read(Section section) {
        section.requireOnly(KEYS);
        return settings(section);
    }

    /// @param section a table that has these keys among others
    static StoreSettings settings(Section section) {
        Provider provider = section.value("provider", key -> provider(section, key), Provider.OTHER);
        Optional<String> endpoint = section.value("endpoint", section::optionalString, Optional.empty());
        String region = section.value("region", key -> region(section, key, provider), "us-east-1");
        boolean pathStyle = section.value("path_style", section::optionalBoolean, Optional.<Boolean>empty())
                .orElse(StoreSettings.pathStyleOf(provider));
        Duration timeout = section.value("timeout", section::optionalDuration, Optional.<Duration>empty())
                .orElse(StoreSettings.DEFAULT_TIMEOUT);
        if (!section.isValid("provider") || !section.isValid("endpoint")) {
            return STAND_IN; // whether a provider needs an endpoint is checked once both are known
        }
        try {
            return new StoreSettings(provider, endpoint.map(URI::create).orElse(null), region, pathStyle, timeout);
        } catch (IllegalArgumentException e) {
            section.add(section.wrong("is invalid: " + e.getMessage(), "fix it in the file or in ALOFT_S3_…"));
            return STAND_IN;
        }
    }

    private static Provider provider(Section section, String key) throws Failure {
        String name = section.optionalString(key).orElse("aws");
        return Provider.named(name)
                .orElseThrow(() -> section.unfit(key, name, "one of " + String.join(", ", Provider.names())));
    }

    private static String region(Section section, String key, Provider provider) throws Failure {
        Optional<String> region = section.optionalString(key);
        if (provider == Provider.AWS && region.isEmpty()) {
            throw section.wrong("has no region", "add region = \"eu-central-1\", or wherever the bucket is");
        }
        return region.orElse("us-east-1");
    }
}
