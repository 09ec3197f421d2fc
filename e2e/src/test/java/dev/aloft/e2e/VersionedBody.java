package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// Bytes that name their file and version in every 4 KB, and whose size names the version, too. `versioned-files.php`
/// makes the same.
final class VersionedBody {

    static final int BLOCK_BYTES = 4096;

    private VersionedBody() {}

    /// The body of a version.
    ///
    /// @param version below [#BLOCK_BYTES]
    static byte[] of(String key, int version, int blocks) {
        byte[] body = new byte[blocks * BLOCK_BYTES + version];
        Arrays.fill(body, (byte) '.');
        for (int block = 0; block < blocks; block++) {
            byte[] head = "%s %d %d\n".formatted(key, version, block).getBytes(US_ASCII);
            System.arraycopy(head, 0, body, block * BLOCK_BYTES, head.length);
        }
        return body;
    }

    /// The version of a whole body; [History#MIXED] for bytes that are no version's.
    static int version(String key, int blocks, byte[] body) {
        int version = versionOfSize(blocks, body.length);
        return version > 0 && Arrays.equals(body, of(key, version, blocks)) ? version : History.MIXED;
    }

    /// The version whose body is so long.
    static int versionOfSize(int blocks, long size) {
        long version = size - (long) blocks * BLOCK_BYTES;
        return version > 0 && version < BLOCK_BYTES ? (int) version : History.MIXED;
    }

    /// The version of some blocks from the middle of a body.
    static int versionOfPart(String key, int blocks, int first, byte[] part) {
        String head = new String(part, 0, Math.min(part.length, 100), US_ASCII);
        if (!head.matches("(?s)" + key + " \\d{1,4} \\d+\n.*")) {
            return History.MIXED;
        }
        int version = Integer.parseInt(head.substring(key.length() + 1, head.indexOf(' ', key.length() + 1)));
        int begin = first * BLOCK_BYTES;
        byte[] whole = of(key, version, blocks);
        return Arrays.equals(part, Arrays.copyOfRange(whole, begin, begin + part.length)) ? version : History.MIXED;
    }
}
