package dev.aloft.store;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The endpoint of an S3, and the settings of its client. Credentials are not part of it.
///
/// @param endpoint null for the provider's own (AWS only)
/// @param region what requests are signed for; `us-east-1` suits most servers that have no regions
/// @param pathStyle the bucket in the path rather than in the host name
/// @param timeout how long one request may take, retries included; the bytes of a read are bounded by silence
///     instead
public record StoreSettings(
        Provider provider, @Nullable URI endpoint, String region, boolean pathStyle, Duration timeout) {

    /// The default limit of one request.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

    /// @throws IllegalArgumentException for a missing or invalid endpoint, credentials in it, a blank region, or a
    ///     timeout outside 0.1 s to 10 min
    public StoreSettings {
        if (endpoint == null && provider != Provider.AWS) {
            throw new IllegalArgumentException("provider " + provider.configName() + " needs an endpoint");
        }
        if (endpoint != null
                && (endpoint.getHost() == null || !List.of("http", "https").contains(endpoint.getScheme()))) {
            throw new IllegalArgumentException("not the endpoint of an S3: " + endpoint + " (expected http(s)://host)");
        }
        if (endpoint != null && endpoint.getUserInfo() != null) {
            throw new IllegalArgumentException("an endpoint holds no credentials; they come from the environment");
        }
        if (region.isBlank()) {
            throw new IllegalArgumentException("the region is empty; us-east-1 suits servers that have none");
        }
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not between 0.1 s and 10 min");
        }
    }

    /// The settings of a server of this make at `endpoint`.
    public static StoreSettings at(Provider provider, URI endpoint) {
        return new StoreSettings(provider, endpoint, "us-east-1", provider.pathStyle(), DEFAULT_TIMEOUT);
    }

    /// Amazon's S3 in a region.
    public static StoreSettings aws(String region) {
        return new StoreSettings(Provider.AWS, null, region, false, DEFAULT_TIMEOUT);
    }

    /// The same S3 with another limit of one request: 0.1 s to 10 min.
    public StoreSettings withTimeout(Duration limit) {
        return new StoreSettings(provider, endpoint, region, pathStyle, limit);
    }

    /// The provider's own choice of address style.
    public static boolean pathStyleOf(Provider provider) {
        return provider.pathStyle();
    }

    /// For messages: the endpoint, or the provider's name and region.
    public String where() {
        return endpoint != null ? endpoint.toString() : "s3." + region + " (aws)";
    }
}
