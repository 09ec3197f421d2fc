package dev.aloft.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Compares bytes with the ETag that S3 gave them: their MD5, or the MD5 of the MD5s of their parts, for which the
/// usual sizes of parts are tried. For one thread.
final class ContentCheck {

    /// The result for one object.
    enum Result {
        SAME,
        DIFFERENT,
        /// The size is right, and the ETag is none that can be calculated, as of an object that S3 encrypts with a key
        /// of KMS or of the client.
        UNKNOWN
    }

    private static final Pattern WHOLE = Pattern.compile("\"[0-9a-f]{32}\"");
    private static final Pattern IN_PARTS = Pattern.compile("\"([0-9a-f]{32})-(\\d{1,5})\"");
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long MIB = 1 << 20;
    private static final long[] PART_MIB = {5, 6, 7, 8, 10, 12, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024};

    private ContentCheck() {}

    /// Reads a body to its end.
    ///
    /// @param size that it must have
    static Result of(InputStream body, long size, String etag) throws IOException {
        List<Parts> candidates = new ArrayList<>();
        Matcher inParts = IN_PARTS.matcher(etag);
        if (WHOLE.matcher(etag).matches()) {
            candidates.add(new Parts(Long.MAX_VALUE));
        } else if (inParts.matches()) {
            long count = Long.parseLong(inParts.group(2));
            for (long mib : PART_MIB) {
                addCandidate(candidates, mib * MIB, size, count);
            }
            addCandidate(candidates, Math.ceilDiv(size, count), size, count); // parts of one size
        }
        if (read(body, candidates) != size) {
            return Result.DIFFERENT;
        }
        if (candidates.stream().anyMatch(parts -> etag.equals(parts.etag()))) {
            return Result.SAME;
        }
        return WHOLE.matcher(etag).matches() ? Result.DIFFERENT : Result.UNKNOWN;
    }

    /// Reads a body to its end whose ETag is no digest.
    static Result ofSize(InputStream body, long size) throws IOException {
        return read(body, List.of()) == size ? Result.UNKNOWN : Result.DIFFERENT;
    }

    private static long read(InputStream body, List<Parts> candidates) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long read = 0;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            read += n;
            for (Parts parts : candidates) {
                parts.add(buffer, n);
            }
        }
        return read;
    }

    private static void addCandidate(List<Parts> candidates, long partBytes, long size, long count) {
        if (Math.max(1, Math.ceilDiv(size, partBytes)) == count) {
            candidates.add(new Parts(partBytes));
        }
    }

    /// The ETag of an object that was written in parts of one size, or in one.
    private static final class Parts {

        private final long partBytes;
        private final MessageDigest part = md5();
        private final MessageDigest whole = md5();
        private long inPart;
        private int count;

        Parts(long partBytes) {
            this.partBytes = partBytes;
        }

        void add(byte[] bytes, int length) {
            int at = 0;
            while (at < length) {
                if (inPart == partBytes) {
                    endPart();
                }
                int n = (int) Math.min(length - at, partBytes - inPart);
                part.update(bytes, at, n);
                inPart += n;
                at += n;
            }
        }

        private void endPart() {
            whole.update(part.digest());
            inPart = 0;
            count++;
        }

        String etag() {
            if (partBytes == Long.MAX_VALUE) {
                return "\"" + HexFormat.of().formatHex(part.digest()) + "\"";
            }
            endPart();
            return "\"" + HexFormat.of().formatHex(whole.digest()) + "-" + count + "\"";
        }

        private static MessageDigest md5() {
            try {
                return MessageDigest.getInstance("MD5");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no MD5", e);
            }
        }
    }
}
