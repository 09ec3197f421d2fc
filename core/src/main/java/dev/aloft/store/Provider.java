package dev.aloft.store;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    /// SeaweedFS: path style, no checksum trailers. What it keeps is found out, because that changed between its
    /// versions; of several uploads in parts to one new name, more than one may succeed.
    SEAWEEDFS(true, false),
    /// versitygw: path style, no checksum trailers. On a folder it looks first and writes afterwards, so that of
    /// several writers more than one succeeds.
    VERSITYGW(true, false),
    /// Garage: path style, no checksum trailers, and what it keeps is found out.
    GARAGE(true, false),
    /// Anything else that speaks S3: the settings that ask least of a server, and what it does about conditions is
    /// found out, see [ConditionalSupport].
    OTHER(true, false);

    private final boolean pathStyle;
    private final boolean checksums;

    Provider(boolean pathStyle, boolean checksums) {
        this.pathStyle = pathStyle;
        this.checksums = checksums;
    }

    /// True if the bucket goes into the path (`https://s3.example.com/media/…`) rather than into the host name.
    boolean pathStyle() {
        return pathStyle;
    }

    /// True if every request carries a checksum, rather than only those that need one.
    boolean checksums() {
        return checksums;
    }

    /// True if the make is known to honour every condition.
    boolean supportsConditions() {
        return switch (this) {
            case AWS, CEPH, MINIO, R2, EMBEDDED -> true;
            case SEAWEEDFS, VERSITYGW, GARAGE, OTHER -> false;
        };
    }

    /// The conditional requests known not to be honoured, where a probe may not detect it.
    Set<ConditionalRequest> unsupported() {
        return switch (this) {
            case SEAWEEDFS -> Set.of(ConditionalRequest.CREATE_IN_PARTS);
            case VERSITYGW ->
                Set.of(
                        ConditionalRequest.CREATE,
                        ConditionalRequest.REPLACE,
                        ConditionalRequest.CREATE_IN_PARTS,
                        ConditionalRequest.REPLACE_IN_PARTS);
            case AWS, CEPH, MINIO, R2, EMBEDDED, GARAGE, OTHER -> Set.of();
        };
    }

    /// True if the make honours no condition of a write where the bucket keeps versions: it compares with the version
    /// that is being written, which is never there yet. Seen with Ceph 16.2.
    boolean losesConditionsToVersions() {
        return this == CEPH;
    }

    /// True if the make may honour no condition of the end of an upload in parts, in any bucket. Seen with Ceph 16.2.
    boolean losesConditionsInParts() {
        return this == CEPH;
    }

    /// True if the make keeps this condition on the target of CopyObject. AWS does since October 2025.
    boolean keepsInCopies(WriteCondition condition) {
        return this == AWS || condition instanceof WriteCondition.Always;
    }

    /// True if a copy of the version `null`, with the headers that S3 copies, can be a link: it reads what its source
    /// reads, and is gone with it. Ceph copies the attributes by which it finds the newest version of a key: before
    /// 17.2.8 and 18.2.4 those of every such version, and later those of a copy to a bucket without versioning.
    boolean copiesLinks() {
        return this == CEPH;
    }

    /// True if the make deletes an object on the condition that there is one (`If-Match: *`), and so says whether there
    /// was. The others ignore this, or are not known to keep it.
    boolean deletesOnlyWhatIsThere() {
        return this == AWS || this == EMBEDDED;
    }

    /// The `If-Match` header of a write on this condition; null for none.
    @Nullable
    String ifMatch(WriteCondition condition) {
        if (!(condition instanceof WriteCondition.Version(String etag))) {
            return null;
        }
        return this == CEPH ? etag.replace("\"", "") : etag;
    }

    /// The provider of this name in a configuration, lower case; empty for an unknown one.
    public static Optional<Provider> named(String name) {
        return Arrays.stream(values()).filter(p -> p.configName().equals(name)).findFirst();
    }

    /// The names that [#named] understands, in the order of declaration.
    public static List<String> names() {
        return Arrays.stream(values()).map(Provider::configName).toList();
    }

    /// The name as a configuration file writes it.
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
