package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.files.FilePath;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// The requests that Aloft makes to a bucket, tried on objects of a random name below the site's uploads and its
/// renditions. They are deleted.
final class S3Trial {

    private static final byte[] TEXT =
            "written by aloft doctor, which deletes it\n".getBytes(StandardCharsets.US_ASCII);

    /// More than one part.
    private static final int LARGE_BYTES = (16 << 20) + 1;

    private final Bucket bucket;
    private final String uploads;
    private final String folder;
    private final ObjectKey small;
    private final ObjectKey copied;
    private final ObjectKey large;
    private final ObjectKey rendition;

    /// @param prefix of the site
    S3Trial(Bucket bucket, FilePath prefix) {
        this.bucket = bucket;
        String top = prefix.value().isEmpty() ? "" : prefix + "/";
        String name = "aloft-doctor-" + UUID.randomUUID();
        this.uploads = top + "uploads/";
        this.folder = uploads + name;
        this.small = ObjectKey.of(folder + "/small.txt");
        this.copied = ObjectKey.of(folder + "/copied.txt");
        this.large = ObjectKey.of(folder + "/large.txt");
        this.rendition = ObjectKey.of(top + "renditions/" + name + ".txt");
    }

    List<DoctorCheck> checks() {
        return List.of(
                check("s3 bucket", "s3:ListBucket", this::reach),
                check("s3 write", "s3:PutObject", this::write),
                check("s3 read", "s3:GetObject", this::read),
                check("s3 conditional write", "s3:PutObject", this::writeConditionally),
                check("s3 list", "s3:ListBucket", this::list),
                check("s3 copy", "s3:GetObject and s3:PutObject", this::copy),
                check("s3 multipart", "s3:PutObject and s3:AbortMultipartUpload", this::writeParts),
                check("s3 delete", "s3:DeleteObject", this::delete));
    }

    /// The requests of an edge that only reads.
    List<DoctorCheck> readingChecks() {
        return List.of(
                check("s3 bucket", "s3:ListBucket", this::reach), check("s3 read", "s3:GetObject", this::readAny));
    }

    /// The requests of an edge that keeps renditions.
    DoctorCheck renditionCheck() {
        return check("s3 renditions", "s3:PutObject and s3:DeleteObject", this::keepRendition);
    }

    /// One kind of request.
    @FunctionalInterface
    private interface Step {
        DoctorFinding run() throws IOException;
    }

    private DoctorCheck check(String name, String permission, Step step) {
        return new DoctorCheck(name, () -> {
            try {
                return step.run();
            } catch (StoreException e) {
                return DoctorFinding.failed(
                        Failure.Code.STORE, String.valueOf(e.getMessage()), remedy(e.kind(), permission));
            }
        });
    }

    private String remedy(Kind kind, String permission) {
        return switch (kind) {
            case DENIED -> "allow " + permission + " on the bucket " + bucket.name() + " to these credentials";
            case CREDENTIALS -> "check the credentials and this host's clock";
            case NO_BUCKET -> "create the bucket, or correct bucket of the [[site]]";
            case NOT_FOUND -> "create the bucket, or correct bucket of the [[site]]; see the checks above this one";
            case FULL -> "free space in the store, or raise its quota";
            case TIMEOUT, UNAVAILABLE, BUSY, BAD_ANSWER ->
                "check endpoint and region of [s3], the network and the S3 server";
            case PRECONDITION, RANGE, INVALID, TOO_LARGE, INTERRUPTED ->
                "check that the server speaks S3 (docs/reference/semantics.md, what the store must do)";
        };
    }

    private DoctorFinding reach() throws IOException {
        bucket.requireReachable();
        bucket.requireReachableFallback();
        return DoctorFinding.ok("s3://" + bucket.name() + " at " + bucket.where());
    }

    private DoctorFinding write() throws IOException {
        put(small, TEXT, WriteCondition.always());
        return DoctorFinding.ok("wrote s3://" + bucket.name() + "/" + small);
    }

    private DoctorFinding read() throws IOException {
        try (ObjectContent content =
                bucket.get(small, null, ReadCondition.any()).orElseThrow()) {
            return Arrays.equals(content.body().readAllBytes(), TEXT)
                    ? DoctorFinding.ok("the bytes that were written")
                    : DoctorFinding.failed(
                            Failure.Code.STORE, "other bytes than those that were written", "do not use this store");
        }
    }

    private DoctorFinding readAny() throws IOException {
        List<StoredObject> first =
                bucket.list(ListQuery.flat(uploads).withLimit(1)).objects();
        if (first.isEmpty()) {
            return DoctorFinding.ok("there is no upload yet");
        }
        ObjectKey key = first.getFirst().key();
        try (ObjectContent _ = bucket.get(key, null, ReadCondition.any()).orElseThrow()) {
            return DoctorFinding.ok("s3://" + bucket.name() + "/" + key);
        }
    }

    private DoctorFinding writeConditionally() throws IOException {
        try {
            put(small, TEXT, WriteCondition.ifAbsent());
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION) {
                return DoctorFinding.ok("If-None-Match is kept");
            }
            throw e;
        }
        return DoctorFinding.failed(
                Failure.Code.STORE,
                "the store ignores If-None-Match: two servers could overwrite each other's uploads",
                "set provider of [s3] to other, or use a store that keeps it (docs/reference/semantics.md)");
    }

    private DoctorFinding list() throws IOException {
        boolean listed = bucket.list(ListQuery.flat(folder + "/")).objects().stream()
                .anyMatch(object -> object.key().equals(small));
        return listed
                ? DoctorFinding.ok("the object is listed")
                : DoctorFinding.failed(
                        Failure.Code.STORE, "an object that was written is not listed", "use a consistent store");
    }

    private DoctorFinding copy() throws IOException {
        StoredObject source = bucket.head(small, Duration.ZERO)
                .orElseThrow(
                        () -> new StoreException(Kind.NOT_FOUND, "there is no s3://" + bucket.name() + "/" + small));
        bucket.copies().copy(source, copied);
        return DoctorFinding.ok("copied inside S3");
    }

    private DoctorFinding writeParts() throws IOException {
        put(large, new byte[LARGE_BYTES], WriteCondition.always());
        return DoctorFinding.ok("wrote " + Sizes.of(LARGE_BYTES) + " in parts");
    }

    private DoctorFinding delete() throws IOException {
        for (ObjectKey key : List.of(small, copied, large)) {
            bucket.delete(key);
        }
        return bucket.head(small, Duration.ZERO).isEmpty()
                ? DoctorFinding.ok("deleted the objects of this trial")
                : DoctorFinding.failed(Failure.Code.STORE, "a deleted object is still there", "use a consistent store");
    }

    private DoctorFinding keepRendition() throws IOException {
        put(rendition, TEXT, WriteCondition.always());
        bucket.delete(rendition);
        return DoctorFinding.ok("wrote and deleted s3://" + bucket.name() + "/" + rendition);
    }

    private void put(ObjectKey key, byte[] bytes, WriteCondition condition) throws IOException {
        try (InputStream in = new ByteArrayInputStream(bytes)) {
            bucket.put(key, in, bytes.length, "text/plain", condition);
        }
    }
}
