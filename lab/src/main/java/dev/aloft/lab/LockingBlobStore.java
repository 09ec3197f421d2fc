package dev.aloft.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// View of the objects for one S3 request: makes its conditional write atomic, and hides writes in flight.
///
/// S3Proxy answers `If-Match` by reading the object's metadata and then writing without a condition, so two writers
/// can both win. This store remembers which version its request was shown, and publishes, completes or removes under
/// the key's lock only if that version is still there; otherwise the answer is 412. That needs a new instance for
/// each request, all of them over one [Shared].
///
/// Used by the threads of one request.
final class LockingBlobStore extends ForwardingBlobStore {

    /// State that all requests of one S3 share. Safe for use by many threads.
    static final class Shared {
        private final KeyLocks keys = new KeyLocks();
        private final ReentrantReadWriteLock folders = new ReentrantReadWriteLock();
        private final Map<ObjectName, Integer> writing = new ConcurrentHashMap<>();
    }

    private record ObjectName(String bucket, String key) {}

    private record Version(ObjectName object, @Nullable String etag) {}

    private static final Pattern HIDDEN_FILE =
            Pattern.compile("(.+)-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final Shared shared;
    private volatile @Nullable Version shown;
    private volatile @Nullable ObjectName missed;
    private volatile @Nullable ObjectName listed;

    LockingBlobStore(BlobStore store, Shared shared) {
        super(store);
        this.shared = shared;
    }

    /// Returns true if a file of this name may be a temporary file of the underlying store, not yet published as an
    /// object.
    static boolean mayBeHidden(String key) {
        return HIDDEN_FILE.matcher(key).matches();
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        ObjectName object = new ObjectName(request.bucket(), request.key());
        try {
            HeadObjectResponse metadata = super.blobMetadata(request);
            shown = new Version(object, metadata.eTag());
            return metadata;
        } catch (NoSuchKeyException e) {
            missed = object;
            throw e;
        }
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        ObjectName object = new ObjectName(request.bucket(), request.key());
        ReentrantLock key = shared.keys.of(object.bucket(), object.key());
        ReentrantReadWriteLock.ReadLock folder = shared.folders.readLock();
        shared.writing.merge(object, 1, Integer::sum);
        try (Publication publication = new Publication(body, folder::unlock, () -> {
            key.lock();
            requireShown(object);
        })) {
            folder.lock();
            return withinRoom(() -> super.putBlob(request, publication));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (shared.folders.getReadHoldCount() > 0) {
                folder.unlock();
            }
            if (key.isHeldByCurrentThread()) {
                key.unlock();
            }
            shared.writing.merge(object, -1, (count, less) -> count == 1 ? null : count + less);
        }
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        ObjectName object = new ObjectName(request.destinationBucket(), request.destinationKey());
        return writing(object, () -> super.copyBlob(request));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        ObjectName object = new ObjectName(upload.containerName(), upload.blobName());
        return writing(object, () -> {
            requireShown(object);
            return super.completeMultipartUpload(upload, request);
        });
    }

    @Override
    public UploadPartResponse uploadMultipartPart(MultipartUpload upload, UploadPartRequest request, InputStream body) {
        return withinRoom(() -> super.uploadMultipartPart(upload, request, body));
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        listed = new ObjectName(upload.containerName(), upload.blobName());
        return super.listMultipartUpload(upload);
    }

    /// S3Proxy begins its answer before it completes an upload, and could then not say 412 any more; it waits for
    /// the outcome with a store that has versions to report. So this one has them while it completes an upload on a
    /// condition: when its request has listed the parts and has been shown the object.
    @Override
    public boolean supportsVersioning() {
        Version expected = shown;
        return expected != null && expected.object().equals(listed);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        ObjectName object = new ObjectName(request.bucket(), request.key());
        ReentrantLock key = shared.keys.of(object.bucket(), object.key());
        key.lock();
        try {
            requireNotMissed(object);
            requireShown(object);
            return removeAlone(request);
        } finally {
            key.unlock();
        }
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        ListObjectsV2Response page = super.list(request);
        if (page.contents().stream().noneMatch(object -> mayBeHidden(object.key()))) {
            return page;
        }
        return page.toBuilder()
                .contents(page.contents().stream()
                        .filter(object -> isObject(request.bucket(), object))
                        .toList())
                .build();
    }

    /// The removal of the last object of a folder removes the folder, which must not happen between the moment when a
    /// write makes the folder and the moment when it makes its file in there.
    private DeleteObjectResponse removeAlone(DeleteObjectRequest request) {
        shared.folders.writeLock().lock();
        try {
            return super.removeBlob(request);
        } finally {
            shared.folders.writeLock().unlock();
        }
    }

    private <T> T writing(ObjectName object, Supplier<T> write) {
        ReentrantLock key = shared.keys.of(object.bucket(), object.key());
        key.lock();
        shared.folders.readLock().lock();
        shared.writing.merge(object, 1, Integer::sum);
        try {
            return write.get();
        } finally {
            shared.writing.merge(object, -1, (count, less) -> count == 1 ? null : count + less);
            shared.folders.readLock().unlock();
            key.unlock();
        }
    }

    /// A disk without room is 507, as other servers say it, and no fault of this one's.
    private static <T> T withinRoom(Supplier<T> write) {
        try {
            return write.get();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
                    throw S3Exceptions.fromStatusCode(507, e);
                }
            }
            throw e;
        }
    }

    /// S3Proxy looks an object up before it removes it on a condition, and removes it also where it has found none.
    private void requireNotMissed(ObjectName object) {
        if (object.equals(missed)) {
            throw S3Exceptions.noSuchKey(object.bucket(), object.key(), "no object to match");
        }
    }

    private void requireShown(ObjectName object) {
        Version expected = shown;
        if (expected == null || !expected.object().equals(object)) {
            return;
        }
        HeadObjectResponse found = delegate().blobMetadataIfPresent(object.bucket(), object.key());
        if (found == null || !Objects.equals(found.eTag(), expected.etag())) {
            throw S3Exceptions.fromStatusCode(412);
        }
    }

    /// A hidden file is gone when its write has ended, and its write is known until then.
    private boolean isObject(String bucket, S3Object listed) {
        Matcher hidden = HIDDEN_FILE.matcher(listed.key());
        return !hidden.matches()
                || (!shared.writing.containsKey(new ObjectName(bucket, hidden.group(1)))
                        && delegate().blobExists(bucket, listed.key()));
    }
}
