package dev.aloft.store;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The makes of S3 that Aloft knows by name, and what is different about each.
public enum Provider {
    /// Amazon's own: the endpoint follows from the region, checksums on every request.
    AWS(false, true),
    /// Ceph's RADOS gateway: path style, no checksum trailers, and a version in the condition of a write without the
    /// quotes that HTTP asks for.
    CEPH(true, false),
    /// MinIO: path style.
    MINIO(true, false),
    /// Cloudflare R2: region `auto`, no checksum trailers.
    R2(true, false),
    /// The one that comes with Aloft, for trying out and for tests: path style, no checksum trailers.
    EMBEDDED(true, false),
    /// Anything else that speaks S3: the settings that ask least of a server, and what it does about conditions is
    /// found out, see [Conditions].
    OTHER(true, false);

    private final boolean pathStyle;
    private final boolean checksums;

    Provider(boolean pathStyle, boolean checksums) {
        this.pathStyle = pathStyle;
        this.checksums = checksums;
    }

    /// Whether the bucket goes into the path (`https://s3.example.com/media/…`) rather than into the host name.
    boolean pathStyle() {
        return pathStyle;
    }

    /// Whether every request carries a checksum, or only those that S3 demands one of.
    boolean checksums() {
        return checksums;
    }

    /// Whether a write on a condition is known to be one.
    boolean keepsConditions() {
        return this != OTHER;
    }

    /// A version as the `If-Match` of a write has to name it.
    ///
    /// @param etag quotes included
    String versionInWrites(String etag) {
        return this == CEPH ? etag.replace("\"", "") : etag;
    }

    public static Optional<Provider> named(String name) {
        return Arrays.stream(values()).filter(p -> p.configName().equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Provider::configName).toList();
    }

    /// The name as a configuration file writes it.
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
