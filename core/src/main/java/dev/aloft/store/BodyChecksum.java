package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/// The checksum of a whole object that S3 sends with its bytes when it is asked to
/// (`x-amz-checksum-mode: ENABLED`). For one thread.
///
/// S3 sends none with a range. Two kinds are ignored: a checksum of the checksums of parts (`…-3`), which says nothing
/// about a stream of bytes, and CRC64NVME, for which the SDK needs native code.
final class BodyChecksum {

    /// The cheapest first.
    private static final List<ChecksumAlgorithm> ALGORITHMS = List.of(
            DefaultChecksumAlgorithm.CRC32C,
            DefaultChecksumAlgorithm.CRC32,
            DefaultChecksumAlgorithm.SHA1,
            DefaultChecksumAlgorithm.SHA256);

    private static final Pattern OF_PARTS = Pattern.compile(".*-\\d+");

    private final SdkChecksum sum;
    private final String expected;

    private BodyChecksum(SdkChecksum sum, String expected) {
        this.sum = sum;
        this.expected = expected;
    }

    /// The checksum that the answer carries; null for none.
    static @Nullable BodyChecksum of(HttpAnswer answer) {
        for (ChecksumAlgorithm algorithm : ALGORITHMS) {
            String value =
                    answer.header("x-amz-checksum-" + algorithm.algorithmId().toLowerCase(Locale.ROOT));
            if (value != null && !OF_PARTS.matcher(value).matches()) {
                return new BodyChecksum(SdkChecksum.forAlgorithm(algorithm), value);
            }
        }
        return null;
    }

    void update(byte[] bytes, int offset, int count) {
        sum.update(bytes, offset, count);
    }

    /// @param uri of the object, for messages
    /// @throws StoreException when the bytes so far are not those that S3 stored
    void verify(String uri) throws StoreException {
        String found = Base64.getEncoder().encodeToString(sum.getChecksumBytes());
        if (!found.equals(expected)) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    "cannot read " + uri + ": expected bytes with the checksum " + expected + ", got " + found);
        }
    }
}
